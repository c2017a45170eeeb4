"""Erasing that is killed at any step goes on where it was: all is gone in the end, and counted once (A8)."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import func, select

from tests.web.services.keeping.killing import handed_over, is_killed, until_it_is_done
from tests.web.tenants import SettableClock, Tenant
from web.db.tables import entry_people, purge_runs, stays, subject_requests, visitors
from web.services.desk.projecting import projecting
from web.services.installation import Installation
from web.services.keeping.purging import runs
from web.services.logs import sequencing
from web.services.passing import checkin
from web.services.passing.checkin import CheckIn
from web.store.scope import PROGRAM

_DAY_S = 86_400


def test_a_purge_that_is_killed_at_every_step_erases_all_and_counts_it_once(
    embedded_park: tuple[Installation, Tenant], clock: SettableClock
) -> None:
    inst, park = embedded_park
    for number in range(7):
        given = CheckIn(checkin.new_entry_id(inst), "李雷", f"1390013900{number}")
        checkin.check_in(inst, park.poster, given)
    sequencing.sequence(inst)
    projecting.caught_up(inst)
    clock.pass_s(29 * _DAY_S)
    killed: list[int] = []
    inst = handed_over(inst, lambda home, now: killed.append(until_it_is_done("purge", home, now, stride=2)))
    try:
        assert killed[0] >= 2
        for table in (entry_people, visitors, stays):
            assert inst.read(lambda c, t=table: c.scalar(select(func.count()).select_from(t))) == 0
        counts = [run.counts for run in runs.listed(inst, PROGRAM)]
        assert {what: sum(one.get(what, 0) for one in counts) for what in ("passages", "visitors")} == {
            "passages": 7,
            "visitors": 7,
        }
        open_runs = select(func.count()).select_from(purge_runs).where(purge_runs.c.ended_ms.is_(None))
        assert inst.read(lambda c: c.scalar(open_runs)) == 0
    finally:
        inst.close()


def test_a_person_who_asked_is_forgotten_however_often_it_is_killed(
    embedded_park: tuple[Installation, Tenant],
) -> None:
    inst, park = embedded_park
    for _ in range(3):
        checkin.check_in(inst, park.poster, CheckIn(checkin.new_entry_id(inst), "李雷", "13900139000"))
    whose = str(inst.read(lambda c: c.scalar(select(visitors.c.id))))
    killed: list[int] = []

    def work(home: Path, now_ms: int) -> None:
        assert is_killed("erase", home, now_ms, 2, 0, whose)
        killed.append(until_it_is_done("erase", home, now_ms))

    inst = handed_over(inst, work)
    try:
        assert killed[0] >= 1, "besides the first time"
        assert inst.read(lambda c: c.scalar(select(func.count()).select_from(entry_people))) == 0
        assert inst.read(lambda c: c.scalar(select(func.count()).select_from(visitors))) == 0
        (request,) = inst.read(lambda c: c.execute(select(subject_requests)).all())
        assert (request.state, request.visitor_id) == ("done", "")
        (run,) = runs.listed(inst, PROGRAM)
        assert (run.cause, run.counts["entry_people"], run.counts["visitors"]) == ("subject", 3, 1)
    finally:
        inst.close()
