"""Logos from anybody: what is taken becomes plain pixels, all else is refused quickly and by name."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from domain.errors import InputError
from printables.drawing import Picture
from printables.logo.picture import MOST_SIDE, logo_of

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 100">{}</svg>'
RECT = '<rect width="200" height="100" fill="#166534"/>'


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    output = BytesIO()
    image.save(output, kind, **options)
    return output.getvalue()


def pixel(logo: Picture, x: int, y: int) -> tuple[int, ...]:
    at = 3 * (y * logo.columns + x)
    return tuple(logo.pixels[at : at + 3])


def bomb(width: int, height: int) -> bytes:
    """A PNG of so many pixels, one bit each, in a few hundred KB."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    packer = zlib.compressobj(9)
    row = bytes(1 + (width + 7) // 8)
    data = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_picture_becomes_its_pixels_and_nothing_else(kind: str) -> None:
    image = Image.new("RGB", (300, 150), "#1d4ed8")
    exif = Image.Exif()
    exif[0x9286] = "a secret place"
    logo = logo_of(encoded(image, kind, exif=exif))

    assert (logo.columns, logo.rows, len(logo.pixels)) == (300, 150, 300 * 150 * 3)
    assert pixel(logo, 150, 75) == pytest.approx((0x1D, 0x4E, 0xD8), abs=3)
    assert b"secret" not in logo.pixels


def test_a_large_picture_is_made_smaller_and_a_turned_one_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    logo = logo_of(encoded(Image.new("RGB", (2000, 1000), "red"), "JPEG", exif=exif))

    assert (logo.columns, logo.rows) == (MOST_SIDE // 2, MOST_SIDE)


def test_what_is_transparent_is_white_as_the_paper() -> None:
    logo = logo_of(encoded(Image.new("RGBA", (200, 200), (0, 0, 0, 0)), "PNG"))

    assert pixel(logo, 0, 0) == (255, 255, 255)


def test_shapes_gradients_and_styles_of_an_svg_are_drawn() -> None:
    inside = (
        "<title>Spruce</title><defs><linearGradient id='g'><stop offset='0' stop-color='#f00'/>"
        "<stop offset='1' stop-color='#f00'/></linearGradient><style>.a{fill:url(#g)}</style></defs>"
        "<g transform='translate(100 0)'><rect class='a' width='100' height='100'/></g>"
    )
    logo = logo_of(SVG.format(inside).encode())

    assert (logo.columns, logo.rows) == (600, 300)
    assert (pixel(logo, 10, 10), pixel(logo, 500, 150)) == ((255, 255, 255), (255, 0, 0))


@pytest.mark.parametrize("unit", ["", "px", "mm", "cm", "in", "pt"])
def test_a_size_in_any_unit_is_taken(unit: str) -> None:
    size = f'width="20{unit}" height="10{unit}" viewBox'
    logo = logo_of(SVG.format(RECT).replace("viewBox", size).encode())

    assert (logo.columns, logo.rows) == (600, 300)
    assert pixel(logo, 599, 299) == (0x16, 0x65, 0x34)


def test_an_editor_s_own_notes_are_left_out() -> None:
    inside = "<metadata><any xmlns='urn:x'>…</any></metadata><n:view xmlns:n='urn:n'><n:b/></n:view>" + RECT

    assert pixel(logo_of(SVG.format(inside).encode()), 5, 5) == (0x16, 0x65, 0x34)


@pytest.mark.parametrize(
    ("inside", "named"),
    [
        ("<script>alert(1)</script>", "script"),
        ("<image href='file:///etc/hostname'/>", "image"),
        ("<foreignObject/>", "foreignObject"),
        ("<text>云杉</text>", "text"),
        ("<use href='#a'/>", "use"),
        ("<filter id='f'/>", "filter"),
        ("<style>@import 'http://a.example';</style>", "@import"),
        ("<style>rect{fill:url(http://a.example)}</style>", "url()"),
        ("<rect style='fill:url(http://a.example)'/>", "style"),
        ("<rect fill='url( //a.example/x)'/>", "fill"),
        ("<g><linearGradient href='http://a.example/#g'/></g>", "href"),
    ],
)
def test_what_is_not_taken_of_an_svg_is_named(inside: str, named: str) -> None:
    with pytest.raises(InputError) as refused:
        logo_of(SVG.format(inside).encode())
    assert refused.value.field == "logo"
    assert named in refused.value.sentence.en
    assert named in refused.value.sentence.zh


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (lambda: b"", "no PNG, JPEG or SVG"),
        (lambda: b"GIF89a" + bytes(100), "no PNG, JPEG or SVG"),
        (lambda: encoded(Image.new("RGB", (200, 200)), "GIF"), "no PNG, JPEG or SVG"),
        (lambda: encoded(Image.new("RGB", (200, 200)), "PNG")[:-30], "damaged"),
        (lambda: encoded(Image.effect_noise((400, 400), 50), "JPEG")[:3000], "damaged"),
        (lambda: encoded(Image.new("RGB", (60, 60)), "PNG"), "60 × 60"),
        (lambda: encoded(Image.new("1", (9000, 200)), "PNG"), "8 times"),
        (lambda: bomb(1_000_000, 1), "8 times"),
        (lambda: bomb(30_000, 30_000), "10 million"),
        (lambda: bytes(2_000_001), "2 MB"),
        (lambda: b"<svg", "no valid SVG"),
        (lambda: b"<html/>", "no valid SVG"),
        (lambda: b'<svg xmlns="http://www.w3.org/2000/svg"/>', "size"),
        (lambda: b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 100000"/>', "8 times"),
        (lambda: b'<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg"/>', "DOCTYPE"),
        (lambda: SVG.format("<g/>" * 6000).encode(), "too many parts"),
        (lambda: SVG.format("<g>" * 200 + "</g>" * 200).encode(), "too many parts"),
        (lambda: SVG.format(" " * 300_000).encode(), "300 KB"),
    ],
    ids=range(18),
)
def test_what_cannot_be_a_logo_is_refused_by_name(made: Callable[[], bytes], said: str) -> None:
    data = made()
    with pytest.raises(InputError) as refused:
        logo_of(data)
    assert said in refused.value.sentence.en
    assert refused.value.sentence.zh


STARTS = (b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"<svg ", b"<?xml ")


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(STARTS))
def test_any_bytes_are_a_logo_or_a_refusal(data: bytes, start: bytes) -> None:
    try:
        field = "logo" if logo_of(start + data).pixels else ""
    except InputError as refused:
        field = refused.field

    assert field == "logo"
