"""What a visitor and a guard see on the kiosk's screen while site and camera come and go."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from tests.journeys.stage import Place, Process, eventually, fetched
from tests.journeys.stream import Stream
from web.db.tables import entries, entry_people
from web.services.gates import gate_settings
from web.services.passing.recording import record_place
from web.store import policies
from web.store.scope import PROGRAM

pytestmark = pytest.mark.journey
PIN = "2580"


@pytest.fixture
def strict(place: Place) -> None:
    """The venue asks for a temperature and for complete vehicles, and its gates have a PIN."""
    body = json.dumps({"temperature": "require", "vehicle_complete": True})
    inst = place.opened()
    try:
        inst.write(
            lambda connection: policies.added(connection, ("venue", place.demo.venue_id), body, "program", 1)
        )
        gate_settings.set_pin(inst, PROGRAM, place.demo.venue_id, PIN)
    finally:
        inst.close()


def run(place: Place, home: Path, source: str) -> list[str]:
    arguments = ["kiosk", "run", "--source", source, "--home", str(home), "--again-within", "1"]
    return [*arguments, "--port", str(place.kiosk_port)]


def screen(browser: Browser, place: Place, language: str = "zh") -> Page:
    page = browser.new_context(viewport={"width": 1280, "height": 720}).new_page()
    page.goto(f"{place.kiosk_url}/?lang={language}")
    return page


def kept(place: Place) -> list[dict[str, Any]]:
    """Every entry the site has with its private record, oldest first; while no site runs."""
    inst = place.opened()
    try:
        query = select(entries, entry_people.c.record_sealed).join(
            entry_people, entry_people.c.entry_id == entries.c.id
        )
        rows = inst.read(lambda connection: connection.execute(query.order_by(entries.c.seq)).all())
        return [
            {**row._mapping, **json.loads(inst.cipher.opened(row.record_sealed, record_place(row.id)))}
            for row in rows
        ]
    finally:
        inst.close()


def sent(place: Place) -> bool:
    state = fetched(f"{place.kiosk_url}/state")
    return bool(state["waiting"] == 0 and state["link"]["state"] == "online")


def test_the_screen_says_who_is_admitted_when_the_site_is_gone_and_when_the_camera_is(
    place: Place,
    site: Process,
    enrolled: Path,
    processes: Callable[..., Process],
    browser: Browser,
    streams: Callable[[list[tuple[str, str, str]]], Stream],
) -> None:
    stream = streams([("card", place.demo.cards[0], "plain"), ("card", place.demo.cards[1], "plain")])
    kiosk = processes("kiosk", run(place, enrolled, stream.url), "kiosk ready")
    page = screen(browser, place)
    card = page.locator("body[data-view=card] #card[data-card=admitted]")
    expect(card).to_contain_text("放行")
    expect(card).to_contain_text(re.compile(r"张\*|A\*\*\* L\*\*\*"))

    site.kill()
    expect(page.locator("#link")).to_contain_text("Offline since")
    expect(page.locator("#waits")).to_contain_text("unsent")
    expect(card).to_be_visible(timeout=60_000)
    site.start("ready http://")
    expect(page.locator("#link")).to_contain_text("Online since", timeout=60_000)
    expect(page.locator("#waits")).to_contain_text("All sent")

    stream.cut()
    expect(page.locator("body[data-view=trouble] #trouble")).to_contain_text("请联系工作人员")
    expect(page.locator("#camera")).to_contain_text("Camera: lost")
    stream.mend()
    expect(page.locator("body:not([data-view=trouble])")).to_be_visible()
    expect(page.locator("#camera")).to_contain_text("fps")
    expect(card).to_be_visible(timeout=60_000)
    assert kiosk.stop() == 0, kiosk.words()


def test_staff_enter_a_temperature_and_are_told_what_a_vehicle_lacks(
    place: Place,
    strict: None,
    site: Process,
    enrolled: Path,
    processes: Callable[..., Process],
    browser: Browser,
    streams: Callable[[list[tuple[str, str, str]]], Stream],
) -> None:
    stream = streams([("card", place.demo.cards[0], "plain")])
    kiosk = processes("kiosk", run(place, enrolled, stream.url), "kiosk ready")
    page = screen(browser, place, "en")
    expect(page.locator("#card[data-card=temperature]")).to_contain_text("Temperature first")
    stream.frames = stream.frames[:2]  # the visitor steps aside
    page.click("#staff-open")
    page.fill("#pin-pin", PIN)
    page.press("#pin-pin", "Enter")
    expect(page.locator("#feverish")).to_contain_text("张*")
    page.click("#feverish button")
    page.fill("#temperature-temperature", "36.6")
    page.press("#temperature-temperature", "Enter")
    card = page.locator("body[data-view=card] #card[data-card=admitted]")
    expect(card).to_contain_text("36.6 °C")
    expect(page.locator("#people-inside")).to_have_text("1")

    # Judged in the rules' order: a vehicle needs a temperature like anybody else.
    page.click(".tile[data-to=temperature]")
    page.fill("#temperature-temperature", "36.4")
    page.press("#temperature-temperature", "Enter")
    page.click(".tile[data-to=vehicle]")
    page.fill("#vehicle-plate", "苏A·12345")
    page.fill("#vehicle-name", "李雷")
    page.fill("#vehicle-phone", "138 0013 8000")
    for _ in range(2):
        page.click("[data-panel=vehicle] [data-step='1']")
    page.fill("#vehicle-phone1", "139 1234 5678")
    page.click("[data-panel=vehicle] [type=submit]")
    refused = page.locator("body[data-view=card] #card[data-card=refused]")
    expect(refused).to_contain_text("Missing: phone ×1")
    expect(page.locator("#vehicle-phone2-error")).to_be_visible()
    expect(page.locator("#vehicle-phone1-error")).to_be_hidden()

    eventually(lambda: sent(place), 60, f"everything sent: {kiosk.words()}")
    assert kiosk.stop() == 0, kiosk.words()
    assert site.stop() == 0, site.words()
    made = kept(place)
    assert [entry["reason"] for entry in made][-2:] == ["welcome", "vehicle_incomplete"]
    assert {entry["reason"] for entry in made[:-2]} == {"temperature_needed"}
    admitted, vehicle = made[-2:]
    assert (admitted["temperature_tenths"], admitted["presence"]) == (366, "static")
    assert admitted["cti"] == made[0]["cti"]
    assert vehicle["plate"] == "苏A12345"
    assert vehicle["occupants"] == ["+8613912345678", ""]
