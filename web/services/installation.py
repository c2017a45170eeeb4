"""One opened installation: its database, keys, clock and settings, handed to every service."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from domain.errors import UnavailableError
from domain.wording import Sentence
from web.db.connection import Connection, DatabaseError, Engine
from web.db.engine import open_engine, open_reading_engine
from web.db.lock import ProcessLock
from web.db.migrating import migrate
from web.db.writer import DirectWriter, GroupWriter, Writer
from web.settings import Settings
from web.store.sealing import FieldCipher, master_key

_T = TypeVar("_T")


@dataclass(frozen=True)
class Installation:
    """What services need; made by `opened`, given back by `close`. `now_ms` is Unix milliseconds."""

    settings: Settings
    cipher: FieldCipher
    now_ms: Callable[[], int]
    reading: Engine
    writer: Writer
    lock: ProcessLock | None

    def read(self, work: Callable[[Connection], _T]) -> _T:
        """The result of queries on a connection of their own."""
        with self.reading.connect() as connection:
            return work(connection)

    def write(self, work: Callable[[Connection], _T]) -> _T:
        """The result of `work`, durable when this returns."""
        return self.writer.run(work)

    def close(self) -> None:
        """Finish accepted writes and let the next process in."""
        self.writer.close()
        self.reading.dispose()
        if self.lock:
            self.lock.release()


def opened(settings: Settings, now_ms: Callable[[], int]) -> Installation:
    """The installation, its database migrated; UnavailableError with the reason when it cannot be."""
    settings.home.mkdir(parents=True, exist_ok=True)
    url = settings.resolved_database_url
    embedded = url.startswith("sqlite")
    lock = ProcessLock(settings.home) if embedded else None
    try:
        engine = open_engine(url)
        migrate(engine)
        cipher = FieldCipher(master_key(settings.secrets))
    except DatabaseError as error:
        raise _unreachable(error) from error
    writer: Writer = GroupWriter(engine) if embedded else DirectWriter(engine)
    return Installation(settings, cipher, now_ms, open_reading_engine(url, engine), writer, lock)


def _unreachable(error: DatabaseError) -> UnavailableError:
    # The driver's own words name host and file but never rows.
    said = str(getattr(error, "orig", None) or error).splitlines()[0]
    return UnavailableError(
        Sentence(
            f"The database does not open ({said}). Check DATABASE_URL, and that the disk is writable.",
            f"数据库无法打开（{said}）。请检查 DATABASE_URL 及磁盘是否可写。",
        )
    )


def new_id() -> str:
    """A random name for a row: 80 bits, lower case, safe in URLs."""
    return base64.b32encode(secrets.token_bytes(10)).decode("ascii").lower()


def new_token() -> str:
    """A secret of 192 bits to hand out once; only its hash is kept."""
    return secrets.token_urlsafe(24)


def start_of_day_ms(now_ms: int, zone: str) -> int:
    """When the current day began in a zone."""
    here = datetime.fromtimestamp(now_ms / 1000, ZoneInfo(zone))
    return int(here.replace(hour=0, minute=0, second=0, microsecond=0).timestamp() * 1000)
