"""A visitor's code, a kiosk's camera, the venue's log on a browser's page: all of it as users start it."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from pathlib import Path

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
    walk,
)

pytestmark = pytest.mark.journey


def _kiosk(place: Place, home: Path, clip: Path) -> list[str]:
    run = ["kiosk", "run", "--source", str(clip), "--server", place.url, "--home", str(home)]
    return [*run, "--port", str(place.kiosk_port)]


def test_every_visitor_in_the_clip_becomes_one_entry_on_the_live_log_page(
    place: Place,
    site: Process,
    enrolled: Path,
    processes: Callable[..., Process],
    browser: Browser,
    tmp_path: Path,
) -> None:
    forged = place.demo.cards[0][:-6] + place.demo.cards[1][-6:]
    visits = [
        ("phone", place.phone(0, 22), "plain"),
        ("card", place.demo.cards[1], "tilted"),
        ("poster", FOREIGN[0], "plain"),
        ("phone", place.phone(2, 36), "moving"),
        ("card", forged, "plain"),
        ("poster", FOREIGN[1], "tilted"),
    ]
    clip = walk(visits, tmp_path / "visitors.avi")
    page = signed_in(browser, place)
    page.goto(f"{place.url}/venues/{place.demo.venue_id}/log")

    began_s = time.time()
    kiosk = processes("kiosk", _kiosk(place, enrolled, clip), "kiosk ready")
    eventually(lambda: _ended(place), 60, "the clip to end")
    eventually(lambda: len(rows(page)) >= 4, 10, f"4 entries on the open page: {kiosk.words()}")
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
    assert fetched(f"{place.kiosk_url}/state")["foreign"] == 2
    assert kiosk.stop(signal.SIGINT) == 0, kiosk.words()
    assert site.stop(signal.SIGINT) == 0, site.words()


def test_a_site_killed_and_started_again_loses_no_entry_and_doubles_none(
    place: Place,
    site: Process,
    enrolled: Path,
    processes: Callable[..., Process],
    browser: Browser,
    tmp_path: Path,
) -> None:
    visits = [
        ("phone", place.phone(0, 20), "plain"),
        ("card", place.demo.cards[1], "plain"),
        ("card", place.demo.cards[2], "plain"),
        ("phone", place.phone(1, 32), "plain"),
    ]
    clip = walk(visits, tmp_path / "visitors.avi")
    kiosk = processes("kiosk", _kiosk(place, enrolled, clip), "kiosk ready")
    eventually(lambda: "entry 1" in kiosk.words(), 30, f"the first entry: {kiosk.words()}")
    site.kill()
    eventually(lambda: "entry 3" in kiosk.words(), 30, f"entries without a site: {kiosk.words()}")
    state = fetched(f"{place.kiosk_url}/state")
    assert state["waiting"] >= 1
    assert state["link"]["state"] == "offline"
    site.start("ready http://")
    eventually(lambda: _ended(place), 40, "the clip to end")
    eventually(lambda: _caught_up(place), 60, f"everything sent: {kiosk.words()}")

    entries = downloaded(signed_in(browser, place), place)
    assert [entry["visitor (masked)"] for entry in entries] == ["张*", "A*** L***", "王*", "A*** L***"]
    assert {entry["decision"] for entry in entries} == {"admitted"}
    assert len({entry["entry id"] for entry in entries}) == 4
    assert kiosk.stop() == 0


def _ended(place: Place) -> bool:
    return bool(fetched(f"{place.kiosk_url}/state")["camera"]["state"] == "ended")


def _caught_up(place: Place) -> bool:
    state = fetched(f"{place.kiosk_url}/state")
    return bool(state["waiting"] == 0 and state["link"]["state"] == "online")
