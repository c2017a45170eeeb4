"""Personal data at rest: AES-256-GCM per field bound to its place, and keyed digests for exact look-up."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import secrets
import tempfile
import unicodedata
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from domain.errors import TamperedError, UnavailableError
from domain.wording import Sentence

_KEY_BYTES = 32
_NONCE_BYTES = 12
_DIGEST_BYTES = 16
_KEY_FILE = "master.key"


class FieldCipher:
    """Seals and opens single fields; every purpose has its own key, all derived from one master key."""

    def __init__(self, master: bytes) -> None:
        if len(master) != _KEY_BYTES:
            raise ValueError(f"the master key is {_KEY_BYTES} bytes")
        self._master = master
        self._fields = AESGCM(self.subkey("fields"))
        self._index = self.subkey("blind index")

    def subkey(self, purpose: str) -> bytes:
        """32 bytes for one purpose (HKDF-Expand, RFC 5869); the master key itself encrypts nothing."""
        return HKDFExpand(SHA256(), _KEY_BYTES, purpose.encode()).derive(self._master)

    def sealed(self, plain: bytes, place: str) -> bytes:
        """Nonce and ciphertext; `place` is table|column|row, so that a moved field does not open."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._fields.encrypt(nonce, plain, place.encode())

    def opened(self, sealed: bytes, place: str) -> bytes:
        """The field; TamperedError when it was changed, moved, or sealed by another key."""
        try:
            return self._fields.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], place.encode())
        except (InvalidTag, ValueError):  # ValueError: too short even for its nonce
            raise TamperedError(
                Sentence("A stored field does not open with this key.", "存储字段无法用此密钥解密。")
            ) from None

    def digest(self, field: str, value: str) -> bytes:
        """The 16-byte blind index of a normalised value of one field."""
        normal = unicodedata.normalize("NFKC", value).casefold()
        told = f"{field}\0{normal}".encode("utf-8", "replace")
        return hmac.new(self._index, told, hashlib.sha256).digest()[:_DIGEST_BYTES]


def token_hash(token: str) -> bytes:
    """What is kept of a random token of at least 128 bits: plain SHA-256 is enough for those."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def master_key(folder: Path, *, may_make: bool = True) -> bytes:
    """The installation's master key, made on first use in a file only its owner can read.

    UnavailableError when it is damaged, or missing and not to be made: its database is in use already.
    """
    path = folder / _KEY_FILE
    if may_make and not path.exists():
        try:
            _make_key(folder)
        except OSError as error:
            raise _no_room(folder, error) from None
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
        if len(key) == _KEY_BYTES:
            return key
    except (OSError, ValueError):
        pass
    raise other_key(folder)


def other_key(folder: Path) -> UnavailableError:
    """What to say when the key in this folder is not the one that sealed the database."""
    path = folder / _KEY_FILE
    return UnavailableError(
        Sentence(
            f"The master key of this database is not in {path}. Put it back from its backup: "
            "without it names and phones in the database stay closed.",
            f"{path} 不是本数据库的主密钥或无法读取。请从备份恢复；没有它，数据库中的姓名和电话无法解密。",
        )
    )


def _no_room(folder: Path, error: OSError) -> UnavailableError:
    return UnavailableError(
        Sentence(
            f"The master key cannot be kept in {folder} ({error.strerror}). "
            "Set DATA_DIR to a folder on a disk of this machine.",
            f"主密钥无法保存到 {folder}（{error.strerror}）。请用 DATA_DIR 指定本机磁盘上的文件夹。",
        )
    )


def _make_key(folder: Path) -> None:
    """A whole key file on the disk or none: what it will seal is worth nothing without it."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.NamedTemporaryFile("w", encoding="ascii", dir=folder, prefix=".new-") as file:
        file.write(secrets.token_hex(_KEY_BYTES) + "\n")
        file.flush()
        os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):  # another process was first: its key is the key
            os.link(file.name, folder / _KEY_FILE)
    entry = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(entry)
    finally:
        os.close(entry)
