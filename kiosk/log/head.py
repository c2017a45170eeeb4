"""The head of the server's log on the gate's disk, and what is kept with it: why another one is refused."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from domain.canonical import canonical_json
from domain.errors import TamperedError
from domain.log import opened_checkpoint
from domain.note import note_key
from domain.witness import Head, Why
from domain.wording import Sentence
from machine.durable import write_durably

FILE_NAME = "log-head.json"
DAMAGED = Sentence(
    "The head of the log kept on this kiosk cannot be read; it begins anew with what the server shows.",
    "本终端保存的日志头无法读取，将从服务器当前出示的日志重新开始。",
)


@dataclass(frozen=True, slots=True)
class Refused:
    """Why and since when (Unix milliseconds) the server's log is refused, and the head that it showed.

    `own` are the canonical bytes of the entry that is not in it as it was made, b"" while the head is wrong.
    """

    why: Why
    since_ms: int
    note: bytes
    own: bytes = b""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is on the disk. `is_proving` is whether the server ever answered about an entry.

    `accepted_ms` is when somebody here let this gate follow another log than before.
    """

    head: Head | None = None
    refused: Refused | None = None
    is_proving: bool = False
    accepted_ms: int = 0


def kept(folder: Path) -> Kept:
    """What is in this folder; TamperedError when it cannot be read."""
    try:
        return _read(json.loads((folder / FILE_NAME).read_bytes()))
    except FileNotFoundError:
        return Kept()
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise TamperedError(DAMAGED) from None


def keep(folder: Path, now: Kept) -> None:
    """Put it on the disk; OSError leaves what was there."""
    value: dict[str, object] = {"v": 1}
    if now.head is not None:
        value |= {"key": now.head.key.text, "note": now.head.note.decode()}
    if now.is_proving:
        value["proving"] = True
    if now.accepted_ms:
        value["accepted_ms"] = now.accepted_ms
    if now.refused is not None:
        value["refused"] = {
            "why": now.refused.why.value,
            "since_ms": now.refused.since_ms,
            "note": now.refused.note.decode("utf-8", "replace"),
            "entry": now.refused.own.decode(),
        }
    write_durably(folder / FILE_NAME, canonical_json(value) + b"\n")


def _read(value: Any) -> Kept:
    if value["v"] != 1:
        raise ValueError("unknown version")
    head = refused = None
    if "note" in value:
        key, note = note_key(value["key"]), str(value["note"]).encode()
        head = Head(note, opened_checkpoint(note, key), key)
    if "refused" in value:
        told = value["refused"]
        # Kiosks did not always look for their entries.
        own = str(told.get("entry", "")).encode()
        refused = Refused(Why(told["why"]), int(told["since_ms"]), str(told["note"]).encode(), own)
    return Kept(head, refused, value.get("proving") is True, int(value.get("accepted_ms", 0)))
