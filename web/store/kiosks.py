"""Kiosks, their enrolment, and what they sent that could not be taken."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, exists, func, insert, literal, or_, select, union, update

from web.db.connection import Record
from web.db.tables import enrolments, entrances, entries, gaps, kiosks, quarantine, venues
from web.store.scope import Scope, visible_entrances


def enrolment_added(connection: Connection, **values: object) -> None:
    """Keep a one-time token."""
    connection.execute(insert(enrolments).values(**values))


def enrolment_used(connection: Connection, token_hash: bytes, now_ms: int) -> str | None:
    """Use up a token that is unused and in time; returns its entrance, or None."""
    # The condition is in the UPDATE: of two kiosks with one token only one can win.
    claimed = connection.execute(
        update(enrolments)
        .where(
            enrolments.c.token_hash == token_hash,
            enrolments.c.used_ms.is_(None),
            enrolments.c.expires_ms > now_ms,
        )
        .values(used_ms=now_ms)
    )
    if claimed.rowcount != 1:
        return None
    return connection.scalar(select(enrolments.c.entrance_id).where(enrolments.c.token_hash == token_hash))


def added(connection: Connection, **values: object) -> None:
    """Keep a new kiosk."""
    connection.execute(insert(kiosks).values(**values))


def by_credential(connection: Connection, credential_hash: bytes) -> Record | None:
    """The kiosk that holds this credential or its new one, with its venue, revoked or not."""
    return connection.execute(
        select(kiosks, entrances.c.venue_id)
        .join(entrances, entrances.c.id == kiosks.c.entrance_id)
        .where(
            or_(kiosks.c.credential_hash == credential_hash, kiosks.c.next_credential_hash == credential_hash)
        )
    ).first()


def rotation_due(connection: Connection, kiosk_id: str) -> bool:
    """Whether somebody asked that the kiosk gets a new credential."""
    return connection.scalar(select(kiosks.c.rotate_ms).where(kiosks.c.id == kiosk_id)) is not None


def rows(connection: Connection, scope: Scope, venue_id: str = "") -> Sequence[Record]:
    """Kiosks in scope, those still in use first."""
    query = (
        select(
            kiosks,
            entrances.c.name.label("entrance_name"),
            venues.c.name.label("venue_name"),
            exists().where(gaps.c.kiosk_id == kiosks.c.id).label("has_gaps"),
        )
        .join(entrances, entrances.c.id == kiosks.c.entrance_id)
        .join(venues, venues.c.id == entrances.c.venue_id)
        .where(kiosks.c.entrance_id.in_(visible_entrances(scope)))
        .order_by(kiosks.c.revoked_ms.is_not(None), kiosks.c.name)
    )
    return connection.execute(query.where(venues.c.id == venue_id) if venue_id else query).all()


def changed(connection: Connection, scope: Scope, kiosk_id: str, **values: object) -> bool:
    """Change a kiosk in scope; False when there is none."""
    done = connection.execute(
        update(kiosks)
        .where(kiosks.c.id == kiosk_id, kiosks.c.entrance_id.in_(visible_entrances(scope)))
        .values(**values)
    )
    return done.rowcount == 1


def quarantined(connection: Connection, **values: object) -> bool:
    """Keep what a kiosk sent and could not be taken, once; False when it was kept before."""
    known = select(quarantine.c.id).where(quarantine.c.body_hash == values["body_hash"])
    if connection.execute(known).first() is not None:
        return False
    connection.execute(insert(quarantine).values(**values))
    return True


def highest_seq(connection: Connection, kiosk_id: str) -> int:
    """The highest sequence number of this kiosk that arrived, 0 when none did."""
    kept = select(func.max(entries.c.seq)).where(entries.c.device == kiosk_id)
    aside = select(func.max(quarantine.c.seq)).where(quarantine.c.kiosk_id == kiosk_id)
    return max(int(connection.scalar(query) or 0) for query in (kept, aside))


def missing_seqs(
    connection: Connection, kiosk_id: str, above: int, through: int, limit: int
) -> tuple[tuple[int, int], ...]:
    """The first gaps above a sequence number, as closed ranges; none arrived above `through`."""
    arrived = union(
        select(literal(above).label("seq")),
        select(literal(max(above, through) + 1).label("seq")),
        select(entries.c.seq).where(entries.c.device == kiosk_id, entries.c.seq > above),
        select(quarantine.c.seq).where(quarantine.c.kiosk_id == kiosk_id, quarantine.c.seq > above),
    ).subquery()
    following = func.lead(arrived.c.seq).over(order_by=arrived.c.seq).label("following")
    pairs = select(arrived.c.seq, following).subquery()
    found = connection.execute(
        select(pairs).where(pairs.c.following > pairs.c.seq + 1).order_by(pairs.c.seq).limit(limit)
    )
    return tuple((int(row.seq) + 1, int(row.following) - 1) for row in found)


def arrived_between(connection: Connection, kiosk_id: str, first: int, last: int) -> int:
    """How many of a kiosk's numbers from `first` to `last` arrived."""
    kept = select(entries.c.seq).where(entries.c.device == kiosk_id, entries.c.seq.between(first, last))
    aside = select(quarantine.c.seq).where(
        quarantine.c.kiosk_id == kiosk_id, quarantine.c.seq.between(first, last)
    )
    return int(connection.scalar(select(func.count()).select_from(union(kept, aside).subquery())) or 0)


def made(connection: Connection, kiosk_id: str, entry_id: str) -> bool:
    """Whether an entry is here and this kiosk made it."""
    query = select(entries.c.id).where(entries.c.id == entry_id, entries.c.device == kiosk_id)
    return connection.scalar(query) is not None


def contiguous_seq(connection: Connection, kiosk_id: str) -> int:
    """Up to which sequence number everything of this kiosk has arrived."""
    return int(connection.scalar(select(kiosks.c.contiguous_seq).where(kiosks.c.id == kiosk_id)) or 0)


def gap_added(connection: Connection, **values: object) -> bool:
    """Keep numbers that a kiosk does not have any more, once; False when they were told before."""
    same = [gaps.c[name] == values[name] for name in ("kiosk_id", "first_seq", "last_seq")]
    if connection.execute(select(gaps.c.kiosk_id).where(*same)).first() is not None:
        return False
    connection.execute(insert(gaps).values(**values))
    return True


def asked_again(connection: Connection, kiosk_id: str, first: int, last: int) -> None:
    """Forget that these numbers were said not to come: they are asked for with the next contact."""
    connection.execute(
        delete(gaps).where(gaps.c.kiosk_id == kiosk_id, gaps.c.first_seq <= last, gaps.c.last_seq >= first)
    )
    connection.execute(
        update(kiosks)
        .where(kiosks.c.id == kiosk_id, kiosks.c.contiguous_seq >= first)
        .values(contiguous_seq=first - 1)
    )


def told_gaps(connection: Connection, kiosk_id: str, above: int) -> tuple[tuple[int, int], ...]:
    """The closed ranges of numbers that a kiosk said will not come, as far as they lie above one."""
    query = select(gaps.c.first_seq, gaps.c.last_seq).order_by(gaps.c.first_seq)
    found = connection.execute(query.where(gaps.c.kiosk_id == kiosk_id, gaps.c.last_seq > above))
    return tuple((int(row.first_seq), int(row.last_seq)) for row in found)
