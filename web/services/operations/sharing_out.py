"""Connections dealt out evenly to the processes that listen on one socket.

The system wakes all of them and whoever comes first takes the connection: of 32 that came at once one process
took 25, measured, and a proxy keeps its connections for long. Here whoever has more than another lets it go
first; one that does not come for it within a moment, because it is busy or gone, is not waited for.
"""

from __future__ import annotations

import errno
import socket
import struct
import time
from mmap import mmap
from pathlib import Path
from typing import Any, Final

_NUMBER: Final = struct.Struct("=i")
_AWAY: Final = -1
_MOMENT_S: Final = 0.001
_MOMENTS: Final = 20


def made(file: Path, processes: int) -> None:
    """Make the file in which so many processes say how many connections they have; nobody is there yet."""
    file.write_bytes(_NUMBER.pack(_AWAY) * processes)


class Listener(socket.socket):
    """The socket of one of the processes, the `own`-th; it lets others accept while they have fewer."""

    def __init__(self, fileno: int, file: Path, own: int) -> None:
        super().__init__(fileno=fileno)
        with file.open("r+b") as opened:
            self._all = mmap(opened.fileno(), 0)
        self._own, self._waited = own, 0
        self._put(_AWAY)

    def listen(self, backlog: int = 1024, /) -> None:
        """See socket; from now on this process is counted on."""
        super().listen(backlog)
        self._put(0)

    def accept(self) -> tuple[socket.socket, Any]:
        """See socket; EWOULDBLOCK as well while it is another process's turn."""
        if self._is_ahead() and self._waited < _MOMENTS:
            self._waited += 1
            time.sleep(_MOMENT_S)
            raise BlockingIOError(errno.EWOULDBLOCK, "another process has fewer connections")
        accepted, address = super().accept()
        self._waited = 0
        self._put(self._get(self._own) + 1)
        return _Connection(self, accepted.detach()), address

    def left(self) -> None:
        """Note that one connection is over."""
        self._put(self._get(self._own) - 1)

    def _is_ahead(self) -> bool:
        numbers = [number for (number,) in _NUMBER.iter_unpack(self._all)]
        return any(_AWAY < number < numbers[self._own] for number in numbers)

    def _get(self, process: int) -> int:
        return int(_NUMBER.unpack_from(self._all, process * _NUMBER.size)[0])

    def _put(self, number: int) -> None:
        _NUMBER.pack_into(self._all, self._own * _NUMBER.size, number)


class _Connection(socket.socket):
    """A connection that is counted until it is closed."""

    def __init__(self, listener: Listener, fileno: int) -> None:
        super().__init__(fileno=fileno)
        self._listener: Listener | None = listener

    def close(self) -> None:
        """See socket."""
        super().close()
        if self._listener is not None:
            self._listener.left()
            self._listener = None
