"""Anybody's print as grey pages: the pages of a PDF or an SVG drawn at a known dpi, or a picture as it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
import pypdfium2
from PIL import Image

from domain.errors import InputError
from printables.drawing import MM_PER_INCH
from printables.inspection.vector import svg_page
from reader.images import SUFFIXES, ImageError, load_gray
from reader.inspection.inspecting import Page

_DPI: Final = 300
_MOST_PIXELS: Final = 40_000_000
_MOST_PAGES: Final = 20_000
_PDF_POINTS: Final = 72


def pages_of(path: Path, dpi: int | None = None) -> Iterator[Page]:
    """The pages of a PDF one by one, or the one picture of an SVG, PNG, JPEG, WebP, BMP, GIF or TIFF.

    A PDF or SVG is drawn at 300 dpi, a very large page at less. `dpi` says at what size a picture is printed;
    without it the picture's own dpi counts, if it has one. InputError for a file that cannot be used.
    """
    if path.suffix.lower() == ".pdf":
        return _pdf_pages(path)
    if path.suffix.lower() == ".svg":
        return iter((svg_page(path, dpi),))
    if path.suffix.lower() not in SUFFIXES:
        raise _wrong(
            path,
            "is neither a PDF nor a picture (SVG, PNG, JPEG, TIFF, …); save it as PDF",
            "不是 PDF 或图片，请存为 PDF",
        )
    return iter((picture_page(path, dpi),))


def picture_page(path: Path, dpi: int | None = None) -> Page:
    """One picture; see `pages_of`."""
    try:
        pixels = load_gray(path)
    except ImageError as broken:
        raise InputError("file", f"{path.name}: {broken.en}", f"{path.name}：{broken.zh}") from None
    own = dpi or _own_dpi(path)
    return Page(pixels, own / MM_PER_INCH if own else None, is_picture=True)


def _own_dpi(path: Path) -> float | None:
    """What the file says of its size on paper; 72 is what programs write that do not know it."""
    try:
        with Image.open(path) as image:
            across = float(image.info.get("dpi", (0, 0))[0])
    except (OSError, ValueError, TypeError, ZeroDivisionError):
        return None
    return across if 1 < across < 10_000 and round(across) != _PDF_POINTS else None


def _pdf_pages(path: Path) -> Iterator[Page]:
    try:
        document = pypdfium2.PdfDocument(path)
    except FileNotFoundError:
        raise _wrong(path, "does not exist; check the path", "不存在，请检查路径") from None
    except (pypdfium2.PdfiumError, OSError):
        raise _wrong(
            path,
            "is damaged, locked with a password or no PDF; save it again",
            "已损坏、有密码或不是 PDF，请重新保存",
        ) from None
    try:
        if len(document) > _MOST_PAGES:
            raise _wrong(
                path, f"has more than {_MOST_PAGES} pages; split it", f"超过 {_MOST_PAGES} 页，请拆分"
            )
        for number in range(len(document)):
            yield _pdf_page(document, number, path)
    finally:
        document.close()


def _pdf_page(document: pypdfium2.PdfDocument, number: int, path: Path) -> Page:
    try:
        page = document[number]
        width, height = page.get_size()
        most = (_MOST_PIXELS / max(width * height, 1e-9)) ** 0.5
        scale = min(_DPI / _PDF_POINTS, most)
        bitmap = page.render(scale=scale, grayscale=True)
        pixels = np.array(bitmap.to_numpy(), dtype=np.uint8)
        page.close()
    except (pypdfium2.PdfiumError, ValueError, MemoryError):
        raise _wrong(path, f"cannot be drawn on page {number + 1}", f"第 {number + 1} 页无法绘制") from None
    return Page(pixels.reshape(pixels.shape[:2]), scale * _PDF_POINTS / MM_PER_INCH)


def _wrong(path: Path, en: str, zh: str) -> InputError:
    return InputError("file", f"The file {path.name} {en}.", f"文件 {path.name} {zh}。")
