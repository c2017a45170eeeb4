"""Reads decisions.json and puts each case to `judge`; a higher layer can put the same cases to itself.

A case overlays the defaults of the file. `shown` is a visitor, `phone` or `card` for a fresh code, the id of
a visitor code in visitor_codes.json, or any other text; times are ISO 8601 with their zone.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from domain.code import CodeClass
from domain.credential import Credential
from domain.decision import Decision, Facts, Presence, Vehicle, VisitorFacts, judge
from domain.hold import Hold, HoldLevel
from domain.minting import minted
from domain.policy import Policy
from domain.policy_text import policy_from_json
from domain.venue import Direction, Entrance, VenueState
from domain.visitor import VisitorClass
from tests.domain.visitor_code_attack import CTI, MAIN, private_key
from tests.domain.visitor_code_vectors import KEYS, VECTORS

_FILE = json.loads((Path(__file__).parent / "vectors" / "decisions.json").read_text(encoding="utf-8"))
_TEXTS = {vector["id"]: vector["text"] for vector in VECTORS}

CASES: dict[str, dict[str, Any]] = {case["id"]: _FILE["defaults"] | case for case in _FILE["cases"]}


def milliseconds(iso: str) -> int:
    """Unix milliseconds of an ISO 8601 time that names its zone."""
    at = datetime.fromisoformat(iso)
    assert at.tzinfo is not None, f"{iso} names no zone"
    return round(at.timestamp() * 1000)


def entrance_of(case: dict[str, Any]) -> Entrance:
    """The entrance of a case."""
    value = case["entrance"]
    return Entrance("e1", "North gate", "v1", "Park", VenueState(value["venue_state"]), value["time_zone"])


def policy_of(case: dict[str, Any]) -> Policy:
    """The policy of a case: the default policy with the case's fields."""
    return policy_from_json(case["policy"])


def visitor_of(value: dict[str, Any]) -> VisitorFacts:
    """A visitor as the cases write one."""
    return VisitorFacts(
        visitor_id=value.get("id", "p1"),
        visitor_class=VisitorClass(value.get("class", "visitor")),
        holds=tuple(
            Hold(HoldLevel(level), until and milliseconds(until), said)
            for level, until, said in value.get("holds", [])
        ),
        credentials=tuple(
            Credential(kind, since and milliseconds(since), until and milliseconds(until), *verified)
            for kind, since, until, *verified in value.get("credentials", [])
        ),
        areas=tuple((area, milliseconds(at)) for area, at in value.get("areas", [])),
    )


def facts_of(case: dict[str, Any]) -> Facts:
    """What is known where a case is decided; a code's visitor is the case's `known`."""
    value, known = case["facts"], case["known"]
    vehicle = value.get("vehicle")
    return Facts(
        keys=KEYS,
        is_revoked={bytes.fromhex(cti) for cti in value.get("revoked", [])}.__contains__,
        visitor_of=lambda cti: None if known is None else visitor_of(known),
        is_inside=set(value.get("inside", [])).__contains__,
        people_inside=value.get("people_inside"),
        bundle_age_ms=value.get("bundle_age_ms", 0),
        temperature_tenths=value.get("temperature_tenths"),
        vehicle=Vehicle(vehicle["plate"], vehicle["occupants"], tuple(vehicle["phones"]))
        if vehicle
        else None,
    )


def shown_in(case: dict[str, Any]) -> str | VisitorFacts:
    """What is put to the gate: a code's text, or the visitor whom staff or a form named."""
    shown, now = case["shown"], milliseconds(case["now"]) // 1000
    if isinstance(shown, dict):
        return visitor_of(shown)
    if shown in ("phone", "card"):
        return minted(private_key("main"), MAIN, CTI, CodeClass[shown.upper()], now - 1, now + 59)
    return _TEXTS.get(shown, shown)


def judged(case: dict[str, Any]) -> Decision:
    """The decision that the code under test takes in a case."""
    return judge(
        shown_in(case),
        entrance_of(case),
        policy_of(case),
        facts_of(case),
        milliseconds(case["now"]),
        Presence(case["presence"]),
        Direction(case["direction"]),
    )


def answer_json(decision: Decision) -> dict[str, object]:
    """A decision as the cases expect it."""
    return {
        "outcome": decision.outcome.value,
        "reason": decision.reason.value,
        "presence": decision.presence.value,
        "is_entry": decision.is_entry,
        "en": decision.sentence.en,
        "zh": decision.sentence.zh,
    }
