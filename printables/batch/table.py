"""A table's bytes, CSV or XLSX, as rows of text, whichever program saved it."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO

from domain.errors import InputError
from printables.batch.other_files import instead_of_table
from printables.batch.workbook import WORKBOOK_START, workbook_rows

MOST_BYTES = 50_000_000
_DELIMITERS = (",", ";", "\t")
_BOM = "\ufeff"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
# Two to four bytes of UTF-8 that make one character, and the mark for bytes that make none.
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f\ufffd]")
_LONGEST_FIRST = 65_536
_NOT_DECODED = "\ufffd"


@dataclass(frozen=True, slots=True)
class Record:
    """One row that is not blank: its number as a spreadsheet shows it (from 1) and its cells."""

    number: int
    cells: tuple[str, ...]


def records_of(data: bytes) -> Iterator[Record]:
    """The rows of a CSV file in UTF-8 or GB18030, cells divided by comma, semicolon or tab, or of an XLSX.

    Blank rows are left out but counted. Where the cells of a CSV end is learned from the first row, which
    must be the column names. InputError, one sentence: the file is too large, of another kind or not
    text, or (only told when its row is reached) a quotation mark lacks its partner or the workbook breaks.
    """
    if len(data) > MOST_BYTES:
        raise refusal(
            f"is larger than {MOST_BYTES // 1_000_000} MB; split it.",
            f"超过 {MOST_BYTES // 1_000_000} MB，请拆分。",
        )
    if other := instead_of_table(data):
        raise refusal(other.en, other.zh)
    if data.startswith(WORKBOOK_START):
        return _workbook_records(data)
    text = _decoded(data).removeprefix(_BOM)
    # The division that finds most column names; on equal terms the first.
    delimiter = max(_DELIMITERS, key=lambda delimiter: _width_of_first(text, delimiter))
    return _records(text, delimiter)


def _workbook_records(data: bytes) -> Iterator[Record]:
    for number, cells in workbook_rows(data):
        if any(cell.strip() for cell in cells):
            yield Record(number, cells)


def refusal(en: str, zh: str) -> InputError:
    """Why nothing in the file can be used; the sentence begins with “The file”, “文件”."""
    return InputError("input", f"The file {en}", f"文件{zh}")


def _decoded(data: bytes) -> str:
    """The file as text; a binary file and a damaged one are told apart from other encodings."""
    if data.startswith(_UTF16_MARKS):
        raise _other_encoding("is UTF-16 text", "是 UTF-16 编码")
    if b"\0" in data:
        raise refusal("is not text; save the table as “CSV UTF-8”.", "不是文本，请将表格另存为“CSV UTF-8”。")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as broken:
        if _mostly_utf8(data):
            line = data.count(b"\n", 0, broken.start) + 1
            raise refusal(
                f"is UTF-8 text with a damaged character in line {line}; save it again.",
                f"是 UTF-8 文本，但第 {line} 行有损坏的字符，请重新保存。",
            ) from None
    try:
        return data.decode("gb18030")
    except UnicodeDecodeError:
        raise _other_encoding(
            "is neither UTF-8 nor GB18030 text", "既不是 UTF-8 也不是 GB18030 编码"
        ) from None


def _other_encoding(en: str, zh: str) -> InputError:
    return refusal(f"{en}; save it as “CSV UTF-8”.", f"{zh}，请另存为“CSV UTF-8”。")


def _mostly_utf8(data: bytes) -> bool:
    """Whether text that is no UTF-8 as a whole was meant to be: GB18030 would make other names of it."""
    text = data.decode("utf-8", "replace")
    return len(_BEYOND_ASCII.findall(text)) > text.count(_NOT_DECODED)


def _width_of_first(text: str, delimiter: str) -> int:
    """How many cells the first row has when divided so; 0 when it cannot be."""
    try:
        first = next(_records(text[:_LONGEST_FIRST], delimiter), None)
        return len(first.cells) if first else 0
    except InputError:
        return 0


def _records(text: str, delimiter: str) -> Iterator[Record]:
    rows = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True, skipinitialspace=True)
    number = 0
    try:
        for number, cells in enumerate(rows, 1):
            # A row of nothing but delimiters is blank, also when it is divided by another one.
            if any(cell.strip().strip(",;") for cell in cells):
                yield Record(number, tuple(cells))
    except csv.Error:
        raise refusal(
            f"has a quotation mark without its partner in row {number + 1}; put it right and try again.",
            f"第 {number + 1} 行的引号不成对，请改正后重试。",
        ) from None
