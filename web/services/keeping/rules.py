"""How long each node keeps what, and who set it: read by pages, posters and the purge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.errors import InputError
from domain.keeping import (
    DAYS_LEAST,
    DAYS_MOST,
    DEFAULT_DAYS,
    Kept,
    Node,
    NodeKind,
    Purpose,
    kept_for,
    may_stand,
)
from web.db.connecting.connection import Connection, Record
from web.db.connecting.turns import Turn, taken
from web.services.errors import NotFoundError
from web.services.installation import Installation, new_id
from web.services.keeping import leaves
from web.store.keeping import keeping_rules
from web.store.keeping.keeping_rules import Chain
from web.store.people import visitors
from web.store.scope import PROGRAM, Scope

_HISTORY_MOST = 50


@dataclass(frozen=True, slots=True)
class Change:
    """What somebody wants to set: `days` None as above; `most` only for areas, None without a bound."""

    purpose: Purpose
    days: int | None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Set:
    """A rule as its history shows it."""

    node_name: str
    purpose: Purpose
    days: int | None
    most: int | None
    login: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class Row:
    """A purpose on the page of a node: what holds, and what is set on the node itself."""

    purpose: Purpose
    kept: Kept
    by_name: str
    own_days: int | None
    own_most: int | None


@dataclass(frozen=True, slots=True)
class Shown:
    """The page of a node: its rules, those above it (name, whether they are in scope), and who set what."""

    node: Node
    name: str
    above: tuple[tuple[Node, str, bool], ...]
    rows: tuple[Row, ...]
    history: tuple[Set, ...]


def days_of_venue(inst: Installation, venue_id: str, purpose: Purpose = Purpose.PASSAGES) -> int:
    """For how many days a venue keeps who passed; the default for a venue that is not there."""
    return inst.read(lambda connection: days_at(connection, venue_id, purpose))


def days_at(connection: Connection, venue_id: str, purpose: Purpose = Purpose.PASSAGES) -> int:
    """The same within a transaction."""
    chain = keeping_rules.venue_chains(connection, PROGRAM, venue_id).get(venue_id, ())
    return kept_for(chain, keeping_rules.all_rules(connection), purpose).days


def days_of_venues(inst: Installation) -> Mapping[str, int]:
    """For how many days each venue keeps who passed."""

    def work(connection: Connection) -> dict[str, int]:
        rules = keeping_rules.all_rules(connection)
        chains = keeping_rules.venue_chains(connection, PROGRAM)
        return {venue: kept_for(chain, rules, Purpose.PASSAGES).days for venue, chain in chains.items()}

    return inst.read(work)


def days_of_visit(inst: Installation, enterprise_id: str, venue_id: str) -> int:
    """For how many days after a visit an enterprise knows who was announced ("" for any of its venues)."""

    def work(connection: Connection) -> int:
        rules = keeping_rules.all_rules(connection)
        house = keeping_rules.enterprise_chains(connection, PROGRAM, enterprise_id).get(enterprise_id, ())
        doors = [
            chain
            for venue, chain in keeping_rules.venue_chains(connection, PROGRAM, venue_id).items()
            if venue_id or chain[1].id == enterprise_id
        ]
        kept = [kept_for(chain, rules, Purpose.PASSAGES).days for chain in doors]
        return max(kept_for(house, rules, Purpose.VISITS).days, *kept, 0)

    return inst.read(work)


def told_days(inst: Installation, venue_id: str = "") -> Mapping[Purpose, int]:
    """For how many days each kind is kept at a venue, or where no node below the topmost says otherwise."""

    def work(connection: Connection) -> dict[Purpose, int]:
        rules = keeping_rules.all_rules(connection)
        top = keeping_rules.top_chain(connection)
        chain = keeping_rules.venue_chains(connection, PROGRAM, venue_id).get(venue_id) if venue_id else None
        return {purpose: kept_for(chain or top, rules, purpose).days for purpose in Purpose}

    return inst.read(work)


def days_of_visitor(inst: Installation, visitor_id: str) -> int:
    """The longest that any venue of a visitor's enterprise keeps who passed."""
    owner = inst.ask(lambda connection: visitors.row(connection, PROGRAM, visitor_id))
    return days_of_visit(inst, owner.enterprise_id, "") if owner is not None else DEFAULT_DAYS


def below(inst: Installation, scope: Scope, node: Node) -> Sequence[tuple[Node, str]]:
    """The nodes right below one in scope, with their names; NotFoundError outside."""

    def work(connection: Connection) -> Sequence[tuple[Node, str]]:
        chain_of(connection, scope, node)
        return keeping_rules.below(connection, node)

    return inst.read(work)


def chain_of(connection: Connection, scope: Scope, node: Node) -> Chain:
    """A node in scope with those above it; NotFoundError outside."""
    chain: Chain | None
    if node.kind is NodeKind.VENUE:
        chain = keeping_rules.venue_chains(connection, scope, node.id).get(node.id) if node.id else None
    elif node.kind is NodeKind.ENTERPRISE:
        chain = keeping_rules.enterprise_chains(connection, scope, node.id).get(node.id) if node.id else None
    else:
        chain = keeping_rules.area_chain(connection, scope, node.id)
    if not chain:
        raise NotFoundError
    return chain


def shown(inst: Installation, scope: Scope, node: Node) -> Shown:
    """The page of a node; NotFoundError outside the scope."""

    def work(connection: Connection) -> Shown:
        chain = chain_of(connection, scope, node)
        rules = keeping_rules.all_rules(connection)
        names = keeping_rules.names(connection, chain)
        rows = []
        for purpose in (one for one in Purpose if may_stand(one, node.kind)):
            kept = kept_for(chain, rules, purpose)
            own = [rule for rule in rules if rule.node == node and rule.purpose is purpose][-1:]
            days, most = (own[0].days, own[0].most) if own else (None, None)
            rows.append(Row(purpose, kept, names.get(kept.by, "") if kept.by else "", days, most))
        above = tuple((one, names.get(one, ""), _is_seen(connection, scope, one)) for one in chain[:0:-1])
        told = keeping_rules.history(connection, chain, _HISTORY_MOST)
        return Shown(node, names.get(node, ""), above, tuple(rows), _history(told, names))

    return inst.read(work)


def change(inst: Installation, scope: Scope, account_id: str, node: Node, wanted: Change) -> None:
    """Set a rule; InputError for what is out of bounds, NotFoundError outside the scope.

    What was collected under a shorter rule is still erased by that one.
    """
    checked(node, wanted)

    def work(connection: Connection) -> None:
        taken(connection, Turn.APPENDING)
        chain = chain_of(connection, scope, node)
        expect_within(connection, chain, wanted)
        identity, now_ms = new_id(), inst.now_ms()
        keeping_rules.added(
            connection,
            id=identity,
            node=node.kind.value,
            node_id=node.id,
            purpose=wanted.purpose.value,
            days=wanted.days,
            most=wanted.most,
            account_id=account_id,
            created_ms=now_ms,
        )
        told = {"purpose": wanted.purpose.value, "days": wanted.days, "most": wanted.most}
        leaves.added(connection, now_ms, account_id, identity, {"node": f"{node.kind} {node.id}", **told})

    inst.write(work)


def checked(node: Node, wanted: Change) -> None:
    """InputError when a rule cannot stand on a kind of node, or its days are out of bounds."""
    if not may_stand(wanted.purpose, node.kind):
        raise InputError("purpose", "This is set on a node above.", "此项须在上级节点设置。")
    for field, value in (("days", wanted.days), ("most", wanted.most)):
        if value is not None and not DAYS_LEAST <= value <= DAYS_MOST:
            raise InputError(
                field,
                f"Give a number of days from {DAYS_LEAST} to {DAYS_MOST}.",
                f"请填写 {DAYS_LEAST} 至 {DAYS_MOST} 之间的天数。",
            )
    if wanted.most is not None and node.kind is not NodeKind.AREA:
        raise InputError("most", "Only an area sets a maximum.", "仅区域可设置上限。")


def expect_within(connection: Connection, chain: Chain, wanted: Change) -> None:
    """InputError when an area above allows fewer days: a page must not promise what does not hold."""
    if wanted.days is None:
        return
    rules = [rule for rule in keeping_rules.all_rules(connection) if rule.purpose is wanted.purpose]
    newest = {rule.node: rule for rule in rules}
    bounds = [rule.most for node in chain[1:] if (rule := newest.get(node)) and rule.most is not None]
    if bounds and wanted.days > min(bounds):
        raise InputError(
            "days",
            f"An area above allows at most {min(bounds)} days.",
            f"上级区域规定最多保留 {min(bounds)} 天。",
        )


def _is_seen(connection: Connection, scope: Scope, node: Node) -> bool:
    if node.kind is NodeKind.AREA:
        return keeping_rules.area_chain(connection, scope, node.id) is not None
    return True


def _history(rows: Sequence[Record], names: Mapping[Node, str]) -> tuple[Set, ...]:
    return tuple(
        Set(
            names.get(Node(NodeKind(row.node), row.node_id), ""),
            Purpose(row.purpose),
            row.days,
            row.most,
            row.login or "",
            row.created_ms,
        )
        for row in rows
    )
