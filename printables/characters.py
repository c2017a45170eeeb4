"""Any text made printable: what no font can draw is replaced visibly and named."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from printables import typeface
from printables.fonts import REPLACEMENT, Face

_SKIN_TONES = frozenset(map(chr, range(0x1F3FB, 0x1F400)))
_JOINER = "\u200d"

# Chinese faces draw the apostrophe as wide as a letter: “O’Brien” needs the narrow one.
_APOSTROPHE = re.compile(r"(?<=[A-Za-z\u00c0-\u024f])’")
_WIDE = 0.8  # em


@dataclass(frozen=True, slots=True)
class Printable:
    """A text that a face and its lenders can draw, and the characters that were replaced by a visible box."""

    text: str
    replaced: tuple[str, ...]


@lru_cache(maxsize=64)  # a long name is tried at many sizes
def printable(text: str, face: Face) -> Printable:
    """`text` as one line that the face and its lenders can draw.

    Control, format and other invisible characters are dropped, every run of white space becomes one
    space, and what the face and its lenders lack or what needs shaping (right-to-left and combining scripts,
    emoji) becomes □: seen by the reader and named in `replaced`, never silently blank.
    """
    shown: list[str] = []
    replaced: list[str] = []
    text = unicodedata.normalize("NFC", text)
    if typeface.has_glyph(face, "’") and typeface.advance(face, "’") > _WIDE:
        text = _APOSTROPHE.sub("'", text)
    for cluster in _clusters(text):
        if cluster.isspace():
            shown.append(" ")
        elif len(cluster) == 1 and _drawable(cluster, face):
            shown.append(cluster)
        else:
            shown.append(REPLACEMENT)
            replaced.append(cluster)
    line = " ".join("".join(shown).split())
    return Printable(line, tuple(dict.fromkeys(replaced)))


def _clusters(text: str) -> Iterator[str]:
    """Characters together with the marks and joiners that change them; nothing invisible."""
    cluster = ""
    joined = False
    for character in text:
        extends = unicodedata.category(character).startswith("M") or character in _SKIN_TONES
        if character == _JOINER:
            joined = bool(cluster)
        elif _invisible(character):
            continue
        elif cluster and (extends or joined):
            cluster, joined = cluster + character, False
        else:
            if cluster:
                yield cluster
            cluster, joined = character, False
    if cluster:
        yield cluster


def _invisible(character: str) -> bool:
    """Whether a character only steers others: controls, formats, variation selectors."""
    if character.isspace():
        return False
    variation = "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"
    return variation or unicodedata.category(character) in ("Cc", "Cf")


def _drawable(character: str, face: Face) -> bool:
    """Whether one character can be drawn alone, left to right, with one glyph."""
    left_to_right = unicodedata.bidirectional(character) not in ("R", "AL")
    alone = not unicodedata.category(character).startswith("M")
    return left_to_right and alone and typeface.has_glyph(typeface.drawer_of(face, character), character)
