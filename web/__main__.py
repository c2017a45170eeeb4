"""`python -m web`: serves the site, and looks after its database and accounts.

What a command needs is imported inside `main`: processes that fsck starts import this module again.
"""

from __future__ import annotations

import gc
import os
import sys
import time
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from web.services.installation import Installation


def now_ms() -> int:
    """The wall clock in Unix milliseconds."""
    return time.time_ns() // 1_000_000


def main() -> None:
    """Run a command; what cannot be done is a sentence in each language and exit status 2, of judge 3."""
    from domain.errors import CodePlaceError, InputError
    from web.cli import Root, commands
    from web.judging import UNANSWERED
    from web.settings import SITE_COMMAND, settings_from

    try:
        commands.main(obj=Root(settings_from(os.environ), now_ms, create_app), prog_name=SITE_COMMAND)
    except CodePlaceError as error:
        field = f"{error.field}: " if isinstance(error, InputError) else ""
        for said in (error.sentence.en, error.sentence.zh):
            print(said if field[:-2] in said else field + said, file=sys.stderr)
        # The statuses up to 2 are judge's decisions.
        sys.exit(UNANSWERED if sys.argv[1:2] == ["judge"] else 2)


def create_app(inst: Installation) -> Flask:
    """The site over an opened installation: a third of all modules, loaded by what serves."""
    from web.app import create_app

    return create_app(inst)


def _process() -> None:
    """The whole life of a process: `main`, and no search for garbage where there is none.

    Among the third of a million objects that come with the modules, and stay until the end, the collector
    finds a megabyte; to look at them over and over while they load, and once more at the end, took a third
    of the processor time of a start. What is loaded later is looked through at the end: zxing-cpp calls
    lost whatever of its own is still there.
    """
    gc.disable()
    import_module("web.cli")
    gc.freeze()
    gc.enable()
    main()


if __name__ == "__main__":
    _process()
