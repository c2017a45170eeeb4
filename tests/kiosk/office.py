"""The other side of a kiosk in tests: keys, bundles and codes as a server makes them, and that server."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from domain import sealed_entry
from domain.bundle import Bundle, sealed_bundle
from domain.code import CodeClass, VerifyingKey
from domain.decision import VisitorFacts
from domain.facts_page import FactsPage, FactsPlace, KnownVisitor, line_of, sealed_page
from domain.minting import minted
from domain.note import NoteKey
from domain.policy import Policy
from domain.venue import Entrance
from domain.visitor import VisitorClass
from kiosk.facts.trust import Trust

NOTE_NAME = "office.example/bundle"
KID = b"\x00\x01"
EPOCH = "east-1"
EAST = Entrance("east", "东门 East Gate", "park", "星河公园 Galaxy Park")


@dataclass
class Office:
    """Signs bundles and pages, and mints codes; `now_s` is the Unix second of its clock.

    Visitor n stands at place n of the stream; the codes of the numbers in `revoked` were withdrawn.
    """

    now_s: int
    bundle_key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    code_key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    sealing_key: X25519PrivateKey = field(default_factory=X25519PrivateKey.generate)
    people: tuple[str, ...] = ("王*", "L*** W***", "陈*")
    revoked: tuple[int, ...] = ()

    @property
    def place(self) -> FactsPlace:
        return FactsPlace(EPOCH, len(self.people))

    @property
    def note_key(self) -> NoteKey:
        return NoteKey(NOTE_NAME, self.bundle_key.public_key().public_bytes_raw())

    def code(
        self,
        number: int,
        *,
        issued: int | None = None,
        card: bool = False,
        key: Ed25519PrivateKey | None = None,
    ) -> str:
        begins = self.now_s if issued is None else issued
        kind, life = (CodeClass.CARD, 86_400) if card else (CodeClass.PHONE, 60)
        return minted(key or self.code_key, KID, cti(number), kind, begins, begins + life)

    def bundle(self, seq: int = 1, *, key: Ed25519PrivateKey | None = None, **changes: Any) -> bytes:
        values: dict[str, Any] = {
            "entrance": EAST,
            "policy": Policy(),
            "keys": (self.verifying_key,),
            "facts": self.place,
            "issued_ms": self.now_s * 1000,
            "sealing": self.sealing,
        } | changes
        return sealed_bundle(Bundle(seq=seq, **values), NOTE_NAME, key or self.bundle_key)

    def page(self, after: int = 0, **changes: Any) -> bytes:
        values: dict[str, Any] = {
            "epoch": EPOCH,
            "after": after,
            "upto": len(self.people),
            "newest": len(self.people),
            "lines": tuple(line_of(self.visitor(n)) for n in range(after + 1, len(self.people) + 1)),
        } | changes
        return sealed_page(FactsPage(**values), NOTE_NAME, self.bundle_key)

    def visitor(self, number: int) -> KnownVisitor:
        facts = VisitorFacts(f"v{number}", VisitorClass.VISITOR, masked_name=self.people[number - 1])
        withdrawn = number in self.revoked
        return KnownVisitor(
            facts,
            () if withdrawn else (cti(number),),
            ((cti(number), self.now_s + 86_400),) if withdrawn else (),
        )

    def teach(self, trust: Trust, seq: int = 1, **changes: Any) -> None:
        """Put a bundle and all visitors into force at a gate."""
        trust.accept(self.bundle(seq, **changes))
        if not trust.known.has(self.place):
            here = trust.known.place
            trust.take_page(self.page(here.seq if here.epoch == EPOCH else 0))

    @property
    def sealing(self) -> sealed_entry.SealingKey:
        return sealed_entry.SealingKey("01", self.sealing_key.public_key().public_bytes_raw())

    def opened(self, entry: dict[str, Any]) -> dict[str, Any]:
        """An entry as a gate sends it, as the server opens it."""
        if not sealed_entry.is_sealed(entry):
            return entry
        return sealed_entry.opened(entry, {"01": self.sealing_key.private_bytes_raw()}.get)

    @property
    def verifying_key(self) -> VerifyingKey:
        public = self.code_key.public_key().public_bytes_raw()
        return VerifyingKey(KID, public, self.now_s - 86_400 * 400, self.now_s + 86_400 * 400)


def cti(number: int) -> bytes:
    return number.to_bytes(16, "big")
