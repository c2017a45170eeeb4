"""Kiosks as the server sees them: enrolled once, told what is new, never told what is old."""

from __future__ import annotations

import json
import threading

import pytest

from domain.bundle import Bundle, opened_bundle
from domain.enrolment import parsed_enrolment
from domain.errors import InputError, TamperedError
from domain.policy import Asked
from domain.venue import VenueState
from tests.web.tenants import SettableClock, Tenant, enrolled
from web.services.errors import GoneError
from web.services.gates import gates
from web.services.gates.fleet import fleet
from web.services.gates.gates import Gate, Heartbeat
from web.services.installation import Installation
from web.services.people import codes, visitors
from web.services.people.visitors import Registration
from web.services.places import places
from web.store import policies


def registered(inst: Installation, park: Tenant) -> str:
    given = Registration(park.enterprise, "Wang Weiling", "13800138000", "contractor")
    return visitors.register(inst, park.staff, given).visitor_id


def key_of(inst: Installation, park: Tenant):
    return parsed_enrolment(gates.new_enrolment(inst, park.staff, park.entrance).text).bundle_key


def pulled(inst: Installation, park: Tenant, have: int = 0) -> Bundle:
    note = gates.bundle(inst, park.gate, have)
    assert note is not None
    return opened_bundle(note, key_of(inst, park), park.entrance, have)


def newest(inst: Installation, park: Tenant) -> int:
    return gates.heard(inst, park.gate, Heartbeat("1.0", "ok", 0, 0, 0)).bundle_seq


def test_an_enrolment_gives_a_kiosk_its_own_credential_and_place(inst: Installation, park: Tenant):
    shown = gates.new_enrolment(inst, park.staff, park.side_entrance)
    told = parsed_enrolment(shown.text)
    assert told.server == "https://park.example"
    assert shown.svg.lstrip().startswith("<")
    got = gates.enrol(inst, told.token, "  South\nkiosk ", "1.0")
    assert (got.entrance_id, got.venue_id) == (park.side_entrance, park.venue)
    assert (got.entrance_name, got.venue_name) == ("South gate", "Park Ltd site")
    gate = gates.gate_of(inst, got.credential)
    assert gate == Gate(got.kiosk_id, park.side_entrance, park.venue)
    names = {row.name for row in fleet.listed(inst, park.staff)}
    assert names == {"gate", "South kiosk"}


def test_an_enrolment_works_once_and_for_ten_minutes_by_the_clock(
    inst: Installation, park: Tenant, clock: SettableClock
):
    def token() -> str:
        return parsed_enrolment(gates.new_enrolment(inst, park.staff, park.entrance).text).token

    used, late, last = token(), token(), token()
    gates.enrol(inst, used, "gate", "1.0")
    clock.pass_s(600 - 0.001)
    gates.enrol(inst, last, "gate", "1.0")
    clock.pass_s(0.001)
    for gone in (used, late, last, "", "x", "\ud800", "\0"):
        with pytest.raises(GoneError, match="used or has expired"):
            gates.enrol(inst, gone, "gate", "1.0")
    assert len(fleet.listed(inst, park.staff)) == 3


def test_a_bad_name_does_not_use_the_enrolment_up(inst: Installation, park: Tenant):
    token = parsed_enrolment(gates.new_enrolment(inst, park.staff, park.entrance).text).token
    for name in ("x" * 500, " ", "\u202e"):
        with pytest.raises(InputError) as refused:
            gates.enrol(inst, token, name, "1.0")
        assert refused.value.field == "name"
    got = gates.enrol(inst, token, "", "v" * 500 + "\0\ud800")
    assert gates.gate_of(inst, got.credential) is not None


def test_of_many_kiosks_with_one_enrolment_one_wins(inst: Installation, park: Tenant):
    token = parsed_enrolment(gates.new_enrolment(inst, park.staff, park.entrance).text).token
    came: list[str] = []
    start = threading.Barrier(8)

    def claim() -> None:
        start.wait()
        try:
            came.append(gates.enrol(inst, token, "gate", "1.0").credential)
        except GoneError:
            came.append("gone")

    threads = [threading.Thread(target=claim) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(came), came.count("gone")) == (8, 7)
    assert len(fleet.listed(inst, park.staff)) == 2


def test_neither_token_nor_credential_is_kept_in_clear(embedded_park: tuple[Installation, Tenant]):
    inst, park = embedded_park
    token = parsed_enrolment(gates.new_enrolment(inst, park.staff, park.entrance).text).token
    dump = inst.read(
        lambda c: repr([c.exec_driver_sql(f"SELECT * FROM {t}").all() for t in ("kiosks", "enrolments")])
    )
    assert token not in dump
    assert park.credential not in dump


def test_a_kiosk_that_is_withdrawn_again_was_withdrawn_the_first_time(
    inst: Installation, park: Tenant, clock: SettableClock
):
    """What it made after that is judged by when it was."""
    first_ms = inst.now_ms()
    for _ in range(2):
        gates.revoke_kiosk(inst, park.staff, park.gate.id)
        clock.pass_s(86_400)
    [row] = fleet.listed(inst, park.staff)
    assert row.revoked_ms == first_ms


def test_a_revoked_kiosk_is_nobody_and_stays_listed(inst: Installation, park: Tenant):
    second, credential = enrolled(inst, park.staff, park.entrance)
    gates.revoke_kiosk(inst, park.staff, park.gate.id)
    assert gates.gate_of(inst, park.credential) is None
    assert gates.gate_of(inst, credential) == second
    rows = fleet.listed(inst, park.staff)
    assert [(row.id, row.revoked_ms is None) for row in rows] == [(second.id, True), (park.gate.id, False)]


def test_a_bundle_opens_with_the_key_of_the_enrolment_and_with_no_other(
    inst: Installation, park: Tenant, mill: Tenant
):
    held = pulled(inst, park)
    assert (held.entrance.id, held.entrance.venue_name) == (park.entrance, "Park Ltd site")
    assert held.entrance.venue_state is VenueState.OPEN
    note = gates.bundle(inst, park.gate, 0)
    assert note is not None
    key = key_of(inst, park)
    for wrong in (note.replace(b"North", b"South", 1), note[:-10], b"", b"\xff"):
        with pytest.raises(TamperedError):
            opened_bundle(wrong, key, park.entrance, 0)
    with pytest.raises(TamperedError, match="another entrance"):
        opened_bundle(note, key, mill.entrance, 0)
    with pytest.raises(TamperedError, match="older"):
        opened_bundle(note, key, park.entrance, held.seq + 1)


def test_a_bundle_is_sent_again_only_when_something_changed(inst: Installation, park: Tenant):
    registered(inst, park)
    seq = pulled(inst, park).seq
    assert seq == newest(inst, park)
    assert gates.bundle(inst, park.gate, seq) is None
    for other in (0, seq - 1, seq + 1, -1):
        assert gates.bundle(inst, park.gate, other) is not None


def test_every_change_that_gates_must_know_raises_the_bundle(
    inst: Installation, park: Tenant, clock: SettableClock
):
    seqs = [newest(inst, park)]

    def risen() -> None:
        seqs.append(newest(inst, park))
        assert seqs[-1] > seqs[-2]
        assert pulled(inst, park, seqs[-2]).seq == seqs[-1]

    places.set_venue_state(inst, park.staff, park.venue, "paused")
    risen()
    person = registered(inst, park)
    codes.card_text(inst, park.staff, person)
    assert newest(inst, park) == seqs[-1], "people are no part of it"


def test_the_bundle_holds_what_a_gate_needs_and_nobody(inst: Installation, park: Tenant):
    registered(inst, park)
    places.set_venue_state(inst, park.staff, park.venue, "paused")
    held = pulled(inst, park)
    assert held.entrance.venue_state is VenueState.PAUSED
    assert held.facts == gates.heard(inst, park.gate, Heartbeat("1.0", "ok", 0, 0, 0)).facts
    assert held.facts.seq == 1
    assert len(held.keys) == 1
    note = gates.bundle(inst, park.gate, 0)
    assert note is not None
    for secret in (b"Weiling", b"13800138000", b"+86138"):
        assert secret not in note


def test_a_policy_reaches_the_gates_of_its_venue_and_no_other(inst: Installation, park: Tenant, mill: Tenant):
    asked = json.dumps({"temperature": "ask"})
    inst.write(lambda c: policies.added(c, ("venue", park.venue), asked, "a", 1))
    assert pulled(inst, park).policy.temperature is Asked.ASK
    assert pulled(inst, mill).policy.temperature is Asked.OFF


def test_a_heartbeat_is_shown_to_staff(inst: Installation, park: Tenant, clock: SettableClock):
    clock.pass_s(5)
    gates.heard(inst, park.gate, Heartbeat("9.9" + "\0" * 50, "frozen \ud800", 17, 3, 4))
    [row] = fleet.listed(inst, park.staff)
    assert (row.waiting, row.seen_ms) == (17, clock.ms)
    assert row.camera.startswith("frozen")
    assert row.version.startswith("9.9")


GOOD_BEAT = {"version": "1.0", "camera": "ok", "waiting": 1, "bundle_seq": 2, "foreign": 3}


def test_a_good_heartbeat_is_read():
    assert gates.heartbeat_of(GOOD_BEAT) == Heartbeat("1.0", "ok", 1, 2, 3)


def test_what_no_kiosk_sends_is_a_sentence():
    odd = [-1, 2**53, 10**30, 10**5000, float("inf"), float("nan"), 1.5, "1", "x", None, True, [], {}]
    beats: list[object] = [None, [], "x", 5, {}, {"version": "1.0"}]
    beats += [{**GOOD_BEAT, "waiting": 2**31}, {**GOOD_BEAT, "version": 1}, {**GOOD_BEAT, "camera": None}]
    beats += [{**GOOD_BEAT, field: value} for field in ("waiting", "bundle_seq", "foreign") for value in odd]
    for beat in beats:
        with pytest.raises(InputError) as refused:
            gates.heartbeat_of(beat)
        assert refused.value.field == "heartbeat"


def test_the_highest_numbers_of_a_heartbeat_fit(inst: Installation, park: Tenant):
    highest = {"waiting": 2**31 - 1, "bundle_seq": 2**53 - 1, "foreign": 2**53 - 1}
    gates.heard(inst, park.gate, gates.heartbeat_of({**GOOD_BEAT, **highest}))
    [row] = fleet.listed(inst, park.staff)
    assert row.waiting == 2**31 - 1
