"""The text an administrator shows to a new kiosk: where its server is, and what it may trust."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass

from domain.canonical import canonical_json
from domain.errors import InputError, TamperedError
from domain.note import NoteKey, note_key

PREFIX = "CPK1:"
TOKEN_LIFETIME_S = 600
_CHECK_BYTES = 4


@dataclass(frozen=True, slots=True)
class Enrolment:
    """Server URL, one-time token and the key that will sign this kiosk's bundles."""

    server: str
    token: str
    bundle_key: NoteKey


def enrolment_text(enrolment: Enrolment) -> str:
    """The text for the QR; base32, so that the symbol is alphanumeric and the text survives a shell.

    Four bytes of SHA-256 stand behind the values: a mistyped server must not get the one-time token.
    """
    value = canonical_json({"u": enrolment.server, "t": enrolment.token, "k": enrolment.bundle_key.text})
    checked = value + hashlib.sha256(value).digest()[:_CHECK_BYTES]
    return PREFIX + base64.b32encode(checked).decode("ascii").rstrip("=")


def parsed_enrolment(text: str) -> Enrolment:
    """The enrolment that was shown or typed, exactly; InputError when it is incomplete or damaged."""
    refusal = InputError(
        "enrolment",
        "This is not a complete enrolment code. Copy all of it, beginning with CPK1:, or show the QR again.",
        "登记码不完整，请从 CPK1: 开始完整复制，或重新出示二维码。",
    )
    symbols = "".join(text.split()).upper()
    body = symbols.removeprefix(PREFIX)
    try:
        value = json.loads(base64.b32decode(body + "=" * (-len(body) % 8))[:-_CHECK_BYTES])
        enrolment = Enrolment(str(value["u"]), str(value["t"]), note_key(str(value["k"])))
        if enrolment_text(enrolment) == symbols:
            return enrolment
    except (ValueError, KeyError, TypeError, RecursionError, TamperedError):
        pass
    raise refusal
