"""What lies in a backup, one after the other: named members in pieces, each with its SHA-256 at the end."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from domain.errors import TamperedError
from domain.wording import Sentence

_NAME, _PIECE, _SUM, _END = b"NDSZ"
_HEAD_BYTES: Final = 5


def written(write: Callable[[bytes], None], name: str, pieces: Iterable[bytes]) -> int:
    """Write a member; how many bytes it has."""
    digest, size = hashlib.sha256(), 0
    _put(write, _NAME, name.encode("utf-8"))
    for piece in pieces:
        digest.update(piece)
        size += len(piece)
        _put(write, _PIECE, piece)
    _put(write, _SUM, digest.digest())
    return size


def ended(write: Callable[[bytes], None]) -> None:
    """Write that there are no more members."""
    _put(write, _END, b"")


class Members:
    """Reads members: ask for the next name, then for its pieces; TamperedError where it is not whole."""

    def __init__(self, content: Iterator[bytes]) -> None:
        self._content, self._ahead = content, bytearray()

    def __iter__(self) -> Iterator[tuple[str, Iterator[bytes]]]:
        """Each member's name and pieces; the pieces must be read before the next name."""
        while True:
            kind, body = self._taken()
            if kind == _END:
                return
            if kind != _NAME:
                raise _broken()
            yield body.decode("utf-8"), self._pieces()

    def _pieces(self) -> Iterator[bytes]:
        digest = hashlib.sha256()
        while True:
            kind, body = self._taken()
            if kind == _SUM and body == digest.digest():
                return
            if kind != _PIECE:
                raise _broken()
            digest.update(body)
            yield body

    def _taken(self) -> tuple[int, bytes]:
        head = self._bytes(_HEAD_BYTES)
        return head[0], self._bytes(int.from_bytes(head[1:], "big"))

    def _bytes(self, count: int) -> bytes:
        while len(self._ahead) < count:
            more = next(self._content, None)
            if more is None:
                raise _broken()
            self._ahead += more
        taken = bytes(self._ahead[:count])
        del self._ahead[:count]
        return taken


def _put(write: Callable[[bytes], None], kind: int, body: bytes) -> None:
    write(bytes([kind]) + len(body).to_bytes(4, "big") + body)


def _broken() -> TamperedError:
    return TamperedError(
        Sentence(
            "A part of the backup is not what its checksum says: take another copy, or an older backup.",
            "备份中某一部分与校验和不符，请使用其他副本或更早的备份。",
        )
    )
