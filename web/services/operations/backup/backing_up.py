"""Backups of the running site: one moment of its database in a file that only a passphrase opens.

The master key is left out unless it is asked for: a backup and its passphrase alone still show no name.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from domain.errors import InputError, UnavailableError
from domain.wording import Sentence
from web.db.bringing import snapshots
from web.db.bringing.snapshots import Progress, Snapshot
from web.services.operations import members
from web.services.operations.backup.sealed_file import SealedWriter
from web.settings import Settings
from web.store import keys
from web.store.master_keys import master_keys_of

MANIFEST: Final = "manifest.json"
MASTER_KEY: Final = "master.key"
# 2: with something that the master key has to open. What has format 1 is read as well.
FORMAT: Final = 2


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup is of. `head` is the newest signed head of its log, "" before the first.

    `sealed` (base64) opens with the site's master key at `sealed_at`; "" when nothing was sealed yet.
    """

    made_ms: int
    kind: str
    revision: str
    base_url: str
    head: str
    has_keys: bool
    sealed: str = ""
    sealed_at: str = ""
    format: int = FORMAT

    @property
    def log_size(self) -> int:
        """How many leaves its log has under a checkpoint."""
        return int(self.head.split("\n")[1]) if self.head else 0


@dataclass(frozen=True, slots=True)
class BackedUp:
    """A backup that was made: what it is of, and its size in bytes."""

    manifest: Manifest
    size: int


def backed_up(
    settings: Settings,
    now_ms: Callable[[], int],
    file: Path,
    passphrase: str,
    *,
    with_keys: bool = False,
    progress: Progress = lambda _done, _of: None,
) -> BackedUp:
    """Write a backup to a new file, whole or not at all; also beside the site that is running.

    InputError when the file is there already, UnavailableError when database or disk do not do.
    """
    if file.exists():
        raise InputError(
            "FILE",
            f"{file} is there already; a backup overwrites nothing. Name another file.",
            f"{file} 已存在；备份不会覆盖文件，请换一个文件名。",
        )
    key = master_keys_of(settings, may_make=False).text if with_keys else ""
    try:
        with _scratch(file) as scratch:
            # Its own folder, beside the file: of the same owner, closed to others, on a disk with room.
            folder = Path(scratch)
            with snapshots.taken(settings.resolved_database_url, folder, progress) as snapshot:
                manifest = _manifest(settings, now_ms, snapshot, with_keys)
                part = folder / "backup"
                _written(part, passphrase, _parts(manifest, key, snapshot, progress))
            os.link(part, file)  # never over a file that came meanwhile
            return BackedUp(manifest, file.stat().st_size)
    except OSError as error:
        raise _no_room(file, error) from None


def _scratch(file: Path) -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix=f".{file.name}-", dir=file.absolute().parent)


def _manifest(settings: Settings, now_ms: Callable[[], int], snapshot: Snapshot, with_keys: bool) -> Manifest:
    one = snapshot.sealed
    return Manifest(
        made_ms=now_ms(),
        kind=snapshot.kind,
        revision=snapshot.revision,
        base_url=settings.base_url,
        head=snapshot.head.decode("utf-8"),
        has_keys=with_keys,
        sealed=base64.b64encode(one.private_sealed).decode("ascii") if one else "",
        sealed_at=keys.place(one.purpose, one.kid) if one else "",
    )


def _parts(
    manifest: Manifest, key: str, snapshot: Snapshot, progress: Progress
) -> Iterator[tuple[str, Iterable[bytes]]]:
    yield MANIFEST, [json.dumps(asdict(manifest), ensure_ascii=False).encode()]
    if key:
        yield MASTER_KEY, [key.encode()]
    done = 0

    def counted(pieces: Iterator[bytes]) -> Iterator[bytes]:
        nonlocal done
        for piece in pieces:
            done += len(piece)
            progress(done, max(done, snapshot.size))
            yield piece

    for name, pieces in snapshot.members:
        yield name, counted(pieces)


def _written(part: Path, passphrase: str, parts: Iterator[tuple[str, Iterable[bytes]]]) -> None:
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
        sealed = SealedWriter(target, passphrase)
        for name, pieces in parts:
            members.written(sealed.write, name, pieces)
        members.ended(sealed.write)
        sealed.close()
        target.flush()
        os.fsync(target.fileno())


def _no_room(file: Path, error: OSError) -> UnavailableError:
    free = shutil.disk_usage(file.parent).free if file.parent.is_dir() else 0
    return UnavailableError(
        Sentence(
            f"{file} cannot be written ({error.strerror}; {free // 2**20} MiB free). An embedded database "
            "needs room for two copies there while it is backed up.",
            f"无法写入 {file}（{error.strerror}；剩余 {free // 2**20} MiB）。"
            "备份内置数据库时，该处需要两份副本的空间。",
        )
    )
