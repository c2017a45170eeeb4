"""PDF files: the same bytes each time, every font inside, and correct facts about the page."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256

import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from printables.kinds.poster import PosterContent, poster
from printables.kinds.visitor_card import CardContent, visitor_card
from printables.pdf import pdf

PROGRAM = """
import datetime, hashlib, sys
from printables.pdf import pdf
from printables.kinds.poster import PosterContent, poster
content = PosterContent("HTTPS://A.CN/V/X", "K7M49QXR", "云杉科技园", "南门", "银杉路 88 号", "a.cn", "1",
                        datetime.date(2026, 3, 1), "物业", 28)
print(hashlib.sha256(pdf([poster(content)])).hexdigest())
"""


@pytest.fixture(scope="module")
def document(poster_content: PosterContent, card_content: CardContent) -> Iterator[pypdfium2.PdfDocument]:
    opened = pypdfium2.PdfDocument(pdf([poster(poster_content), visitor_card(card_content)]))
    yield opened
    opened.close()


def test_the_same_drawing_gives_the_same_bytes(poster_content: PosterContent) -> None:
    assert pdf([poster(poster_content)]) == pdf([poster(poster_content)])


def test_another_drawing_gives_other_bytes(poster_content: PosterContent) -> None:
    other = replace(poster_content, serial="0007-03")

    assert pdf([poster(poster_content)]) != pdf([poster(other)])


def test_other_processes_give_the_same_bytes_whatever_their_hash_seed() -> None:
    def digest(seed: str) -> str:
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        command = [sys.executable, "-c", PROGRAM]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout

    assert len(digest("1").strip()) == sha256().digest_size * 2
    assert digest("1") == digest("2")


def test_every_font_is_embedded(document: pypdfium2.PdfDocument) -> None:
    for page in document:
        texts = list(page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT]))
        embedded = [pdfium.FPDFFont_GetIsEmbedded(pdfium.FPDFTextObj_GetFont(text.raw)) for text in texts]
        assert set(embedded) == {1}


def test_no_standard_font_is_even_named(poster_content: PosterContent) -> None:
    data = pdf([poster(poster_content)])

    assert b"Helvetica" not in data
    assert data.count(b"/FontFile2") == data.count(b"/Type /FontDescriptor") > 0


def test_the_embedded_font_is_a_subset(poster_content: PosterContent) -> None:
    assert len(pdf([poster(poster_content)])) < 60_000


def test_pages_have_exactly_the_size_of_their_paper(document: pypdfium2.PdfDocument) -> None:
    a4, card = (tuple(page.get_mediabox()) for page in document)

    assert a4 == pytest.approx((0, 0, 595.276, 841.89), abs=0.01)
    assert card == pytest.approx((0, 0, 242.646, 153.071), abs=0.01)


def test_the_title_and_the_language_are_in_the_file(document: pypdfium2.PdfDocument) -> None:
    assert document.get_metadata_dict()["Title"].endswith("云杉科技园 · Spruce Science Park 南门 South gate")
    length = pdfium.FPDFCatalog_GetLanguage(document, None, 0)
    language = (ctypes.c_ushort * (length // 2))()
    pdfium.FPDFCatalog_GetLanguage(document, language, length)
    assert bytes(language).decode("utf-16-le").rstrip("\0") == "zh-CN"


def test_the_text_can_be_searched_and_copied(document: pypdfium2.PdfDocument) -> None:
    text = document[0].get_textpage().get_text_range()

    for said in ("扫码登记", "云杉科技园", "Spruce Science Park", "K7M4 9QXR", "checkin.spruce.example"):
        assert said in text


def test_the_code_is_one_filled_path_and_no_picture(document: pypdfium2.PdfDocument) -> None:
    kinds = [drawn.type for drawn in document[0].get_objects()]

    assert kinds.count(pdfium.FPDF_PAGEOBJ_IMAGE) == 0
    # The accent rule, the code's ground and the code.
    assert kinds.count(pdfium.FPDF_PAGEOBJ_PATH) == 3


def test_neighbouring_modules_show_no_hairline_at_any_zoom(poster_content: PosterContent) -> None:
    drawing = poster(poster_content, languages=("zh",))
    (placed,) = drawing.symbols
    document = pypdfium2.PdfDocument(pdf([drawing]))
    for scale in (0.83, 1.37, 2.71):
        page = document[0].render(scale=scale, grayscale=True).to_pil()
        per_mm = scale * 72 / 25.4
        left, top = placed.x + placed.inset, placed.y + placed.inset
        # The top border of the upper left finder pattern: seven dark modules in a row.
        row = round((top + placed.module / 2) * per_mm)
        ends = (left + 0.6 * placed.module, left + 6.4 * placed.module)
        columns = range(round(ends[0] * per_mm), round(ends[1] * per_mm))
        assert {page.getpixel((column, row)) for column in columns} == {0}
    document.close()
