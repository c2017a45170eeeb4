"""The fleet of kiosks: where each stands and stood, its credentials, and who of them fell silent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import (
    Connection,
    Select,
    String,
    bindparam,
    cast,
    exists,
    func,
    insert,
    literal,
    select,
    update,
)

from web.db.connecting.connection import Record
from web.db.statements.prepared import Prepared
from web.db.tables import (
    alerts,
    areas,
    enrolments,
    enterprises,
    entrances,
    gaps,
    kiosk_places,
    kiosks,
    quarantine,
    venues,
)
from web.store.scope import Scope, visible_entrances, visible_venues

SILENT = "kiosk_silent"
"""The kind of alert about a kiosk that was not heard of for too long."""

LOG_REFUSED = "log_refused"
"""The kind of alert about a kiosk that does not follow the log."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which kiosks; an empty field asks for all."""

    enterprise_id: str = ""
    venue_id: str = ""
    kiosk_id: str = ""


def rows(connection: Connection, scope: Scope, wanted: Wanted) -> Sequence[Record]:
    """Kiosks in scope with where they stand and what of theirs lies aside or is lost."""
    aside = select(func.count()).select_from(quarantine).where(quarantine.c.kiosk_id == kiosks.c.id)
    refuses = exists().where(
        alerts.c.kiosk_id == kiosks.c.id, alerts.c.kind == LOG_REFUSED, alerts.c.settled_ms.is_(None)
    )
    query = (
        select(
            kiosks,
            entrances.c.name.label("entrance_name"),
            venues.c.id.label("venue_id"),
            venues.c.name.label("venue_name"),
            venues.c.time_zone,
            venues.c.enterprise_id,
            enterprises.c.name.label("enterprise_name"),
            areas.c.path.label("area_path"),
            exists().where(gaps.c.kiosk_id == kiosks.c.id).label("has_gaps"),
            aside.scalar_subquery().label("aside"),
            refuses.label("refuses_log"),
        )
        .join(entrances, entrances.c.id == kiosks.c.entrance_id)
        .join(venues, venues.c.id == entrances.c.venue_id)
        .join(enterprises, enterprises.c.id == venues.c.enterprise_id)
        .join(areas, areas.c.id == enterprises.c.area_id)
        .where(kiosks.c.entrance_id.in_(visible_entrances(scope)))
        .order_by(kiosks.c.name, kiosks.c.id)
    )
    return connection.execute(_narrowed(query, wanted)).all()


def _narrowed(query: Select[tuple[object, ...]], wanted: Wanted) -> Select[tuple[object, ...]]:
    if wanted.enterprise_id:
        query = query.where(venues.c.enterprise_id == wanted.enterprise_id)
    if wanted.venue_id:
        query = query.where(venues.c.id == wanted.venue_id)
    if wanted.kiosk_id:
        query = query.where(kiosks.c.id == wanted.kiosk_id)
    return query


def doors(connection: Connection, scope: Scope) -> Sequence[Record]:
    """Every entrance in scope with its venue and enterprise, by their names."""
    return connection.execute(
        select(
            entrances.c.id,
            entrances.c.name,
            venues.c.id.label("venue_id"),
            venues.c.name.label("venue_name"),
            venues.c.enterprise_id,
            enterprises.c.name.label("enterprise_name"),
        )
        .join(venues, venues.c.id == entrances.c.venue_id)
        .join(enterprises, enterprises.c.id == venues.c.enterprise_id)
        .where(entrances.c.id.in_(visible_entrances(scope)))
        .order_by(enterprises.c.name, venues.c.name, entrances.c.name, entrances.c.id)
    ).all()


def place_noted(
    connection: Connection, kiosk_id: str, entrance_id: str, venue_id: str, since_ms: int
) -> None:
    """Keep that a kiosk stands at an entrance from a time on."""
    latest = select(func.max(kiosk_places.c.since_ms)).where(kiosk_places.c.kiosk_id == kiosk_id)
    known = connection.scalar(latest)
    values = {"kiosk_id": kiosk_id, "entrance_id": entrance_id, "venue_id": venue_id}
    # Two moves in one millisecond, or a clock that went back: the order must stay.
    since_ms = since_ms if known is None else max(since_ms, int(known) + 1)
    connection.execute(insert(kiosk_places).values(**values, since_ms=since_ms))


def sealing_of(connection: Connection, scope: Scope, kiosk_id: str) -> Record | None:
    """A kiosk in scope, withdrawn or not, with its venue and the hashes of its credentials."""
    return connection.execute(
        select(kiosks, entrances.c.venue_id)
        .join(entrances, entrances.c.id == kiosks.c.entrance_id)
        .where(kiosks.c.id == kiosk_id, kiosks.c.entrance_id.in_(visible_entrances(scope)))
    ).first()


def places_had(connection: Connection, kiosk_id: str) -> frozenset[tuple[str, str]]:
    """Every (entrance, venue) that a kiosk stands or has stood at."""
    found = connection.execute(
        select(kiosk_places.c.entrance_id, kiosk_places.c.venue_id).where(kiosk_places.c.kiosk_id == kiosk_id)
    )
    return frozenset((row.entrance_id, row.venue_id) for row in found)


_TWO_AT = Prepared(
    select(kiosk_places.c.kiosk_id)
    .where(kiosk_places.c.venue_id == bindparam("venue_id"))
    .distinct()
    .limit(2)
)


def are_several(connection: Connection, venue_id: str) -> bool:
    """Whether more than one kiosk stands or has stood at a venue."""
    return len(_TWO_AT.tuples(connection, venue_id=venue_id)) > 1


def places_of(connection: Connection, kiosk_id: str) -> Sequence[Record]:
    """Where a kiosk has stood, newest first, with the names of today."""
    return connection.execute(
        select(
            kiosk_places.c.since_ms,
            entrances.c.name.label("entrance_name"),
            venues.c.name.label("venue_name"),
        )
        .join(entrances, entrances.c.id == kiosk_places.c.entrance_id)
        .join(venues, venues.c.id == kiosk_places.c.venue_id)
        .where(kiosk_places.c.kiosk_id == kiosk_id)
        .order_by(kiosk_places.c.since_ms.desc())
    ).all()


def promoted(connection: Connection, next_hash: bytes) -> bool:
    """The new credential was used: it takes the place of the old one, which is good no more."""
    done = connection.execute(
        update(kiosks)
        .where(kiosks.c.next_credential_hash == next_hash, kiosks.c.revoked_ms.is_(None))
        .values(credential_hash=kiosks.c.next_credential_hash, next_credential_hash=None, rotate_ms=None)
    )
    return done.rowcount == 1


def enrolment(connection: Connection, scope: Scope, token_hash: bytes) -> Record | None:
    """What became of an enrolment for an entrance in scope, with the kiosk's name."""
    return connection.execute(
        select(enrolments.c.used_ms, enrolments.c.expires_ms, kiosks.c.id, kiosks.c.name)
        .join(kiosks, kiosks.c.id == enrolments.c.kiosk_id, isouter=True)
        .where(enrolments.c.token_hash == token_hash, enrolments.c.entrance_id.in_(visible_entrances(scope)))
    ).first()


def enrolment_became(connection: Connection, token_hash: bytes, kiosk_id: str) -> None:
    """Keep which kiosk an enrolment became."""
    connection.execute(
        update(enrolments).where(enrolments.c.token_hash == token_hash).values(kiosk_id=kiosk_id)
    )


def fallen_silent(connection: Connection, before_ms: int) -> Sequence[Record]:
    """Kiosks in use that were heard of, but not since a time, and about which nothing was raised yet."""
    raised = select(alerts.c.id).where(
        alerts.c.kiosk_id == kiosks.c.id, alerts.c.kind == SILENT, alerts.c.settled_ms.is_(None)
    )
    return connection.execute(
        select(kiosks.c.id, kiosks.c.seen_ms, entrances.c.venue_id)
        .join(entrances, entrances.c.id == kiosks.c.entrance_id)
        .where(kiosks.c.revoked_ms.is_(None), kiosks.c.seen_ms < before_ms, ~exists(raised))
        .order_by(kiosks.c.id)
    ).all()


def over_silences(connection: Connection, before_ms: int) -> Sequence[int]:
    """The open alerts about kiosks that were heard of since, or are not in use any more."""
    # By the key and not by the time alone: a clock may go back, and the patience grow.
    raised_at = literal(f"{SILENT}:") + kiosks.c.id + ":" + cast(kiosks.c.seen_ms, String)
    spoke = alerts.c.key != raised_at
    return connection.scalars(
        select(alerts.c.id)
        .join(kiosks, kiosks.c.id == alerts.c.kiosk_id)
        .where(
            alerts.c.kind == SILENT,
            alerts.c.settled_ms.is_(None),
            ((kiosks.c.seen_ms >= before_ms) & spoke) | kiosks.c.revoked_ms.is_not(None),
        )
    ).all()


def silence_key(kiosk_id: str, seen_ms: int) -> str:
    """The key of the alert about a silence: when it was last heard of tells one from the next."""
    return f"{SILENT}:{kiosk_id}:{seen_ms}"


def silence_raised(connection: Connection, values: dict[str, object]) -> None:
    """Keep an alert about a silence, once by its key."""
    if connection.execute(select(alerts.c.id).where(alerts.c.key == values["key"])).first() is None:
        connection.execute(insert(alerts).values(kind=SILENT, **values))


def silences_settled(connection: Connection, ids: Sequence[int], at_ms: int, resolution: str) -> None:
    """The silences are over."""
    connection.execute(
        update(alerts).where(alerts.c.id.in_(ids)).values(settled_ms=at_ms, resolution=resolution)
    )


def silent_count(connection: Connection, scope: Scope) -> int:
    """How many kiosks in scope are silent now."""
    return int(
        connection.scalar(
            select(func.count())
            .select_from(alerts)
            .where(
                alerts.c.kind == SILENT,
                alerts.c.settled_ms.is_(None),
                alerts.c.venue_id.in_(visible_venues(scope)),
            )
        )
        or 0
    )


def alerts_of(connection: Connection, scope: Scope, kiosk_id: str, limit: int) -> Sequence[Record]:
    """The newest alerts about a kiosk, open ones first."""
    return connection.execute(
        select(alerts)
        .where(alerts.c.kiosk_id == kiosk_id, alerts.c.venue_id.in_(visible_venues(scope)))
        .order_by(alerts.c.settled_ms.is_not(None), alerts.c.found_ms.desc(), alerts.c.id.desc())
        .limit(limit)
    ).all()


def in_use(connection: Connection, since_ms: int) -> int:
    """How many kiosks were heard of since a time and were not withdrawn."""
    query = select(func.count()).select_from(kiosks)
    return int(
        connection.scalar(query.where(kiosks.c.revoked_ms.is_(None), kiosks.c.seen_ms >= since_ms)) or 0
    )
