"""An XLSX workbook's bytes as rows of text: its first sheet, with limits on what it may unpack to."""

from __future__ import annotations

import warnings
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from io import BytesIO
from typing import Any, Final

from domain.errors import InputError
from printables.batch.other_files import zipped_instead

WORKBOOK_START: Final = b"PK\x03\x04"

# A ZIP of a few KB can hold gigabytes. Python's reader never unpacks more of a part than its entry declares.
_MOST_UNPACKED: Final = 200_000_000
_MOST_PARTS: Final = 2_000
# What unpacks to little can still take minutes and gigabytes to read: 5 µs and 100 bytes an element, be it
# empty. So all of that may grow with what was sent, and not much beyond it.
_UNPACKED_FREE, _UNPACKED_PER_BYTE = 20_000_000, 30
_ELEMENTS_FREE, _ELEMENTS_PER_BYTE = 1_000_000, 0.5
_ATTRIBUTES_FREE, _ATTRIBUTES_PER_BYTE = 2_000_000, 2
_AT_ONCE: Final = 1 << 20
# Between two rows may be a million that are not in the file at all, each read in 4 µs.
_MOST_EMPTY: Final = 200_000
_MOST_COLUMNS: Final = 64
_MOST_ROWS: Final = 1_100_000


def workbook_rows(data: bytes) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The rows of the workbook's first visible sheet, with the numbers a spreadsheet shows (from 1).

    Cells are as a person reads them: whole numbers without a decimal point, dates as YYYY-MM-DD, of a
    formula the value it had when it was saved. Columns after the 64th are not looked at. InputError, one
    sentence: no XLSX, damaged, locked, it unpacks to too much, or has more empty rows than anybody left.
    """
    _check_unpacked(data)
    import openpyxl  # with the first workbook: it takes a tenth of a second

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and print settings, which are not looked at
            book = openpyxl.load_workbook(BytesIO(data), read_only=True, data_only=True, keep_links=False)
            yield from _rows(book)
    except InputError:
        raise
    except Exception:  # a damaged workbook makes the parsers raise almost anything
        raise _damaged() from None


def _check_unpacked(data: bytes) -> None:
    try:
        with zipfile.ZipFile(BytesIO(data)) as parts:
            entries = parts.infolist()
    except _BROKEN:
        raise _refusal("is a damaged workbook; save it again.", "是损坏的工作簿，请重新保存。") from None
    names = frozenset(entry.filename for entry in entries)
    if "xl/workbook.xml" not in names:
        other = zipped_instead(names)
        raise _refusal(other.en, other.zh)
    unpacked = min(_MOST_UNPACKED, _UNPACKED_FREE + _UNPACKED_PER_BYTE * len(data))
    if len(entries) > _MOST_PARTS or sum(entry.file_size for entry in entries) > unpacked:
        raise _refusal("unpacks to too much; split it.", "解压后过大，请拆分。")
    try:
        _check_markup(data)
    except _BROKEN:
        raise _damaged() from None


def _check_markup(data: bytes) -> None:
    """InputError for more elements or attributes than a table of this size has; nothing is parsed yet."""
    elements, attributes = 0, 0
    with zipfile.ZipFile(BytesIO(data)) as parts:
        for entry in parts.infolist():
            with parts.open(entry) as part:
                while piece := part.read(_AT_ONCE):
                    elements += piece.count(b"<")
                    attributes += piece.count(b"=")
                    if elements > _ELEMENTS_FREE + _ELEMENTS_PER_BYTE * len(
                        data
                    ) or attributes > _ATTRIBUTES_FREE + _ATTRIBUTES_PER_BYTE * len(data):
                        raise _refusal("holds too many cells; split it.", "单元格过多，请拆分。")


def _rows(book: Any) -> Iterator[tuple[int, tuple[str, ...]]]:
    sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    if not sheets:
        raise _refusal("is a workbook without a sheet of rows.", "是没有数据表的工作簿。")
    # What a file says of its own size may be wrong.
    sheets[0].reset_dimensions()
    rows = sheets[0].iter_rows(max_col=_MOST_COLUMNS, values_only=True)
    empty = 0
    for number, cells in enumerate(rows, 1):
        if number > _MOST_ROWS:
            return
        texts = [_text(cell) for cell in cells]
        while texts and not texts[-1]:
            texts.pop()
        empty += not texts
        if empty > _MOST_EMPTY:
            raise _refusal(
                f"has more than {_MOST_EMPTY:,} empty rows above row {number}; delete them.",
                f"第 {number} 行之前的空行超过 {_MOST_EMPTY:,} 个，请删除。",
            )
        yield number, tuple(texts)


def _text(cell: object) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return str(cell).upper()
        case float() if cell.is_integer() and abs(cell) < 1e15:
            return str(int(cell))
        case datetime() if cell.time() == time(0):
            return cell.date().isoformat()
        case datetime() | date() | time():
            return cell.isoformat()
        case _:
            return str(cell)


_BROKEN = (zipfile.BadZipFile, zlib.error, ValueError, EOFError, NotImplementedError, RuntimeError)


def _damaged() -> InputError:
    return _refusal("is a damaged or locked workbook; save it again.", "是损坏或加密的工作簿，请重新保存。")


def _refusal(en: str, zh: str) -> InputError:
    return InputError("input", f"The file {en}", f"文件{zh}")
