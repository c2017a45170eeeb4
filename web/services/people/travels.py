"""Where visitors were, as they say themselves or staff noted."""

from __future__ import annotations

from dataclasses import dataclass

from domain.errors import InputError
from domain.visitor import cleaned
from web.db.connecting.connection import Connection
from web.services.errors import NotFoundError
from web.services.installation import Installation, new_id
from web.services.places.places import DEFAULT_ZONE
from web.services.tables import moments
from web.store.gates import changes
from web.store.people import credentials, visited_areas
from web.store.scope import PROGRAM, Scope

AREA_MOST = 100
AREAS_MOST = 100


@dataclass(frozen=True, slots=True)
class TravelRow:
    """An area and the day somebody was there (Unix milliseconds)."""

    id: str
    area: str
    at_ms: int
    source: str


def note(inst: Installation, scope: Scope, account_id: str, visitor_id: str, area: str, day: str) -> None:
    """Keep where a visitor in scope was, by name or code of the area; InputError names the bad field."""
    _kept(inst, scope, visitor_id, area, day, "staff", account_id)


def declare(inst: Installation, visitor_id: str, area: str, day: str) -> None:
    """Keep where a visitor says they were; InputError names the bad field."""
    _kept(inst, PROGRAM, visitor_id, area, day, "self", "")


def remove(inst: Installation, scope: Scope, visitor_id: str, area_id: str) -> None:
    """Take out what was noted by mistake; NotFoundError outside the scope."""

    def work(connection: Connection) -> None:
        locked = credentials.visitors_locked(connection, scope, [visitor_id])
        if not locked or not visited_areas.removed(connection, visitor_id, area_id):
            raise NotFoundError
        changes.touched(connection, [visitor_id])

    inst.write(work)


def listed(inst: Installation, scope: Scope, visitor_id: str) -> list[TravelRow]:
    """Where a visitor in scope was, the latest first."""
    rows = inst.ask(lambda connection: visited_areas.rows(connection, scope, visitor_id))
    return [TravelRow(row.id, row.area, row.at_ms, row.source) for row in rows]


def _kept(
    inst: Installation, scope: Scope, visitor_id: str, area: str, day: str, source: str, account_id: str
) -> None:
    name = cleaned(area, "area", AREA_MOST)
    at_ms = moments.since_ms(day, DEFAULT_ZONE, inst.now_ms(), "day")
    if at_ms is None:
        raise InputError("day", "Please give the day.", "请填写日期。")

    def work(connection: Connection) -> None:
        if not credentials.visitors_locked(connection, scope, [visitor_id]):
            raise NotFoundError
        there = visited_areas.rows(connection, scope, visitor_id)
        if any((row.area, row.at_ms) == (name, at_ms) for row in there):
            raise InputError("area", "This is there already.", "此项已有记录。")
        if len(there) >= AREAS_MOST:
            raise InputError(
                "area",
                f"{AREAS_MOST} areas are kept already; please speak to the staff.",
                f"已记录 {AREAS_MOST} 项，请联系工作人员。",
            )
        visited_areas.added(
            connection,
            id=new_id(),
            visitor_id=visitor_id,
            area=name,
            at_ms=at_ms,
            source=source,
            account_id=account_id,
            created_ms=inst.now_ms(),
        )
        changes.touched(connection, [visitor_id])

    inst.write(work)
