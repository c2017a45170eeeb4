"""The picture that visitors compare with where they stand: handed in by the clerk, kept as small pixels."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from domain.errors import InputError
from web.db.connecting.connection import Connection, Record
from web.services.errors import NotFoundError
from web.services.installation import Installation
from web.services.printing.printing_checks import opened_apart
from web.store.places import place_pictures, places
from web.store.scope import PROGRAM, Scope

FILE_MOST = 16_000_000
_DIGEST_SHOWN = 12


@dataclass(frozen=True, slots=True)
class PlacePicture:
    """A picture as a page asks for it: its size in pixels, and a digest that changes with it."""

    entrance_id: str
    width: int
    height: int
    digest: str
    added_ms: int


def put(inst: Installation, scope: Scope, venue_id: str, entrance_id: str, data: bytes) -> None:
    """Keep a JPEG, PNG or WebP as the picture of an entrance in scope, or ("") of the venue as a whole.

    InputError says what is wrong with the file. It is opened in a process of its own; what is kept was
    made there: at most 640 pixels and 20 kB, without place and time of the photograph (I11 to I13).
    """
    inst.read(lambda connection: _expect_place(connection, scope, venue_id, entrance_id))
    if not data:
        raise InputError("picture", "Choose a photograph.", "请选择照片。")
    if len(data) > FILE_MOST:
        raise InputError("picture", "The photograph is larger than 16 MB.", "照片超过 16 MB。")
    try:
        said, jpeg = opened_apart("place", data, ".picture", {})
    except InputError as refused:
        raise InputError("picture", refused.sentence.en, refused.sentence.zh) from None
    values = {"width": said["width"], "height": said["height"], "jpeg": jpeg}

    def work(connection: Connection) -> None:
        _expect_place(connection, scope, venue_id, entrance_id)
        sha256 = hashlib.sha256(jpeg).hexdigest()
        place_pictures.put(connection, venue_id, entrance_id, **values, sha256=sha256, added_ms=inst.now_ms())

    inst.write(work)


def remove(inst: Installation, scope: Scope, venue_id: str, entrance_id: str) -> None:
    """Forget a picture; NotFoundError when there is none in scope."""

    def work(connection: Connection) -> None:
        _expect_place(connection, scope, venue_id, entrance_id)
        if not place_pictures.removed(connection, venue_id, entrance_id):
            raise NotFoundError

    inst.write(work)


def listed(inst: Installation, scope: Scope, venue_id: str) -> dict[str, PlacePicture]:
    """The pictures of a venue in scope by entrance, "" for the venue's own; empty outside the scope."""
    rows = inst.ask(lambda connection: place_pictures.listed(connection, scope, venue_id))
    return {row.entrance_id: _shown(row) for row in rows}


def as_jpeg(inst: Installation, scope: Scope, venue_id: str, entrance_id: str) -> bytes:
    """A picture to look at; NotFoundError when there is none in scope."""
    row = inst.ask(lambda connection: place_pictures.row(connection, scope, venue_id, entrance_id))
    if row is None:
        raise NotFoundError
    return bytes(row.jpeg)


def at_poster(inst: Installation, poster_id: str) -> tuple[PlacePicture, bytes] | None:
    """What somebody before a poster (its id in hex) compares with: the entrance, else the venue."""
    row = inst.ask(lambda connection: place_pictures.at_poster(connection, PROGRAM, poster_id))
    return (_shown(row), bytes(row.jpeg)) if row else None


def _expect_place(connection: Connection, scope: Scope, venue_id: str, entrance_id: str) -> None:
    doors = places.entrance_rows(connection, scope, venue_id)
    known = {door.id for door in doors}
    if entrance_id not in known and (
        entrance_id or not places.venue_rows(connection, scope, 0, venue_id=venue_id)
    ):
        raise NotFoundError


def _shown(row: Record) -> PlacePicture:
    return PlacePicture(row.entrance_id, row.width, row.height, row.sha256[:_DIGEST_SHOWN], row.added_ms)
