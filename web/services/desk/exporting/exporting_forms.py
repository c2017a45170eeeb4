"""The three forms of a file of entries: CSV for any spreadsheet, XLSX, JSON Lines; written as rows come."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from domain.wording import Sentence
from web.services.desk.exporting.exporting_columns import Cells
from web.services.tables.csv_lines import BOM, safe

# Of a sheet's 1,048,576 rows the first is the header.
SHEET_ROWS = 1_048_575
# Its parts lie beside it while it is made, and not where others may read.
_XLSX = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
_TO_QUOTE = re.compile(r'[",\r\n]')
_NUMBERS = ("people", "temperature", "number", "rules")


class Form(StrEnum):
    """What kind of file."""

    CSV = "csv"
    XLSX = "xlsx"
    JSONL = "jsonl"


class Writer(Protocol):
    """Takes rows of cells; those of a CSV file are safe for spreadsheets already."""

    def write(self, rows: list[Cells]) -> None:
        """Put rows below those that are there."""

    def close(self) -> str:
        """Finish the file; the SHA-256 of all of it, in hex."""


def written_as(form: Form, path: Path, columns: Mapping[str, Sentence]) -> Writer:
    """A writer of a new file in this form."""
    if form is Form.CSV:
        return CsvFile(path, columns)
    return JsonLines(path, columns) if form is Form.JSONL else Workbook(path, columns)


def csv_cell(text: str) -> str:
    """A cell as it stands in a CSV file: no formula, and quoted where it must be (RFC 4180 §2)."""
    cell = safe(text)
    return '"' + cell.replace('"', '""') + '"' if _TO_QUOTE.search(cell) else cell


def csv_header(columns: Mapping[str, Sentence]) -> bytes:
    """The first bytes of a CSV file: the mark of UTF-8 and the names of the columns."""
    return BOM + csv_rows([tuple(csv_cell(f"{name.en} {name.zh}") for name in columns.values())])


def csv_rows(rows: list[Cells]) -> bytes:
    """Rows of cells that went through `csv_cell`, numbers and fixed words as lines of a CSV file."""
    if not rows:
        return b""
    line = ",".join(["%s"] * len(rows[0]))
    return ("\r\n".join([line % row for row in rows]) + "\r\n").encode("utf-8", "replace")


class CsvFile:
    """UTF-8 with its mark, which Excel needs."""

    def __init__(self, path: Path, columns: Mapping[str, Sentence]) -> None:
        self._file = _Hashed(path)
        self._file.write(csv_header(columns))

    def write(self, rows: list[Cells]) -> None:
        """See Writer.write."""
        self._file.write(csv_rows(rows))

    def close(self) -> str:
        """See Writer.close."""
        return self._file.close()


class JsonLines:
    """One object a line, by the names of the columns."""

    def __init__(self, path: Path, columns: Mapping[str, Sentence]) -> None:
        self._file, self._names = _Hashed(path), tuple(columns)
        self._encoded = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

    def write(self, rows: list[Cells]) -> None:
        """See Writer.write."""
        names, encoded = self._names, self._encoded
        lines = [encoded(dict(zip(names, row, strict=True))) for row in rows]
        self._file.write(("\n".join(lines) + "\n").encode("utf-8", "replace"))

    def close(self) -> str:
        """See Writer.close."""
        return self._file.close()


class Workbook:
    """A workbook that is written row by row; what does not fit on a sheet goes on the next."""

    def __init__(self, path: Path, columns: Mapping[str, Sentence], sheet_rows: int = SHEET_ROWS) -> None:
        import xlsxwriter  # with the first workbook

        self._path, self._columns, self._sheet_rows = path, columns, sheet_rows
        self._book = xlsxwriter.Workbook(str(path), _XLSX | {"tmpdir": str(path.parent)})
        self._bold = self._book.add_format({"bold": True})
        self._numbers = [name in _NUMBERS for name in columns]
        self._sheet: Any = None
        self._next = 0
        self._begin()

    def write(self, rows: list[Cells]) -> None:
        """See Writer.write."""
        for row in rows:
            if self._next > self._sheet_rows:
                self._begin()
            string, number, at = self._sheet.write_string, self._sheet.write_number, self._next
            for column, (cell, is_number) in enumerate(zip(row, self._numbers, strict=True)):
                if cell == "":
                    continue
                if is_number:
                    number(at, column, cell)
                else:
                    string(at, column, cell)
            self._next += 1

    def close(self) -> str:
        """See Writer.close."""
        self._book.close()
        with self._path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def _begin(self) -> None:
        self._sheet = self._book.add_worksheet()
        self._sheet.freeze_panes(1, 0)
        for column, name in enumerate(self._columns.values()):
            self._sheet.write_string(0, column, f"{name.en} {name.zh}", self._bold)
        self._next = 1


class _Hashed:
    """A new file whose digest is known when it is closed."""

    def __init__(self, path: Path) -> None:
        self._file: BinaryIO = path.open("wb")
        self._digest = hashlib.sha256()

    def write(self, content: bytes) -> None:
        self._digest.update(content)
        self._file.write(content)

    def close(self) -> str:
        self._file.close()
        return self._digest.hexdigest()
