"""Checking prints: whose code it is, what is to be changed, and files made to do harm."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

import pytest
from PIL import Image

from domain.errors import InputError
from printables.drawing import Drawing
from printables.pdf import pdf
from printables.png import png
from printables.symbol import qr
from tests.web.tenants import Tenant, tenant
from web.services.errors import NotFoundError
from web.services.installation import Installation
from web.services.places import logos
from web.services.places.posters import posters
from web.services.printing import printing, printing_checks
from web.services.printing.printing_checks import Asked, CodeReport
from web.services.printing.printing_options import Options
from web.store.scope import Scope


def page(inst: Installation, there: Tenant, options: Options | None = None) -> Drawing:
    return printing.of_entrance(inst, there.staff, there.entrance, options or Options())[0]


def only(inst: Installation, scope: Scope, data: bytes, entrance: str = "", **asked: object) -> CodeReport:
    (report,) = printing_checks.inspected(inst, scope, data, Asked(**asked), entrance)  # type: ignore[arg-type]
    return report


def photograph(drawing: Drawing) -> bytes:
    """The print as a camera takes it: grey paper, a margin, JPEG, with a place in its EXIF."""
    with Image.open(io.BytesIO(png(drawing, 120))) as paper:
        scene = Image.new("RGB", (paper.width + 200, paper.height + 200), "#8a8a80")
        scene.paste(paper.convert("RGB").point(lambda level: 30 + level * 200 // 255), (100, 100))
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (31.0, 13.0, 0.0)}
    body = io.BytesIO()
    scene.save(body, "JPEG", quality=85, exif=exif)
    return body.getvalue()


def test_a_photograph_of_the_right_poster_passes_and_says_how_far_it_is_read(
    embedded_park: tuple[Installation, Tenant],
):
    inst, park = embedded_park
    report = only(inst, park.staff, photograph(page(inst, park)), park.entrance, paper="A4", distance=1.0)
    assert report.found
    assert report.passes, report.remarks
    assert report.whose is not None
    assert "Park Ltd site, North gate" in report.whose.sentence.en
    said = " ".join(fact.en for fact in report.facts)
    assert "quiet zone 4 of 4" in said
    assert "phone reads it from up to 1.0" in said


def test_nothing_of_a_file_is_left_behind(
    embedded_park: tuple[Installation, Tenant], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    inst, park = embedded_park
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before = {path for path in inst.settings.home.rglob("*") if path.is_file()}
    only(inst, park.staff, photograph(page(inst, park)))
    with pytest.raises(InputError):
        only(inst, park.staff, b"\xff\xd8\xff no picture")
    assert [path for path in tmp_path.iterdir() if path.name.startswith("opened-")] == []
    assert {path for path in inst.settings.home.rglob("*") if path.is_file()} == before


def test_whose_code_it_is_decides_whether_it_may_hang_there(inst: Installation, park: Tenant, mill: Tenant):
    picture = png(page(inst, park), 100)
    elsewhere = only(inst, park.staff, picture, park.side_entrance, is_file=True)
    assert not elsewhere.passes
    assert elsewhere.whose is not None
    assert "another entrance" in elsewhere.whose.sentence.en
    strange = only(inst, mill.staff, picture, is_file=True)
    assert strange.whose is not None
    assert "no poster of yours" in strange.whose.sentence.en
    assert "Park" not in str(strange)
    posters.revoke(inst, park.staff, park.poster)
    withdrawn = only(inst, park.staff, picture, is_file=True)
    assert withdrawn.whose is not None
    assert "withdrawn" in withdrawn.whose.sentence.en
    assert not withdrawn.passes


def test_a_pdf_is_checked_in_millimetres_and_too_small_a_code_is_told(
    embedded_park: tuple[Installation, Tenant],
):
    inst, park = embedded_park
    body = pdf((page(inst, park, Options("label", "38.1x38.1", languages=("en",))),))
    near, far = only(inst, park.staff, body), only(inst, park.staff, body, distance=5.0)
    assert near.passes, near.remarks
    assert not far.passes
    assert any("times as large" in remark.sentence.en for remark in far.remarks)


def test_a_foreign_code_and_a_page_without_one_are_told(embedded_park: tuple[Installation, Tenant]):
    inst, park = embedded_park
    symbol = qr("https://evil.example/V/AAAAAAAAAAAAAAAAAAAAAAAAAA", "Q")
    image = Image.new("L", ((symbol.size + 8) * 8,) * 2, "white")
    for row, modules in enumerate(symbol.modules):
        for column, dark in enumerate(modules):
            if dark:
                image.paste(0, ((column + 4) * 8, (row + 4) * 8, (column + 5) * 8, (row + 5) * 8))
    report = only(inst, park.staff, saved(image, "PNG"), park.entrance, is_file=True)
    assert report.whose is not None
    assert "another site" in report.whose.sentence.en
    assert not report.passes
    empty = only(inst, park.staff, saved(Image.new("L", (300, 300), "white"), "PNG"))
    assert not empty.found


def saved(image: Image.Image, form: str) -> bytes:
    body = io.BytesIO()
    image.save(body, form)
    return body.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A PNG of that many white 1-bit pixels, small as a file (I11)."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    lines = zlib.compress((b"\0" + b"\xff" * ((width + 7) // 8)) * min(height, 3000), 9)
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", lines) + chunk(b"IEND", b"")


HARMFUL = {
    "nothing": b"",
    "HEIC": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
    "too many pixels": bomb(30_000, 30_000),
    "a strip": bomb(1_000_000, 1),
    "text": b"hello",
    "cut JPEG": b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0",
    "SVG": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "broken PDF": b"%PDF-1.7\nno objects here",
}


@pytest.mark.parametrize("name", HARMFUL)
def test_a_file_made_to_do_harm_is_refused_in_a_sentence(
    embedded_park: tuple[Installation, Tenant], name: str
):
    inst, park = embedded_park
    with pytest.raises(InputError) as refused:
        printing_checks.inspected(inst, park.staff, HARMFUL[name], Asked())
    assert refused.value.field == "file"
    assert "Traceback" not in refused.value.sentence.en
    assert refused.value.sentence.zh


@pytest.mark.parametrize("name", ["too many pixels", "a strip"])
def test_a_picture_that_says_it_is_too_large_starts_no_process(
    embedded_park: tuple[Installation, Tenant], name: str, monkeypatch: pytest.MonkeyPatch
):
    inst, park = embedded_park
    monkeypatch.setattr("web.services.printing.printing_checks._PATIENCE_S", 0)
    with pytest.raises(InputError, match=r"too many pixels|narrow strip"):
        printing_checks.inspected(inst, park.staff, HARMFUL[name], Asked())
    with pytest.raises(InputError, match=r"million pixels|8 times"):
        logos.put(inst, park.staff, park.enterprise, HARMFUL[name])


def test_the_largest_pictures_that_are_taken_need_less_than_300_mb(tmp_path: Path):
    noise = Image.effect_noise((1000, 1000), 90)
    photo = Image.new("RGB", (8000, 6000))
    for x in range(0, 8000, 1000):
        for y in range(0, 6000, 1000):
            photo.paste(noise, (x, y))
    (tmp_path / "photo.picture").write_bytes(saved(photo, "JPEG"))
    (tmp_path / "drawn.picture").write_bytes(saved(Image.new("RGBA", (4000, 4000), (9, 9, 9, 9)), "PNG"))
    (tmp_path / "logo.logo").write_bytes(saved(Image.new("RGBA", (4000, 2500), (9, 9, 9, 9)), "PNG"))
    options = '{"distance": null, "module_mm": null, "camera": "phone", "is_file": false}'
    for name in ("photo.picture", "drawn.picture", "logo.logo"):
        what = "logo" if name.endswith(".logo") else "print"
        # Not ru_maxrss: that begins with what the process that started it had.
        measure = (
            "import runpy,sys;sys.argv=['opener',*sys.argv[1:]];"
            "runpy.run_module('web.services.printing.printing_opener',run_name='__main__');"
            "told=open('/proc/self/status').read();"
            "sys.stderr.write(told.split('VmHWM:')[1].split()[0])"
        )
        command = [sys.executable, "-c", measure, what, str(tmp_path / name), options]
        done = subprocess.run(command, capture_output=True, timeout=120, check=True)
        assert int(done.stderr) < 300_000, name


def test_a_logo_is_kept_as_pixels_shown_printed_and_removed(inst: Installation, park: Tenant, mill: Tenant):
    logos.put(inst, park.staff, park.enterprise, saved(Image.new("RGB", (300, 100), "#00aa66"), "PNG"))
    logo = logos.of_enterprise(inst, park.area, park.enterprise)
    assert logo is not None
    assert (logo.columns, logo.rows) == (300, 100)
    with Image.open(io.BytesIO(logos.as_png(inst, park.staff, park.enterprise))) as shown:
        assert shown.getpixel((5, 5)) == (0, 170, 102)
    with_logo = posters.artefact(inst, park.staff, park.poster, kind="svg", languages=("en",), size="A4")
    assert b"<image" in with_logo.body
    svg = b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 20 10'><rect width='20' height='10'/></svg>"
    logos.put(inst, park.staff, park.enterprise, svg)
    changed = logos.of_enterprise(inst, park.staff, park.enterprise)
    assert changed is not None
    assert (changed.columns, changed.rows) == (600, 300)
    assert logos.of_enterprise(inst, mill.staff, park.enterprise) is None
    logos.remove(inst, park.staff, park.enterprise)
    with pytest.raises(NotFoundError):
        logos.as_png(inst, park.staff, park.enterprise)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        bomb(30_000, 30_000),
        b"x" * 2_000_001,
        b"GIF89a",
        b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><script/></svg>",
    ],
    ids=["nothing", "bomb", "too many bytes", "GIF", "script"],
)
def test_what_is_no_logo_is_refused_and_the_one_there_is_stays(
    embedded_park: tuple[Installation, Tenant], data: bytes
):
    inst, park = embedded_park
    with pytest.raises(InputError) as refused:
        logos.put(inst, park.staff, park.enterprise, data)
    assert refused.value.field == "logo"
    assert logos.of_enterprise(inst, park.staff, park.enterprise) is None


def test_a_logo_is_on_its_own_enterprises_prints_only(embedded: Installation):
    park, mill = tenant(embedded, "East", "Park Ltd"), tenant(embedded, "West", "Mill Ltd")
    logos.put(embedded, park.staff, park.enterprise, saved(Image.new("RGB", (200, 200), "navy"), "JPEG"))
    with_logo, without = (
        posters.artefact(embedded, there.staff, there.poster, kind="svg", languages=("en",), size="A4")
        for there in (park, mill)
    )
    assert (b"<image" in with_logo.body, b"<image" in without.body) == (True, False)
