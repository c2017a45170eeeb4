"""A server that speaks the kiosk's contract within the process, keeps next to nothing, and fails at times."""

from __future__ import annotations

import hashlib
import json
from typing import Final

import httpx
import numpy as np

from bench.soak_town import PLACE, Hands, Town
from domain.entry_wire import content_hash, entry_from_json

_OUTAGE_EVERY_S: Final = 4 * 3600
_OUTAGE_S: Final = 1200
_BUSY_EVERY: Final = 53
_REPLY_LOST_EVERY: Final = 31


class SoakServer:
    """Remembers of each entry eight bytes of its hash, so that its memory does not hide the gate's."""

    kiosk_id = "kiosk-1"

    def __init__(self, town: Town, hands: Hands, most: int) -> None:
        self._hands, self._town = hands, town
        self._bundle, self._page = town.bundle(), town.page()
        self._marks = np.zeros(most + 1, dtype=np.uint64)
        self._marks += 0  # touched, so that its pages are counted from the beginning
        self._highest = self._contiguous = 0
        self._asked = 0
        self.is_reliable = False
        self.bundles = self.conflicts = self.duplicates = self.failed = 0

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Answer one request, or fail as networks and servers do."""
        self._asked += 1
        if self._is_out():
            self.failed += 1
            raise httpx.ConnectError("nobody there", request=request)
        if not self.is_reliable and self._asked % _BUSY_EVERY == 0:
            self.failed += 1
            return httpx.Response(503, headers={"Retry-After": "2"})
        if request.url.path.endswith("/self/bundle"):
            self.bundles += 1
            return httpx.Response(200, content=self._bundle)
        if request.url.path.endswith("/self/facts"):
            return httpx.Response(200, content=self._page)
        if request.url.path.endswith("/self/heartbeat"):
            told = {"now_ms": self._hands.wall_ms, "bundle_seq": 1}
            return httpx.Response(200, json=told | {"facts_epoch": PLACE.epoch, "facts_seq": PLACE.seq})
        return self._entries(request)

    def held(self) -> set[int]:
        """The numbers of the entries that arrived."""
        return {int(seq) for seq in np.flatnonzero(self._marks)}

    def _is_out(self) -> bool:
        return not self.is_reliable and self._hands.seconds() % _OUTAGE_EVERY_S > _OUTAGE_EVERY_S - _OUTAGE_S

    def _entries(self, request: httpx.Request) -> httpx.Response:
        told = json.loads(request.content)
        results = [{"id": value["id"], "status": self._taken(value)} for value in told["entries"]]
        if not self.is_reliable and self._asked % _REPLY_LOST_EVERY == 0:
            self.failed += 1
            raise httpx.ReadError("the reply was lost", request=request)
        while self._contiguous < self._highest and self._marks[self._contiguous + 1]:
            self._contiguous += 1
        missing = [] if self._contiguous == self._highest else [[self._contiguous + 1, self._highest]]
        return httpx.Response(
            200,
            json={"results": results, "highest_seq": self._highest, "missing": missing, "gaps": 0},
        )

    def _taken(self, value: dict[str, object]) -> str:
        entry = entry_from_json(self._town.opened(value))
        mark = int.from_bytes(hashlib.sha256(content_hash(entry)).digest()[:8], "big") | 1
        if self._marks[entry.seq]:
            same = int(self._marks[entry.seq]) == mark
            self.duplicates += same
            self.conflicts += not same
            return "duplicate" if same else "conflict"
        self._marks[entry.seq] = mark
        self._highest = max(self._highest, entry.seq)
        return "stored"
