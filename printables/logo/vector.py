"""An SVG logo: only plain shapes and colours of it are taken, written anew and drawn as pixels."""

from __future__ import annotations

from typing import Final

import resvg_py

from domain.errors import InputError
from domain.wording import Sentence
from printables.plain_svg import GROUPS, SHAPES, SvgRefusedError, Taken, plain_svg

_LOGO: Final = Taken(
    elements=SHAPES | GROUPS,
    most_bytes=300_000,
    most_elements=5_000,
    most_repeated=0,
    advice=Sentence(
        "simplify it (shapes only, text as outlines) or save it as PNG",
        "请简化（只保留图形，文字转为轮廓）或存为 PNG",
    ),
)


def looks_like_svg(data: bytes) -> bool:
    """Whether the bytes begin as an XML file does."""
    return data[:200].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


def vector_logo(data: bytes, side: int) -> bytes:
    """The SVG as a PNG on white whose longer side has `side` pixels.

    Shapes, groups, gradients and their styles are written to a new SVG, and only that is drawn: no text
    (its font may be missing here), no picture, link, script, filter, entity or reference that multiplies.
    InputError names the first thing that is not taken.
    """
    try:
        plain = plain_svg(data, _LOGO)
        width, height = _drawn_size(plain.proportions, side)
        drawn: bytes = resvg_py.svg_to_bytes(svg_string=plain.at_size(width, height), skip_system_fonts=True)
    except SvgRefusedError as refused:
        raise _refusal(refused.sentence.en, refused.sentence.zh) from None
    except ValueError:
        raise _refusal(
            "is no valid SVG; save it again or as PNG.", "不是有效的 SVG，请重新保存或存为 PNG。"
        ) from None
    return drawn


def _drawn_size(size: tuple[float, float] | None, side: int) -> tuple[int, int]:
    """Width and height in pixels, the longer `side`."""
    if size is None:
        raise _refusal(
            "does not say its size (viewBox); save it again or as PNG.",
            "未写明尺寸（viewBox），请重新保存或存为 PNG。",
        )
    scale = side / max(size)
    return max(round(size[0] * scale), 1), max(round(size[1] * scale), 1)


def _refusal(en: str, zh: str) -> InputError:
    return InputError("logo", f"The SVG logo {en}", f"SVG 标志{zh}")
