"""One way to write a CSV line: whatever a spreadsheet would run stands there as text (W10)."""

from __future__ import annotations

import csv
import io

import pytest

from web.services.tables.csv_lines import csv_lines


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@sum", "＝1+1", "＋1", "－1", "＠sum", "\t=1", "\r=1"])
def test_what_a_spreadsheet_would_run_is_text(cell: str):
    [[read]] = csv.reader(io.StringIO(csv_lines([[cell]]).decode(), newline=""))
    assert read == "'" + cell


def test_other_cells_come_back_as_they_are():
    rows = [["a,b", 'say "so"', "two\nlines", "李雷", ""]]
    assert list(csv.reader(io.StringIO(csv_lines(rows).decode(), newline=""))) == rows
