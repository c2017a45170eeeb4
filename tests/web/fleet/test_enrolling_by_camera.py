"""A kiosk enrols itself from nothing but the pixels of the page, filmed by its camera."""

from __future__ import annotations

import time
from pathlib import Path

import cv2
import httpx
import numpy as np
import pytest
from playwright.sync_api import Browser

from domain.errors import InputError
from kiosk.camera.camera import open_source
from kiosk.decoder.decoder import Decoder
from kiosk.host.identity import loaded_identity
from kiosk.lifecycle.enrolling import enrolled, text_from_camera
from kiosk.uplink.portal import Portal
from tests.web.fleet.conftest import Network
from tests.web.tenants import SettableClock, Tenant
from web.app import create_app
from web.services.gates import arriving, gates
from web.services.gates.fleet.fleet_values import EnrolmentState
from web.services.gates.gates import EnrolmentShown
from web.services.installation import Installation

_FRAMES = 40


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("film") / "camera.avi"


def filmed(shown: EnrolmentShown, browser: Browser, path: Path) -> Path:
    """A film of a hand that brings the screen before the camera: grey, then turned, dim and noisy."""
    page = browser.new_page(viewport={"width": 420, "height": 420})
    svg = shown.svg[shown.svg.index("<svg") :]
    page.set_content(f"<style>body{{margin:0}}svg{{width:420px;height:420px}}</style>{svg}")
    picture = cv2.imdecode(np.frombuffer(page.screenshot(), np.uint8), cv2.IMREAD_COLOR)
    page.close()
    assert picture is not None
    chance = np.random.default_rng(7)
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 20, (1280, 720))
    for number in range(_FRAMES):
        frame = np.full((720, 1280, 3), 96, np.uint8)
        if number >= _FRAMES // 4:
            place = cv2.getRotationMatrix2D((210, 210), 12 - number / 4, 1.25)
            place[:, 2] += (430, 150)
            frame = cv2.warpAffine(picture, place, (1280, 720), dst=frame, borderMode=cv2.BORDER_TRANSPARENT)
        noise = chance.normal(0, 5, frame.shape)
        writer.write(np.clip(frame * 0.8 + noise, 0, 255).astype(np.uint8))
    writer.release()
    return path


def test_a_kiosk_enrols_from_the_pixels_its_camera_sees(
    inst: Installation, park: Tenant, clock: SettableClock, browser: Browser, tmp_path: Path, film: Path
):
    shown = gates.new_enrolment(inst, park.staff, park.side_entrance)
    ticket = arriving.ticket_of(shown.text)
    assert arriving.watched(inst, park.staff, ticket).state is EnrolmentState.WAITING
    app = create_app(inst)
    network = Network(httpx.WSGITransport(app=app))
    source = str(filmed(shown, browser, film))
    text = text_from_camera(
        open_source(source, clock=time.monotonic), Decoder(clock=time.monotonic), time.monotonic, 120.0
    )
    assert text == shown.text

    def portal_of(server: str) -> Portal:
        return Portal(server, "", "1.0", time.monotonic, httpx.MockTransport(network))

    identity = enrolled(text, tmp_path / "home", "南门 kiosk", portal_of, clock)
    assert loaded_identity(tmp_path / "home") == identity
    assert identity.entrance.id == park.side_entrance
    assert gates.gate_of(inst, identity.credential) is not None
    arrived = arriving.watched(inst, park.staff, ticket)
    assert (arrived.state, arrived.kiosk_id, arrived.name) == (
        EnrolmentState.USED, identity.kiosk_id, "南门 kiosk",
    )  # fmt: skip
    with pytest.raises(InputError, match="used already"):
        enrolled(text, tmp_path / "other", "again", portal_of, clock)


def test_a_code_that_ran_out_says_so_on_its_page(inst: Installation, park: Tenant, clock: SettableClock):
    ticket = arriving.ticket_of(gates.new_enrolment(inst, park.staff, park.entrance).text)
    clock.pass_s(600)
    assert arriving.watched(inst, park.staff, ticket).state is EnrolmentState.OVER
