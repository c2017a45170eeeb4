"""A photograph of a place made small enough for a first view: upright, and nothing in it but pixels."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from domain.errors import InputError

LONGEST_SIDE = 640
BYTES_MOST = 20_000
_PIXELS_MOST = {"JPEG": 120_000_000, "PNG": 40_000_000, "WEBP": 40_000_000}
_QUALITIES = (72, 60, 50, 40, 30)
_SIDES = (640, 560, 480, 400, 320)


@dataclass(frozen=True, slots=True)
class PlacePicture:
    """A JPEG with its size in pixels."""

    width: int
    height: int
    jpeg: bytes


def place_picture(path: Path) -> PlacePicture:
    """The photograph in a file as a small JPEG without EXIF; InputError when it is none or too large."""
    try:
        with Image.open(path, formats=tuple(_PIXELS_MOST)) as image:
            _check(image)
            # A large JPEG is unpacked at a fraction of its size.
            image.draft("RGB", (2 * LONGEST_SIDE, 2 * LONGEST_SIDE))
            upright = ImageOps.exif_transpose(image)
            upright.thumbnail((2 * LONGEST_SIDE, 2 * LONGEST_SIDE))
            return _small(_opaque(upright))
    except UnidentifiedImageError:
        raise _no_picture() from None
    except Image.DecompressionBombError:
        raise _too_large() from None
    except (InputError, MemoryError):
        raise
    except Exception:  # a damaged file makes the parsers raise almost anything
        raise _no_picture() from None


def _check(image: Image.Image) -> None:
    width, height = image.size
    if width * height > _PIXELS_MOST[str(image.format)]:
        raise _too_large()
    if not 1 / 3 <= width / height <= 3 or min(width, height) < 200:
        raise InputError(
            "picture",
            "Send a photograph of at least 200 pixels that is not a narrow strip.",
            "请上传至少 200 像素且并非狭长的照片。",
        )


def _opaque(image: Image.Image) -> Image.Image:
    if not image.has_transparency_data:
        return image.convert("RGB")
    colour = image.convert("RGBA")
    paper = Image.new("RGB", colour.size, "white")
    paper.paste(colour, mask=colour.getchannel("A"))
    return paper


def _small(image: Image.Image) -> PlacePicture:
    """The best of a falling row of qualities and sizes that fits; the last one fits whatever it shows."""
    for side in _SIDES:
        small = image.copy()
        small.thumbnail((side, side))
        for quality in _QUALITIES:
            body = BytesIO()
            small.save(body, "JPEG", quality=quality, optimize=True, progressive=True)
            if body.tell() <= BYTES_MOST:
                return PlacePicture(small.width, small.height, body.getvalue())
    raise _too_large()


def _too_large() -> InputError:
    return InputError(
        "picture",
        "The picture has too many pixels or too much in it; take it with the camera's normal setting.",
        "图片像素过多或内容过于复杂，请用相机的普通模式拍摄。",
    )


def _no_picture() -> InputError:
    return InputError(
        "picture",
        "This is no JPEG, PNG or WebP that can be opened. Take the photograph again.",
        "不是可打开的 JPEG、PNG 或 WebP，请重新拍摄。",
    )
