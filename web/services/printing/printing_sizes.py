"""How large a picture of a print may be: asked of its header before anything is started, and when opened."""

from __future__ import annotations

from typing import Final

from domain.wording import Sentence
from reader.headers import declared_size

# A JPEG is unpacked as grey at a fraction of its size; other formats are unpacked whole and in colour.
_JPEG_MOST: Final = 120_000_000
_OTHER_MOST: Final = 16_000_000
_LONGEST: Final = 20

TOO_LARGE: Final = Sentence(
    "The picture has too many pixels; take it with the camera's normal setting, or save it smaller.",
    "图片像素过多，请用相机的普通模式拍摄，或缩小后保存。",
)
_NO_SHEET: Final = Sentence(
    "The picture is a narrow strip; send one that shows the whole sheet.", "图片过于狭长，请拍下整张纸。"
)


def unfit(kind: str, width: int, height: int) -> Sentence | None:
    """Why a picture of this kind (“JPEG”, “PNG”, …) and size is not opened; None when it is."""
    if width * height > (_JPEG_MOST if kind == "JPEG" else _OTHER_MOST):
        return TOO_LARGE
    if width > _LONGEST * height or height > _LONGEST * width:
        return _NO_SHEET
    return None


def unfit_by_header(data: bytes) -> Sentence | None:
    """The same from a file's first bytes, which takes no time and no memory (I11)."""
    size = declared_size(data)
    return unfit(size.kind, size.width, size.height) if size else None
