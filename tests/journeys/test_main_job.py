"""A visitor's code, a kiosk's camera, the venue's log on a browser's page: all of it as users start it."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from demo.visits import FOREIGN
from tests.journeys.stage import (
    Place,
    Process,
    downloaded,
    eventually,
    fetched,
    minutes_of,
    rows,
    signed_in,
)
from tests.journeys.stream import Stream, walks_up

pytestmark = pytest.mark.journey


def _kiosk(place: Place, home: Path, stream: Stream) -> list[str]:
    run = ["kiosk", "run", "--source", stream.url, "--server", place.url, "--home", str(home)]
    return [*run, "--port", str(place.kiosk_port)]


def test_every_visitor_before_the_camera_becomes_one_entry_on_the_live_log_page(
    place: Place,
    site: Process,
    enrolled: Path,
    processes: Callable[..., Process],
    browser: Browser,
    streams: Callable[..., Stream],
) -> None:
    forged = place.demo.cards[0][:-6] + place.demo.cards[1][-6:]
    page = signed_in(browser, place)
    page.goto(f"{place.url}/venues/{place.demo.venue_id}/log")

    began_s = time.time()
    stream = streams([])
    kiosk = processes("kiosk", _kiosk(place, enrolled, stream), "kiosk ready")
    for visit, noticed in (
        (("phone", place.phone(0), "plain"), _entered(kiosk, 1)),
        (("card", place.demo.cards[1], "tilted"), _entered(kiosk, 2)),
        (("poster", FOREIGN[0], "plain"), _foreign(place, 1)),
        (("phone", place.phone(2), "moving"), _entered(kiosk, 3)),
        (("card", forged, "plain"), _entered(kiosk, 4)),
        (("poster", FOREIGN[1], "tilted"), _foreign(place, 2)),
    ):
        walks_up(stream, visit, noticed, f"{visit}: {kiosk.words()}")
    eventually(lambda: len(rows(page)) >= 4, 60, f"4 entries on the open page: {kiosk.words()}")
    ended_s = time.time()

    entries = downloaded(page, place)
    assert [entry["visitor (masked)"] for entry in entries] == ["张*", "A*** L***", "王*", ""]
    assert [entry["decision"] for entry in entries] == ["admitted"] * 3 + ["refused"]
    assert entries[3]["reason"] in ("code_forged", "code_damaged")
    assert [entry["presence"] for entry in entries[:3]] == ["rotating", "static", "rotating"]
    assert {entry["venue"] for entry in entries} == {"云杉科技园 Spruce Science Park"}
    assert {entry["entrance"] for entry in entries} == {"南门 South gate"}
    times = [minutes_of(entry) for entry in entries]
    assert times == sorted(times)
    assert all(began_s < at_s < ended_s for at_s in times)
    assert len(rows(page)) == 4, "a foreign code makes no entry, and nobody is entered twice"
    assert kiosk.stop(signal.SIGINT) == 0, kiosk.words()
    assert site.stop(signal.SIGINT) == 0, site.words()


def test_a_site_killed_and_started_again_loses_no_entry_and_doubles_none(
    place: Place,
    site: Process,
    enrolled: Path,
    processes: Callable[..., Process],
    browser: Browser,
    streams: Callable[..., Stream],
) -> None:
    stream = streams([])
    kiosk = processes("kiosk", _kiosk(place, enrolled, stream), "kiosk ready")

    def comes(number: int, shown: str, code: str) -> None:
        walks_up(stream, (shown, code, "plain"), _entered(kiosk, number), f"{number}: {kiosk.words()}")

    comes(1, "phone", place.phone(0))
    site.kill()
    comes(2, "card", place.demo.cards[1])
    comes(3, "card", place.demo.cards[2])
    eventually(lambda: _state(place)["link"]["state"] == "offline", 60, "the gate misses its site")
    assert _state(place)["waiting"] >= 2
    site.start("ready http://")
    comes(4, "phone", place.phone(1))
    eventually(lambda: _caught_up(place), 60, f"everything sent: {kiosk.words()}")

    entries = downloaded(signed_in(browser, place), place)
    assert [entry["visitor (masked)"] for entry in entries] == ["张*", "A*** L***", "王*", "A*** L***"]
    assert {entry["decision"] for entry in entries} == {"admitted"}
    assert len({entry["entry id"] for entry in entries}) == 4
    assert kiosk.stop() == 0


def _state(place: Place) -> Any:
    return fetched(f"{place.kiosk_url}/state")


def _entered(kiosk: Process, number: int) -> Callable[[], bool]:
    return lambda: f"entry {number}" in kiosk.words()


def _foreign(place: Place, count: int) -> Callable[[], bool]:
    return lambda: _state(place)["foreign"] >= count


def _caught_up(place: Place) -> bool:
    state = _state(place)
    return bool(state["waiting"] == 0 and state["link"]["state"] == "online")
