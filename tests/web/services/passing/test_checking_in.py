"""Checking in at a poster: the one decision, one entry however often it is sent, the first answer for all."""

from __future__ import annotations

import threading
from functools import partial
from typing import Any

import pytest
from sqlalchemy import func, select

from domain.decision import Outcome, Presence
from domain.errors import InputError
from domain.reason import Reason
from tests.web.tenants import SettableClock, Tenant, rule
from web.db.tables import entries, entry_people, leaves, poster_uses, visitors
from web.services.desk import searching
from web.services.desk.filtering.filters import Filter
from web.services.errors import NotFoundError
from web.services.installation import Installation
from web.services.passing import checkin, poster_pages
from web.services.passing.checkin import CheckIn, Sender
from web.services.passing.own_entries import Recorded
from web.services.passing.passage_typing import parsed_temperature
from web.services.passing.poster_pages import PosterPage
from web.services.places import places
from web.services.places.posters import posters


def given(inst: Installation, **changes: Any) -> CheckIn:
    return CheckIn(
        **{"entry_id": checkin.new_entry_id(inst), "name": "Wang Wei", "phone": "13800138000", **changes}
    )


def _typed(sent: CheckIn, _page: PosterPage) -> CheckIn:
    return sent


def came(inst: Installation, park: Tenant, **changes: str) -> Recorded:
    return checkin.check_in(inst, park.poster, given(inst, **changes))


def doors(inst: Installation, park: Tenant) -> tuple[places.EntranceDetail, ...]:
    return places.venue(inst, park.staff, park.venue).entrances


def counted(inst: Installation) -> list[int]:
    tables = (entries, entry_people, leaves, visitors)
    return inst.read(lambda c: [c.scalar(select(func.count()).select_from(t)) or 0 for t in tables])


def test_a_check_in_is_admitted_and_in_the_log(inst: Installation, park: Tenant):
    done = came(inst, park, plate="苏A·12345")
    assert (done.decision.outcome, done.decision.reason) == (Outcome.ADMITTED, Reason.WELCOME)
    assert (done.venue_name, done.entrance_name, done.repeated) == ("Park Ltd site", "North gate", False)
    [row] = searching.search(inst, park.staff, Filter(venue_id=park.venue)).rows
    assert (row.id, row.outcome, row.way, row.presence) == (
        done.entry_id,
        "admitted",
        "poster",
        "poster_static",
    )
    assert (row.masked_name, row.at_ms, row.direction) == ("W*** W***", inst.now_ms(), "in")
    assert counted(inst) == [1, 1, 1, 1]


def test_the_same_check_in_again_gets_the_same_answer_and_makes_nothing(inst: Installation, park: Tenant):
    form = given(inst)
    first = checkin.check_in(inst, park.poster, form)
    second = checkin.check_in(inst, park.poster, form)
    assert second.repeated
    assert not first.repeated
    assert (second.decision.outcome, second.at_ms, second.entry_id) == (
        first.decision.outcome, first.at_ms, first.entry_id,
    )  # fmt: skip
    assert counted(inst) == [1, 1, 1, 1]


@pytest.mark.parametrize("is_known", [False, True])
def test_twenty_at_once_make_one_entry_and_all_get_its_answer(
    inst: Installation, park: Tenant, is_known: bool
):
    before = 0
    if is_known:
        came(inst, park)
        before = 1
    form = given(inst)
    answers: list[Recorded] = []
    start = threading.Barrier(20)

    def post() -> None:
        start.wait()
        answers.append(checkin.check_in(inst, park.poster, form))

    threads = [threading.Thread(target=post) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counted(inst) == [before + 1, before + 1, before + 1, 1]
    assert len(answers) == 20
    assert sum(not answer.repeated for answer in answers) == 1
    assert {(a.entry_id, a.decision.outcome, a.decision.reason, a.at_ms) for a in answers} == {
        (form.entry_id, Outcome.ADMITTED, Reason.WELCOME, inst.now_ms())
    }


def test_each_use_of_a_poster_is_counted_once_by_whomever(inst: Installation, park: Tenant):
    form = given(inst)
    for sent in (form, form, given(inst), given(inst, name="Li Na", phone="13900139000")):
        sender = Sender("10.1.2.3", sent.name, sent.phone)
        checkin.checked_in(inst, park.poster, partial(_typed, sent), sender)
    uses = inst.read(lambda c: c.execute(select(poster_uses.c.poster_id, poster_uses.c.uses)).all())
    assert [tuple(use) for use in uses] == [(park.poster, 3)]


def test_one_person_on_twenty_forms_at_once_is_one_visitor(inst: Installation, park: Tenant):
    start = threading.Barrier(20)
    failed: list[Exception] = []

    def post(form: CheckIn) -> None:
        start.wait()
        try:
            checkin.check_in(inst, park.poster, form)
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=post, args=[given(inst)]) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert counted(inst) == [20, 20, 20, 1]
    seqs = inst.read(lambda c: list(c.scalars(select(entries.c.seq).order_by(entries.c.seq))))
    assert seqs == list(range(1, 21))


def test_a_repetition_is_answered_before_any_rule(inst: Installation, park: Tenant, clock: SettableClock):
    form = given(inst)
    first = checkin.check_in(inst, park.poster, form)
    places.set_venue_state(inst, park.staff, park.venue, "paused")
    posters.revoke(inst, park.staff, park.poster)
    clock.pass_s(3600)
    again = checkin.check_in(inst, park.poster, form)
    assert again.repeated
    assert (again.decision.outcome, again.at_ms) == (Outcome.ADMITTED, first.at_ms)
    with pytest.raises(NotFoundError):
        came(inst, park)


def test_a_paused_venue_refuses_and_says_so(inst: Installation, park: Tenant):
    places.set_venue_state(inst, park.staff, park.venue, "paused")
    done = came(inst, park)
    assert (done.decision.outcome, done.decision.reason) == (Outcome.REFUSED, Reason.VENUE_NOT_OPEN)
    assert counted(inst)[0] == 1


def test_a_temperature_that_is_required_decides(inst: Installation, park: Tenant):
    rule(inst, park, temperature="require")
    [poster] = [poster for door in doors(inst, park) for poster in door.posters]
    page = poster_pages.poster_page(inst, poster.symbols)
    assert page is not None
    assert page.asks_temperature
    assert page.needs_temperature
    missing = came(inst, park)
    assert (missing.decision.outcome, missing.decision.reason) == (
        Outcome.REFERRED,
        Reason.TEMPERATURE_NEEDED,
    )
    assert came(inst, park, temperature="36.6").decision.outcome is Outcome.ADMITTED
    hot = came(inst, park, temperature="37.3")
    assert (hot.decision.outcome, hot.decision.reason) == (Outcome.REFERRED, Reason.TEMPERATURE_HIGH)
    assert "37.3" in hot.decision.sentence.en


def test_the_values_of_a_sentence_are_kept_and_said_again(inst: Installation, park: Tenant):
    rule(inst, park, temperature="ask", temperature_limit_tenths=380)
    form = given(inst, temperature="39,0")
    first = checkin.check_in(inst, park.poster, form)
    rule(inst, park, temperature="ask", temperature_limit_tenths=410)
    again = checkin.check_in(inst, park.poster, form)
    [row] = searching.search(inst, park.staff, Filter(venue_id=park.venue)).rows
    assert "38.0" in first.decision.sentence.zh
    assert first.decision.sentence == again.decision.sentence == row.reason


@pytest.mark.parametrize(
    ("typed", "tenths"),
    [
        ("36.6", 366),
        ("36,6", 366),
        ("36。6", 366),
        ("37", 370),
        ("３６．６", 366),
        ("36.6 °C", 366),
        (" 36.6℃ ", 366),
        ("43.0", 430),
    ],
)
def test_temperatures_are_read_as_people_write_them(typed: str, tenths: int):
    assert parsed_temperature(typed) == tenths


@pytest.mark.parametrize(
    "typed",
    [
        "366",
        "-1",
        "NaN",
        "inf",
        "98.6 °F",
        "36.66",
        "3 6.6",
        "33.9",
        "43.1",
        "",
        "36.6.6",
        "0x24",
        "x" * 9999,
    ],
)
def test_what_is_no_temperature_is_a_sentence(typed: str):
    with pytest.raises(InputError) as refused:
        parsed_temperature(typed)
    assert refused.value.field == "temperature"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""), ("name", "\0"), ("name", "x" * 10_000), ("phone", "123"), ("plate", "?"),
        ("direction", "up"), ("direction", ""), ("temperature", "hot"), ("entry_id", "1"), ("entry_id", ""),
        ("entry_id", "01a1f6ae-9900-4008-a0bf-59dfa9133a86"), ("entry_id", "\ud800"),
    ],
)  # fmt: skip
def test_a_bad_field_is_named_and_nothing_is_kept(
    embedded_park: tuple[Installation, Tenant], field: str, value: str
):
    inst, park = embedded_park
    with pytest.raises(InputError) as refused:
        came(inst, park, **{field: value})
    assert refused.value.field == ("id" if field == "entry_id" else field)
    assert counted(inst) == [0, 0, 0, 0]


def test_inside_is_whoever_came_in_today_and_did_not_leave(
    inst: Installation, park: Tenant, clock: SettableClock
):
    rule(inst, park, reentry="refuse")
    assert came(inst, park).decision.outcome is Outcome.ADMITTED
    clock.pass_s(60)
    assert (
        came(inst, park, name="  wang  WEI", phone="+86 138 0013 8000").decision.reason
        is Reason.ALREADY_INSIDE
    )
    assert came(inst, park, phone="13900139000").decision.outcome is Outcome.ADMITTED
    out = came(inst, park, direction="out")
    assert (out.decision.outcome, out.decision.reason) == (Outcome.ADMITTED, Reason.GOODBYE)
    clock.pass_s(60)
    assert came(inst, park).decision.outcome is Outcome.ADMITTED
    clock.pass_s(14 * 3600)  # past midnight in Shanghai: nobody is kept inside overnight
    assert came(inst, park).decision.outcome is Outcome.ADMITTED


def test_a_full_venue_lets_nobody_in_even_when_all_come_at_once(inst: Installation, park: Tenant):
    rule(inst, park, capacity=3)
    outcomes: list[Outcome] = []
    start = threading.Barrier(8)

    def post(nth: int) -> None:
        start.wait()
        outcomes.append(came(inst, park, phone=f"1380013800{nth}").decision.outcome)

    threads = [threading.Thread(target=post, args=[nth]) for nth in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [Outcome.ADMITTED] * 3 + [Outcome.REFUSED] * 5


def test_a_group_is_let_in_only_where_all_of_it_has_room(inst: Installation, park: Tenant):
    rule(inst, park, capacity=4)
    assert came(inst, park).decision.outcome is Outcome.ADMITTED
    other = {"phone": "13900139000"}
    assert came(inst, park, companions="3", **other).decision.reason is Reason.VENUE_FULL
    by_car = {"in_vehicle": True, "plate": "苏A12345", "others": "3", **other}
    assert came(inst, park, **by_car).decision.reason is Reason.VENUE_FULL
    assert came(inst, park, companions="2", **other).decision.outcome is Outcome.ADMITTED
    assert came(inst, park, phone="13700137000").decision.reason is Reason.VENUE_FULL


def test_the_venues_of_two_enterprises_keep_their_visitors_apart(
    inst: Installation, park: Tenant, mill: Tenant
):
    came(inst, park)
    checkin.check_in(inst, mill.poster, given(inst))
    assert counted(inst)[3] == 2
    for t in (park, mill):
        assert len(searching.search(inst, t.staff, Filter(venue_id=t.venue)).rows) == 1


def test_a_confidential_venue_counts_and_keeps_nobody(inst: Installation, park: Tenant):
    with pytest.raises(InputError) as refused:
        checkin.check_in(inst, park.poster, given(inst, name="", phone="", anonymous=True))
    assert refused.value.field == "name"
    rule(inst, park, confidential=True)
    assert counted(inst) == [0, 0, 0, 0]
    done = checkin.check_in(inst, park.poster, given(inst, name="", phone="", anonymous=True))
    assert done.decision.outcome is Outcome.ADMITTED
    assert counted(inst) == [1, 1, 1, 0]
    [row] = searching.search(inst, park.staff, Filter(venue_id=park.venue)).rows
    assert row.masked_name == ""


def test_an_unknown_poster_is_not_found(inst: Installation, park: Tenant):
    for poster in ("", "00" * 16, park.poster[:-2], "\0"):
        with pytest.raises(NotFoundError):
            checkin.check_in(inst, poster, given(inst))
    assert counted(inst) == [0, 0, 0, 0]


def test_presence_says_that_anybody_may_have_photographed_the_poster(inst: Installation, park: Tenant):
    assert came(inst, park).decision.presence is Presence.POSTER_STATIC


def test_the_longest_opening_hours_still_fit_into_an_entry(inst: Installation, park: Tenant):
    day = [[minute, minute + 1] for minute in range(0, 12, 2)]
    weekly = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), day)
    with pytest.raises(InputError) as refused:
        rule(inst, park, hours={"weekly": {**weekly, "sun": [*day, [100, 101]]}, "holidays": []})
    assert refused.value.field == "hours"
    rule(inst, park, hours={"weekly": weekly, "holidays": []})
    done = came(inst, park)
    assert done.decision.reason is Reason.OUTSIDE_HOURS
    assert "00:00–00:01, 00:02–00:03" in done.decision.sentence.en
