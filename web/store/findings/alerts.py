"""What staff have to look at: each found once under its key, settled by a person or by what came later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Select, func, insert, select, update

from web.db.connecting.connection import Record
from web.db.tables import accounts, alerts, kiosks, venues
from web.store.scope import Scope, visible_venues

Values = dict[str, object]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which alerts: `kinds` of them, and every other part that is not empty narrows the selection."""

    venue_id: str = ""
    kiosk_id: str = ""
    kinds: tuple[str, ...] = ()
    settled: bool = False


def known(connection: Connection, keys: Sequence[str]) -> dict[str, Record]:
    """Those of these alerts that were found before, by key."""
    return {row.key: row for row in connection.execute(select(alerts).where(alerts.c.key.in_(keys)))}


def added(connection: Connection, found: list[Values]) -> None:
    """Keep new alerts."""
    connection.execute(insert(alerts), found)


def explained(connection: Connection, keys: Sequence[str], resolution: str, now_ms: int) -> None:
    """Settle open alerts on nobody's behalf."""
    connection.execute(
        update(alerts)
        .where(alerts.c.key.in_(keys), alerts.c.settled_ms.is_(None))
        .values(settled_ms=now_ms, settled_by="", resolution=resolution)
    )


def reopened(connection: Connection, keys: Sequence[str]) -> None:
    """Let settled alerts be open again; who settled them is still there to read."""
    connection.execute(update(alerts).where(alerts.c.key.in_(keys)).values(settled_ms=None))


def open_of_kiosk(connection: Connection, kiosk_id: str, kind: str) -> Sequence[Record]:
    """The open alerts of a kind about a kiosk."""
    return connection.execute(
        select(alerts).where(
            alerts.c.kiosk_id == kiosk_id, alerts.c.kind == kind, alerts.c.settled_ms.is_(None)
        )
    ).all()


def changed(connection: Connection, scope: Scope, alert_id: int, **values: object) -> bool:
    """Change an alert in scope; False when there is none."""
    done = connection.execute(
        update(alerts)
        .where(alerts.c.id == alert_id, alerts.c.venue_id.in_(visible_venues(scope)))
        .values(**values)
    )
    return done.rowcount == 1


def page(
    connection: Connection, scope: Scope, wanted: Wanted, *, before: int | None = None, limit: int = 50
) -> Sequence[Record]:
    """Alerts in scope, newest first; `before` is the id of one, itself left out."""
    query = _told(scope).where(*_conditions(wanted))
    if before is not None:
        query = query.where(alerts.c.id < before)
    return connection.execute(query.order_by(alerts.c.id.desc()).limit(limit)).all()


def row(connection: Connection, scope: Scope, alert_id: int) -> Record | None:
    """One alert in scope."""
    return connection.execute(_told(scope).where(alerts.c.id == alert_id)).first()


def open_counts(connection: Connection, scope: Scope, kinds: Sequence[str]) -> dict[str, int]:
    """How many alerts in scope are open, by kind."""
    query = (
        select(alerts.c.kind, func.count())
        .where(
            alerts.c.settled_ms.is_(None),
            alerts.c.venue_id.in_(visible_venues(scope)),
            alerts.c.kind.in_(kinds),
        )
        .group_by(alerts.c.kind)
    )
    return {str(kind): int(count) for kind, count in connection.execute(query)}


def _told(scope: Scope) -> Select[tuple[object, ...]]:
    return (
        select(
            alerts,
            venues.c.name.label("venue_name"),
            venues.c.time_zone,
            kiosks.c.name.label("kiosk_name"),
            kiosks.c.revoked_ms.label("kiosk_revoked_ms"),
            accounts.c.login.label("settled_login"),
        )
        .join(venues, venues.c.id == alerts.c.venue_id)
        .join(kiosks, kiosks.c.id == alerts.c.kiosk_id, isouter=True)
        .join(accounts, accounts.c.id == alerts.c.settled_by, isouter=True)
        .where(alerts.c.venue_id.in_(visible_venues(scope)))
    )


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    is_open = alerts.c.settled_ms.is_(None)
    found: list[ColumnElement[bool]] = [~is_open if wanted.settled else is_open]
    for column, value in (
        (alerts.c.venue_id, wanted.venue_id),
        (alerts.c.kiosk_id, wanted.kiosk_id),
    ):
        if value:
            found.append(column == value)
    if wanted.kinds:
        found.append(alerts.c.kind.in_(wanted.kinds))
    return found
