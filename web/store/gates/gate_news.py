"""How far gates are behind: numbers that rise only for those gates whom a change concerns.

A number for each place something was changed at; a gate compares the greatest of those that concern it. Rules
and changes to visitors are numbered apart, each in one order over all places: whoever numbers something holds
that order until the transaction ends, so that a gate that has a number has all below it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, insert, select, update

from web.db.statements.prepared import Prepared, by_kind
from web.db.tables import gate_news
from web.store import counters

_RULES, _VISITORS = "rules", "facts"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a gate stands: all that a change can be made at and concern it."""

    kiosk_id: str
    venue_id: str
    enterprise_id: str
    area_path: str


@dataclass(frozen=True, slots=True)
class Newest:
    """The number of the newest rules for a gate, and of the newest change to the visitors it knows."""

    rules: int
    visitors: int


_FOUND, _RAISED = (
    Prepared(by_kind(making))
    for making in (
        lambda among: select(gate_news.c.about, gate_news.c.number).where(among(gate_news.c.about, "abouts")),
        lambda among: (
            update(gate_news).where(among(gate_news.c.about, "abouts")).values(number=bindparam("raised"))
        ),
    )
)
_ADDED = Prepared(insert(gate_news), ("about", "number"))


def everywhere(connection: Connection) -> int:
    """Let all gates fetch their rules anew."""
    return _rules(connection, [_RULES])


def below(connection: Connection, area_path: str) -> int:
    """Let the gates of an area, and of those below it, fetch their rules anew."""
    return _rules(connection, [_about(_RULES, "area", _id(area_path))])


def near(connection: Connection, area_paths: Iterable[str]) -> int:
    """Let the gates fetch their rules anew that know visitors of these areas: those above them too."""
    return _rules(connection, _near(_RULES, area_paths))


def of_enterprise(connection: Connection, enterprise_id: str) -> int:
    """Let the gates of an enterprise fetch their rules anew."""
    return _rules(connection, [_about(_RULES, "enterprise", enterprise_id)])


def of_venue(connection: Connection, venue_id: str) -> int:
    """Let the gates of a venue fetch their rules anew."""
    return _rules(connection, [_about(_RULES, "venue", venue_id)])


def of_kiosk(connection: Connection, kiosk_id: str, least: int = 0) -> int:
    """Let one kiosk fetch its rules anew, above a number that it has."""
    return _rules(connection, [_about(_RULES, "kiosk", kiosk_id)], least)


def of_visitors(connection: Connection, area_paths: Iterable[str], number: int) -> None:
    """Let gates hear that visitors of these areas changed; the caller holds their order."""
    _keep(connection, _near(_VISITORS, area_paths), number)


def abouts_of_visitors(area_path: str) -> list[str]:
    """What `of_visitors` numbers when somebody of an area changed."""
    return _near(_VISITORS, [area_path])


def newest(connection: Connection, standing: Standing) -> Newest:
    """The numbers that a gate is to compare."""
    return newest_of(connection, [standing])[standing]


def newest_of(connection: Connection, standings: Sequence[Standing]) -> Mapping[Standing, Newest]:
    """The numbers for many gates, by one question."""
    asked = {one: (_ruling(one), _telling(one)) for one in standings}
    abouts = sorted({about for both in asked.values() for part in both for about in part})
    numbers = {row.about: int(row.number) for row in _FOUND.all(connection, abouts=abouts)}
    return {
        one: Newest(*(max((numbers.get(about, 0) for about in part), default=0) for part in both))
        for one, both in asked.items()
    }


def ends_of(changed: Iterable[tuple[str, int]]) -> Callable[[str], int]:
    """How far gates of an area must be (0: nowhere) to have some changes, each at an area's path."""
    ends: dict[str, int] = {}
    for path, number in changed:
        for about in _near(_VISITORS, [path]):
            ends[about] = max(number, ends.get(about, 0))
    return lambda path: max(ends.get(about, 0) for about in _passed_on(_VISITORS, path))


def steps(area_path: str) -> tuple[str, ...]:
    """The ids of an area and of those it is part of, the top one first."""
    return tuple(area_path.strip("/").split("/"))


def _ruling(one: Standing) -> list[str]:
    own = (("enterprise", one.enterprise_id), ("venue", one.venue_id), ("kiosk", one.kiosk_id))
    return [_RULES, *(_about(_RULES, *part) for part in own), *_passed_on(_RULES, one.area_path)]


def _telling(one: Standing) -> list[str]:
    return [_VISITORS, *_passed_on(_VISITORS, one.area_path)]


def _passed_on(what: str, area_path: str) -> list[str]:
    """What is passed down to the gates of an area from those above, and up to it from those below."""
    return [_about(what, "here", _id(area_path)), *(_about(what, "area", step) for step in steps(area_path))]


def _near(what: str, area_paths: Iterable[str]) -> list[str]:
    found: list[str] = []
    for path in area_paths:
        *above, own = steps(path)
        found += [_about(what, "area", own), *(_about(what, "here", step) for step in above)]
    return list(dict.fromkeys(found))


def _rules(connection: Connection, abouts: Sequence[str], least: int = 0) -> int:
    number = counters.raised(connection, counters.BUNDLE, least)
    _keep(connection, abouts, number)
    return number


def _keep(connection: Connection, abouts: Sequence[str], number: int) -> None:
    # Nobody else is at it: the order is held.
    if _RAISED.run(connection, abouts=list(abouts), raised=number) == len(abouts):
        return
    there = {row.about for row in _FOUND.all(connection, abouts=list(abouts))}
    _ADDED.many(connection, [{"about": one, "number": number} for one in abouts if one not in there])


def _about(what: str, kind: str, identity: str) -> str:
    return f"{what} {kind} {identity}"


def _id(area_path: str) -> str:
    return steps(area_path)[-1]
