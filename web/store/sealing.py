"""Personal data at rest: AES-256-GCM per field bound to its place, and keyed digests for exact look-up."""

from __future__ import annotations

import hashlib
import hmac
import secrets
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
        except InvalidTag:
            raise TamperedError(
                Sentence("A stored field does not open with this key.", "存储字段无法用此密钥解密。")
            ) from None

    def digest(self, field: str, value: str) -> bytes:
        """The 16-byte blind index of a normalised value of one field."""
        normal = unicodedata.normalize("NFKC", value).casefold()
        return hmac.new(self._index, f"{field}\0{normal}".encode(), hashlib.sha256).digest()[:_DIGEST_BYTES]


def token_hash(token: str) -> bytes:
    """What is kept of a random token of at least 128 bits: plain SHA-256 is enough for those."""
    return hashlib.sha256(token.encode()).digest()


def master_key(folder: Path) -> bytes:
    """The installation's master key, made on first use in a file only its owner can read."""
    path = folder / "master.key"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(_KEY_BYTES) + "\n", encoding="ascii")
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
        if len(key) == _KEY_BYTES:
            return key
    except (OSError, ValueError):
        pass
    raise UnavailableError(
        Sentence(
            f"The master key in {path} cannot be read. Put it back from its backup: "
            "without it names and phones in the database stay closed.",
            f"无法读取主密钥 {path}。请从备份恢复；没有它，数据库中的姓名和电话无法解密。",
        )
    )
