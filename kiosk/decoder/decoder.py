"""Reading in a watched child process, so that no picture can take the kiosk down."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from kiosk.decoder.child import Decoded, Job
from kiosk.decoder.process import Child, ChildGoneError, PictureMemory
from reader.reading import Effort

__all__ = ["DEADLINE", "Decoded", "Decoder", "DecoderStatus"]

DEADLINE: Final = 1.0  # leaves as long again to start a child within 2 s (design §5.3)
_START_PATIENCE: Final = 20.0  # a slow disk, a cold cache; a start that hangs is still found
_RETRY_PAUSE: Final = 0.5  # between children that never get as far as being ready
_ORPHAN_PATIENCE: Final = 2.0  # over the deadline, after which a child nobody watches ends itself
_FIRST_PICTURE: Final = 1280 * 720 * 3


@dataclass(frozen=True, slots=True)
class DecoderStatus:
    """How the child is: `ready` once it has started, how often replaced, and why the last time."""

    ready: bool
    restarts: int
    last_error: str


class Decoder:
    """One child at a time, used from one thread. `poll` or `wait` often: they find a hung child.

    `clock` gives monotonic seconds. `work` is the dotted name of what the child calls for each
    picture, as `work(image, effort=…) -> tuple[Reading, ...]`; a child that takes more than
    `deadline` seconds, raises or dies is replaced. Use it as a context manager or stop() it.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float],
        work: str = "reader.reading:read",
        deadline: float = DEADLINE,
    ) -> None:
        self._clock = clock
        self._work = work
        self._deadline = deadline
        self._memory: PictureMemory | None = None
        self._child: Child | None = None
        self._ready = False
        self._started_at = 0.0
        self._start_at = 0.0
        self._number = 0
        self._busy_since: float | None = None
        self._restarts = 0
        self._last_error = ""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start the child; `wait_ready` or the first accepted `submit` tells when it is up."""
        if self._memory is None:
            # Before the first child, so that the tracker of shared memory is there to inherit.
            self._memory = PictureMemory(_FIRST_PICTURE)
            self._start_child()

    def stop(self) -> None:
        """End the child and free the shared memory; may be called twice."""
        if self._child is not None:
            self._child.end(kindly=True)
            self._child = None
        if self._memory is not None:
            self._memory.free()
            self._memory = None
        self._ready, self._busy_since = False, None

    @property
    def idle(self) -> bool:
        """Whether a picture can be submitted now."""
        return self._ready and self._busy_since is None

    @property
    def pid(self) -> int | None:
        """The child's process id, None between children."""
        return None if self._child is None else self._child.pid

    def status(self) -> DecoderStatus:
        """Return how the child is."""
        return DecoderStatus(self._ready, self._restarts, self._last_error)

    def submit(
        self, image: NDArray[np.uint8], *, effort: Effort = Effort.LIVE, inspects: bool = False
    ) -> int | None:
        """Hand over a grey or BGR picture and return its number; None when the child is not idle.

        Never waits. The picture is copied: the caller may change it at once. With `inspects` the code
        that is held up is also measured (`Decoded.shown`).
        """
        if not self.idle or image.size == 0 or self._child is None or self._memory is None:
            return None
        self._number += 1
        self._busy_since = self._clock()
        name = self._memory.put(image)
        patience = self._deadline + _ORPHAN_PATIENCE
        self._child.send(Job(self._number, name, image.shape, effort, patience, inspects))
        return self._number

    def poll(self) -> Decoded | None:
        """Return what became of the submitted picture, if it is known by now; never waits."""
        if self._child is None:
            if self._memory is not None and self._clock() >= self._start_at:
                self._start_child()
            return None
        try:
            answer = self._child.answer()
        except ChildGoneError as gone:
            return self._replace(str(gone))
        if isinstance(answer, Decoded):
            return self._accept(answer)
        self._ready = self._ready or answer
        return self._replace(overdue) if (overdue := self._overdue()) else None

    def wait(self, timeout: float) -> Decoded | None:
        """Return as `poll`, after waiting at most `timeout` seconds for it."""
        end = self._clock() + timeout
        while True:
            decoded = self.poll()
            left = end - self._clock()
            if decoded is not None or left <= 0:
                return decoded
            self._rest(min(left, self._until_overdue()))

    def wait_ready(self, timeout: float) -> bool:
        """Wait at most `timeout` seconds for a child that takes pictures; tell whether there is one."""
        end = self._clock() + timeout
        while not self._ready and (left := end - self._clock()) > 0:
            self.poll()
            if not self._ready:
                self._rest(min(left, 0.05))
        return self._ready

    def _rest(self, seconds: float) -> None:
        if self._child is not None:
            self._child.wait(seconds)
        else:
            time.sleep(min(seconds, 0.05))

    def _until_overdue(self) -> float:
        if self._busy_since is not None:
            return max(0.0, self._busy_since + self._deadline - self._clock()) + 0.001
        return _RETRY_PAUSE

    def _overdue(self) -> str:
        now = self._clock()
        if self._busy_since is not None and now - self._busy_since > self._deadline:
            return f"the reader hung for more than {self._deadline:g} s"
        if not self._ready and now - self._started_at > _START_PATIENCE:
            return f"the reader did not start within {_START_PATIENCE:g} s"
        return ""

    def _accept(self, answer: Decoded) -> Decoded | None:
        if answer.fault:
            return self._replace(answer.fault, answer.ms)
        self._busy_since = None
        return answer

    def _replace(self, why: str, ms: float | None = None) -> Decoded | None:
        """End the child and start another; the picture it had, if any, is answered with `why`."""
        assert self._child is not None
        self._child.end()
        self._child = None
        self._restarts += 1
        self._last_error = why
        self._start_at = self._clock() + (0.0 if self._ready else _RETRY_PAUSE)
        began, self._busy_since = self._busy_since, None
        if self._ready:
            self._ready = False
            self._start_child()
        if began is None:
            return None
        took = (self._clock() - began) * 1000 if ms is None else ms
        return Decoded(self._number, (), took, why)

    def _start_child(self) -> None:
        self._child = Child(self._work)
        self._started_at = self._clock()
