"""What belongs to no enterprise alone and is forgotten in time: questions of staff, calls, messages."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, and_, delete, literal, or_, select, update

from domain.keeping import Purpose
from web.db.tables import deed_subjects, deliveries, idempotent_calls, saved_filters, traces


def has_due(connection: Connection, purpose: str, before_ms: int) -> bool:
    """Whether anything for a purpose is from before a time."""
    due: tuple[ColumnElement[bool], ...]
    if purpose == Purpose.MESSAGES:
        due = (deliveries.c.created_ms < before_ms, idempotent_calls.c.created_ms < before_ms)
    else:
        due = (deed_subjects.c.at_ms < before_ms, _is_old_trace(before_ms), _is_old_filter(before_ms))
    queries = (select(literal(1)).where(one) for one in due)
    return any(connection.execute(query.limit(1)).first() for query in queries)


def questions_erased(connection: Connection, before_ms: int, now_ms: int, limit: int) -> int:
    """Forget whom deeds and traces from before a time were about; how many."""
    due = select(deed_subjects.c.ref).where(deed_subjects.c.at_ms < before_ms).limit(limit)
    asked = connection.execute(delete(deed_subjects).where(deed_subjects.c.ref.in_(due))).rowcount
    closing = update(traces).where(_is_old_trace(before_ms))
    return asked + connection.execute(closing.values(closed_ms=now_ms, question_sealed=b"")).rowcount


def filters_erased(connection: Connection, before_ms: int, limit: int) -> int:
    """Forget saved filters from before a time that are about somebody; how many."""
    due = select(saved_filters.c.id).where(_is_old_filter(before_ms)).limit(limit)
    return connection.execute(delete(saved_filters).where(saved_filters.c.id.in_(due))).rowcount


def messages_erased(connection: Connection, before_ms: int, limit: int) -> int:
    """Forget what other programs were told and asked before a time; how many."""
    told = select(deliveries.c.id).where(deliveries.c.created_ms < before_ms).limit(limit)
    count = connection.execute(delete(deliveries).where(deliveries.c.id.in_(told))).rowcount
    answered = delete(idempotent_calls).where(idempotent_calls.c.created_ms < before_ms)
    return count + connection.execute(answered).rowcount


def _is_old_trace(before_ms: int) -> ColumnElement[bool]:
    return and_(traces.c.made_ms < before_ms, traces.c.closed_ms.is_(None), traces.c.mode == "real")


def _is_old_filter(before_ms: int) -> ColumnElement[bool]:
    named = or_(saved_filters.c.query.contains("who="), saved_filters.c.query.contains("host="))
    return and_(saved_filters.c.created_ms < before_ms, named)
