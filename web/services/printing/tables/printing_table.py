"""A table of what to print: which columns it may have, and its rows."""

from __future__ import annotations

from enum import Enum
from typing import Final

from domain.wording import Sentence
from printables.batch.table import Record, refusal
from web.services.printing.printing_doors import POSTERS_MOST
from web.services.tables import table_cells
from web.services.tables.table_cells import table_below
from web.services.tables.table_headers import called, meant, shown

_CELL_MOST: Final = 300


class Column(Enum):
    """A column; the value is how pages call it. `python -m printables posters` knows the same names."""

    VENUE = Sentence("venue", "场所")
    ENTRANCE = Sentence("entrance", "出入口")
    OPERATOR = Sentence("enterprise", "单位")
    ADDRESS = Sentence("address", "地址")
    CODE = Sentence("code", "场所码")
    SHORT_NUMBER = Sentence("short number", "编号")


_NAMES = {
    Column.VENUE: "venue; venue name; place; name; site; 场所; 场所名称; 名称; 地点",
    Column.ENTRANCE: "entrance; entrance name; gate; door; 出入口; 出入口名称; 入口; 门; 门岗",
    Column.OPERATOR: "operator; run by; enterprise; enterprise name; organisation; organization; "
    "company; unit; 单位; 单位名称; 企业; 企业名称; 公司; 公司名称; 运营单位; 管理单位; 责任单位; 主体单位",
    Column.ADDRESS: "address; venue address; 地址; 场所地址; 详细地址",
    Column.CODE: "code; venue code; poster code; url; link; 场所码; 码; 网址; 链接",
    Column.SHORT_NUMBER: "short number; number; short code; 编号; 短编号; 场所编号; 短号",
}
_COLUMN_CALLED = called(_NAMES)
Line = table_cells.Line[Column]
Table = table_cells.Table[Column]


def table_of(data: bytes) -> Table:
    """The rows of a CSV or XLSX file; InputError, one sentence, when nothing in it can be used."""
    return table_below(data, _columns_of, rows_most=POSTERS_MOST, cell_most=_CELL_MOST)


def _columns_of(header: Record) -> tuple[Column | None, ...]:
    columns = tuple(meant(cell, _COLUMN_CALLED) for cell in header.cells)
    for column in Column:
        if columns.count(column) > 1:
            raise refusal(
                f"has the column “{column.value.en}” twice.", f"中“{column.value.zh}”列出现了两次。"
            )
    if not {Column.VENUE, Column.CODE, Column.SHORT_NUMBER} & set(columns):
        raise refusal(
            f"has no column “venue” (its first row begins with “{shown(header.cells[0])}”). "
            "The first row holds the names of the columns.",
            f"缺少“场所”列（首行以“{shown(header.cells[0])}”开头）。首行须为列名。",
        )
    return columns
