"""Where the scale bench measures: a PostgreSQL of its own, or an empty database that was named."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.clocks import Clocks
from bench.processor import seconds_used
from bench.query.databases import URL, postgresql
from web.services.installation import Installation, opened
from web.settings import Settings

Used = Callable[[], tuple[float, float]]


@contextmanager
def opening(clocks: Clocks, database: str = "") -> Iterator[tuple[Installation, Used]]:
    """An empty installation, and what tells the processor seconds of this process and of its database.

    Of a database elsewhere nothing is known: its seconds are 0.
    """
    with tempfile.TemporaryDirectory(prefix="codeplace-scale-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if database:
            inst = opened(Settings(folder, database, URL), lambda: int(clocks.now() * 1000))
            try:
                yield inst, lambda: (time.process_time(), 0.0)
            finally:
                inst.close()
            return
        with postgresql(folder, clocks) as one:
            mark = str(folder / "server")
            yield one("town"), lambda: (time.process_time(), seconds_used(mark) or 0.0)
