"""The command, as a clerk uses it: a table in, a PDF and the new codes out, and plain words for all else."""

from __future__ import annotations

import csv
import os
import pty
import subprocess
from pathlib import Path

import openpyxl

from tests.printables.batch_runs import (
    CODES,
    NUMBERS,
    READ_BACK,
    SITE,
    Read,
    files_in,
    pages,
    program,
    rows_of,
    run,
)


def test_a_table_with_codes_becomes_a_pdf_whose_pages_read_back_in_order(
    table: Path, texts_read: Read
) -> None:
    table.write_bytes(
        "场所,出入口,场所码,编号,单位\r\n"
        f"云杉园,南门,{CODES[0]},{NUMBERS[0]},云杉物业\r\n"
        f"松涛园,北门,{SITE}/v/{CODES[1].lower()},{NUMBERS[1]},松涛物业\r\n".encode("gb18030")
    )
    result = run(table)

    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith("posters.pdf: 2 posters.\nposters.pdf：2 张海报。\n")
    (first, first_picture), (second, second_picture) = pages(table.parent / "posters.pdf")
    assert "云杉园" in first
    assert "松涛园" in second
    assert texts_read(first_picture) == {"zxing": [READ_BACK + CODES[0]], "pyzbar": [READ_BACK + CODES[0]]}
    assert texts_read(second_picture) == {"zxing": [READ_BACK + CODES[1]], "pyzbar": [READ_BACK + CODES[1]]}
    assert files_in(table.parent) == {"venues.csv", "posters.pdf"}


def test_new_codes_are_written_beside_the_pdf_and_are_those_on_the_pages(
    table: Path, texts_read: Read
) -> None:
    table.write_text("Venue;Gate\nSpruce Park;South\n=Pine;North\n", encoding="utf-8-sig")
    result = run(table)

    assert result.exit_code == 0
    assert "posters.codes.csv: new codes of 2 posters. Register them" in result.stdout
    assert "posters.codes.csv：2 张海报的新码。请先登记" in result.stdout
    header, *lines = rows_of(table.parent / "posters.codes.csv")
    assert header[4:6] == ["code 场所码", "short number 编号"]
    assert [line[0] for line in lines] == ["Spruce Park", "'=Pine"]
    for line, (text, picture) in zip(lines, pages(table.parent / "posters.pdf"), strict=True):
        assert texts_read(picture)["zxing"] == [line[4]]
        assert f"{line[5][:4]} {line[5][4:]}" in text


def test_printing_again_from_the_file_of_codes_gives_the_same_pages_and_no_new_codes(table: Path) -> None:
    table.write_text("venue,address\n云杉园,银杉路\nPine,-1 楼\n", encoding="utf-8")
    run(table, "--issued", "2026-03-01")
    codes = table.parent / "posters.codes.csv"
    before = codes.read_bytes()

    result = run(codes, "--issued", "2026-03-01", out="again/../posters.again.pdf")
    assert result.exit_code == 2  # there is no such folder
    again = run(codes, "--issued", "2026-03-01", out="again.pdf")

    assert (again.exit_code, again.stderr) == (0, "")
    texts = [text for text, _ in pages(table.parent / "posters.pdf")]
    assert [text for text, _ in pages(table.parent / "again.pdf")] == texts
    assert codes.read_bytes() == before
    assert files_in(table.parent) == {"venues.csv", "posters.pdf", "posters.codes.csv", "again.pdf"}


def test_codes_of_an_earlier_run_are_kept_since_their_posters_may_hang_already(table: Path) -> None:
    table.write_text("venue\nPark\n", encoding="utf-8")
    kept = []
    for _ in range(3):
        result = run(table)
        kept.append((table.parent / "posters.codes.csv").read_bytes())

    assert "posters.codes.2.csv: the earlier posters.codes.csv, kept." in result.stdout
    assert (table.parent / "posters.codes.1.csv").read_bytes() == kept[0]
    assert (table.parent / "posters.codes.2.csv").read_bytes() == kept[1]
    assert len(set(kept)) == 3


def test_bad_rows_are_named_and_the_others_printed(table: Path) -> None:
    table.write_text(
        "venue,code,address\n"
        f"Park 1,{CODES[0]},\n"
        ",,Road 2\n"
        f"Park 3,{CODES[0]},\n"
        "\ufe0f,,\n"  # a text for the table, and nothing to see on paper
        "Park 5,,Tower 🏢\n"
        "Park 6,NOCODE,\n",
        encoding="utf-8",
    )
    result = run(table)

    assert result.exit_code == 1
    said = result.stderr.splitlines()
    assert said[::2] == [
        "venues.csv, row 3, venue: Please fill this in.",
        "venues.csv, row 4, code: Row 2 has the same one; two posters must not share it.",
        "venues.csv, row 5: The venue name has no printable character; please give one.",
        said[6],
        "4 rows were not printed.",
        "venues.csv, row 6: The font cannot print these characters of the address; □ stands for U+1F3E2.",
    ]
    assert said[6].startswith("venues.csv, row 7, code: This is no venue code")
    assert said[1] == "venues.csv，第 3 行，场所：请填写此项。"
    assert said[9] == "4 行未打印。"
    assert [text.split("Park ")[1][0] for text, _ in pages(table.parent / "posters.pdf")] == ["1", "5"]
    assert [line[0] for line in rows_of(table.parent / "posters.codes.csv")[1:]] == ["Park 1", "Park 5"]


def test_progress_is_shown_only_where_somebody_looks(table: Path) -> None:
    table.write_text(f"venue,code,number\nPark,{CODES[0]},{NUMBERS[0]}\n", encoding="utf-8")
    ours, theirs = pty.openpty()
    done = subprocess.run(program(table), stdout=subprocess.PIPE, stderr=theirs, text=True, check=False)
    os.close(theirs)
    shown = os.read(ours, 65536).decode()
    os.close(ours)

    assert (done.returncode, done.stdout.splitlines()[0]) == (0, "posters.pdf: 1 poster.")
    assert "100%" in shown


def test_posters_share_sheets_and_bad_rows_leave_no_gap(table: Path) -> None:
    table.write_text(
        "venue\n" + "\n".join(f"Park {n}" for n in range(4)) + "\n,x\nPark 5\n", encoding="utf-8"
    )
    result = run(table, "--layout", "a4", "--ink", "black")

    assert result.exit_code == 1
    assert "posters.pdf: 5 posters on 2 sheets." in result.stdout
    (first, _), (second, _) = pages(table.parent / "posters.pdf")
    assert [f"Park {n}" in first for n in (0, 1, 2, 3, 5)] == [True] * 4 + [False]
    assert "Park 5" in second


def test_labels_are_printed_from_a_workbook_and_every_one_reads_back(table: Path, texts_read: Read) -> None:
    book = openpyxl.Workbook()
    book.active.append(["场所", "出入口"])
    for number in range(25):
        book.active.append([f"云杉科技园 {number}", "南门"])
    workbook = table.with_suffix(".xlsx")
    book.save(workbook)
    result = run(workbook, "--layout", "l7160")

    assert result.exit_code == 0
    assert "25 posters on 2 sheets" in result.stdout
    with (table.parent / "posters.codes.csv").open(encoding="utf-8-sig", newline="") as file:
        codes = {row["code 场所码"] for row in csv.DictReader(file)}
    found = [texts_read(picture)["zxing"] for _, picture in pages(table.parent / "posters.pdf")]
    assert [len(texts) for texts in found] == [21, 4]
    assert {text for texts in found for text in texts} == codes
