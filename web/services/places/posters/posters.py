"""Posters: issued per entrance, printed through the linter, revoked one by one."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from domain.errors import InputError
from domain.venue import POSTER_ID_BYTES, PosterState, VenueState, poster_url
from domain.wording import Sentence
from printables.drawing import Drawing
from printables.formats import Format, rendered
from printables.kinds.poster import PosterContent, poster
from printables.linter import release
from web.db.connecting.connection import Connection, Record
from web.services.errors import NotFoundError
from web.services.installation import Installation
from web.services.keeping import rules
from web.services.places import logos
from web.services.short_numbers import unused_number
from web.store.places import places
from web.store.printing import printing
from web.store.scope import Scope


@dataclass(frozen=True, slots=True)
class Artefact:
    """A file to hand out."""

    body: bytes
    mime: str
    filename: str


def issue(inst: Installation, scope: Scope, entrance_id: str) -> str:
    """The id of a new poster for an entrance in scope; a reprint is a new poster.

    InputError while the venue waits for review.
    """

    def work(connection: Connection) -> str:
        door = places.entrance_row(connection, scope, entrance_id)
        if door is None:
            raise NotFoundError
        if door.state == VenueState.APPLIED:
            raise InputError("venue", "This venue waits for review.", "该场所正在等待审核。")
        return issued_within(connection, inst, entrance_id)

    return inst.write(work)


def issue_missing(inst: Installation, scope: Scope, entrance_ids: Sequence[str]) -> int:
    """A poster for each of these entrances in scope that has none that counts; returns how many are new."""

    def work(connection: Connection) -> int:
        rows = printing.doors_called(connection, scope, entrance_ids)
        missing = [row.entrance_id for row in rows if row.id is None and row.state != VenueState.APPLIED]
        for entrance_id in missing:
            issued_within(connection, inst, entrance_id)
        return len(missing)

    return inst.write(work)


def issued_within(connection: Connection, inst: Installation, entrance_id: str, import_id: str = "") -> str:
    """The id of a new poster, in the transaction of the caller, who knows that the entrance is in scope."""
    identity = secrets.token_bytes(POSTER_ID_BYTES).hex()
    places.poster_added(
        connection,
        id=identity,
        entrance_id=entrance_id,
        short_number=unused_number(lambda number: places.poster_has_number(connection, number)),
        serial=places.next_serial(connection),
        state=PosterState.ISSUED,
        issued_ms=inst.now_ms(),
        import_id=import_id,
    )
    return identity


def revoke(inst: Installation, scope: Scope, poster_id: str) -> None:
    """Withdraw a poster; whoever scans it is told so."""

    def work(connection: Connection) -> None:
        values = {"state": PosterState.REVOKED, "revoked_ms": inst.now_ms()}
        if not places.poster_changed(connection, scope, poster_id, **values):
            raise NotFoundError

    inst.write(work)


def artefact(
    inst: Installation, scope: Scope, poster_id: str, *, kind: str, languages: tuple[str, ...], size: str
) -> Artefact:
    """The poster as a file; InputError when it would not read well on a door."""
    drawing, serial = _drawn(inst, scope, poster_id, languages, size)
    return written(drawing, kind, f"poster-{serial:05d}-{size}")


def remarks(
    inst: Installation, scope: Scope, poster_id: str, *, languages: tuple[str, ...], size: str
) -> tuple[Sentence, ...]:
    """What the printed poster replaces or shortens; InputError when it cannot be printed so."""
    drawing, _ = _drawn(inst, scope, poster_id, languages, size)
    return tuple(dict.fromkeys(found.sentence for found in drawing.findings))


def _drawn(
    inst: Installation, scope: Scope, poster_id: str, languages: tuple[str, ...], size: str
) -> tuple[Drawing, int]:
    def work(connection: Connection) -> tuple[Record, Record]:
        row = places.poster_row(connection, scope, poster_id=poster_id)
        door = places.entrance_row(connection, scope, row.entrance_id) if row else None
        if row is None or door is None or row.state == PosterState.REVOKED:
            raise NotFoundError
        return row, door

    row, door = inst.read(work)
    logo = logos.of_enterprise(inst, scope, door.enterprise_id)
    days = rules.days_of_venue(inst, door.venue_id)
    return poster(content_of(inst, row, door, days), languages=languages, size=size, logo=logo), row.serial


def written(drawing: Drawing, kind: str, name: str) -> Artefact:
    """A drawing as a file; InputError for an unknown format, or when the drawing fails its checks."""
    if kind not in set(Format):
        raise InputError("kind", "Choose pdf, png or svg.", "请选择 pdf、png 或 svg。")
    form = Format(kind)
    return Artefact(rendered(release(drawing), form), form.media_type, f"{name}.{kind}")


def content_of(inst: Installation, row: Record, door: Record, days: int) -> PosterContent:
    """What the poster of a row says at a door (`places.entrance_row`); `days`: how long people are kept."""
    issued = datetime.fromtimestamp(row.issued_ms / 1000, ZoneInfo(door.time_zone)).date()
    return PosterContent(
        url=poster_url(inst.settings.base_url, bytes.fromhex(row.id)),
        short_number=row.short_number,
        venue_name=door.venue_name,
        entrance_name=door.name,
        address=door.address,
        host=urlsplit(inst.settings.base_url).netloc,
        serial=f"{row.serial:05d}",
        issued_on=issued,
        operator=door.enterprise_name,
        retention_days=days,
    )
