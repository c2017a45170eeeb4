"""Anybody's SVG as a grey page, at the size that it says it has on paper."""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error as Base64Error
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import numpy as np
import resvg_py
from PIL import Image

from domain.errors import InputError
from domain.wording import Sentence
from printables.drawing import MM_PER_INCH
from printables.fonts import FontMissingError, default_face, family_of
from printables.plain_svg import GROUPS, SHAPES, PlainSvg, SvgRefusedError, Taken, length_in, plain_svg
from reader.inspection.inspecting import Page

_PRINT: Final = Taken(
    elements=SHAPES | GROUPS | {"use", "symbol", "image", "text", "tspan", "clipPath"},
    most_bytes=8_000_000,
    most_elements=40_000,
    most_repeated=20_000_000,
    advice=Sentence("save it as PDF or PNG", "请另存为 PDF 或 PNG"),
)
# Anywhere in a file: a dash too small to see costs a million strokes, and says nothing of a code.
_DASHES: Final = re.compile(r"stroke-dash(?:array|offset)(?:\s*:\s*[^;}\"]*|=\"[^\"]*\")")
_ON_PAPER: Final = {"in": 1.0, "mm": MM_PER_INCH, "cm": MM_PER_INCH / 10, "pt": 72.0, "pc": 6.0}
_DPI: Final = 300
_MOST_PIXELS: Final = 40_000_000
_MOST_PICTURE: Final = 16_000_000
# The longer side of one that does not say how large it is printed.
_UNKNOWN_SIDE: Final = 2_400
_NARROWEST: Final = 20


def svg_page(path: Path, dpi: int | None = None) -> Page:
    """The SVG drawn on white at 300 dpi, or less if it is very large; nothing outside of the file is read.

    A size in mm, cm, in, pt or pc counts; pixels only with `dpi`, how many of them an inch of paper holds.
    Letters are drawn in the font of our own prints. InputError names what is not taken.
    """
    try:
        data = path.read_bytes()
        plain = plain_svg(data, _PRINT)
        _check_pictures(plain)
        width, height, per_mm = _drawn(plain, dpi)
        drawn = resvg_py.svg_to_bytes(
            svg_string=_DASHES.sub("", plain.at_size(width, height)),
            background="#ffffff",
            skip_system_fonts=True,
            **_font(),
        )
        with Image.open(BytesIO(drawn), formats=("PNG",)) as image:
            return Page(np.asarray(image.convert("L")), per_mm)
    except SvgRefusedError as refused:
        raise _wrong(path, refused.sentence.en, refused.sentence.zh) from None
    except FileNotFoundError:
        raise _wrong(path, "does not exist; check the path.", "不存在，请检查路径。") from None
    except (ValueError, OSError, MemoryError):
        raise _wrong(
            path,
            "is no valid SVG or has no size; save it again or as PDF.",
            "不是有效的 SVG 或未写明尺寸，请重新保存或存为 PDF。",
        ) from None


def _check_pictures(plain: PlainSvg) -> None:
    """The pictures inside the file must be what they say, and not larger than a sheet needs."""
    for url in plain.pictures:
        try:
            data = b64decode(url.partition(",")[2], validate=False)
            with Image.open(BytesIO(data), formats=("PNG", "JPEG")) as image:
                size = image.width * image.height
        except (Base64Error, OSError, Image.DecompressionBombError) as broken:
            raise ValueError("a picture inside the SVG is damaged") from broken
        if size > _MOST_PICTURE:
            millions = _MOST_PICTURE // 1_000_000
            raise SvgRefusedError(
                Sentence(
                    f"holds a picture of more than {millions} million pixels; save it as PDF or PNG.",
                    f"含有超过 {millions * 100} 万像素的图片，请另存为 PDF 或 PNG。",
                )
            )


def _drawn(plain: PlainSvg, dpi: int | None) -> tuple[int, int, float | None]:
    """Width and height in pixels, and how many a printed millimetre has; ValueError without a size."""
    units = dict(_ON_PAPER)
    if dpi:
        units |= {"": float(dpi), "px": float(dpi)}
    inches = [length_in(plain.attributes.get(name, ""), units) for name in ("width", "height")]
    if inches[0] and inches[1]:
        drawn_dpi = min(_DPI, (_MOST_PIXELS / (inches[0] * inches[1])) ** 0.5)
        width, height = (max(int(size * drawn_dpi), 1) for size in inches if size)
        return width, height, drawn_dpi / MM_PER_INCH
    size = plain.proportions
    if size is None or max(size) > _NARROWEST * min(size):
        raise ValueError("no size")
    scale = _UNKNOWN_SIDE / max(size)
    return round(size[0] * scale), round(size[1] * scale), None


def _font() -> dict[str, Any]:
    """The font for all letters, whichever the file names: that one may be missing here."""
    try:
        face = default_face()
    except FontMissingError:  # letters are then left out, and only they can be missed
        return {}
    return {"font_files": [str(face.path)], "serif_family": family_of(face)}


def _wrong(path: Path, en: str, zh: str) -> InputError:
    return InputError("file", f"The file {path.name} {en}", f"文件 {path.name} {zh}")
