"""Moving an enterprise to another area, or an area below another one: what would change, and doing it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from domain.errors import InputError
from domain.wording import Sentence
from web.db.connecting.connection import Connection, Record
from web.db.connecting.turns import Turn, taken
from web.services.accounts import Account
from web.services.errors import NotFoundError
from web.services.installation import Installation
from web.services.places.areas import DEPTH_MOST, AreaRow, expect_free, may_change, tree
from web.store.gates import changes, gate_news
from web.store.places import areas, liaisons, moving, places
from web.store.places.moving import Moved


@dataclass(frozen=True, slots=True)
class Effects:
    """What a move changes: how much goes along, whose rules end and begin, who loses and gains sight of it.

    `freed` is how many enterprises lose their liaison, who looks after another area.
    """

    name: str
    target: str
    enterprises: int
    venues: int
    gates: int
    rules_ending: tuple[str, ...]
    rules_beginning: tuple[str, ...]
    losing: int
    gaining: int
    freed: int


@dataclass(frozen=True, slots=True)
class _Move:
    """What goes where; `before` and `after` are the paths of the areas over it, the top one first."""

    name: str
    target: Record
    moved: Moved
    before: tuple[str, ...]
    after: tuple[str, ...]
    do: Callable[[Connection], None]

    def left(self) -> tuple[str, ...]:
        """The areas that it belongs to no longer."""
        return tuple(path for path in self.before if path not in self.after)

    def joined(self) -> tuple[str, ...]:
        """The areas that it belongs to from now on."""
        return tuple(path for path in self.after if path not in self.before)

    def is_lost_at(self, gate_path: str) -> bool:
        """Whether a gate of an area knew the visitors of what moves, and is to know them no longer.

        A gate knows those of its own area, of the areas above and of those below (`changes.between`).
        """
        if not self.moved.enterprise_id:
            return gate_path in self.left()
        knew, knows = (
            gate_path in paths or gate_path.startswith(paths[-1]) for paths in (self.before, self.after)
        )
        return knew and not knows


def places_for_area(inst: Installation, account: Account, area_id: str) -> tuple[AreaRow, ...]:
    """The areas that an area of the account's can hang below."""
    rows = tree(inst, account.scope)
    here = next((row for row in rows if row.id == area_id), None)
    if here is None or not may_change(account):
        raise NotFoundError
    return tuple(row for row in rows if not row.path.startswith(here.path))


def enterprise_effects(inst: Installation, account: Account, enterprise_id: str, area_id: str) -> Effects:
    """What moving an enterprise would change; InputError when it cannot be moved there."""
    return inst.read(lambda c: _effects(c, _of_enterprise(c, account, enterprise_id, area_id)))


def move_enterprise(inst: Installation, account: Account, enterprise_id: str, area_id: str) -> None:
    """Move an enterprise to another area in the account's scope; gates follow with their next contact."""

    def work(connection: Connection) -> None:
        taken(connection, Turn.FOUNDING)
        _done(connection, _of_enterprise(connection, account, enterprise_id, area_id))

    inst.write(work)


def area_effects(inst: Installation, account: Account, area_id: str, parent_id: str) -> Effects:
    """What hanging an area below another one would change; InputError when it cannot hang there."""
    return inst.read(lambda c: _effects(c, _of_area(c, account, area_id, parent_id)))


def move_area(inst: Installation, account: Account, area_id: str, parent_id: str) -> None:
    """Hang an area with all that is in it below another one in the account's scope."""

    def work(connection: Connection) -> None:
        taken(connection, Turn.FOUNDING)
        _done(connection, _of_area(connection, account, area_id, parent_id))

    inst.write(work)


def _of_enterprise(connection: Connection, account: Account, enterprise_id: str, area_id: str) -> _Move:
    row = places.enterprise_row(connection, account.scope, enterprise_id) if may_change(account) else None
    target = areas.row(connection, account.scope, area_id) if row else None
    if row is None or target is None:
        raise NotFoundError
    if target.path == row.path:
        raise InputError("area", ALREADY.en, ALREADY.zh)
    return _Move(
        row.name,
        target,
        Moved(enterprise_id=enterprise_id),
        _steps(row.path),
        _steps(target.path),
        lambda c: moving.enterprise_put(c, enterprise_id, target.id),
    )


def _of_area(connection: Connection, account: Account, area_id: str, parent_id: str) -> _Move:
    row = areas.row(connection, account.scope, area_id) if may_change(account) else None
    target = areas.row(connection, account.scope, parent_id) if row else None
    if row is None or target is None or row.parent_id is None:
        raise NotFoundError
    if target.path.startswith(row.path):
        raise InputError("area", WITHIN.en, WITHIN.zh)
    if target.id == row.parent_id:
        raise InputError("area", ALREADY.en, ALREADY.zh)
    below = [one.path for one in areas.rows(connection, account.scope) if one.path.startswith(row.path)]
    levels = max(path.count("/") for path in below) - row.path.count("/")
    if target.path.count("/") + levels > DEPTH_MOST:
        raise InputError("area", f"Areas go {DEPTH_MOST} levels deep.", f"区域最多 {DEPTH_MOST} 级。")
    expect_free(connection, target.id, row.name, row.id)
    return _Move(
        row.name,
        target,
        Moved(path=row.path),
        _steps(row.path)[:-1],
        _steps(target.path),
        lambda c: moving.rewritten(c, row.id, row.path, target),
    )


def _effects(connection: Connection, move: _Move) -> Effects:
    counts = moving.counts(connection, move.moved)
    return Effects(
        move.name,
        move.target.name,
        counts.enterprises,
        counts.venues,
        counts.gates,
        tuple(moving.ruling(connection, [_id(path) for path in move.left()])),
        tuple(moving.ruling(connection, [_id(path) for path in move.joined()])),
        moving.seeing(connection, move.left()),
        moving.seeing(connection, move.joined()),
        len(moving.held_by(connection, move.moved, move.left())),
    )


def _done(connection: Connection, move: _Move) -> None:
    """Move, and let gates hear of it: of other rules, of visitors they are to know or to forget."""
    liaisons.assigned(connection, moving.held_by(connection, move.moved, move.left()), None)
    gates = [row.id for row in moving.gates_by_path(connection) if move.is_lost_at(row.path)]
    people = moving.visitors_of(connection, move.moved)
    move.do(connection)
    # Who is to know them hears of them anew; only a new beginning takes away what is to be forgotten.
    # Gates of what moves begin again by themselves: their area's path is part of what they follow.
    changes.touched(connection, people)
    for kiosk_id in gates:
        changes.begun_again(connection, kiosk_id)
    gate_news.everywhere(connection)


def _steps(path: str) -> tuple[str, ...]:
    """The paths of an area and of those above it, the top one first."""
    steps = path.strip("/").split("/")
    return tuple("/" + "/".join(steps[:count]) + "/" for count in range(1, len(steps) + 1))


def _id(path: str) -> str:
    return path.strip("/").rpartition("/")[2]


ALREADY = Sentence("It is there already.", "已在该区域。")
WITHIN = Sentence(
    "An area cannot hang below itself. Choose one outside of it.", "区域不能移到自身之下，请选择其他区域。"
)
