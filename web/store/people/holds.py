"""Holds on visitors: proposed, confirmed by another, lifted; what was in force when stays to be seen."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, Select, and_, case, func, insert, or_, select, update

from web.db.connecting.connection import Record
from web.db.tables import accounts, enterprises, holds, visitors
from web.store.scope import Scope, enterprise_visible


class HoldState(StrEnum):
    """Where a hold stands; time alone makes one over."""

    WAITING = "waiting"
    IN_FORCE = "in_force"
    OVER = "over"


def added(connection: Connection, **values: object) -> None:
    """Keep a new hold."""
    connection.execute(insert(holds).values(**values))


def row(connection: Connection, scope: Scope, visitor_id: str, hold_id: str) -> Record | None:
    """One hold of a visitor in scope."""
    query = _shown(scope).where(holds.c.visitor_id == visitor_id, holds.c.id == hold_id)
    return connection.execute(query).first()


def rows_of(connection: Connection, scope: Scope, visitor_id: str) -> Sequence[Record]:
    """All holds of one visitor in scope, newest first."""
    return connection.execute(_newest_first(_shown(scope).where(holds.c.visitor_id == visitor_id))).all()


def rows_in(
    connection: Connection,
    scope: Scope,
    state: HoldState,
    now_ms: int,
    limit: int,
    rule: str | None = None,
    *,
    but_by: str = "",
) -> Sequence[Record]:
    """The newest holds in scope that stand so; of one rule, or ("") of none; not those of one proposer."""
    query = _shown(scope).where(_stands(state, now_ms))
    if rule is not None:
        query = query.where(holds.c.rule == rule)
    if but_by:
        query = query.where(holds.c.proposed_by != but_by)
    return connection.execute(_newest_first(query).limit(limit)).all()


def count(connection: Connection, scope: Scope, state: HoldState, now_ms: int) -> int:
    """How many holds in scope stand so."""
    query = (
        select(func.count())
        .select_from(holds)
        .join(visitors, visitors.c.id == holds.c.visitor_id)
        .join(enterprises, enterprises.c.id == visitors.c.enterprise_id)
        .where(enterprise_visible(scope), _stands(state, now_ms))
    )
    return int(connection.scalar(query) or 0)


def confirmed(connection: Connection, hold_id: str, account_id: str, now_ms: int) -> bool:
    """Put a waiting hold into force; False when somebody was faster, or it is over."""
    changed = connection.execute(
        update(holds)
        .where(holds.c.id == hold_id, _stands(HoldState.WAITING, now_ms))
        .values(confirmed_by=account_id, confirmed_ms=now_ms)
    )
    return changed.rowcount == 1


def lifted(
    connection: Connection, hold_id: str, account_id: str, now_ms: int, state: HoldState | None = None
) -> bool:
    """End a hold that is waiting or in force, or stands as `state` says; False when it does not."""
    such = ~_stands(HoldState.OVER, now_ms) if state is None else _stands(state, now_ms)
    changed = connection.execute(
        update(holds).where(holds.c.id == hold_id, such).values(lifted_by=account_id, lifted_ms=now_ms)
    )
    return changed.rowcount == 1


def of_rules(
    connection: Connection, rules: Collection[str], visitor_ids: Collection[str], now_ms: int
) -> Sequence[Record]:
    """The holds on these visitors that were set by one of these rules and are not over."""
    query = select(holds).where(
        holds.c.visitor_id.in_(visitor_ids), holds.c.rule.in_(rules), ~_stands(HoldState.OVER, now_ms)
    )
    return connection.execute(query).all()


def newest_rule(connection: Connection, rules: Collection[str]) -> str | None:
    """That of these rules by which somebody was put on hold last."""
    query = select(holds.c.rule).where(holds.c.rule.in_(rules)).order_by(holds.c.proposed_ms.desc())
    return connection.scalar(query.limit(1))


def rules(
    connection: Connection, scope: Scope, account_id: str, now_ms: int, limit: int, rule: str = ""
) -> Sequence[Record]:
    """Rules that set holds in scope, the newest first: how many stand how, and wait as `own` proposals."""
    own = and_(_stands(HoldState.WAITING, now_ms), holds.c.proposed_by == account_id)
    counted = {"own": own, **{state.value: _stands(state, now_ms) for state in HoldState}}
    numbers = [func.sum(case((such, 1), else_=0)).label(name) for name, such in counted.items()]
    query = (
        select(holds.c.rule, func.max(holds.c.proposed_ms).label("proposed_ms"), *numbers)
        .join(visitors, visitors.c.id == holds.c.visitor_id)
        .join(enterprises, enterprises.c.id == visitors.c.enterprise_id)
        .where(enterprise_visible(scope), holds.c.rule == rule if rule else holds.c.rule != "")
        .group_by(holds.c.rule)
        .order_by(func.max(holds.c.proposed_ms).desc(), holds.c.rule)
    )
    return connection.execute(query.limit(limit)).all()


def _stands(state: HoldState, now_ms: int) -> ColumnElement[bool]:
    over = or_(
        holds.c.lifted_ms.is_not(None), and_(holds.c.until_ms.is_not(None), holds.c.until_ms <= now_ms)
    )
    if state is HoldState.OVER:
        return over
    is_confirmed = holds.c.confirmed_ms.is_not(None)
    return and_(~over, is_confirmed if state is HoldState.IN_FORCE else ~is_confirmed)


def _shown(scope: Scope) -> Select[*tuple[object, ...]]:
    """Holds with the masked name of the person and the logins of who acted."""
    by, confirmer, lifter = (accounts.alias(name) for name in ("proposer", "confirmer", "lifter"))
    return (
        select(
            holds,
            visitors.c.masked_name,
            visitors.c.short_number,
            enterprises.c.name.label("enterprise_name"),
            by.c.login.label("proposer"),
            confirmer.c.login.label("confirmer"),
            lifter.c.login.label("lifter"),
        )
        .join(visitors, visitors.c.id == holds.c.visitor_id)
        .join(enterprises, enterprises.c.id == visitors.c.enterprise_id)
        .join(by, by.c.id == holds.c.proposed_by, isouter=True)
        .join(confirmer, confirmer.c.id == holds.c.confirmed_by, isouter=True)
        .join(lifter, lifter.c.id == holds.c.lifted_by, isouter=True)
        .where(enterprise_visible(scope))
    )


def _newest_first(query: Select[*tuple[object, ...]]) -> Select[*tuple[object, ...]]:
    return query.order_by(holds.c.proposed_ms.desc(), holds.c.id)
