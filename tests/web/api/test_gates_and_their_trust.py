"""Gates before a real site on real HTTP: what is old, forged, cut or another's is refused (B1–B5)."""

from __future__ import annotations

import gzip
import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import update

from domain.decision import Outcome
from domain.facts_page import FactsPlace
from domain.note import signed_note
from domain.reason import Reason
from tests.web.gate_on_the_wire import GateOnTheWire, Site
from tests.web.holding import on_hold
from tests.web.tenants import SettableClock, Tenant
from web.db.tables import signing_keys
from web.services.gates import gate_facts
from web.services.installation import Installation
from web.services.people import codes, visitors
from web.services.people.holds import Given
from web.services.people.visitors import Registration
from web.services.places import places
from web.services.signing_keys import keys
from web.services.signing_keys.key_making import VISITOR

DAY_S = 86_400
HOLD = Given("red", "a reason", "Call the office", "Ask at the desk")


@pytest.fixture
def site(embedded_park: tuple[Installation, Tenant]) -> Iterator[Site]:
    served = Site(embedded_park[0])
    yield served
    served.close()


@pytest.fixture
def gate(
    embedded_park: tuple[Installation, Tenant], site: Site, tmp_path: Path, clock: SettableClock
) -> Iterator[GateOnTheWire]:
    made = GateOnTheWire(*embedded_park, site, tmp_path, clock)
    yield made
    made.close()


@pytest.fixture
def inst(embedded_park: tuple[Installation, Tenant]) -> Installation:
    return embedded_park[0]


@pytest.fixture
def park(embedded_park: tuple[Installation, Tenant]) -> Tenant:
    return embedded_park[1]


@pytest.fixture
def person(inst: Installation, park: Tenant) -> str:
    given = Registration(park.enterprise, "Wang Wei", "13800138000", "visitor")
    return visitors.register(inst, park.staff, given).visitor_id


def verdict(gate: GateOnTheWire, text: str) -> tuple[Outcome, Reason]:
    decision = gate.judges(text)
    return decision.outcome, decision.reason


WELCOME = (Outcome.ADMITTED, Reason.WELCOME)


def test_every_change_is_known_one_beat_later(
    inst: Installation, park: Tenant, gate: GateOnTheWire, person: str
):
    gate.beats()
    card = codes.card_text(inst, park.staff, person)
    assert verdict(gate, card) == (Outcome.REFERRED, Reason.VISITOR_UNKNOWN)
    gate.beats()
    assert verdict(gate, card) == WELCOME
    assert gate.trust.age_ms() == 0
    on_hold(inst, park.staff, person, HOLD)
    gate.beats()
    assert verdict(gate, card)[0] is not Outcome.ADMITTED
    second = codes.card_text(inst, park.staff, person)
    gate.beats()
    assert verdict(gate, card) == (Outcome.REFUSED, Reason.CODE_REVOKED)
    assert verdict(gate, second)[1] is not Reason.CODE_REVOKED


def test_a_quiet_beat_asks_for_nothing_else(gate: GateOnTheWire, person: str):
    gate.beats()
    gate.wire.seen.clear()
    gate.beats()
    assert [path for path in gate.wire.seen if path in ("bundle", "facts")] == []


def test_b1_an_older_bundle_or_page_again_changes_nothing(
    inst: Installation, park: Tenant, gate: GateOnTheWire, person: str
):
    card = codes.card_text(inst, park.staff, person)
    gate.beats()
    old = dict(gate.wire.sent)
    codes.card_text(inst, park.staff, person)
    places.set_venue_state(inst, park.staff, park.venue, "paused")
    places.set_venue_state(inst, park.staff, park.venue, "open")
    gate.wire.hand = lambda path, body: old.get(path) if path in ("bundle", "facts") else None
    seq, place = gate.trust.rules.seq, gate.trust.known.place
    for _ in range(5):
        gate.beats()
    assert (gate.trust.rules.seq, gate.trust.known.place) == (seq, place)
    assert gate.uplink.link.bundle_refused
    assert gate.trust.age_ms() >= 25_000, "old rules are not taken as confirmed"
    gate.wire.hand = lambda path, body: None
    for _ in range(80):
        gate.beats()
    assert not gate.uplink.link.bundle_refused
    assert verdict(gate, card) == (Outcome.REFUSED, Reason.CODE_REVOKED)


def test_b2_rules_without_their_changes_grow_old_and_then_refer(
    inst: Installation, park: Tenant, gate: GateOnTheWire, person: str, clock: SettableClock
):
    card = codes.card_text(inst, park.staff, person)
    gate.beats()
    gate.wire.hand = lambda path, body: b"" if path == "facts" else None
    visitors.register(inst, park.staff, Registration(park.enterprise, "Li", "13900139000", "visitor"))
    for _ in range(3):
        gate.beats()
    assert verdict(gate, card) == WELCOME, "what is known stands as long as the policy lets it"
    clock.pass_s(gate.trust.rules.policy.bundle_limit_hours * 3_600)
    gate.beats()
    assert verdict(gate, card) == (Outcome.REFERRED, Reason.RULES_OUT_OF_DATE)


@pytest.mark.parametrize("path", ["bundle", "facts"])
def test_b3_what_another_key_signed_is_refused(
    inst: Installation, park: Tenant, gate: GateOnTheWire, person: str, path: str
):
    stranger = Ed25519PrivateKey.generate()

    def signed_anew(asked: str, body: bytes) -> bytes | None:
        text, _, signature = body.decode().rpartition("\n\n— ")
        return signed_note(text + "\n", signature.split(" ")[0], stranger) if asked == path else None

    gate.wire.hand = signed_anew
    card = codes.card_text(inst, park.staff, person)
    gate.beats()
    assert gate.uplink.link.bundle_refused
    assert verdict(gate, card)[0] is Outcome.REFERRED
    assert gate.trust.known.place == FactsPlace()


def test_b4_a_page_that_was_cut_or_whose_withdrawals_were_swapped_is_refused(
    inst: Installation, park: Tenant, gate: GateOnTheWire, person: str
):
    first = codes.card_text(inst, park.staff, person)
    codes.card_text(inst, park.staff, person)

    def swapped(path: str, body: bytes) -> bytes | None:
        if path != "facts":
            return None
        head, line, rest = body.split(b"\n", 2)
        known = json.loads(line)
        known["codes"].append(known["revoked"].pop()[0])
        return b"\n".join((head, json.dumps(known).encode(), rest))

    hands = (
        swapped,
        lambda path, body: body[: len(body) // 2] if path == "facts" else None,
        lambda path, body: body.partition(b"\n\n")[0] + b"\n" if path == "facts" else None,
        lambda path, body: body.replace(b'"visitors":1', b'"visitors":0') if path == "facts" else None,
    )
    for hand in hands:
        gate.wire.hand = hand
        gate.beats()
        assert gate.trust.known.place == FactsPlace()
        assert verdict(gate, first)[0] is Outcome.REFERRED
    gate.wire.hand = lambda path, body: None
    for _ in range(30):
        gate.beats()
    assert verdict(gate, first) == (Outcome.REFUSED, Reason.CODE_REVOKED)


def test_b5_a_key_that_is_withdrawn_is_gone_at_the_next_beat(
    inst: Installation, park: Tenant, gate: GateOnTheWire, person: str, clock: SettableClock
):
    card = codes.card_text(inst, park.staff, person)
    gate.beats()
    assert verdict(gate, card) == WELCOME
    over = {"not_after_s": clock.ms // 1000 - 1, "signs_until_s": clock.ms // 1000 - 1}
    inst.write(
        lambda c: c.execute(update(signing_keys).where(signing_keys.c.purpose == VISITOR).values(**over))
    )
    keys.ensure(inst)
    gate.beats()
    assert verdict(gate, card)[0] is not Outcome.ADMITTED
    again = codes.card_text(inst, park.staff, person)
    gate.beats()
    assert verdict(gate, again) == WELCOME


def test_b5_after_13_days_offline_and_a_new_key_no_valid_visitor_is_refused(
    inst: Installation, park: Tenant, gate: GateOnTheWire, person: str, clock: SettableClock
):
    clock.pass_s(50 * DAY_S)
    keys.ensure(inst)
    card = codes.card_text(inst, park.staff, person)
    gate.beats()
    for day in range(13):
        clock.pass_s(DAY_S)
        keys.ensure(inst)
        assert verdict(gate, card)[0] is not Outcome.REFUSED, f"day {day}"
    gate.beats()
    _, code = codes.phone_codes(inst, person, inst.now_ms() // 30_000, 1)[0]
    gate.beats()
    assert [verdict(gate, text) for text in (card, code)] == [WELCOME, WELCOME]


def test_a_page_goes_packed_over_the_wire_to_whoever_unpacks(
    inst: Installation, park: Tenant, site: Site, person: str
):
    epoch = inst.read(lambda c: gate_facts.place_of(c, park.gate)).epoch
    url = f"{site.url}/api/v1/kiosks/self/facts?epoch={epoch}&after=0"
    bodies = []
    for packing in ("gzip", "identity"):
        headers = {"Authorization": f"Bearer {park.credential}", "Accept-Encoding": packing}
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as reply:
            body = reply.read()
            bodies.append(gzip.decompress(body) if reply.headers["Content-Encoding"] == "gzip" else body)
    assert bodies[0] == bodies[1]
    assert b"W*** W***" in bodies[0]
    assert all(secret not in bodies[0] for secret in (b"Wei", b"13800138000", b"8000"))
