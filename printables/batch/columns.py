"""The columns that a table of venues may have, and what people call them."""

from __future__ import annotations

import re
import unicodedata
from enum import Enum

from domain.errors import InputError
from domain.wording import Sentence
from printables.batch.table import Record, refusal


class Column(Enum):
    """A column; the value is how messages and our own files call it."""

    VENUE = Sentence("venue", "场所")
    ENTRANCE = Sentence("entrance", "出入口")
    ADDRESS = Sentence("address", "地址")
    OPERATOR = Sentence("operator", "单位")
    CODE = Sentence("code", "场所码")
    SHORT_NUMBER = Sentence("short number", "编号")
    SERIAL = Sentence("serial", "序号")

    @property
    def header(self) -> str:
        """Both names, as they stand above the column in files that we write."""
        return f"{self.value.en} {self.value.zh}"


_NAMES = {
    Column.VENUE: "venue; venue name; place; name; 场所; 场所名称; 名称",
    Column.ENTRANCE: "entrance; entrance name; gate; door; 出入口; 出入口名称; 入口; 门",
    Column.ADDRESS: "address; venue address; 地址; 场所地址; 详细地址",
    Column.OPERATOR: (
        "operator; run by; enterprise; organisation; organization; company; unit; "
        "单位; 单位名称; 企业; 企业名称; 运营单位; 管理单位; 责任单位; 主体单位"
    ),
    Column.CODE: "code; venue code; poster code; url; link; 场所码; 码; 网址; 链接",
    Column.SHORT_NUMBER: "short number; number; short code; 编号; 短编号; 场所编号; 短号",
    Column.SERIAL: "serial; serial number; poster serial; no; no.; 序号; 海报编号",
}
_COLUMN_CALLED = {name.strip(): column for column, names in _NAMES.items() for name in names.split(";")}
_BETWEEN_WORDS = re.compile(r"[\s_\-/|()*:·]+")
# “Venue 场所” is one column that is called by both its names.
_ONE_SCRIPT = re.compile(r"[\x00-\x7f]*[\x21-\x7f]|[^\x00-\x7f]+")
_LONGEST_SHOWN = 40


def columns_of(header: Record) -> tuple[Column | None, ...]:
    """Which column each cell of the first row names, in any order, case and language; None is blank.

    InputError for a row that names none of them, for a name that is not known or there twice, and
    when the venue is missing.
    """
    columns = tuple(_column(cell) for cell in header.cells)
    unknown = next(
        (cell for cell, column in zip(header.cells, columns, strict=True) if cell.strip() and not column),
        None,
    )
    if not any(columns):
        raise _without_header(header)
    if unknown is not None:
        raise _unknown(unknown)
    for column in Column:
        if columns.count(column) > 1:
            raise refusal(
                f"has the column “{column.value.en}” twice.", f"中“{column.value.zh}”列出现了两次。"
            )
    if Column.VENUE not in columns:
        raise refusal(
            "has no column “venue”; its rows must say which venue.", "缺少“场所”列，每行须写明场所。"
        )
    return columns


def _column(name: str) -> Column | None:
    plain = _plain(name)
    if plain in _COLUMN_CALLED:
        return _COLUMN_CALLED[plain]
    named = {_COLUMN_CALLED.get(part.strip()) for part in _ONE_SCRIPT.findall(plain)}
    return named.pop() if len(named) == 1 else None


def _plain(name: str) -> str:
    """A name without regard to case, width and punctuation."""
    return _BETWEEN_WORDS.sub(" ", unicodedata.normalize("NFKC", name).casefold()).strip()


def _without_header(header: Record) -> InputError:
    known, shown = _known(), _shown(header.cells[0])
    return refusal(
        f"does not begin with column names (its first row begins with “{shown}”). Known: {known.en}.",
        f"的首行不是列名（以“{shown}”开头）。可用的列：{known.zh}。",
    )


def _unknown(name: str) -> InputError:
    known, shown = _known(), _shown(name)
    return refusal(
        f"has a column “{shown}” that is not known; rename or remove it. Known: {known.en}.",
        f"中的“{shown}”列无法识别，请改名或删除。可用的列：{known.zh}。",
    )


def _known() -> Sentence:
    return Sentence(
        ", ".join(column.value.en for column in Column), "、".join(column.value.zh for column in Column)
    )


def _shown(cell: str) -> str:
    """A cell somebody else wrote, short and on one line, safe for a terminal."""
    line = "".join(character if character.isprintable() else " " for character in cell.strip())
    return line if len(line) <= _LONGEST_SHOWN else line[: _LONGEST_SHOWN - 1] + "…"
