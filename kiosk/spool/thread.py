"""One thread that owns the spool: gate and uplink ask it, and a slow disk cannot hold them for ever."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillRunningError
from typing import TypeVar

from domain.wording import Sentence
from kiosk.spool.file import SpoolError
from kiosk.spool.spool import Spool
from kiosk.spool.values import Counts

_PATIENCE_S = 5.0
_T = TypeVar("_T")


class SpoolThread:
    """Runs every use of the spool in order, in the one thread that opened it."""

    def __init__(self, open_spool: Callable[[], Spool]) -> None:
        """Open the spool in its thread; raises what opening raises."""
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="spool")
        try:
            self._spool = self._pool.submit(open_spool).result()
        except BaseException:
            self._pool.shutdown(wait=False)
            raise

    def do(self, use: Callable[[Spool], _T], patience_s: float = _PATIENCE_S) -> _T:
        """The result of `use`; SpoolError when the spool fails or does not answer in time."""
        try:
            return _result(self._pool.submit(use, self._spool), patience_s)
        except RuntimeError as error:  # the pool was shut down: the kiosk is stopping
            raise _silent() from error

    def do_or_undo(
        self, use: Callable[[Spool], _T], undo: Callable[[Spool, _T], None], patience_s: float = _PATIENCE_S
    ) -> _T:
        """As `do`; what `use` did when nobody waited for it any more is undone, as soon as it is done."""
        handing = threading.Lock()
        done: list[_T] = []
        is_over = False

        def work(spool: Spool) -> _T:
            result = use(spool)
            with handing:
                done.append(result)
                is_late = is_over
            if is_late:
                undo(spool, result)
            return result

        try:
            return self.do(work, patience_s)
        except SpoolError:
            with handing:
                is_over = True
                if done:
                    return done[0]
            raise

    def counts(self) -> Counts:
        """The counts after the last use; never waits."""
        return self._spool.counts()

    def notice(self) -> Sentence | None:
        """What was found when the spool was opened, if staff must know; never waits."""
        return self._spool.notice

    def close(self) -> None:
        """Close the spool after what was asked before; waits for it, but not for a dead disk."""
        closing = self._pool.submit(self._spool.close)
        self._pool.shutdown(wait=False)
        _result(closing, patience_s=1.0)


def _result(future: Future[_T], patience_s: float) -> _T:
    try:
        return future.result(patience_s)
    except StillRunningError:
        future.cancel()
        raise _silent() from None


def _silent() -> SpoolError:
    return SpoolError(Sentence("The log does not answer.", "记录存储没有响应。"))
