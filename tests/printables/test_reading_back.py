"""Every print, as every file, rasterised at 150 dpi and read by both readers."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pypdfium2
import pytest
import resvg_py
from PIL import Image

from printables.drawing import Drawing
from printables.formats import Format, rendered
from printables.kinds.poster import SIZES, PosterContent, poster
from printables.kinds.visitor_card import CardContent, visitor_card
from printables.linter import release
from reader.reading import PYZBAR, ZXING

DPI = 150
LANGUAGES = (("zh",), ("en",), ("zh", "en"))

TextsRead = Callable[[Image.Image], dict[str, list[str | None]]]


def rasterised(drawing: Drawing, kind: Format) -> Image.Image:
    data = rendered(drawing, kind, DPI)
    match kind:
        case Format.PDF:
            document = pypdfium2.PdfDocument(data)
            picture: Image.Image = document[0].render(scale=DPI / 72).to_pil()
            document.close()
            return picture
        case Format.SVG:
            return Image.open(BytesIO(resvg_py.svg_to_bytes(data.decode(), dpi=DPI)))
        case Format.PNG:
            return Image.open(BytesIO(data))


@pytest.mark.parametrize("languages", LANGUAGES, ids="+".join)
@pytest.mark.parametrize("kind", list(Format))
def test_a_poster_is_read_by_both_readers_to_its_exact_url(
    kind: Format, languages: tuple[str, ...], poster_content: PosterContent, texts_read: TextsRead
) -> None:
    drawing = release(poster(poster_content, languages=languages))

    read = texts_read(rasterised(drawing, kind))

    assert read == {ZXING: [poster_content.url], PYZBAR: [poster_content.url]}


@pytest.mark.parametrize("languages", LANGUAGES, ids="+".join)
@pytest.mark.parametrize("kind", list(Format))
def test_a_card_is_read_by_both_readers_to_its_exact_code(
    kind: Format, languages: tuple[str, ...], card_content: CardContent, texts_read: TextsRead
) -> None:
    drawing = release(visitor_card(card_content, languages=languages))

    read = texts_read(rasterised(drawing, kind))

    assert read == {ZXING: [card_content.code], PYZBAR: [card_content.code]}


@pytest.mark.parametrize("size", SIZES)
def test_every_paper_size_is_read_from_its_pdf(
    size: str, poster_content: PosterContent, texts_read: TextsRead
) -> None:
    drawing = release(poster(poster_content, size=size))

    read = texts_read(rasterised(drawing, Format.PDF))

    assert read == {ZXING: [poster_content.url], PYZBAR: [poster_content.url]}
