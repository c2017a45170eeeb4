"""A file that only a passphrase opens: scrypt makes the key, AES-256-GCM seals pieces in their order.

The pieces follow the STREAM construction (Hoang et al., 2015): the nonce holds the piece's number and whether
it is the last, so that none can be taken out, moved or cut off unseen. Every file has a salt, hence a key, of
its own.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator
from typing import BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from domain.errors import InputError, TamperedError
from domain.wording import Sentence

PASSPHRASE_LEAST: Final = 12
_MAGIC: Final = b"CODE-AND-PLACE BACKUP 1\n"
_SALT_BYTES: Final = 16
_PIECE_BYTES: Final = 1 << 20
_TAG_BYTES: Final = 16
# 128 MiB and about half a second a guess (RFC 7914; OWASP asks for at least this).
_COST, _BLOCK, _LANES = 2**17, 8, 1


def checked_passphrase(text: str) -> str:
    """The passphrase without its line end; InputError when it is too short to keep anybody out."""
    passphrase = text.rstrip("\r\n")
    if len(passphrase) < PASSPHRASE_LEAST:
        raise InputError(
            "passphrase",
            f"The passphrase must have at least {PASSPHRASE_LEAST} characters: six random words are good.",
            f"口令至少需要 {PASSPHRASE_LEAST} 个字符，建议使用六个随机词。",
        )
    return passphrase


class SealedWriter:
    """Compresses and seals what is written; the file is whole only after `close`."""

    def __init__(self, file: BinaryIO, passphrase: str) -> None:
        salt = os.urandom(_SALT_BYTES)
        self._header = _MAGIC + salt
        self._file, self._key = file, _key(passphrase, salt)
        self._packing = zlib.compressobj(1)
        self._waiting = bytearray()
        self._count = 0
        file.write(self._header)

    def write(self, content: bytes) -> None:
        """Take more content."""
        self._waiting += self._packing.compress(content)
        # One byte more than a piece: the last piece is known as such only at the end.
        while len(self._waiting) > _PIECE_BYTES:
            self._sealed(bytes(self._waiting[:_PIECE_BYTES]), is_last=False)
            del self._waiting[:_PIECE_BYTES]

    def close(self) -> None:
        """Seal what is left and mark the end."""
        self._waiting += self._packing.flush()
        while len(self._waiting) > _PIECE_BYTES:
            self._sealed(bytes(self._waiting[:_PIECE_BYTES]), is_last=False)
            del self._waiting[:_PIECE_BYTES]
        self._sealed(bytes(self._waiting), is_last=True)

    def _sealed(self, piece: bytes, *, is_last: bool) -> None:
        self._file.write(self._key.encrypt(_nonce(self._count, is_last), piece, self._header))
        self._count += 1


def opened(file: BinaryIO, passphrase: str) -> Iterator[bytes]:
    """The content, in order; TamperedError at the first piece that is not as it was written."""
    header = file.read(len(_MAGIC) + _SALT_BYTES)
    if not header.startswith(_MAGIC) or len(header) != len(_MAGIC) + _SALT_BYTES:
        raise InputError("FILE", "This is no backup of Code & Place.", "该文件不是“码上场所”的备份。")
    key, unpacking = _key(passphrase, header[len(_MAGIC) :]), zlib.decompressobj()
    count, piece = 0, file.read(_PIECE_BYTES + _TAG_BYTES)
    while True:
        following = file.read(_PIECE_BYTES + _TAG_BYTES)
        try:
            plain = key.decrypt(_nonce(count, not following), piece, header)
        except (InvalidTag, ValueError):
            raise _altered(is_first=count == 0) from None
        yield unpacking.decompress(plain)
        if not following:
            return
        count, piece = count + 1, following


def _key(passphrase: str, salt: bytes) -> AESGCM:
    made = Scrypt(salt=salt, length=32, n=_COST, r=_BLOCK, p=_LANES).derive(passphrase.encode("utf-8"))
    return AESGCM(made)


def _nonce(count: int, is_last: bool) -> bytes:
    return count.to_bytes(11, "big") + bytes([is_last])


def _altered(*, is_first: bool) -> TamperedError:
    if is_first:
        return TamperedError(
            Sentence(
                "The passphrase is wrong, or the file is not as it was written.",
                "口令错误，或文件与写入时不一致。",
            )
        )
    return TamperedError(
        Sentence(
            "The file is cut off or damaged: take another copy of this backup, or an older one.",
            "备份文件不完整或已损坏，请使用其他副本或更早的备份。",
        )
    )
