"""Visitor codes: the rotating strip of a phone, and the long-lived code of a card."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from domain.code import CARD_LIFETIME_S, CTI_BYTES, PHONE_LIFETIME_S, CodeClass
from domain.errors import InputError
from domain.minting import minted
from domain.visitor import CLASS_NAMES, VisitorClass
from printables.kinds.visitor_card import CardContent, visitor_card
from printables.symbol import packed, qr
from web.db.connecting.connection import Connection, Record
from web.services.errors import NotFoundError
from web.services.installation import Installation
from web.services.places.posters.posters import Artefact, written
from web.services.signing_keys import issuing
from web.store.gates import changes
from web.store.people import visitors
from web.store.scope import PROGRAM, Scope

WINDOW_S = PHONE_LIFETIME_S
STEP_S = 30
STRIP_AHEAD_S = 12 * 3600
STRIP_MOST = 120
CARD_DAYS = 365
# The series behind a phone's strip; each code of it lives a minute.
_SERIES_LIFETIME_S = CARD_LIFETIME_S
# One mask for all: the penalty rules only matter for print, and choosing costs five times the rest.
_SCREEN_MASK = 3


@dataclass(frozen=True, slots=True)
class Strip:
    """Codes for consecutive windows: (start in Unix seconds, packed QR modules as base64)."""

    windows: tuple[tuple[int, str], ...]
    size: int
    window_s: int = WINDOW_S
    step_s: int = STEP_S


def strip(inst: Installation, visitor_id: str, first: int, count: int) -> Strip:
    """The phone codes of `count` windows from number `first` on (window n begins at n × 30 s).

    InputError beyond 12 hours ahead or `STRIP_MOST` windows; NotFoundError for an unknown visitor.
    """
    texts = phone_codes(inst, visitor_id, first, count)
    symbols = [(start, qr(text, "M", _SCREEN_MASK)) for start, text in texts]
    windows = tuple((start, base64.b64encode(packed(symbol)).decode("ascii")) for start, symbol in symbols)
    return Strip(windows, symbols[0][1].size)


def phone_codes(inst: Installation, visitor_id: str, first: int, count: int) -> list[tuple[int, str]]:
    """(start, text) of consecutive phone codes; see `strip`."""
    now_s = inst.now_ms() // 1000
    last_end = (first + count) * STEP_S + WINDOW_S
    if not 1 <= count <= STRIP_MOST or first * STEP_S < now_s - 300 or last_end > now_s + STRIP_AHEAD_S:
        raise InputError("first", "These windows are not offered.", "不提供该时间段的码。")
    cti, signs = inst.write(lambda connection: _series(connection, inst, visitor_id))
    starts = range(first * STEP_S, (first + count) * STEP_S, STEP_S)
    return [(at, minted(signs.private, signs.kid, cti, CodeClass.PHONE, at, at + WINDOW_S)) for at in starts]


def card(
    inst: Installation, scope: Scope, visitor_id: str, *, kind: str, languages: tuple[str, ...]
) -> Artefact:
    """A new visitor card as a file; printing one withdraws the visitor's earlier card."""
    new = new_card(inst, scope, visitor_id)
    made = written(visitor_card(new.content, languages=languages), kind, f"card-{new.visitor.short_number}")
    # Last: a card that cannot be drawn must not cost its owner the one they have.
    exchange(inst, (new,))
    return made


def new_card(inst: Installation, scope: Scope, visitor_id: str) -> NewCard:
    """A card for a visitor in scope that does not count before `exchange`."""
    return inst.read(lambda connection: _minted_card(connection, inst, scope, visitor_id))


def exchange(inst: Installation, cards: Sequence[NewCard]) -> None:
    """Withdraw these visitors' cards and let the new ones count; who was forgotten meanwhile is left out."""

    def work(connection: Connection) -> None:
        for new in cards:
            if visitors.row(connection, PROGRAM, new.visitor.id) is not None:
                _exchanged(connection, inst, new)

    inst.write(work)


def card_text(inst: Installation, scope: Scope, visitor_id: str) -> str:
    """The text of a new card's code (the earlier card is withdrawn)."""

    def work(connection: Connection) -> str:
        new = _minted_card(connection, inst, scope, visitor_id)
        _exchanged(connection, inst, new)
        return new.text

    return inst.write(work)


@dataclass(frozen=True, slots=True)
class NewCard:
    """A card's code that nobody knows of yet."""

    visitor: Record
    cti: bytes
    text: str
    issued_s: int
    expires_s: int
    kid: str

    @property
    def content(self) -> CardContent:
        """What the card says."""
        names = CLASS_NAMES[VisitorClass(self.visitor.visitor_class)]
        return CardContent(
            code=self.text,
            visitor_name=self.visitor.masked_name,
            class_zh=names.zh,
            class_en=names.en,
            valid_until=datetime.fromtimestamp(self.expires_s, UTC).date(),
            short_number=self.visitor.short_number,
            issuer=self.visitor.enterprise_name,
        )


def _minted_card(connection: Connection, inst: Installation, scope: Scope, visitor_id: str) -> NewCard:
    row = visitors.row(connection, scope, visitor_id)
    if row is None:
        raise NotFoundError
    signs = issuing.signer(connection, inst, row.enterprise_id)
    cti, issued_s = secrets.token_bytes(CTI_BYTES), inst.now_ms() // 1000
    expires_s = issued_s + CARD_DAYS * 86_400
    text = minted(signs.private, signs.kid, cti, CodeClass.CARD, issued_s, expires_s)
    return NewCard(row, cti, text, issued_s, expires_s, signs.kid.hex())


def _exchanged(connection: Connection, inst: Installation, new: NewCard) -> None:
    """Withdraw the visitor's card and let the new one count."""
    if visitors.row(connection, PROGRAM, new.visitor.id) is None:
        raise NotFoundError
    visitors.codes_revoked(connection, new.visitor.id, CodeClass.CARD, inst.now_ms())
    visitors.code_added(
        connection,
        cti=new.cti.hex(),
        visitor_id=new.visitor.id,
        code_class=CodeClass.CARD,
        expires_s=new.expires_s,
        issued_ms=new.issued_s * 1000,
        kid=new.kid,
    )
    changes.touched(connection, [new.visitor.id])


def _series(connection: Connection, inst: Installation, visitor_id: str) -> tuple[bytes, issuing.Signer]:
    """The cti under which this visitor's phone codes are known, made if there is none; and who signs them."""
    now_s = inst.now_ms() // 1000
    holder = visitors.row(connection, PROGRAM, visitor_id)
    if holder is None:
        raise NotFoundError
    signs = issuing.signer(connection, inst, holder.enterprise_id)
    row = visitors.code_row(connection, visitor_id, CodeClass.PHONE, now_s + STRIP_AHEAD_S)
    if row is not None:
        return bytes.fromhex(row.cti), signs
    cti = secrets.token_bytes(CTI_BYTES)
    visitors.code_added(
        connection,
        cti=cti.hex(),
        visitor_id=visitor_id,
        code_class=CodeClass.PHONE,
        expires_s=now_s + _SERIES_LIFETIME_S,
        issued_ms=inst.now_ms(),
    )
    changes.touched(connection, [visitor_id])
    return cti, signs
