"""A process that erases and is killed in the middle: at the given write, before or after it is durable."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from web.db.connecting.connection import Connection
from web.db.connecting.writer import Writer
from web.services.installation import Installation, opened
from web.services.keeping import erasing, rotating
from web.services.keeping.purging import purging
from web.settings import Settings
from web.store.scope import PROGRAM

_T = TypeVar("_T")


class DyingWriter:
    """A writer whose process is killed at its n-th write; half of the times before the write is durable."""

    def __init__(self, writer: Writer, at: int, *, before: bool) -> None:
        self._writer, self._left, self._before = writer, at, before

    def run(self, work: Callable[[Connection], _T]) -> _T:
        self._left -= 1
        if not self._left and self._before:
            os.kill(os.getpid(), signal.SIGKILL)
        done = self._writer.run(work)
        if not self._left:
            os.kill(os.getpid(), signal.SIGKILL)
        return done

    def close(self) -> None:
        self._writer.close()


def main(what: str, home: str, now_ms: str, at: str, before: str, visitor: str = "") -> None:
    inst: Installation = opened(
        Settings(Path(home), "", "https://park.example", "Pilot"), lambda: int(now_ms)
    )
    dying = replace(inst, writer=DyingWriter(inst.writer, int(at), before=before == "1"))
    if what == "purge":
        purging.purge(dying)
    elif what == "rotate":
        rotating.work_off(dying)
    else:
        erasing.resumed(dying)
        if visitor:
            erasing.erase(dying, PROGRAM, visitor, erasing.STAFF)
    inst.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
