"""The filter and its URL say the same; what cannot be read is told; whoever is sought is sealed."""

from __future__ import annotations

from urllib.parse import parse_qs

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.decision import Outcome
from domain.entry import Way
from domain.reason import Reason
from domain.venue import Direction
from domain.visitor import VisitorClass
from tests.web.tenants import Tenant
from web.services.desk.filtering import filters
from web.services.desk.filtering.filters import Filter, as_query, from_args, to_args
from web.services.desk.filtering.filters_people import Part, masked_term, opened_term, sealed_term
from web.services.desk.filtering.filters_times import Period
from web.services.errors import NotFoundError
from web.services.installation import Installation
from web.store.scope import PROGRAM

ZONE = "Asia/Shanghai"
_TOKEN = st.text("abcXYZ019-_", max_size=40)
_MS = st.none() | st.integers(0, 253_370_764_799_999)


def _some(kind: type) -> st.SearchStrategy[tuple[object, ...]]:
    return st.sets(st.sampled_from(kind)).map(lambda chosen: tuple(one for one in kind if one in chosen))


FILTERS = st.builds(
    Filter,
    from_ms=_MS,
    until_ms=_MS,
    who=_TOKEN,
    host=_TOKEN,
    classes=_some(VisitorClass),
    outcomes=_some(Outcome),
    reasons=_some(Reason),
    directions=_some(Direction),
    ways=_some(Way),
    temperature_least=st.none() | st.integers(340, 430),
    temperature_most=st.none() | st.integers(340, 430),
    text=st.text(max_size=80).map(lambda text: " ".join(text.encode("utf-8", "replace").decode().split())),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200, deadline=None)
@given(wanted=FILTERS)
def test_a_filter_comes_back_from_its_url_as_it_was(embedded: Installation, wanted: Filter):
    assert from_args(embedded, PROGRAM, to_args(wanted), ZONE).wanted == wanted
    read = parse_qs(as_query(wanted), errors="strict")
    assert from_args(embedded, PROGRAM, read, ZONE).wanted == wanted


def test_places_come_back_and_a_venues_own_zone_counts(embedded_park: tuple[Installation, Tenant]):
    inst, park = embedded_park
    wanted = Filter(
        enterprise_id=park.enterprise, venue_id=park.venue, entrance_id=park.entrance, kiosk_id=park.gate.id
    )
    asked = from_args(inst, park.staff, to_args(wanted), "Europe/Berlin")
    assert (asked.wanted, asked.zone) == (wanted, ZONE)
    assert (asked.here.venue_name, asked.here.entrance_name) == ("Park Ltd site", "North gate")


def test_a_period_is_of_the_calendar_of_the_place(embedded: Installation):
    def span(period: Period, zone: str) -> tuple[int | None, int | None]:
        found = from_args(embedded, PROGRAM, {"period": [period]}, zone).wanted
        assert from_args(embedded, PROGRAM, to_args(found), zone).wanted == found
        return found.from_ms, found.until_ms

    # It is 10:00 on the 20th in Shanghai, and 03:00 in Berlin.
    midnight = 1_795_140_000_000 - 10 * 3_600_000
    assert span(Period.TODAY, ZONE) == (midnight, None)
    assert span(Period.YESTERDAY, ZONE) == (midnight - 86_400_000, midnight)
    assert span(Period.WEEK, ZONE) == (midnight - 6 * 86_400_000, None)
    assert span(Period.TODAY, "Europe/Berlin") == (1_795_140_000_000 - 3 * 3_600_000, None)


def test_what_cannot_be_read_is_told_and_narrows_nothing(embedded: Installation):
    args = {
        "from": ["yesterday"], "until": ["9999-99-99T00:00"], "outcome": ["nonsense", "refused"],
        "warm_from": ["hot"], "period": ["decade"], "class": [""],
    }  # fmt: skip
    asked = from_args(embedded, PROGRAM, args, ZONE)
    assert asked.wanted == Filter(outcomes=(Outcome.REFUSED,))
    assert set(asked.wrong) == {"from", "until", "outcome", "warm_from", "period"}
    assert asked.typed["from"] == "yesterday"
    later = from_args(embedded, PROGRAM, {"from": ["2026-11-21T08:00"], "until": ["2026-11-20"]}, ZONE)
    assert "until" in later.wrong


@pytest.mark.parametrize("name", ["area", "enterprise", "venue", "entrance", "kiosk"])
def test_a_place_that_is_not_in_scope_is_not_found(embedded_park: tuple[Installation, Tenant], name: str):
    inst, park = embedded_park
    with pytest.raises(NotFoundError):
        filters.from_query(inst, park.staff, f"{name}=nowhere", ZONE)


def test_whoever_is_sought_is_sealed_for_one_account_and_one_part(embedded: Installation):
    token = sealed_term(embedded, "clerk", Part.WHO, "  王 伟 ")
    assert opened_term(embedded, "clerk", Part.WHO, token) == "王 伟"
    assert opened_term(embedded, "other", Part.WHO, token) is None
    assert opened_term(embedded, "clerk", Part.HOST, token) is None
    assert token != sealed_term(embedded, "clerk", Part.WHO, "王 伟")
    for odd in ("", "x", token[:-2], token + "A", "é", "\ud800", token[::-1]):
        assert opened_term(embedded, "clerk", Part.WHO, odd) is None
    assert sealed_term(embedded, "clerk", Part.WHO, " \t") == ""


def test_a_page_shows_who_is_sought_masked():
    shown = {
        "+86 138 0013 8000": "138****8000",
        "王小明": "王**",
        "苏A12345": "苏A****45",
        "Ann Lee": "A*** L***",
    }
    assert {term: masked_term(term) for term in shown} == shown
