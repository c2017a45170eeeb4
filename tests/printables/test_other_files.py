"""A file of another kind in the place of a table is recognised by its bytes, and what to do is said."""

from __future__ import annotations

import gzip
import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from domain.errors import InputError
from printables.batch.table import records_of

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def picture(form: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (9, 9), "red").save(file, form)
    return file.getvalue()


def zipped(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as parts:
        for name in names:
            parts.writestr(name, "x")
    return file.getvalue()


KINDS = {
    **{form: (picture(form), "picture", "图片") for form in ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP")},
    "HEIC": (b"\0\0\0\x18ftypheic", "picture", "图片"),
    "PDF": (b"%PDF-1.7\n1 0 obj <</Type /Catalog>>\n", "PDF", "PDF"),
    "XLS": (OLE + "Workbook".encode("utf-16-le"), "XLS workbook", "XLS 工作簿"),
    "locked XLSX": (OLE + "EncryptedPackage".encode("utf-16-le"), "password", "密码"),
    "DOC": (OLE + "WordDocument".encode("utf-16-le"), "written document", "文字文档"),
    "DOCX": (zipped("[Content_Types].xml", "word/document.xml"), "written document", "文字文档"),
    "RTF": (rb"{\rtf1\ansi venue}", "written document", "文字文档"),
    "ODS": (zipped("mimetype", "content.xml"), "ODS", "ODS"),
    "ZIP": (zipped("venues.csv"), "Unpack", "解压"),
    "GZIP": (gzip.compress(b"venue\nPark\n"), "Unpack", "解压"),
    "HTML as .xls": (b"\xef\xbb\xbf\r\n<TABLE border=1><tr><td>venue</td></tr></TABLE>", "web page", "网页"),
    "XML": (b"<?xml version='1.0'?><Workbook/>", "web page or XML", "XML"),
    "UTF-16": ("场所\n南门\n".encode("utf-16"), "UTF-16", "UTF-16"),
}


@pytest.mark.parametrize(("data", "en", "zh"), KINDS.values(), ids=KINDS.keys())
def test_what_is_no_table_is_named_with_what_to_do(data: bytes, en: str, zh: str) -> None:
    with pytest.raises(InputError) as refused:
        list(records_of(data))
    assert en in refused.value.sentence.en
    assert zh in refused.value.sentence.zh


@settings(max_examples=300)
@given(st.sampled_from([data for data, _, _ in KINDS.values()]), st.data())
def test_of_another_kind_not_a_byte_is_shown(data: bytes, drawn: st.DataObject) -> None:
    """However the rest of the file goes on, the sentence is one of ours and repeats nothing of it."""
    start = data[:24] if not data.startswith(b"PK") else data
    rest = drawn.draw(st.binary(max_size=200)) if not data.startswith(b"PK") else b""
    with pytest.raises(InputError) as refused:
        list(records_of(start + rest))
    assert refused.value.sentence.en.isprintable()
    assert len(refused.value.sentence.en) < 200


@given(
    st.lists(
        st.lists(
            st.text(st.characters(whitelist_categories=("Lu", "Ll", "Lo", "Nd")), min_size=1, max_size=9),
            min_size=2,
            max_size=2,
        ),
        min_size=1,
        max_size=4,
    ),
    st.sampled_from(["utf-8", "utf-8-sig"]),
)
def test_text_with_cells_of_letters_is_never_taken_for_another_kind(
    rows: list[list[str]], encoding: str
) -> None:
    text = "\n".join(",".join(row) for row in rows)
    assert [list(record.cells) for record in records_of(text.encode(encoding))] == rows


def test_chinese_text_in_gbk_is_a_table() -> None:
    [header, row] = records_of("场所,地址\n云杉科技园,滨海路1号\n".encode("gbk"))
    assert (header.cells, row.cells) == (("场所", "地址"), ("云杉科技园", "滨海路1号"))
