"""The network between gates and server: a door for each gate, and something wrong behind every third."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections import Counter
from typing import Any, Final

from bench.sync.bundles import Bundles
from bench.sync.faults import ONLY_FORGED, BadBundle, Chance, Fault
from bench.sync.wire import Reply, Request, answer, asked, half_asked, received

_ENTRIES: Final = "/self/entries"
_LATE_MOST_S: Final = 4.0
_DELAY_MOST_S: Final = 1.0
_FORGERIES: Final = 0.05  # of the batches that were taken
_PAGE: Final = b"<html><body>Please accept our terms. \xe8\xaf\xb7\xe5\x90\x8c\xe6\x84\x8f</body></html>"
_MADE_UP: Final = {
    Fault.PORTAL: Reply(200, _PAGE, {"content-type": "text/html"}),
    Fault.REDIRECT: Reply(302, b"", {"location": "http://127.0.0.1:9/portal"}),
    Fault.GZIP_JUNK: Reply(200, b"\x1f\x8b\x08junk" * 9, {"content-encoding": "gzip"}),
    Fault.EMPTY_RECEIPT: Reply(200, b'{"results":[],"highest_seq":0,"missing":[],"gaps":0}'),
}


class Proxy:
    """Passes requests on to the server, or does what `faults` names; counts everything."""

    def __init__(self, server_port: int, seed: int) -> None:
        self.server_port = server_port
        self.requests: Counter[str] = Counter()
        self.faults: Counter[str] = Counter()
        self.forged = Counter[str]()
        self.bundles, self.pages = Bundles(), Bundles(only=ONLY_FORGED)
        self.is_calm = False
        self.offline: set[str] = set()
        self.poisoned: dict[str, int] = {}
        self._old_answers: dict[str, Reply] = {}
        self._chance, self._lock = Chance(seed), threading.Lock()
        self._doors: list[socket.socket] = []

    def door(self, name: str) -> str:
        """An address of its own for one gate."""
        listening = socket.create_server(("127.0.0.1", 0), backlog=64)
        self._doors.append(listening)
        threading.Thread(target=self._listen, args=(listening, name), daemon=True).start()
        return f"http://127.0.0.1:{listening.getsockname()[1]}"

    def close(self) -> None:
        """Let nobody in any more."""
        for door in self._doors:
            door.close()

    def _listen(self, door: socket.socket, name: str) -> None:
        while True:
            try:
                client, _ = door.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client, name), daemon=True).start()

    def _serve(self, client: socket.socket, name: str) -> None:
        with client:
            client.settimeout(60.0)
            try:
                while name not in self.offline and (request := received(client)) is not None:
                    if name in self.offline or not self._answered(client, name, request):
                        return
            except OSError:
                return

    def _answered(self, client: socket.socket, name: str, request: Request) -> bool:
        """Do to a request what is rolled; whether the connection goes on."""
        with self._lock:
            fault = Fault.NONE if self.is_calm else self._chance.fault()
            self.requests[request.path.split("?")[0].rpartition("/")[2]] += 1
            self.faults[fault] += fault is not Fault.NONE
        if self._is_poison(name, request):
            answer(client, Reply(400, b"{}"))
            return True
        reply = self._reply(name, request, fault)
        if reply is None:
            return False
        if fault is Fault.HALF_ANSWER:
            answer(client, reply, share=0.5)
            return False
        answer(client, reply)
        return True

    def _reply(self, name: str, request: Request, fault: Fault) -> Reply | None:
        """The answer that the kiosk gets, None to hang up; what the server gets is a side effect."""
        if fault in _MADE_UP:
            return _MADE_UP[fault]
        match fault:
            case Fault.DROP_BEFORE:
                return None
            case Fault.STATUS:
                return self._status()
            case Fault.HALF_REQUEST:
                half_asked(self.server_port, request)
                return None
            case Fault.LATE:
                later = threading.Timer(self._below(_LATE_MOST_S), asked, (self.server_port, request))
                later.daemon = True
                later.start()
                return None
            case Fault.DELAY:
                time.sleep(self._below(_DELAY_MOST_S))
        return self._after(name, request, fault, self._passed(name, request, fault))

    def _passed(self, name: str, request: Request, fault: Fault) -> Reply | None:
        """The server's own answer, or a bad bundle in its place."""
        if fault is Fault.PARALLEL:
            beside = threading.Thread(target=asked, args=(self.server_port, request))
            beside.start()
            reply = asked(self.server_port, request)
            beside.join()
        else:
            reply = asked(self.server_port, request)
            if fault is Fault.TWICE:
                reply = asked(self.server_port, request) or reply
        if reply is not None and reply.status == 200:
            if "/self/bundle" in request.path or "/self/facts" in request.path:
                return self._signed(name, request, reply)
            if request.path.endswith(_ENTRIES):
                self._forge(request, reply)
        return reply

    def _after(self, name: str, request: Request, fault: Fault, reply: Reply | None) -> Reply | None:
        """What becomes of an answer on its way back."""
        if reply is None or fault is Fault.DROP_AFTER:
            return None
        match fault:
            case Fault.STATUS_AFTER:
                return Reply(502, b"bad gateway")
            case Fault.HALF_JSON:
                return Reply(reply.status, reply.body[: len(reply.body) // 2], reply.headers)
        if request.path.endswith(_ENTRIES):
            before, self._old_answers[name] = self._old_answers.get(name), reply
            return before if fault is Fault.OLD_ANSWER and before else reply
        return reply

    def _signed(self, name: str, request: Request, reply: Reply) -> Reply:
        with self._lock:
            kind: BadBundle | None = None if self.is_calm else self._chance.bad_bundle()
            signed = self.bundles if "/self/bundle" in request.path else self.pages
            return Reply(200, signed.instead(name, reply.body, kind), reply.headers)

    def _forge(self, request: Request, reply: Reply) -> None:
        """S3: somebody who holds the gate's credential sends one of its entries with another body."""
        with self._lock:
            happens = not self.is_calm and self._chance.happens(_FORGERIES)
        if not happens:
            return
        sent: list[dict[str, Any]] = json.loads(request.body)["entries"]
        results = json.loads(reply.body)["results"]
        if sent and results[-1]["status"] in ("stored", "duplicate"):
            entry = sent[-1]
            entry["outcome"] = "refused" if entry["outcome"] != "refused" else "admitted"
            body = json.dumps({"entries": [entry]}).encode()
            told = asked(self.server_port, Request("POST", request.path, request.headers, body))
            if told is not None and told.status == 200:
                with self._lock:
                    self.forged[json.loads(told.body)["results"][0]["status"]] += 1

    def _status(self) -> Reply:
        with self._lock:
            status = self._chance.status()
            self.faults[f"status_{status}"] += 1
        headers = {"retry-after": "2"} if status in (429, 503) else {}
        return Reply(status, b"{}", headers)

    def _is_poison(self, name: str, request: Request) -> bool:
        seq = self.poisoned.get(name)
        # Keys are sorted in what a kiosk sends: the version follows the number.
        return seq is not None and request.path.endswith(_ENTRIES) and b'"seq":%d,"v"' % seq in request.body

    def _below(self, most: float) -> float:
        with self._lock:
            return self._chance.below(most)
