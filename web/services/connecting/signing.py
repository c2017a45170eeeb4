"""How a delivery is signed: HMAC-SHA256 as in Standard Webhooks, with two secrets while one is renewed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass

PREFIX = "whsec_"
OVERLAP_MS = 24 * 3_600_000
_SECRET_BYTES = 24


@dataclass(frozen=True, slots=True)
class Secrets:
    """A webhook's secret, and the one before it as long as that is still signed with (`until_ms`)."""

    current: str
    before: str = ""
    until_ms: int = 0

    def renewed(self, now_ms: int) -> Secrets:
        """A new secret; the present one is signed with for a day more."""
        return Secrets(new_secret(), self.current, now_ms + OVERLAP_MS)

    def alive(self, now_ms: int) -> tuple[str, ...]:
        """The secrets to sign with now, the current one first."""
        return (self.current, self.before) if self.before and now_ms < self.until_ms else (self.current,)

    def to_bytes(self) -> bytes:
        """The secrets as they are sealed."""
        return json.dumps([self.current, self.before, self.until_ms]).encode()


def secrets_from(text: bytes) -> Secrets:
    """The secrets as they were sealed."""
    return Secrets(*json.loads(text))


def new_secret() -> str:
    """192 random bits, as Standard Webhooks writes them."""
    return PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode("ascii")


def headers(of: Secrets, delivery_id: str, now_ms: int, body: bytes) -> dict[str, str]:
    """The three headers that a delivery carries; the time is that of this try."""
    stamp = str(now_ms // 1000)
    signed = " ".join(signature(secret, delivery_id, stamp, body) for secret in of.alive(now_ms))
    return {"webhook-id": delivery_id, "webhook-timestamp": stamp, "webhook-signature": signed}


def signature(secret: str, delivery_id: str, stamp: str, body: bytes) -> str:
    """One signature over id, time and body."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    told = f"{delivery_id}.{stamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, told, hashlib.sha256).digest()).decode("ascii")
