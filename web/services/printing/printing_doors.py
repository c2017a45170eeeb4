"""The entrances that can be chosen for printing, with the code that hangs there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from domain.errors import InputError
from domain.venue import VenueState
from web.db.connecting.connection import Connection, Record
from web.services.errors import NotFoundError
from web.services.installation import Installation
from web.services.printing.printing import WAITS
from web.store.places import places
from web.store.printing import printing
from web.store.printing.printing import Wanted
from web.store.scope import Scope

__all__ = ["POSTERS_MOST", "Chosen", "DoorRow", "Wanted", "chosen", "door", "listed"]

POSTERS_MOST: Final = 10_000


@dataclass(frozen=True, slots=True)
class DoorRow:
    """An entrance; `short_number` is that of its newest poster, "" without one."""

    id: str
    name: str
    venue_id: str
    venue_name: str
    address: str
    time_zone: str
    enterprise_id: str
    enterprise_name: str
    short_number: str = ""


def door(inst: Installation, scope: Scope, entrance_id: str) -> DoorRow:
    """One entrance; NotFoundError outside the scope."""
    row = inst.ask(lambda connection: places.entrance_row(connection, scope, entrance_id))
    if row is None:
        raise NotFoundError
    return _shown(row, row.id, "")


def listed(inst: Installation, scope: Scope, wanted: Wanted, limit: int) -> tuple[list[DoorRow], int]:
    """The first entrances of those wanted, by venue, and how many there are of them."""

    def work(connection: Connection) -> tuple[list[DoorRow], int]:
        rows = printing.doors(connection, scope, wanted, limit)
        shown = [_shown(row, row.entrance_id, row.short_number or "") for row in rows]
        return shown, printing.door_count(connection, scope, wanted)

    return inst.read(work)


@dataclass(frozen=True, slots=True)
class Chosen:
    """Ids of entrances to print: all, those that have a code, and those whose venue waits for review."""

    all: tuple[str, ...]
    coded: tuple[str, ...]
    in_review: tuple[str, ...]


def chosen(inst: Installation, scope: Scope, wanted: Wanted, ticked: Sequence[str] | None) -> Chosen:
    """The entrances to print; `ticked` None is all that are wanted.

    InputError for none, for none that may be printed yet, or for more than one job prints.
    """

    def work(connection: Connection) -> list[Record]:
        if ticked is None:
            return list(printing.doors(connection, scope, wanted, POSTERS_MOST + 1))
        parts = (ticked[at : at + 200] for at in range(0, len(ticked), 200))
        return [row for part in parts for row in printing.doors_called(connection, scope, part)]

    found = inst.read(work)
    if not found:
        raise InputError("entrance", "Tick at least one entrance.", "请至少勾选一个出入口。")
    if len(found) > POSTERS_MOST:
        raise InputError(
            "entrance",
            f"One job prints at most {POSTERS_MOST:,} entrances; choose fewer.",
            f"一次最多打印 {POSTERS_MOST:,} 个出入口，请减少选择。",
        )
    in_review = tuple(row.entrance_id for row in found if row.state == VenueState.APPLIED)
    if len(in_review) == len(found):
        raise InputError("entrance", WAITS.en, WAITS.zh)
    coded = tuple(row.entrance_id for row in found if row.id)
    return Chosen(tuple(row.entrance_id for row in found), coded, in_review)


def _shown(row: Record, identity: str, short_number: str) -> DoorRow:
    return DoorRow(
        identity, row.name, row.venue_id, row.venue_name, row.address, row.time_zone,
        row.enterprise_id, row.enterprise_name, short_number,
    )  # fmt: skip
