"""Mutants of signed notes: checkpoints, what a witness is offered, rule bundles and pages of visitors."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from dataclasses import replace

from domain.bundle import Bundle, opened_bundle, sealed_bundle
from domain.facts_page import FactsPage, KnownVisitor, line_of, opened_page, sealed_page
from domain.log import Checkpoint, opened_checkpoint, signed_checkpoint
from domain.note import LogKey, NoteKey, note_key, signed_note
from domain.witness import Head, Offer, parsed_proof_texts, proof_texts, reviewed
from tests.domain.bundle_examples import BUNDLE
from tests.domain.facts_page_examples import PAGE
from tests.domain.visitor_code_attack import private_key
from tests.mutation.changes import Draw, changed_json, changed_text
from tests.mutation.parser import Parser
from tests.mutation.trees import Tree

NOW_S = 1_795_000_000
ORIGIN = "park.example/log"
SIGNING = private_key("log")
KEY = NoteKey(ORIGIN, SIGNING.public_key().public_bytes_raw())
RULES_NAME = "park.example/bundle"
RULES_SIGNING = private_key("bundle")
RULES_KEY = NoteKey(RULES_NAME, RULES_SIGNING.public_key().public_bytes_raw())
TREE, FORK = Tree("leaf"), Tree("fork")
_LINE = re.compile(rb"\xe2\x80\x94 [^\s+]+ ([0-9A-Za-z+/]+=*)")


def signed_head(tree: Tree, size: int) -> bytes:
    """The note of a tree's first leaves, signed by the log."""
    return signed_checkpoint(Checkpoint(ORIGIN, size, tree.root(size)), SIGNING)


def cosigned(note: bytes) -> bytes:
    """The note with the line of somebody else under ours, as a witness adds it."""
    text = note.rpartition(b"\n\n")[0].decode() + "\n"
    return note + signed_note(text, "witness.example", private_key("witness")).rpartition(b"\n\n")[2]


def is_of(note: bytes, signed: Iterable[bytes]) -> bool:
    """Whether a note is one of those signed, but for the lines of others, which the format leaves open."""
    text, _, lines = note.rpartition(b"\n\n")
    for mine in signed:
        its_text, _, its_line = mine.rpartition(b"\n\n")
        ours = its_line.split(b"\n")[0]
        if text == its_text and lines.endswith(b"\n") and ours in lines[:-1].split(b"\n"):
            return all(map(_is_line, lines[:-1].split(b"\n")))
    return False


def _is_line(line: bytes) -> bool:
    found = _LINE.fullmatch(line)
    return found is not None and base64.b64encode(base64.b64decode(found[1])) == found[1]


def _signed_anew(text: bytes, name: str, signing: str) -> bytes:
    """A note around any bytes, as nobody but the owner of the key could make it."""
    key = NoteKey(name, private_key(signing).public_key().public_bytes_raw())
    line = base64.b64encode(key.key_hash + private_key(signing).sign(text))
    return text + b"\n\xe2\x80\x94 " + name.encode() + b" " + line + b"\n"


HEADS = [signed_head(TREE, size) for size in (0, 1, 5, 11, 300)]
# All that the key ever signed for its log: a splice may be one of these as a whole.
_SIGNED = [*HEADS, signed_head(FORK, 11)]
_NOTES = [*HEADS, *map(cosigned, HEADS)]
_FOREIGN = [
    *(signed_head(FORK, 11), signed_checkpoint(Checkpoint("other.example", 11, TREE.root(11)), SIGNING)),
    *(sealed_bundle(BUNDLE, ORIGIN, SIGNING), sealed_bundle(BUNDLE, RULES_NAME, RULES_SIGNING)),
]


def _head_mutant(draw: Draw) -> tuple[bytes, bool]:
    note = draw.choice(_NOTES)
    if draw.random() < 0.7:
        return changed_text(note, draw, _NOTES + _FOREIGN), False
    text = note.rpartition(b"\n\n")[0] + b"\n"
    return _signed_anew(changed_text(text, draw, _NOTES), ORIGIN, "log"), True


def _is_right_head(shown: tuple[bytes, bool], read: Checkpoint) -> bool:
    note, signed = shown
    whole = f"{ORIGIN}\n{read.size}\n{base64.b64encode(read.root).decode()}\n".encode()
    return note.startswith(whole) and read.origin == ORIGIN if signed else is_of(note, _SIGNED)


CHECKPOINTS = Parser(
    name="checkpoint",
    share=11,
    originals=tuple((note, False) for note in _NOTES),
    mutant=_head_mutant,
    read=lambda shown: opened_checkpoint(shown[0], KEY),
    is_right=_is_right_head,
)

_KEPT = Head(signed_head(TREE, 5), Checkpoint(ORIGIN, 5, TREE.root(5)), KEY)
_Shown = tuple[bytes, tuple[object, ...]]
_OFFERS: list[_Shown] = [
    (signed_head(TREE, size), tuple(proof_texts(TREE.consistency(5, size)))) for size in (5, 6, 11, 300)
]
_FORKED: list[_Shown] = [
    (signed_head(FORK, size), tuple(proof_texts(FORK.consistency(5, size)))) for size in (5, 6, 11, 300)
]


def _offer_mutant(draw: Draw) -> _Shown:
    note, proof = draw.choice(draw.choice((_OFFERS, _OFFERS, _FORKED)))
    kind = draw.random()
    if kind < 0.3:
        return changed_text(note, draw, [other for other, _ in _OFFERS + _FORKED]), proof
    if kind < 0.4:
        return note, draw.choice(_OFFERS + _FORKED)[1]
    whole = "\n".join(map(str, proof)).encode()
    donors = ["\n".join(map(str, other)).encode() for _, other in _OFFERS + _FORKED]
    changed = changed_text(whole, draw, donors).decode("utf-8", "surrogateescape")
    texts: list[object] = list(changed.split("\n")) if changed else []
    if texts and draw.random() < 0.05:
        texts[draw.randrange(len(texts))] = draw.choice((None, 1, b"", [], "\ud800"))
    return note, tuple(texts)


def _read_offer(shown: _Shown) -> object:
    proof = parsed_proof_texts(list(shown[1]))
    return reviewed(_KEPT, Offer(shown[0], proof), [LogKey(KEY, NOW_S - 1, NOW_S + 1)], NOW_S)


def _is_right_offer(shown: _Shown, read: Head) -> bool:
    if shown[0] == _KEPT.note:
        return read == _KEPT  # the head that is held stays, whatever came with it
    return any(is_of(shown[0], [note]) and shown[1] == proof for note, proof in _OFFERS)


WITNESS = Parser(
    name="witness",
    share=10,
    originals=tuple(_OFFERS),
    mutant=_offer_mutant,
    read=_read_offer,
    is_right=_is_right_offer,
)

_BUNDLES = [
    sealed_bundle(replace(BUNDLE, seq=seq, kiosk_id=kiosk), RULES_NAME, RULES_SIGNING)
    for seq, kiosk in ((12, ""), (13, "k1"))
]
_RULES_TEXTS = [note.split(b"\n")[0] for note in _BUNDLES]


def _bundle_mutant(draw: Draw) -> tuple[bytes, bool]:
    if draw.random() < 0.5:
        return changed_text(draw.choice(_BUNDLES), draw, [*_BUNDLES, *_FOREIGN, _PAGES[0]]), False
    text = changed_json(draw.choice(_RULES_TEXTS), draw, _RULES_TEXTS) + b"\n"
    return _signed_anew(text, RULES_NAME, "bundle"), True


BUNDLES = Parser(
    name="rule bundle",
    share=6,
    originals=tuple((note, signed) for note in _BUNDLES for signed in (False, True)),
    mutant=_bundle_mutant,
    read=lambda shown: opened_bundle(shown[0], RULES_KEY, "e1", 0, "k1"),
    is_right=lambda shown, read: isinstance(read, Bundle) and (shown[1] or is_of(shown[0], _BUNDLES)),
)

_PAGES = [sealed_page(replace(PAGE, upto=upto), RULES_NAME, RULES_SIGNING) for upto in (9, 10)]


def _page_mutant(draw: Draw) -> tuple[bytes, bool]:
    note = draw.choice(_PAGES)
    if draw.random() < 0.5:
        return changed_text(note, draw, [*_PAGES, *_FOREIGN, *_BUNDLES]), False
    lines = note.rpartition(b"\n\n")[0].split(b"\n")
    at = draw.randrange(len(lines))
    lines[at] = changed_json(lines[at], draw, lines)
    return _signed_anew(b"\n".join([*lines, b""]), RULES_NAME, "bundle"), True


def _read_page(shown: tuple[bytes, bool]) -> tuple[FactsPage, tuple[KnownVisitor, ...]]:
    page = opened_page(shown[0], RULES_KEY)
    return page, tuple(page.visitors())


def _is_right_page(shown: tuple[bytes, bool], read: tuple[FactsPage, tuple[KnownVisitor, ...]]) -> bool:
    return bool(tuple(map(line_of, read[1]))) or not read[1] if shown[1] else is_of(shown[0], _PAGES)


PAGES = Parser(
    name="page of visitors",
    share=3,
    originals=tuple((note, signed) for note in _PAGES for signed in (False, True)),
    mutant=_page_mutant,
    read=_read_page,
    is_right=_is_right_page,
)

_KEYS = [KEY.text.encode(), RULES_KEY.text.encode()]


def _read_key(shown: bytes) -> NoteKey | None:
    try:
        return note_key(shown.decode("utf-8"))
    except UnicodeDecodeError:
        return None


VERIFIER_KEYS = Parser(
    name="verifier key",
    share=1,
    originals=tuple(_KEYS),
    mutant=lambda draw: changed_text(draw.choice(_KEYS), draw, _KEYS),
    read=_read_key,
    is_right=lambda shown, read: shown.decode().strip().encode() in _KEYS,
)
