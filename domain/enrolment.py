"""The text an administrator shows to a new kiosk: where its server is, and what it may trust."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass

from domain.canonical import canonical_json
from domain.errors import InputError, TamperedError
from domain.note import NoteKey, note_key

PREFIX = "CPK1:"
TOKEN_LIFETIME_S = 600


@dataclass(frozen=True, slots=True)
class Enrolment:
    """Server URL, one-time token and the key that will sign this kiosk's bundles."""

    server: str
    token: str
    bundle_key: NoteKey


def enrolment_text(enrolment: Enrolment) -> str:
    """The text for the QR; base32, so that the symbol is alphanumeric and the text survives a shell."""
    value = {"u": enrolment.server, "t": enrolment.token, "k": enrolment.bundle_key.text}
    return PREFIX + base64.b32encode(canonical_json(value)).decode("ascii").rstrip("=")


def parsed_enrolment(text: str) -> Enrolment:
    """The enrolment that was shown or typed; InputError when it is incomplete."""
    refusal = InputError(
        "enrolment",
        "This is not a complete enrolment code. Copy all of it, beginning with CPK1:, or show the QR again.",
        "登记码不完整，请从 CPK1: 开始完整复制，或重新出示二维码。",
    )
    symbols = "".join(text.split()).upper()
    if not symbols.startswith(PREFIX):
        raise refusal
    body = symbols[len(PREFIX) :]
    try:
        value = json.loads(base64.b32decode(body + "=" * (-len(body) % 8)))
        return Enrolment(str(value["u"]), str(value["t"]), note_key(str(value["k"])))
    except (binascii.Error, ValueError, KeyError, TypeError, TamperedError):
        raise refusal from None
