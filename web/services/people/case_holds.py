"""Holds that one case brought about: proposed together, confirmed together by another, ended together.

They are holds like any other, which `holds` confirms and lifts one by one as well; their rule names the case.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from domain.access import Right
from domain.deed import Deed
from domain.errors import InputError
from web.db.connecting.connection import Connection, Record
from web.services.access import rights
from web.services.access.looks import Concerns
from web.services.desk import deeds
from web.services.errors import NotFoundError
from web.services.installation import Installation
from web.services.people.holds import Checked, added, changed, does_as_much, reason_of, replaced
from web.store.gates import changes
from web.store.people import credentials, holds
from web.store.people.holds import HoldState
from web.store.scope import Scope

_Act = Callable[[Connection, Sequence[Record]], list[Record]]
LISTED = 50
# Changed in one transaction, with one leaf of the log: gates and check-ins wait for no more than these.
AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Case:
    """How the holds of one case stand; `own` of those that wait were proposed by whoever asks."""

    id: str
    proposed_ms: int
    waiting: int
    own: int
    in_force: int
    over: int

    @property
    def to_confirm(self) -> int:
        """How many whoever asks may confirm."""
        return self.waiting - self.own


def cases(inst: Installation, scope: Scope, account_id: str) -> list[Case]:
    """The newest cases with holds in scope."""
    rows = inst.ask(lambda c: holds.rules(c, scope, account_id, inst.now_ms(), LISTED))
    return [_case(row) for row in rows]


def case(inst: Installation, scope: Scope, account_id: str, case_id: str) -> Case:
    """One case; NotFoundError unless it has holds in scope."""
    rows = inst.ask(lambda c: holds.rules(c, scope, account_id, inst.now_ms(), 1, case_id)) if case_id else ()
    if not rows:
        raise NotFoundError
    return _case(rows[0])


def checked_count(counted: str, so_many: int) -> None:
    """InputError unless the number of holds was typed: nobody agrees to what they have not read."""
    if counted.strip() != str(so_many):
        raise InputError(
            "counted", "Type the number of holds that stands above.", "请输入上方显示的管控数量。"
        )


def proposed(
    connection: Connection,
    inst: Installation,
    scope: Scope,
    account_id: str,
    case_id: str,
    wanted: Mapping[str, Checked],
    told: Mapping[str, object],
) -> int:
    """Propose holds on these visitors of a case, by visitor id; how many.

    Whoever has one of the case already that does as much, or is not in scope any more, is left out.
    """
    locked = credentials.visitors_locked(connection, scope, sorted(wanted))
    rights.held(connection, inst, scope, account_id, Right.HOLD_PEOPLE)
    has = standing(connection, [case_id], sorted(locked), inst.now_ms())
    some = [one for one in sorted(locked) if not any(does(row, wanted[one]) for row in has.get(one, ()))]
    if not some:
        return 0
    told = {**told, "case": case_id, "step": "proposed", "holds": len(some)}
    _noted(connection, inst, account_id, told, wanted[some[0]].purpose, some)
    for visitor_id in some:
        added(connection, inst, visitor_id, wanted[visitor_id], rule=case_id, proposed_by=account_id)
    return len(some)


def confirm(inst: Installation, scope: Scope, account_id: str, case_id: str, counted: str) -> int:
    """Put all that others proposed into force; how many.

    What was in force of the case on the same people ends, where this does as much. InputError when there is
    nothing to confirm, or `counted` is not how many there are.
    """
    found = case(inst, scope, account_id, case_id)
    if not found.to_confirm and found.own:
        raise InputError(
            "account",
            "You proposed these holds; somebody else has to confirm them.",
            "这些管控由您提出，须由另一位工作人员确认。",
        )
    if not found.to_confirm:
        raise changed()
    checked_count(counted, found.to_confirm)

    def work(connection: Connection, rows: Sequence[Record]) -> list[Record]:
        now_ms = inst.now_ms()
        done = [row for row in rows if holds.confirmed(connection, row.id, account_id, now_ms)]
        replaced(connection, done, account_id, now_ms)
        return done

    return _each(inst, scope, account_id, case_id, HoldState.WAITING, "confirmed", work, but_by=account_id)


def end(inst: Installation, scope: Scope, account_id: str, case_id: str, state: HoldState) -> int:
    """Turn down all that wait, or lift all that are in force; how many. InputError when there are none."""
    case(inst, scope, account_id, case_id)

    def work(connection: Connection, rows: Sequence[Record]) -> list[Record]:
        now_ms = inst.now_ms()
        return [row for row in rows if holds.lifted(connection, row.id, account_id, now_ms, state)]

    step = "turned_down" if state is HoldState.WAITING else "lifted"
    done = _each(inst, scope, account_id, case_id, state, step, work)
    if not done:
        raise changed()
    return done


def standing(
    connection: Connection, case_ids: Sequence[str], visitor_ids: Sequence[str], now_ms: int
) -> Mapping[str, list[Record]]:
    """The holds of these cases that wait or are in force, by visitor."""
    found: dict[str, list[Record]] = defaultdict(list)
    for at in range(0, len(visitor_ids), AT_ONCE):
        for row in holds.of_rules(connection, case_ids, visitor_ids[at : at + AT_ONCE], now_ms):
            found[row.visitor_id].append(row)
    return found


def does(row: Record, wanted: Checked) -> bool:
    """Whether a hold does what another would: it waits, or is as grave and lasts as long."""
    return row.confirmed_ms is None or does_as_much(row, wanted)


def _each(
    inst: Installation,
    scope: Scope,
    account_id: str,
    case_id: str,
    state: HoldState,
    step: str,
    act: _Act,
    *,
    but_by: str = "",
) -> int:
    """Change all holds of a case that stand so, piece by piece, each with its leaf of the log; how many."""

    def work(connection: Connection) -> tuple[int, int]:
        rights.held(connection, inst, scope, account_id, Right.HOLD_PEOPLE)
        rows = holds.rows_in(connection, scope, state, inst.now_ms(), AT_ONCE, case_id, but_by=but_by)
        done: dict[str, list[str]] = defaultdict(list)
        for row in act(connection, rows):
            done[reason_of(inst, row)[0]].append(row.visitor_id)
        whose = sorted(visitor_id for some in done.values() for visitor_id in some)
        changes.touched(connection, whose)
        for purpose, some in done.items():
            told = {"case": case_id, "step": step, "holds": len(some)}
            _noted(connection, inst, account_id, told, purpose, some)
        return len(rows), len(whose)

    done = 0
    while True:
        seen, so_many = inst.write(work)
        done += so_many
        if seen < AT_ONCE:
            return done


def _noted(
    connection: Connection,
    inst: Installation,
    account_id: str,
    told: Mapping[str, object],
    purpose: str,
    whose: Sequence[str],
) -> None:
    """Keep in the log what was done to how many; whom, sealed beside it."""
    deeds.noted(connection, inst, account_id, Deed.HOLD, told, purpose, ",".join(whose), Concerns(whose))


def _case(row: Record) -> Case:
    return Case(row.rule, row.proposed_ms, row.waiting, row.own, row.in_force, row.over)
