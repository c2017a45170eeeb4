"""Long PDFs: written page by page, complete, and the same as any other."""

from __future__ import annotations

import gc
import re
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from itertools import pairwise

import pypdfium2
import pytest

from printables.drawing import Drawing
from printables.kinds.poster import PosterContent, poster
from printables.pdf import pdf, write_pdf


@pytest.fixture(scope="module")
def drawing(poster_content: PosterContent) -> Drawing:
    return poster(poster_content, size="A6")


class Nowhere:
    """A file that forgets what is written."""

    def write(self, data: bytes) -> None:
        assert data


def test_each_page_is_in_the_file_before_the_next_is_asked_for(drawing: Drawing) -> None:
    output = BytesIO()
    lengths = []

    def pages() -> Iterator[Drawing]:
        for _ in range(5):
            lengths.append(output.tell())
            yield drawing

    assert write_pdf(pages(), output) == 5
    grown = [after - before for before, after in pairwise(lengths[1:])]
    assert min(grown) > 1500


def test_a_page_that_was_written_leaves_almost_nothing_in_memory(drawing: Drawing) -> None:
    held = []

    def pages() -> Iterator[Drawing]:
        for number in range(300):
            if number in (100, 299):
                gc.collect()
                held.append(tracemalloc.get_traced_memory()[0])
            yield drawing

    tracemalloc.start()
    try:
        write_pdf(pages(), Nowhere())
    finally:
        tracemalloc.stop()
    # Its content alone is more than 10 KB; what stays is a name, a number and an offset.
    assert (held[1] - held[0]) / 199 < 2000


def test_every_object_is_where_the_index_says(drawing: Drawing) -> None:
    data = pdf([drawing, replace(drawing, items=drawing.items[:3]), drawing])

    start = int(data.rsplit(b"startxref\n", 1)[1].split()[0])
    table = data[start:].split(b"trailer")[0].splitlines()
    assert table[:3] == [b"xref", f"0 {len(table) - 2}".encode(), b"0000000000 65535 f "]
    offsets = [int(line[:10]) for line in table[3:]]
    for number, offset in enumerate(offsets, 1):
        assert data[offset:].startswith(f"{number} 0 obj\n".encode())
    assert len(re.findall(rb"(?m)^\d+ 0 obj$", data)) == len(offsets)


def test_all_pages_share_one_font_and_each_has_its_own_paper(
    drawing: Drawing, poster_content: PosterContent
) -> None:
    large = poster(replace(poster_content, venue_name="另一处"), size="A5")
    data = pdf([drawing, large, drawing])

    document = pypdfium2.PdfDocument(data)
    widths = [round(page.get_width() / 72 * 25.4) for page in document]
    texts = [page.get_textpage().get_text_range() for page in document]
    document.close()
    assert widths == [105, 148, 105]
    assert ["另一处" in text for text in texts] == [False, True, False]
    assert ["Spruce Science Park" in text for text in texts] == [True, False, True]
    assert data.count(b"/FontFile2") == 1


def test_a_title_may_be_given_for_all_pages(drawing: Drawing) -> None:
    output = BytesIO()
    write_pdf([drawing], output, "场所码 2026")

    document = pypdfium2.PdfDocument(output.getvalue())
    title = document.get_metadata_dict()["Title"]
    document.close()
    assert title == "场所码 2026"


def test_without_a_drawing_nothing_is_written() -> None:
    output = BytesIO()

    assert write_pdf([], output) == 0
    assert output.getvalue() == b""
