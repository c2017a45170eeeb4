"""An XLSX workbook's bytes as rows of text: its first sheet, with limits on what it may unpack to."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from io import BytesIO
from typing import Any, Final

from domain.errors import InputError

WORKBOOK_START: Final = b"PK\x03\x04"

# A ZIP of a few KB can hold gigabytes. Python's reader never unpacks more of a part than its entry declares.
_MOST_UNPACKED: Final = 200_000_000
_MOST_PARTS: Final = 2_000
_MOST_COLUMNS: Final = 64
_MOST_ROWS: Final = 1_100_000


def workbook_rows(data: bytes) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The rows of the workbook's first visible sheet, with the numbers a spreadsheet shows (from 1).

    Cells are as a person reads them: whole numbers without a decimal point, dates as YYYY-MM-DD, of a
    formula the value it had when it was saved. Columns after the 64th are not looked at. InputError, one
    sentence: no XLSX, damaged, locked, or it unpacks to too much.
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
        raise _refusal(
            "is a damaged or locked workbook; save it again.", "是损坏或加密的工作簿，请重新保存。"
        ) from None


def _check_unpacked(data: bytes) -> None:
    try:
        with zipfile.ZipFile(BytesIO(data)) as parts:
            entries = parts.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise _refusal("is a damaged workbook; save it again.", "是损坏的工作簿，请重新保存。") from None
    names = {entry.filename for entry in entries}
    if "xl/workbook.xml" not in names:
        raise _refusal(
            "is no XLSX workbook (an ODS or another archive); save it as XLSX or CSV.",
            "不是 XLSX 工作簿（可能是 ODS 或其他压缩文件），请另存为 XLSX 或 CSV。",
        )
    if len(entries) > _MOST_PARTS or sum(entry.file_size for entry in entries) > _MOST_UNPACKED:
        raise _refusal("unpacks to more than 200 MB; split it.", "解压后超过 200 MB，请拆分。")


def _rows(book: Any) -> Iterator[tuple[int, tuple[str, ...]]]:
    sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    if not sheets:
        raise _refusal("is a workbook without a sheet of rows.", "是没有数据表的工作簿。")
    # What a file says of its own size may be wrong.
    sheets[0].reset_dimensions()
    rows = sheets[0].iter_rows(max_col=_MOST_COLUMNS, values_only=True)
    for number, cells in enumerate(rows, 1):
        if number > _MOST_ROWS:
            return
        texts = [_text(cell) for cell in cells]
        while texts and not texts[-1]:
            texts.pop()
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


def _refusal(en: str, zh: str) -> InputError:
    return InputError("input", f"The file {en}", f"文件{zh}")
