"""The logo of an enterprise: handed in by its staff, kept as pixels, put beside the codes of its prints."""

from __future__ import annotations

import zlib
from io import BytesIO

from PIL import Image

from domain.errors import InputError
from printables.drawing import Picture
from printables.logo.picture import MOST_BYTES, check_logo_size
from reader.headers import declared_size
from web.db.connecting.connection import Connection
from web.services.errors import NotFoundError
from web.services.installation import Installation
from web.services.printing.printing_checks import opened_apart
from web.store.places import logos, places
from web.store.scope import Scope


def put(inst: Installation, scope: Scope, enterprise_id: str, data: bytes) -> None:
    """Keep a PNG, JPEG or SVG as the enterprise's logo; InputError says what is wrong with the file.

    One that says it is too large is not opened at all; any other in a process of its own: a picture made
    to fill memory fills only that (I11, I12).
    """
    in_scope(inst, scope, enterprise_id)
    if not data:
        raise InputError("logo", "Choose a PNG, JPEG or SVG file.", "请选择 PNG、JPEG 或 SVG 文件。")
    if len(data) > MOST_BYTES:
        raise InputError(
            "logo", "The logo is larger than 2 MB; save it smaller.", "标志图片超过 2 MB，请压缩后再上传。"
        )
    if size := declared_size(data):
        check_logo_size(size.width, size.height)
    try:
        said, pixels = opened_apart("logo", data, ".logo", {})
    except InputError as refused:
        raise InputError("logo", refused.sentence.en, refused.sentence.zh) from None
    values = {"width": said["width"], "height": said["height"], "pixels": zlib.compress(pixels)}
    inst.write(lambda connection: logos.put(connection, enterprise_id, **values, added_ms=inst.now_ms()))


def remove(inst: Installation, scope: Scope, enterprise_id: str) -> None:
    """Forget the logo; prints are made without it from now on."""

    def work(connection: Connection) -> None:
        if not logos.removed(connection, scope, enterprise_id):
            raise NotFoundError

    inst.write(work)


def of_enterprise(inst: Installation, scope: Scope, enterprise_id: str) -> Picture | None:
    """The logo of an enterprise in scope; None when it has none, or is outside."""
    row = inst.ask(lambda connection: logos.row(connection, scope, enterprise_id))
    if row is None:
        return None
    # What was put in is at most 600 × 600; the limit only keeps a damaged row from growing.
    pixels = zlib.decompressobj().decompress(row.pixels, row.width * row.height * 3)
    return Picture(row.width, row.height, pixels)


def as_png(inst: Installation, scope: Scope, enterprise_id: str) -> bytes:
    """The logo as a picture to look at; NotFoundError when there is none in scope."""
    logo = of_enterprise(inst, scope, enterprise_id)
    if logo is None:
        raise NotFoundError
    body = BytesIO()
    Image.frombytes("RGB", (logo.columns, logo.rows), logo.pixels).save(body, "PNG")
    return body.getvalue()


def in_scope(inst: Installation, scope: Scope, enterprise_id: str) -> None:
    """NotFoundError for an enterprise that is outside the scope."""
    if not inst.ask(
        lambda connection: places.enterprise_rows(connection, scope, inst.now_ms(), enterprise_id)
    ):
        raise NotFoundError
