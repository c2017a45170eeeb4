"""Makes the places that web tests happen at, and the entries that their kiosks send."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from domain.decision import Decision, Outcome, Presence
from domain.entry import Clock, Way, entry_of, uuid7
from domain.entry_wire import entry_json
from domain.policy_text import fields_from_json
from domain.reason import Reason
from domain.venue import Direction
from web.db.connecting.connection import Connection
from web.services.gates.gate import Gate
from web.services.installation import Installation, new_id, new_token
from web.services.places import places
from web.services.places.posters import posters
from web.store import policies
from web.store.gates import fleet, kiosks
from web.store.places import places as place_store
from web.store.scope import PROGRAM, Scope
from web.store.sealing import token_hash


@dataclass
class SettableClock:
    """Unix milliseconds that stand still until a test moves them."""

    ms: int

    def __call__(self) -> int:
        return self.ms

    def pass_s(self, seconds: float) -> None:
        self.ms += round(seconds * 1000)


@dataclass(frozen=True)
class Tenant:
    """One enterprise and everything of it, with the scopes of its two kinds of staff."""

    area: Scope
    staff: Scope
    enterprise: str
    venue: str
    entrance: str
    side_entrance: str
    poster: str
    gate: Gate
    credential: str


def tenant(inst: Installation, area_name: str, name: str) -> Tenant:
    """An enterprise in an area of its own, with a venue, two entrances, a poster and a gate."""
    top = places.root(inst, PROGRAM)
    path = inst.write(lambda connection: place_store.area_added(connection, new_id(), area_name, top))
    area = Scope(area_path=path)
    enterprise = places.create_enterprise(inst, area, name)
    staff = Scope(enterprise_id=enterprise)
    venue = places.create_venue(inst, staff, enterprise, name=f"{name} site", address=f"1 {name} Road")
    entrance = places.create_entrance(inst, staff, venue, "North gate")
    side = places.create_entrance(inst, staff, venue, "South gate")
    poster = posters.issue(inst, staff, entrance)
    gate, credential = enrolled(inst, staff, entrance)
    return Tenant(area, staff, enterprise, venue, entrance, side, poster, gate, credential)


def enrolled(inst: Installation, scope: Scope, entrance: str) -> tuple[Gate, str]:
    """A kiosk that stands at an entrance since before the log told of kiosks, and its credential.

    So the first leaf of a story is its own. How kiosks enrol is told in tests/web/services/gates.
    """
    identity, credential = new_id(), new_token()

    def work(connection: Connection) -> Gate:
        door = place_store.entrance_row(connection, scope, entrance)
        assert door is not None
        now_ms = inst.now_ms()
        kiosks.added(
            connection,
            id=identity,
            entrance_id=door.id,
            name="gate",
            credential_hash=token_hash(credential),
            enrolled_ms=now_ms,
            version="1.0",
            camera="",
        )
        fleet.place_noted(connection, identity, door.id, door.venue_id, now_ms)
        return Gate(identity, door.id, door.venue_id)

    return inst.write(work), credential


def rule(inst: Installation, there: Tenant, **asked: Any) -> None:
    """Let the tenant's venue ask for something from ever: fields of a policy as they are stored."""
    fields_from_json(asked)
    inst.write(lambda c: policies.added(c, ("venue", there.venue), json.dumps(asked), "a", 1))


def entry_item(gate: Gate, seq: int, at_ms: int, **changes: Any) -> dict[str, Any]:
    """An entry as a kiosk uploads it; with the same kiosk, time and sequence number it is the same again."""
    decision = Decision(Outcome.ADMITTED, Reason.WELCOME, Presence.ROTATING)
    made = entry_of(
        decision,
        identity=uuid7(at_ms, hashlib.sha256(f"{gate.id} {seq}".encode()).digest()),
        device=gate.id,
        seq=seq,
        venue=gate.venue_id,
        entrance=gate.entrance_id,
        direction=Direction.IN,
        at_ms=at_ms,
        way=Way.KIOSK,
        policy_version=1,
        bundle_seq=1,
        clock=Clock("b", 1, 0, 0),
    )
    item: dict[str, Any] = json.loads(json.dumps(entry_json(made)))
    item["private"] |= changes.pop("private", {})
    return {**item, **changes}
