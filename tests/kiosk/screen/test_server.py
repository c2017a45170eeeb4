from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Iterator
from typing import Any

import cv2
import numpy as np
import pytest

from domain.errors import InputError
from kiosk.camera.camera import CameraState
from kiosk.gate.answer import Card
from kiosk.screen.page import MOST_STREAMS
from kiosk.screen.server import taken_port
from kiosk.spool.values import Counts
from tests.kiosk.stand import ANSWERS, Stand


@pytest.fixture
def stand() -> Iterator[Stand]:
    made = Stand()
    yield made
    made.close()


def opened(stand: Stand, path: str, host: str = "127.0.0.1") -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", stand.port, timeout=60)
    connection.request("GET", path, headers={"Host": host})
    return connection.getresponse()


def next_state(stream: http.client.HTTPResponse) -> dict[str, Any]:
    while True:
        line = stream.readline()
        assert line, "the stream ended"
        if line.startswith(b"data: "):
            value: dict[str, Any] = json.loads(line[6:])
            return value


def next_picture(stream: http.client.HTTPResponse) -> np.ndarray[Any, Any]:
    while True:
        line = stream.readline()
        assert line, "the stream ended"
        if line.lower().startswith(b"content-length:"):
            stream.readline()
            jpeg = stream.read(int(line.split(b":")[1]))
            return cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)


def test_a_page_that_connects_gets_the_whole_state_and_then_every_change(stand: Stand) -> None:
    stream = opened(stand, "/events")
    assert stream.headers["Content-Type"].startswith("text/event-stream")
    first = next_state(stream)
    assert first["answer"] is None
    assert (first["link"]["state"], first["waiting"], first["camera"]["state"]) == ("online", 0, "ok")
    stand.board.show(ANSWERS[Card.ADMITTED])
    answer = next(state for _ in range(3) if (state := next_state(stream))["answer"])["answer"]
    assert (answer["card"], answer["name"], answer["word"]["zh"]) == ("admitted", "王**", "放行")
    assert 0 < answer["left_ms"] <= 3_500
    stream.close()


def test_the_state_for_monitoring_is_the_state_of_the_page(stand: Stand) -> None:
    stand.counts, stand.camera = Counts(37, 1), CameraState.LOST
    state = json.loads(opened(stand, "/state").read())
    assert (state["waiting"], state["quarantined"]) == (37, 1)
    assert state["trouble"]["kind"] == "camera"
    assert state["notices"], "staff are told of entries the server did not take"


def test_a_card_goes_away_by_itself(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.screen.board.SHOWN_MS", 0)
    stand.board.show(ANSWERS[Card.ADMITTED])
    assert stand.board.state()["answer"] is None


def test_a_foreign_code_is_counted_and_does_not_push_an_answer_away(stand: Stand) -> None:
    stand.board.show(ANSWERS[Card.ADMITTED])
    stand.board.show(ANSWERS[Card.FOREIGN])
    state: Any = stand.board.state()
    assert (state["answer"]["card"], state["foreign"]) == ("admitted", 1)


def test_a_log_that_failed_stays_on_the_screen_until_an_entry_was_written(stand: Stand) -> None:
    stand.board.show(ANSWERS[Card.NOT_WRITABLE])
    state: Any = stand.board.state()
    assert state["trouble"]["kind"] == "log"
    stand.board.show(ANSWERS[Card.ADMITTED])
    assert stand.board.state()["trouble"] is None


def test_two_viewers_share_pictures_and_nobody_costs_nothing(stand: Stand) -> None:
    assert stand.picture.made == 0
    viewers = [opened(stand, "/picture") for _ in range(2)]
    shapes = {next_picture(viewer).shape for viewer in viewers for _ in range(4)}
    assert shapes == {(540, 960, 3)}
    for viewer in viewers:
        viewer.close()
    assert stand.picture.made <= 7, "each picture is made once for both"


def test_too_many_windows_leave_the_page_itself_alive(stand: Stand) -> None:
    streams = [opened(stand, "/events") for _ in range(MOST_STREAMS)]
    assert opened(stand, "/events").status == 503
    assert opened(stand, "/state").status == 200
    for stream in streams:
        stream.close()


def test_a_place_is_free_again_when_a_window_closes(stand: Stand) -> None:
    for _ in range(MOST_STREAMS + 4):
        stream = opened(stand, "/events")
        assert stream.status == 200
        next_state(stream)
        stream.close()
        stand.board.touch()
        for _ in range(200):
            stand.board.touch()
            if opened(stand, "/state").status == 200:
                break


def test_another_site_cannot_read_the_screen_through_a_name_of_its_own(stand: Stand) -> None:
    assert opened(stand, "/state", host="evil.example").status == 400
    assert opened(stand, "/state", host=f"localhost:{stand.port}").status == 200


@pytest.mark.parametrize("path", ["/", "/state", "/static/kiosk.js"])
def test_every_answer_forbids_what_the_page_does_not_need(stand: Stand, path: str) -> None:
    headers = opened(stand, path).headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_the_page_asks_nothing_of_the_internet(stand: Stand) -> None:
    styles, scripts = ("kiosk", "line", "staff", "waiting"), (
        "forms", "kiosk", "line", "scanner", "sound", "speech", "staff", "waiting",
    )  # fmt: skip
    texts = [opened(stand, "/").read()]
    texts += [opened(stand, f"/static/{name}.css").read() for name in styles]
    texts += [opened(stand, f"/static/{name}.js").read() for name in scripts]
    assert all(b"http://" not in text and b"https://" not in text for text in texts)
    assert b"style=" not in texts[0]
    assert b"onclick" not in texts[0]


def test_a_taken_port_is_refused_with_a_sentence(stand: Stand) -> None:
    with pytest.raises(InputError, match=f"Port {stand.port} is taken"):
        taken_port(stand.port)


def test_the_screen_is_reachable_from_this_machine_only(stand: Stand) -> None:
    assert stand.server._server.effective_host == "127.0.0.1"
    with socket.socket() as other:
        assert other.connect_ex(("127.0.0.1", stand.port)) == 0
