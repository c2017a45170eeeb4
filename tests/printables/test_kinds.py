"""Every kind of print, in every form it comes in: it passes its checks, reads back, and embeds its fonts."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from domain.errors import InputError
from printables.drawing import Picture, PictureAt, box_of
from printables.findings import FindingCode, PrintRefused
from printables.fonts import REPLACEMENT, Face
from printables.kinds.contact_card import CONTACT_CARD, Responsible
from printables.kinds.day_sheet import DAY_SHEET
from printables.kinds.kind import Direction, Ink, Kind, Look, drawn
from printables.kinds.notice import NOTICE
from printables.kinds.poster import POSTER
from printables.kinds.register_table import COLUMNS
from printables.kinds.registry import KINDS, kind_called
from printables.kinds.table_tent import TABLE_TENT
from printables.kinds.windscreen import WINDSCREEN
from printables.pdf import pdf

LANGUAGES = (("zh",), ("en",), ("zh", "en"), ("en", "zh"))
LOGO = Picture(200, 80, bytes(range(250)) * (200 * 80 * 3 // 250))
# What the kinds say by themselves and must not say when their language was not asked for.
OWN = {
    "zh": ("扫码", "访客卡", "车辆通行证", "明白卡", "人员登记表", "有效期"),
    "en": ("Scan to", "Visitor card", "Vehicle pass", "Who to call", "Visitor register", "Valid until"),
}
FORMS = [
    pytest.param(kind, size, direction, id=f"{kind.name} {size} {direction}")
    for kind in KINDS.values()
    for size, direction in product(kind.sizes, kind.directions)
]


def said(pages: tuple[Any, ...]) -> str:
    return " ".join(text.text for page in pages for text in page.texts)


@pytest.mark.parametrize(("kind", "size", "direction"), FORMS)
def test_every_kind_passes_its_checks_in_every_form_and_language(
    kind: Kind[Any], size: str, direction: Direction, face: Face
) -> None:
    for languages, logo in zip(LANGUAGES, (None, LOGO, LOGO, None), strict=True):
        # Nothing may be printed that was not read back, which `drawn` sees to.
        pages = drawn(kind, kind.sample, Look(languages, size, direction, logo=logo, face=face))

        assert {found.code for page in pages for found in page.findings} <= {FindingCode.TEXT_SHORTENED}
        assert REPLACEMENT not in said(pages)
        assert all(page.language == {"zh": "zh-CN", "en": "en"}[languages[0]] for page in pages)


@pytest.mark.parametrize("kind", KINDS.values(), ids=[*KINDS])
def test_each_language_is_left_out_unless_it_is_asked_for(kind: Kind[Any], face: Face) -> None:
    names = {
        name: "X"
        for name in ("venue_name", "entrance_name", "title", "text", "class_zh")
        if hasattr(kind.sample, name)
    }
    content = replace(kind.sample, **names)
    for one, other in (("zh", "en"), ("en", "zh")):
        texts = said(drawn(kind, content, Look((one,), face=face)))
        assert not any(own in texts for own in OWN[other])


@pytest.mark.parametrize("kind", KINDS.values(), ids=[*KINDS])
def test_for_a_printer_without_colour_everything_is_black_or_white(kind: Kind[Any], face: Face) -> None:
    for page in drawn(kind, kind.sample, Look(ink=Ink.BLACK, logo=LOGO, face=face)):
        colours = {getattr(item, "colour", "#000000").lower() for item in page.items}
        assert colours <= {"#000000", "#ffffff"}
        assert all(item.picture.grey for item in page.items if isinstance(item, PictureAt))


@pytest.mark.parametrize("kind", [POSTER, TABLE_TENT, WINDSCREEN, CONTACT_CARD, NOTICE], ids=lambda k: k.name)
def test_a_logo_stands_beside_the_code_and_never_over_it(kind: Kind[Any], face: Face) -> None:
    for direction in kind.directions:
        (page,) = drawn(kind, kind.sample, Look(direction=direction, logo=LOGO, face=face))
        logos = [item for item in page.items if isinstance(item, PictureAt)]
        assert logos
        for logo, code in product(logos, page.symbols):
            assert not box_of(logo, face).overlaps(box_of(code, face))
        assert logos[0].width / logos[0].height == pytest.approx(200 / 80)


def test_what_a_kind_does_not_come_in_is_named(face: Face) -> None:
    for look, field in (
        (Look(size="A9", face=face), "size"),
        (Look(direction=Direction.LANDSCAPE, face=face), "direction"),
        (Look(("fr",), face=face), "languages"),
    ):
        with pytest.raises(InputError) as refused:
            drawn(NOTICE, NOTICE.sample, look)
        assert refused.value.field == field
    with pytest.raises(InputError, match="day-sheet"):
        kind_called("leaflet")


def test_a_contact_card_names_somebody_and_no_more_than_fit(face: Face) -> None:
    nobody = replace(CONTACT_CARD.sample, people=())
    crowd = replace(CONTACT_CARD.sample, people=(Responsible("社区干部", "陈*华", "021-5555 0111"),) * 30)
    for content, code in ((nobody, FindingCode.EMPTY_FIELD), (crowd, FindingCode.NO_ROOM)):
        with pytest.raises(PrintRefused) as refused:
            drawn(CONTACT_CARD, content, Look(face=face))
        assert refused.value.findings[0].code is code


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        ("poster", "venue_name"),
        ("label", "venue_name"),
        ("table-tent", "venue_name"),
        ("notice", "title"),
        ("windscreen", "subject"),
        ("contact-card", "household"),
    ],
)
def test_what_a_print_is_about_must_be_there(kind: str, field: str, face: Face) -> None:
    for nothing in ("", " \n", "\u200b\u202e\x00"):
        with pytest.raises(PrintRefused) as refused:
            drawn(KINDS[kind], replace(KINDS[kind].sample, **{field: nothing}), Look(face=face))
        assert refused.value.findings[0].code is FindingCode.EMPTY_FIELD


def test_a_notice_is_never_printed_with_its_end_missing(face: Face) -> None:
    for content in (
        replace(NOTICE.sample, text="很长的通知。" * 2000),
        replace(NOTICE.sample, text="\n".join("abc" * 2 for _ in range(200))),
        replace(NOTICE.sample, title="标题" * 300),
    ):
        with pytest.raises(PrintRefused) as refused:
            drawn(NOTICE, content, Look(face=face))
        assert refused.value.findings[0].code is FindingCode.TEXT_TOO_LONG


def test_the_rows_of_a_day_are_numbered_on_from_sheet_to_sheet(face: Face) -> None:
    pages = drawn(DAY_SHEET, replace(DAY_SHEET.sample, sheets=3), Look(face=face))
    numbers = [int(text.text) for page in pages for text in page.texts if text.text.isdecimal()]

    assert len(pages) == 3
    assert numbers == [*range(1, len(numbers) + 1)]
    assert len(numbers) >= 3 * 15


def test_the_paper_register_has_the_columns_that_are_keyed_in_later(face: Face) -> None:
    assert [column.key for column in COLUMNS] == [
        *("row", "time", "direction", "name", "phone", "class", "plate", "temperature", "decision", "note")
    ]
    (page,) = drawn(DAY_SHEET, DAY_SHEET.sample, Look(face=face))
    assert all(column.called.zh in said((page,)) for column in COLUMNS)


def test_a_table_tent_reads_the_same_on_both_faces(face: Face) -> None:
    (page,) = drawn(TABLE_TENT, TABLE_TENT.sample, Look(face=face))
    upper = sorted(text.text for text in page.texts if text.turned)
    lower = sorted(text.text for text in page.texts if not text.turned)

    assert upper == lower
    assert all(text.y < page.height / 2 for text in page.texts if text.turned)
    assert len(page.symbols) == 2


@pytest.mark.parametrize("kind", KINDS.values(), ids=[*KINDS])
def test_every_font_is_embedded_and_the_file_is_sound(kind: Kind[Any], face: Face, tmp_path: Path) -> None:
    file = tmp_path / "print.pdf"
    file.write_bytes(pdf(drawn(kind, kind.sample, Look(logo=LOGO, face=face))))
    document = pypdfium2.PdfDocument(file)
    for page in document:
        texts = list(page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT]))
        fonts = {pdfium.FPDFFont_GetIsEmbedded(pdfium.FPDFTextObj_GetFont(text.raw)) for text in texts}
        assert fonts == {1}
    document.close()
    if checker := shutil.which("qpdf"):
        done = subprocess.run([checker, "--check", str(file)], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")
