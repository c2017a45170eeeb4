"""Lines of a CSV file that a spreadsheet opens as text, in UTF-8 with its mark."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

BOM = b"\xef\xbb\xbf"
# A spreadsheet would run these as formulas, a Chinese one also the wide ones (OWASP: CSV injection).
FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r")


def safe(cell: str) -> str:
    """The cell, with a mark before what a spreadsheet would run."""
    return "'" + cell if cell.startswith(FORMULA_STARTS) else cell


def csv_lines(rows: Iterable[Sequence[str]]) -> bytes:
    """The rows as lines, every cell safe for a spreadsheet."""
    text = io.StringIO()
    csv.writer(text).writerows([safe(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8", "replace")
