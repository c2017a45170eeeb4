"""Who met some stays, summed up by the database: one row per visitor, whatever the number of meetings.

The words are those of `domain.contact`, where each of them is said again for single meetings; they stand in
`web.store.desk.meetings_said`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    FromClause,
    Integer,
    Select,
    String,
    bindparam,
    case,
    cast,
    func,
    select,
    true,
)

from domain.contact import SIDE_BY_SIDE_MS, Met, Stay
from web.db.statements.prepared import AMONG, Among, Prepared
from web.db.tables import stays
from web.store import listed
from web.store.desk.meetings_said import (
    FIRM_ENDINGS,
    begun_ms,
    common_ms,
    counted,
    ended_ms,
    if_firm,
    is_close,
    is_near,
    number,
)
from web.store.drawn.stays import LONGEST_MS

_COLUMNS: Final = (
    ("venue_id", String()), ("in_ms", BigInteger()), ("out_ms", BigInteger()), ("open_ms", BigInteger()),
    ("in_door", String()), ("out_door", String()), ("begin_ms", BigInteger()), ("since_ms", BigInteger()),
    ("until_ms", BigInteger()), ("in_from", BigInteger()), ("in_to", BigInteger()),
    ("out_from", BigInteger()), ("out_to", BigInteger()), ("firm", Integer()), ("firm_later", Integer()),
    ("nth", Integer()),
)  # fmt: skip
# One number for how close, how long, of which case and when: so many of each below the one before.
_OVERLAP_MS, _CASES, _SECONDS = 1 << 27, 1 << 16, 1 << 17
# And one for how many meetings were close, and below it how many hang on nothing that is assumed.
_CLOSE: Final = 1 << 30


class Near(NamedTuple):
    """How far around stays is looked, and the last moment that counts; milliseconds."""

    within_ms: int
    until_ms: int


def met(connection: Connection, cases: Sequence[Stay], near: Near) -> list[Met]:
    """What the meetings with each visitor come to who met one of `cases` and is none of them."""
    named = {stay.visitor_id for stay in cases}
    found = _summing().tuples(connection, **_told(cases, near)) if cases else []
    return [
        Met(who, times, overlap, max(0, -most), marks >= _CLOSE, marks % _CLOSE == 0)
        for who, times, overlap, most, marks in found
        if who not in named
    ]


def venues(connection: Connection, cases: Sequence[Stay], near: Near, but: Iterable[str]) -> frozenset[str]:
    """The venues of `cases` where somebody was met, leaving out the visitors in `but`."""
    if not cases:
        return frozenset()
    found = _placing().all(connection, **_told(cases, near), but=sorted(but))
    return frozenset(row.venue_id for row in found)


def begun(connection: Connection, cases: Sequence[Stay], near: Near) -> dict[str, int]:
    """When the first meeting with each visitor began who met one of `cases`."""
    if not cases:
        return {}
    return {row.visitor_id: row.first for row in _beginning().all(connection, **_told(cases, near))}


def last(connection: Connection, cases: Sequence[Stay], near: Near) -> dict[str, int]:
    """When the last meeting with each visitor was over who met one of `cases`."""
    if not cases:
        return {}
    return {row.visitor_id: row.last for row in _ending().all(connection, **_told(cases, near))}


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
    """The values of a question: what can be said of a case is said once, and not of each meeting.

    Doors only where somebody was seen to pass. `firm`: to have met whoever was there before nothing has to be
    assumed of it, `firm_later`: nor to have met whoever came after.
    """
    rows = [
        (
            stay.venue_id,
            stay.in_ms,
            stay.out_ms,
            min(stay.out_ms, near.until_ms),
            stay.entrance_id if stay.beginning == "scanned" else None,
            stay.out_entrance_id if stay.ending == "scanned" else None,
            stay.in_ms - near.within_ms - LONGEST_MS,
            stay.in_ms - near.within_ms,
            min(stay.out_ms + near.within_ms, near.until_ms),
            *(at + some for at in (stay.in_ms, stay.out_ms) for some in (-SIDE_BY_SIDE_MS, SIDE_BY_SIDE_MS)),
            int(stay.beginning == "scanned"),
            int(stay.beginning == "scanned" and stay.ending in FIRM_ENDINGS),
            min(nth, _CASES - 1),
        )
        for nth, stay in enumerate(cases)
    ]
    return {"rows": json.dumps(rows)}


@cache
def _summing() -> Prepared:
    def made(kind: str, asked: FromClause, _among: Among) -> Select[Any]:
        marks = counted(is_close(asked), _CLOSE) + if_firm(asked)
        said = {"common": common_ms(asked), "marks": marks}
        every, meeting = _each(kind, asked, said)
        together = case((meeting.c.common > number(0), meeting.c.common), else_=number(0))
        query = select(
            meeting.c.visitor_id,
            func.count().label("times"),
            cast(func.sum(together), BigInteger).label("overlap"),
            func.max(meeting.c.common).label("most"),
            cast(func.sum(meeting.c.marks), BigInteger).label("marks"),
        )
        return query.select_from(every).group_by(meeting.c.visitor_id)

    return _for_both(made)


@cache
def _beginning() -> Prepared:
    def made(kind: str, asked: FromClause, _among: Among) -> Select[Any]:
        every, meeting = _each(kind, asked, {"begun": begun_ms(asked)})
        query = select(meeting.c.visitor_id, func.min(meeting.c.begun).label("first"))
        return query.select_from(every).group_by(meeting.c.visitor_id)

    return _for_both(made)


@cache
def _ending() -> Prepared:
    def made(kind: str, asked: FromClause, _among: Among) -> Select[Any]:
        every, meeting = _each(kind, asked, {"ended": ended_ms(asked)})
        query = select(meeting.c.visitor_id, func.max(meeting.c.ended).label("last"))
        return query.select_from(every).group_by(meeting.c.visitor_id)

    return _for_both(made)


@cache
def _outdoing() -> Prepared:
    def made(kind: str, asked: FromClause, _among: Among) -> Select[Any]:
        common, most = common_ms(asked), _OVERLAP_MS - 1
        together = case((common > most, most), (common > 0, common), else_=0)
        later_s = (begun_ms(asked) - asked.c.in_ms) // 1000
        close = counted(is_close(asked), _OVERLAP_MS)
        which = ((close + together) * _CASES + (_CASES - 1 - asked.c.nth)) * _SECONDS
        every, meeting = _each(kind, asked, {"most": which + (_SECONDS - 1 - later_s)})
        query = select(meeting.c.visitor_id, func.max(meeting.c.most).label("most"))
        return query.select_from(every).group_by(meeting.c.visitor_id)

    return _for_both(made)


@cache
def _placing() -> Prepared:
    def made(_kind: str, asked: FromClause, among: Among) -> Select[Any]:
        met = select(stays.c.venue_id).where(is_near(asked), ~among(stays.c.visitor_id, "but"))
        # Whoever came last is met most surely: hardly more than one stay is read of each case.
        last = met.order_by(stays.c.in_ms.desc()).limit(number(1)).correlate(asked).scalar_subquery()
        return select(asked.c.venue_id).where(last.is_not(None)).distinct()

    return _for_both(made)


def _for_both(made: Callable[[str, FromClause, Among], Select[Any]]) -> Prepared:
    """A statement about stays that are asked about, for each kind of database."""
    rows = bindparam("rows", type_=String())
    return Prepared(
        {kind: made(kind, listed.rows(kind, rows, _COLUMNS), among) for kind, among in AMONG.items()}
    )


def _each(
    kind: str, asked: FromClause, said: Mapping[str, ColumnElement[Any]]
) -> tuple[FromClause, FromClause]:
    """All meetings, and one of them: who was met, and what is said of it; no more is put into groups then.

    By itself, or SQLite would sort every column that is named in what is said. PostgreSQL is made to look at
    one case after another: where a venue's stays are many of all, it would rather read all there are.
    """
    meeting = select(stays.c.visitor_id, *(what.label(name) for name, what in said.items()))
    if kind == "postgresql":
        one = meeting.where(is_near(asked)).offset(number(0)).lateral("meeting")
        return asked.join(one, true()), one
    each = meeting.select_from(asked.join(stays, is_near(asked)))
    every = each.limit(number(-1)).subquery("meeting")
    return every, every
