"""How much would be due under another rule: counted by index, nothing is changed."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, and_, distinct, func, or_, select

from domain.keeping import Purpose
from web.db.tables import (
    credentials,
    deed_subjects,
    deliveries,
    entries,
    entry_people,
    invitations,
    looks,
    roll_calls,
    roll_marks,
    visited_areas,
    visitors,
    visits,
)
from web.store.keeping.legal_holds import venue_is_held, visitor_is_held


def passages(connection: Connection, venue_ids: Sequence[str], before_ms: int) -> tuple[int, int]:
    """How many entries of these venues from before a time still name free people, and how many people."""
    query = (
        select(func.count(), func.count(distinct(entry_people.c.visitor_id)))
        .select_from(entries)
        .join(entry_people, entry_people.c.entry_id == entries.c.id)
        .where(
            entries.c.venue_id.in_(venue_ids),
            entries.c.true_ms < before_ms,
            ~visitor_is_held(entry_people.c.visitor_id),
            ~venue_is_held(entries.c.venue_id, entries.c.true_ms),
        )
    )
    records, people = connection.execute(query).one()
    return int(records), int(people)


def roll_names(connection: Connection, venue_ids: Sequence[str], before_ms: int) -> int:
    """How many names of the unlisted of these venues' roll calls are from before a time."""
    query = (
        select(func.count())
        .select_from(roll_marks)
        .join(roll_calls, roll_calls.c.id == roll_marks.c.roll_call_id)
        .where(
            roll_calls.c.venue_id.in_(venue_ids),
            roll_marks.c.marked_ms < before_ms,
            roll_marks.c.name_sealed.is_not(None),
        )
    )
    return int(connection.scalar(query) or 0)


def of_enterprises(
    connection: Connection, purpose: Purpose, enterprise_ids: Sequence[str], before_ms: int
) -> int:
    """How many rows of a kind these enterprises have from before a time."""
    own = select(visitors.c.id).where(visitors.c.enterprise_id.in_(enterprise_ids))
    over = or_(credentials.c.withdrawn_ms < before_ms, credentials.c.until_ms < before_ms)
    conditions: dict[Purpose, tuple[ColumnElement[bool], ...]] = {
        Purpose.VISITORS: (
            and_(
                visitors.c.enterprise_id.in_(enterprise_ids),
                visitors.c.source == "self",
                visitors.c.created_ms < before_ms,
                visitors.c.id.not_in(select(entry_people.c.visitor_id)),
            ),
        ),
        Purpose.VISITS: (
            and_(visits.c.enterprise_id.in_(enterprise_ids), visits.c.until_ms < before_ms),
            and_(invitations.c.enterprise_id.in_(enterprise_ids), invitations.c.until_ms < before_ms),
        ),
        Purpose.FACTS: (
            and_(credentials.c.visitor_id.in_(own), over),
            and_(visited_areas.c.visitor_id.in_(own), visited_areas.c.at_ms < before_ms),
        ),
        Purpose.LOOKS: (and_(looks.c.enterprise_id.in_(enterprise_ids), looks.c.at_ms < before_ms),),
    }
    counts = (select(func.count()).where(one) for one in conditions[purpose])
    return sum(int(connection.scalar(query) or 0) for query in counts)


def of_site(connection: Connection, purpose: Purpose, before_ms: int) -> int:
    """How many rows of a kind that belongs to the whole site are from before a time."""
    at = deliveries.c.created_ms if purpose is Purpose.MESSAGES else deed_subjects.c.at_ms
    return int(connection.scalar(select(func.count()).where(at < before_ms)) or 0)
