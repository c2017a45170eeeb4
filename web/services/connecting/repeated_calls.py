"""Calls that a program may safely send again: the same key and body get the same answer, once done."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from dataclasses import asdict, dataclass
from enum import StrEnum

from web.db.connecting.connection import Connection, Record
from web.services.installation import Installation
from web.store.connecting import tokens

KEPT_MS = 24 * 3_600_000


class Standing(StrEnum):
    """How a call stands to the one that took its key first."""

    NEW = "new"
    RUNNING = "running"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call answered, as far as it is sent again."""

    status: int
    mime: str
    body: bytes
    location: str = ""
    filename: str = ""


def begun(inst: Installation, token_id: str, key: str, call_hash: bytes) -> Answer | Standing:
    """Take a key for a call, or how the call that has it stands, or what that one answered."""

    def work(connection: Connection) -> Record | None:
        if tokens.call_begun(connection, token_id, key, call_hash, inst.now_ms()):
            return None
        return tokens.call(connection, token_id, key)

    row = inst.write(work)
    if row is None:
        return Standing.NEW
    if row.call_hash != call_hash:
        return Standing.OTHER
    return _opened(inst, row) if row.status else Standing.RUNNING


def answered(inst: Installation, token_id: str, key: str, answer: Answer) -> None:
    """Keep what the call with this key answered, sealed: answers hold secrets that are shown once."""
    told = asdict(answer) | {"body": b64encode(answer.body).decode("ascii")}
    sealed = inst.cipher.sealed(json.dumps(told).encode(), _place(token_id, key))
    inst.write(lambda connection: tokens.call_answered(connection, token_id, key, answer.status, sealed))


def released(inst: Installation, token_id: str, key: str) -> None:
    """Let the key be used again: its call was refused and changed nothing."""
    inst.write(lambda connection: tokens.call_forgotten(connection, token_id, key))


def pruned(inst: Installation) -> int:
    """Forget the answers that are older than a day; returns how many."""
    return inst.write(lambda connection: tokens.calls_pruned(connection, inst.now_ms() - KEPT_MS))


def _opened(inst: Installation, row: Record) -> Answer:
    told = json.loads(inst.cipher.opened(row.answer_sealed, _place(row.token_id, row.key)))
    return Answer(**told | {"body": b64decode(told["body"])})


def _place(token_id: str, key: str) -> str:
    return f"idempotent_calls|answer_sealed|{token_id}|{key}"
