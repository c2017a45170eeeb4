"""Signing keys: public parts in clear, private parts sealed by the key outside the database."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, exists, func, insert, or_, select, update

from web.db.connecting.connection import Record
from web.db.tables import areas, codes, enterprises, signing_keys, visitors
from web.store.places.areas import is_near
from web.store.scope import Scope, enterprise_visible


def added(connection: Connection, **values: object) -> None:
    """Keep a new key."""
    connection.execute(insert(signing_keys).values(**values))


def place(purpose: str, kid: str) -> str:
    """Where a key's private part is sealed to."""
    return f"signing_keys|{purpose}|{kid}"


def one_of_all(connection: Connection) -> Record | None:
    """One key, whichever; None in a database that was never used."""
    return connection.execute(select(signing_keys).order_by(signing_keys.c.kid).limit(1)).first()


def of_purpose(connection: Connection, purpose: str) -> Sequence[Record]:
    """All keys of a purpose, the newest first."""
    return connection.execute(
        select(signing_keys)
        .where(signing_keys.c.purpose == purpose)
        .order_by(signing_keys.c.not_before_s.desc(), signing_keys.c.kid)
    ).all()


def kids(connection: Connection, purpose: str) -> set[str]:
    """The names of all keys of a purpose."""
    return set(connection.scalars(select(signing_keys.c.kid).where(signing_keys.c.purpose == purpose)))


def one(connection: Connection, purpose: str, kid: str) -> Record | None:
    """The key of this name."""
    named = (signing_keys.c.purpose == purpose, signing_keys.c.kid == kid)
    return connection.execute(select(signing_keys).where(*named)).first()


def standing(connection: Connection, purpose: str, enterprise_id: str) -> Sequence[Record]:
    """The keys of one enterprise ("": the installation) that were not withdrawn, the newest first."""
    return connection.execute(
        select(signing_keys)
        .where(
            signing_keys.c.purpose == purpose,
            signing_keys.c.enterprise_id == enterprise_id,
            signing_keys.c.revoked_ms.is_(None),
        )
        .order_by(signing_keys.c.not_before_s.desc(), signing_keys.c.kid)
    ).all()


def believed(
    connection: Connection, purpose: str, at_ms: int, since_s: int, near: str | None
) -> Sequence[Record]:
    """The keys that were not withdrawn at a time nor over before another.

    With `near`, the path of an area: the installation's, and those of enterprises near it.
    """
    query = select(signing_keys).where(
        signing_keys.c.purpose == purpose,
        or_(signing_keys.c.revoked_ms.is_(None), signing_keys.c.revoked_ms > at_ms),
        signing_keys.c.not_after_s > since_s,
    )
    if near is not None:
        there = select(enterprises.c.id).join(areas, areas.c.id == enterprises.c.area_id)
        there = there.where(is_near(areas.c.path, near))
        whose = signing_keys.c.enterprise_id
        query = query.where(or_(whose == "", whose.in_(there)))
    return connection.execute(query.order_by(signing_keys.c.not_before_s.desc(), signing_keys.c.kid)).all()


def with_enterprises(
    connection: Connection,
    scope: Scope,
    purpose: str,
    since_s: int,
    named: str = "",
    limit: int | None = None,
) -> Sequence[Record]:
    """The keys that count, or did after a time, with the enterprise's name; the installation's first.

    Those of enterprises in scope, whose name holds `named`, of at most `limit` enterprises.
    """
    holders = select(enterprises.c.id).where(
        enterprise_visible(scope),
        enterprises.c.name.contains(named, autoescape=True),
        exists().where(
            signing_keys.c.purpose == purpose,
            signing_keys.c.enterprise_id == enterprises.c.id,
            signing_keys.c.not_after_s > since_s,
        ),
    )
    if limit is not None:
        holders = holders.order_by(enterprises.c.name, enterprises.c.id).limit(limit)
    whose = signing_keys.c.enterprise_id
    return connection.execute(
        select(signing_keys, enterprises.c.name.label("enterprise"))
        .join(enterprises, enterprises.c.id == whose, isouter=True)
        .where(
            signing_keys.c.purpose == purpose,
            signing_keys.c.not_after_s > since_s,
            or_(whose == "", whose.in_(holders)),
        )
        .order_by(
            whose != "", enterprises.c.name, whose, signing_keys.c.not_before_s.desc(), signing_keys.c.kid
        )
    ).all()


def areas_of(connection: Connection, enterprise_ids: Sequence[str]) -> list[str]:
    """The paths of the areas that these enterprises are of."""
    query = select(areas.c.path).join(enterprises, enterprises.c.area_id == areas.c.id).distinct()
    return list(connection.scalars(query.where(enterprises.c.id.in_(enterprise_ids)).order_by(areas.c.path)))


def enterprises_lacking(connection: Connection, purpose: str, until_s: int, most: int) -> list[str]:
    """Enterprises with visitors and no key that signs until a time, at most `most`."""
    has = exists().where(
        signing_keys.c.purpose == purpose,
        signing_keys.c.enterprise_id == enterprises.c.id,
        signing_keys.c.revoked_ms.is_(None),
        signing_keys.c.signs_until_s >= until_s,
    )
    visited = exists().where(visitors.c.enterprise_id == enterprises.c.id)
    query = select(enterprises.c.id).where(visited, ~has).order_by(enterprises.c.id).limit(most)
    return list(connection.scalars(query))


def enterprise_exists(connection: Connection, scope: Scope, enterprise_id: str) -> bool:
    """Whether there is such an enterprise in scope."""
    named = (enterprises.c.id == enterprise_id, enterprise_visible(scope))
    return connection.scalar(select(enterprises.c.id).where(*named)) is not None


def revoked(connection: Connection, purpose: str, kid: str, now_ms: int) -> None:
    """Note that a key is in other hands."""
    named = (signing_keys.c.purpose == purpose, signing_keys.c.kid == kid)
    connection.execute(update(signing_keys).where(*named).values(revoked_ms=now_ms))


def forgotten(connection: Connection, purpose: str, before_s: int) -> int:
    """Delete the keys of a purpose that were over before a time, so that their names can be used again."""
    over = (signing_keys.c.purpose == purpose, signing_keys.c.not_after_s < before_s)
    return connection.execute(delete(signing_keys).where(*over)).rowcount


def cards_signed(connection: Connection, kids: Sequence[str], now_s: int) -> dict[str, int]:
    """How many cards that still count carry each key's signature; none is left out."""
    alive = (codes.c.kid.in_(list(kids)), codes.c.revoked_ms.is_(None), codes.c.expires_s > now_s)
    query = select(codes.c.kid, func.count().label("cards")).where(*alive).group_by(codes.c.kid)
    return {row.kid: int(row.cards) for row in connection.execute(query)}
