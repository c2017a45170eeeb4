"""Brings a backup back into a folder or database that holds nothing, and checks its log to the last leaf."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from domain.errors import InputError, TamperedError, UnavailableError
from domain.wording import Sentence
from web.db.bringing import crossing, loading
from web.db.bringing.snapshots import DATABASE, Progress
from web.db.connecting.connection import Connection
from web.db.connecting.engine import embedded_file, open_engine
from web.db.connecting.lock import ProcessLock
from web.db.months import planning
from web.services.installation import Installation, opened, opened_to_read
from web.services.logs import log_head
from web.services.logs.checking import log_fsck
from web.services.logs.checking.log_checks import Finding
from web.services.operations.backup import restoring_key
from web.services.operations.backup.backing_up import FORMAT, MANIFEST, MASTER_KEY, Manifest
from web.services.operations.backup.sealed_file import opened as unsealed
from web.services.operations.members import Members
from web.settings import Settings
from web.store import counters
from web.store.logs import log

# What may lie in the folder before: the rescued key, and the head that says what was signed since.
_MAY_LIE_THERE = {"secrets", log_head.FILE}


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be restored, and where. `key` is a rescued master key's file.

    `is_newest`: nothing was signed after this backup, so that the log may go on from it at once.
    """

    file: Path
    passphrase: str
    into: Settings
    key: Path | None = None
    is_newest: bool = False


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back, what is wrong with its log, and why the log signs nothing yet (None: it does)."""

    manifest: Manifest
    leaves: int
    findings: tuple[Finding, ...]
    unsigned: Sentence | None


def target(settings: Settings, into: str) -> Settings:
    """Settings of the place that a restore was told: a folder, or the URL of an empty database.

    Keys of a database that a server keeps go into this installation's own DATA_DIR.
    """
    if "://" not in into:
        return replace(settings, home=Path(into), database_url="")
    url = into.replace("postgres://", "postgresql://", 1)
    file = embedded_file(url)
    if file is not None:
        raise InputError(
            "--into",
            "Name the folder instead of a sqlite: URL.",
            "请直接填写文件夹，不要使用 sqlite: 地址。",
        )
    return replace(settings, database_url=url.replace("postgresql://", "postgresql+psycopg://", 1))


def restored(
    asked: Asked, now_ms: Callable[[], int], workers: int = 1, progress: Progress = lambda _done, _of: None
) -> Restored:
    """Restore a backup: InputError when the target holds anything, TamperedError when the file is not whole.

    `progress` is told the bytes read of the file, then the rows that go from an embedded database into one
    of a server, then the leaves checked of the log.
    """
    _expect_empty(asked.into)
    try:
        with asked.file.open("rb") as file:
            size = asked.file.stat().st_size
            content = unsealed(file, asked.passphrase)
            manifest = _loaded(asked, _watched(content, lambda: progress(file.tell(), size)), progress)
    except OSError as error:
        raise _failed(error) from None
    inst = opened(asked.into, now_ms)  # migrates, and refuses a key that does not fit
    try:
        inst.write(lambda connection: _expecting_its_head(connection, manifest))
    finally:
        inst.close()
    inst = opened_to_read(asked.into, now_ms)
    try:
        # A head that lies there already speaks for itself: it may know of more than the backup.
        if asked.is_newest and manifest.head and not log_head.path_of(inst).exists():
            log_head.write(inst, manifest.head.encode())
        return _checked(inst, manifest, workers, progress)
    finally:
        inst.close()


def _loaded(asked: Asked, content: Iterator[bytes], progress: Progress) -> Manifest:
    members = iter(Members(content))
    manifest, key = _manifest(members), b""
    if manifest.has_keys:
        key = _whole(members, MASTER_KEY)
    elif asked.key is not None:
        key = asked.key.read_bytes()
    loading.expect_way(manifest.kind, "postgresql" if asked.into.database_url else "sqlite")
    restoring_key.expect_fit(asked.into, key, manifest)
    restoring_key.keep(asked.into, key)
    file = embedded_file(asked.into.resolved_database_url)
    if file:
        lock = ProcessLock(file.parent)
        try:
            loading.file_loaded(members, file)
        finally:
            lock.release()
    else:
        _put_on_server(asked.into, manifest, members, progress)
    return manifest


def _put_on_server(
    into: Settings, manifest: Manifest, members: Iterator[tuple[str, Iterator[bytes]]], progress: Progress
) -> None:
    engine = open_engine(into.resolved_database_url)
    try:
        if manifest.kind == "postgresql":
            loading.server_loaded(members, engine, manifest.revision)
        else:
            with tempfile.TemporaryDirectory(prefix=".restore-", dir=into.home) as scratch:
                file = Path(scratch) / DATABASE
                loading.file_loaded(members, file)
                crossing.crossed(file, engine, progress)
        planning.looked_through(engine)
    finally:
        engine.dispose()


def _expecting_its_head(connection: Connection, manifest: Manifest) -> None:
    """Let it sign nothing without the head outside of it, even if its very first was just being written."""
    if manifest.head and not counters.value_of(connection, counters.LOG_HEAD):
        counters.raised(connection, counters.LOG_HEAD)


def _watched(content: Iterator[bytes], tell: Callable[[], None]) -> Iterator[bytes]:
    for piece in content:
        yield piece
        tell()


def _manifest(members: Iterator[tuple[str, Iterator[bytes]]]) -> Manifest:
    told = json.loads(_whole(members, MANIFEST))
    if told["format"] > FORMAT:
        raise InputError(
            "FILE",
            "The backup is from a newer version of this program. Restore it with that version.",
            "该备份由更新版本的程序生成，请使用该版本恢复。",
        )
    return Manifest(**told)


def _whole(members: Iterator[tuple[str, Iterator[bytes]]], wanted: str) -> bytes:
    name, pieces = next(members, ("", iter(())))
    if name != wanted:
        raise TamperedError(Sentence(f"{wanted} is not where it should be.", f"{wanted} 不在预期的位置。"))
    return b"".join(pieces)


def _expect_empty(into: Settings) -> None:
    if into.database_url:
        engine = open_engine(into.resolved_database_url)
        try:
            loading.expect_empty(engine)
        finally:
            engine.dispose()
        return
    there = {path.name for path in into.home.iterdir()} if into.home.is_dir() else set()
    if there - _MAY_LIE_THERE or (into.home.exists() and not into.home.is_dir()):
        raise InputError(
            "--into",
            f"{into.home} is not empty, and a restore never overwrites. Name a new folder; only "
            f"{' and '.join(sorted(_MAY_LIE_THERE))} may lie in it.",
            f"{into.home} 不是空文件夹，恢复操作不会覆盖已有数据。请指定新文件夹，"
            f"其中只可有 {'、'.join(sorted(_MAY_LIE_THERE))}。",
        )


def _checked(inst: Installation, manifest: Manifest, workers: int, progress: Progress) -> Restored:
    found: list[Finding] = []
    total = inst.ask(log.size)
    checked = log_fsck.checked(inst, found.append, lambda done: progress(done, total), workers)
    # What is wrong with the head alone is expected of a restored log: it says what to do next.
    wrong = tuple(finding for finding in found if finding.where != log_head.FILE)
    unsigned = inst.read(lambda connection: log_head.trouble(connection, inst))
    return Restored(manifest, checked.leaves, wrong, unsigned)


def _failed(error: OSError) -> UnavailableError:
    return UnavailableError(
        Sentence(
            f"The restore failed: {error.filename or 'disk'}: {error.strerror}. Nothing was put in place.",
            f"恢复失败：{error.filename or '磁盘'}：{error.strerror}。未写入任何数据库。",
        )
    )
