"""Applications that are made once and lent from test to test: making one takes longer than most tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from jinja2 import FileSystemBytecodeCache

from web.app import built, hand_over
from web.services.installation import Installation
from web.views.asking.extensions import limiter

# Those that nobody has now; a test can have several.
_FREE: list[Flask] = []


@contextmanager
def lent_app(inst: Installation) -> Iterator[Flask]:
    """An application over an installation, as `create_app` makes it, whose faults reach the test.

    What was set in it is as before afterwards. More than that Flask lets nobody change in an application
    that has answered: a test that needs another rule or guard makes an application of its own.
    """
    app = _FREE.pop() if _FREE else _made()
    before = [(table, dict(table)) for table in _tables(app)]
    hand_over(app, inst)
    app.testing = True
    limiter.reset()
    yield app
    for table, held in before:
        table.clear()
        table.update(held)
    _FREE.append(app)


def _made() -> Flask:
    app = built()
    # What templates were compiled to, for all processes that test.
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache()
    return app


def _tables(app: Flask) -> tuple[dict[Any, Any], ...]:
    """Everything that tests set; also what `hand_over` sets, and what requests add to it."""
    return app.config, app.extensions, app.extensions["access"], app.view_functions
