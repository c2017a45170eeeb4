"""A gate in tests: follows its stream of visitors from a place to the end, as a kiosk does."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from domain.facts_page import FactsPage, FactsPlace, KnownVisitor, opened_page
from web.services.gates import gate_facts, gates
from web.services.gates.gate import Gate
from web.services.gates.gates import Heartbeat
from web.services.installation import Installation
from web.services.signing_keys import keys


@dataclass
class Follower:
    """What a gate holds; `pages` are those it was given, in order."""

    inst: Installation
    gate: Gate
    place: FactsPlace = field(default_factory=FactsPlace)
    visitors: dict[str, KnownVisitor] = field(default_factory=dict)
    pages: list[FactsPage] = field(default_factory=list)

    def beats(self) -> FactsPlace:
        """Tell where it is; where it has to go."""
        beat = replace(Heartbeat("1.0", "ok", 0, 0, 0), facts=self.place)
        return gates.heard(self.inst, self.gate, beat).facts

    def follows(self) -> None:
        """Take a beat and every page up to the end."""
        told = self.beats()
        if told.epoch != self.place.epoch:
            self.place, self.visitors = FactsPlace(told.epoch), {}
        while (note := gate_facts.page(self.inst, self.gate, self.place)) is not None:
            self.takes(note)
            if not self.place.seq:
                return  # nobody is known yet

    def takes(self, note: bytes) -> None:
        key, _, _ = self.inst.read(lambda c: keys.signing(c, self.inst, keys.BUNDLE))
        page = opened_page(note, key)
        assert (page.epoch, page.after) == (self.place.epoch, self.place.seq)
        self.pages.append(page)
        for known in page.visitors():
            self.visitors[known.facts.visitor_id] = known
        for identity in page.gone:
            self.visitors.pop(identity, None)
        self.place = FactsPlace(page.epoch, page.upto)

    @property
    def codes(self) -> list[bytes]:
        return [cti for known in self.visitors.values() for cti in known.codes]

    @property
    def revoked(self) -> list[bytes]:
        return [cti for known in self.visitors.values() for cti, _ in known.revoked]


def followed(inst: Installation, gate: Gate) -> Follower:
    """A gate that came now and knows everything."""
    follower = Follower(inst, gate)
    follower.follows()
    return follower
