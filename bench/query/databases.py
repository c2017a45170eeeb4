"""The databases of the query bench: an embedded file, and a PostgreSQL of its own, set up as for a server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from bench.clocks import Clocks
from bench.real_postgres import patiently, server_in
from web.services.installation import Installation, opened
from web.settings import Settings

URL: Final = "https://park.example"
# What an administrator sets first on a machine with some memory; all else is as PostgreSQL comes.
_SERVER: Final = ("shared_buffers = '2GB'", "maintenance_work_mem = '512MB'", "max_wal_size = '8GB'")
# Where an installation lies: its name in, the installation out.
Opening = Callable[[str], Installation]


@contextmanager
def sqlite(folder: Path, clocks: Clocks) -> Iterator[Opening]:
    """Opens installations with a file each below a folder."""
    made: list[Installation] = []

    def opening(name: str) -> Installation:
        made.append(opened(Settings(folder / name, "", URL), lambda: int(clocks.now() * 1000)))
        return made[-1]

    try:
        yield opening
    finally:
        for inst in made:
            inst.close()


@contextmanager
def postgresql(folder: Path, clocks: Clocks) -> Iterator[Opening]:
    """Opens installations with a database each in one server below a folder; it ends with the context."""
    server = server_in(folder / "server")
    for setting in _SERVER:
        server.psql(f"ALTER SYSTEM SET {setting}")
    server.stop()
    patiently(server.ensure_postgres_running)
    made: list[Installation] = []

    def opening(name: str) -> Installation:
        if name not in server.psql("SELECT datname FROM pg_database").split():
            server.psql(f"CREATE DATABASE {name}")
        url = server.get_uri(database=name).replace("postgresql://", "postgresql+psycopg://")
        made.append(opened(Settings(folder / name, url, URL), lambda: int(clocks.now() * 1000)))
        return made[-1]

    try:
        yield opening
    finally:
        for inst in made:
            inst.close()
        server.stop()


KINDS: Final = {"sqlite": sqlite, "postgresql": postgresql}
