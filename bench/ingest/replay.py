"""Requests that were put together beforehand, and what came of sending them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

Requests = Sequence[bytes]
_LENGTH_BYTES: Final = 4


@dataclass(frozen=True, slots=True)
class Played:
    """How long it took, how many answers had which status, how long each took, and the clients' own CPU."""

    seconds: float
    own_cpu_s: float
    statuses: Mapping[str, int]
    ms: Sequence[float]

    @property
    def per_s(self) -> float:
        """Answers a second."""
        return len(self.ms) / self.seconds

    def percentile(self, share: float) -> float:
        """The time within which a share of all answers came, ms."""
        return sorted(self.ms)[min(len(self.ms) - 1, int(len(self.ms) * share))] if self.ms else 0.0


def request(method: str, path: str, headers: Mapping[str, str], body: bytes) -> bytes:
    """The bytes of an HTTP/1.1 request."""
    lines = [f"{method} {path} HTTP/1.1", "Host: park.example"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode("latin-1") + body


def written(path: Path, everybody: Sequence[Requests]) -> None:
    """Keep each client's requests: a count, and each with its length before it."""
    with path.open("wb") as file:
        for requests in everybody:
            file.write(len(requests).to_bytes(_LENGTH_BYTES, "big"))
            for one in requests:
                file.write(len(one).to_bytes(_LENGTH_BYTES, "big") + one)


def read(path: Path) -> list[Requests]:
    """What `written` kept."""
    everybody: list[Requests] = []
    with path.open("rb") as file:
        while count := file.read(_LENGTH_BYTES):
            requests = []
            for _ in range(int.from_bytes(count, "big")):
                length = int.from_bytes(file.read(_LENGTH_BYTES), "big")
                requests.append(file.read(length))
            everybody.append(requests)
    return everybody


def played(port: int, everybody: Sequence[Requests], folder: Path, most_s: float) -> Played:
    """Let a process of its own send them all, or what it can in a time."""
    file = folder / "requests"
    written(file, everybody)
    order = json.dumps({"port": port, "file": str(file), "seconds": most_s})
    done = subprocess.run(
        [sys.executable, "-m", "bench.ingest.clients"],
        input=order.encode(),
        stdout=subprocess.PIPE,
        check=True,
    )
    return Played(**json.loads(done.stdout))
