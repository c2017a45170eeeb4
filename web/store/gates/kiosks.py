"""Kiosks, their enrolment, and what they sent that could not be taken."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import (
    BigInteger,
    Connection,
    Integer,
    Select,
    String,
    bindparam,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    union,
    update,
)

from web.db.connecting.connection import Record
from web.db.statements.prepared import Prepared
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


def rows(connection: Connection, scope: Scope, venue_id: str) -> Sequence[Record]:
    """Kiosks of a venue in scope, those still in use first."""
    query = (
        select(
            kiosks,
            entrances.c.name.label("entrance_name"),
            venues.c.name.label("venue_name"),
            exists().where(gaps.c.kiosk_id == kiosks.c.id).label("has_gaps"),
        )
        .join(entrances, entrances.c.id == kiosks.c.entrance_id)
        .join(venues, venues.c.id == entrances.c.venue_id)
        .where(kiosks.c.entrance_id.in_(visible_entrances(scope)), venues.c.id == venue_id)
        .order_by(kiosks.c.revoked_ms.is_not(None), kiosks.c.name)
    )
    return connection.execute(query).all()


def changed(connection: Connection, scope: Scope, kiosk_id: str, **values: object) -> bool:
    """Change a kiosk in scope; False when there is none."""
    done = connection.execute(
        update(kiosks)
        .where(kiosks.c.id == kiosk_id, kiosks.c.entrance_id.in_(visible_entrances(scope)))
        .values(**values)
    )
    return done.rowcount == 1


def withdrawn(connection: Connection, scope: Scope, kiosk_id: str, at_ms: int) -> bool:
    """Take the credential of a kiosk in scope away; False when it has none, or there is no such kiosk."""
    done = connection.execute(
        update(kiosks)
        .where(
            kiosks.c.id == kiosk_id,
            kiosks.c.revoked_ms.is_(None),
            kiosks.c.entrance_id.in_(visible_entrances(scope)),
        )
        .values(revoked_ms=at_ms)
    )
    return done.rowcount == 1


def quarantined(connection: Connection, **values: object) -> bool:
    """Keep what a kiosk sent and could not be taken, once; False when it was kept before."""
    known = select(quarantine.c.id).where(quarantine.c.body_hash == values["body_hash"])
    if connection.execute(known).first() is not None:
        return False
    connection.execute(insert(quarantine).values(**values))
    return True


_KEPT = entries.c.device == bindparam("kiosk_id")
_ASIDE = quarantine.c.kiosk_id == bindparam("kiosk_id")
_ARRIVED = Prepared(
    select(
        select(func.max(entries.c.seq)).where(_KEPT).scalar_subquery().label("kept"),
        select(func.max(quarantine.c.seq)).where(_ASIDE).scalar_subquery().label("aside"),
        select(func.count())
        .where(_KEPT, entries.c.seq > bindparam("above", type_=BigInteger))
        .scalar_subquery()
        .label("beyond"),
    )
)


def arrived(connection: Connection, kiosk_id: str, above: int) -> tuple[int, int]:
    """The highest sequence number of this kiosk that arrived, 0 when none did, and how many entries of its
    own have one above another number.
    """
    row = _ARRIVED.first(connection, kiosk_id=kiosk_id, above=above)
    assert row is not None, "a selection of sums has one row"
    return max(int(row.kept or 0), int(row.aside or 0)), int(row.beyond)


def _missing() -> Select[tuple[object, ...]]:
    above, kiosk = bindparam("above", type_=BigInteger), bindparam("kiosk_id", type_=String)
    arrived = union(
        select(above.label("seq")),
        select(bindparam("beyond", type_=BigInteger).label("seq")),
        select(entries.c.seq).where(entries.c.device == kiosk, entries.c.seq > above),
        select(quarantine.c.seq).where(quarantine.c.kiosk_id == kiosk, quarantine.c.seq > above),
    ).subquery()
    following = func.lead(arrived.c.seq).over(order_by=arrived.c.seq).label("following")
    pairs = select(arrived.c.seq, following).subquery()
    gaps_first = select(pairs).where(pairs.c.following > pairs.c.seq + 1).order_by(pairs.c.seq)
    return gaps_first.limit(bindparam("most", type_=Integer))


_MISSING = Prepared(_missing())


def missing_seqs(
    connection: Connection, kiosk_id: str, above: int, through: int, limit: int
) -> tuple[tuple[int, int], ...]:
    """The first gaps above a sequence number, as closed ranges; none arrived above `through`."""
    beyond = max(above, through) + 1
    found = _MISSING.all(connection, kiosk_id=kiosk_id, above=above, beyond=beyond, most=limit)
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


_CONTIGUOUS = Prepared(select(kiosks.c.contiguous_seq).where(kiosks.c.id == bindparam("kiosk_id")))


def contiguous_seq(connection: Connection, kiosk_id: str) -> int:
    """Up to which sequence number everything of this kiosk has arrived."""
    row = _CONTIGUOUS.first(connection, kiosk_id=kiosk_id)
    return 0 if row is None else int(row.contiguous_seq or 0)


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


_TOLD_GAPS = Prepared(
    select(gaps.c.first_seq, gaps.c.last_seq)
    .where(gaps.c.kiosk_id == bindparam("kiosk_id"), gaps.c.last_seq > bindparam("above"))
    .order_by(gaps.c.first_seq)
)


def told_gaps(connection: Connection, kiosk_id: str, above: int) -> tuple[tuple[int, int], ...]:
    """The closed ranges of numbers that a kiosk said will not come, as far as they lie above one."""
    found = _TOLD_GAPS.all(connection, kiosk_id=kiosk_id, above=above)
    return tuple((int(row.first_seq), int(row.last_seq)) for row in found)
