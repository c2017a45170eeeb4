"""What passed at the venue's other gates and posters: asked of the server, page after page, and in haste."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kiosk.gate.register import Register
from kiosk.occupancy.heard import arrival_of
from kiosk.occupancy.inside import Arrival
from kiosk.uplink.portal import Failure, Portal, Trouble

Place = tuple[int, str]
"""How far the arrivals of a venue are known: when the last one came to the server, and its id."""

_BEGINNING: Place = (0, "")
_ENTRY_ID = re.compile(r"[0-9a-f-]{0,36}")
# Somebody stands at the gate: a server that takes longer is not waited for, nor asked again for a while.
HASTE_S = 0.4
_RESTS_S = 5.0


@dataclass(frozen=True, slots=True)
class News:
    """One page of what arrived of a venue; `after` is where to go on, `more` whether there is more now."""

    venue_id: str
    arrivals: tuple[Arrival, ...]
    after: Place
    more: bool


class Neighbours:
    """Keeps the register in step with the whole venue. What is heard twice counts once."""

    def __init__(
        self,
        portal: Portal,
        register: Register,
        is_online: Callable[[], bool] = lambda: False,
        seconds: Callable[[], float] = lambda: 0.0,
        haste_s: float = HASTE_S,
    ) -> None:
        """`is_online` says whether it is worth asking in haste, `seconds` is a clock that only rises.

        `haste_s` is how long an answer is waited for then.
        """
        self._portal = portal
        self._register = register
        self._is_online = is_online
        self._seconds = seconds
        self._haste_s = haste_s
        self._venue_id = ""
        self._after = _BEGINNING
        self._hasty: threading.Thread | None = None
        self._rests_until_s = 0.0
        self.pause_s = 0.0

    def lacks(self, newest: Place | None) -> bool:
        """Whether there may be something to ask for: always, when the server does not tell of the newest."""
        if newest is None or self._register.rules.entrance.venue_id != self._venue_id:
            return True
        return newest > self._after

    def follow(self) -> bool:
        """Ask once; whether to ask again at once. A server that cannot say changes nothing.

        `pause_s` is then how long it wants to be left alone.
        """
        asked = self._portal.venue(*self._place())
        before = self._after
        news = self._heard(asked)
        return news is not None and news.more and news.after != before

    def look(self) -> bool:
        """Before a decision: hear in a moment what passed since the last heartbeat, or go without it.

        True when something may be known that was not. The caller may hold the register's turn.
        """
        is_asking = self._hasty is not None and self._hasty.is_alive()
        if is_asking or not self._is_online() or self._seconds() < self._rests_until_s:
            return False
        answers: list[dict[str, Any] | Failure] = []
        place = self._place()
        # A thread of its own: to find the server's name can take longer than any limit of a request.
        self._hasty = threading.Thread(
            target=lambda: answers.append(self._portal.venue(*place, self._haste_s)),
            name="hasty",
            daemon=True,
        )
        self._hasty.start()
        self._hasty.join(self._haste_s)
        if answers and self._heard(answers[0]) is not None:
            return True
        self._rests_until_s = self._seconds() + max(_RESTS_S, self.pause_s)
        return False

    def _place(self) -> Place:
        venue_id = self._register.rules.entrance.venue_id
        if venue_id != self._venue_id:
            self._venue_id, self._after = venue_id, _BEGINNING
        return self._after

    def _heard(self, asked: dict[str, Any] | Failure) -> News | None:
        self.pause_s = (asked.pause_s or 0.0) if isinstance(asked, Failure) else 0.0
        news = asked if isinstance(asked, Failure) else _news(asked)
        if isinstance(news, Failure) or not self._register.hear(news.venue_id, news.arrivals):
            return None
        self._after = news.after
        return news


def _news(value: dict[str, Any]) -> News | Failure:
    try:
        received_ms, entry_id = value["after"]
        more = value["more"]
        if type(received_ms) is int and _ENTRY_ID.fullmatch(entry_id) and isinstance(more, bool):
            arrivals = tuple(arrival_of(*row) for row in value["passages"])
            return News(str(value["venue_id"]), arrivals, (received_ms, entry_id), more)
    except (KeyError, TypeError, ValueError):
        pass
    return Failure(Trouble.STRANGE, "unreadable passages")
