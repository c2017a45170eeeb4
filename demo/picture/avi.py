"""Puts JPEG pictures into an AVI file (Motion JPEG), which every reader of videos understands.

OpenCV's own writers cannot say that the disk is full, and take two to four times as long for a
frame. The layout is that of Microsoft's "AVI RIFF File Reference": one video stream, every frame a
whole JPEG, and an index at the end.
"""

import struct
from collections.abc import Iterable
from typing import IO

from domain.errors import InputError

LARGEST_BYTES = 2**31 - 2**24
"""Readers count in 32 bits with a sign, so no file gets larger than this."""

_HAS_INDEX = _KEY_FRAME = 0x10


def write_avi(file: IO[bytes], pictures: Iterable[bytes], fps: int, size: tuple[int, int]) -> int:
    """Write the JPEG `pictures` of `size` (width, height) as a film of `fps` a second; return how many.

    `file` is open for writing, seekable and empty. InputError beyond `LARGEST_BYTES`; OSError
    from the file.
    """
    file.write(_head(0, 0, 0, fps, size))
    sizes = []
    written = 0
    for picture in pictures:
        padding = b"\0" * (len(picture) % 2)
        file.write(b"00dc" + struct.pack("<I", len(picture)) + picture + padding)
        sizes.append(len(picture))
        written += 8 + len(picture) + len(padding)
        if written > LARGEST_BYTES:
            raise InputError(
                "length_s",
                "The clip is too long for one file; make it shorter.",
                "短片过长，一个文件放不下，请缩短。",
            )
    file.write(_index(sizes))
    file.seek(0)
    file.write(_head(len(sizes), written, max(sizes, default=0), fps, size))
    return len(sizes)


def _head(frames: int, movie_bytes: int, largest: int, fps: int, size: tuple[int, int]) -> bytes:
    """Return everything before the first picture; its length does not depend on the values."""
    width, height = size
    picture = struct.pack("<IiiHH4sIiiII", 40, width, height, 1, 24, b"MJPG", width * height * 3, 0, 0, 0, 0)
    stream = _chunk(b"strh", _stream(frames, largest, fps, size)) + _chunk(b"strf", picture)
    headers = _list(b"hdrl", _chunk(b"avih", _main(frames, largest, fps, size)) + _list(b"strl", stream))
    index_bytes = 8 + 16 * frames
    riff = struct.pack("<4sI4s", b"RIFF", 4 + len(headers) + 12 + movie_bytes + index_bytes, b"AVI ")
    return riff + headers + struct.pack("<4sI4s", b"LIST", 4 + movie_bytes, b"movi")


def _main(frames: int, largest: int, fps: int, size: tuple[int, int]) -> bytes:
    """Return the AVIMAINHEADER: microseconds a frame, bytes a second, flags, counts and sizes."""
    rates = (1_000_000 // fps, largest * fps, 0, _HAS_INDEX)
    return struct.pack("<14I", *rates, frames, 0, 1, largest, *size, 0, 0, 0, 0)


def _stream(frames: int, largest: int, fps: int, size: tuple[int, int]) -> bytes:
    """Return the AVISTREAMHEADER of a video whose rate is `fps` / 1; a quality of all ones is unknown."""
    kind = (b"vids", b"MJPG", 0, 0, 0, 0)
    return struct.pack("<4s4sIHHI7I4H", *kind, 1, fps, 0, frames, largest, 2**32 - 1, 0, 0, 0, *size)


def _index(sizes: list[int]) -> bytes:
    """Return where each picture is, counted from the word "movi"."""
    entries = []
    offset = 4
    for size in sizes:
        entries.append(struct.pack("<4sIII", b"00dc", _KEY_FRAME, offset, size))
        offset += 8 + size + size % 2
    return _chunk(b"idx1", b"".join(entries))


def _chunk(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content


def _list(name: bytes, content: bytes) -> bytes:
    return _chunk(b"LIST", name + content)
