"""The staff's side behind its PIN: who is in, until when, and how long a wrong PIN makes others wait."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable

from domain.errors import InputError
from domain.gate_settings import is_pin
from domain.wording import Sentence

IDLE_MS = 60_000
_FREE_TRIES = 2
_LONGEST_WAIT_MS = 30_000
_FORGIVEN_AFTER_MS = 600_000
_MOST_OPEN = 8

NOT_SET = Sentence(
    "No PIN is set. An administrator sets it on the venue's page, under “Settings of the gates”.",
    "尚未设置 PIN。请管理员在网站的场所页面“终端设置”中设置。",
)
_WRONG = Sentence("This PIN is wrong.", "PIN 不正确。")
_WAIT = Sentence("Please wait {seconds} s before the next try.", "请等待 {seconds} 秒后再试。")


class Door:
    """Sessions of the staff's side, kept in memory: a restart shuts it. Safe to use from several threads.

    A wrong PIN makes every next try wait, at most half a minute: ten thousand PINs take days, and nobody
    can keep the staff out for longer. Whoever is in stays in, and visitors notice nothing.
    """

    def __init__(self, kept_pin: Callable[[], str], boot_ms: Callable[[], int]) -> None:
        """`kept_pin` gives the sealed PIN in force, "" when none is set."""
        self._kept_pin = kept_pin
        self._boot_ms = boot_ms
        self._trying = threading.Lock()  # one scrypt at a time: each takes 16 MB
        self._lock = threading.Lock()
        self._used: dict[str, tuple[str, int]] = {}
        self._wrong = 0
        self._wrong_ms = 0

    @property
    def has_pin(self) -> bool:
        """Whether there is a PIN to open it with."""
        return bool(self._kept_pin())

    def opened(self, typed: str) -> str:
        """A new session's token for the right PIN; InputError that says what is wrong."""
        with self._trying:
            kept = self._kept_pin()
            if not kept:
                raise InputError("pin", NOT_SET.en, NOT_SET.zh)
            if left_ms := self._wait_ms():
                told = _WAIT.filled(seconds=-(-left_ms // 1000))
                raise InputError("pin", told.en, told.zh)
            if not is_pin(typed, kept):
                self._wrong, self._wrong_ms = self._wrong + 1, self._boot_ms()
                raise InputError("pin", *self._told())
            self._wrong = 0
            return self._admitted(kept)

    def is_open(self, token: str) -> bool:
        """Whether this session is open; asking does not keep it so."""
        with self._lock:
            found = self._used.get(token)
            return found is not None and found[0] == self._kept_pin() and self._age_ms(found[1]) < IDLE_MS

    def use(self, token: str) -> bool:
        """Keep a session open for another minute; False when it is shut."""
        if not self.is_open(token):
            return False
        with self._lock:
            self._used[token] = (self._used[token][0], self._boot_ms())
        return True

    def shut(self, token: str) -> None:
        """End a session."""
        with self._lock:
            self._used.pop(token, None)

    def _admitted(self, kept: str) -> str:
        token = secrets.token_urlsafe(32)
        with self._lock:
            self._used = {one: used for one, used in self._used.items() if self._age_ms(used[1]) < IDLE_MS}
            while len(self._used) >= _MOST_OPEN:
                del self._used[next(iter(self._used))]
            self._used[token] = (kept, self._boot_ms())
        return token

    def _told(self) -> tuple[str, str]:
        told = _WAIT.filled(seconds=-(-self._wait_ms() // 1000)) if self._wait_ms() else Sentence("", "")
        return f"{_WRONG.en} {told.en}".strip(), f"{_WRONG.zh}{told.zh}"

    def _wait_ms(self) -> int:
        since_ms = self._age_ms(self._wrong_ms)
        if since_ms > _FORGIVEN_AFTER_MS:
            self._wrong = 0
        over = self._wrong - _FREE_TRIES
        wait_ms = min(_LONGEST_WAIT_MS, 1000 * 2 ** min(over - 1, 10)) if over > 0 else 0
        return max(0, wait_ms - since_ms)

    def _age_ms(self, at_ms: int) -> int:
        return self._boot_ms() - at_ms
