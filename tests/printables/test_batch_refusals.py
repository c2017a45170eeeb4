"""What a batch of posters refuses, and what an interrupted run leaves: plain words, and nothing lost."""

from __future__ import annotations

import os
import subprocess
from datetime import date
from pathlib import Path

import pytest

from printables.batch.job import Job, print_posters
from printables.batch.printing import Sheet
from printables.batch.venues import venue_table
from printables.fonts import Face
from tests.printables.batch_runs import (
    SITE,
    files_in,
    program,
    run,
)


def test_without_one_good_row_there_is_no_pdf_and_what_was_there_stays(table: Path) -> None:
    table.write_text("venue,address\n,Road 1\n\u200b,Road 2\n", encoding="utf-8")
    (table.parent / "posters.pdf").write_bytes(b"of last week")

    result = run(table)

    assert (result.exit_code, result.stdout) == (1, "")
    assert "2 rows were not printed." in result.stderr
    assert (table.parent / "posters.pdf").read_bytes() == b"of last week"
    assert files_in(table.parent) == {"venues.csv", "posters.pdf"}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (None, "does not exist"),
        (b"", "is empty"),
        (b"PK\x03\x04" + bytes(200), "damaged workbook"),
        ("venue\nCafé, x\n".encode("latin-1"), "neither UTF-8 nor GB18030"),
        (b"venue,colour\nPark,red\n", "“colour” that is not known"),
        (b"Park,South\n", "does not begin with column names"),
        (b"venue\n" + bytes(1) * 50_000_000, "larger than 50 MB"),
    ],
    ids=["missing", "empty", "workbook", "latin-1", "column", "header", "large"],
)
def test_a_table_that_cannot_be_read_is_one_sentence_and_status_2(
    data: bytes | None, said: str, table: Path
) -> None:
    if data is not None:
        table.write_bytes(data)
    result = run(table)

    assert (result.exit_code, result.stdout) == (2, "")
    english, chinese = result.stderr.splitlines()
    assert english.startswith("Error: venues.csv: The file ")
    assert said in english
    assert chinese.startswith("venues.csv：文件")
    assert files_in(table.parent) <= {"venues.csv"}


def test_a_folder_given_as_table_is_told() -> None:
    result = run(Path(os.devnull).parent)

    assert result.exit_code == 2
    assert "cannot be read: Is a directory" in result.stderr


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (["--size", "B5"], "A3, A4, A5, A6"),
        (["--lang", "fr"], "zh, en"),
        (["--base-url", "park"], "https://park.example"),
        (["--base-url", f"https://{'a' * 300}.example"], "shorten the URL"),
        (["--font", os.devnull], os.devnull),
        (["--out", "posters.png"], "posters.png must end in .pdf"),
        (["--out", "posters"], "posters must end in .pdf"),
        (["--out", "/nowhere/posters.pdf"], "Cannot write /nowhere/posters.pdf"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_a_wrong_option_is_told_once_and_not_for_every_row(change: list[str], said: str, table: Path) -> None:
    table.write_text("venue\nPark\nPark\n", encoding="utf-8")
    result = run(table, *change)

    assert (result.exit_code, result.stdout) == (2, "")
    english, chinese = result.stderr.splitlines()
    assert said in english
    assert chinese
    assert files_in(table.parent) == {"venues.csv"}


def test_a_run_that_is_interrupted_leaves_what_was_there(table: Path, face: Face) -> None:
    out = table.parent / "posters.pdf"
    out.write_bytes(b"of last week")
    rows = venue_table(b"venue\nPark 1\nPark 2\nPark 3\n", SITE).rows
    done = 0

    def interrupted() -> None:
        nonlocal done
        done += 1
        if done == 2:
            raise KeyboardInterrupt

    job = Job(SITE, Sheet(("en",), "A6", face), date(2026, 3, 1), 28, "posters")
    with pytest.raises(KeyboardInterrupt):
        print_posters(rows, job, out, os.urandom, interrupted)

    assert out.read_bytes() == b"of last week"
    assert files_in(table.parent) == {"posters.pdf"}


def test_a_full_disk_is_told_and_leaves_nothing_behind(table: Path) -> None:
    table.write_text("venue\nPark\n", encoding="utf-8")
    limited = ["bash", "-c", 'ulimit -f 8; exec "$@"', "bash", *program(table)]
    done = subprocess.run(limited, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("Error: Cannot write ")
    assert "Traceback" not in done.stderr
    assert files_in(table.parent) == {"venues.csv"}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--layout", "b5"), "L7160"),
        (("--layout", "3x7:500x500"), "do not fit"),
        (("--size", "A4", "--layout", "a4"), "does not hold two"),
        (("--layout", "9x9:20x20"), "25 to 300"),
        (("--logo", os.devnull), "logo"),
    ],
)
def test_a_layout_or_logo_that_cannot_be_used_is_told_once(
    options: tuple[str, ...], said: str, table: Path
) -> None:
    table.write_text("venue\nPark\nPark 2\n", encoding="utf-8")
    result = run(table, *options)

    assert result.exit_code == 2
    assert said in result.stderr
    assert len(result.stderr.splitlines()) == 2
    assert files_in(table.parent) == {"venues.csv"}
