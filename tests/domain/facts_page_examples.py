"""A page of visitors, signed by the key of bundles."""

from __future__ import annotations

from domain.credential import Credential
from domain.facts import VisitorFacts
from domain.facts_page import FactsPage, KnownVisitor, line_of
from domain.hold import Hold, HoldLevel
from domain.visitor import VisitorClass

PEOPLE = (
    KnownVisitor(
        VisitorFacts(
            "p1",
            VisitorClass.COURIER,
            holds=(Hold(HoldLevel.RED, None, "Call the office\nat once \u2028"),),
            credentials=(Credential("核酸", None), Credential("permit", 1, 2, False)),
            areas=(("110105", 5), ("310000", 6)),
            masked_name="李**",
            short_number="BD5F6G7H",
        ),
        (bytes(16),),
        ((b"\xff" * 16, 1_800_000_000),),
    ),
    KnownVisitor(VisitorFacts("p2", VisitorClass.RESIDENT)),
)
PAGE = FactsPage("park-1", 3, 9, 12, tuple(line_of(known) for known in PEOPLE), ("p7", "p8"))
