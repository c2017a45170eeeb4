"""The two QR libraries behind one shape: grey pixels in, a Sight out, and no exception."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

import numpy as np
import zxingcpp
from numpy.typing import NDArray

from reader.found import Anatomy, Box, Corners, Outline, Reading, Sight

try:
    from pyzbar import pyzbar
    from pyzbar.pyzbar_error import PyZbarError
except ImportError as missing:
    raise ImportError(
        "The zbar library is missing: install libzbar0 (Debian, Ubuntu) or zbar (macOS). "
        "缺少 zbar 库：请安装 libzbar0。"
    ) from missing

Gray = NDArray[np.uint8]

ZXING: Final = "zxing"
PYZBAR: Final = "pyzbar"

# This format includes Micro QR and rMQR. They are not read, but each finder pattern of a blurred
# QR symbol looks like one of them, which is how the symbol gives itself away.
_QR_FAMILY: Final = zxingcpp.BarcodeFormats((zxingcpp.BarcodeFormat.QRCode,))
_QR: Final = frozenset(
    {
        zxingcpp.BarcodeFormat.QRCode,
        zxingcpp.BarcodeFormat.QRCodeModel1,
        zxingcpp.BarcodeFormat.QRCodeModel2,
    }
)
_QR_ONLY: Final = zxingcpp.BarcodeFormats((zxingcpp.BarcodeFormat.QRCode,))
_QUIET_ZONE: Final = 4
_PIXELS: Final = 3  # a module of a drawn bitmap
_ROUND_A_SYMBOL: Final = 0.5  # of its side: the corners of an unread symbol are rough
_ROUND_A_FINDER: Final = 2.5  # a finder's whole symbol lies within three times its size, anywhere
_DECLARES_ECI: Final = frozenset({"]Q2", "]Q4", "]Q6"})  # ISO/IEC 15424, symbology identifiers


def see_with_zxing(gray: Gray, *, one_threshold: bool = False) -> Sight:
    """Read with zxing-cpp; what it found and could not read are suspects, at no extra cost.

    `one_threshold` splits dark from light at one level for the whole picture instead of locally,
    which reads pale designed symbols whose modules the local average swallows.
    """
    binarizer = zxingcpp.Binarizer
    found = zxingcpp.read_barcodes(
        gray,
        formats=_QR_FAMILY,
        text_mode=zxingcpp.TextMode.Plain,
        binarizer=binarizer.GlobalHistogram if one_threshold else binarizer.LocalAverage,
        return_errors=True,
    )
    readings = tuple(_reading(symbol) for symbol in found if symbol.valid and symbol.format in _QR)
    unread = [symbol for symbol in found if not symbol.valid]
    suspects = tuple(_place(symbol) for symbol in unread)
    return Sight(readings, suspects, tuple(outline for symbol in unread if (outline := _outline(symbol))))


def anatomies(gray: Gray) -> tuple[Anatomy, ...]:
    """What zxing-cpp reads in a picture together with how each symbol is made."""
    found = zxingcpp.read_barcodes(gray, formats=_QR_ONLY, text_mode=zxingcpp.TextMode.Plain)
    return tuple(_anatomy(symbol) for symbol in found if symbol.format in _QR)


def _anatomy(symbol: zxingcpp.Barcode) -> Anatomy:
    made = dict(symbol.extra) if isinstance(symbol.extra, dict) else {}
    size, unused = 17 + 4 * int(made["Version"]), float(made.get("UEC", 0.0))
    return Anatomy(_text(symbol), _corners(symbol.position), size, str(made["ECLevel"]), unused)


def read_modules(dark: NDArray[np.bool_]) -> tuple[str | None, bytes] | None:
    """Return text and bytes of a symbol given as modules (n × n, True is dark), or None.

    The symbol's own error correction decides as it does for a picture.
    """
    light = np.where(np.pad(dark, _QUIET_ZONE), 0, 255).astype(np.uint8)
    bitmap = np.kron(light, np.ones((_PIXELS, _PIXELS), np.uint8))
    found = zxingcpp.read_barcodes(
        bitmap, formats=_QR_ONLY, text_mode=zxingcpp.TextMode.Plain, is_pure=True, try_rotate=False
    )
    return next(((_text(symbol), symbol.bytes) for symbol in found if symbol.format in _QR), None)


def see_with_pyzbar(gray: Gray) -> Sight:
    """Read with zbar, which finds some symbols zxing-cpp misses and takes ten times as long.

    pyzbar raises ValueError at every Structured-Append symbol (pyzbar #139): nothing was read then.
    zbar hands out its own guess of the character set as UTF-8, so `raw` is not the symbol's bytes
    when they were not UTF-8.
    """
    try:
        found = pyzbar.decode(gray, symbols=[pyzbar.ZBarSymbol.QRCODE])
    except (ValueError, PyZbarError):
        return Sight()
    readings = (
        Reading(_utf8(symbol.data), symbol.data, _polygon_corners(symbol), (PYZBAR,)) for symbol in found
    )
    return Sight(tuple(readings))


READERS: Final[Mapping[str, Callable[[Gray], Sight]]] = MappingProxyType(
    {ZXING: see_with_zxing, PYZBAR: see_with_pyzbar}
)


def _reading(symbol: zxingcpp.Barcode) -> Reading:
    return Reading(_text(symbol), symbol.bytes, _corners(symbol.position), (ZXING,))


def _place(symbol: zxingcpp.Barcode) -> Box:
    """Return where to look closer: around the symbol, or all around what was only its finder."""
    share = _ROUND_A_SYMBOL if symbol.format in _QR else _ROUND_A_FINDER
    return Box.around(_corners(symbol.position)).grown(share)


def _outline(symbol: zxingcpp.Barcode) -> Outline | None:
    """Return where an unread symbol is, if zxing-cpp got as far as its version (1 to 40)."""
    version = str(symbol.extra.get("Version", "")) if isinstance(symbol.extra, dict) else ""
    if symbol.format not in _QR or not version.isdecimal():
        return None
    return Outline(_corners(symbol.position), 17 + 4 * int(version))


def _text(symbol: zxingcpp.Barcode) -> str | None:
    """Return the text the symbol holds, or None where a reader could only guess.

    A declared character set (ECI) leads; else UTF-8; else what zxing-cpp recognised by its byte
    pattern (Shift JIS, GB 2312), but not Latin-1, its last resort that fits any bytes at all.
    """
    raw: bytes = symbol.bytes
    declared = symbol.symbology_identifier in _DECLARES_ECI
    plain = None if declared else _utf8(raw)
    if plain is not None or symbol.content_type is not zxingcpp.ContentType.Text:
        return plain
    text: str = symbol.text
    guessed = not declared and text.encode("latin-1", "replace") == raw
    return None if guessed or "\ufffd" in text else text


def _utf8(raw: bytes) -> str | None:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _corners(position: zxingcpp.Position) -> Corners:
    round_it = (
        position.top_left,
        position.top_right,
        position.bottom_right,
        position.bottom_left,
    )
    a, b, c, d = ((int(corner.x), int(corner.y)) for corner in round_it)
    return a, b, c, d


def _polygon_corners(symbol: pyzbar.Decoded) -> Corners:
    """Return zbar's hull, or its upright rectangle where two of the four corners fell together."""
    if len(symbol.polygon) == 4:
        a, b, c, d = ((int(corner.x), int(corner.y)) for corner in symbol.polygon)
        return a, b, c, d
    left, top, width, height = symbol.rect
    right, bottom = left + width, top + height
    return (left, top), (right, top), (right, bottom), (left, bottom)
