"""Image files into pixels, safely: the size in the header is checked before anything is decoded."""

import warnings
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

MAX_PIXELS: Final = 40_000_000  # 120 MB as colour: what a small kiosk can spare for one picture
SUFFIXES: Final = frozenset(
    {".bmp", ".gif", ".jpeg", ".jpg", ".pgm", ".png", ".ppm", ".tif", ".tiff", ".webp"}
)
# Named one by one: Pillow would also hand PostScript to an interpreter.
_FORMATS: Final = ("PNG", "JPEG", "WEBP", "BMP", "GIF", "TIFF", "PPM")
Image.init()  # else WebP and TIFF are unknown until another format has failed


class ImageError(Exception):
    """A file that cannot be used as a picture; says why and what to do, in English and Chinese."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.en = en
        self.zh = zh


def load_gray(path: Path) -> NDArray[np.uint8]:
    """Return the picture at `path` as grey pixels (height × width, uint8), turned upright.

    Transparent parts are white, as on paper. Only the first picture of an animation is read.
    Raises ImageError when the file is missing, broken, no picture, or above MAX_PIXELS.
    """
    return np.asarray(_opened(path).convert("L"))


def load_bgr(path: Path) -> NDArray[np.uint8]:
    """Return the picture at `path` as colour pixels (height × width × 3, uint8, blue first).

    As `load_gray` in everything else.
    """
    return np.ascontiguousarray(np.asarray(_opened(path).convert("RGB"))[:, :, ::-1])


def _opened(path: Path) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what is worth saying about a picture is said below
            with Image.open(path, formats=_FORMATS) as image:
                _check_size(image)
                return _on_white(ImageOps.exif_transpose(image))
    except UnidentifiedImageError:
        raise ImageError(
            "This is not a picture of a known kind: use PNG, JPEG, WebP, BMP, GIF or TIFF.",
            "无法识别的图片，请使用 PNG、JPEG、WebP、BMP、GIF 或 TIFF 格式。",
        ) from None
    except Image.DecompressionBombError:
        raise _too_large() from None
    except ImageError:
        raise
    except Exception as fault:  # a damaged file makes Pillow's parsers raise almost anything
        raise _cannot_read(fault) from fault


def _check_size(image: Image.Image) -> None:
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise _too_large()


def _too_large() -> ImageError:
    limit = MAX_PIXELS // 1_000_000
    return ImageError(
        f"The picture has more than {limit} million pixels: make it smaller.",
        f"图片超过 {limit * 100} 万像素，请缩小后再试。",
    )


def _cannot_read(fault: Exception) -> ImageError:
    if isinstance(fault, FileNotFoundError):
        return ImageError("There is no such file: check the path.", "文件不存在，请检查路径。")
    if isinstance(fault, PermissionError):
        return ImageError(
            "The file may not be opened: check its permissions.", "无权打开该文件，请检查权限。"
        )
    if isinstance(fault, IsADirectoryError):
        return ImageError("This is a folder, not a picture.", "这是文件夹，不是图片。")
    return ImageError(
        "The picture is damaged or cut short: save it again.", "图片已损坏或不完整，请重新保存。"
    )


def _on_white(image: Image.Image) -> Image.Image:
    """Return a fully decoded picture of 8 bits a channel, transparent parts white."""
    if image.mode.startswith(("I", "F")):
        return _eight_bit(image)
    if not image.has_transparency_data:
        return image.convert("RGB")
    colour = image.convert("RGBA")
    paper = Image.new("RGBA", colour.size, "white")
    return Image.alpha_composite(paper, colour)


def _eight_bit(image: Image.Image) -> Image.Image:
    """Spread 16-bit or floating grey levels over 8 bits; Pillow would cut them off at 255."""
    levels = np.nan_to_num(np.asarray(image, dtype=np.float64))
    low, high = float(levels.min()), float(levels.max())
    spread = (levels - low) * (255.0 / max(high - low, 1e-9))
    return Image.fromarray(spread.astype(np.uint8))
