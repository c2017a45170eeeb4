"""What can be said of two stays that met, as SQL: `asked` are cases, `stays` whoever was near one of them.

As a rule of thumb a meeting more is a third of a microsecond more, and a trace reads ten thousand.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, FromClause, Integer, String, and_, case, literal_column, or_

from domain.contact import SEEN_ENDINGS
from web.db.tables import stays

# Whoever is still inside was there: nobody has to assume it.
FIRM_ENDINGS: Final = (*sorted(SEEN_ENDINGS), "")
_Number = ColumnElement[int]


def is_near(asked: FromClause) -> ColumnElement[bool]:
    """Whether a stay is at the place of a case, and not too long before or after it."""
    return and_(
        stays.c.venue_id == asked.c.venue_id,
        stays.c.in_ms >= asked.c.begin_ms,
        stays.c.in_ms <= asked.c.until_ms,
        or_(stays.c.out_ms >= asked.c.since_ms, stays.c.out_ms.is_(None)),
    )


def common_ms(asked: FromClause) -> _Number:
    """How long both were there; less than nothing when one came after the other had left."""
    is_first, is_over = stays.c.out_ms < asked.c.out_ms, stays.c.out_ms.is_not(None)
    return case((is_first, stays.c.out_ms), (is_over, asked.c.out_ms), else_=asked.c.open_ms) - begun_ms(
        asked
    )


def ended_ms(asked: FromClause) -> _Number:
    """When the earlier of both left; or when the later came, if the other had left by then."""
    together = common_ms(asked)
    return begun_ms(asked) + case((together > number(0), together), else_=number(0))


def begun_ms(asked: FromClause) -> _Number:
    """When the later of both came."""
    return case((stays.c.in_ms > asked.c.in_ms, stays.c.in_ms), else_=asked.c.in_ms)


def is_close(asked: FromClause) -> ColumnElement[bool]:
    """Whether both were seen to pass one door within a minute."""
    came, went = _is(stays.c.beginning, "scanned"), _is(stays.c.ending, "scanned")
    own: tuple[tuple[Any, Any, ColumnElement[bool]], ...] = (
        (stays.c.in_ms, stays.c.entrance_id, came),
        (stays.c.out_ms, stays.c.out_entrance_id, went),
    )
    a = asked.c
    theirs = ((a.in_from, a.in_to, a.in_door), (a.out_from, a.out_to, a.out_door))
    # The times first: hardly anybody passed within the same minute.
    return or_(
        *(
            and_(at.between(since, until), door == other_door, seen)
            for at, door, seen in own
            for since, until, other_door in theirs
        )
    )


def if_firm(asked: FromClause) -> _Number:
    """1 unless the later came when the earlier is only assumed to have been there still."""
    came, went = _is(stays.c.beginning, "scanned"), or_(*(_is(stays.c.ending, end) for end in FIRM_ENDINGS))
    found = and_(asked.c.firm_later == number(1), came)
    was_found = and_(asked.c.firm == number(1), went, came)
    return case((stays.c.in_ms >= asked.c.in_ms, counted(found, 1)), else_=counted(was_found, 1))


def counted(condition: ColumnElement[bool], times: int) -> _Number:
    """A number where something holds, else 0."""
    return case((condition, number(times)), else_=number(0))


def number(value: int) -> _Number:
    """A number in the words of a statement: what is handed in is fetched anew for each meeting."""
    return literal_column(str(value), Integer)


def _is(column: ColumnElement[str], word: str) -> ColumnElement[bool]:
    return column == literal_column(f"'{word}'", String)
