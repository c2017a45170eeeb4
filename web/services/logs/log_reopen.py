"""Goes on with a log whose newest part is lost: deliberately, under another origin, quoting the old head.

Leaves have salts, so that the same entries sent again are other leaves: the old head can never be reached.
"""

from __future__ import annotations

import re

from domain.errors import InputError
from domain.log import Checkpoint, key_leaf, opened_checkpoint, reopen_leaf
from domain.note import NoteKey
from machine.durable import write_durably
from web.db.connecting.connection import Connection
from web.db.connecting.turns import Turn, taken
from web.services.installation import Installation
from web.services.logs import log_head, sequencing
from web.services.signing_keys import keys
from web.store import keys as key_store
from web.store.logs import log

_BECAUSE_MOST = 200
_ORIGIN = re.compile(r"(?P<base>.+?)(?:/(?P<nth>[1-9][0-9]{0,5}))?")


def reopened(inst: Installation, because: str) -> Checkpoint:
    """Sign all that is here under a new origin; InputError without a reason, or when nothing is wrong."""
    reason = " ".join(because.split())
    if not reason or len(reason) > _BECAUSE_MOST or not reason.isprintable():
        raise InputError(
            "--because",
            f"Say in 1 to {_BECAUSE_MOST} letters what happened; it stays in the log for everybody to read.",
            f"请用 1 至 {_BECAUSE_MOST} 个字说明原因；该说明将永久公开保留在日志中。",
        )
    old = log_head.current(inst)
    note = inst.write(lambda connection: _reopened(connection, inst, reason, old))
    if old:
        # What was signed last stays beside the new head: gates and auditors may still ask for it.
        size = old.split(b"\n")[1].decode("ascii", "replace")
        write_durably(log_head.path_of(inst).with_name(f"{log_head.FILE}-{_safe(size)}-before"), old)
    log_head.write(inst, note)
    return inst.ask(lambda connection: log_head.opened(connection, note))


def renewed(inst: Installation) -> tuple[NoteKey, NoteKey]:
    """Let a new key sign the log from the next checkpoint on; the old key and the new, as a leaf tells.

    InputError while the log signs nothing: that is to be settled first.
    """

    def work(connection: Connection) -> tuple[NoteKey, NoteKey]:
        taken(connection, Turn.APPENDING)
        taken(connection, Turn.SEQUENCING)
        trouble = log_head.trouble(connection, inst)
        if trouble is not None:
            raise InputError("log", trouble.en, trouble.zh)
        old, new = keys.log_renewed(connection, inst)
        leaf = key_leaf(inst.now_ms(), keys.LOG, old.text, new.text)
        log.appended(connection, [{"kind": "key", "ref": new.key_hash.hex(), "body": leaf}])
        return old, new

    return inst.write(work)


def _reopened(connection: Connection, inst: Installation, reason: str, old: bytes) -> bytes:
    taken(connection, Turn.APPENDING)
    taken(connection, Turn.SEQUENCING)
    if log_head.trouble(connection, inst) is None:
        raise InputError(
            "log",
            "The log holds all that was signed: there is nothing to reopen.",
            "日志包含此前签署的全部内容，无需重新开启。",
        )
    origin = _next_origin(connection, old)
    keys.log_reopened(connection, inst, origin)
    size = sequencing.latest_frontier(connection).size
    leaf = reopen_leaf(inst.now_ms(), origin, reason, old, size)
    log.appended(connection, [{"kind": "reopen", "ref": origin, "body": leaf}])
    sequencing.placed(connection, inst, most=log.waiting(connection))
    newest = log.latest_checkpoint(connection)
    assert newest is not None, "a leaf was placed just now"
    key, _, _ = keys.signing(connection, inst, keys.LOG)
    assert opened_checkpoint(newest.note, key).origin == origin
    return bytes(newest.note)


def _next_origin(connection: Connection, old: bytes) -> str:
    """The log's first name with a number above those that it had, also the one that is forgotten here."""
    names = [str(row.name) for row in key_store.of_purpose(connection, keys.LOG)]
    base = min(names, key=len)
    names.append(old.partition(b"\n")[0].decode("utf-8", "replace"))
    numbers = [1]
    for name in names:
        found = _ORIGIN.fullmatch(name)
        if found and found["base"] == base and found["nth"]:
            numbers.append(int(found["nth"]))
    return f"{base}/{max(numbers) + 1}"


def _safe(size: str) -> str:
    return size if size.isdecimal() and len(size) < 20 else "unknown"
