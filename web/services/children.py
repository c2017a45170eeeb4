"""Processes that do something long beside a site: ordered on stdin, telling on stdout how far they are."""

from __future__ import annotations

import errno
import json
import select
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from web.services.installation import Installation
from web.settings import MasterKey, Settings

_GLANCE_S = 0.25
# Where the packages lie, wherever the server was started from.
_ROOT = Path(__file__).parents[2]


class StoppedError(Exception):
    """The server ends, or nobody wants it any more."""


@contextmanager
def child(
    inst: Installation, module: str, order: Mapping[str, Any], database_url: str = ""
) -> Iterator[subprocess.Popen[bytes]]:
    """`python -m module` with an order in JSON, which names the installation too; killed on the way out.

    `database_url` is another way to the same rows, such as a replica's.
    """
    settings = inst.settings
    told = {
        "home": str(settings.home.absolute()),
        "database_url": database_url or settings.resolved_database_url,
        "base_url": settings.base_url,
        "operator": settings.operator,
        "master_key": asdict(settings.master_key),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", module],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        # What a broken file says may name people.
        stderr=subprocess.DEVNULL,
        cwd=_ROOT,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(json.dumps({"installation": told, **order}).encode())
        process.stdin.close()
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def answers(process: subprocess.Popen[bytes], stopping: Callable[[], bool]) -> Iterator[dict[str, Any]]:
    """What it tells, line by line, until it ends; StoppedError as soon as somebody wants to stop."""
    assert process.stdout is not None
    while True:
        if stopping():
            raise StoppedError
        if select.select([process.stdout], [], [], _GLANCE_S)[0]:
            line = process.stdout.readline()
            if not line:
                return
            yield json.loads(line)


def kind_of(error: BaseException) -> str:
    """What went wrong, in words that hold nothing of what is kept: `OSError ENOSPC`, `OperationalError`."""
    number = getattr(error, "errno", None)
    return " ".join(word for word in (type(error).__name__, errno.errorcode.get(number or 0, "")) if word)


def ordered() -> dict[str, Any]:
    """In the child: the order."""
    order: dict[str, Any] = json.load(sys.stdin)
    return order


def settings_of(order: Mapping[str, Any]) -> Settings:
    """In the child: how to open the installation of the order."""
    told = order["installation"]
    return Settings(
        Path(told["home"]),
        told["database_url"],
        told["base_url"],
        told["operator"],
        master_key=MasterKey(**told["master_key"]),
    )


def say(**told: object) -> None:
    """In the child: a line of what it tells."""
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()
