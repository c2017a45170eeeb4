"""Lets pages of staff that only look things up read a replica, and says on them how old that is.

Nobody misses what they saved themselves: an answer to anything but a GET notes in its session how far the
primary's journal was then, and how late it was there. Until the replica has replayed that, and what is drawn
from entries a moment later too, the pages of that session are read from the primary. The place in the journal
is exact where a fixed time would be a guess, and it is kept in the cookie, so that any process on any machine
knows it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

from flask import Flask, Response, request, session
from flask_login import current_user

from web.db.connecting import looking
from web.db.connecting.connection import DatabaseError
from web.db.connecting.looking import Looking, Mark, Standing
from web.views.asking.session import installation, now_ms

_SAVED: Final = "saved"
# Search, figures, charts, traces, orders of exports, cases: what is looked up, and decides nothing. Not what
# is printed, signed or handed on: no page is around a file to say how old it is. Files that are ordered wait
# until the replica has all of their moment (web/services/desk/exporting/exporting_work.py).
MAY_BE_OLD: Final = frozenset(
    f"{pages}.{name}"
    for pages, names in {
        "desk": "entries newer entry",
        "desk_figures": "page times chart",
        "desk_trace": "trace",
        "desk_watch": "page",
        "desk_exports": "new",
    }.items()
    for name in names.split()
)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a page says of its age: as of when it is, or 0 and why it was read from the primary."""

    as_of_ms: int
    behind_s: int
    is_away: bool = False


def register_aging(app: Flask) -> None:
    """Let the pages named above read the replica, if there is one, and note who saved what until when."""
    app.before_request(_begin)
    app.after_request(_note)
    app.teardown_request(_end)
    app.jinja_env.globals["data_age"] = data_age


def data_age() -> Seen | None:
    """What to say under the page that is being made; None when it is simply of now."""
    look = looking.looking()
    if look is None:
        return None
    if look.age is not None:
        behind_ms = look.age.behind_at(now_ms())
        return Seen(now_ms() - behind_ms, math.ceil(behind_ms / 1000))
    if look.refused is None:
        return None
    return Seen(0, 0, is_away=look.refused is not Standing.BEHIND)


def _begin() -> None:
    may = request.method == "GET" and request.endpoint in MAY_BE_OLD and installation().replica is not None
    looking.allow(Looking(_saved(session.get(_SAVED))) if may else None)


def _end(_error: BaseException | None) -> None:
    looking.allow(None)


def _note(response: Response) -> Response:
    replica = installation().replica
    changes = request.method not in ("GET", "HEAD", "OPTIONS")
    if replica is not None and changes and current_user and current_user.is_authenticated:
        try:
            mark = replica.mark()
        except DatabaseError:
            return response
        session[_SAVED] = [mark.lsn, mark.at_ms]
    return response


def _saved(value: Any) -> Mark | None:
    # The cookie is signed: it is ours, or of an older version of this site.
    if isinstance(value, list) and len(value) == 2 and all(type(number) is int for number in value):
        return Mark(*value)
    return None
