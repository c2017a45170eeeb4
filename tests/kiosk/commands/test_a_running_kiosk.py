"""The whole kiosk as a process of its own, with and without its server."""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.kiosk.programs import (
    Running,
    enrolled,
    picture,
    wait_for,
)
from tests.kiosk.server import Desk


@pytest.fixture
def visits(tmp_path: Path, desk: Desk) -> Path:
    """Three pictures that play for half a second each: a visitor, nobody, a foreign code.

    Again and again, or a machine without time for one of them would never see it.
    """
    folder = tmp_path / "visits"
    folder.mkdir()
    picture(folder / "1.png", desk.office.code(1, card=True))
    picture(folder / "2.png")
    picture(folder / "3.png", "WIFI:T:WPA;S:cafe;P:secret;;")
    return folder


def test_a_visitor_before_the_camera_becomes_one_entry_at_the_server(
    tmp_path: Path, desk: Desk, visits: Path, runs: Callable[..., Running]
) -> None:
    desk.publish(desk.office.bundle(1), 1)
    enrolled(tmp_path, desk)
    kiosk = runs(tmp_path, visits, "--server", desk.url, "--loop")
    kiosk.until_said(f"kiosk ready http://127.0.0.1:{kiosk.port}")
    kiosk.until_said("foreign")
    wait_for(lambda: len(desk.stored) == 1)
    (entry,) = desk.stored.values()
    assert (entry["outcome"], entry["presence"], entry["private"]["visitor_id"]) == (
        "admitted",
        "static",
        "v1",
    )
    wait_for(lambda: kiosk.state()["waiting"] == 0)
    assert kiosk.state()["link"]["state"] == "online"
    assert kiosk.stop() == 0
    assert {line for line in kiosk.lines if "ready" not in line} - {"again welcome static no entry"} == {
        "admitted welcome static entry 1",
        "foreign not_a_visitor_code - no entry",
    }, "nothing on the console names a person or a code"


def test_a_film_that_ended_is_said_on_the_page_and_to_the_operator(
    tmp_path: Path, desk: Desk, runs: Callable[..., Running]
) -> None:
    enrolled(tmp_path, desk)
    kiosk = runs(tmp_path, picture(tmp_path / "nobody.png"))
    kiosk.until_said("kiosk ready")
    wait_for(lambda: kiosk.state()["camera"]["state"] == "ended")
    # The page knows at once, the operator's line follows four times a second.
    wait_for(lambda: "录像已播放完毕" in "".join(kiosk.errors))
    assert kiosk.stop() == 0


def test_a_kiosk_works_without_its_server_and_catches_up_afterwards(
    tmp_path: Path, desk: Desk, visits: Path, runs: Callable[..., Running]
) -> None:
    desk.publish(desk.office.bundle(1), 1)
    enrolled(tmp_path, desk)
    first = runs(tmp_path, visits, "--loop")
    first.until_said("admitted")
    assert first.stop(signal.SIGINT) == 0
    desk.close()
    second = runs(tmp_path, visits, "--loop")
    second.until_said("admitted welcome static entry 2")
    wait_for(lambda: second.state()["link"]["state"] == "offline")
    assert second.state()["waiting"] >= 1
    back = Desk(desk.office, port=desk.port)
    back.publish(desk.office.bundle(1), 1)
    back.stored = desk.stored
    wait_for(lambda: second.state()["waiting"] == 0)
    assert sorted(entry["seq"] for entry in back.stored.values()) == [1, 2]
    assert second.stop() == 0
    back.close()
