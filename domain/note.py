"""Signed notes (C2SP signed-note): a text, then one line per signature; used by checkpoints and bundles."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from domain.canonical import bytes_of_base64
from domain.errors import TamperedError
from domain.wording import Sentence

_ED25519 = b"\x01"
_NAME = re.compile(r"[^\s+]+")
_SIGNATURE_LINE = re.compile(r"— ([^\s+]+) ([0-9A-Za-z+/]+={0,2})")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_SIGNATURES_MOST = 100


@dataclass(frozen=True, slots=True)
class NoteKey:
    """The name and Ed25519 public key of somebody who signs notes."""

    name: str
    public: bytes

    @property
    def key_hash(self) -> bytes:
        """The 4 bytes that point a signature line at its key."""
        return hashlib.sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:4]

    @property
    def text(self) -> str:
        """The verifier key as one word: `name+hash+base64`."""
        public = base64.b64encode(_ED25519 + self.public).decode("ascii")
        return f"{self.name}+{self.key_hash.hex()}+{public}"


@dataclass(frozen=True, slots=True)
class LogKey:
    """A key of the log and when it signs, in Unix seconds; `not_after` itself is left out."""

    key: NoteKey
    not_before: int
    not_after: int

    def signs_at(self, now_s: int) -> bool:
        """Whether a head that this key signed may be shown for the first time now."""
        return self.not_before <= now_s < self.not_after


def note_key(text: str) -> NoteKey:
    """The key that `NoteKey.text` wrote; TamperedError when its parts do not belong together."""
    try:
        name, hash_hex, encoded = text.strip().split("+", 2)
        raw = bytes_of_base64(encoded)
        key = NoteKey(name, raw[1:])
        if (
            raw[:1] == _ED25519
            and len(raw) == 33
            and key.key_hash.hex() == hash_hex
            and _NAME.fullmatch(name)
        ):
            return key
    except ValueError:
        pass
    raise TamperedError(Sentence("The verifier key is damaged.", "验证公钥已损坏。"))


def signed_note(text: str, name: str, signing_key: Ed25519PrivateKey) -> bytes:
    """`text` (which ends in a newline) with our signature line under it."""
    if not text.endswith("\n") or "\n\n" in text:
        raise ValueError("a note's text ends in a newline and holds no empty line")
    if not _NAME.fullmatch(name):
        raise ValueError("a signer's name holds no space and no plus sign")
    key = NoteKey(name, signing_key.public_key().public_bytes_raw())
    signature = base64.b64encode(key.key_hash + signing_key.sign(text.encode())).decode("ascii")
    return f"{text}\n— {name} {signature}\n".encode()


def opened_note(note: bytes, key: NoteKey) -> str:
    """The text of a note that `key` signed, alone or beside others; TamperedError otherwise."""
    refusal = TamperedError(Sentence("The signature is missing or wrong.", "签名缺失或错误。"))
    try:
        text, _, signatures = note.decode("utf-8").rpartition("\n\n")
    except UnicodeDecodeError:
        raise refusal from None
    text += "\n"
    # Split at line feeds alone: splitlines would take other characters, and a changed byte, for one.
    *lines, rest = signatures.split("\n")
    if rest or len(lines) > _SIGNATURES_MOST or _CONTROL.search(text + signatures.replace("\n", "")):
        raise refusal
    found = [_signature(line) for line in lines]
    ours = [part[2] for part in found if part and part[:2] == (key.name, key.key_hash)]
    if None not in found and ours and _is_signed(text, ours[0], key):
        return text
    raise refusal


def _signature(line: str) -> tuple[str, bytes, bytes] | None:
    """The name, the key's hash and the signature of a line; None where it is no such line."""
    parts = _SIGNATURE_LINE.fullmatch(line)
    try:
        raw = bytes_of_base64(parts[2]) if parts else b""
    except ValueError:
        return None
    if parts is None or len(raw) < 5:
        return None
    return parts[1], raw[:4], raw[4:]


def _is_signed(text: str, signature: bytes, key: NoteKey) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(signature, text.encode())
    except (InvalidSignature, ValueError):
        return False
    return True
