"""What is written in one pass is byte for byte what the canonical writer makes of the entry and its parts."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from domain.canonical import canonical_json
from domain.decision import Outcome, Presence
from domain.entry import Clock, Entry, PrivateRecord, Way
from domain.entry_bytes import clock_text, entry_bytes
from domain.entry_wire import clock_json, content_hash, entry_json, private_json
from domain.log import entry_leaf
from domain.reason import Reason
from domain.venue import Direction

ID = st.from_regex(r"[0-9a-z][0-9a-z\-]{0,12}", fullmatch=True)
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), max_size=20)
NUMBER = st.integers(0, 2**53 - 1)
PRIVATE = st.builds(
    PrivateRecord, visitor_id=TEXT, cti=st.sampled_from(["", "ab" * 16]),
    temperature_tenths=st.none() | st.integers(300, 450), plate=TEXT, companions=st.integers(0, 500),
    name=TEXT, phone=TEXT, occupants=st.lists(TEXT, max_size=3).map(tuple),
    details=st.dictionaries(ID, TEXT, max_size=3),
)  # fmt: skip
CLOCK = st.builds(
    Clock, boot_id=TEXT, boot_ms=NUMBER, offset_ms=st.none() | st.integers(-(2**53) + 1, 2**53 - 1)
)
ENTRIES = st.builds(
    Entry, id=ID, device=ID, seq=NUMBER, venue=ID, entrance=ID, direction=st.sampled_from(Direction),
    at_ms=NUMBER, outcome=st.sampled_from(Outcome), reason=st.sampled_from(Reason),
    presence=st.sampled_from(Presence), way=st.sampled_from(Way), policy_version=st.integers(0, 2**31 - 1),
    bundle_seq=NUMBER, clock=CLOCK, private=PRIVATE,
    corrects=st.sampled_from(["", "01a1f6ae-9900-7008-a0bf-59dfa9133a86"]),
)  # fmt: skip


@given(ENTRIES, st.binary(min_size=32, max_size=32))
def test_one_pass_writes_the_canonical_bytes_of_record_entry_and_leaf(entry: Entry, salt: bytes) -> None:
    written = entry_bytes(entry)
    assert written.private == canonical_json(private_json(entry.private))
    assert written.content_hash() == content_hash(entry)
    assert written.leaf(salt) == entry_leaf(entry, salt)
    # Not canonical: rows of older versions hold this spelling, and checks of the log compare it.
    assert clock_text(entry.clock) == json.dumps(clock_json(entry.clock), sort_keys=True)
    assert canonical_json(entry_json(entry))  # none of them has two spellings
