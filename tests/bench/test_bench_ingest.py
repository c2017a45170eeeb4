"""The replaying clients of `python -m bench ingest`: what they send, and what they make of answers."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

from bench.ingest.replay import played, read, request, written


def serving(listening: socket.socket, answers: list[bytes]) -> None:
    connection, _ = listening.accept()
    with connection:
        for answer in answers:
            asked = connection.recv(65_536)
            assert asked.startswith(b"POST /x HTTP/1.1\r\n")
            connection.sendall(answer)


def test_requests_are_kept_and_read_back(tmp_path: Path) -> None:
    everybody = [[b"one", b"two"], [b""], []]
    written(tmp_path / "requests", everybody)
    assert read(tmp_path / "requests") == everybody


def test_a_client_sends_the_next_request_at_an_answer_and_counts_statuses(tmp_path: Path) -> None:
    answers = [
        b"HTTP/1.1 303 See Other\r\nContent-Length: 2\r\n\r\nok",
        b"HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n",
    ]
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serving, args=(listening, answers))
        thread.start()
        one = request("POST", "/x", {"Cookie": "a=b"}, b"name=1")
        done = played(listening.getsockname()[1], [[one, one]], tmp_path, 20.0)
        thread.join()
    assert one.endswith(b"Content-Length: 6\r\n\r\nname=1")
    assert done.statuses == {"303": 1, "500": 1}
    assert len(done.ms) == 2
    assert done.per_s > 0
    assert done.percentile(0.99) == max(done.ms)
