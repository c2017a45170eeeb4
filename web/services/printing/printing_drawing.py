"""The site's side of the process that draws a print job: things to draw go in, how it went comes out."""

from __future__ import annotations

import base64
import json
import os
import select
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

from domain.wording import Sentence
from printables.drawing import Picture
from web.services.printing.printing_options import Options

_Of = TypeVar("_Of")
# Enough that the process never waits for the next; their lines and answers fit into two pipes.
_AHEAD: Final = 16
_GLANCE_S: Final = 0.25
# A page takes 20 ms; a machine that swaps, a thousand times that.
_PATIENCE_S: Final = 60
# Where the packages lie, wherever the server was started from.
_ROOT: Final = Path(__file__).parents[3]


class LostError(Exception):
    """The process died or does not answer any more."""


@dataclass(frozen=True)  # no slots: a generic class with them cannot be made by its alias
class Item(Generic[_Of]):
    """One thing to draw: whose it is, its name, what it says (a dataclass of its kind) and the logo."""

    of: _Of
    name: str
    content: Any
    logo: Picture | None


class Drawer:
    """A process that draws one order into a file, as `drawing` starts and ends it."""

    def __init__(self, process: subprocess.Popen[bytes], watch: Callable[[], None]) -> None:
        self._process, self._watch = process, watch
        self._logo: Picture | None = None
        self._read = b""

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    def begin(self, path: Path, options: Options, file: str, title: str) -> None:
        """Say what is to be made: `file` is pdf or zip."""
        order = {"path": str(path.absolute()), "options": asdict(options), "file": file, "title": title}
        self._send(order)

    def drawn(self, items: Iterable[Item[_Of]]) -> Iterator[tuple[Item[_Of], Sentence | None]]:
        """Each thing as it was drawn, or with the reason why not; LostError when the process is gone."""
        waiting: deque[Item[_Of]] = deque()
        for item in items:
            self._ask(item)
            waiting.append(item)
            if len(waiting) == _AHEAD:
                yield waiting.popleft(), self._refusal()
        while waiting:
            yield waiting.popleft(), self._refusal()

    def end(self) -> int:
        """Finish the file; how many pages it has. OSError when it could not be written."""
        self._send({})
        return int(self._answer()["pages"])

    def _ask(self, item: Item[_Of]) -> None:
        if item.logo != self._logo:
            self._logo = item.logo
            self._send({"logo": _told(item.logo)})
        self._send({"name": item.name, "said": asdict(item.content)})

    def _refusal(self) -> Sentence | None:
        told = self._answer()
        return Sentence(*told["refused"]) if "refused" in told else None

    def _send(self, told: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(told, default=str).encode("ascii") + b"\n")
            self._process.stdin.flush()
        except OSError:
            self._expect_no_word()
            raise LostError from None

    def _answer(self) -> dict[str, Any]:
        for _ in range(round(_PATIENCE_S / _GLANCE_S)):
            line, newline, rest = self._read.partition(b"\n")
            if newline:
                self._read = rest
                return _understood(line)
            self._watch()
            self._fetch()
        raise LostError

    def _fetch(self) -> None:
        assert self._process.stdout is not None
        if select.select([self._process.stdout], [], [], _GLANCE_S)[0]:
            more = os.read(self._process.stdout.fileno(), 65_536)
            if not more:
                raise LostError
            self._read += more

    def _expect_no_word(self) -> None:
        """OSError when the process said why before it ended."""
        while True:
            self._answer()


@contextmanager
def drawing(watch: Callable[[], None]) -> Iterator[Drawer]:
    """A process to draw with until the end of the block; what `watch` raises, asked often, ends it early."""
    process = subprocess.Popen(
        [sys.executable, "-m", "web.services.printing.printing_child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        # What a broken drawing says may name people.
        stderr=subprocess.DEVNULL,
        cwd=_ROOT,
    )
    try:
        yield Drawer(process, watch)
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            try:
                assert pipe is not None
                pipe.close()
            except OSError:  # a line that never left
                pass


def _understood(line: bytes) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(line)
    if "errno" in told:
        raise OSError(told["errno"], os.strerror(told["errno"]))
    return told


def _told(logo: Picture | None) -> dict[str, object] | None:
    if logo is None:
        return None
    pixels = base64.b64encode(logo.pixels).decode("ascii")
    return {"width": logo.columns, "height": logo.rows, "pixels": pixels}
