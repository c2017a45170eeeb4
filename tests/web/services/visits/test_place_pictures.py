"""Pictures of places: small, telling nothing of where and when, the entrance's or else the venue's."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable

import pytest
from PIL import Image

from domain.errors import InputError
from tests.web.services.visits.photographs import photograph
from tests.web.tenants import Tenant
from web.services.errors import NotFoundError
from web.services.installation import Installation
from web.services.visits.rounds import place_pictures
from web.services.visits.rounds.place_pictures_opening import BYTES_MOST, LONGEST_SIDE
from web.store.scope import Scope


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_made_small_upright_and_tells_nothing_of_where_it_was_taken(
    embedded_park: tuple[Installation, Tenant], kind: str
) -> None:
    inst, park = embedded_park
    place_pictures.put(inst, park.staff, park.venue, "", photograph(kind=kind))
    body = place_pictures.as_jpeg(inst, park.staff, park.venue, "")
    made = Image.open(io.BytesIO(body))
    assert made.format == "JPEG"
    assert len(body) <= BYTES_MOST
    assert max(made.size) <= LONGEST_SIDE
    assert made.width < made.height
    assert not made.getexif()
    kept = place_pictures.listed(inst, park.staff, park.venue)[""]
    assert (kept.width, kept.height) == made.size


def test_an_entrance_shows_its_own_picture_else_the_venues(
    embedded_park: tuple[Installation, Tenant],
) -> None:
    inst, park = embedded_park
    assert place_pictures.at_poster(inst, park.poster) is None
    place_pictures.put(inst, park.staff, park.venue, park.side_entrance, photograph())
    assert place_pictures.at_poster(inst, park.poster) is None
    place_pictures.put(inst, park.staff, park.venue, "", photograph(800, 800))
    found = place_pictures.at_poster(inst, park.poster)
    assert found is not None
    assert found[0].entrance_id == ""
    place_pictures.put(inst, park.staff, park.venue, park.entrance, photograph(600, 800))
    place_pictures.put(inst, park.staff, park.venue, park.entrance, photograph(800, 600))
    replaced = place_pictures.at_poster(inst, park.poster)
    assert replaced is not None
    assert replaced[0].entrance_id == park.entrance
    place_pictures.remove(inst, park.staff, park.venue, park.entrance)
    again = place_pictures.at_poster(inst, park.poster)
    assert again == found


def bomb() -> bytes:
    """A PNG of 30,000 × 30,000 pixels in 110 kB (I11)."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = zlib.compress(bytes((30_000 // 8 + 1) * 30_000), 9)
    header = struct.pack(">IIBBBBB", 30_000, 30_000, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "made",
    [
        bytes,
        lambda: b"GIF89a",
        lambda: photograph()[:3000],
        bomb,
        lambda: photograph(2000, 300),
        lambda: photograph(90, 90),
    ],
    ids=["empty", "gif", "cut", "bomb", "strip", "tiny"],
)
def test_what_is_no_photograph_of_a_place_is_refused_and_said(
    embedded_park: tuple[Installation, Tenant], made: Callable[[], bytes]
) -> None:
    inst, park = embedded_park
    with pytest.raises(InputError) as refused:
        place_pictures.put(inst, park.staff, park.venue, "", made())
    assert refused.value.field == "picture"
    assert place_pictures.listed(inst, park.staff, park.venue) == {}


def test_another_tenants_pictures_are_not_seen_replaced_or_removed(
    inst: Installation, park: Tenant, mill: Tenant
) -> None:
    place_pictures.put(inst, mill.staff, mill.venue, "", photograph())
    before = place_pictures.as_jpeg(inst, mill.area, mill.venue, "")
    for scope in (park.staff, park.area, Scope()):
        assert place_pictures.listed(inst, scope, mill.venue) == {}
        for act in (
            lambda scope=scope: place_pictures.put(inst, scope, mill.venue, "", photograph()),
            lambda scope=scope: place_pictures.put(inst, scope, mill.venue, mill.entrance, photograph()),
            lambda scope=scope: place_pictures.remove(inst, scope, mill.venue, ""),
            lambda scope=scope: place_pictures.as_jpeg(inst, scope, mill.venue, ""),
        ):
            with pytest.raises(NotFoundError):
                act()
    with pytest.raises(NotFoundError):  # an entrance of somebody else at one's own venue
        place_pictures.put(inst, park.staff, park.venue, mill.entrance, photograph())
    assert place_pictures.as_jpeg(inst, mill.staff, mill.venue, "") == before
