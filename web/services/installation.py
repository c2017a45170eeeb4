"""One opened installation: its database, keys, clock and settings, handed to every service."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from domain.errors import TamperedError, UnavailableError
from domain.wording import Sentence
from web.db.bringing.migrating import expect_migrated, migrate
from web.db.connecting.connection import Connection, DatabaseError, Engine, Record
from web.db.connecting.engine import (
    asking,
    embedded_file,
    open_engine,
    open_guest_engine,
    open_reading_engine,
)
from web.db.connecting.leases import Leases
from web.db.connecting.lock import ProcessLock
from web.db.connecting.looking import Standing, looking
from web.db.connecting.replica import Replica, ReplicaFailedError
from web.db.connecting.rights import by_the_owner
from web.db.connecting.writer import DirectWriter, GroupWriter, NoWriter, Writer
from web.db.statements.numbers import Glance, Numbers
from web.db.statements.remembered import Remembered
from web.services.errors import NotFoundError
from web.settings import Settings
from web.store import keys
from web.store.master_keys import master_keys_of
from web.store.sealing import FieldCipher, other_key

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
    leases: Leases = field(default_factory=Leases)
    numbers: Numbers = field(default_factory=Numbers)
    gates_in_use: Glance = field(default_factory=Glance)
    replica: Replica | None = None
    # The layers of policies over each entrance.
    layers: Remembered[Mapping[tuple[str, str], Record]] = field(default_factory=Remembered)

    @cached_property
    def _asking(self) -> Engine:
        return asking(self.reading)

    @property
    def is_shared(self) -> bool:
        """Whether other processes, on other machines too, may serve the same database."""
        return self.lock is None

    def read(self, work: Callable[[Connection], _T]) -> _T:
        """The result of queries on a connection of their own."""
        # Ended by COMMIT: after ROLLBACK psycopg forgets all that was prepared on the connection.
        with self.reading.begin() as connection:
            return work(connection)

    def ask(self, question: Callable[[Connection], _T]) -> _T:
        """The result of a single query, whose answer is of one moment in any case; `read` is for several.

        Without BEGIN and COMMIT, each of which is a way to the server and back.
        """
        with self._asking.begin() as connection:
            return question(connection)

    def look(self, work: Callable[[Connection], _T]) -> _T:
        """The result of queries for somebody who looks things up, which may be a little old.

        From the replica while it is close behind and a page said that it may (web/views/asking/aging.py),
        else from the primary. Nothing that decides who passes, who may do what, or what is written may be
        asked here.
        """
        look, replica = looking(), self.replica
        if look is None or look.is_over or replica is None:
            return self.read(work)
        age = replica.usable(look)
        if age is None:
            return self.read(work)
        try:
            found = replica.read(work)
        except ReplicaFailedError:
            look.give_up(Standing.AWAY)
            return self.read(work)
        except NotFoundError:
            # It may have been made a moment ago.
            look.give_up(None)
            return self.read(work)
        look.age = age
        return found

    def write(self, work: Callable[[Connection], _T]) -> _T:
        """The result of `work`, durable when this returns."""
        return self.writer.run(work)

    def write_late(self, work: Callable[[Connection], _T]) -> _T:
        """As `write`, for work that says itself from where on it is one transaction (`late.begun`)."""
        return self.writer.run_late(work)

    def close(self) -> None:
        """Finish accepted writes and let the next process in."""
        self.leases.close()
        self.writer.close()
        self.reading.dispose()
        if self.replica:
            self.replica.close()
        if self.lock:
            self.lock.release()


def opened(settings: Settings, now_ms: Callable[[], int]) -> Installation:
    """The installation, its database migrated; UnavailableError with the reason when it cannot be."""
    file = embedded_file(settings.resolved_database_url)
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _no_home(settings.home, error) from None
    # Beside the database: two folders of settings must not share one file.
    lock = ProcessLock(file.parent) if file else None
    engine = open_engine(settings.resolved_database_url)
    replica = _replica(settings, engine, now_ms)
    try:
        cipher = _prepared(engine, settings)
    except BaseException as error:
        engine.dispose()
        if lock:
            lock.release()
        if isinstance(error, DatabaseError):
            raise _unreachable(error) from error
        raise
    writer: Writer = GroupWriter(engine) if file else DirectWriter(engine)
    reading = open_reading_engine(settings.resolved_database_url, engine)
    leases = Leases("" if file else settings.resolved_database_url)
    return Installation(settings, cipher, now_ms, reading, writer, lock, leases, replica=replica)


def opened_to_read(settings: Settings, now_ms: Callable[[], int]) -> Installation:
    """The installation for questions only, also beside the process that serves it: no lock, no writer.

    UnavailableError when there is none yet, or when its schema is not this program's.
    """
    file = embedded_file(settings.resolved_database_url)
    if file and not file.is_file():
        raise UnavailableError(
            Sentence(
                f"There is no database at {file}. Set DATA_DIR or DATABASE_URL as the site has them.",
                f"{file} 处没有数据库。请将 DATA_DIR 或 DATABASE_URL 设为与网站相同。",
            )
        )
    reading = open_guest_engine(settings.resolved_database_url)
    try:
        expect_migrated(reading)
        cipher = _cipher(reading, settings, may_make=False)
    except BaseException as error:
        reading.dispose()
        if isinstance(error, DatabaseError):
            raise _unreachable(error) from error
        raise
    replica = _replica(settings, reading, now_ms)
    return Installation(settings, cipher, now_ms, reading, NoWriter(), None, replica=replica)


def _replica(settings: Settings, primary: Engine, now_ms: Callable[[], int]) -> Replica | None:
    told = settings.replica
    return Replica(told.url, primary, told.limit_s * 1000, now_ms) if told else None


def _prepared(engine: Engine, settings: Settings) -> FieldCipher:
    """The cipher of the database, which is migrated first."""
    with by_the_owner():
        migrate(engine)
    return _cipher(engine, settings, may_make=True)


def _cipher(engine: Engine, settings: Settings, *, may_make: bool) -> FieldCipher:
    """The database's own cipher: a new master key, if at all, only for a database that knows none yet."""
    with engine.connect() as connection:
        row = keys.one_of_all(connection)
    cipher = FieldCipher(*master_keys_of(settings, may_make=may_make and row is None).keys)
    if row is not None:
        try:
            cipher.opened(row.private_sealed, keys.place(row.purpose, row.kid))
        except TamperedError:
            raise other_key(settings.secrets) from None
    return cipher


def _no_home(home: Path, error: OSError) -> UnavailableError:
    return UnavailableError(
        Sentence(
            f"The folder {home} cannot be made ({error.strerror}). Set DATA_DIR to one that can.",
            f"无法建立文件夹 {home}（{error.strerror}）。请用 DATA_DIR 指定可写的文件夹。",
        )
    )


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


def next_day_ms(start_ms: int, zone: str) -> int:
    """When the day after one that begins then begins: a day with a change of the clock has 23 or 25 hours."""
    here = datetime.fromtimestamp(start_ms / 1000, ZoneInfo(zone)) + timedelta(days=1)
    return int(here.timestamp()) * 1000
