"""How a venue wants its gates to behave: the staff's PIN, whether answers are spoken, notices to show."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from typing import Any

from domain.canonical import bytes_of_base64
from domain.errors import InputError

PIN_SALT_BYTES = 16
NOTICES_MOST = 8
NOTICE_TEXT_MOST = 300
NOTICE_PICTURE_MOST = 80_000
_PIN = re.compile(r"[0-9]{4,12}")


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to read while nobody stands at the gate; `picture` is a JPEG or empty."""

    zh: str
    en: str
    picture: bytes = b""


@dataclass(frozen=True, slots=True)
class GateSettings:
    """Empty `pin` means that the staff's side of the kiosk stays shut."""

    pin: str = ""
    speaks: bool = False
    notices: tuple[Notice, ...] = ()


def checked_pin(pin: str) -> str:
    """The PIN itself; InputError unless it is 4 to 12 digits."""
    if not _PIN.fullmatch(pin):
        raise InputError("pin", "A PIN has 4 to 12 digits.", "PIN 为 4 至 12 位数字。")
    return pin


def sealed_pin(pin: str, salt: bytes) -> str:
    """A PIN as gates keep it; InputError unless it is 4 to 12 digits.

    scrypt makes each guess cost 16 MB and some 50 ms: a stolen kiosk's PIN is not read off, but a short one
    can be tried out, so it opens the staff's side of that gate and nothing else.
    """
    if len(salt) != PIN_SALT_BYTES:
        raise ValueError(f"a PIN's salt is {PIN_SALT_BYTES} bytes")
    return f"{salt.hex()}${_derived(checked_pin(pin), salt).hex()}"


def is_pin(typed: str, kept: str) -> bool:
    """Whether this is the PIN; nothing is when none was set."""
    salt, _, derived = kept.partition("$")
    if not derived or not _PIN.fullmatch(typed):
        return False
    return hmac.compare_digest(_derived(typed, bytes.fromhex(salt)).hex(), derived)


def gate_settings_json(settings: GateSettings) -> dict[str, object]:
    """The settings as they travel in a bundle."""
    notices = [[n.zh, n.en, base64.b64encode(n.picture).decode("ascii")] for n in settings.notices]
    return {"pin": settings.pin, "speaks": settings.speaks, "notices": notices}


def gate_settings_from_json(value: Any) -> GateSettings:
    """The settings that `gate_settings_json` wrote; ValueError, KeyError or TypeError for anything else."""
    notices = tuple(
        Notice(str(zh), str(en), bytes_of_base64(picture)) for zh, en, picture in value["notices"]
    )
    return GateSettings(str(value["pin"]), value["speaks"] is True, notices)


def _derived(pin: str, salt: bytes) -> bytes:
    return hashlib.scrypt(pin.encode(), salt=salt, n=2**14, r=8, p=1, dklen=32)
