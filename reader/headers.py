"""How large a picture says it is, from its first bytes alone: nothing is unpacked, no library is asked."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

_PNG: Final = b"\x89PNG\r\n\x1a\n"
# ISO/IEC 10918-1, table B.1: frames begin with these; C4, C8 and CC are other things.
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_ALONE: Final = frozenset({0x01, *range(0xD0, 0xD8)})
_MOST_SEGMENTS: Final = 2_000


@dataclass(frozen=True, slots=True)
class DeclaredSize:
    """The kind of file (“PNG”, “JPEG” or “WEBP”), and the pixels it says it has across and down."""

    kind: str
    width: int
    height: int


def declared_size(data: bytes) -> DeclaredSize | None:
    """What a PNG, JPEG or WebP file says of its size; None for any other file, or one that ends before."""
    try:
        if data.startswith(_PNG) and data[12:16] == b"IHDR":
            return DeclaredSize("PNG", *struct.unpack(">II", data[16:24]))
        if data.startswith(b"\xff\xd8"):
            return _jpeg(data)
        if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
            return _webp(data)
    except (struct.error, IndexError):
        return None
    return None


def _jpeg(data: bytes) -> DeclaredSize | None:
    """From the first frame header; what comes before is stepped over by its length."""
    at = 2
    for _ in range(_MOST_SEGMENTS):
        if data[at] != 0xFF:
            return None
        marker = data[at + 1]
        if marker == 0xFF:  # a fill byte
            at += 1
        elif marker in _ALONE:
            at += 2
        elif marker in _FRAMES:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return DeclaredSize("JPEG", width, height)
        else:
            at += 2 + max(int(struct.unpack(">H", data[at + 2 : at + 4])[0]), 2)
    return None


def _webp(data: bytes) -> DeclaredSize | None:
    """From the first chunk (RFC 9649 §2.5–2.7): lossy, lossless or extended."""
    chunk = data[12:16]
    if chunk == b"VP8 ":
        width, height = struct.unpack("<HH", data[26:30])
        return DeclaredSize("WEBP", width & 0x3FFF, height & 0x3FFF)
    if chunk == b"VP8L":
        (bits,) = struct.unpack("<I", data[21:25])
        return DeclaredSize("WEBP", (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    if chunk == b"VP8X" and len(data) >= 30:
        sizes = (int.from_bytes(data[at : at + 3], "little") + 1 for at in (24, 27))
        return DeclaredSize("WEBP", *sizes)
    return None
