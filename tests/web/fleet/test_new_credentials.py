"""A kiosk gets a new credential and can speak, wherever the change is cut short."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest

from kiosk.host.identity import loaded_identity
from tests.web.fleet.conftest import Killed, Station, Stations
from tests.web.tenants import Tenant
from web.services.errors import NotFoundError
from web.services.gates import gates
from web.services.gates.fleet import rotation
from web.services.installation import Installation
from web.store.gates import fleet, kiosks
from web.store.scope import PROGRAM
from web.store.sealing import token_hash


@pytest.fixture
def station(park: Tenant, stations: Stations) -> Station:
    made = stations.at(park, park.entrance)
    # A server that does not say whether there is news is asked for it next, with the new credential.
    made.network.tells = {}
    made.syncs()
    return made


def kiosk_of(station: Station) -> str:
    return loaded_identity(station.home).kiosk_id


def asked(inst: Installation, park: Tenant, station: Station) -> str:
    """The credential before, after staff asked for another."""
    rotation.ask(inst, park.staff, kiosk_of(station))
    return loaded_identity(station.home).credential


def is_good(inst: Installation, credential: str) -> bool:
    return gates.gate_of(inst, credential) is not None


def test_a_new_credential_replaces_the_old_one_which_is_good_no_more(
    inst: Installation, park: Tenant, station: Station
):
    old = asked(inst, park, station)
    station.syncs()
    station.syncs()
    identity = loaded_identity(station.home)
    assert identity.credential != old
    assert identity.previous == ""
    assert (is_good(inst, identity.credential), is_good(inst, old)) == (True, False)
    asks = station.network.asked.count("rotate")
    station.syncs()
    assert station.network.asked.count("rotate") == asks == 1
    assert old not in (station.home / "kiosk.json").read_text("utf-8")
    assert station.is_online


@pytest.mark.parametrize(
    ("dies_before", "dies_after", "beats"),
    [
        ("rotate", "", 1),  # before it asked
        ("", "rotate", 1),  # the server gave one that never came
        ("venue", "", 1),  # on the disk, not used yet
        ("", "venue", 1),  # used, and the old one not forgotten yet
        ("heartbeat", "", 2),
        ("", "heartbeat", 2),
    ],
)
def test_killed_at_any_step_it_can_still_speak_and_ends_with_the_new_one(
    inst: Installation, park: Tenant, station: Station, dies_before: str, dies_after: str, beats: int
):
    old = asked(inst, park, station)
    if beats == 2:
        station.syncs(1)
        station.boot_ms += 400_000
    station.network.dies_before, station.network.dies_after = dies_before, dies_after
    with pytest.raises(Killed):
        station.syncs(1)
    station.network.dies_before = station.network.dies_after = ""
    station.shows("wang")
    station.restart()
    station.syncs()
    assert station.is_online
    assert station.spool.counts().waiting == 0, "what it made meanwhile arrived"
    station.syncs()
    identity = loaded_identity(station.home)
    assert identity.credential != old
    assert identity.previous == ""
    assert (is_good(inst, identity.credential), is_good(inst, old)) == (True, False)


def test_a_disk_that_keeps_nothing_leaves_the_old_one_in_use(
    inst: Installation, park: Tenant, station: Station, tmp_path: Path
):
    old = asked(inst, park, station)
    kept = station.home / "kiosk.json"
    content = kept.read_bytes()
    kept.unlink()
    (station.home / "kiosk.json").mkdir()  # nothing can be renamed over a folder
    (station.home / "kiosk.json" / "x").touch()
    station.syncs()
    assert station.is_online
    assert is_good(inst, old)
    (station.home / "kiosk.json" / "x").unlink()
    (station.home / "kiosk.json").rmdir()
    kept.write_bytes(content)
    station.syncs()
    station.syncs()
    assert loaded_identity(station.home).credential != old


def test_a_server_that_was_restored_to_before_the_change_still_knows_the_kiosk(
    inst: Installation, park: Tenant, station: Station
):
    old = asked(inst, park, station)
    station.network.lacks = "venue"
    station.syncs(1)  # given and kept, never used
    station.network.lacks = ""
    assert loaded_identity(station.home).previous == old
    back = {"next_credential_hash": None, "rotate_ms": None}
    inst.write(lambda c: kiosks.changed(c, PROGRAM, kiosk_of(station), **back))
    station.syncs()
    station.syncs()
    assert station.is_online
    assert is_good(inst, old)
    station.restart()
    station.syncs()
    station.syncs()
    assert station.is_online


def test_a_credential_that_was_given_twice_is_good_once(inst: Installation, park: Tenant):
    rotation.ask(inst, park.staff, park.gate.id)
    first, second = rotation.given(inst, park.gate), rotation.given(inst, park.gate)
    assert not is_good(inst, first)
    assert is_good(inst, park.credential), "until the new one was used"
    assert is_good(inst, second)
    assert not is_good(inst, park.credential)
    assert not inst.write(lambda c: fleet.promoted(c, token_hash(second))), "once"
    dump = inst.read(lambda c: repr(kiosks.rows(c, PROGRAM, park.venue)))
    assert second not in dump


def test_a_withdrawn_kiosk_gets_in_with_neither(inst: Installation, park: Tenant):
    second = rotation.given(inst, park.gate)
    gates.revoke_kiosk(inst, park.staff, park.gate.id)
    assert not is_good(inst, second)
    assert not is_good(inst, park.credential)


def test_only_staff_of_the_kiosk_may_ask(inst: Installation, park: Tenant, mill: Tenant):
    with pytest.raises(NotFoundError):
        rotation.ask(inst, mill.staff, park.gate.id)


def test_an_answer_that_holds_no_credential_changes_nothing(
    inst: Installation, park: Tenant, station: Station
):
    old = asked(inst, park, station)
    app = station.network.app
    odd: list[object] = [None, "", "x", 5, "a b" * 20, "é" * 20, "a\r\nb" * 10, ["x" * 30]]

    class Strange(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            answer = app.handle_request(request)
            if not request.url.path.endswith("/rotate"):
                return answer
            body = json.dumps({"credential": odd.pop()}).encode()
            return httpx.Response(200, stream=httpx.ByteStream(body))

    station.network.app = Strange()
    while odd:
        station.syncs(1)
        assert loaded_identity(station.home).credential == old
        assert station.is_online
