"""Entries to test with: one that is fully filled in, and a strategy for any other."""

from __future__ import annotations

from hypothesis import strategies as st

from domain.canonical import SAFE_INTEGER
from domain.decision import Outcome, Presence
from domain.entry import Clock, Entry, PrivateRecord, Way, uuid7
from domain.reason import Reason
from domain.venue import Direction

ENTRY = Entry(
    id=uuid7(1_795_262_400_000, bytes(range(10))),
    device="k-north-1",
    seq=7,
    venue="v1",
    entrance="e1",
    direction=Direction.IN,
    at_ms=1_795_262_400_000,
    outcome=Outcome.REFUSED,
    reason=Reason.CREDENTIAL_TOO_OLD,
    presence=Presence.ROTATING,
    way=Way.KIOSK,
    policy_version=3,
    bundle_seq=12,
    clock=Clock("b00t-1", 3_600_000, -1_200, 86_400_000),
    private=PrivateRecord(
        "p1",
        "00112233445566778899aabbccddeeff",
        366,
        "苏A12345",
        2,
        "李雷",
        "+8613900139000",
        ("+8613800138000",),
        {"credential": "核酸检测", "hours": "48"},
    ),
    corrects=uuid7(1_795_262_000_000, bytes(range(10))),
)

_ids = st.from_regex(r"[0-9a-z][0-9a-z\-]{0,63}", fullmatch=True)
_safe = st.integers(0, SAFE_INTEGER)
# What `str.isprintable` takes, drawn directly: filtering would throw most texts away.
_lines = st.text(st.just(" ") | st.characters(exclude_categories=("C", "Zl", "Zp", "Zs")), max_size=20)

entries = st.builds(
    Entry,
    id=st.builds(uuid7, st.integers(0, 2**48 - 1), st.binary(min_size=10, max_size=10)),
    device=_ids,
    seq=st.integers(1, SAFE_INTEGER),
    venue=_ids,
    entrance=_ids,
    direction=st.sampled_from(Direction),
    at_ms=st.integers(0, 253_370_764_799_999),
    outcome=st.sampled_from(Outcome),
    reason=st.sampled_from(Reason),
    presence=st.sampled_from(Presence),
    way=st.sampled_from(Way),
    policy_version=st.integers(0, 2**31 - 1),
    bundle_seq=_safe,
    clock=st.builds(
        Clock,
        boot_id=_lines,
        boot_ms=_safe,
        offset_ms=st.none() | st.integers(-SAFE_INTEGER, SAFE_INTEGER),
        offset_age_ms=st.none() | _safe,
    ),
    private=st.builds(
        PrivateRecord,
        visitor_id=_lines,
        cti=st.just("") | st.binary(min_size=16, max_size=16).map(bytes.hex),
        temperature_tenths=st.none() | st.integers(300, 450),
        plate=_lines,
        companions=st.integers(0, 500),
        name=_lines,
        phone=_lines,
        occupants=st.lists(_lines, max_size=3).map(tuple),
        details=st.dictionaries(st.from_regex(r"[a-z_]{1,20}", fullmatch=True), _lines, max_size=8),
    ),
    corrects=st.just("") | st.builds(uuid7, st.integers(0, 2**48 - 1), st.binary(min_size=10, max_size=10)),
)
