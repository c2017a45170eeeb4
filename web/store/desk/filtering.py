"""The desk's filter as SQL: conditions on entries that lead both planners to the index that helps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, exists, false, or_, select, text, union

from web.db.schema.records import WARM_TENTHS
from web.db.tables import (
    codes,
    entries,
    entry_people,
    visitors,
    visits,
)


@dataclass(frozen=True, slots=True)
class People:
    """Whom somebody asked for: visitors found, a plate or a code; an entry of any of them is meant."""

    visitor_ids: tuple[str, ...] = ()
    plate_digests: tuple[bytes, ...] = ()
    cti: str = ""

    @property
    def only_visitor_id(self) -> str:
        """The one visitor who is meant, and nothing else; "" for several, or a plate or a code."""
        is_one = len(self.visitor_ids) == 1 and not self.plate_digests and not self.cti
        return self.visitor_ids[0] if is_one else ""


@dataclass(frozen=True, slots=True)
class Said:
    """A text that was looked for: the reasons that say it, and itself as a masked name."""

    reasons: tuple[str, ...]
    masked_name: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries: every part that is not empty, or not None, narrows the selection."""

    area_id: str = ""
    enterprise_id: str = ""
    venue_id: str = ""
    entrance_id: str = ""
    kiosk_id: str = ""
    from_ms: int | None = None
    until_ms: int | None = None
    people: People | None = None
    host_digests: tuple[bytes, ...] = ()
    said: Said | None = None
    classes: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    directions: tuple[str, ...] = ()
    ways: tuple[str, ...] = ()
    temperature_least: int | None = None
    temperature_most: int | None = None

    @property
    def is_pointed(self) -> bool:
        """Whether few entries can be meant, found without walking through time."""
        warm = self.temperature_least is not None and self.temperature_least >= WARM_TENTHS
        return self.people is not None or bool(self.host_digests) or warm


def conditions(wanted: Wanted, *, hidden: bool) -> list[ColumnElement[bool]]:
    """What the filter asks of entries besides their venue; `hidden` from the indexes of entries."""
    e, found = entries.c, list[ColumnElement[bool]]()
    at = unindexed(e.true_ms) if hidden else e.true_ms
    if wanted.from_ms is not None:
        found.append(at >= wanted.from_ms)
    if wanted.until_ms is not None:
        found.append(at < wanted.until_ms)
    if wanted.entrance_id:
        found.append(e.entrance_id == wanted.entrance_id)
    if wanted.kiosk_id:
        # No index over devices helps here: they are ordered by their own numbers.
        found.append(unindexed(e.device) == wanted.kiosk_id)
    for column, values in (
        (e.outcome, wanted.outcomes),
        (e.reason, wanted.reasons),
        (e.direction, wanted.directions),
        (e.way, wanted.ways),
    ):
        if values:
            found.append(column.in_(values))
    found += _of_people(wanted)
    if wanted.said is not None:
        found.append(or_(e.reason.in_(wanted.said.reasons), _masked(wanted.said.masked_name)))
    if wanted.is_pointed:
        found += [e.id.in_(ids) for ids in _pointed(wanted)]
    return found


def unindexed(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """The same value in a form that no index has, where another way in is better than the planner's guess."""
    return column + 0 if isinstance(column.type, Integer) else column.concat("")


def _of_people(wanted: Wanted) -> list[ColumnElement[bool]]:
    """What is asked of the private part, as one look at it for each entry."""
    if not wanted.classes and wanted.temperature_least is None and wanted.temperature_most is None:
        return []
    # Under another name: the question around it may hold the same table.
    p, found = entry_people.alias().c, list[ColumnElement[bool]]()
    if wanted.classes:
        found.append(p.visitor_class.in_(wanted.classes))
    if wanted.temperature_least is not None:
        found.append(p.temperature_tenths >= wanted.temperature_least)
    if wanted.temperature_most is not None:
        found.append(p.temperature_tenths <= wanted.temperature_most)
    return [exists(select(p.entry_id).where(p.entry_id == entries.c.id, *found))]


def _masked(name: str) -> ColumnElement[bool]:
    if "*" not in name:
        return false()
    people, who = entry_people.alias(), visitors.alias()
    shown = select(people.c.entry_id).join(who, who.c.id == people.c.visitor_id)
    return exists(shown.where(people.c.entry_id == entries.c.id, who.c.masked_name == name))


def _pointed(wanted: Wanted) -> list[Select[Any] | Any]:
    """The ids of entries that can be meant, each selection by an index of its own."""
    p, found = entry_people.c, list[Any]()
    if wanted.people is not None:
        ways = [select(p.entry_id).where(p.visitor_id.in_(wanted.people.visitor_ids))]
        if wanted.people.plate_digests:
            ways.append(select(p.entry_id).where(p.plate_digest.in_(wanted.people.plate_digests)))
        if wanted.people.cti:
            owner = select(codes.c.visitor_id).where(codes.c.cti == wanted.people.cti)
            ways.append(select(p.entry_id).where(p.visitor_id.in_(owner), p.cti == wanted.people.cti))
        found.append(union(*ways) if len(ways) > 1 else ways[0])
    if wanted.host_digests:
        of_host = select(visits.c.id).where(visits.c.host_digest.in_(wanted.host_digests))
        found.append(select(p.entry_id).where(text("entry_people.visit_id <> ''"), p.visit_id.in_(of_host)))
    if not found:
        warm = text(f"entry_people.temperature_tenths >= {WARM_TENTHS}")
        found.append(select(p.entry_id).where(warm, p.temperature_tenths >= wanted.temperature_least))
    return found
