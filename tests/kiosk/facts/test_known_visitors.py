"""The file of known visitors: follows one stream in order, survives kills and damage, never guesses."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.errors import TamperedError
from domain.facts_page import FactsPage, FactsPlace, line_of, sealed_page
from kiosk.facts.known import KnownVisitors
from tests.kiosk.conftest import NOW_S
from tests.kiosk.facts.conftest import OFFICE, YEAR_S, names, page, person
from tests.kiosk.office import NOTE_NAME, Office, cti


def test_a_visitor_is_found_by_code_number_and_id(known: KnownVisitors):
    known.take(page(0, person(1), person(2, "L***", (2, 3))), "a", NOW_S)
    assert names(known, 1, 2, 3, 4) == ["王*", "L***", "L***", None]
    assert (
        known.by_number("N0000002") == known.by_id("v2") == known.by_code(cti(3)) == person(2, "L***").facts
    )
    assert (known.by_number(""), known.by_number("N0000009"), known.by_id("v9")) == (None, None, None)


def test_a_change_takes_the_place_of_what_was_known(known: KnownVisitors):
    known.take(page(0, person(1, codes=(1, 2)), person(3)), "a", NOW_S)
    known.take(page(1, person(1, "新*", codes=(5,), revoked=(1, 2))), "a", NOW_S)
    assert names(known, 1, 2, 5, 3) == [None, None, "新*", "王*"]
    assert [known.is_revoked(cti(n)) for n in (1, 2, 3, 5)] == [True, True, False, False]
    known.take(page(2, gone=("v1", "v8")), "a", NOW_S)
    assert (names(known, 5), known.by_id("v1"), known.by_number("N0000001")) == ([None], None, None)
    assert known.is_revoked(cti(1)), "whoever was forgotten keeps no code"


def test_all_of_it_is_there_again_after_a_restart(opens: Callable[[], KnownVisitors]):
    opens().take(page(0, person(1), person(2, revoked=(9,))), "a", NOW_S)
    again = opens()
    assert (again.place, again.is_whole) == (FactsPlace("a", 1), True)
    assert names(again, 1, 2) == ["王*", "王*"]
    assert again.is_revoked(cti(9))
    assert again.notice is None


PAGES = [page(n, person(n), person(7, f"state {n}", (70 + n,)), newest=6) for n in range(6)]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.integers(0, 5), max_size=20))
def test_pages_in_any_order_are_taken_only_in_theirs(
    tmp_path_factory: pytest.TempPathFactory, order: list[int]
):
    known = KnownVisitors(tmp_path_factory.mktemp("order"), OFFICE.note_key)
    expected = 0
    for number in order:
        if number == expected:
            known.take(PAGES[number], "a", NOW_S)
            expected += 1
        else:
            with pytest.raises(TamperedError):
                known.take(PAGES[number], "a", NOW_S)
        assert known.place == (FactsPlace("a", expected) if expected else FactsPlace())
    assert names(known, *(70 + n for n in range(6))) == [
        f"state {n}" if n == expected - 1 else None for n in range(6)
    ]
    known.close()


def test_forged_damaged_and_foreign_pages_change_nothing(known: KnownVisitors):
    known.take(page(0, person(1)), "a", NOW_S)
    good = page(1, person(2))
    other = Office(NOW_S)
    stranger = sealed_page(FactsPage("a", 1, 2, 2, (line_of(person(2)),)), NOTE_NAME, other.bundle_key)
    broken = page(1, person(2), lines=(line_of(person(2)), b'{"id":"v3"}'))
    for note in (
        stranger,
        page(1, person(2), epoch="b"),
        page(0, person(1, "旧*")),
        page(2, person(2)),
        OFFICE.bundle(9),
        broken,
        good[:-1],
        good.replace(b"v2", b"v3", 1),
        b"",
        b"<html>sign in</html>",
    ):
        with pytest.raises(TamperedError):
            known.take(note, "a", NOW_S)
        assert known.place == FactsPlace("a", 1)
        assert names(known, 1, 2) == ["王*", None]
        assert known.is_readable
    known.take(good, "a", NOW_S)
    assert names(known, 2) == ["王*"]


def test_a_new_stream_begins_anew_beside_the_old_one_until_it_is_whole(opens: Callable[[], KnownVisitors]):
    known = opens()
    known.take(page(0, person(1), person(2)), "a", NOW_S)
    known.take(page(0, person(3), epoch="b", newest=2), "b", NOW_S)
    assert known.has(FactsPlace("a", 1)), "the gate goes on deciding by what it had"
    assert not known.has(FactsPlace("b", 1))
    assert names(opens(), 1, 2, 3) == ["王*", "王*", "王*"]
    known = opens()
    with pytest.raises(TamperedError):
        known.take(page(1, person(9)), "a", NOW_S)
    known.take(page(1, person(1, "新*"), epoch="b"), "b", NOW_S)
    assert names(known, 1, 2, 3) == ["新*", None, "王*"]
    assert (known.has(FactsPlace("b", 2)), known.has(FactsPlace("a", 1))) == (True, False)


def test_a_new_stream_that_is_given_up_for_another_keeps_what_was_whole(known: KnownVisitors):
    known.take(page(0, person(1)), "a", NOW_S)
    known.take(page(0, person(2), epoch="b", newest=5), "b", NOW_S)
    known.take(page(0, person(3), epoch="c", newest=5), "c", NOW_S)
    assert (known.has(FactsPlace("a", 1)), known.has(FactsPlace("b", 1))) == (True, False)
    known.take(page(1, epoch="c", upto=5, newest=5), "c", NOW_S)
    assert names(known, 1, 2, 3) == [None, None, "王*"]


def test_a_withdrawn_code_stays_withdrawn_when_a_restored_server_has_lost_that(known: KnownVisitors):
    known.take(page(0, person(1, codes=(), revoked=(1,))), "a", NOW_S)
    known.take(page(0, person(1, codes=(1,)), epoch="b"), "b", NOW_S)
    assert known.is_revoked(cti(1))
    known.take(page(1, epoch="b"), "b", NOW_S + YEAR_S)
    assert not known.is_revoked(cti(1)), "it is over by itself"
