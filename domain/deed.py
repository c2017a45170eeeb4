"""What staff do with other people's data, as leaves of the log: who, what, what for, and never about whom."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from enum import StrEnum

from domain.canonical import canonical_json


class Deed(StrEnum):
    """A kind of deed, and of its leaf. Values are stored: never rename, only add."""

    QUERY = "query"
    EXPORT = "export"
    TRACE = "trace"
    NOTICE = "notice"
    ROLL_CALL = "roll_call"
    STAFF = "staff"
    UNMASK = "unmask"
    HOLD = "hold"
    POLICY = "policy"


def deed_leaf(
    at_ms: int, account: str, deed: Deed, told: Mapping[str, object], purpose: str, about: bytes = b""
) -> bytes:
    """The leaf of a deed; `told` holds ids, counts and times, `about` is the commitment to whom it was about.

    ValueError for what has no canonical JSON.
    """
    value = {"account": account, "told": dict(told), "purpose": purpose}
    subject = base64.b64encode(about).decode("ascii")
    return canonical_json({**value, "about": subject, "v": 1, "type": deed.value, "at_ms": at_ms})
