"""This gate as a witness of the server's log: it keeps the head it saw last and follows no other log (§7)."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from domain.canonical import canonical_json
from domain.errors import TamperedError
from domain.log import opened_checkpoint
from domain.note import LogKey, note_key
from domain.witness import WHY_SENTENCES, Head, Offer, Why, reviewed
from domain.wording import Sentence
from kiosk.durable import write_durably

FILE_NAME = "log-head.json"
ACCEPT_NAME = "log-accept"
# A key that was made just now is in the next bundle: until then nothing is settled and nobody is alarmed.
_DOUBT_S = 30.0
_DAMAGED = Sentence(
    "The head of the log kept on this kiosk cannot be read; it begins anew with what the server shows.",
    "本终端保存的日志头无法读取，将从服务器当前出示的日志重新开始。",
)


class Verdict(StrEnum):
    """What an answer of the server counts for: only under a log that goes on is anything settled."""

    VOUCHED = "vouched"
    DOUBTED = "doubted"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Refused:
    """Why and since when (Unix milliseconds) the server's log is refused, and the head that it showed."""

    why: Why
    since_ms: int
    note: bytes


class Witness:
    """Holds one head. The uplink's thread calls `asked` and `heard`; any thread may read the rest."""

    def __init__(
        self,
        folder: Path,
        keys: Callable[[], tuple[LogKey, ...]],
        now_ms: Callable[[], int],
        seconds: Callable[[], float],
    ) -> None:
        """Take up the head kept in `folder`; `keys` are those of the newest bundle."""
        self._path = folder / FILE_NAME
        self._accept_path = folder / ACCEPT_NAME
        self._keys = keys
        self._now_ms = now_ms
        self._seconds = seconds
        self._doubted_s: float | None = None
        self._damage: Sentence | None = None
        self.head: Head | None = None
        self.refused: Refused | None = None
        self._load()

    @property
    def watches(self) -> bool:
        """Whether there is a log to witness; an older server tells no key of one."""
        return self.head is not None or bool(self._keys())

    @property
    def notice(self) -> Sentence | None:
        """What the staff are told; None while the log goes on from what was seen of it."""
        if self.refused is None:
            return self._damage
        why = WHY_SENTENCES[self.refused.why]
        return Sentence(
            "The server's log is not the one this gate saw. Entries are kept here until it is. "
            f"Please tell the office. {why.en}",
            f"服务器的日志与本终端此前见过的不一致，记录会一直保存在此，请通知管理员。{why.zh}",
        )

    def asked(self) -> dict[str, object] | None:
        """What goes with a batch: the head that is kept, and the one that is refused; None without a log."""
        if not self.watches:
            return None
        refused = self.refused
        return {
            "head": self.head.note.decode() if self.head else "",
            "refused": {"why": refused.why.value, "head": refused.note.decode("utf-8", "replace")}
            if refused
            else None,
        }

    def heard(self, note: bytes, proof: tuple[bytes, ...] | None) -> Verdict:
        """Review what the server shows; a head is on the disk before anything is settled under it."""
        self._take_acceptance()
        if not self.watches or (self.head is None and not note):
            return Verdict.VOUCHED  # nothing was ever signed, or nobody could check it
        found = reviewed(self.head, Offer(note, proof), self._keys(), self._now_ms() // 1000)
        if isinstance(found, Why):
            return self._not_followed(found, note)
        try:
            if found is not self.head or self.refused is not None:
                self._keep(found, None)
        except OSError:
            return Verdict.DOUBTED
        self._doubted_s = None
        return Verdict.VOUCHED

    def _not_followed(self, why: Why, note: bytes) -> Verdict:
        if why is Why.UNSIGNED and self.refused is None:
            if self._doubted_s is None:
                self._doubted_s = self._seconds()
            if self._seconds() - self._doubted_s < _DOUBT_S:
                return Verdict.DOUBTED
        if self.refused is None or self.refused.why is not why:
            refused = Refused(why, self._now_ms(), note)
            with contextlib.suppress(OSError):  # refused all the same; a restart finds it out anew
                self._write(self.head, refused)
            self.refused = refused
        return Verdict.REFUSED

    def _keep(self, head: Head, refused: Refused | None) -> None:
        self._write(head, refused)
        self.head, self.refused, self._damage = head, refused, None

    def _write(self, head: Head | None, refused: Refused | None) -> None:
        value: dict[str, object] = {"v": 1}
        if head is not None:
            value |= {"key": head.key.text, "note": head.note.decode()}
        if refused is not None:
            shown = refused.note.decode("utf-8", "replace")
            value["refused"] = {"why": refused.why.value, "since_ms": refused.since_ms, "note": shown}
        write_durably(self._path, canonical_json(value) + b"\n")

    def _load(self) -> None:
        try:
            self.head, self.refused = _read(json.loads(self._path.read_bytes()))
        except FileNotFoundError:
            return
        except (OSError, ValueError, KeyError, TypeError, TamperedError, RecursionError):
            self._damage = _DAMAGED
            with contextlib.suppress(OSError):
                self._path.replace(self._path.with_name(f"{FILE_NAME}.damaged-{self._now_ms()}"))

    def _take_acceptance(self) -> None:
        """Somebody at this machine said that the server's log counts from now on: keep the old head aside."""
        if not self._accept_path.exists():
            return
        with contextlib.suppress(OSError):
            if self._path.exists():
                self._path.replace(self._path.with_name(f"{FILE_NAME}.before-{self._now_ms()}"))
            self._accept_path.unlink()
            self.head, self.refused, self._doubted_s = None, None, None


def accept(folder: Path) -> None:
    """Let the witness of this folder follow whatever log its server shows next; OSError if it cannot."""
    write_durably(folder / ACCEPT_NAME, b"")


def kept(folder: Path) -> tuple[Head | None, Refused | None]:
    """What is on the disk: the head, and what was refused; TamperedError when it cannot be read."""
    try:
        return _read(json.loads((folder / FILE_NAME).read_bytes()))
    except FileNotFoundError:
        return None, None
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        raise TamperedError(_DAMAGED) from None


def _read(value: Any) -> tuple[Head | None, Refused | None]:
    if value["v"] != 1:
        raise ValueError("unknown version")
    head = refused = None
    if "note" in value:
        key, note = note_key(value["key"]), str(value["note"]).encode()
        head = Head(note, opened_checkpoint(note, key), key)
    if "refused" in value:
        told = value["refused"]
        refused = Refused(Why(told["why"]), int(told["since_ms"]), str(told["note"]).encode())
    return head, refused
