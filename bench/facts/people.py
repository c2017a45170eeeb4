"""The visitors of the facts bench: as a year of a busy park leaves them, and changes to some of them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final

from domain.code import CodeClass
from domain.venue import short_number
from domain.visitor import VisitorClass, masked_name
from web.db.connecting.connection import Connection
from web.services.installation import Installation
from web.services.people.visitors import place
from web.store.gates import changes
from web.store.people import credentials, holds, visitors

AT_ONCE: Final = 2_000
_YEAR_S: Final = 365 * 86_400
_CLASSES: Final = tuple(VisitorClass)


def identity_of(number: int) -> str:
    """The id of a visitor, as long and as scattered as real ones."""
    return hashlib.sha256(b"visitor %d" % number).hexdigest()[:16]


def cti_of(number: int) -> bytes:
    """What is in a visitor's card."""
    return hashlib.sha256(b"card %d" % number).digest()[:16]


def added(connection: Connection, inst: Installation, enterprise_id: str, numbers: range) -> None:
    """Keep visitors with a card, every third with a credential, every tenth with a withdrawn card."""
    now_ms = inst.now_ms()
    for number in numbers:
        identity, name = identity_of(number), f"访客 Visitor {number}"
        visitors.added(
            connection,
            [("name", inst.cipher.digest("name", name))],
            id=identity,
            enterprise_id=enterprise_id,
            short_number=short_number(number.to_bytes(8, "big")),
            visitor_class=_CLASSES[number % len(_CLASSES)],
            name_sealed=inst.cipher.sealed(name.encode(), place("name", identity)),
            phone_sealed=inst.cipher.sealed(b"+8613800138000", place("phone", identity)),
            masked_name=masked_name(name),
            source="staff",
            link_hash=hashlib.sha256(identity.encode()).digest(),
            created_ms=now_ms,
        )
        _card(connection, identity, cti_of(number), now_ms, None)
        if number % 10 == 0:
            old = hashlib.sha256(b"old card %d" % number).digest()[:16]
            _card(connection, identity, old, now_ms, now_ms)
        if number % 3 == 0:
            _induction(connection, identity, now_ms)
    changes.touched(connection, [identity_of(number) for number in numbers])


def held(connection: Connection, now_ms: int, visitor_ids: Sequence[str]) -> None:
    """Put a hold on each of these visitors."""
    for identity in visitor_ids:
        holds.added(
            connection,
            id=f"{identity}-{now_ms}",
            visitor_id=identity,
            level="red",
            reason_sealed=b"",
            instruction="请联系保卫处 Call security",
            appeal="",
            proposed_by="a",
            proposed_ms=now_ms,
            confirmed_by="b",
            confirmed_ms=now_ms,
        )
    changes.touched(connection, visitor_ids)


def _card(connection: Connection, identity: str, cti: bytes, now_ms: int, revoked_ms: int | None) -> None:
    visitors.code_added(
        connection,
        cti=cti.hex(),
        visitor_id=identity,
        code_class=CodeClass.CARD,
        expires_s=now_ms // 1000 + _YEAR_S,
        issued_ms=now_ms,
        revoked_ms=revoked_ms,
    )


def _induction(connection: Connection, identity: str, now_ms: int) -> None:
    credentials.added(
        connection,
        id=f"{identity}-induction",
        visitor_id=identity,
        kind="induction",
        since_ms=now_ms,
        until_ms=now_ms + _YEAR_S * 1000,
        verified=1,
        source="staff",
        created_ms=now_ms,
    )
