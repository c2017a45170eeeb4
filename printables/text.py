"""Printable text broken into lines and shrunk until it fits its box."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from printables import typeface
from printables.drawing import BOLD_PEN, Weight
from printables.fonts import Face
from printables.look import Style

ELLIPSIS = "…"

# JIS X 4051 and GB/T 15834: what must not begin and what must not end a line.
_NO_START = frozenset("，。、；：！？）》」』】〕〉”’…·,.;:!?)]}%‰℃～—")
_NO_END = frozenset("（《「『【〔〈“‘([{")
_HAN = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")
_LATIN = re.compile(r"[A-Za-z]")
# “银杉路 88 号 · 88 Yinshan Road”: the second number belongs to what follows.
_NUMBER_BEFORE = re.compile(r"[·/|—–]\s*([0-9][0-9-]*\s*)\Z")
_SEPARATORS = " ·/|—–-"
# “云杉科技园 B2” is one name, “云杉科技园 Spruce Park” is two.
_LEAST_LATIN = 6

# No print has room for more; fitting ten thousand would only take long.
_MOST_CHARACTERS = 1000
_SHRINK = 0.96
# A text shrinks to this share rather than break a word that is wider than its line.
_WHOLE_WORDS_FROM = 0.4
# Halvings between half the width and the whole: lines end up within 1 % of the best width.
_BALANCE_STEPS = 7


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that fit a box at one size (mm); `cut` when the end had to be left out."""

    lines: tuple[str, ...]
    size: float
    cut: bool = False


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of a text that stays together; widths in em with and without spaces at its end."""

    text: str
    width: float
    ink: float


def wrap(text: str, face: Face, width: float) -> tuple[str, ...]:
    """`text` in lines of at most `width` em: Chinese breaks anywhere, other words at spaces.

    Closing punctuation never begins a line nor opening punctuation ends one, unless a single word
    is wider than the line: that is broken wherever it must be.
    """
    lines: list[str] = []
    line, used = "", 0.0
    for piece in _fitting_pieces(text, face, width):
        if line and used + piece.ink > width + 1e-9:
            lines.append(line.rstrip())
            line, used = "", 0.0
        line, used = line + piece.text, used + piece.width
    return (*lines, line.rstrip()) if line.rstrip() else tuple(lines)


def fit(text: str, face: Face, style: Style, width: float, height: float) -> Block:
    """`text` in a box of `width` × `height` mm, as large as the style allows.

    Lines are of similar length; a name in two scripts ("云杉园 · Spruce Park") gets a line for each
    when one is not enough. What does not fit even at the least size is cut, ends in `…` and is
    marked so.
    """
    most, least, leading = style.most, style.least, style.leading
    if not text:
        return Block((), most)
    if len(text) > _MOST_CHARACTERS:
        part = fit(text[: _MOST_CHARACTERS - 1] + ELLIPSIS, face, style, width, height)
        return replace(part, cut=True)
    if style.weight is Weight.BOLD:
        width -= most * BOLD_PEN
    parts = (text,) if typeface.width(face, text) <= width / most else _scripts(text)
    longest = max(typeface.width(face, part) for part in parts)
    snug = min(most, width / longest, height / (leading * len(parts)))
    if snug >= max(least, most * style.one_line_from):
        return Block(parts, snug)
    unbroken = width / max(_longest_word(part, face) for part in parts)
    start = min(most, height / leading)
    if unbroken >= max(least, start * _WHOLE_WORDS_FROM):
        start = min(start, unbroken)
    for size in _shrinking(start, least):
        room = int(height / (leading * size) + 1e-9)
        lines = tuple(line for part in parts for line in wrap(part, face, width / size))
        if len(lines) <= room:
            return Block(_balanced(parts, face, width / size) if style.even else lines, size)
    return Block(_cut(lines, face, width / least, max(room, 1)), least, cut=True)


def _wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"


def _may_break(before: str, after: str) -> bool:
    """Whether a line may end between two neighbouring characters."""
    if before == " " or after == " ":
        return before == " "
    allowed = after not in _NO_START and before not in _NO_END
    return allowed and (_wide(before) or _wide(after))


@lru_cache(maxsize=64)
def _pieces(text: str, face: Face) -> tuple[_Piece, ...]:
    """The parts of a text between possible breaks; kept while its size is being found."""
    breaks = [at for at, pair in enumerate(pairwise(text), 1) if _may_break(*pair)]
    return tuple(
        _piece(text[start:end], face) for start, end in zip((0, *breaks), (*breaks, len(text)), strict=True)
    )


def _piece(text: str, face: Face) -> _Piece:
    return _Piece(text, typeface.width(face, text), typeface.width(face, text.rstrip()))


def _fitting_pieces(text: str, face: Face, width: float) -> Iterator[_Piece]:
    """The pieces of a text, those wider than `width` em broken into characters."""
    for piece in _pieces(text, face):
        if piece.ink <= width:
            yield piece
        else:
            yield from (_piece(character, face) for character in piece.text)


def _longest_word(text: str, face: Face) -> float:
    """The width in em of the widest part that has no break in it."""
    return max(piece.ink for piece in _pieces(text, face))


def _scripts(text: str) -> tuple[str, ...]:
    """A name in Chinese and then in a Latin script as its two parts, any other text as one."""
    latin = _LATIN.search(text)
    if latin is None:
        return (text,)
    number = _NUMBER_BEFORE.search(text[: latin.start()])
    at = number.start(1) if number else latin.start()
    first, second = text[:at], text[at:]
    chinese = first.rstrip(_SEPARATORS)
    separated = len(chinese) < len(first) and len(second) >= _LEAST_LATIN
    if separated and _HAN.search(chinese) and not _HAN.search(second):
        return chinese, second
    return (text,)


def _shrinking(most: float, least: float) -> Iterator[float]:
    """Sizes from `most` down to exactly `least`, each a little smaller than the last."""
    size = most
    while size > least:
        yield size
        size *= _SHRINK
    yield least


def _balanced(parts: tuple[str, ...], face: Face, width: float) -> tuple[str, ...]:
    """The parts wrapped to as few lines as `width` em asks, but of similar length."""
    return tuple(line for part in parts for line in _even_lines(part, face, width))


def _even_lines(text: str, face: Face, width: float) -> tuple[str, ...]:
    lines = wrap(text, face, width)
    if len(lines) == 1:
        return lines
    # Never so narrow that a word which fits had to be broken.
    wide, narrow = width, max(width / 2, min(width, _longest_word(text, face)))
    for _ in range(_BALANCE_STEPS):
        middle = (wide + narrow) / 2
        tried = wrap(text, face, middle)
        if len(tried) > len(lines):
            narrow = middle
        else:
            wide, lines = middle, tried
    return lines


def _cut(lines: tuple[str, ...], face: Face, width: float, room: int) -> tuple[str, ...]:
    """The first `room` lines, the last one ending in an ellipsis."""
    last = lines[room - 1]
    while last and typeface.width(face, last + ELLIPSIS) > width:
        last = last[:-1]
    return (*lines[: room - 1], last.rstrip() + ELLIPSIS)
