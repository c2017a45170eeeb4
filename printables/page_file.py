"""A PDF that is written page by page: what is in the file need not stay in memory.

The library keeps every page until it is saved, 12 KB each. Its objects format themselves one by one,
so this does what its own `PDFDocument.format` does (reportlab 5.1), but with each page as soon as it is
painted. What stays is a number and an offset for each.
"""

from __future__ import annotations

import re
from typing import Any, Protocol

from reportlab.pdfbase.pdfdoc import (
    PDFCrossReferenceTable,
    PDFFile,
    PDFIndirectObject,
    PDFObjectReference,
    PDFTrailer,
)
from reportlab.pdfgen.canvas import Canvas


class Output(Protocol):
    """What a file must be able to do."""

    def write(self, data: bytes, /) -> object:
        """Append bytes."""


# How the library tells which text a character beyond U+FFFF stands for; ISO 32000-1 §9.10.3 asks for UTF-16.
_FIVE_DIGITS = re.compile(r"(?<=<)[0-9A-F]{5,6}(?=>)")


def _in_utf16(found: re.Match[str]) -> str:
    return chr(int(found[0], 16)).encode("utf-16-be").hex().upper()


class PageFile:
    """The file behind a canvas: `end_page` after each page instead of its `showPage`, `close` after all."""

    def __init__(self, canvas: Canvas, output: Output) -> None:
        self._canvas = canvas
        self._document: Any = canvas._doc
        self._output = output
        self._length = 0
        self._append(PDFFile(self._document._pdfVersion).format(self._document))

    def end_page(self) -> None:
        """Write what was painted since the last page as a page of its own."""
        name = self._document.thisPageName()
        self._canvas.showPage()
        page = self._document.Pages.pages.pop()
        self._document.Pages.pages.append(PDFObjectReference(name))
        self._write(name)
        self._write(self._document.Reference(page.Contents).name)

    def close(self) -> None:
        """Write what all pages share, fonts above all, and where everything is."""
        document = self._document
        for font in document.delayedFonts:
            font.addObjects(document)
        for name, stream in document.idToObject.items():
            if name.startswith("toUnicodeCMap:"):
                stream.content = _FIVE_DIGITS.sub(_in_utf16, stream.content)
        document.info.invariant = document.invariant
        document.info.digest(document.signature)
        document.Catalog.Outlines = None
        ends = {"Root": document.Reference(document.Catalog), "Info": document.Reference(document.info)}
        number = 0
        while (number := number + 1) in document.numberToId:  # writing an object may number others
            if document.numberToId[number] not in document.idToOffset:
                self._write(document.numberToId[number])
        self._append_index(ends)

    def _append_index(self, ends: dict[str, PDFObjectReference]) -> None:
        """The table of offsets and the trailer (ISO 32000-1 §7.5.4, §7.5.5)."""
        start, names = self._length, list(self._document.numberToId.values())
        table = PDFCrossReferenceTable()
        table.addsection(0, names)
        self._append(table.format(self._document))
        trailer = PDFTrailer(startxref=start, Size=len(names) + 1, ID=self._document.ID(), **ends)
        self._append(trailer.format(self._document))

    def _write(self, name: str) -> None:
        """Write one object; its name and number stay, for whoever refers to it."""
        objects = self._document.idToObject
        self._document.idToOffset[name] = self._length
        self._append(PDFIndirectObject(name, objects[name]).format(self._document))
        objects[name] = None

    def _append(self, data: bytes) -> None:
        self._output.write(data)
        self._length += len(data)
