"""What staff decide about their gates reaches the gates, and nothing of a picture's past does."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image

from domain.bundle import Bundle, opened_bundle
from domain.errors import InputError
from domain.gate_settings import NOTICE_PICTURE_MOST, is_pin
from domain.note import NoteKey
from tests.web.tenants import Tenant
from web.services.gates import gate_settings, gates
from web.services.installation import Installation
from web.services.signing_keys import keys


def _bundle(inst: Installation, park: Tenant) -> Bundle:
    key: NoteKey = inst.read(lambda c: keys.signing(c, inst, keys.BUNDLE)[0])
    note = gates.bundle(inst, park.gate, 0)
    assert note is not None
    return opened_bundle(note, key, park.entrance, 0)


def _photo(size: tuple[int, int], kind: str = "JPEG") -> bytes:
    body = io.BytesIO()
    picture = Image.effect_noise(size, 90).convert("RGB")
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    picture.save(body, kind, exif=exif)
    return body.getvalue()


def test_a_gate_learns_its_pin_speech_and_notices_with_the_next_bundle(inst: Installation, park: Tenant):
    before = _bundle(inst, park)
    gate_settings.set_pin(inst, park.staff, park.venue, "4711")
    gate_settings.set_speaks(inst, park.staff, park.venue, True)
    notice = gate_settings.add_notice(inst, park.staff, park.venue, "周六停电", "No power on Saturday")

    after = _bundle(inst, park)
    assert after.seq > before.seq
    assert is_pin("4711", after.settings.pin)
    assert after.settings.speaks
    assert [(n.zh, n.en) for n in after.settings.notices] == [("周六停电", "No power on Saturday")]

    gate_settings.remove_notice(inst, park.staff, park.venue, notice)
    gate_settings.set_pin(inst, park.staff, park.venue, "")
    last = _bundle(inst, park)
    assert last.settings.notices == ()
    assert not is_pin("4711", last.settings.pin)
    assert last.settings.speaks, "one setting does not undo another"


def test_a_picture_is_drawn_anew_small_and_without_what_came_with_it(inst: Installation, park: Tenant):
    gate_settings.add_notice(inst, park.staff, park.venue, "", "Map", _photo((2400, 1800)))
    picture = _bundle(inst, park).settings.notices[0].picture
    assert len(picture) <= NOTICE_PICTURE_MOST
    assert b"taken at home" not in picture
    with Image.open(io.BytesIO(picture)) as shown:
        assert shown.format == "JPEG"
        assert max(shown.size) <= 720


def _shown(inst: Installation, park: Tenant, kind: str, made: Image.Image, exif: Image.Exif) -> Image.Image:
    body = io.BytesIO()
    made.save(body, kind, exif=exif)
    gate_settings.add_notice(inst, park.staff, park.venue, "", "Map", body.getvalue())
    return Image.open(io.BytesIO(_bundle(inst, park).settings.notices[-1].picture))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photograph_of_a_phone_stands_upright(inst: Installation, park: Tenant, kind: str):
    lying = Image.new("RGB", (800, 400), "white")
    lying.paste("red", (0, 0, 400, 400))
    exif = Image.Exif()
    exif[0x0112] = 6  # the top of what was seen is at the right of the file
    shown = _shown(inst, park, kind, lying, exif)
    assert shown.height > shown.width
    green = shown.getchannel("G")  # none in red, all of it in white
    top, bottom = (green.crop((0, at, shown.width, at + 10)).getextrema() for at in (5, shown.height - 15))
    assert (top < (60, 60), bottom > (200, 200)) == (True, True)


def test_what_is_transparent_is_white_and_hides_no_letters(inst: Installation, park: Tenant):
    drawn = Image.new("RGBA", (300, 300), (0, 0, 0, 0))
    shown = _shown(inst, park, "PNG", drawn, Image.Exif())
    assert shown.convert("L").getextrema() > (250, 250)


def _damaged_png() -> bytes:
    """Half of its pixels, and then a part that no picture has."""
    whole = _photo((64, 64), "PNG")
    at = whole.index(b"IDAT")
    half = whole[at + 4 : at + 2004]
    pixels = struct.pack(">I", len(half)) + b"IDAT" + half + struct.pack(">I", zlib.crc32(b"IDAT" + half))
    return whole[: at - 4] + pixels + struct.pack(">I", 4) + b"\xc1\xfb\xed\xb1" + bytes(40)


@pytest.mark.parametrize(
    "body", [b"not a picture", b"GIF89a" + bytes(40), _photo((64, 64))[:200], _damaged_png()], ids=range(4)
)
def test_what_is_no_picture_is_refused_by_its_field(inst: Installation, park: Tenant, body: bytes):
    with pytest.raises(InputError) as refusal:
        gate_settings.add_notice(inst, park.staff, park.venue, "图", "", body)
    assert refusal.value.field == "picture"


def test_a_notice_needs_words_and_a_venue_has_room_for_eight(inst: Installation, park: Tenant):
    with pytest.raises(InputError):
        gate_settings.add_notice(inst, park.staff, park.venue, " ", "")
    for number in range(8):
        gate_settings.add_notice(inst, park.staff, park.venue, f"第{number}条", "")
    with pytest.raises(InputError) as refusal:
        gate_settings.add_notice(inst, park.staff, park.venue, "第九条", "")
    assert "8" in refusal.value.sentence.en
