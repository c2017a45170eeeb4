"""The tree of areas, district → street → community or park → grid: seen, added to, renamed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.access import Right
from domain.errors import InputError
from domain.visitor import cleaned
from web.db.connecting.connection import Connection, Record
from web.db.connecting.turns import Turn, taken
from web.services.accounts import Account
from web.services.errors import NotFoundError
from web.services.installation import Installation, new_id
from web.store.places import areas, places
from web.store.scope import Scope

# A path holds 17 letters for each; nobody looks after places at a deeper level.
DEPTH_MOST = 12


@dataclass(frozen=True, slots=True)
class AreaRow:
    """An area as the tree shows it: `depth` from 0, counts of its own and of everything in and below it."""

    id: str
    name: str
    path: str
    depth: int
    enterprises: int
    enterprises_below: int
    venues_below: int
    is_empty: bool


def tree(inst: Installation, scope: Scope) -> tuple[AreaRow, ...]:
    """The areas in scope, each before those below it, and those of one area by name."""
    rows = inst.ask(lambda connection: areas.rows(connection, scope))
    names = {row.path: row.name for row in rows}
    top = min((row.path.count("/") for row in rows), default=0)
    ordered = sorted(rows, key=lambda row: _names_down_to(row.path, names))
    return tuple(_shown(row, rows, row.path.count("/") - top) for row in ordered)


def may_change(account: Account) -> bool:
    """Whether an account may change the tree: administrators of an area, below it."""
    return account.may(Right.EDIT_AREAS) and bool(account.scope.area_path or account.scope.everything)


def add(inst: Installation, account: Account, parent_id: str, name: str) -> str:
    """The id of a new area below another one in the account's scope; InputError for a bad name."""
    called, identity = cleaned(name, "name"), new_id()

    def work(connection: Connection) -> None:
        taken(connection, Turn.FOUNDING)
        parent = _found(connection, account, parent_id)
        if parent.path.count("/") > DEPTH_MOST:
            raise InputError("name", f"Areas go {DEPTH_MOST} levels deep.", f"区域最多 {DEPTH_MOST} 级。")
        expect_free(connection, parent.id, called)
        places.area_added(connection, identity, called, parent.path)

    inst.write(work)
    return identity


def rename(inst: Installation, account: Account, area_id: str, name: str) -> None:
    """Give an area in the account's scope another name."""
    called = cleaned(name, "name")

    def work(connection: Connection) -> None:
        taken(connection, Turn.FOUNDING)
        area = _found(connection, account, area_id)
        expect_free(connection, area.parent_id, called, area.id)
        areas.renamed(connection, area.id, called)

    inst.write(work)


def remove(inst: Installation, account: Account, area_id: str) -> None:
    """Take away an area that nothing stands in; InputError when something does."""

    def work(connection: Connection) -> None:
        taken(connection, Turn.FOUNDING)
        area = _found(connection, account, area_id)
        if area.parent_id is None or areas.is_used(connection, area):
            raise InputError(
                "area",
                "Something belongs to this area: areas, enterprises, liaisons or accounts.",
                "该区域下还有区域、单位、联络员或账号，不能删除。",
            )
        areas.removed(connection, area.id)

    inst.write(work)


def _found(connection: Connection, account: Account, area_id: str) -> Record:
    found = areas.row(connection, account.scope, area_id) if may_change(account) else None
    if found is None:
        raise NotFoundError
    return found


def expect_free(connection: Connection, parent_id: str | None, name: str, but: str = "") -> None:
    """InputError when another area than `but` right below a parent has this name."""
    beside = areas.siblings(connection, parent_id)
    if any(row.name.casefold() == name.casefold() and row.id != but for row in beside):
        raise InputError("name", f"There is an area “{name}” here already.", f"此处已有名为“{name}”的区域。")


def _names_down_to(path: str, names: dict[str, str]) -> tuple[tuple[str, str], ...]:
    steps = path.strip("/").split("/")
    paths = ("/" + "/".join(steps[:count]) + "/" for count in range(1, len(steps) + 1))
    return tuple((names.get(one, ""), one) for one in paths)


def _shown(row: Record, rows: Sequence[Record], depth: int) -> AreaRow:
    below = [one for one in rows if one.path.startswith(row.path)]
    return AreaRow(
        row.id,
        row.name,
        row.path,
        depth,
        row.enterprises,
        sum(one.enterprises for one in below),
        sum(one.venues for one in below),
        len(below) == 1 and not row.enterprises and row.parent_id is not None,
    )
