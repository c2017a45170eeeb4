"""What staff decide about their venue's gates: the PIN, speech, and notices for the idle screen."""

from __future__ import annotations

import io
import secrets
from dataclasses import dataclass

from PIL import Image, ImageOps

from domain.errors import InputError
from domain.gate_settings import (
    NOTICE_PICTURE_MOST,
    NOTICE_TEXT_MOST,
    NOTICES_MOST,
    PIN_SALT_BYTES,
    GateSettings,
    Notice,
    sealed_pin,
)
from domain.visitor import cleaned
from web.db.connecting.connection import Connection
from web.services.errors import NotFoundError
from web.services.installation import Installation, new_id
from web.store.gates import gate_news, gate_settings
from web.store.places import places
from web.store.scope import PROGRAM, Scope

_PICTURE_SIDE = 720
_PIXELS_MOST = 40_000_000
_QUALITIES = (82, 70, 55, 40)


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A notice as its venue's page shows it."""

    id: str
    zh: str
    en: str
    has_picture: bool


@dataclass(frozen=True, slots=True)
class GateSettingsShown:
    """A venue's settings; the PIN itself is known to nobody."""

    has_pin: bool
    speaks: bool
    notices: tuple[NoticeRow, ...]


def shown(inst: Installation, scope: Scope, venue_id: str) -> GateSettingsShown:
    """The settings of a venue in scope."""

    def work(connection: Connection) -> GateSettingsShown:
        _in_scope(connection, inst, scope, venue_id)
        row = gate_settings.row(connection, scope, venue_id)
        rows = gate_settings.notice_rows(connection, scope, venue_id)
        told = tuple(NoticeRow(notice.id, notice.zh, notice.en, bool(notice.picture)) for notice in rows)
        return GateSettingsShown(bool(row and row.pin), bool(row and row.speaks), told)

    return inst.read(work)


def set_pin(inst: Installation, scope: Scope, venue_id: str, pin: str) -> None:
    """Give the venue's gates a PIN, or with "" shut their staff's side."""
    sealed = sealed_pin(pin, secrets.token_bytes(PIN_SALT_BYTES)) if pin else ""
    _keep(inst, scope, venue_id, pin=sealed)


def set_speaks(inst: Installation, scope: Scope, venue_id: str, speaks: bool) -> None:
    """Whether the venue's gates speak their answers."""
    _keep(inst, scope, venue_id, speaks=int(speaks))


def add_notice(
    inst: Installation, scope: Scope, venue_id: str, zh: str, en: str, picture: bytes = b""
) -> str:
    """The id of a new notice in one or both languages; a picture is drawn anew, without what came with it."""
    if not zh.strip() and not en.strip():
        raise InputError("zh", "Give the notice in at least one language.", "请至少填写一种语言的公告。")
    texts = {
        "zh": cleaned(zh, "zh", NOTICE_TEXT_MOST) if zh.strip() else "",
        "en": cleaned(en, "en", NOTICE_TEXT_MOST) if en.strip() else "",
    }
    drawn = _redrawn(picture) if picture else b""
    identity = new_id()

    def work(connection: Connection) -> None:
        _in_scope(connection, inst, scope, venue_id)
        if gate_settings.notice_count(connection, venue_id) >= NOTICES_MOST:
            raise InputError(
                "zh",
                f"A venue has at most {NOTICES_MOST} notices; remove one first.",
                f"每个场所最多 {NOTICES_MOST} 条公告，请先删除一条。",
            )
        gate_settings.notice_added(
            connection, id=identity, venue_id=venue_id, picture=drawn, created_ms=inst.now_ms(), **texts
        )
        gate_news.of_venue(connection, venue_id)

    inst.write(work)
    return identity


def remove_notice(inst: Installation, scope: Scope, venue_id: str, notice_id: str) -> None:
    """Take a notice down."""

    def work(connection: Connection) -> None:
        if not gate_settings.notice_removed(connection, scope, venue_id, notice_id):
            raise NotFoundError
        gate_news.of_venue(connection, venue_id)

    inst.write(work)


def for_bundle(connection: Connection, venue_id: str) -> GateSettings:
    """The settings as the venue's gates get them."""
    row = gate_settings.row(connection, PROGRAM, venue_id)
    rows = gate_settings.notice_rows(connection, PROGRAM, venue_id)
    return GateSettings(
        pin=row.pin if row else "",
        speaks=bool(row and row.speaks),
        notices=tuple(Notice(notice.zh, notice.en, notice.picture) for notice in rows),
    )


def _keep(inst: Installation, scope: Scope, venue_id: str, **values: object) -> None:
    def work(connection: Connection) -> None:
        _in_scope(connection, inst, scope, venue_id)
        gate_settings.kept(connection, venue_id, **values)
        gate_news.of_venue(connection, venue_id)

    inst.write(work)


def _in_scope(connection: Connection, inst: Installation, scope: Scope, venue_id: str) -> None:
    if not places.venue_rows(connection, scope, inst.now_ms(), venue_id=venue_id):
        raise NotFoundError


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode == "RGB":
        return picture
    return Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture).convert("RGB")


def _redrawn(picture: bytes) -> bytes:
    """The picture as a small JPEG with nothing of the file it came in (no GPS, no comments)."""
    refusal = InputError(
        "picture",
        "This picture cannot be used. Choose a JPEG, PNG or WebP of at most 40 million pixels.",
        "无法使用该图片，请选择不超过 4000 万像素的 JPEG、PNG 或 WebP。",
    )
    try:
        with Image.open(io.BytesIO(picture), formats=("JPEG", "PNG", "WEBP")) as opened:
            # The size is read from the header, before a pixel is decoded.
            if opened.width * opened.height > _PIXELS_MOST:
                raise refusal
            opened.draft("RGB", (_PICTURE_SIDE, _PICTURE_SIDE))
            small = opened.convert("RGBA" if opened.has_transparency_data else "RGB")
            small.thumbnail((_PICTURE_SIDE, _PICTURE_SIDE))
            # A phone writes down which way it was held; what shows through is meant for paper.
            small = _on_white(ImageOps.exif_transpose(small))
    except Exception:  # a damaged file makes the parsers raise almost anything
        raise refusal from None
    for quality in _QUALITIES:
        body = io.BytesIO()
        small.save(body, "JPEG", quality=quality, optimize=True)
        if body.tell() <= NOTICE_PICTURE_MOST:
            return body.getvalue()
    raise refusal
