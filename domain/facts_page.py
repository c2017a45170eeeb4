"""Pages of changes to what gates know of visitors: signed, in order, each fitting one place of one stream."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from domain.canonical import SAFE_INTEGER, canonical_json
from domain.credential import Credential
from domain.errors import TamperedError
from domain.facts import VisitorFacts
from domain.hold import Hold, HoldLevel
from domain.note import NoteKey, opened_note, signed_note
from domain.visitor import VisitorClass
from domain.wording import Sentence

VISITORS_MOST = 4_000  # of one page: some 1.5 MB, and a few hundredths of a second at the gate
_CTI_BYTES = 16


@dataclass(frozen=True, slots=True)
class FactsPlace:
    """How far a stream was followed: its `epoch` tells streams apart, `seq` is the last change; 0 is none."""

    epoch: str = ""
    seq: int = 0


@dataclass(frozen=True, slots=True)
class KnownVisitor:
    """A visitor with their codes, and those of them that were withdrawn with when they end (Unix seconds)."""

    facts: VisitorFacts
    codes: tuple[bytes, ...] = ()
    revoked: tuple[tuple[bytes, int], ...] = ()


@dataclass(frozen=True, slots=True)
class FactsPage:
    """All that changed `after` one place and `upto` another; each visitor stands as they are now.

    `lines` are the visitors as `line_of` writes them; `gone` are those who must be forgotten; `newest` is
    how far the stream went when the page was made.
    """

    epoch: str
    after: int
    upto: int
    newest: int
    lines: tuple[bytes, ...] = ()
    gone: tuple[str, ...] = ()

    def visitors(self) -> Iterator[KnownVisitor]:
        """The visitors one by one; TamperedError at a line that is none."""
        return (known_visitor(line) for line in self.lines)


def sealed_page(page: FactsPage, name: str, signing_key: Ed25519PrivateKey) -> bytes:
    """The page as a signed note: a line of canonical JSON about the page, then one line for each visitor."""
    head = canonical_json(
        {
            "v": 1,
            "epoch": page.epoch,
            "after": page.after,
            "upto": page.upto,
            "newest": page.newest,
            "visitors": len(page.lines),
            "gone": page.gone,
        }
    )
    text = b"\n".join((head, *page.lines, b"")).decode("utf-8")
    return signed_note(text, name, signing_key)


def opened_page(note: bytes, key: NoteKey) -> FactsPage:
    """The page, if `key` signed it; whether it fits is for the gate to say. TamperedError otherwise.

    The lines are read later, one by one: reading all at once would keep a gate from its visitor.
    """
    head, *lines = opened_note(note, key)[:-1].split("\n")
    try:
        page = _page(json.loads(head), tuple(line.encode("utf-8") for line in lines))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _unreadable() from error
    in_order = 0 <= page.after <= page.upto <= page.newest
    # A page that leads nowhere would be asked for again and again.
    leads_on = page.after < page.upto or (page.upto == page.newest and not page.lines and not page.gone)
    if not in_order or not leads_on:
        raise _unreadable()
    return page


def line_of(known: KnownVisitor) -> bytes:
    """A visitor as one line of canonical JSON."""
    visitor = known.facts
    return canonical_json(
        {
            **({"of": visitor.owner} if visitor.owner else {}),
            "id": visitor.visitor_id,
            "class": visitor.visitor_class,
            "holds": [[hold.level, hold.until_ms, hold.instruction] for hold in visitor.holds],
            "shown": visitor.masked_name,
            "number": visitor.short_number,
            "credentials": [[c.kind, c.since_ms, c.until_ms, c.verified] for c in visitor.credentials],
            "areas": visitor.areas,
            "codes": [cti.hex() for cti in known.codes],
            "revoked": [[cti.hex(), until_s] for cti, until_s in known.revoked],
        }
    )


def known_visitor(line: bytes) -> KnownVisitor:
    """The visitor that `line_of` wrote; TamperedError for anything else."""
    try:
        value = json.loads(line)
        return KnownVisitor(
            _visitor(value),
            tuple(_cti(cti) for cti in value["codes"]),
            tuple((_cti(cti), _whole(until_s)) for cti, until_s in value["revoked"]),
        )
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _unreadable() from error


def _unreadable() -> TamperedError:
    return TamperedError(Sentence("What is known of visitors cannot be read.", "访客数据无法读取。"))


def place_json(place: FactsPlace) -> dict[str, object]:
    """A place in a stream as JSON."""
    return {"epoch": place.epoch, "seq": place.seq}


def place_from_json(value: Any) -> FactsPlace:
    """The place that `place_json` wrote; KeyError, TypeError or ValueError for anything else."""
    seq = _whole(value["seq"])
    if seq < 0:
        raise ValueError("no place in a stream")
    return FactsPlace(_word(value["epoch"]), seq)


def _page(value: Any, lines: tuple[bytes, ...]) -> FactsPage:
    if value["v"] != 1 or value["visitors"] != len(lines):
        raise ValueError("not a page of this version, or lines are missing")
    after, upto, newest = (_whole(value[name]) for name in ("after", "upto", "newest"))
    return FactsPage(_word(value["epoch"]), after, upto, newest, lines, _words(value["gone"]))


def _visitor(value: Any) -> VisitorFacts:
    return VisitorFacts(
        visitor_id=_word(value["id"]),
        visitor_class=VisitorClass(value["class"]),
        holds=tuple(
            Hold(HoldLevel(level), _moment(until_ms), _word(said)) for level, until_ms, said in value["holds"]
        ),
        masked_name=_word(value["shown"]),
        short_number=_word(value["number"]),
        credentials=tuple(
            Credential(_word(kind), _moment(since_ms), _moment(until_ms), _flag(verified))
            for kind, since_ms, until_ms, verified in value["credentials"]
        ),
        areas=tuple((_word(area), _whole(at_ms)) for area, at_ms in value["areas"]),
        owner=_word(value.get("of", "")),
    )


def _cti(text: str) -> bytes:
    cti = bytes.fromhex(text)
    if len(cti) != _CTI_BYTES:
        raise ValueError("a cti has 16 bytes")
    return cti


def _whole(value: object) -> int:
    if type(value) is not int or abs(value) > SAFE_INTEGER:
        raise TypeError("not a whole number of JSON")
    return value


def _moment(value: object) -> int | None:
    return None if value is None else _whole(value)


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError("neither true nor false")
    return value


def _word(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    value.encode("utf-8")  # half a letter (a lone surrogate) is a ValueError: no screen could show it
    return value


def _words(value: Sequence[object]) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError("not a list")
    return tuple(_word(item) for item in value)
