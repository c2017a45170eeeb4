"""Charts are plain pictures of their numbers: no scripts, nothing from elsewhere, the same each time."""

from __future__ import annotations

from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.services.desk.figures.charts import NARROW, WIDE, Chart, Form, Ink, Series, Size, drawn, ticks

SVG = "{http://www.w3.org/2000/svg}"


def chart(form: Form = Form.COLUMNS) -> Chart:
    labels = tuple(f"{hour:02}" for hour in range(24))
    came = Series("进 <In>", Ink.MAIN, tuple(range(24)))
    refused = Series("劝返", Ink.REFUSED, (None, *range(23)))
    return Chart("到达曲线 & arrivals", labels, (came, refused), form)


@pytest.mark.parametrize("size", [WIDE, NARROW])
@pytest.mark.parametrize("form", Form)
def test_a_chart_is_a_picture_and_nothing_else(form: Form, size: Size):
    drawing = drawn(chart(form), size)
    root = ElementTree.fromstring(drawing)
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert not tags & {"script", "image", "use", "a", "foreignObject", "desc"}
    assert b"http:" not in drawing.replace(b"http://www.w3.org/", b"")
    assert b"@import" not in drawing
    assert b"url(" not in drawing
    assert [root.findtext(f"{SVG}title")] == ["到达曲线 & arrivals"]
    texts = {element.text for element in root.iter(f"{SVG}text")}
    assert {"进 <In>", "劝返", "00"} <= texts
    assert (root.get("width"), root.get("height")) == (str(size.width), str(size.height))


def test_bars_are_as_high_as_their_numbers():
    values = (10, 20, 0, 40)
    root = ElementTree.fromstring(drawn(Chart("n", ("a", "b", "c", "d"), (Series("s", Ink.MAIN, values),))))
    bars = [bar for bar in root.iter(f"{SVG}rect") if "rect" in (bar.get("class") or "")]
    heights = [float(bar.get("height") or 0) for bar in bars]
    assert len(heights) == len(values)
    assert [round(height / heights[0] * 10) for height in heights] == list(values)


def test_equal_charts_give_equal_bytes():
    assert drawn(chart()) == drawn(chart())


def test_a_chart_of_nothing_is_drawn_too():
    empty = Chart("n", ("a",), (Series("s", Ink.MAIN, (0,)),))
    assert ElementTree.fromstring(drawn(empty)).tag == f"{SVG}svg"


@given(st.integers(0, 10**9))
def test_ticks_are_few_whole_even_and_reach_the_largest(most: int):
    found = ticks(most)
    assert found[0] == 0
    assert found[-1] >= most
    assert 2 <= len(found) <= 6
    assert len({second - first for first, second in pairwise(found)}) == 1
