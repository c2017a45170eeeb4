"""What passed at the venue's other gates and posters: asked of the server, page after page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from domain.venue import Direction
from kiosk.inside import Arrival, Passage
from kiosk.portal import Failure, Portal, Trouble
from kiosk.register import Register

Place = tuple[int, str]
"""How far the arrivals of a venue are known: when the last one came to the server, and its id."""

_BEGINNING: Place = (0, "")
_PEOPLE_MOST = 1_000
_ENTRY_ID = re.compile(r"[0-9a-f-]{0,36}")


@dataclass(frozen=True, slots=True)
class News:
    """One page of what arrived of a venue; `after` is where to go on, `more` whether there is more now."""

    venue_id: str
    arrivals: tuple[Arrival, ...]
    after: Place
    more: bool


class Neighbours:
    """Keeps the register in step with the whole venue. What is heard twice counts once."""

    def __init__(self, portal: Portal, register: Register) -> None:
        self._portal = portal
        self._register = register
        self._venue_id = ""
        self._after = _BEGINNING

    def follow(self) -> bool:
        """Ask once; whether to ask again at once. A server that cannot say changes nothing."""
        venue_id = self._register.rules.entrance.venue_id
        if venue_id != self._venue_id:
            self._venue_id, self._after = venue_id, _BEGINNING
        asked = self._portal.venue(*self._after)
        news = asked if isinstance(asked, Failure) else _news(asked)
        if isinstance(news, Failure) or not self._register.hear(news.venue_id, news.arrivals):
            return False
        moved = news.after != self._after
        self._after = news.after
        return news.more and moved


def _news(value: dict[str, Any]) -> News | Failure:
    try:
        received_ms, entry_id = value["after"]
        more = value["more"]
        if type(received_ms) is int and _ENTRY_ID.fullmatch(entry_id) and isinstance(more, bool):
            arrivals = tuple(_arrival(*row) for row in value["passages"])
            return News(str(value["venue_id"]), arrivals, (received_ms, entry_id), more)
    except (KeyError, TypeError, ValueError):
        pass
    return Failure(Trouble.STRANGE, "unreadable passages")


def _arrival(
    entry_id: object, visitor_id: object, direction: object, at_ms: object, people: object, corrects: object
) -> Arrival:
    """One row; `direction` is "" when nobody passed. ValueError when it is no row."""
    if not (isinstance(entry_id, str) and isinstance(visitor_id, str) and isinstance(corrects, str)):
        raise ValueError("a row of passages")
    if direction == "":
        return Arrival(None, corrects)
    if not isinstance(direction, str) or type(at_ms) is not int:
        raise ValueError("a row of passages")
    if type(people) is not int or not 0 <= people <= _PEOPLE_MOST:
        raise ValueError("a row of passages")
    return Arrival(Passage(entry_id, visitor_id, Direction(direction), at_ms, people), corrects)
