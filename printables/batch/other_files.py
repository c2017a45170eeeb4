"""What a file is that was given instead of a table: told by its first bytes, whatever it is called."""

from __future__ import annotations

import re
from typing import Final

from domain.wording import Sentence

_PICTURE: Final = Sentence(
    "is a picture. Type its rows into a spreadsheet and save that as XLSX or “CSV UTF-8”.",
    "是图片。请将内容录入电子表格，另存为 XLSX 或“CSV UTF-8”。",
)
_PDF: Final = Sentence(
    "is a PDF. Ask for the table that it was made of, or copy its rows into a spreadsheet saved as XLSX.",
    "是 PDF。请索取原始表格，或将内容复制到电子表格后另存为 XLSX。",
)
_ARCHIVE: Final = Sentence(
    "is packed. Unpack it and choose the table inside.", "是压缩文件，请解压后选择其中的表格。"
)
_PAGE: Final = Sentence(
    "is a web page or XML under another name. Open it in a spreadsheet and save it as XLSX.",
    "实为网页或 XML 文件。请用电子表格软件打开后另存为 XLSX。",
)
_WRITTEN: Final = Sentence(
    "is a written document and no table. Copy its rows into a spreadsheet and save that as XLSX.",
    "是文字文档，不是表格。请将内容复制到电子表格后另存为 XLSX。",
)
_LOCKED: Final = Sentence(
    "has a password. Save it as XLSX without one.", "设有密码，请取消密码后另存为 XLSX。"
)
_OLD: Final = Sentence(
    "is an XLS workbook or has a password; save it as XLSX or “CSV UTF-8” without one.",
    "是 XLS 工作簿或有密码，请另存为无密码的 XLSX 或“CSV UTF-8”。",
)
_OPEN: Final = Sentence(
    "is no XLSX but an ODS or another OpenDocument file; save it as XLSX.",
    "不是 XLSX，而是 ODS 等文件，请另存为 XLSX。",
)
# XLS and DOC are OLE files, and an XLSX with a password is one as well; inside, names are UTF-16.
_OLE: Final = b"\xd0\xcf\x11\xe0"
_INSIDE: Final = {"EncryptedPackage": _LOCKED, "WordDocument": _WRITTEN, "PowerPoint": _WRITTEN}
# No name of a column begins so. What has “ftyp” in it is a HEIC or AVIF picture, or a film.
_STARTS: Final = (
    (rb"\x89PNG|\xff\xd8\xff|GIF8[79]a|BM.{4}\0{4}|II\*\0|MM\0\*|RIFF.{4}WEBP|\0\0\0.ftyp", _PICTURE),
    (rb"\s*%PDF-", _PDF),
    (rb"\x1f\x8b|7z\xbc\xaf\x27\x1c|Rar!\x1a\x07|\xfd7zXZ\0|BZh[1-9]1AY&SY", _ARCHIVE),
    (rb"(\xef\xbb\xbf)?\s*<(!doctype|html|head|body|table|\?xml|\?mso|svg|meta|style)\b", _PAGE),
    (rb"\{\\rtf", _WRITTEN),
)
_KINDS: Final = tuple((re.compile(start, re.DOTALL | re.IGNORECASE), said) for start, said in _STARTS)


def instead_of_table(data: bytes) -> Sentence | None:
    """What a file is that is no CSV and no ZIP, and what to do; it goes on from “The file”, “文件”."""
    if data.startswith(_OLE):
        found = (said for name, said in _INSIDE.items() if name.encode("utf-16-le") in data)
        return next(found, _OLD)
    return next((said for start, said in _KINDS if start.match(data)), None)


def zipped_instead(names: frozenset[str]) -> Sentence:
    """What a ZIP with these parts is, and no XLSX."""
    if any(name.startswith(("word/", "ppt/")) for name in names):
        return _WRITTEN
    return _OPEN if "content.xml" in names else _ARCHIVE
