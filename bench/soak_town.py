"""The people of a soak, the keys behind their codes, and the clock they live by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from domain.bundle import Bundle, sealed_bundle
from domain.code import CodeClass, VerifyingKey
from domain.decision import VisitorFacts
from domain.facts_page import FactsPage, FactsPlace, KnownVisitor, line_of, sealed_page
from domain.minting import minted
from domain.note import NoteKey
from domain.policy import Policy
from domain.sealed_entry import SealingKey, opened
from domain.venue import Entrance
from domain.visitor import VisitorClass

PEOPLE: Final = 400
PLACE: Final = FactsPlace("soak", PEOPLE)
_NAME: Final = "office.example/bundle"
_KID: Final = b"\x00\x01"
_DAY_S: Final = 86_400
_FOREIGN: Final = "https://example.com/menu"


@dataclass
class Hands:
    """Both clocks of the gate, moved on by the bench."""

    wall_ms: int
    boot_ms: int = 1_000_000

    def pass_s(self, seconds: float) -> None:
        """Let time pass."""
        self.wall_ms += int(seconds * 1000)
        self.boot_ms += int(seconds * 1000)

    def seconds(self) -> float:
        """Monotonic seconds."""
        return self.boot_ms / 1000


class Town:
    """`PEOPLE` visitors with cards, and a few codes of strangers; times are Unix milliseconds."""

    def __init__(self, now_ms: int) -> None:
        code_key = Ed25519PrivateKey.generate()
        self._bundle_key, self._sealing_key = Ed25519PrivateKey.generate(), X25519PrivateKey.generate()
        self._now_s = now_ms // 1000
        self.entrance = Entrance("east", "东门 East Gate", "park", "星河公园 Galaxy Park")
        ctis = [number.to_bytes(16, "big") for number in range(1, PEOPLE + 1)]
        begins, ends = self._now_s - 60, self._now_s + 2 * _DAY_S
        self._texts = [minted(code_key, _KID, cti, CodeClass.CARD, begins, ends) for cti in ctis]
        stranger = Ed25519PrivateKey.generate()
        self._forged = minted(stranger, _KID, bytes(16), CodeClass.CARD, begins, ends)
        self._key = VerifyingKey(_KID, code_key.public_key().public_bytes_raw(), begins - 1, ends + 1)
        self._ctis = ctis

    @property
    def note_key(self) -> NoteKey:
        """What the kiosk trusts."""
        return NoteKey(_NAME, self._bundle_key.public_key().public_bytes_raw())

    def bundle(self) -> bytes:
        """The one bundle of the day."""
        bundle = Bundle(
            seq=1,
            entrance=self.entrance,
            policy=Policy(),
            keys=(self._key,),
            facts=PLACE,
            issued_ms=self._now_s * 1000,
            sealing=SealingKey("01", self._sealing_key.public_key().public_bytes_raw()),
        )
        return sealed_bundle(bundle, _NAME, self._bundle_key)

    def opened(self, value: dict[str, object]) -> dict[str, object]:
        """An entry as it was before the gate sealed it."""
        return opened(value, {"01": self._sealing_key.private_bytes_raw()}.get)

    def page(self) -> bytes:
        """All visitors on one page."""
        lines = tuple(
            line_of(KnownVisitor(VisitorFacts(f"v{number}", VisitorClass.VISITOR, masked_name="王*"), (cti,)))
            for number, cti in enumerate(self._ctis, 1)
        )
        page = FactsPage(PLACE.epoch, 0, PLACE.seq, PLACE.seq, lines)
        return sealed_page(page, _NAME, self._bundle_key)

    def texts(self, number: int) -> list[str]:
        """What is held up: mostly one card; at times two, the last one again, a forged or a foreign code."""
        card = self._texts[number % PEOPLE]
        match number % 97:
            case 13:
                return [card, self._texts[(number + 1) % PEOPLE]]
            case 29:
                return [self._forged]
            case 41:
                return [self._texts[(number - 1) % PEOPLE]]
            case 53:
                return [f"{_FOREIGN}/{number}"]
        return [card]
