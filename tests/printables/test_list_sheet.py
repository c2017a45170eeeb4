"""Lists on paper: every row is on a page, numbered through, and nothing runs over an edge."""

from __future__ import annotations

import pytest

from domain.wording import Sentence
from printables.drawing import Box, box_of
from printables.list_sheet import Column, ListContent, list_sheets

COLUMNS = (
    Column(Sentence("Safe", "安全"), 12, is_box=True),
    Column(Sentence("Visitor", "访客"), 40),
    Column(Sentence("Entrance", "出入口"), 40),
)


def content(rows: int) -> ListContent:
    return ListContent(
        Sentence("Inside now", "当前在场"),
        (Sentence("Park · 63 inside", "科技园 · 在场 63 人"),),
        COLUMNS,
        tuple((f"王*{nth}", "North gate of a very long building 北门 " * 3) for nth in range(rows)),
        Sentence("Printed", "打印"),
    )


@pytest.mark.parametrize(("rows", "pages"), [(0, 1), (1, 1), (60, 3)])
def test_every_row_is_on_a_page_and_numbered_through(rows: int, pages: int):
    made = list_sheets(content(rows))
    assert len(made) == pages
    texts = [text.text for page in made for text in page.texts]
    assert [text for text in texts if text.startswith("王*")] == [f"王*{nth}" for nth in range(rows)]
    assert {str(nth + 1) for nth in range(rows)} <= set(texts)
    assert f"打印 Printed · {pages} / {pages}" in texts


def test_nothing_runs_over_the_edge_of_the_page():
    for page in list_sheets(content(60)):
        inside = Box(page.page.left + 5, page.page.top + 5, page.page.right - 5, page.page.bottom - 5)
        assert all(box_of(item, page.face).within(inside) for item in page.items)
