"""A strategy for any policy that can be stored."""

from __future__ import annotations

from hypothesis import strategies as st

from domain.hours import OpeningHours
from domain.policy import Asked, CredentialRule, Policy, Treatment
from domain.visitor import VisitorClass

_openings = (
    st.lists(st.integers(0, 1440), unique=True, max_size=12)
    .map(lambda minutes: sorted(minutes)[: len(minutes) // 2 * 2])
    .map(lambda minutes: tuple(zip(minutes[::2], minutes[1::2], strict=True)))
)
_printable = st.just(" ") | st.characters(exclude_categories=("C", "Zl", "Zp", "Zs"))
_words = st.text(_printable, min_size=1, max_size=100).filter(lambda word: word.strip() != "")
policies = st.builds(
    Policy,
    version=st.integers(1, 2**31 - 1),
    classes=st.frozensets(st.sampled_from(VisitorClass)),
    credentials=st.lists(
        st.builds(
            CredentialRule,
            _words,
            st.none() | st.integers(1, 24 * 3660),
            st.frozensets(st.sampled_from(VisitorClass), max_size=2),
            st.sampled_from([Treatment.REFER, Treatment.REFUSE]),
            st.booleans(),
        ),
        max_size=3,
    ).map(tuple),
    temperature=st.sampled_from(Asked),
    temperature_limit_tenths=st.integers(350, 420),
    hours=st.builds(OpeningHours, st.tuples(*[_openings] * 7), st.frozensets(st.dates(), max_size=4)),
    capacity=st.none() | st.integers(0, 10**7),
    reentry=st.sampled_from(Treatment),
    listed_areas=st.frozensets(_words, max_size=3),
    listed_days=st.integers(1, 365),
    vehicle_complete=st.booleans(),
    unknown_visitor=st.sampled_from(Treatment),
    bundle_limit_hours=st.integers(1, 24 * 90),
    confidential=st.booleans(),
)
