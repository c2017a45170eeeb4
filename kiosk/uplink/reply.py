"""An answer of the server as a value: what it says, or why it does not count."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import httpx

_PIECE_BYTES = 65_536
_GZIP = 16 + zlib.MAX_WBITS
_LONGEST_PAUSE_S = 3_600.0


class Trouble(StrEnum):
    """Why a request did nothing; every one of them leaves all entries where they are."""

    UNREACHABLE = "unreachable"
    BUSY = "busy"
    CREDENTIAL = "credential"
    TOO_LARGE = "too_large"
    NOT_UNDERSTOOD = "not_understood"
    FAILED = "failed"
    STRANGE = "strange"


@dataclass(frozen=True, slots=True)
class Failure:
    """A request that did nothing; `pause_s` is the server's Retry-After, if it gave one."""

    trouble: Trouble
    detail: str = ""
    pause_s: float | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """A complete answer, read to its end."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def read(response: httpx.Response, limit: int, is_late: Callable[[], bool]) -> Reply | Failure:
    """The whole answer, unpacked piece by piece: a few packed bytes may stand for gigabytes.

    Failure when it is longer than `limit` bytes, or still not at its end when `is_late`.
    """
    packing = response.headers.get("content-encoding", "identity")
    if packing not in ("gzip", "identity"):
        return Failure(Trouble.STRANGE, "unknown packing")
    # A transport within the process hands over what is read, and unpacked, already.
    is_read = response.is_stream_consumed
    unpacking = zlib.decompressobj(_GZIP) if packing == "gzip" and not is_read else None
    body = bytearray()
    for piece in (response.content,) if is_read else response.iter_raw(_PIECE_BYTES):
        try:
            body += unpacking.decompress(piece, limit + 1 - len(body)) if unpacking else piece
        except zlib.error:
            return Failure(Trouble.STRANGE, "damaged packing")
        if len(body) > limit or is_late():
            return Failure(Trouble.STRANGE, "endless answer")
    if unpacking is not None and not unpacking.eof:
        return Failure(Trouble.STRANGE, "cut off")
    return Reply(response.status_code, response.headers, bytes(body))


def json_of(reply: Reply | Failure) -> dict[str, Any] | Failure:
    """The object in a 200 answer; HTML (a captive portal), half an object or a redirect is a failure."""
    if isinstance(reply, Failure):
        return reply
    if reply.status != httpx.codes.OK:
        return failure_of(reply)
    try:
        value = json.loads(reply.body)
    except (ValueError, RecursionError):
        return Failure(Trouble.STRANGE, "not JSON")
    return value if isinstance(value, dict) else Failure(Trouble.STRANGE, "not an object")


def failure_of(reply: Reply) -> Failure:
    """Why an answer other than the wanted one did nothing."""
    detail = f"HTTP {reply.status}"
    match reply.status:
        case 401 | 403:
            return Failure(Trouble.CREDENTIAL, detail)
        case 413:
            return Failure(Trouble.TOO_LARGE, detail)
        case 400 | 422:
            return Failure(Trouble.NOT_UNDERSTOOD, detail)
        case 500:  # the server's own error, which one entry of a batch may have brought about
            return Failure(Trouble.FAILED, detail)
        case 429 | 503:
            return Failure(Trouble.BUSY, detail, _pause_s(reply.headers.get("retry-after", "")))
        case status if status >= 500:
            return Failure(Trouble.BUSY, detail)
        case _:
            return Failure(Trouble.STRANGE, detail)


def _pause_s(retry_after: str) -> float | None:
    # The other form, a date, would need the server's clock; then our own back-off decides.
    return min(float(retry_after), _LONGEST_PAUSE_S) if retry_after.strip().isdecimal() else None
