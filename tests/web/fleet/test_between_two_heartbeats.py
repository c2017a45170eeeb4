"""Two gates of one venue decide within one heartbeat: the one who asks in time knows of the other."""

from __future__ import annotations

import threading
from typing import Any

import httpx
import pytest

from domain.decision import Outcome
from domain.reason import Reason
from domain.venue import Direction
from kiosk.gate.particulars import Particulars
from kiosk.occupancy.heard import FILE_NAME
from kiosk.uplink.neighbours import Neighbours
from tests.web.fleet.conftest import Station, Stations
from tests.web.tenants import SettableClock, Tenant, rule
from web.services.installation import Installation

ADMITTED, REFUSED = Outcome.ADMITTED, Outcome.REFUSED
OUT = Direction.OUT


def sent(station: Station) -> None:
    """The uplink hands over what was decided, as it does at once when it is woken; no heartbeat is due."""
    station.delivery.look()
    station.uplink.step()
    assert station.network.asked[-1] == "entries"


def opened(inst: Installation, park: Tenant, stations: Stations, **asked: Any) -> tuple[Station, Station]:
    rule(inst, park, **asked)
    north, south = stations.at(park, park.entrance), stations.at(park, park.side_entrance)
    for station in (north, south):
        station.syncs()
    return north, south


def test_the_last_place_is_given_once(inst: Installation, park: Tenant, stations: Stations):
    north, south = opened(inst, park, stations, capacity=3)
    assert [north.shows(who) for who in ("wang", "li")] == [ADMITTED] * 2
    sent(north)
    assert south.shows("chen") is ADMITTED
    sent(south)
    assert north.entry("zhao").reason is Reason.VENUE_FULL
    assert south.entry("sun").reason is Reason.VENUE_FULL
    assert (north.inside, south.inside) == (3, 3), "no heartbeat was needed"


def test_a_place_that_became_free_at_the_other_gate_is_free_at_once(
    inst: Installation, park: Tenant, stations: Stations
):
    north, south = opened(inst, park, stations, capacity=1)
    assert north.shows("wang") is ADMITTED
    sent(north)
    assert south.entry("li").reason is Reason.VENUE_FULL
    assert north.shows("wang", OUT) is ADMITTED
    sent(north)
    assert south.shows("li") is ADMITTED


def test_one_card_goes_in_once_and_comes_back_after_it_left_elsewhere(
    inst: Installation, park: Tenant, stations: Stations
):
    north, south = opened(inst, park, stations, reentry="refuse")
    for station, who in ((north, "chen"), (south, "zhao")):
        assert station.shows(who) is ADMITTED
        station.syncs()
    north.syncs()  # each knows that the venue has another gate
    assert north.shows("wang") is ADMITTED
    sent(north)
    assert south.entry("wang").reason is Reason.ALREADY_INSIDE
    assert south.shows("wang", OUT) is ADMITTED
    sent(south)
    assert north.shows("wang") is ADMITTED


def test_a_gate_that_is_alone_or_far_from_the_limit_asks_nobody(
    inst: Installation, park: Tenant, stations: Stations
):
    north, _ = opened(inst, park, stations, capacity=30, reentry="refuse")
    north.register.look()
    north.network.asked.clear()
    many = Particulars(companions=18)
    assert north.shows("wang", particulars=many) is ADMITTED
    assert north.shows("li") is ADMITTED
    assert north.network.asked == []
    assert north.shows("chen") is ADMITTED
    assert north.network.asked == ["venue"], "ten places are left"
    assert north.shows("chen", OUT) is ADMITTED
    assert north.network.asked == ["venue"], "out is out"


def test_the_longer_ago_it_heard_of_the_others_the_sooner_a_gate_asks(
    inst: Installation, park: Tenant, stations: Stations
):
    """A server with very many gates lets them call once a minute."""
    north, south = opened(inst, park, stations, capacity=100)
    north.register.look()
    assert south.shows("wang", particulars=Particulars(companions=94)) is ADMITTED
    sent(south)
    north.boot_ms += 55_000
    assert north.entry("li", particulars=Particulars(companions=9)).reason is Reason.VENUE_FULL
    assert north.entry("li", particulars=Particulars(companions=4)).outcome is ADMITTED
    assert north.inside == 100, "of a limit that counts with whom somebody comes"
    assert north.entry("chen").reason is Reason.VENUE_FULL


def test_offline_it_judges_alone(inst: Installation, park: Tenant, stations: Stations):
    """What remains: gates that are cut off each let in as many as they know room for."""
    north, south = opened(inst, park, stations, capacity=1)
    south.network.is_up = False
    south.syncs()
    assert not south.is_online
    assert north.shows("wang") is ADMITTED
    sent(north)
    asked = len(south.network.asked)
    assert south.shows("li") is ADMITTED
    assert len(south.network.asked) == asked


def test_a_server_that_does_not_answer_in_time_is_not_waited_for_and_not_asked_again_at_once(
    inst: Installation, park: Tenant, stations: Stations
):
    _, south = opened(inst, park, stations, capacity=10)
    stuck = threading.Event()
    asked: list[str] = []
    hasty = Neighbours(south.portal, south.register, lambda: True, south.seconds, haste_s=0.05)
    south.register.look = hasty.look

    def hangs(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        stuck.wait(60)
        raise httpx.ReadTimeout("late")

    south.portal._client._transport = httpx.MockTransport(hangs)
    assert [south.shows(who) for who in ("wang", "li", "chen")] == [ADMITTED] * 3
    stuck.set()
    assert len(asked) == 1


@pytest.mark.parametrize("boots", [False, True])
def test_started_again_offline_a_gate_knows_what_the_others_told_today(
    inst: Installation, park: Tenant, stations: Stations, boots: bool
):
    north, south = opened(inst, park, stations, capacity=3, reentry="refuse")
    for who in ("wang", "li"):
        assert north.shows(who) is ADMITTED
    north.syncs()
    south.syncs()
    assert south.shows("chen") is ADMITTED
    kept = next(south.home.rglob(FILE_NAME)).read_text("utf-8")
    assert "wang" not in kept, "tags, and nobody's name or number"
    assert kept.count("\n") == 3
    south.network.is_up = False
    south.restart()
    assert south.inside == 3
    assert south.entry("zhao").reason is Reason.VENUE_FULL
    assert south.shows("li", OUT) is ADMITTED
    assert south.entry("wang").reason is Reason.ALREADY_INSIDE
    if boots:
        south.network.is_up = True
        south.syncs()
        assert south.inside == 2, "what the server tells again counts once"


def test_what_was_kept_yesterday_is_nothing_today(
    inst: Installation, park: Tenant, stations: Stations, clock: SettableClock
):
    north, south = opened(inst, park, stations, capacity=3)
    assert north.shows("wang") is ADMITTED
    north.syncs()
    south.syncs()
    clock.pass_s(14 * 3600)
    south.boot_ms += 14 * 3_600_000
    south.network.is_up = False
    south.restart()
    assert south.inside == 0
