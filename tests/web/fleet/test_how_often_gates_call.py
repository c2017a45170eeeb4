"""The more gates there are, the less often each calls; what it asks then is only what is new."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import pairwise

import httpx
import pytest
from sqlalchemy import delete, insert

from tests.web.fleet.conftest import Station, Stations
from tests.web.fleet.heartbeats import BEAT, beats, open_silences, unit
from tests.web.tenants import SettableClock, Tenant
from web.db.connecting.connection import Connection
from web.db.tables import kiosks
from web.services.gates import gates, pacing
from web.services.gates.fleet import silence
from web.services.gates.fleet.fleet_values import Presence
from web.services.installation import Installation

MINUTE_MS = 60_000


def crowd(inst: Installation, park: Tenant, count: int) -> None:
    """So many more kiosks that called just now, and a minute in which they are counted."""
    row = {"entrance_id": park.entrance, "name": "k", "enrolled_ms": 1, "version": "1", "camera": "ok"}
    seen_ms = inst.now_ms()
    rows = [
        {**row, "id": f"crowd {number}", "credential_hash": number.to_bytes(32, "big"), "seen_ms": seen_ms}
        for number in range(count)
    ]

    def work(connection: Connection) -> None:
        connection.execute(delete(kiosks).where(kiosks.c.id.like("crowd %")))
        connection.execute(insert(kiosks), rows)

    inst.write(work)


@pytest.mark.parametrize(("count", "seconds"), [(1, 5), (300, 6), (1_500, 30), (9_000, 120)])
def test_many_gates_are_told_to_call_less_often_and_none_for_longer_than_two_minutes(
    embedded_park: tuple[Installation, Tenant], clock: SettableClock, count: int, seconds: int
):
    inst, park = embedded_park
    crowd(inst, park, count)
    assert pacing.every_s(inst) == seconds
    # They are gone for a day and do not count any more; nobody notices within the minute.
    clock.pass_s(59)
    assert pacing.every_s(inst) == seconds
    clock.pass_s(86_400)
    assert pacing.every_s(inst) == 5


def test_who_is_silent_is_told_by_how_often_gates_are_to_call(
    embedded_park: tuple[Installation, Tenant], clock: SettableClock
):
    inst, park = embedded_park
    inst = replace(inst, settings=replace(inst.settings, gate_beat_s=120))
    beats(inst, park.gate)
    steps = ((360, Presence.ONLINE), (1, Presence.QUIET), (118, Presence.QUIET), (1, Presence.SILENT))
    for seconds, presence in steps:
        clock.pass_s(seconds)
        assert unit(inst, park).presence is presence
    silence.watched(inst)
    assert open_silences(inst) == []
    clock.pass_s(1)
    silence.watched(inst)
    assert open_silences(inst) == [park.gate.id]


def test_a_heartbeat_says_when_to_call_again_and_what_passed_last(
    inst: Installation, park: Tenant, stations: Stations, clock: SettableClock
):
    station = stations.at(park, park.side_entrance)
    station.syncs()
    heard = gates.heard(inst, park.gate, gates.heartbeat_of(BEAT))
    assert heard.venue == (0, "")
    entry = station.entry("visitor-1")
    station.syncs()
    heard = gates.heard(inst, park.gate, gates.heartbeat_of(BEAT))
    assert heard.venue == (clock(), entry.id)


def asked_in_three_minutes(station: Station, tells: dict[str, object] | None = None) -> Counter[str]:
    """What a gate asks at which nobody passes; of a server that tells something else, if it does."""
    station.network.tells = tells
    station.syncs()
    station.network.asked.clear()
    ends_ms = station.boot_ms + 3 * MINUTE_MS
    while station.boot_ms < ends_ms:
        station.boot_ms += round(max(0.01, station.uplink.step()) * 1000)
    return Counter(station.network.asked)


def seldom(inst: Installation) -> Installation:
    """The same where gates are told to call each 100 s."""
    return replace(inst, settings=replace(inst.settings, gate_beat_s=100))


def test_a_gate_asks_less_of_a_server_that_tells_and_as_before_of_one_that_does_not(
    embedded_park: tuple[Installation, Tenant], clock: SettableClock, tmp_path_factory: pytest.TempPathFactory
):
    inst, park = embedded_park
    stations = Stations(inst, clock, tmp_path_factory.mktemp("stations"))
    station = stations.at(park, park.side_entrance)
    older = asked_in_three_minutes(station, {})
    assert older["heartbeat"] == older["venue"] >= 36
    now = asked_in_three_minutes(stations.at(park, park.side_entrance))
    assert now["heartbeat"] >= 36
    assert now["venue"] == 0
    # A server cannot make a gate call without end, nor not at all.
    for told, least, most in ((0.001, 90, 100), (10**9, 1, 2), ("soon", 36, 40), (None, 36, 40)):
        found = asked_in_three_minutes(station, {"next_s": told, "venue": [0, ""]})["heartbeat"]
        assert least <= found <= most, told
    stations.stop()
    fewer = Stations(seldom(inst), clock, tmp_path_factory.mktemp("fewer"))
    found = asked_in_three_minutes(fewer.at(park, park.side_entrance))
    assert 1 <= found["heartbeat"] <= 2
    assert found["venue"] == 0
    fewer.stop()


def test_a_pause_that_the_server_asks_for_is_kept_for_news_too(
    embedded_park: tuple[Installation, Tenant], clock: SettableClock, tmp_path_factory: pytest.TempPathFactory
):
    inst, park = embedded_park
    stations = Stations(inst, clock, tmp_path_factory.mktemp("stations"))
    station = stations.at(park, park.side_entrance)
    station.syncs()
    asked: list[int] = []
    network = station.network

    network.tells = {}

    def busy(request: httpx.Request) -> httpx.Response:
        if not request.url.path.endswith("/venue"):
            return network(request)
        asked.append(station.boot_ms)
        return httpx.Response(429, headers={"Retry-After": "60"}, stream=httpx.ByteStream(b"{}"))

    station.portal._client._transport = httpx.MockTransport(busy)
    ends_ms = station.boot_ms + 3 * MINUTE_MS
    while station.boot_ms < ends_ms:
        station.boot_ms += round(max(0.01, station.uplink.step()) * 1000)
    assert 2 <= len(asked) <= 3
    assert all(after - before >= 60_000 for before, after in pairwise(asked))
    stations.stop()
