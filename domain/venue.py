"""Areas, enterprises, venues, entrances and the two names of a poster: its URL and its short number."""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_37_36

from domain.errors import InputError

POSTER_ID_BYTES = 16
_POSTER_ID_SYMBOLS = 26
# What people mistype for letters of RFC 4648 base32, which has no 0, 1 or 8.
_MISTYPED = str.maketrans("018", "OIB")

# No vowels (no words), none of 0O 1IL 5S 8B-pairs' twins, Z2 or UV; 22 symbols make ISO 7064
# MOD 23,22, whose prime modulus finds every single wrong symbol.
SHORT_ALPHABET = "BCDFHJKMNPQRTVWX234679"
SHORT_LENGTH = 8
# A host in ASCII (a poster's QR holds no other letters) or an IPv6 address; no account, path or query.
_BASE_URL = re.compile(
    r"(?i)(?P<site>https?://(?:[a-z0-9][a-z0-9.\-]*|\[[0-9a-f:.]+\])(?::(?P<port>[0-9]{1,5}))?)/*"
)


class VenueState(StrEnum):
    """The life of a venue; only an open one lets anybody in."""

    APPLIED = "applied"
    APPROVED = "approved"
    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"


class PosterState(StrEnum):
    """The life of one printed poster."""

    ISSUED = "issued"
    PRINTED = "printed"
    POSTED = "posted"
    REVOKED = "revoked"


class Direction(StrEnum):
    """Which way somebody passes an entrance."""

    IN = "in"
    OUT = "out"


@dataclass(frozen=True, slots=True)
class Entrance:
    """A door of a venue as the gate needs to know it."""

    id: str
    name: str
    venue_id: str
    venue_name: str
    venue_state: VenueState = VenueState.OPEN
    time_zone: str = "Asia/Shanghai"


def poster_symbols(poster_id: bytes) -> str:
    """The 26 upper-case base32 symbols (RFC 4648, no padding) of a 16-byte poster id."""
    if len(poster_id) != POSTER_ID_BYTES:
        raise ValueError("a poster id is 16 bytes")
    return base64.b32encode(poster_id).decode("ascii").rstrip("=")


def poster_id(symbols: str) -> bytes | None:
    """The id that 26 base32 symbols stand for, in any case, `0 1 8` taken as `O I B`; else None."""
    typed = symbols.strip().upper().translate(_MISTYPED)
    if len(typed) != _POSTER_ID_SYMBOLS:
        return None
    try:
        decoded = base64.b32decode(typed + "======")
    except (binascii.Error, ValueError):
        return None
    # 26 symbols hold 130 bits: two symbols could mean the same id if the last two bits were free.
    return decoded if poster_symbols(decoded) == typed else None


def poster_url(base_url: str, identity: bytes) -> str:
    """The text of the poster's QR: all upper case, so that the symbol stays alphanumeric."""
    return f"{base_url.rstrip('/')}/V/{poster_symbols(identity)}".upper()


def checked_base_url(base_url: str) -> str:
    """`base_url` without a trailing slash; InputError unless it is http(s)://host[:port] and nothing more."""
    found = _BASE_URL.fullmatch(base_url.strip())
    if found is None or not 0 < int(found["port"] or 1) < 65536:
        raise InputError(
            "base-url",
            f"“{base_url[:80]}” is not a site address; write it like https://park.example",
            f"“{base_url[:80]}”不是网站地址，请写成 https://park.example 的样子",
        )
    return found["site"].lower()


def short_number(random: bytes) -> str:
    """An 8-symbol short number from at least 8 random bytes; the last symbol is the check."""
    value = int.from_bytes(random[:8], "big")
    symbols = ""
    for _ in range(SHORT_LENGTH - 1):
        value, index = divmod(value, len(SHORT_ALPHABET))
        symbols += SHORT_ALPHABET[index]
    return symbols + str(mod_37_36.calc_check_digit(symbols, SHORT_ALPHABET))


def parsed_short_number(typed: str) -> str | None:
    """The canonical short number that was typed (spaces, dashes, any case), or None if mistyped."""
    number = re.sub(r"[\s\-–—]", "", unicodedata.normalize("NFKC", typed)).upper()
    if len(number) != SHORT_LENGTH or any(symbol not in SHORT_ALPHABET for symbol in number):
        return None
    try:
        return str(mod_37_36.validate(number, SHORT_ALPHABET))
    except ValidationError:
        return None


def shown_short_number(number: str) -> str:
    """The number as it is printed: two groups of four; what is no such number stays as it is."""
    return f"{number[:4]} {number[4:]}" if len(number) == SHORT_LENGTH else number
