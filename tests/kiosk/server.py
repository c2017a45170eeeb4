"""A small real server that speaks the kiosk's contract, and can be told to misbehave."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from domain.entry_wire import entry_from_json
from domain.errors import InputError
from domain.facts_page import FactsPlace
from tests.kiosk.office import EAST, Office

Fault = Callable[["Desk", str], tuple[int, dict[str, str], bytes] | None]


class Desk:
    """A small threaded server that speaks the kiosk's contract and can be told to misbehave.

    `fault(desk, path)` is asked before each request and may answer it instead; `after` is asked
    once the entries were stored and may lose the reply by returning True.
    """

    def __init__(self, office: Office, port: int = 0) -> None:
        self.office = office
        self.note: bytes | None = None
        self.bundle_seq = 0
        self.stored: dict[str, dict[str, Any]] = {}
        self.order: list[int] = []
        self.missing: list[list[int]] = []
        self.gaps: list[dict[str, Any]] = []
        self.notes_gaps = True
        self.beats: list[dict[str, Any]] = []
        self.batches: list[int] = []
        self.tokens = {"token-1"}
        self.closed = False
        self.fault: Fault = lambda desk, path: None
        self.lose_reply: Callable[[], bool] = lambda: False
        self.verdict: Callable[[dict[str, Any]], str | None] = lambda entry: None
        self.clock_s: Callable[[], float] = time.time
        desk = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                desk.answer(self)

            def do_POST(self) -> None:
                desk.answer(self)

            def log_message(self, *arguments: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, request: object, client: object) -> None:
                pass  # a kiosk that hangs up is part of the tests

        self.server = Server(("127.0.0.1", port), Handler)
        self.port = self.server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        ).start()

    def publish(self, note: bytes, seq: int) -> None:
        self.note, self.bundle_seq = note, seq

    def close(self) -> None:
        self.closed = True
        self.server.shutdown()
        self.server.server_close()

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers.get("Content-Length", 0)))
        path = request.path.removeprefix("/api/v1/kiosks")
        answer = None if self.closed else self.fault(self, path) or self._usual(path, request, body)
        if answer is None:
            request.close_connection = True
            return
        status, headers, content = answer
        request.send_response(status)
        for name, value in {"Content-Length": str(len(content)), **headers}.items():
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(content)

    def _usual(
        self, path: str, request: BaseHTTPRequestHandler, body: bytes
    ) -> tuple[int, dict[str, str], bytes] | None:
        if path == "/enrol":
            return self._enrol(json.loads(body))
        if request.headers.get("Authorization") != "Bearer secret":
            return 401, {}, b""
        if path.startswith("/self/bundle"):
            have = int(path.partition("have=")[2] or 0)
            if self.note is None or have == self.bundle_seq:
                return 304, {}, b""
            return 200, {"Content-Type": "text/plain"}, self.note
        if path.startswith("/self/facts"):
            after = int(path.partition("after=")[2] or 0)
            if after >= self.office.place.seq:
                return 204, {}, b""
            return 200, {"Content-Type": "text/plain"}, self.office.page(after)
        if path == "/self/heartbeat":
            self.beats.append(json.loads(body))
            place = self.office.place if self.note else FactsPlace()
            return as_json(
                {
                    "now_ms": int(self.clock_s() * 1000),
                    "bundle_seq": self.bundle_seq,
                    "facts_epoch": place.epoch,
                    "facts_seq": place.seq,
                }
            )
        told = json.loads(body)
        if self.notes_gaps:
            self.gaps += told.get("gaps", [])
        return self._entries(told["entries"])

    def _enrol(self, asked: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
        if asked["token"] not in self.tokens:
            return 410, {"Content-Type": "application/problem+json"}, b'{"status":410}'
        self.tokens.discard(asked["token"])
        entrance = {
            "id": EAST.id,
            "name": EAST.name,
            "venue_id": EAST.venue_id,
            "venue_name": EAST.venue_name,
        }
        value = {"kiosk_id": "kiosk-1", "credential": "secret", "entrance": entrance}
        return 201, {"Content-Type": "application/json"}, json.dumps(value).encode()

    def _entries(self, entries: list[dict[str, Any]]) -> tuple[int, dict[str, str], bytes] | None:
        self.batches.append(len(entries))
        results = [{"id": entry["id"], "status": self._take(entry)} for entry in entries]
        if self.lose_reply():
            return None
        highest = max((entry["seq"] for entry in self.stored.values()), default=0)
        reply = {
            "now_ms": int(self.clock_s() * 1000),
            "results": results,
            "highest_seq": highest,
            "missing": self.missing,
            "checkpoint": None,
        }
        return as_json({**reply, "gaps": len(self.gaps)} if self.notes_gaps else reply)

    def _take(self, entry: dict[str, Any]) -> str:
        if verdict := self.verdict(entry):
            return verdict
        try:
            entry = self.office.opened(entry)
            entry_from_json(entry)
        except InputError:
            return "invalid"
        known = self.stored.get(entry["id"])
        if known is not None:
            return "duplicate" if known == entry else "conflict"
        self.stored[entry["id"]] = entry
        self.order.append(entry["seq"])
        return "stored"


def as_json(value: object, status: int = 200) -> tuple[int, dict[str, str], bytes]:
    return status, {"Content-Type": "application/json"}, json.dumps(value).encode()
