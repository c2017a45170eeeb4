"""This gate as a witness of the server's log: it keeps the head it saw last and follows no other log (§7)."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from pathlib import Path

from domain.errors import TamperedError
from domain.note import LogKey
from domain.witness import WHY_SENTENCES, Head, Offer, Why, reviewed
from domain.wording import Sentence
from kiosk.log import head as log_head
from kiosk.log.head import Kept, Refused
from machine.durable import write_durably

ACCEPT_NAME = "log-accept"
# A key that was made just now is in the next bundle: until then nothing is settled and nobody is alarmed.
_DOUBT_S = 30.0


class Verdict(StrEnum):
    """What an answer of the server counts for: only under a log that goes on is anything settled."""

    VOUCHED = "vouched"
    DOUBTED = "doubted"
    REFUSED = "refused"


class Witness:
    """Holds one head. The uplink's thread calls what changes it; any thread may read the rest."""

    def __init__(
        self,
        folder: Path,
        keys: Callable[[], tuple[LogKey, ...]],
        now_ms: Callable[[], int],
        seconds: Callable[[], float],
    ) -> None:
        """Take up the head kept in `folder`; `keys` are those of the newest bundle."""
        self._folder = folder
        self._keys = keys
        self._now_ms = now_ms
        self._seconds = seconds
        self._doubted_s: float | None = None
        self._damage: Sentence | None = None
        self._kept = Kept()
        self._load()

    @property
    def head(self) -> Head | None:
        """The head that is followed; None before the first."""
        return self._kept.head

    @property
    def refused(self) -> Refused | None:
        """What is refused, and why; None while the log goes on from what was seen of it."""
        return self._kept.refused

    @property
    def suspect(self) -> bytes:
        """The entry for whose sake the log is refused, its canonical bytes; b"" for none."""
        return self.refused.own if self.refused is not None else b""

    @property
    def is_proving(self) -> bool:
        """Whether this server ever answered about an entry; older ones do not."""
        return self._kept.is_proving

    @property
    def accepted_ms(self) -> int:
        """What was settled up to here belongs to a log that somebody here has given up."""
        return self._kept.accepted_ms

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

    def asked(self, own: bytes = b"") -> dict[str, object] | None:
        """What goes with a batch: the head that is kept, and the one that is refused; None without a log.

        `own` is an entry (its canonical bytes) whose place in the log the server is to prove.
        """
        if not self.watches:
            return None
        told: dict[str, object] = {"head": self.head.note.decode() if self.head else "", "refused": None}
        if self.refused is not None:
            shown = self.refused.note.decode("utf-8", "replace")
            about = {"entry": json.loads(self.suspect)["id"]} if self.suspect else {}
            told["refused"] = {"why": self.refused.why.value, "head": shown, **about}
        return {**told, "entry": json.loads(own)} if own else told

    def heard(self, note: bytes, proof: tuple[bytes, ...] | None) -> Verdict:
        """Review what the server shows; a head is on the disk before anything is settled under it."""
        self._take_acceptance()
        if not self.watches or (self.head is None and not note):
            return Verdict.VOUCHED  # nothing was ever signed, or nobody could check it
        found = reviewed(self.head, Offer(note, proof), self._keys(), self._now_ms() // 1000)
        if isinstance(found, Why):
            return self._not_followed(found, note)
        # No head makes up for an entry that is not in the log: that ends when it is proved.
        refused = self.refused if self.suspect else None
        try:
            if found is not self.head or self.refused is not refused:
                self._keep(replace(self._kept, head=found, refused=refused))
        except OSError:
            return Verdict.DOUBTED
        self._doubted_s = None
        return Verdict.VOUCHED

    def answered(self) -> None:
        """The server said something about an entry: from now on its silence is no answer."""
        if not self.is_proving:
            with contextlib.suppress(OSError):
                self._keep(replace(self._kept, is_proving=True))

    def found(self, own: bytes, why: Why | None) -> None:
        """An own entry is in the log as it was made, or why the log is refused for its sake."""
        self.answered()
        if why is not None:
            self._refuse(why, self.head.note if self.head is not None else b"", own)
        elif self.suspect == own:
            with contextlib.suppress(OSError):  # else it stays refused
                self._keep(replace(self._kept, refused=None))

    def _not_followed(self, why: Why, note: bytes) -> Verdict:
        if why is Why.UNSIGNED and self.refused is None:
            if self._doubted_s is None:
                self._doubted_s = self._seconds()
            if self._seconds() - self._doubted_s < _DOUBT_S:
                return Verdict.DOUBTED
        self._refuse(why, note, self.suspect)
        return Verdict.REFUSED

    def _refuse(self, why: Why, note: bytes, own: bytes) -> None:
        refused = self.refused
        if refused is None or (refused.why, refused.own) != (why, own):
            now = replace(self._kept, refused=Refused(why, self._now_ms(), note, own))
            with contextlib.suppress(OSError):  # refused all the same; a restart finds it out anew
                log_head.keep(self._folder, now)
            self._kept = now

    def _keep(self, now: Kept) -> None:
        log_head.keep(self._folder, now)
        self._kept, self._damage = now, None

    def _load(self) -> None:
        try:
            self._kept = log_head.kept(self._folder)
        except TamperedError as error:
            self._damage = error.sentence
            self._aside("damaged")

    def _take_acceptance(self) -> None:
        """Somebody at this machine said that the server's log counts from now on: keep the old head aside."""
        accepting = self._folder / ACCEPT_NAME
        if not accepting.exists():
            return
        with contextlib.suppress(OSError):
            self._aside("before")
            accepting.unlink()
            # What was settled before may be proved nowhere any more.
            self._kept, self._doubted_s = Kept(accepted_ms=self._now_ms()), None

    def _aside(self, name: str) -> None:
        path = self._folder / log_head.FILE_NAME
        with contextlib.suppress(OSError):
            path.replace(path.with_name(f"{log_head.FILE_NAME}.{name}-{self._now_ms()}"))


def accept(folder: Path) -> None:
    """Let the witness of this folder follow whatever log its server shows next; OSError if it cannot."""
    write_durably(folder / ACCEPT_NAME, b"")
