"""What faults happen to: sites on machines of their own over one database, and gates that send to them."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from bench.faults.balancer import Balancer
from bench.faults.disk import SmallDisk
from bench.real_postgres import patiently, server_in
from bench.sync.programs import Program
from bench.sync.town import Enrolled, Town, founded, free_port, settle

_PEOPLE: Final = 100
_CALM_S: Final = 300.0


class Postgres:
    """A PostgreSQL of our own, that syncs what it commits, killed and started again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._server = server_in(folder)
        self.url = self._server.get_uri().replace("postgresql://", "postgresql+psycopg://")

    def kill(self) -> None:
        """End it at once, in the middle of whatever it does: it has to recover from its log."""
        pid = self._server.get_pid()
        assert pid is not None, "it runs"
        with suppress(ProcessLookupError):  # of a full disk it may have died itself
            os.kill(pid, signal.SIGQUIT)
        while (self._folder / "postmaster.pid").exists():
            time.sleep(0.01)

    def start(self) -> None:
        """Start it again."""
        patiently(self._server.ensure_postgres_running)

    def revived(self) -> bool:
        """Start it if it ended; whether it had."""
        before = self._server.get_pid()
        patiently(self._server.ensure_postgres_running)
        return self._server.get_pid() != before

    def rows(self, query: str) -> list[list[str]]:
        """The rows of a query, its columns as texts."""
        told = self._server.psql(f"COPY ({query}) TO STDOUT")
        return [line.split("\t") for line in told.splitlines() if line]


@dataclass
class Stage:
    """Everything that runs; `kills` counts what was killed, by name."""

    town: Town
    sites: list[Program]
    gates: list[Program]
    balancer: Balancer
    postgres: Postgres | None
    disk: SmallDisk | None = None
    kills: dict[str, int] = field(default_factory=dict)

    def kill(self, name: str, what: Program) -> Callable[[], None]:
        """Kill a process; what starts it again."""
        what.kill()
        self.kills[name] = self.kills.get(name, 0) + 1
        return what.start

    def kill_database(self) -> Callable[[], None]:
        """Kill the database server; what starts it again."""
        assert self.postgres is not None
        self.postgres.kill()
        self.kills["database"] = self.kills.get("database", 0) + 1
        return self.postgres.start

    def waiting(self) -> int:
        """How many entries wait at the gates, and one for each that is not done making them."""
        told = [_status(gate) for gate in self.town.gates]
        return sum(one["waiting"] + (one["made"] < one["wanted"]) for one in told)

    def calm(self, clock: Callable[[], float]) -> tuple[int, float]:
        """Wait until everything arrived; what still waits then, and how long it took."""
        began_s = clock()
        while clock() - began_s < _CALM_S:
            if self.waiting() == 0:
                time.sleep(0.5)  # what the gates say is a moment old
                if self.waiting() == 0:
                    break
            time.sleep(0.05)
        return self.waiting(), clock() - began_s

    def rest(self) -> None:
        """End gates and sites, so that their files can be read."""
        for program in (*self.gates, *self.sites):
            program.stop()

    def cramp(self, room: int) -> None:
        """Let what the server keeps grow by `room` bytes at most: its disk is full, or its quota used up."""
        if self.disk is not None:
            self.disk.fill(room)
            return
        pid = self.sites[0].pid
        largest = max(path.stat().st_size for path in self.town.home.iterdir() if path.is_file())
        _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (largest + room, hard))

    def uncramp(self) -> bool:
        """There is room again; whether the database had died of it and was started anew."""
        if self.disk is None:
            pid = self.sites[0].pid
            _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (hard, hard))
            return False
        self.disk.empty()
        return self.postgres is not None and self.postgres.revived()


@contextmanager
def set_up(
    folder: Path,
    gates: int,
    entries: int,
    rate: float,
    now: Callable[[], float],
    *,
    machines: int,
    disk: SmallDisk | None = None,
) -> Iterator[Stage]:
    """`machines` sites over PostgreSQL, or one on SQLite for none; each gate is to make some entries.

    With a `disk` PostgreSQL lies on it; SQLite lies in `folder`/var, on which it has to be mounted.
    """
    postgres = Postgres((disk.folder if disk else folder) / "database") if machines else None
    town = founded(folder, gates, _PEOPLE, now, postgres.url if postgres else "")
    ports = [free_port() for _ in range(max(machines, 1))]
    sites = [_site(folder, town, port, number) for number, port in enumerate(ports)]
    programs = [_gate(folder, town, gate, entries, rate) for gate in town.gates]
    stage = Stage(town, sites, programs, Balancer(town.port, ports), postgres, disk)
    try:
        for program in (*sites, *programs):
            program.start()
        yield stage
    finally:
        stage.rest()
        stage.balancer.close()
        if postgres is not None:
            postgres.kill()


def _site(folder: Path, town: Town, port: int, number: int) -> Program:
    """A site on a machine of its own: with the installation's keys, and no other file of another one."""
    home = town.home if number == 0 else folder / f"machine-{number}"
    if number:
        shutil.copytree(town.home / "secrets", home / "secrets")
    environment = {
        "DATA_DIR": str(home),
        "DATABASE_URL": town.database_url,
        "BASE_URL": f"http://127.0.0.1:{town.port}",
    }
    return Program(
        ["web", "serve", "--port", str(port)], folder / f"site-{number}.log", environment, "ready "
    )


def _gate(folder: Path, town: Town, gate: Enrolled, entries: int, rate: float) -> Program:
    settle(gate, town.bundle_key, f"http://127.0.0.1:{town.port}")
    orders = folder / f"{gate.name}.json"
    told = {"entries": entries, "rate": rate, "seed": 1, "shown": str(town.shown)}
    orders.write_text(json.dumps(told), "utf-8")
    (gate.home / "wanted").write_text(str(entries), "ascii")
    arguments = ["bench.sync.gate_process", str(gate.home), str(orders)]
    return Program(arguments, folder / f"{gate.name}.log", {}, "gate ready")


def _status(gate: Enrolled) -> dict[str, Any]:
    wanted = int((gate.home / "wanted").read_text("ascii"))
    path = gate.home / "status.json"
    told = dict(json.loads(path.read_text("ascii"))) if path.exists() else {"waiting": 1, "made": 0}
    return told | {"wanted": wanted}
