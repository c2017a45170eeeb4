"""The head that was signed last, kept outside the database: a restored, older database must sign nothing."""

from __future__ import annotations

import json
from pathlib import Path

from domain.errors import TamperedError, UnavailableError
from domain.log import Checkpoint, opened_checkpoint
from domain.note import NoteKey
from domain.wording import Sentence
from machine.durable import write_durably
from web.db.connecting.connection import Connection, Record
from web.services.installation import Installation
from web.services.logs.log_tree import frontier_of
from web.services.signing_keys import keys
from web.settings import SITE_COMMAND
from web.store import counters
from web.store import keys as key_store
from web.store.logs import log

FILE = "log-head"
_TO_DO = Sentence(
    f"Bring the newest database back; if there is none, run: {SITE_COMMAND} log reopen --because …",
    f"请恢复最新的数据库；如无法恢复，请运行：{SITE_COMMAND} log reopen --because …",
)


def path_of(inst: Installation) -> Path:
    """Where the head is kept: beside the database, never in it, and not to be restored with it."""
    return inst.settings.home / FILE


def trouble(connection: Connection, inst: Installation) -> Sentence | None:
    """Why nothing may be signed now, or None: the database must hold all that was ever signed."""
    try:
        kept = path_of(inst).read_bytes()
    except FileNotFoundError:
        return _lost(inst) if counters.value_of(connection, counters.LOG_HEAD) else None
    except OSError as error:
        return Sentence(
            f"{path_of(inst)} cannot be read ({error.strerror}): nothing is signed until it can.",
            f"无法读取 {path_of(inst)}（{error.strerror}）：在此之前不签署任何内容。",
        )
    newest = log.latest_checkpoint(connection)
    if newest is not None and newest.note == kept:
        return None
    return _compared(connection, kept, newest)


def told(inst: Installation) -> Sentence | None:
    """`trouble` for pages: one question while the file holds the newest checkpoint, as it mostly does."""
    newest = inst.ask(log.latest_checkpoint)
    if newest is not None and newest.note == current(inst):
        return None
    return inst.read(lambda connection: trouble(connection, inst))


def kept(inst: Installation) -> None:
    """Bring the file up to the newest checkpoint, unless there is trouble; UnavailableError if it fails."""
    note = inst.read(lambda connection: _to_keep(connection, inst))
    if note is not None:
        write(inst, note)


def write(inst: Installation, note: bytes) -> None:
    """Put a head into the file so that it is there whole after a power cut; UnavailableError if not."""
    path = path_of(inst)
    try:
        write_durably(path, note)
    except OSError as error:
        raise UnavailableError(
            Sentence(
                f"{path} cannot be written ({error.strerror}): nothing is signed until it can.",
                f"无法写入 {path}（{error.strerror}）：在此之前不签署任何内容。",
            )
        ) from None


def noted(connection: Connection, inst: Installation) -> None:
    """Remember that there is a file: from now on its absence is trouble."""
    if path_of(inst).exists() and not counters.value_of(connection, counters.LOG_HEAD):
        counters.raised(connection, counters.LOG_HEAD)


def current(inst: Installation) -> bytes:
    """The note in the file, b"" when there is none or it cannot be read."""
    try:
        return path_of(inst).read_bytes()
    except OSError:
        return b""


def opened(connection: Connection, note: bytes) -> Checkpoint:
    """The checkpoint that one of the log's keys signed; TamperedError otherwise."""
    return opened_by(connection, note)[0]


def opened_by(connection: Connection, note: bytes) -> tuple[Checkpoint, NoteKey]:
    """The checkpoint, and which of the log's keys signed it; TamperedError when none did."""
    origin = note.partition(b"\n")[0].decode("utf-8", "replace")
    found = [row for row in key_store.of_purpose(connection, keys.LOG) if row.name == origin]
    for row in found:
        key = NoteKey(row.name, row.public)
        try:
            return opened_checkpoint(note, key), key
        except TamperedError:
            if row is found[-1]:
                raise
    raise TamperedError(Sentence("No key of this database signed it.", "此数据库中没有签署它的密钥。"))


def _to_keep(connection: Connection, inst: Installation) -> bytes | None:
    newest = log.latest_checkpoint(connection)
    if newest is None or newest.note == current(inst) or trouble(connection, inst) is not None:
        return None
    return bytes(newest.note)


def _compared(connection: Connection, kept: bytes, newest: Record | None) -> Sentence | None:
    try:
        head = opened(connection, kept)
    except TamperedError as error:
        return _foreign(error.sentence)
    row = log.checkpoint_of(connection, head.size)
    if row is not None and frontier_of(row).root() == head.root:
        return None
    if _is_quoted(connection, kept, newest):
        return None
    size = newest.size if newest is not None else 0
    if head.size > size:
        return Sentence(
            f"The log signs nothing: the database holds {size} leaves, but {head.size} were signed before. "
            f"It is older than its log. {_TO_DO.en}",
            f"日志已停止签署：数据库只有 {size} 条，而此前已签署 {head.size} 条，数据库比日志旧。{_TO_DO.zh}",
        )
    return Sentence(
        f"The log signs nothing: at {head.size} leaves the database is another log than the one signed "
        f"before. {_TO_DO.en}",
        f"日志已停止签署：在第 {head.size} 条处，数据库与此前签署的日志不一致。{_TO_DO.zh}",
    )


def _is_quoted(connection: Connection, kept: bytes, newest: Record | None) -> bool:
    """Whether the log was reopened over this very head, and only the file was not written any more."""
    if newest is None:
        return False
    origin = newest.note.partition(b"\n")[0].decode("utf-8", "replace")
    leaf = log.leaf_of(connection, "reopen", origin)
    return leaf is not None and leaf.leaf_index is not None and quoted(leaf.body) == kept


def quoted(leaf: bytes) -> bytes:
    """The head in the leaf that reopened a log."""
    return str(json.loads(leaf)["head"]).encode()


def _lost(inst: Installation) -> Sentence:
    return Sentence(
        f"The log signs nothing: {path_of(inst)} is gone, so nobody can say whether this database is the "
        f"newest. Put the file back. {_TO_DO.en}",
        f"日志已停止签署：缺少 {path_of(inst)}，无法确认数据库是否最新。请放回该文件。{_TO_DO.zh}",
    )


def _foreign(why: Sentence) -> Sentence:
    return Sentence(
        "The log signs nothing: the head kept outside of the database is not of this log. "
        f"{why.en} {_TO_DO.en}",
        f"日志已停止签署：数据库之外保存的日志头不属于此日志。{why.zh}{_TO_DO.zh}",
    )
