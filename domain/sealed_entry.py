"""An entry whose private part only the server opens: what a gate keeps on its disk and sends (S14)."""

from __future__ import annotations

import base64
import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeGuard

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from domain.canonical import bytes_of_base64, canonical_json, exact_json
from domain.entry import Entry, PrivateRecord, people_in
from domain.entry_wire import entry_json
from domain.errors import InputError

SECRET_BYTES = 32
NONCE_BYTES = 12
_VERSION = 2
# Whether somebody had a name or a plate must not show in how long the box is.
_PADDED_TO = 128
_OTHERS = frozenset(("counted", "sealed"))
_SEALED_NAMES = frozenset(("box", "epk", "kid"))
# An answer is never taken for an entry, nor an entry for an answer.
_ANSWER = b"answer|"
_CHANGED = InputError(
    "sealed",
    "The sealed part does not open: it was changed or is damaged.",
    "记录的加密部分无法打开：已被改动或损坏。",
)
_NO_KEY = InputError(
    "sealed",
    "The entry is sealed for a key that this server does not have.",
    "该记录所用的加密密钥不属于本服务器。",
)
NOT_OPENED = InputError(
    "sealed",
    "Its sealed part did not open: it was changed, or sealed for a key that this server does not have.",
    "加密部分未能打开：已被改动，或所用密钥不属于本服务器。",
)


@dataclass(frozen=True, slots=True)
class SealingKey:
    """The server's public X25519 key (RFC 7748), 32 bytes; `kid` is its name in hex."""

    kid: str
    public: bytes


@dataclass(frozen=True, slots=True)
class Counted:
    """What the gate goes on counting by: how many people, and tags that name nobody, "" for none.

    `whose` is equal for the passages of one person in a day, `vehicle` for those of one plate.
    """

    people: int
    whose: str = ""
    vehicle: str = ""


class Session:
    """Seals entries for one server key under one secret, of which nothing is left afterwards."""

    def __init__(self, key: SealingKey, secret: bytes) -> None:
        """`secret` are 32 random bytes that are kept nowhere. ValueError for a key that is none."""
        mine = X25519PrivateKey.from_private_bytes(secret)
        public = mine.public_key().public_bytes_raw()
        shared = mine.exchange(X25519PublicKey.from_public_bytes(key.public))
        self.key = key
        self._epk = base64.b64encode(public).decode("ascii")
        self._cipher = AESGCM(_derived(shared, key.kid, public, key.public))

    def body(self, entry: Entry, counted: Counted, nonce: bytes) -> bytes:
        """The canonical bytes to keep and send; `nonce` are 12 random bytes."""
        value = entry_json(entry)
        private = canonical_json(_object(value.pop("private")))
        padded = private.ljust(-(-len(private) // _PADDED_TO) * _PADDED_TO)
        box = nonce + self._cipher.encrypt(nonce, padded, _bound_to(value, self.key.kid))
        value["counted"] = {"people": counted.people, "vehicle": counted.vehicle, "whose": counted.whose}
        value["sealed"] = {
            "box": base64.b64encode(box).decode("ascii"), "epk": self._epk, "kid": self.key.kid
        }  # fmt: skip
        value["v"] = _VERSION
        return canonical_json(value)

    def private_of(self, value: Mapping[str, object]) -> bytes | None:
        """The private record of an entry that this session sealed, its canonical bytes; None of any other."""
        sealed = value["sealed"]
        if not isinstance(sealed, Mapping) or sealed.get("epk") != self._epk:
            return None
        try:
            box = bytes_of_base64(_text(sealed["box"]))
            opened = self._cipher.decrypt(
                box[:NONCE_BYTES], box[NONCE_BYTES:], _bound_to(value, self.key.kid)
            )
        except (InvalidTag, ValueError, KeyError):
            return None
        return opened.rstrip(b" ")

    def answer_of(self, value: Mapping[str, object], answer: bytes) -> bytes | None:
        """What the server `answered` about an entry that this session sealed; None if it is not that."""
        bound = _ANSWER + _bound_to(value, self.key.kid)
        try:
            return self._cipher.decrypt(answer[:NONCE_BYTES], answer[NONCE_BYTES:], bound)
        except (InvalidTag, ValueError):
            return None


def unnamed(entry: Entry) -> Entry:
    """The entry with nothing left of who it was but how many: what may be kept when nothing can be sealed."""
    return replace(entry, private=PrivateRecord(companions=people_in(entry) - 1))


def unnamed_body(entry: Entry) -> bytes:
    """The canonical bytes of `unnamed`."""
    return canonical_json(entry_json(unnamed(entry)))


def is_sealed(value: object) -> TypeGuard[Mapping[str, object]]:
    """Whether this is an entry with a sealed part, good or not."""
    return isinstance(value, dict | Mapping) and "sealed" in value


def opened(value: Mapping[str, object], secret_of: Callable[[str], bytes | None]) -> dict[str, object]:
    """The entry as `entry_from_json` reads it; `secret_of` gives the private key of a kid, 32 bytes.

    InputError when it is for another key, or was not sealed with this id, device and number.
    """
    sealed = value.get("sealed")
    if not isinstance(sealed, dict | Mapping) or sealed.keys() != _SEALED_NAMES or "private" in value:
        raise _CHANGED
    kid = sealed["kid"]
    secret = secret_of(kid) if isinstance(kid, str) else None
    if secret is None:
        raise _NO_KEY
    try:
        box = bytes_of_base64(_text(sealed["box"]))
        cipher = _cipher(secret, str(kid), _text(sealed["epk"]))
        private = cipher.decrypt(box[:NONCE_BYTES], box[NONCE_BYTES:], _bound_to(value, str(kid)))
        found = exact_json(private)
    except (InvalidTag, ValueError):
        raise _CHANGED from None
    kept = dict(value)
    for name in _OTHERS:
        kept.pop(name, None)
    # Whatever else is wrong with it, `entry_from_json` says.
    kept["private"], kept["v"] = found, 1 if value.get("v") == _VERSION else None
    return kept


def answered(
    value: Mapping[str, object], secret_of: Callable[[str], bytes | None], answer: bytes, nonce: bytes
) -> bytes:
    """An answer about an entry that was `opened`, for the process that sealed it and no other.

    Whoever took the gate's disk, or listens, has the sealed entry and cannot read it. `nonce` are 12 random
    bytes.
    """
    sealed = value["sealed"]
    assert isinstance(sealed, Mapping)
    kid, epk = _text(sealed["kid"]), _text(sealed["epk"])
    secret = secret_of(kid)
    if secret is None:
        raise _NO_KEY
    return nonce + _cipher(secret, kid, epk).encrypt(nonce, answer, _ANSWER + _bound_to(value, kid))


@functools.lru_cache(maxsize=4096)
def _cipher(secret: bytes, kid: str, epk: str) -> AESGCM:
    """A gate uses one `epk` for a day: the costly step is taken once for thousands of entries."""
    mine, public = X25519PrivateKey.from_private_bytes(secret), bytes_of_base64(epk)
    shared = mine.exchange(X25519PublicKey.from_public_bytes(public))
    return AESGCM(_derived(shared, kid, public, mine.public_key().public_bytes_raw()))


def _derived(shared: bytes, kid: str, epk: bytes, public: bytes) -> bytes:
    info = b"codeplace entry v2|" + kid.encode("utf-8")
    return HKDF(SHA256(), 32, salt=epk + public, info=info).derive(shared)


def _bound_to(value: Mapping[str, object], kid: str) -> bytes:
    return f"{value.get('id')}|{value.get('device')}|{value.get('seq')}|{kid}".encode()


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("no text")
    return value


def _object(value: object) -> Mapping[str, object]:
    assert isinstance(value, Mapping)
    return value
