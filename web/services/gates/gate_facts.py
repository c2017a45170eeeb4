"""What gates know of visitors: each follows a stream of changes, from its beginning or on from its place."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from domain.canonical import SAFE_INTEGER, canonical_json
from domain.facts import VisitorFacts
from domain.facts_page import VISITORS_MOST, FactsPage, FactsPlace, KnownVisitor, line_of, sealed_page
from domain.wording import Sentence
from web.db.connecting.connection import Connection, Record
from web.services.errors import GoneError
from web.services.gates.gate import Gate
from web.services.installation import Installation
from web.services.passing.known import known_at
from web.services.signing_keys import keys
from web.store.gates import changes, gate_news
from web.store.gates.gate_news import Standing
from web.store.people import visitors
from web.store.places import places
from web.store.scope import PROGRAM

# Gates that were silent for longer start again; those that were not have forgotten with us.
REMEMBERED_DAYS = 90
_DAY_MS = 86_400_000
# 2: a line tells whose visitor it is.
_LINES = 2


def standing(connection: Connection, gate: Gate) -> Standing:
    """Where a gate stands among all that it may have to hear of."""
    door = places.entrance_row(connection, PROGRAM, gate.entrance_id)
    assert door is not None
    return Standing(gate.id, gate.venue_id, door.enterprise_id, door.area_path)


def place_of(connection: Connection, gate: Gate) -> FactsPlace:
    """The stream that a gate is to follow, and how far it goes now for whom that gate knows."""
    here = standing(connection, gate)
    end = gate_news.newest(connection, here).visitors
    return FactsPlace(_epoch(connection, gate, here.area_path), end)


def page(inst: Installation, gate: Gate, place: FactsPlace) -> bytes | None:
    """The signed page of changes after the gate's place; None when there are none.

    GoneError when the gate follows another stream than it should; its next heartbeat names the right one.
    """
    if not place.seq and inst.ask(changes.has_placeless):
        inst.write(changes.place_the_placeless)
    if inst.read(lambda c: _is_lost(c, gate, place)):
        inst.write(lambda c: noted(c, gate, place))
        raise _gone()
    made = inst.read(lambda c: _page(c, inst, gate, place))
    if made is None:
        return None
    note, upto = made
    inst.write(lambda c: changes.was_given(c, gate.id, upto))
    return note


def noted(connection: Connection, gate: Gate, place: FactsPlace) -> FactsPlace:
    """Take note of where a gate says that it is; where it is to go.

    A gate that is further than it was ever given from this database follows what a restore has lost: it
    starts again, for what it lacks cannot be told.
    """
    if _is_lost(connection, gate, place):
        changes.begun_again(connection, gate.id)
    return place_of(connection, gate)


def forget_old(inst: Installation) -> int:
    """Drop what is kept of visitors forgotten long ago; returns of how many."""
    before_ms = inst.now_ms() - REMEMBERED_DAYS * _DAY_MS
    return inst.write(lambda connection: changes.unburied(connection, before_ms))


def _is_lost(connection: Connection, gate: Gate, place: FactsPlace) -> bool:
    is_ours = place.epoch == _epoch(connection, gate, standing(connection, gate).area_path)
    return is_ours and place.seq > changes.given_upto(connection, gate.id)


def _page(
    connection: Connection, inst: Installation, gate: Gate, place: FactsPlace
) -> tuple[bytes, int] | None:
    here = standing(connection, gate)
    area_path = here.area_path
    if place.epoch != _epoch(connection, gate, area_path):
        raise _gone()
    newest = gate_news.newest(connection, here).visitors
    # A gate that begins gets a page also when nobody is known yet, so that it knows that this is all.
    if place.seq >= newest and place.seq > 0:
        return None
    changed = changes.between(connection, area_path, place.seq, newest, VISITORS_MOST)
    lines = _lines(connection, gate, changed.visitor_ids, inst.now_ms())
    made = FactsPage(place.epoch, place.seq, changed.upto, newest, lines, changed.gone)
    name, _, private = keys.signing(connection, inst, keys.BUNDLE)
    return sealed_page(made, name.name, private), changed.upto


def _lines(connection: Connection, gate: Gate, visitor_ids: Sequence[str], now_ms: int) -> tuple[bytes, ...]:
    codes: dict[str, list[Record]] = {}
    for row in visitors.codes_alive(connection, visitor_ids, now_ms // 1000):
        codes.setdefault(row.visitor_id, []).append(row)
    # As everything stands, not as of a time: another process's clock may be a little ahead of this one's.
    known = known_at(connection, visitor_ids, SAFE_INTEGER)
    return tuple(
        line_of(
            KnownVisitor(
                _for_gate(known[identity], gate),
                tuple(bytes.fromhex(c.cti) for c in codes.get(identity, ()) if c.revoked_ms is None),
                tuple(
                    (bytes.fromhex(c.cti), c.expires_s)
                    for c in codes.get(identity, ())
                    if c.revoked_ms is not None
                ),
            )
        )
        for identity in visitor_ids
        if identity in known  # else forgotten meanwhile: a later page says so
    )


def _for_gate(visitor: VisitorFacts, gate: Gate) -> VisitorFacts:
    """Without what counts elsewhere: where else somebody is expected is nothing a gate needs to know."""
    here = (
        replace(held, venues=frozenset()) for held in visitor.credentials if held.counts_at(gate.venue_id)
    )
    return replace(visitor, credentials=tuple(here)) if visitor.credentials else visitor


def _epoch(connection: Connection, gate: Gate, area_path: str) -> str:
    """A gate that moves to another area or venue, or has to begin again, follows another stream.

    So does every gate when a line tells more than it did: what a gate has must be told anew.
    """
    told = {
        "lines": _LINES,
        "kiosk": gate.id,
        "area": area_path,
        "venue": gate.venue_id,
        "mark": changes.mark_of(connection, gate.id),
    }
    return hashlib.sha256(canonical_json(told)).hexdigest()[:32]


def _gone() -> GoneError:
    return GoneError(Sentence("This kiosk must start again with the visitors.", "本终端须重新下载访客数据。"))
