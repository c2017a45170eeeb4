"""`python -m web`: serves the site, and looks after its database and accounts."""

from __future__ import annotations

import os
import sys
import time

from domain.errors import CodePlaceError, InputError
from web.app import create_app
from web.cli import Root, commands
from web.judging import UNANSWERED
from web.settings import settings_from


def now_ms() -> int:
    """The wall clock in Unix milliseconds."""
    return time.time_ns() // 1_000_000


def main() -> None:
    """Run a command; what cannot be done is a sentence in each language and exit status 2, of judge 3."""
    try:
        commands.main(obj=Root(settings_from(os.environ), now_ms, create_app), prog_name="python -m web")
    except CodePlaceError as error:
        field = f"{error.field}: " if isinstance(error, InputError) else ""
        for said in (error.sentence.en, error.sentence.zh):
            print(said if field[:-2] in said else field + said, file=sys.stderr)
        # The statuses up to 2 are judge's decisions.
        sys.exit(UNANSWERED if sys.argv[1:2] == ["judge"] else 2)


if __name__ == "__main__":
    main()
