"""A trust bundle, and the key that signs it."""

from __future__ import annotations

from domain.bundle import Bundle
from domain.facts_page import FactsPlace
from domain.note import NoteKey
from domain.policy import Policy
from domain.venue import Entrance, VenueState
from tests.domain.visitor_code_attack import private_key
from tests.domain.visitor_code_vectors import KEYS

NAME = "park.example/bundle"
SIGNING = private_key("bundle")
KEY = NoteKey(NAME, SIGNING.public_key().public_bytes_raw())
BUNDLE = Bundle(
    seq=12,
    issued_ms=1_795_262_400_000,
    entrance=Entrance("e1", "北门 North", "v1", "公园 Park", VenueState.PAUSED, "Europe/Berlin"),
    policy=Policy(version=3, capacity=100),
    keys=KEYS,
    facts=FactsPlace("park-1", 7),
)
