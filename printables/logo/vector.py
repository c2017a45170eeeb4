"""An SVG logo: only plain shapes and colours of it are taken, written anew and drawn as pixels."""

from __future__ import annotations

import re
from typing import Any, Final
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

import resvg_py

from domain.errors import InputError

_MOST_BYTES: Final = 300_000
_MOST_ELEMENTS: Final = 5_000
_SVG: Final = "http://www.w3.org/2000/svg"
_XLINK_HREF: Final = "http://www.w3.org/1999/xlink href"

_SHAPES: Final = frozenset(["path", "rect", "circle", "ellipse", "line", "polyline", "polygon"])
_GROUPS: Final = frozenset(["svg", "g", "defs", "linearGradient", "radialGradient", "stop", "style"])
# These say something and draw nothing: left out without a word.
_SILENT: Final = frozenset(["title", "desc", "metadata"])
_ATTRIBUTE_NAMES: Final = """
id class style d x y cx cy r rx ry x1 y1 x2 y2 fx fy points width height viewBox transform
preserveAspectRatio fill fill-rule fill-opacity stroke stroke-width stroke-linecap stroke-linejoin
stroke-miterlimit stroke-dasharray stroke-dashoffset stroke-opacity opacity color display visibility
offset stop-color stop-opacity gradientUnits gradientTransform spreadMethod href
"""
_ATTRIBUTES: Final = frozenset(_ATTRIBUTE_NAMES.split())
# A paint of the same file is all that an address may name; a style sheet may fetch others by “@import”.
_FETCHES: Final = re.compile(r"url\s*\(\s*(?!['\"]?#)|@|\\|expression|javascript:", re.IGNORECASE)
_NUMBER: Final = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*(?:px|pt|mm|cm|in)?\s*\Z")


def looks_like_svg(data: bytes) -> bool:
    """Whether the bytes begin as an XML file does."""
    return data[:200].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


def vector_logo(data: bytes, side: int) -> bytes:
    """The SVG as a PNG on white whose longer side has `side` pixels.

    Shapes, groups, gradients and their styles are written to a new SVG, and only that is drawn: no text
    (its font may be missing here), no picture, link, script, filter, entity or reference that multiplies.
    InputError names the first thing that is not taken.
    """
    if len(data) > _MOST_BYTES:
        raise _refusal(
            "has more than 300 KB; simplify it or save it as PNG.", "超过 300 KB，请简化或存为 PNG。"
        )
    plain = _Plain()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = plain.doctype
    parser.StartElementHandler = plain.start
    parser.EndElementHandler = plain.end
    parser.CharacterDataHandler = plain.text
    try:
        parser.Parse(data, True)
        width, height = plain.drawn_size(side)
        drawn: bytes = resvg_py.svg_to_bytes(
            svg_string="".join(plain.parts), width=width, height=height, skip_system_fonts=True
        )
    except (expat.ExpatError, ValueError):
        raise _refusal(
            "is no valid SVG; save it again or as PNG.", "不是有效的 SVG，请重新保存或存为 PNG。"
        ) from None
    return drawn


class _Plain:
    """What is taken of an SVG, written anew while it is read."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self._size: tuple[float, float] | None = None
        self._open: list[str] = []
        self._skipped = 0
        self._count = 0

    def doctype(self, *_: object) -> None:
        raise _not_taken("DOCTYPE")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        namespace, _, local = name.rpartition(" ")
        self._count += 1
        if self._count > _MOST_ELEMENTS or len(self._open) > 100:
            raise _refusal(
                "has too many parts; simplify it or save it as PNG.", "内容过多，请简化或存为 PNG。"
            )
        if self._skipped or namespace != _SVG or local in _SILENT:
            # An editor's own notes, and whatever they hold.
            self._skipped += 1
            return
        if local not in _SHAPES | _GROUPS:
            raise _not_taken(local)
        said = _taken(attributes)
        if not self._open:
            self._size = _size(said)
            said = {**said, "xmlns": _SVG}
        self._open.append(local)
        self.parts.append(f"<{local}{''.join(f' {key}={quoteattr(value)}' for key, value in said.items())}>")

    def end(self, _: str) -> None:
        if self._skipped:
            self._skipped -= 1
        else:
            self.parts.append(f"</{self._open.pop()}>")

    def text(self, data: str) -> None:
        """Only a style sheet's text is anything."""
        if not self._skipped and self._open and self._open[-1] == "style":
            if _FETCHES.search(data):
                raise _not_taken("@import, url()")
            self.parts.append(escape(data))

    def drawn_size(self, side: int) -> tuple[int, int]:
        """Width and height in pixels, the longer `side`."""
        if self._size is None:
            raise _refusal(
                "does not say its size (viewBox); save it again or as PNG.",
                "未写明尺寸（viewBox），请重新保存或存为 PNG。",
            )
        width, height = self._size
        scale = side / max(width, height)
        return max(round(width * scale), 1), max(round(height * scale), 1)


def _taken(attributes: dict[str, str]) -> dict[str, str]:
    said = {}
    for name, value in attributes.items():
        local = "href" if name == _XLINK_HREF else name
        if local not in _ATTRIBUTES:
            continue
        if _FETCHES.search(value) or (local == "href" and not value.startswith("#")):
            raise _not_taken(f"{local}={value[:20]}")
        said[local] = value
    return said


def _size(said: dict[str, Any]) -> tuple[float, float] | None:
    """Width and height of the whole, from the view box or else from the attributes."""
    box = re.split(r"[\s,]+", said.get("viewBox", "").strip())
    both = box[2:] if len(box) == 4 else [said.get("width", ""), said.get("height", "")]
    numbers = [_NUMBER.match(length) for length in both]
    if not all(numbers):
        return None
    width, height = (float(number[1]) for number in numbers if number)
    return (width, height) if 0 < width < 1e6 and 0 < height < 1e6 else None


def _not_taken(what: str) -> InputError:
    shown = "".join(character if character.isprintable() else " " for character in what)[:40]
    return _refusal(
        f"contains “{shown}”, which is not taken; keep shapes only (text as outlines) or save it as PNG.",
        f"含有“{shown}”，不予接受；请只保留图形（文字转为轮廓）或存为 PNG。",
    )


def _refusal(en: str, zh: str) -> InputError:
    return InputError("logo", f"The SVG logo {en}", f"SVG 标志{zh}")
