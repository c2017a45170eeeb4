"""An enterprise's logo: a file from anybody made into plain pixels, or refused in a sentence."""

from __future__ import annotations

import warnings
from io import BytesIO
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

from domain.errors import InputError
from printables.drawing import Picture
from printables.logo.vector import looks_like_svg, vector_logo

MOST_BYTES: Final = 2_000_000
# A logo is printed 40 mm wide at most: this many pixels are 380 to the inch there.
MOST_SIDE: Final = 600
_LEAST_SIDE = 100
_MOST_PIXELS = 10_000_000
_MOST_RATIO = 8
_FORMATS = ("PNG", "JPEG")


def logo_of(data: bytes) -> Picture:
    """The picture in a PNG, JPEG or SVG file: at most 600 pixels a side, on white, nothing else of the file.

    Names, places (EXIF, GPS) and whatever hides behind the pixels stay out, because the pixels are all that
    is kept. The size is read from the header before anything is unpacked (field notes I11, I12). InputError
    says what to change: too large a file or picture, too small or too long a picture, damaged, another kind,
    and for an SVG what of it is not taken (`vector_logo`).
    """
    if len(data) > MOST_BYTES:
        raise _refusal("is larger than 2 MB; save it smaller.", "超过 2 MB，请压缩后再上传。")
    if looks_like_svg(data):
        return _kept(_opened(vector_logo(data, MOST_SIDE), ("PNG",)))
    return _kept(_opened(data, _FORMATS))


def _opened(data: bytes, formats: tuple[str, ...]) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what is worth saying is said below
            with Image.open(BytesIO(data), formats=formats) as image:
                check_logo_size(*image.size)
                # JPEGs unpack at an eighth, a quarter or half of their size when that is enough.
                image.draft("RGB", (MOST_SIDE, MOST_SIDE))
                return _on_white(ImageOps.exif_transpose(image))
    except InputError:
        raise
    except Image.DecompressionBombError:
        raise _too_large() from None
    except UnidentifiedImageError:
        raise _refusal(
            "is no PNG, JPEG or SVG picture, whatever its name says; save it as PNG.",
            "不是 PNG、JPEG 或 SVG 图片（与扩展名无关），请另存为 PNG。",
        ) from None
    except Exception:  # a damaged file makes the parsers raise almost anything
        raise _refusal("is damaged or cut short; save it again.", "已损坏或不完整，请重新保存。") from None


def check_logo_size(width: int, height: int) -> None:
    """InputError for a picture that is too large, too small or too long to be a logo."""
    if width * height > _MOST_PIXELS:
        raise _too_large()
    long, short = max(width, height), min(width, height)
    if long < _LEAST_SIDE:
        raise _refusal(
            f"is {width} × {height} pixels, which would print as blocks; give at least {_LEAST_SIDE}.",
            f"仅 {width} × {height} 像素，打印会模糊，长边至少 {_LEAST_SIDE} 像素。",
        )
    if long > _MOST_RATIO * short:
        raise _refusal(
            f"is {width} × {height} pixels; a logo may be {_MOST_RATIO} times as long as wide at most.",
            f"为 {width} × {height} 像素，长边不应超过短边的 {_MOST_RATIO} 倍。",
        )


def _on_white(image: Image.Image) -> Image.Image:
    """The picture as RGB, what is transparent as white as the paper."""
    if not image.has_transparency_data:
        return image.convert("RGB")
    colour = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", colour.size, "white"), colour).convert("RGB")


def _kept(image: Image.Image) -> Picture:
    image.thumbnail((MOST_SIDE, MOST_SIDE), Image.Resampling.LANCZOS)
    return Picture(*image.size, image.tobytes())


def _too_large() -> InputError:
    millions = _MOST_PIXELS // 1_000_000
    return _refusal(
        f"has more than {millions} million pixels; save it smaller.",
        f"超过 {millions * 100} 万像素，请缩小后再上传。",
    )


def _refusal(en: str, zh: str) -> InputError:
    return InputError("logo", f"The logo {en}", f"标志图片{zh}")
