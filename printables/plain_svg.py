"""Anybody's SVG written anew with only what is known to draw and never to fetch, run or multiply."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from domain.errors import CodePlaceError
from domain.wording import Sentence

SVG_NAMESPACE: Final = "http://www.w3.org/2000/svg"
_XLINK_HREF: Final = "http://www.w3.org/1999/xlink href"
_DEEPEST: Final = 100
_PER_INCH: Final = {"px": 96.0, "in": 1.0, "mm": 25.4, "cm": 2.54, "pt": 72.0, "pc": 6.0}
_LENGTH: Final = re.compile(r"\s*([0-9]{0,9}\.?[0-9]{1,9})\s*(px|in|mm|cm|pt|pc)?\s*\Z")

SHAPES: Final = frozenset(["path", "rect", "circle", "ellipse", "line", "polyline", "polygon"])
GROUPS: Final = frozenset(["svg", "g", "defs", "linearGradient", "radialGradient", "stop", "style"])
# These say something and draw nothing: left out without a word.
_SILENT: Final = frozenset(["title", "desc", "metadata"])
# Only in these are the letters of the file more than white space.
_LETTERS: Final = frozenset(["style", "text", "tspan"])
_ATTRIBUTE_NAMES: Final = """
id class style d x y cx cy r rx ry x1 y1 x2 y2 fx fy points width height viewBox transform
preserveAspectRatio fill fill-rule fill-opacity stroke stroke-width stroke-linecap stroke-linejoin
stroke-miterlimit stroke-dasharray stroke-dashoffset stroke-opacity opacity color display visibility
offset stop-color stop-opacity gradientUnits gradientTransform spreadMethod href
clip-path clip-rule clipPathUnits font-size font-weight text-anchor dx dy
"""
_ATTRIBUTES: Final = frozenset(_ATTRIBUTE_NAMES.split())
# A paint of the same file is all that an address may name; a style sheet may fetch others by “@import”.
_FETCHES: Final = re.compile(r"url\s*\(\s*(?!['\"]?#)|@|\\|expression|javascript:", re.IGNORECASE)
_PICTURE: Final = re.compile(r"data:image/(?:png|jpeg);base64,[A-Za-z0-9+/=\s]*\Z")


class SvgRefusedError(CodePlaceError):
    """An SVG that is not drawn; the sentence goes on from its name: “… has too many parts.”"""


@dataclass(frozen=True, slots=True)
class Taken:
    """What of an SVG is taken, and how much of it.

    `elements` are names of SVG; `most_repeated` is how many characters all its `use` may add up to.
    """

    elements: frozenset[str]
    most_bytes: int
    most_elements: int
    most_repeated: int
    advice: Sentence


@dataclass(slots=True)
class PlainSvg:
    """The SVG written anew: its outermost element's attributes, what is inside, its pictures (data: URLs)."""

    attributes: dict[str, str]
    inside: str
    pictures: tuple[str, ...]

    @property
    def proportions(self) -> tuple[float, float] | None:
        """Width and height in one unit, from the view box or else the attributes; None without either."""
        box = re.split(r"[\s,]+", self.attributes.get("viewBox", "").strip())
        both = box[2:] if len(box) == 4 else [self.attributes.get(name, "") for name in ("width", "height")]
        lengths = [length_in(written, {**_PER_INCH, "": 96.0}) for written in both]
        if lengths[0] is None or lengths[1] is None:
            return None
        return lengths[0], lengths[1]

    def at_size(self, width: int, height: int) -> str:
        """The whole SVG, so many pixels wide and high."""
        said = {**self.attributes, "xmlns": SVG_NAMESPACE, "width": str(width), "height": str(height)}
        if "viewBox" not in said and (size := self.proportions):
            said["viewBox"] = f"0 0 {size[0] * _PER_INCH['px']:.4f} {size[1] * _PER_INCH['px']:.4f}"
        return f"<svg{_written(said)}>{self.inside}</svg>"


def _written(attributes: Mapping[str, str]) -> str:
    return "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())


def length_in(written: str, per_inch: Mapping[str, float] = _PER_INCH) -> float | None:
    """A length such as “60mm” in inches; None for 0, a share, or a unit that is not in `per_inch`."""
    found = _LENGTH.match(written)
    each = per_inch.get(found[2] or "") if found else None
    inches = float(found[1]) / each if found and each else 0.0
    return inches if 0 < inches < 10_000 else None


def plain_svg(data: bytes, taken: Taken) -> PlainSvg:
    """The plain part of an SVG file; SvgRefusedError names the first thing that is not taken."""
    if len(data) > taken.most_bytes:
        limit = f"{taken.most_bytes // 1000} KB"
        raise SvgRefusedError(
            Sentence(f"has more than {limit}; {taken.advice.en}.", f"超过 {limit}，{taken.advice.zh}。")
        )
    writer = _Writer(taken)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = writer.doctype
    parser.StartElementHandler = writer.start
    parser.EndElementHandler = writer.end
    parser.CharacterDataHandler = writer.letters
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError):
        raise _invalid(taken) from None
    if writer.attributes is None:
        raise _invalid(taken)
    writer.check_repeats()
    return PlainSvg(writer.attributes, "".join(writer.parts), tuple(writer.pictures))


def _invalid(taken: Taken) -> SvgRefusedError:
    advice = taken.advice
    return SvgRefusedError(Sentence(f"is no valid SVG; {advice.en}.", f"不是有效的 SVG，{advice.zh}。"))


@dataclass(slots=True)
class _Open:
    """An element that is being read, and where in the output it begins."""

    name: str
    identity: str
    starts_at: int


class _Writer:
    """Writes what is taken of an SVG while it is read."""

    def __init__(self, taken: Taken) -> None:
        self._taken = taken
        self.parts: list[str] = []
        self.attributes: dict[str, str] | None = None
        self.pictures: list[str] = []
        self._open: list[_Open] = []
        self._skipped = self._count = self._written = 0
        self._weights: dict[str, int] = {}
        self._uses: Counter[str] = Counter()
        self._repeating: set[str] = set()

    def doctype(self, *_: object) -> None:
        raise self._not_taken("DOCTYPE")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        namespace, _, local = name.rpartition(" ")
        self._count += 1
        if self._count > self._taken.most_elements or len(self._open) > _DEEPEST:
            raise self._too_many()
        if self._skipped or namespace != SVG_NAMESPACE or local in _SILENT:
            # An editor's own notes, and whatever they hold.
            self._skipped += 1
            return
        if local not in self._taken.elements:
            raise self._not_taken(local)
        said = self._said(local, attributes)
        if local == "use":
            self._uses[said.get("href", "")[1:]] += 1
            self._repeating.update(one.identity for one in self._open if one.identity)
        self._open.append(_Open(local, said.get("id", ""), self._written))
        if self.attributes is None:
            self.attributes = said
            return
        self._write(f"<{local}{_written(said)}>")

    def end(self, _: str) -> None:
        if self._skipped:
            self._skipped -= 1
            return
        closed = self._open.pop()
        if not self._open:
            return
        self._write(f"</{closed.name}>")
        if closed.identity:
            self._weights[closed.identity] = self._written - closed.starts_at

    def letters(self, data: str) -> None:
        if self._skipped or not self._open or self._open[-1].name not in _LETTERS:
            return
        if self._open[-1].name == "style" and _FETCHES.search(data):
            raise self._not_taken("@import, url()")
        self._write(escape(data))

    def check_repeats(self) -> None:
        """A `use` of what holds another multiplies: no file that a drawing program wrote needs it."""
        if self._repeating & self._uses.keys():
            raise self._not_taken("use")
        repeated = sum(count * self._weights.get(name, 0) for name, count in self._uses.items())
        if repeated > self._taken.most_repeated:
            raise self._too_many()

    def _write(self, part: str) -> None:
        self.parts.append(part)
        self._written += len(part)

    def _said(self, element: str, attributes: dict[str, str]) -> dict[str, str]:
        said = {}
        for name, value in attributes.items():
            local = "href" if name == _XLINK_HREF else name
            if local not in _ATTRIBUTES:
                continue
            if element == "image" and local == "href" and _PICTURE.match(value):
                self.pictures.append(value)
            elif _FETCHES.search(value) or (local == "href" and not value.startswith("#")):
                raise self._not_taken(f"{local}={value[:20]}")
            said[local] = value
        return said

    def _too_many(self) -> SvgRefusedError:
        advice = self._taken.advice
        return SvgRefusedError(Sentence(f"has too many parts; {advice.en}.", f"内容过多，{advice.zh}。"))

    def _not_taken(self, what: str) -> SvgRefusedError:
        shown = "".join(character if character.isprintable() else " " for character in what)[:40]
        advice = self._taken.advice
        return SvgRefusedError(
            Sentence(
                f"contains “{shown}”, which is not taken; {advice.en}.",
                f"含有“{shown}”，不予接受，{advice.zh}。",
            )
        )
