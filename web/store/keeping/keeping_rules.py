"""Rules of keeping: what was set on which node, and the nodes above each other."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sqlalchemy import Connection, insert, select

from domain.keeping import Node, NodeKind, Purpose, Rule
from web.db.connecting.connection import Record
from web.db.tables import accounts, areas, enterprises, keeping_rules, policies, venues
from web.store.scope import Scope, enterprise_visible

Chain = tuple[Node, ...]
_BELOW_MOST = 500


def added(connection: Connection, **values: object) -> None:
    """Keep a new rule; those before it stay, for what was collected under them."""
    connection.execute(insert(keeping_rules).values(**values))


def all_rules(connection: Connection) -> tuple[Rule, ...]:
    """Every rule that was ever set, in the order of their times."""
    query = select(keeping_rules).order_by(keeping_rules.c.created_ms, keeping_rules.c.id)
    return tuple(
        Rule(Node(NodeKind(row.node), row.node_id), Purpose(row.purpose), row.days, row.most, row.created_ms)
        for row in connection.execute(query)
    )


def history(connection: Connection, nodes: Sequence[Node], limit: int) -> Sequence[Record]:
    """The rules that were set on these nodes and who did, newest first."""
    query = (
        select(keeping_rules, accounts.c.login)
        .join(accounts, accounts.c.id == keeping_rules.c.account_id, isouter=True)
        .where(keeping_rules.c.node_id.in_([node.id for node in nodes]))
        .order_by(keeping_rules.c.created_ms.desc(), keeping_rules.c.id)
    )
    return connection.execute(query.limit(limit)).all()


def venue_chains(connection: Connection, scope: Scope, venue_id: str = "") -> dict[str, Chain]:
    """Each venue in scope, or only one, with the nodes above it, the nearest first."""
    query = (
        select(venues.c.id, venues.c.enterprise_id, areas.c.path)
        .join(enterprises, enterprises.c.id == venues.c.enterprise_id)
        .join(areas, areas.c.id == enterprises.c.area_id)
        .where(enterprise_visible(scope))
        .order_by(venues.c.id)
    )
    if venue_id:
        query = query.where(venues.c.id == venue_id)
    return {
        row.id: (
            Node(NodeKind.VENUE, row.id),
            Node(NodeKind.ENTERPRISE, row.enterprise_id),
            *_above(row.path),
        )
        for row in connection.execute(query)
    }


def enterprise_chains(connection: Connection, scope: Scope, enterprise_id: str = "") -> dict[str, Chain]:
    """Each enterprise in scope, or only one, with the nodes above it, the nearest first."""
    query = (
        select(enterprises.c.id, areas.c.path)
        .join(areas, areas.c.id == enterprises.c.area_id)
        .where(enterprise_visible(scope))
        .order_by(enterprises.c.id)
    )
    if enterprise_id:
        query = query.where(enterprises.c.id == enterprise_id)
    return {
        row.id: (Node(NodeKind.ENTERPRISE, row.id), *_above(row.path)) for row in connection.execute(query)
    }


def area_chain(connection: Connection, scope: Scope, area_id: str) -> Chain | None:
    """An area in scope with those above it; None outside."""
    query = select(areas.c.path).where(areas.c.id == area_id)
    path = connection.scalar(query)
    if path is None or not (scope.everything or (scope.area_path and path.startswith(scope.area_path))):
        return None
    return _above(path)


def top_chain(connection: Connection) -> Chain:
    """The one area that is above all others, as a chain of its own; nothing before there is one."""
    found = connection.scalar(select(areas.c.id).where(areas.c.parent_id.is_(None)).order_by(areas.c.path))
    return (Node(NodeKind.AREA, found),) if found else ()


def below(connection: Connection, node: Node) -> list[tuple[Node, str]]:
    """The nodes right below one, with their names: of an area its parts, then its enterprises."""
    queries = {
        NodeKind.AREA: (
            (NodeKind.AREA, areas, areas.c.parent_id),
            (NodeKind.ENTERPRISE, enterprises, enterprises.c.area_id),
        ),
        NodeKind.ENTERPRISE: ((NodeKind.VENUE, venues, venues.c.enterprise_id),),
        NodeKind.VENUE: (),
    }
    found: list[tuple[Node, str]] = []
    for kind, table, above in queries[node.kind]:
        rows = connection.execute(
            select(table.c.id, table.c.name).where(above == node.id).order_by(table.c.name).limit(_BELOW_MOST)
        )
        found += [(Node(kind, row.id), row.name) for row in rows]
    return found


def confidential(connection: Connection) -> frozenset[Node]:
    """The nodes whose newest rules of entry say that nobody is named there; it holds for all below them."""
    newest: dict[Node, bool] = {}
    kinds = [kind.value for kind in NodeKind]
    query = select(policies).where(policies.c.scope_kind.in_(kinds)).order_by(policies.c.version)
    for row in connection.execute(query):
        newest[Node(NodeKind(row.scope_kind), row.scope_id)] = (
            json.loads(row.body).get("confidential") is True
        )
    return frozenset(node for node, says in newest.items() if says)


def names(connection: Connection, nodes: Sequence[Node]) -> dict[Node, str]:
    """What these nodes are called."""
    found: dict[Node, str] = {}
    for kind, table in ((NodeKind.AREA, areas), (NodeKind.ENTERPRISE, enterprises), (NodeKind.VENUE, venues)):
        ids = [node.id for node in nodes if node.kind is kind]
        if ids:
            rows = connection.execute(select(table.c.id, table.c.name).where(table.c.id.in_(ids)))
            found |= {Node(kind, row.id): row.name for row in rows}
    return found


def _above(path: str) -> Chain:
    return tuple(Node(NodeKind.AREA, step) for step in reversed(path.strip("/").split("/")))
