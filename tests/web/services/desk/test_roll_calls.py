"""A roll call: who should be there, what several marshals say of them, and what it comes to."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import pypdfium2
import pytest
from sqlalchemy import select

from domain.errors import InputError
from tests.web.services.desk.passing import came, drawn, left
from tests.web.tenants import SettableClock, Tenant
from web.db.tables import leaves, roll_marks
from web.services.desk.inside import roll_call_files, roll_calls
from web.services.desk.inside.roll_call_values import Given, Mark, Mode, RollCall, Standing
from web.services.errors import NotFoundError
from web.services.installation import Installation
from web.services.keeping.purging import purging
from web.services.passing.checkin import new_entry_id

_DAY_S = 86_400


def begun(inst: Installation, park: Tenant, mode: str = Mode.DRILL) -> str:
    return roll_calls.start(inst, park.staff, "marshal", park.venue, mode, new_entry_id(inst))


def mark(nth: int, inst: Installation, entry_id: str, what: Mark = Mark.SAFE, name: str = "") -> Given:
    return Given(f"{nth:032x}", entry_id, what, name, 1, inst.now_ms(), is_undone=False)


def said(inst: Installation, park: Tenant, roll_call: str, *given: Given, by: str = "marshal") -> RollCall:
    return roll_calls.marked(inst, park.staff, by, roll_call, given)


def standings(found: RollCall) -> list[tuple[str, str]]:
    return [(row.name, row.standing.value) for row in found.rows]


def told(inst: Installation) -> list[dict[str, object]]:
    bodies = inst.read(lambda c: list(c.scalars(select(leaves.c.body).where(leaves.c.kind == "roll_call"))))
    return [json.loads(body)["told"] for body in bodies]


def test_everybody_who_was_inside_is_on_the_list_and_is_ticked_off(
    inst: Installation, park: Tenant, clock: SettableClock
):
    li = came(inst, park, "李雷", "13900139000", companions="2")
    han = came(inst, park, "韩梅梅", "13800138000")
    came(inst, park, "王伟", "13700137000")
    came(inst, park, "赵敏", "13600136000")
    drawn(inst)
    clock.pass_s(60)
    roll_call = begun(inst, park)
    clock.pass_s(60)
    came(inst, park, "孙立", "13500135000")
    left(inst, park, "王伟", "13700137000")
    drawn(inst)
    found = said(
        inst,
        park,
        roll_call,
        mark(1, inst, li),
        mark(2, inst, han, Mark.NOT_HERE),
        mark(3, inst, "", Mark.UNLISTED, "Electrician"),
    )
    assert standings(found) == [
        ("李雷", "safe"),
        ("韩梅梅", "not_here"),
        ("王伟", "out"),
        ("赵敏", "missing"),
        ("Electrician", "unlisted"),
    ]
    figures = found.figures
    assert (figures.listed, figures.safe, figures.not_here, figures.out) == (6, 3, 1, 1)
    assert (figures.unlisted, figures.remaining, figures.counted) == (1, 1, 4)
    assert figures.listed - figures.counted == figures.difference
    assert figures.difference == figures.not_here + figures.out + figures.remaining - figures.unlisted


def test_a_mark_that_is_sent_twice_is_one_and_one_that_is_taken_back_does_not_count(
    inst: Installation, park: Tenant, clock: SettableClock
):
    li = came(inst, park, "李雷", "13900139000")
    drawn(inst)
    roll_call = begun(inst, park)
    first = mark(1, inst, li)
    for _ in range(2):
        assert len(said(inst, park, roll_call, first).marks) == 1
    assert standings(said(inst, park, roll_call, replace(first, is_undone=True))) == [("李雷", "missing")]
    clock.pass_s(5)
    again = mark(2, inst, li, Mark.NOT_HERE)
    assert standings(said(inst, park, roll_call, first, again, by="other")) == [("李雷", "not_here")]
    assert len(roll_calls.roll_call(inst, park.staff, roll_call).marks) == 2


def test_two_who_begin_at_once_hold_one_roll_call(inst: Installation, park: Tenant, clock: SettableClock):
    first = begun(inst, park)
    assert begun(inst, park) == first
    roll_calls.end(inst, park.staff, "marshal", first)
    clock.pass_s(1)
    second = begun(inst, park, Mode.REAL)
    assert second != first
    assert {begun(inst, park, Mode.REAL), begun(inst, park, Mode.DRILL)} == {second}
    assert [one.id for one in roll_calls.of_venue(inst, park.staff, park.venue)] == [second, first]
    with pytest.raises(InputError):
        begun(inst, park, "party")


def test_an_alarm_in_the_middle_of_a_drill_ends_the_drill(
    inst: Installation, park: Tenant, clock: SettableClock
):
    drill = begun(inst, park)
    clock.pass_s(30)
    real = begun(inst, park, Mode.REAL)
    found = {one.id: one.ended_ms for one in roll_calls.of_venue(inst, park.staff, park.venue)}
    assert found == {real: None, drill: inst.now_ms()}
    assert [(one["what"], one["mode"]) for one in told(inst)] == [
        ("start", "drill"),
        ("end", "drill"),
        ("start", "real"),
    ]


def test_of_two_who_disagree_the_last_counts_and_the_other_is_told(
    inst: Installation, park: Tenant, clock: SettableClock
):
    li = came(inst, park, "李雷", "13900139000")
    came(inst, park, "韩梅梅", "13800138000")
    drawn(inst)
    roll_call = begun(inst, park)
    said(inst, park, roll_call, mark(1, inst, li, Mark.NOT_HERE))
    clock.pass_s(5)
    found = said(inst, park, roll_call, mark(2, inst, li), by="other")
    assert [(row.name, row.otherwise is not None) for row in found.outcome] == [
        ("韩梅梅", False),
        ("李雷", True),
    ]
    assert found.figures.disputed == 1
    done = roll_calls.end(inst, park.staff, "marshal", roll_call)
    assert "Marshals said different things of 1" in " ".join(
        line.en for line in roll_call_files.told(done.figures)
    )
    _, made = roll_call_files.csv(inst, park.staff, "marshal", roll_call)
    assert "Had left unseen 此前已离开 2026-11-20T10:0" in made.decode("utf-8-sig").splitlines()[2]


def test_the_end_is_kept_with_its_figures_and_late_marks_of_before_still_count(
    inst: Installation, park: Tenant, clock: SettableClock
):
    li = came(inst, park, "李雷", "13900139000")
    han = came(inst, park, "韩梅梅", "13800138000")
    drawn(inst)
    roll_call = begun(inst, park)
    clock.pass_s(60)
    offline = mark(1, inst, li)
    clock.pass_s(60)
    done = roll_calls.end(inst, park.staff, "marshal", roll_call)
    assert done.figures.remaining == 2
    clock.pass_s(60)
    assert roll_calls.end(inst, park.staff, "other", roll_call).ended_ms == done.ended_ms
    found = said(inst, park, roll_call, offline, mark(2, inst, han))
    assert standings(found) == [("李雷", "safe"), ("韩梅梅", "missing")]
    assert roll_calls.roll_call(inst, park.staff, roll_call).figures.remaining == 1
    clock.pass_s(_DAY_S + 1)
    assert len(said(inst, park, roll_call, replace(offline, id="f" * 32)).marks) == 1


def test_beginning_reading_and_end_are_leaves_that_name_nobody(
    inst: Installation, park: Tenant, clock: SettableClock
):
    came(inst, park, "李雷", "13900139000")
    drawn(inst)
    roll_call = begun(inst, park, Mode.REAL)
    roll_calls.opened(inst, park.staff, "other", roll_call)
    roll_calls.end(inst, park.staff, "marshal", roll_call)
    assert [one["what"] for one in told(inst)] == ["start", "open", "end"]
    assert told(inst)[2]["remaining"] == 1
    assert "李" not in json.dumps(told(inst), ensure_ascii=False)


def test_names_of_the_unlisted_are_sealed_and_forgotten_and_the_figures_stay(
    inst: Installation, park: Tenant, clock: SettableClock
):
    came(inst, park, "李雷", "13900139000")
    drawn(inst)
    roll_call = begun(inst, park)
    said(inst, park, roll_call, mark(1, inst, "", Mark.UNLISTED, "Electrician"))
    roll_calls.end(inst, park.staff, "marshal", roll_call)
    sealed = inst.read(lambda c: c.scalar(select(roll_marks.c.name_sealed)))
    assert sealed is not None
    assert b"Electrician" not in sealed
    clock.pass_s(29 * _DAY_S)
    purging.purge(inst)
    found = roll_calls.roll_call(inst, park.staff, roll_call)
    assert standings(found) == [("", Standing.UNLISTED)]
    assert (found.figures.listed, found.figures.remaining, found.figures.unlisted) == (1, 1, 1)


def test_nobody_holds_reads_marks_or_ends_a_roll_call_of_others(
    inst: Installation, park: Tenant, mill: Tenant
):
    roll_call = begun(inst, park)
    theirs = begun(inst, mill)
    given = mark(1, inst, "", Mark.UNLISTED, "x")
    said(inst, park, roll_call, given)
    asked = (
        lambda: roll_calls.start(inst, mill.staff, "m", park.venue, Mode.DRILL, new_entry_id(inst)),
        lambda: roll_calls.roll_call(inst, mill.staff, roll_call),
        lambda: roll_calls.opened(inst, mill.staff, "m", roll_call),
        lambda: roll_calls.since_it_began(inst, mill.staff, roll_call),
        lambda: roll_calls.marked(inst, mill.staff, "m", roll_call, [given]),
        lambda: roll_calls.end(inst, mill.staff, "m", roll_call),
        lambda: roll_call_files.csv(inst, mill.staff, "m", roll_call),
        lambda: roll_call_files.sheets(inst, mill.staff, "m", roll_call),
    )
    for ask in asked:
        with pytest.raises(NotFoundError):
            ask()
    assert roll_calls.of_venue(inst, mill.staff, park.venue) == ()
    with pytest.raises(InputError):
        roll_calls.marked(inst, mill.staff, "m", theirs, [replace(given, is_undone=True)])
    assert roll_calls.roll_call(inst, park.staff, roll_call).figures.unlisted == 1


def test_the_list_by_name_goes_by_pinyin_and_ends_with_whoever_has_none(
    inst: Installation, park: Tenant, clock: SettableClock
):
    names = ("王伟", "Ｚoë", "赵敏", "韩梅梅", "adam", "阿宝", "李雷")
    entries = {name: came(inst, park, name, f"1390013900{nth}") for nth, name in enumerate(names)}
    drawn(inst)
    roll_call = begun(inst, park)
    found = said(inst, park, roll_call, mark(1, inst, entries["阿宝"]))
    nobody = replace(found.listed[0], entry_id="none", name="")
    found = replace(found, listed=(nobody, *found.listed))
    by_name = ["adam", "Ｚoë", "阿宝", "韩梅梅", "李雷", "王伟", "赵敏", ""]
    assert [one.name for one in found.by_name().listed] == by_name
    assert [row.name for row in found.by_name().outcome] == [
        *(name for name in by_name if name != "阿宝"),
        "阿宝",
    ]
    assert sorted(found.places_by_name, key=found.places_by_name.__getitem__)[-1] == "none"
    _, made = roll_call_files.csv(inst, park.staff, "marshal", roll_call, by_name=True)
    lines = made.decode("utf-8-sig").splitlines()[1:]
    assert [line.split(",")[0] for line in lines] == [
        *(name for name in by_name[:-1] if name != "阿宝"),
        "阿宝",
    ]


def test_what_it_came_to_is_a_table_and_sheets_with_times(
    embedded_park: tuple[Installation, Tenant], clock: SettableClock
):
    inst, park = embedded_park
    li = came(inst, park, "李雷", "13900139000")
    came(inst, park, "=cmd", "13800138000")
    drawn(inst)
    roll_call = begun(inst, park)
    clock.pass_s(61)
    said(inst, park, roll_call, mark(1, inst, li))
    roll_calls.end(inst, park.staff, "marshal", roll_call)
    _, made = roll_call_files.csv(inst, park.staff, "marshal", roll_call)
    lines = io.StringIO(made.decode("utf-8-sig")).read().splitlines()
    assert lines[0].startswith("name 姓名,class 类别,people 人数,result 结果")
    assert lines[1].startswith("'=cmd,")
    assert lines[2].startswith(
        "李雷,Visitor 访客,1,Safe 安全,2026-11-20T02:01:03Z,2026-11-20T10:01:03+08:00,"
    )
    _, sheet = roll_call_files.sheets(inst, park.staff, "marshal", roll_call)
    text = pypdfium2.PdfDocument(sheet)[0].get_textpage().get_text_range()
    for words in (
        "点名 Roll call",
        "李雷",
        "安全 Safe",
        "10:01:03",
        "On the list 2, counted 1, not found 1.",
    ):
        assert words in text
