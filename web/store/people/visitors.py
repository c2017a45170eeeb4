"""Visitors, the blind index over them, and the codes they were given."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache, lru_cache

from sqlalchemy import (
    ARRAY,
    Connection,
    Integer,
    LargeBinary,
    String,
    Table,
    and_,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    union_all,
    update,
)

from web.db.connecting.connection import Record
from web.db.statements.prepared import Prepared, by_kind, storable
from web.db.tables import (
    codes,
    enterprises,
    visitor_terms,
    visitors,
)
from web.store.scope import Scope, enterprise_visible, visible_enterprises

Term = tuple[str, bytes]


def added(connection: Connection, terms: Iterable[Term], **values: object) -> None:
    """Keep a new visitor and the digests under which they are found."""
    held = {name: storable(value) if isinstance(value, str) else value for name, value in values.items()}
    found_by = sorted(set(terms))
    if connection.dialect.name == "postgresql":
        fields, digests = ([term[part] for term in found_by] for part in (0, 1))
        _with_terms(tuple(held)).run(connection, **held, fields=fields, digests=digests)
        return
    _insertion(visitors, tuple(held)).run(connection, **held)
    rows = [{"visitor_id": values["id"], "field": field, "digest": digest} for field, digest in found_by]
    _insertion(visitor_terms, ("visitor_id", "field", "digest")).many(connection, rows)


@cache
def _with_terms(columns: tuple[str, ...]) -> Prepared:
    """A visitor and all terms in one statement of PostgreSQL."""
    binds = {name: bindparam(name, type_=visitors.c[name].type) for name in columns}
    given = (
        func.unnest(bindparam("fields", type_=ARRAY(String)), bindparam("digests", type_=ARRAY(LargeBinary)))
        .table_valued("field", "digest", name="given")
        .render_derived()
    )
    each = select(binds["id"], *given.c)
    found_by = insert(visitor_terms).from_select(["visitor_id", "field", "digest"], each)
    return Prepared(found_by.add_cte(insert(visitors).values(binds).cte("visitor")))


@cache
def _insertion(table: Table, columns: tuple[str, ...]) -> Prepared:
    return Prepared(insert(table), columns)


_NUMBERED = Prepared(select(visitors.c.id).where(visitors.c.short_number == bindparam("number")))


def has_number(connection: Connection, number: str) -> bool:
    """Whether some visitor, of whatever enterprise, has a short number."""
    return _NUMBERED.first(connection, number=number) is not None


def rows(
    connection: Connection,
    scope: Scope,
    *,
    among: Sequence[str] | None = None,
    limit: int = 50,
    after: tuple[int, str] | None = None,
) -> Sequence[Record]:
    """Visitors in scope, newest first; only these ids when `among` is given, only those `after` a row."""
    query = (
        select(visitors, enterprises.c.name.label("enterprise_name"))
        .join(enterprises, enterprises.c.id == visitors.c.enterprise_id)
        .where(enterprise_visible(scope))
        .order_by(visitors.c.created_ms.desc(), visitors.c.id)
        .limit(limit)
    )
    if after is not None:
        created_ms, identity = after
        is_later = and_(visitors.c.created_ms == created_ms, visitors.c.id > identity)
        query = query.where(or_(visitors.c.created_ms < created_ms, is_later))
    return connection.execute(query if among is None else query.where(visitors.c.id.in_(among))).all()


def row(connection: Connection, scope: Scope, visitor_id: str) -> Record | None:
    """One visitor in scope."""
    found = rows(connection, scope, among=[visitor_id], limit=1)
    return found[0] if found else None


def matching(
    connection: Connection, scope: Scope, terms: Iterable[Term], short_number: str = "", limit: int = 5_000
) -> list[str]:
    """The ids of visitors in scope found under any of the digests or by short number."""
    asked = list(terms)
    if not asked and not short_number:
        return []
    digests = {f"digest{nth}": digest for nth, (_, digest) in enumerate(asked)}
    found = _matching(scope, tuple(field for field, _ in asked), is_numbered=bool(short_number))
    numbered = {"short_number": short_number} if short_number else {}
    return [str(row.id) for row in found.all(connection, most=limit, **digests, **numbered)]


@lru_cache(maxsize=256)
def _matching(scope: Scope, fields: tuple[str, ...], *, is_numbered: bool) -> Prepared:
    # Each by its own index: with an OR around a list PostgreSQL reads all visitors.
    ways = [
        select(visitor_terms.c.visitor_id).where(
            visitor_terms.c.field == field, visitor_terms.c.digest == bindparam(f"digest{nth}")
        )
        for nth, field in enumerate(fields)
    ]
    if is_numbered:
        ways.append(select(visitors.c.id).where(visitors.c.short_number == bindparam("short_number")))
    named = visitors.c.id.in_(union_all(*ways))
    query = select(visitors.c.id).where(named, visitors.c.enterprise_id.in_(visible_enterprises(scope)))
    return Prepared(query.limit(bindparam("most", type_=Integer())))


def with_all(connection: Connection, scope: Scope, terms: Iterable[Term]) -> str | None:
    """The id of the visitor in scope found under every one of the digests."""
    query = select(visitors.c.id).where(visitors.c.enterprise_id.in_(visible_enterprises(scope)))
    for field, digest in terms:
        named = select(visitor_terms.c.visitor_id)
        named = named.where(visitor_terms.c.field == field, visitor_terms.c.digest == digest)
        query = query.where(visitors.c.id.in_(named))
    return connection.scalar(query.order_by(visitors.c.id).limit(1))


def by_link(connection: Connection, link_hash: bytes) -> Record | None:
    """The visitor whose private link this is."""
    return connection.execute(select(visitors).where(visitors.c.link_hash == link_hash)).first()


def set_link(connection: Connection, visitor_id: str, link_hash: bytes) -> None:
    """Replace the private link; the old one is dead from now on."""
    connection.execute(update(visitors).where(visitors.c.id == visitor_id).values(link_hash=link_hash))


def corrected(connection: Connection, visitor_id: str, terms: Iterable[Term], **values: object) -> None:
    """Change a visitor, and replace the digests of the fields that `terms` has."""
    new = set(terms)
    fields = {field for field, _ in new}
    old = (visitor_terms.c.visitor_id == visitor_id, visitor_terms.c.field.in_(fields))
    if new:
        connection.execute(delete(visitor_terms).where(*old))
        rows = [{"visitor_id": visitor_id, "field": field, "digest": digest} for field, digest in new]
        connection.execute(insert(visitor_terms), rows)
    connection.execute(update(visitors).where(visitors.c.id == visitor_id).values(**values))


def code_added(connection: Connection, **values: object) -> None:
    """Keep a code that was issued."""
    connection.execute(insert(codes).values(**values))


def code_row(connection: Connection, visitor_id: str, code_class: int, now_s: int) -> Record | None:
    """The visitor's code of a class that is still good, the newest."""
    query = select(codes).where(
        codes.c.visitor_id == visitor_id,
        codes.c.code_class == code_class,
        codes.c.revoked_ms.is_(None),
        codes.c.expires_s > now_s,
    )
    return connection.execute(query.order_by(codes.c.issued_ms.desc()).limit(1)).first()


def codes_revoked(connection: Connection, visitor_id: str, code_class: int, now_ms: int) -> int:
    """Withdraw all codes of a class; returns how many."""
    changed = connection.execute(
        update(codes)
        .where(
            codes.c.visitor_id == visitor_id, codes.c.code_class == code_class, codes.c.revoked_ms.is_(None)
        )
        .values(revoked_ms=now_ms)
    )
    return changed.rowcount


def codes_alive(connection: Connection, visitor_ids: Sequence[str], now_s: int) -> Sequence[Record]:
    """The codes of these visitors that are not yet over, withdrawn ones included, for the gates."""
    query = select(codes.c.cti, codes.c.visitor_id, codes.c.expires_s, codes.c.revoked_ms)
    query = query.where(codes.c.visitor_id.in_(visitor_ids), codes.c.expires_s > now_s)
    return connection.execute(query.order_by(codes.c.issued_ms, codes.c.cti)).all()


_OWNERS = Prepared(
    by_kind(lambda among: select(codes.c.cti, codes.c.visitor_id).where(among(codes.c.cti, "ctis")))
)


def owners_of(connection: Connection, ctis: Sequence[str]) -> dict[str, str]:
    """Whose codes these are, by cti; each of hex digits."""
    return {row.cti: row.visitor_id for row in _OWNERS.all(connection, ctis=list(ctis))}


def was_revoked(connection: Connection, cti: str, at_ms: int) -> bool:
    """Whether a code had been withdrawn by a time."""
    query = select(codes.c.cti).where(codes.c.cti == cti, codes.c.revoked_ms <= at_ms)
    return connection.scalar(query) is not None
