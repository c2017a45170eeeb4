"""Tables as people's programs save them, and what is said about those that cannot be used."""

from __future__ import annotations

import codecs

import pytest

from domain.errors import InputError
from domain.venue import poster_id
from printables.batch.table import MOST_BYTES
from printables.batch.venues import VenueRow, VenueTable, venue_table

SITE = "https://park.example"
CODE = "CI5XYQNE6DLJHUZ2WVTM4GKA7Q"
TABLE = f"""场所,出入口,地址,单位,场所码,编号
云杉科技园,南门,银杉路 88 号,云杉物业,{CODE},
云杉科技园,北门,银杉路 90 号,云杉物业,,
"""
ROWS = (
    VenueRow(2, "云杉科技园", "南门", "银杉路 88 号", "云杉物业", "", poster_id(CODE), None),
    VenueRow(3, "云杉科技园", "北门", "银杉路 90 号", "云杉物业", "", None, None),
)


def read(text: str | bytes) -> VenueTable:
    return venue_table(text.encode() if isinstance(text, str) else text, SITE)


def refused(data: str | bytes) -> str:
    with pytest.raises(InputError) as caught:
        read(data)
    sentence = caught.value.sentence
    assert sentence.zh.startswith("文件")
    assert "\n" not in sentence.en + sentence.zh
    return sentence.en


@pytest.mark.parametrize("delimiter", [",", ";", "\t"], ids=["comma", "semicolon", "tab"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"], ids=["unix", "windows", "old-mac"])
def test_the_same_table_is_read_whichever_program_saved_it(
    delimiter: str, encoding: str, line_end: str
) -> None:
    saved = TABLE.replace(",", delimiter).replace("\n", line_end).encode(encoding)

    assert read(saved) == VenueTable(ROWS, ())


def test_a_gb18030_file_with_its_own_mark_and_four_byte_characters_is_read() -> None:
    table = read("\ufeff场所,地址\n㐀㐁园,🏢 路\n".encode("gb18030"))

    assert (table.rows[0].venue, table.rows[0].address) == ("㐀㐁园", "🏢 路")


@pytest.mark.parametrize(
    "header",
    [
        "venue,entrance,address,operator,code,short number",
        "VENUE,Entrance,ADDRESS,Operator,Code,SHORT NUMBER",
        "Venue name,Gate,venue_address,Run by,URL,short-number",
        "场所名称,出入口名称,场所地址,运营单位,网址,短编号",
        "venue 场所,entrance 出入口,address 地址,operator 单位,code 场所码,short number 编号",
        "场所（Venue）,出入口/Entrance,地址｜Address,单位_operator,场所码 code,编号：number",
        "ｖｅｎｕｅ, entrance ,　地址　,单位,Code,Number",
        '"venue","entrance","address","operator","code","number"',
    ],
)
def test_columns_are_known_by_many_names_in_both_languages(header: str) -> None:
    assert read(TABLE.replace(TABLE.splitlines()[0], header)) == VenueTable(ROWS, ())


def test_columns_may_come_in_any_order_and_the_others_may_be_missing() -> None:
    assert read("地址,Venue\n银杉路,Spruce Park\n").rows == (
        VenueRow(2, "Spruce Park", "", "银杉路", "", "", None, None),
    )


def test_cells_with_delimiters_quotes_and_line_breaks_are_one_cell_and_one_row() -> None:
    table = read('venue,address\n"Park ""A"", south","Road 1\n2nd floor"\n\n,\nNext,Road 2\n')

    assert [(row.number, row.venue, row.address) for row in table.rows] == [
        (2, 'Park "A", south', "Road 1 2nd floor"),
        (5, "Next", "Road 2"),
    ]


def test_column_names_may_stand_below_blank_rows_which_a_spreadsheet_counts() -> None:
    assert [row.number for row in read("\n,,\nvenue,entrance\nPark,South\n").rows] == [4]


def test_the_apostrophe_that_guards_a_cell_from_being_a_formula_is_not_printed() -> None:
    assert read("venue,address\nPark,'-1 floor\n'Round Table',x\n").rows == (
        VenueRow(2, "Park", "", "-1 floor", "", "", None, None),
        VenueRow(3, "'Round Table'", "", "x", "", "", None, None),
    )


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (codecs.BOM_UTF8 + b" \r\n,,,\r\n", "is empty"),
        (b"venue,entrance\n", "no rows"),
        (b"venue,entrance\n\n,\n", "no rows"),
        (b"PK\x03\x04\x14\x00rest of a workbook", "damaged workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "workbook"),
        (TABLE.encode("utf-16"), "UTF-16"),
        (b"\x7fELF\x02\x01\x01\x00", "not text"),
        ("venue\nCafé, Zürich\n".encode("latin-1"), "neither UTF-8 nor GB18030"),
        ('venue,entrance\nPark,"South\nNext,North\n', "quotation mark"),
        ('venue,entrance\n"Park"s,South\n', "in row 2"),
        ("Spruce Park,South gate\nNext,North\n", "Spruce Park"),
        ("venue,colour\nPark,red\n", "“colour”"),
        ("entrance,address\nSouth,Road 1\n", "no column “venue”"),
        ("venue,场所名称\nPark,园\n", "“venue” twice"),
        (b"venue\n" + b"x" * MOST_BYTES, "50 MB"),
        ("venue\n" + "Park\n" * 100_001, "100,000 rows"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 30 else "",
)
def test_a_file_that_cannot_be_used_gets_one_sentence(data: str | bytes, said: str) -> None:
    assert said in refused(data)


def test_a_damaged_utf8_file_is_not_taken_for_gb18030_which_would_print_other_names() -> None:
    damaged = "venue\n云杉科技园管理处\n青松苑\n".encode().replace("松".encode(), "松".encode()[:2])
    assert "浜" in damaged.decode("gb18030")

    assert "damaged character in line 3" in refused(damaged)


@pytest.mark.parametrize("data", ["venue,颜色\nPark,red\n", "Spruce Park,South gate\n"])
def test_whoever_used_an_unknown_name_is_told_the_known_ones_in_both_languages(data: str) -> None:
    with pytest.raises(InputError) as caught:
        read(data)

    known = "venue, entrance, address, operator, code, short number, serial"
    assert caught.value.sentence.en.endswith(f"Known: {known}.")
    assert caught.value.sentence.zh.endswith("可用的列：场所、出入口、地址、单位、场所码、编号、序号。")


def test_a_name_of_ten_thousand_characters_or_with_controls_does_not_flood_the_terminal() -> None:
    said = refused("venue,\x1b[31m" + "长" * 10_000 + "\nPark,x\n")

    assert "\x1b" not in said
    assert len(said) < 250
