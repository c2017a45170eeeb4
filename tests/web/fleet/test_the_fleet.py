"""The fleet as staff see it: how each kiosk is, what needs attention first, and when one falls silent."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from kiosk.host.identity import loaded_identity
from tests.web.fleet.conftest import Stations
from tests.web.fleet.heartbeats import beats, open_silences, unit
from tests.web.tenants import SettableClock, Tenant, enrolled
from web.db.tables import alerts
from web.services.gates import gates
from web.services.gates.fleet import fleet, silence
from web.services.gates.fleet.fleet_text import fleet_lines
from web.services.gates.fleet.fleet_values import Need, Presence
from web.services.gates.fleet.vitals import Vitals, vitals_of
from web.services.installation import Installation
from web.store.gates import fleet as fleet_store
from web.store.gates import kiosks
from web.store.gates.fleet import Wanted
from web.store.scope import PROGRAM


def test_what_a_kiosk_tells_of_itself_is_shown(
    inst: Installation, park: Tenant, stations: Stations, clock: SettableClock
):
    station = stations.at(park, park.side_entrance)
    station.syncs()
    kiosk_id = loaded_identity(station.home).kiosk_id
    shown = fleet.detail(inst, park.staff, kiosk_id).unit
    assert (shown.presence, shown.fps_tenths, shown.clock_offset_ms) == (Presence.ONLINE, 300, 1_250)
    assert (shown.bundle_age_s, shown.entrance_name, shown.camera) == (33, "South gate", "ok")
    assert (shown.needs, shown.venue_id, shown.enterprise_name) == ((), park.venue, "Park Ltd")


def test_it_is_online_for_15_s_quiet_until_7_min_and_silent_from_then_on(
    inst: Installation, park: Tenant, clock: SettableClock
):
    assert unit(inst, park).presence is Presence.NEVER
    assert unit(inst, park).needs == (Need.START,)
    beats(inst, park.gate)
    passed = 0.0
    for seconds, presence in (
        (15, Presence.ONLINE), (15.001, Presence.QUIET), (419.999, Presence.QUIET), (420, Presence.SILENT),
        (86_400, Presence.SILENT),
    ):  # fmt: skip
        clock.pass_s(seconds - passed)
        passed = seconds
        assert unit(inst, park).presence is presence
    assert unit(inst, park).needs == (Need.SILENT,)
    gates.revoke_kiosk(inst, park.staff, park.gate.id)
    assert (unit(inst, park).presence, unit(inst, park).needs) == (Presence.WITHDRAWN, ())


@pytest.mark.parametrize(
    ("told", "needs"),
    [
        ({}, ()),
        ({"camera": "frozen"}, (Need.CAMERA,)),
        ({"camera": "slow"}, (Need.SLOW,)),
        ({"fps": 4.9}, (Need.SLOW,)),
        ({"fps": 5}, ()),
        ({"clock_offset_ms": 300_000}, ()),
        ({"clock_offset_ms": 300_001}, (Need.CLOCK,)),
        ({"clock_offset_ms": -300_001, "camera": "lost"}, (Need.CAMERA, Need.CLOCK)),
        ({"waiting": 7}, ()),
        ({"bundle_age_s": 599}, ()),
        ({"bundle_age_s": 600}, (Need.RULES,)),
    ],
)
def test_what_needs_somebody_is_said(
    embedded_park: tuple[Installation, Tenant], told: dict[str, object], needs: tuple[Need, ...]
):
    inst, park = embedded_park
    fleet.move(inst, park.staff, park.gate.id, park.side_entrance)  # so that there are newer rules
    beats(inst, park.gate, **told)
    assert unit(inst, park).needs == needs


def test_entries_wait_where_nobody_can_be_heard(inst: Installation, park: Tenant, clock: SettableClock):
    beats(inst, park.gate, waiting=7)
    assert unit(inst, park).needs == ()
    clock.pass_s(60)
    assert unit(inst, park).needs == (Need.WAITING,)


@pytest.mark.parametrize(
    "told",
    [
        {"fps": "30", "clock_offset_ms": 1.5, "bundle_age_s": -1},
        {"fps": True, "clock_offset_ms": "x", "bundle_age_s": 10**30},
        {"fps": float("nan"), "clock_offset_ms": 10**30, "bundle_age_s": None},
        {"fps": float("inf"), "clock_offset_ms": True, "bundle_age_s": []},
        {"fps": -1},
        {},
    ],
)
def test_what_is_no_number_is_not_known(told: dict[str, object]):
    assert vitals_of(told) == Vitals()


def test_what_needs_attention_comes_first_and_what_is_over_last(
    inst: Installation, park: Tenant, mill: Tenant, clock: SettableClock
):
    made = {name: enrolled(inst, park.staff, park.entrance)[0] for name in ("well", "gone", "blind", "mute")}
    for name, gate in made.items():
        fleet.rename(inst, park.staff, gate.id, name)
    beats(inst, made["mute"])
    clock.pass_s(500)
    beats(inst, made["well"])
    beats(inst, made["blind"], camera="black")
    gates.revoke_kiosk(inst, park.staff, made["gone"].id)
    names = [one.name for one in fleet.listed(inst, park.staff)]
    assert names == ["mute", "blind", "gate", "well", "gone"]
    assert [one.name for one in fleet.listed(inst, park.staff, state=fleet.ATTENTION)] == names[:3]
    assert [one.name for one in fleet.listed(inst, park.staff, state=Presence.WITHDRAWN)] == ["gone"]
    everywhere = fleet.listed(inst, PROGRAM)
    assert len(everywhere) == 6
    assert {one.id for one in fleet.listed(inst, PROGRAM, Wanted(mill.enterprise))} == {mill.gate.id}
    assert {one.id for one in fleet.listed(inst, PROGRAM, Wanted(venue_id=mill.venue))} == {mill.gate.id}
    lines = list(fleet_lines(everywhere, clock()))
    assert lines[0].split("\t")[:4] == ["silent", "mute", "Park Ltd site · North gate", "500 s ago"]
    assert list(fleet_lines([], clock())) == ["No kiosk yet. 尚无扫码终端。"]


def test_seven_minutes_of_silence_raise_one_alarm_which_is_over_with_the_next_word(
    inst: Installation, park: Tenant, mill: Tenant, clock: SettableClock
):
    never, _ = enrolled(inst, park.staff, park.entrance)
    beats(inst, park.gate)
    clock.pass_s(420)
    assert silence.watched(inst) == 0
    clock.pass_s(0.001)
    assert silence.watched(inst) == 1
    for _ in range(3):
        clock.pass_s(3600)
        assert silence.watched(inst) == 0, "one alarm for one silence"
    assert open_silences(inst) == [park.gate.id], "one that never spoke is not missed"
    assert (silence.count(inst, park.staff), silence.count(inst, mill.staff)) == (1, 0)
    beats(inst, park.gate)
    silence.watched(inst)
    assert open_silences(inst) == []
    [alert] = fleet.detail(inst, park.staff, park.gate.id).alerts
    assert (alert.kind, alert.settled_ms, alert.resolution) == ("kiosk_silent", clock(), "spoke_again")
    clock.pass_s(500)
    assert silence.watched(inst) == 1
    assert len(fleet.detail(inst, park.staff, park.gate.id).alerts) == 2
    assert fleet.detail(inst, park.staff, never.id).alerts == ()


def test_a_clock_that_goes_back_ends_no_silence_and_tells_of_none_twice(
    inst: Installation, park: Tenant, clock: SettableClock
):
    """Nor does a longer patience, as when there are more gates: it has not spoken since."""
    beats(inst, park.gate)
    clock.pass_s(500)
    assert silence.watched(inst) == 1
    clock.pass_s(-300)
    assert silence.watched(inst) == 0
    assert open_silences(inst) == [park.gate.id]
    clock.pass_s(600)
    assert [silence.watched(inst) for _ in range(3)] == [0, 0, 0]
    assert open_silences(inst) == [park.gate.id]


def test_a_withdrawn_kiosk_is_not_missed(inst: Installation, park: Tenant, clock: SettableClock):
    beats(inst, park.gate)
    clock.pass_s(500)
    silence.watched(inst)
    gates.revoke_kiosk(inst, park.staff, park.gate.id)
    silence.watched(inst)
    assert open_silences(inst) == []
    clock.pass_s(500)
    assert silence.watched(inst) == 0


def test_the_same_silence_found_twice_at_once_is_one_alarm(
    inst: Installation, park: Tenant, clock: SettableClock
):
    beats(inst, park.gate)
    clock.pass_s(500)
    silence.watched(inst)
    inst.write(lambda c: kiosks.changed(c, PROGRAM, park.gate.id, waiting=3))
    row = inst.read(lambda c: c.execute(select(alerts)).one())
    values = {"key": row.key, "venue_id": row.venue_id, "kiosk_id": row.kiosk_id, "evidence": "{}"}
    inst.write(lambda c: fleet_store.silence_raised(c, {**values, "found_ms": 1}))
    assert len(open_silences(inst)) == 1
