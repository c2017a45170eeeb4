"""The kinds of file a print can leave as."""

from __future__ import annotations

from enum import StrEnum

from printables.drawing import Drawing
from printables.pdf import pdf
from printables.png import png
from printables.svg import svg

DEFAULT_DPI = 300


class Format(StrEnum):
    """A file format; the value is its file name extension."""

    PDF = "pdf"
    PNG = "png"
    SVG = "svg"

    @property
    def media_type(self) -> str:
        """The type for HTTP (RFC 6838)."""
        return _MEDIA_TYPES[self]


_MEDIA_TYPES = {
    Format.PDF: "application/pdf",
    Format.PNG: "image/png",
    Format.SVG: "image/svg+xml",
}


def rendered(drawing: Drawing, kind: Format, dpi: int = DEFAULT_DPI) -> bytes:
    """The drawing as the bytes of a file; only a PNG has a dpi. InputError for an unusable dpi."""
    match kind:
        case Format.PDF:
            return pdf((drawing,))
        case Format.PNG:
            return png(drawing, dpi)
        case Format.SVG:
            return svg(drawing).encode("utf-8")
