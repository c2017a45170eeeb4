"""The site under measure: `python -m web serve` as a park would start it, over one of both databases."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.clocks import Clocks
from bench.ingest import kiosks, phones
from bench.ingest.kiosks import Enrolled
from bench.ingest.phones import Poster
from bench.processor import seconds_used
from bench.query.databases import KINDS
from bench.query.town import Town
from bench.sync.programs import Program
from bench.sync.town import free_port
from web.services.installation import Installation, opened
from web.services.keeping.purging import purging
from web.settings import Settings

PEOPLE: Final = 6_400
_LOOK_EVERY_S: Final = 0.05
# One process on SQLite (design §6), two on PostgreSQL.
PROCESSES: Final = {"sqlite": 1, "postgresql": 2}


@dataclass(frozen=True, slots=True)
class Place:
    """A founded town in a database; nobody has it open."""

    kind: str
    settings: Settings
    town: Town
    hanging: tuple[Poster, ...]
    standing: tuple[Enrolled, ...]
    server_mark: str

    def opened(self, clocks: Clocks) -> Installation:
        """The installation in this process."""
        return opened(self.settings, lambda: int(clocks.now() * 1000))

    def server_cpu_s(self) -> float:
        """The processor seconds of the database server so far; nothing where it is in the site's process."""
        return (seconds_used(self.server_mark) or 0.0) if self.server_mark else 0.0


@contextmanager
def placed(
    kind: str, folder: Path, clocks: Clocks, making: Callable[[Installation], Town]
) -> Iterator[Place]:
    """Make the town and its gates; the database server runs as long as the context."""
    with KINDS[kind](folder, clocks) as opening:
        inst = opening("town")
        town = making(inst)
        hanging, standing = phones.hung(inst, town), kiosks.enrolled(inst, town)
        purging.purge(inst)  # else today's, once for each venue, would be a part of the first check-ins
        mark = "" if kind == "sqlite" else str(folder / "server")
        inst.close()
        yield Place(kind, inst.settings, town, tuple(hanging), tuple(standing), mark)


@dataclass(frozen=True, slots=True)
class Site:
    """The running site."""

    port: int

    def cpu_s(self) -> float:
        """The processor seconds of its processes so far."""
        return seconds_used(str(self.port)) or 0.0


@contextmanager
def served(place: Place, log: Path) -> Iterator[Site]:
    """Serve it behind a proxy that the bench plays: each phone has an address of its own."""
    port, settings = free_port(), place.settings
    environment = {
        "DATA_DIR": str(settings.home),
        "DATABASE_URL": settings.database_url,
        "BASE_URL": settings.base_url,
    }
    arguments = ["web", "serve", "--port", str(port), "--behind", "127.0.0.1"]
    program = Program([*arguments, "--processes", str(PROCESSES[place.kind])], log, environment, "ready ")
    program.start()
    try:
        _until_all_are_up(program, PROCESSES[place.kind])
        yield Site(port)
    finally:
        program.stop()


def _until_all_are_up(program: Program, processes: int) -> None:
    """Wait for each process and the worker beside them: else some begin while the first are measured."""
    wanted = processes + 1 if processes > 1 else 0
    while program.is_running and program.words().splitlines().count("ready") < wanted:
        time.sleep(_LOOK_EVERY_S)
