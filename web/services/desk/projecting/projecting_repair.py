"""Keeps the stays as they would be drawn from all passages at once, whatever arrives in whatever order.

Whoever passes later than ever before, as nearly everybody does, is drawn from their last stay alone. For all
others the passages around are read again.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.decision import Outcome
from domain.entry import Way
from domain.venue import Direction
from web.db.connecting.connection import Connection
from web.services.desk.projecting.projecting_counts import SpreadKey
from web.services.desk.projecting.projecting_stays import SEEN, Beginning, Clocks, Passage, Stay, stay_of
from web.services.desk.projecting.projecting_times import local_day
from web.store.drawn import stays as store
from web.store.drawn.projecting import Drawable
from web.store.drawn.projecting import clocks as clocks_of
from web.store.drawn.stays import LONGEST_MS

# Whoever passed longer ago than this before the newest is read for themselves.
_RECENT_MS = 2 * 86_400_000
_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Touched:
    """Passages that came and those that do not count any more, each with when and whose it was."""

    came: Sequence[Passage]
    gone: Sequence[Passage]


def passage_of(row: Drawable) -> Passage | None:
    """The passage that an entry was; None for a refusal, a correction, or when nobody knows who it was."""
    if row.outcome != Outcome.ADMITTED or row.corrects or not row.visitor_id:
        return None
    return _passage(row)


def repaired(connection: Connection, touched: Touched, clocks: Clocks, now_ms: int) -> Counter[SpreadKey]:
    """Draw the stays anew that these passages touch; returns what is added to the spread of dwell."""
    by_visitor: dict[str, list[Passage]] = defaultdict(list)
    for passage in touched.came:
        by_visitor[passage.visitor_id].append(passage)
    late = {passage.visitor_id for passage in touched.gone}
    drawing = _Drawing(connection, dict(clocks), now_ms)
    newest = max((passage.at_ms for passage in touched.came), default=0) - _RECENT_MS
    late |= {whom for whom, came in by_visitor.items() if min(one.at_ms for one in came) < newest}
    prompt = [whom for whom in by_visitor if whom not in late]
    rows = list(map(Stay._make, store.since(connection, prompt, newest - LONGEST_MS)))
    drawing.known({row.venue_id for row in rows})
    last = _last_stays(rows)
    for whom in prompt:
        came = sorted(by_visitor[whom])
        known = last.get(whom, ())
        if known and (known[-1][0] >= came[0].at_ms or _is_tied(known)):
            late.add(whom)
        else:
            drawing.followed(known, came)
    for passage in (*touched.came, *touched.gone):
        if passage.visitor_id in late:
            drawing.around(passage)
    drawing.redrawn([one.entry_id for one in touched.gone])
    return drawing.written()


class _Drawing:
    """Stays as they were and as they will be, by the entry they begin with."""

    def __init__(self, connection: Connection, clocks: dict[str, tuple[str, int]], now_ms: int) -> None:
        self._connection = connection
        self._clocks = clocks
        self._now_ms = now_ms
        self._old: dict[str, Stay] = {}
        self._new: dict[str, Stay] = {}
        self._late: dict[str, list[Passage]] = defaultdict(list)

    def known(self, venue_ids: set[str]) -> None:
        """Read the clocks of these venues, but for those that are known."""
        if missing := venue_ids - self._clocks.keys():
            self._clocks |= with_clocks(self._connection, missing)

    def followed(self, known: Sequence[tuple[int, Stay]], came: Sequence[Passage]) -> None:
        """Passages of one visitor, in order and later than all that is known of them."""
        before: Passage | None = None
        if known:
            moment, stay = known[-1]
            before = _last_passage(moment, stay)
            if before.inward:
                self._old[stay.entry_id] = stay
                self._draw(None, before, came[0])
        for nth, this in enumerate(came):
            self._draw(before, this, came[nth + 1] if nth + 1 < len(came) else None)
            before = this

    def around(self, passage: Passage) -> None:
        """A passage that came, or went, among others of the same visitor."""
        self._late[passage.visitor_id].append(passage)

    def redrawn(self, gone: Iterable[str]) -> None:
        """Draw all that stand beside the late ones."""
        drawn: list[str] = [*gone]
        order = sorted(self._late, key=lambda whom: min(self._late[whom]))
        for start in range(0, len(order), _AT_ONCE):
            some = order[start : start + _AT_ONCE]
            for whom, found in self._read(some).items():
                drawn += self._beside(found, self._late[whom])
        if drawn:
            begun = map(Stay._make, store.begun_with(self._connection, drawn))
            self._old |= {stay.entry_id: stay for stay in begun}

    def written(self) -> Counter[SpreadKey]:
        """Write what changed."""
        changed = [stay for key, stay in self._new.items() if self._old.get(key) != stay]
        over = [key for key in self._old if key not in self._new]
        store.removed(self._connection, over)
        store.written(self._connection, changed)
        dwell: Counter[SpreadKey] = Counter()
        for stay in changed:
            if stay.entry_id in self._old:
                self._dwelt(dwell, self._old[stay.entry_id], -1)
            self._dwelt(dwell, stay, 1)
        for key in over:
            self._dwelt(dwell, self._old[key], -1)
        return dwell

    def _read(self, visitors: Sequence[str]) -> Mapping[str, list[Passage]]:
        moments = [one.at_ms for whom in visitors for one in self._late[whom]]
        rows = store.passages(
            self._connection, visitors, min(moments) - LONGEST_MS, max(moments) + LONGEST_MS
        )
        found: dict[str, list[Passage]] = {whom: [] for whom in visitors}
        for row in rows:
            found[row.visitor_id].append(_passage(row))
        self.known({row.venue_id for row in rows})
        return found

    def _beside(self, every: Sequence[Passage], late: Sequence[Passage]) -> list[str]:
        """Draw the passages from just before the first late one to just after the last; returns which."""
        first, last = min(late).place, max(late).place
        inside = [nth for nth, one in enumerate(every) if first <= one.place <= last]
        start = inside[0] if inside else sum(one.place < first for one in every)
        end = inside[-1] + 1 if inside else start
        drawn: list[str] = []
        for nth in range(max(0, start - 1), min(len(every), end + 1)):
            # What stands before an exit, or after an entrance, outside of what was read does not matter.
            if (nth == start - 1 and not every[nth].inward) or (nth == end and every[nth].inward):
                continue
            before = every[nth - 1] if nth else None
            self._draw(before, every[nth], every[nth + 1] if nth + 1 < len(every) else None)
            drawn.append(every[nth].entry_id)
        return drawn

    def _draw(self, before: Passage | None, this: Passage, after: Passage | None) -> None:
        stay = stay_of(before, this, after, self._clocks, self._now_ms)
        if stay is not None:
            self._new[this.entry_id] = stay

    def _dwelt(self, dwell: Counter[SpreadKey], stay: Stay, sign: int) -> None:
        if (minutes := stay.minutes) is not None:
            day = local_day(stay.in_ms, self._clocks[stay.venue_id][0])
            dwell["dwell", stay.venue_id, day, "", minutes] += sign


def with_clocks(connection: Connection, venue_ids: Iterable[str]) -> dict[str, tuple[str, int]]:
    """The clock of each venue; of one that is not kept any more, that of the world."""
    asked = set(venue_ids)
    return dict.fromkeys(asked, ("UTC", 0)) | clocks_of(connection, asked)


def _last_stays(stays: Iterable[Stay]) -> dict[str, list[tuple[int, Stay]]]:
    """By visitor: the moments at which they are known to have passed, the last one last, and their stays."""
    found: dict[str, list[tuple[int, Stay]]] = defaultdict(list)
    for stay in stays:
        if stay.beginning == Beginning.SCANNED:
            found[stay.visitor_id].append((stay.in_ms, stay))
        if stay.out_ms is not None and stay.ending in SEEN:
            found[stay.visitor_id].append((stay.out_ms, stay))
    for moments in found.values():
        moments.sort()
    return found


def _is_tied(known: Sequence[tuple[int, Stay]]) -> bool:
    """Whether two stays claim the last moment, so that nobody can say here which was later."""
    return len(known) > 1 and known[-2][0] == known[-1][0] and known[-2][1] is not known[-1][1]


def _last_passage(moment: int, stay: Stay) -> Passage:
    came_in = stay.ending not in SEEN
    return Passage(
        moment, stay.entry_id, stay.visitor_id, stay.venue_id, stay.entrance_id, came_in, False, stay.people
    )


def _passage(row: Any) -> Passage:
    return Passage(
        row.true_ms,
        row.id,
        row.visitor_id,
        row.venue_id,
        row.entrance_id,
        row.direction != Direction.OUT,
        row.way == Way.SWEEP,
        row.people,
    )
