"""Starting, feeding and ending one decoder child, and the memory it shares with us."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import wait
from multiprocessing.shared_memory import SharedMemory
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kiosk.decoder.child import Decoded, Job, serve

_SPAWN: Final = multiprocessing.get_context("spawn")  # Windows has no fork, and threads forbid it
_QUIT_PATIENCE: Final = 0.5


class ChildGoneError(Exception):
    """The child does not answer any more; says what is known of its end."""


class PictureMemory:
    """One block of shared memory that grows to the largest picture yet; pixels are never pickled."""

    def __init__(self, size: int) -> None:
        self._block = SharedMemory(create=True, size=size)

    def put(self, image: NDArray[np.uint8]) -> str:
        """Copy the picture in and return the block's name. No child may be reading it now."""
        if image.nbytes > self._block.size:
            self.free()
            self._block = SharedMemory(create=True, size=image.nbytes)
        there: NDArray[np.uint8] = np.ndarray(image.shape, np.uint8, self._block.buf)
        there[...] = image
        return self._block.name

    def free(self) -> None:
        """Give the memory back to the system."""
        self._block.close()
        self._block.unlink()


class Child:
    """One running child process."""

    def __init__(self, work: str) -> None:
        self._answers, theirs = _SPAWN.Pipe()
        self._process = _SPAWN.Process(target=serve, args=(theirs, work), name="decoder", daemon=True)
        with _interrupts_held():
            self._process.start()
        theirs.close()  # so that we notice when the child's end is the last one and closes

    @property
    def pid(self) -> int:
        """The child's process id."""
        assert self._process.pid is not None
        return self._process.pid

    def send(self, job: Job) -> None:
        """Hand a job over; a child that is gone is noticed by `answer`."""
        try:
            self._answers.send(job)
        except OSError:
            return

    def answer(self) -> Decoded | bool:
        """Return an answer, True for "ready", False for nothing yet; raises ChildGoneError."""
        alive = self._process.is_alive()  # asked first: a last answer may still be in the pipe
        try:
            if self._answers.poll():
                received: Decoded | None = self._answers.recv()
                return received or True
        except (EOFError, OSError):
            alive = False
        if not alive:
            self._process.join(_QUIT_PATIENCE)
            raise ChildGoneError(f"the reader ended (exit status {self._process.exitcode})")
        return False

    def wait(self, seconds: float) -> None:
        """Wait for an answer or the child's end, but no longer than `seconds`."""
        wait([self._answers, self._process.sentinel], max(0.0, seconds))

    def end(self, *, kindly: bool = False) -> None:
        """End the child: `kindly` lets it finish by itself first."""
        self._answers.close()
        if kindly:
            self._process.join(_QUIT_PATIENCE)
        self._process.kill()
        self._process.join()
        self._process.close()


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Keep Ctrl-C from a child that cannot ignore it yet; the mask is inherited, then lifted there."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
