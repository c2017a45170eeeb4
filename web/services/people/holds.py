"""Holds on visitors: one who may proposes, another confirms, either lifts.

Those that a rule chose, such as the contacts of a trace, are proposed and confirmed together: `case_holds`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domain.access import Right
from domain.deed import Deed
from domain.errors import InputError
from domain.hold import HoldLevel
from domain.visitor import cleaned
from web.db.connecting.connection import Connection, Record
from web.services.access import rights
from web.services.access.looks import Concerns
from web.services.desk import deeds
from web.services.errors import NotFoundError
from web.services.installation import Installation, new_id
from web.services.logs import purposes
from web.services.logs.purposes import Act, Purpose, of_statement, stated
from web.services.places.places import DEFAULT_ZONE
from web.services.tables import moments
from web.store.gates import changes
from web.store.people import credentials, holds
from web.store.people.holds import HoldState as HoldState
from web.store.scope import PROGRAM, Scope

REASON_MOST, INSTRUCTION_MOST, APPEAL_MOST = 500, 120, 300


@dataclass(frozen=True, slots=True)
class Given:
    """A hold as it was typed: its reason beside the purpose; `until` empty means until it is lifted."""

    level: str
    reason: str
    instruction: str
    appeal: str
    until: str = ""
    purpose: str = Purpose.SAFETY


@dataclass(frozen=True, slots=True)
class HoldRow:
    """A hold as the staff see it. `proposer`, `confirmer` and `lifter` are logins, "" for nobody.

    The `purpose` is "" for those that are older than the list of purposes.
    """

    id: str
    visitor_id: str
    masked_name: str
    short_number: str
    enterprise_name: str
    level: str
    state: HoldState
    purpose: str
    reason: str
    instruction: str
    appeal: str
    rule: str
    until_ms: int | None
    proposed_by: str
    proposer: str
    proposed_ms: int
    confirmer: str
    confirmed_ms: int | None
    lifter: str
    lifted_ms: int | None


@dataclass(frozen=True, slots=True)
class Checked:
    """A hold as it was typed, once it is found good."""

    level: HoldLevel
    purpose: str
    reason: str
    instruction: str
    appeal: str
    until_ms: int | None


def propose(inst: Installation, scope: Scope, account_id: str, visitor_id: str, given: Given) -> str:
    """The id of a hold that waits for a second person; InputError names the first bad field."""
    hold = checked(given, inst.now_ms())

    def work(connection: Connection) -> str:
        if not credentials.visitors_locked(connection, scope, [visitor_id]):
            raise NotFoundError
        rights.held(connection, inst, scope, account_id, Right.HOLD_PEOPLE)
        identity = added(connection, inst, visitor_id, hold, proposed_by=account_id)
        _told(connection, inst, account_id, visitor_id, identity, "proposed", hold.purpose)
        return identity

    return inst.write(work)


def confirm(inst: Installation, scope: Scope, account_id: str, visitor_id: str, hold_id: str) -> None:
    """Put a proposed hold into force; InputError for whoever proposed it, and when it is over or done."""

    def work(connection: Connection) -> None:
        row = _one(connection, scope, visitor_id, hold_id)
        rights.held(connection, inst, scope, account_id, Right.HOLD_PEOPLE)
        if account_id == row.proposed_by:
            raise InputError(
                "account",
                "You proposed this hold; somebody else has to confirm it.",
                "该管控由您提出，须由另一位工作人员确认。",
            )
        if not holds.confirmed(connection, hold_id, account_id, inst.now_ms()):
            raise changed()
        replaced(connection, [row], account_id, inst.now_ms())
        changes.touched(connection, [visitor_id])
        _told(connection, inst, account_id, visitor_id, hold_id, "confirmed", reason_of(inst, row)[0])

    inst.write(work)


def lift(inst: Installation, scope: Scope, account_id: str, visitor_id: str, hold_id: str) -> None:
    """End a hold, or turn a proposal down; InputError when it is over already."""

    def work(connection: Connection) -> None:
        row = _one(connection, scope, visitor_id, hold_id)
        rights.held(connection, inst, scope, account_id, Right.HOLD_PEOPLE)
        if not holds.lifted(connection, hold_id, account_id, inst.now_ms()):
            raise changed()
        changes.touched(connection, [visitor_id])
        _told(connection, inst, account_id, visitor_id, hold_id, "lifted", reason_of(inst, row)[0])

    inst.write(work)


def listed(
    inst: Installation, scope: Scope, state: HoldState, limit: int = 200, rule: str | None = None
) -> list[HoldRow]:
    """The newest holds in scope that stand so; of one rule, or ("") of none."""
    now_ms = inst.now_ms()
    rows = inst.ask(lambda connection: holds.rows_in(connection, scope, state, now_ms, limit, rule))
    return [_shown(inst, row, now_ms) for row in rows]


def counted(inst: Installation, scope: Scope, state: HoldState) -> int:
    """How many holds in scope stand so."""
    return inst.ask(lambda connection: holds.count(connection, scope, state, inst.now_ms()))


def of_visitor(inst: Installation, scope: Scope, visitor_id: str) -> list[HoldRow]:
    """All holds of a visitor in scope, newest first."""
    rows = inst.ask(lambda connection: holds.rows_of(connection, scope, visitor_id))
    return [_shown(inst, row, inst.now_ms()) for row in rows]


def appeals(inst: Installation, visitor_id: str) -> list[str] | None:
    """What a visitor on hold reads about how to appeal; None when no hold is in force.

    Neither how many there are nor their level: the same text is given once.
    """
    standing = [row for row in of_visitor(inst, PROGRAM, visitor_id) if row.state is HoldState.IN_FORCE]
    return list(dict.fromkeys(row.appeal for row in standing)) if standing else None


def checked(given: Given, now_ms: int) -> Checked:
    """What was typed; InputError names the first bad field."""
    if given.level not in set(HoldLevel):
        raise InputError("level", "Choose yellow or red.", "请选择黄色或红色。")
    return Checked(
        HoldLevel(given.level),
        purposes.checked(Act.HOLD, given.purpose),
        cleaned(given.reason, "reason", REASON_MOST),
        cleaned(given.instruction, "instruction", INSTRUCTION_MOST),
        cleaned(given.appeal, "appeal", APPEAL_MOST),
        moments.until_ms(given.until, DEFAULT_ZONE, now_ms, None),
    )


def added(
    connection: Connection, inst: Installation, visitor_id: str, hold: Checked, **values: object
) -> str:
    """The id of a new hold on a visitor, who is locked."""
    identity = new_id()
    holds.added(
        connection,
        id=identity,
        visitor_id=visitor_id,
        level=hold.level.value,
        reason_sealed=inst.cipher.sealed(stated(hold.purpose, hold.reason).encode(), _place(identity)),
        instruction=hold.instruction,
        appeal=hold.appeal,
        until_ms=hold.until_ms,
        proposed_ms=inst.now_ms(),
        **values,
    )
    return identity


def _told(
    connection: Connection,
    inst: Installation,
    account_id: str,
    visitor_id: str,
    hold_id: str,
    step: str,
    purpose: str,
) -> None:
    """Keep in the log what was done to a hold; its reason stays where it is, sealed."""
    told = {"hold": hold_id, "step": step}
    whose = Concerns([visitor_id])
    deeds.noted(connection, inst, account_id, Deed.HOLD, told, purpose, visitor_id, whose)


def _place(hold_id: str) -> str:
    return f"holds|reason|{hold_id}"


def _one(connection: Connection, scope: Scope, visitor_id: str, hold_id: str) -> Record:
    row = holds.row(connection, scope, visitor_id, hold_id)
    if row is None:
        raise NotFoundError
    return row


def replaced(connection: Connection, confirmed: Sequence[Record], account_id: str, now_ms: int) -> None:
    """End what was in force of the same rule on the same visitors, and is not needed beside these."""
    new = {(one.rule, one.visitor_id): one for one in confirmed if one.rule}
    rules, whose = {rule for rule, _ in new}, {visitor_id for _, visitor_id in new}
    for row in holds.of_rules(connection, rules, whose, now_ms) if new else ():
        one = new.get((row.rule, row.visitor_id))
        if one and row.id != one.id and row.confirmed_ms is not None and does_as_much(one, row):
            holds.lifted(connection, row.id, account_id, now_ms)


def does_as_much(one: Record, other: Record | Checked) -> bool:
    """Whether a hold is as grave as another and lasts as long."""
    lasts = one.until_ms is None or (other.until_ms is not None and one.until_ms >= other.until_ms)
    return lasts and one.level in (HoldLevel.RED, other.level)


def changed() -> InputError:
    """What to say of a hold that somebody else was faster with."""
    return InputError(
        "hold",
        "This hold changed or ended meanwhile. Please look at it again.",
        "该管控已变更或已到期，请重新查看。",
    )


def _shown(inst: Installation, row: Record, now_ms: int) -> HoldRow:
    return HoldRow(
        row.id,
        row.visitor_id,
        row.masked_name,
        row.short_number,
        row.enterprise_name,
        row.level,
        _state(row, now_ms),
        *reason_of(inst, row),
        row.instruction,
        row.appeal,
        row.rule,
        row.until_ms,
        row.proposed_by,
        row.proposer or "",
        row.proposed_ms,
        row.confirmer or "",
        row.confirmed_ms,
        row.lifter or "",
        row.lifted_ms,
    )


def reason_of(inst: Installation, row: Record) -> tuple[str, str]:
    """The purpose and the reason of a hold."""
    return of_statement(inst.cipher.opened(row.reason_sealed, _place(row.id)).decode())


def _state(row: Record, now_ms: int) -> HoldState:
    if row.lifted_ms is not None or (row.until_ms is not None and row.until_ms <= now_ms):
        return HoldState.OVER
    return HoldState.IN_FORCE if row.confirmed_ms is not None else HoldState.WAITING
