"""Personal data at rest: AES-256-GCM per field bound to its place, and keyed digests for exact look-up."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import os
import secrets
import tempfile
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from domain.errors import TamperedError, UnavailableError
from domain.wording import Sentence
from machine.durable import sync_folder, write_durably

KEY_BYTES = 32
_NONCE_BYTES = 12
_DIGEST_BYTES = 16
_KEY_FILE = "master.key"
_KEYS_MOST = 3
_NEXT = "next:"


class _Master:
    """One master key with what is derived from it for fields and their index."""

    def __init__(self, master: bytes) -> None:
        if len(master) != KEY_BYTES:
            raise ValueError(f"the master key is {KEY_BYTES} bytes")
        self._master = master
        self.fields = AESGCM(self.subkey("fields"))
        self._index = self.subkey("blind index")
        self.fingerprint = self.subkey("fingerprint").hex()[:16]

    def subkey(self, purpose: str) -> bytes:
        return HKDFExpand(SHA256(), KEY_BYTES, purpose.encode()).derive(self._master)

    def digest(self, told: bytes) -> bytes:
        return hmac.digest(self._index, told, "sha256")[:_DIGEST_BYTES]


class FieldCipher:
    """Seals and opens single fields; every purpose has its own key, all derived from one master key.

    While keys are exchanged there are several: the first seals, all of them open.
    """

    def __init__(self, *masters: bytes) -> None:
        self._ring = tuple(_Master(master) for master in masters)

    def adopt(self, masters: Sequence[bytes]) -> None:
        """Go on with these master keys, the first of which seals."""
        self._ring = tuple(_Master(master) for master in masters)

    @property
    def fingerprints(self) -> tuple[str, ...]:
        """What tells the keys apart and nothing about them; that of the sealing key first."""
        return tuple(master.fingerprint for master in self._ring)

    def subkey(self, purpose: str) -> bytes:
        """32 bytes for one purpose (HKDF-Expand, RFC 5869); the master key itself encrypts nothing."""
        return self._ring[0].subkey(purpose)

    def subkeys(self, purpose: str) -> tuple[bytes, ...]:
        """The same out of every key."""
        return tuple(master.subkey(purpose) for master in self._ring)

    def sealed(self, plain: bytes, place: str) -> bytes:
        """Nonce and ciphertext; `place` is table|column|row, so that a moved field does not open."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._ring[0].fields.encrypt(nonce, plain, place.encode())

    def opened(self, sealed: bytes, place: str) -> bytes:
        """The field; TamperedError when it was changed, moved, or sealed by a key that is not here."""
        return self._opened(sealed, place)[0]

    def resealed(self, sealed: bytes, place: str) -> bytes | None:
        """The field sealed with the first key, None when it is already; TamperedError as in `opened`."""
        plain, at = self._opened(sealed, place)
        return self.sealed(plain, place) if at else None

    def digest(self, field: str, value: str) -> bytes:
        """The 16-byte blind index of a normalised value of one field."""
        return self.digests(field, value)[0]

    def digests(self, field: str, value: str) -> tuple[bytes, ...]:
        """The blind index of every key, the first key's first: what is stored may be of any of them."""
        normal = unicodedata.normalize("NFKC", value).casefold()
        told = f"{field}\0{normal}".encode("utf-8", "replace")
        return tuple(master.digest(told) for master in self._ring)

    def _opened(self, sealed: bytes, place: str) -> tuple[bytes, int]:
        for at, master in enumerate(self._ring):
            try:
                plain = master.fields.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], place.encode())
            except (InvalidTag, ValueError):  # ValueError: too short even for its nonce
                continue
            return plain, at
        raise TamperedError(
            Sentence("A stored field does not open with this key.", "存储字段无法用此密钥解密。")
        )


def token_hash(token: str) -> bytes:
    """What is kept of a random token of at least 128 bits: plain SHA-256 is enough for those."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def master_key(folder: Path, *, may_make: bool = True) -> bytes:
    """The installation's sealing key out of its file; see `master_keys`."""
    return master_keys(folder / _KEY_FILE, may_make=may_make).keys[0]


@dataclass(frozen=True, slots=True)
class Keyring:
    """Master keys, the sealing one first; `is_announced` when the last is known and not used yet."""

    keys: tuple[bytes, ...]
    is_announced: bool = False

    @property
    def is_rotating(self) -> bool:
        """Whether fields of an older key are to be sealed anew."""
        return len(self.keys) > 1 and not self.is_announced

    @property
    def text(self) -> str:
        """What a key file holds: a key, or the new and the old, or the old and `next:` with the new."""
        words = [key.hex() for key in self.keys]
        if self.is_announced:
            words[-1] = f"{_NEXT}{words[-1]}"
        return "\n".join(words) + "\n"


def keyring(text: str) -> Keyring | None:
    """The keys that a file, a variable or a command gave; None when it is damaged."""
    words = text.split()
    is_announced = bool(words) and words[-1].startswith(_NEXT)
    try:
        keys = tuple(bytes.fromhex(word.removeprefix(_NEXT)) for word in words)
    except ValueError:
        return None
    is_whole = 1 <= len(keys) <= _KEYS_MOST and all(len(key) == KEY_BYTES for key in keys)
    is_plain = not any(word.startswith(_NEXT) for word in words[:-1]) and len(keys) > is_announced
    return Keyring(keys, is_announced) if is_whole and is_plain else None


def master_keys(path: Path, *, may_make: bool = True) -> Keyring:
    """The keys in a file that only its owner can read, made on first use.

    UnavailableError when it is damaged, or missing and not to be made: its database is in use already.
    """
    if may_make and not path.exists():
        try:
            _make_key(path)
        except OSError as error:
            raise _no_room(path.parent, error) from None
    try:
        found = keyring(path.read_text(encoding="ascii"))
    except (OSError, ValueError):
        found = None
    if found is None:
        raise other_key(path.parent)
    return found


def keys_written(path: Path, ring: Keyring) -> None:
    """Put other keys into the file, whole and on the disk, or leave it as it is."""
    write_durably(path, ring.text.encode())


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


def _make_key(path: Path) -> None:
    """A whole key file on the disk or none: what it will seal is worth nothing without it."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.NamedTemporaryFile("w", encoding="ascii", dir=path.parent, prefix=".new-") as file:
        file.write(secrets.token_hex(KEY_BYTES) + "\n")
        file.flush()
        os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):  # another process was first: its key is the key
            os.link(file.name, path)
    sync_folder(path.parent)
