"""Who met some stays, summed up by the database: one row per visitor, whatever the number of meetings.

The words are those of `domain.contact`, where each of them is said again for single meetings.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    FromClause,
    Integer,
    String,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.sql.expression import ClauseElement

from domain.contact import SEEN_ENDINGS, SIDE_BY_SIDE_MS, Met, Stay
from web.db.prepared import Prepared
from web.db.tables import stays
from web.store import listed

# By its rule a stay ends within a day; clocks change by an hour twice a year.
LONGEST_MS = 26 * 3_600_000
_COLUMNS = (
    ("venue_id", String()), ("in_ms", BigInteger()), ("out_ms", BigInteger()), ("in_door", String()),
    ("out_door", String()), ("until_ms", BigInteger()), ("hangs", Integer()), ("hangs_later", Integer()),
    ("nth", Integer()),
)  # fmt: skip
_Number = ColumnElement[int]
# One number for how close, how long, of which case and when: so many of each below the one before.
_OVERLAP_MS, _CASES, _SECONDS = 1 << 27, 1 << 16, 1 << 17
_WITHIN = bindparam("within", type_=BigInteger())
_KNOWN_UNTIL = bindparam("known_until", type_=BigInteger())


class Near(NamedTuple):
    """How far around stays is looked, and the last moment that counts; milliseconds."""

    within_ms: int
    until_ms: int


def met(connection: Connection, cases: Sequence[Stay], near: Near) -> list[Met]:
    """What the meetings with each visitor come to who met one of `cases` and is none of them."""
    named = {stay.visitor_id for stay in cases}
    found = _summing().all(connection, **_told(cases, near)) if cases else []
    return [
        Met(who, times, overlap, least, close == 1, assumed == 1, first)
        for who, times, overlap, least, close, assumed, first in found
        if who not in named
    ]


def venues(connection: Connection, cases: Sequence[Stay], near: Near, but: Iterable[str]) -> frozenset[str]:
    """The venues of `cases` where somebody was met, leaving out the visitors in `but`."""
    if not cases:
        return frozenset()
    found = _placing().all(connection, **_told(cases, near), but=json.dumps(sorted(but)))
    return frozenset(row.venue_id for row in found)


def longest(connection: Connection, cases: Sequence[Stay], near: Near) -> dict[str, int]:
    """Of each visitor who met one of `cases`, which meeting says most, as `place_of` reads it.

    That is one side by side, then the longest, then the earliest; the greater of two numbers says more.
    """
    if not cases:
        return {}
    return {row.visitor_id: row.most for row in _outdoing().all(connection, **_told(cases, near))}


def place_of(most: int, cases: Sequence[Stay]) -> tuple[str, int]:
    """The venue of a meeting and when it began, to the second; `cases` are those that were asked about."""
    rest, late_s = divmod(most, _SECONDS)
    met = cases[_CASES - 1 - rest % _CASES]
    return met.venue_id, met.in_ms + (_SECONDS - 1 - late_s) * 1000


def _told(cases: Sequence[Stay], near: Near) -> dict[str, object]:
    """The values of a question: doors only where somebody was seen to pass, and what hangs on a guess."""
    rows = [
        (
            stay.venue_id,
            stay.in_ms,
            stay.out_ms,
            stay.entrance_id if stay.beginning == "scanned" else None,
            stay.out_entrance_id if stay.ending == "scanned" else None,
            min(stay.out_ms + near.within_ms, near.until_ms),
            int(stay.beginning != "scanned"),
            int(stay.ending not in SEEN_ENDINGS and stay.ending != ""),
            min(nth, _CASES - 1),
        )
        for nth, stay in enumerate(cases)
    ]
    return {"rows": json.dumps(rows), "within": near.within_ms, "known_until": near.until_ms}


@cache
def _summing() -> Prepared:
    def made(asked: FromClause, _but: ColumnElement[bool]) -> ClauseElement:
        common = _common(asked)
        together, apart = case((common > 0, common), else_=0), case((common < 0, -common), else_=0)
        query = select(
            stays.c.visitor_id,
            func.count().label("times"),
            cast(func.sum(together), BigInteger).label("overlap"),
            func.min(apart).label("least"),
            func.max(case((_is_close(asked), 1), else_=0)).label("close"),
            func.min(case((_hangs(asked), 1), else_=0)).label("assumed"),
            func.min(_greater(stays.c.in_ms, asked.c.in_ms)).label("first"),
        )
        return query.select_from(asked).join(stays, _is_near(asked)).group_by(stays.c.visitor_id)

    return _for_both(made)


@cache
def _outdoing() -> Prepared:
    def made(asked: FromClause, _but: ColumnElement[bool]) -> ClauseElement:
        common = _common(asked)
        together = case((common > _OVERLAP_MS - 1, _OVERLAP_MS - 1), (common > 0, common), else_=0)
        later_s = (_greater(stays.c.in_ms, asked.c.in_ms) - asked.c.in_ms) // 1000
        close = case((_is_close(asked), _OVERLAP_MS), else_=0)
        most = ((close + together) * _CASES + (_CASES - 1 - asked.c.nth)) * _SECONDS
        query = select(stays.c.visitor_id, func.max(most + (_SECONDS - 1 - later_s)).label("most"))
        return query.select_from(asked).join(stays, _is_near(asked)).group_by(stays.c.visitor_id)

    return _for_both(made)


@cache
def _placing() -> Prepared:
    def made(asked: FromClause, but: ColumnElement[bool]) -> ClauseElement:
        somebody = exists(select(stays.c.venue_id).where(_is_near(asked), ~but))
        return select(asked.c.venue_id).where(somebody)

    return _for_both(made)


def _for_both(made: Callable[[FromClause, ColumnElement[bool]], ClauseElement]) -> Prepared:
    """A statement about stays that are asked about, and whether one is of somebody who does not count."""
    rows, but = bindparam("rows", type_=String()), bindparam("but", type_=String())
    return Prepared(
        {
            kind: made(listed.rows(kind, rows, _COLUMNS), listed.among(kind, stays.c.visitor_id, but))
            for kind in ("sqlite", "postgresql")
        }
    )


def _is_near(asked: FromClause) -> ColumnElement[bool]:
    begins, earliest = stays.c.in_ms, asked.c.in_ms - _WITHIN
    return and_(
        stays.c.venue_id == asked.c.venue_id,
        begins >= earliest - LONGEST_MS,
        begins <= asked.c.until_ms,
        or_(stays.c.out_ms >= earliest, stays.c.out_ms.is_(None)),
    )


def _common(asked: FromClause) -> _Number:
    """How long both were there; less than nothing when one came after the other had left."""
    ends = func.coalesce(stays.c.out_ms, _KNOWN_UNTIL)
    return _less(ends, asked.c.out_ms) - _greater(stays.c.in_ms, asked.c.in_ms)


def _is_close(asked: FromClause) -> ColumnElement[bool]:
    came, went = stays.c.beginning == "scanned", stays.c.ending == "scanned"
    own: tuple[tuple[Any, Any, ColumnElement[bool]], ...] = (
        (stays.c.in_ms, stays.c.entrance_id, came),
        (stays.c.out_ms, stays.c.out_entrance_id, went),
    )
    theirs = ((asked.c.in_ms, asked.c.in_door), (asked.c.out_ms, asked.c.out_door))
    # The times first: hardly anybody passed within the same minute.
    return or_(
        *(
            and_(at.between(other - SIDE_BY_SIDE_MS, other + SIDE_BY_SIDE_MS), door == other_door, seen)
            for at, door, seen in own
            for other, other_door in theirs
        )
    )


def _hangs(asked: FromClause) -> ColumnElement[bool]:
    guessed = and_(*(stays.c.ending != seen for seen in sorted({*SEEN_ENDINGS, ""})))
    return or_(
        asked.c.hangs == 1,
        stays.c.beginning != "scanned",
        case((asked.c.in_ms <= stays.c.in_ms, asked.c.hangs_later == 1), else_=guessed),
    )


def _less(one: _Number, other: _Number) -> _Number:
    return case((one < other, one), else_=other)


def _greater(one: _Number, other: _Number) -> _Number:
    return case((one > other, one), else_=other)
