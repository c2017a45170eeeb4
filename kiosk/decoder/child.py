"""The child process that looks at pictures: it may be killed at any time and owns nothing."""

from __future__ import annotations

import faulthandler
import importlib
import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.shared_memory import SharedMemory
from pathlib import Path
from typing import TextIO, TypeAlias

import numpy as np
from numpy.typing import NDArray

from reader.inspection.inspecting import inspected_shown
from reader.inspection.verdict import Inspected
from reader.opencv import use_one_thread
from reader.reading import Effort, Reading

Work: TypeAlias = Callable[..., tuple[Reading, ...]]
"""Called as `work(image, effort=…)`, as `reader.reading.read` is."""


@dataclass(frozen=True, slots=True)
class Job:
    """Where a picture lies in shared memory, how hard to look at it, and whether to measure its code.

    After `patience` seconds the child ends itself, in case nobody is left to do it.
    """

    number: int
    memory: str
    shape: tuple[int, ...]
    effort: Effort
    patience: float
    inspects: bool = False


@dataclass(frozen=True, slots=True)
class Decoded:
    """What became of one picture that was submitted.

    `number` is what `Decoder.submit` returned, `ms` the time the reader took. With a `fault` (it
    raised, hung or died) there are no readings, and a new child is on its way. `shown` is the code that
    is held up, measured, when that was asked for and a code was read at once.
    """

    number: int
    readings: tuple[Reading, ...]
    ms: float
    fault: str = ""
    shown: Inspected | None = None


def serve(parent: Connection, work_name: str) -> None:
    """Answer each Job with a Decoded until the parent goes away; None says that we are ready."""
    _leave_interrupts_to_the_parent()
    use_one_thread()
    with Path(os.devnull).open("w") as nowhere:
        desk = _Desk(_named(work_name), nowhere)
        try:
            parent.send(None)
            while True:
                parent.send(desk.done(parent.recv()))
        except (EOFError, BrokenPipeError, ConnectionResetError):
            return


class _Desk:
    """The reading function and the memory in which the next picture lies."""

    def __init__(self, work: Work, nowhere: TextIO) -> None:
        self._work = work
        self._nowhere = nowhere
        self._memory: SharedMemory | None = None
        # The libraries' first-time work is done before a visitor waits for it.
        work(np.full((64, 64), 255, dtype=np.uint8), effort=Effort.LIVE)

    def done(self, job: Job) -> Decoded:
        """Do one job under a watchdog outside the interpreter: it fires even in endless C code."""
        faulthandler.dump_traceback_later(job.patience, exit=True, file=self._nowhere)
        began = time.perf_counter()
        readings: tuple[Reading, ...] = ()
        shown: Inspected | None = None
        fault = ""
        try:
            picture = self._picture(job)
            readings = self._work(picture, effort=job.effort)
            shown = inspected_shown(picture) if job.inspects and readings else None
        except Exception as error:  # a reader's fault is an answer: the parent starts a new child
            fault = repr(error)[:500]
        faulthandler.cancel_dump_traceback_later()
        return Decoded(job.number, readings, (time.perf_counter() - began) * 1000, fault, shown)

    def _picture(self, job: Job) -> NDArray[np.uint8]:
        if self._memory is None or self._memory.name != job.memory:
            self._memory = SharedMemory(job.memory)
        return np.ndarray(job.shape, dtype=np.uint8, buffer=self._memory.buf)


def _leave_interrupts_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def _named(work_name: str) -> Work:
    """Return the function a dotted name such as "reader.reading:read" stands for."""
    module, _, name = work_name.partition(":")
    work: Work = getattr(importlib.import_module(module), name)
    return work
