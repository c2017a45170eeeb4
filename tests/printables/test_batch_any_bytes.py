"""Whatever bytes are given as a table: rows and findings, or one sentence; never anything else."""

from __future__ import annotations

import csv
from io import StringIO

from hypothesis import example, given, settings
from hypothesis import strategies as st

from domain.errors import InputError
from domain.venue import short_number
from domain.visitor import cleaned
from printables.batch.minting import CodedRow, codes_header, codes_line
from printables.batch.venues import VenueRow, venue_table

SITE = "https://park.example"
NAMES = [
    *("venue", "场所", "Entrance", "出入口", "地址", "unit", "code", "场所码", "编号", "short number"),
    *("序号", "VENUE 场所", "", "colour"),
]
CELLS = st.text(max_size=12) | st.sampled_from(['"', '""', "'=1", "\0", "AAAAAAAAAAAAAAAAAAAAAAAAAA", "/V/"])


@st.composite
def tables(draw: st.DrawFn) -> bytes:
    """Something like what people save: names above cells, some broken, in any encoding."""
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=8))
    rows = draw(st.lists(st.lists(CELLS, max_size=9), max_size=6))
    delimiter, line_end = draw(st.sampled_from(",;\t")), draw(st.sampled_from(["\n", "\r\n", "\r"]))
    text = line_end.join(delimiter.join(cells) for cells in (names, *rows))
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16", "latin-1"]))
    return text.encode(encoding, "replace") + draw(st.binary(max_size=3))


@settings(max_examples=400, deadline=None)
@given(st.binary(max_size=300) | tables())
@example(b"\xef\xbb\xbf")
@example(b"\xff\xfe")
@example(b'"')
@example(b'venue\n"')
@example(b"\x84\x31\x95\x33")
@example(b"venue\n" + b"x" * 140_000)
@example(b"\n" * 70_000 + b"venue\nPark")
def test_any_bytes_become_rows_or_one_sentence(data: bytes) -> None:
    try:
        table = venue_table(data, SITE)
    except InputError as refused:
        for sentence in (refused.sentence.en, refused.sentence.zh):
            assert sentence.isprintable()
            assert len(sentence) < 300
        return
    numbers = [row.number for row in table.rows]
    wrong = {finding.number for finding in table.findings}
    assert numbers == sorted(set(numbers))
    assert numbers or wrong
    assert not wrong & set(numbers)
    for row in table.rows:
        assert row.venue == cleaned(row.venue, "venue")
        assert row.code is None or len(row.code) == 16
    codes = [row.code for row in table.rows if row.code]
    assert len(codes) == len(set(codes))


@st.composite
def names(draw: st.DrawFn, least: int = 0) -> str:
    """A name as the reader leaves it: one line, nothing invisible."""
    odd = st.sampled_from(["=1+1", "-1 楼", '@"x"', "a,b;c\td", "＝1"])
    text = draw(st.text(min_size=least, max_size=30) | odd)
    try:
        name = cleaned(text, "name")
    except InputError:
        return "Park" if least else ""
    # Such an apostrophe is a spreadsheet's own: the reader has taken it away.
    return name if not name.startswith("'") else "Park"


@settings(deadline=None)
@given(names(1), names(), names(), names(), names(), st.binary(min_size=16, max_size=16))
def test_the_file_of_new_codes_is_itself_a_table_that_prints_the_same_posters(
    venue: str, entrance: str, address: str, operator: str, serial: str, code: bytes
) -> None:
    number = short_number(code)
    row = VenueRow(2, venue, entrance, address, operator, serial, None, None)
    line = codes_line(CodedRow(row, code, number), SITE)

    table = venue_table(codes_header() + line, SITE)

    assert table.rows == (VenueRow(2, venue, entrance, address, operator, serial, code, number),)
    (cells,) = csv.reader(StringIO(line.decode("utf-8"), newline=""))
    assert not any(cell.startswith(tuple("=+-@＝＋－＠\t\r")) for cell in cells)
