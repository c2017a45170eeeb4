"""The whole log is checked every night: whoever is asked whether it was changed can say since when not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from subprocess import Popen
from typing import Any

import pytest

from tests.web.log.tampering import entry_ids, fill, unguarded
from tests.web.tenants import SettableClock, Tenant
from web.db.tables import log_checks
from web.services import children
from web.services.children import child
from web.services.installation import Installation
from web.services.logs.checking import nightly
from web.store.scope import PROGRAM, Scope

HOUR = 3_600_000
DAY = 24 * HOUR


def shanghai(day: int, hour: int) -> int:
    """A day of December 2026 and an hour there, in Unix milliseconds."""
    return int(datetime(2026, 12, day, hour, tzinfo=UTC).timestamp() * 1000) - 8 * HOUR


@contextmanager
def killed(*order: Any) -> Iterator[Popen[bytes]]:
    """A child that is killed as soon as it has begun."""
    with child(*order) as process:
        process.kill()
        yield process


@pytest.fixture
def log(inst: Installation, park: Tenant, clock: SettableClock) -> list[str]:
    """Four entries in the log, made on the first of December at noon."""
    clock.ms = shanghai(1, 12)
    fill(inst, park, 1, 2, 3, 4)
    return entry_ids(inst)


def test_a_log_is_checked_once_in_each_night_and_not_in_the_rush_of_the_morning(
    inst: Installation, log: list[str], clock: SettableClock
):
    assert nightly.standing(inst, PROGRAM) == nightly.Standing(None, None)
    checked = []
    for hour in range(12, 12 + 48):
        clock.ms = shanghai(1, 0) + hour * HOUR
        if nightly.due(inst):
            checked.append(hour)
    assert checked == [24 + 1, 48 + 1]
    newest = nightly.standing(inst, PROGRAM).newest
    assert newest == nightly.LogCheck(shanghai(3, 1), shanghai(3, 1), 4, 0, ())


def test_a_site_that_is_off_at_night_checks_by_day(inst: Installation, log: list[str], clock: SettableClock):
    checked = []
    for day in range(1, 9):
        clock.ms = shanghai(day, 14)
        if nightly.due(inst):
            checked.append(day)
    # Two days and a little: the third day is the first that is more than two days later.
    assert checked == [3, 6]


def test_what_was_right_days_ago_is_told_to_be_long_ago(
    inst: Installation, log: list[str], clock: SettableClock
):
    def late_after(days: int) -> bool:
        clock.ms = began_ms + days * DAY + HOUR
        return nightly.standing(inst, PROGRAM).is_late

    began_ms = shanghai(1, 12)
    assert [late_after(days) for days in (0, 2, 3)] == [False, False, True], "never checked"
    assert nightly.due(inst)
    assert not nightly.standing(inst, PROGRAM).is_late
    began_ms = clock.ms
    assert [late_after(days) for days in (2, 3, 30)] == [False, True, True]
    # A check that takes hours is made once a week.
    ended_ms = began_ms + 4 * HOUR
    inst.write(lambda c: c.execute(log_checks.update().values(ended_ms=ended_ms)).rowcount)
    assert [late_after(days) for days in (3, 8, 9)] == [False, False, True]


def test_an_empty_log_waits_for_its_first_leaf(inst: Installation, clock: SettableClock):
    clock.ms = shanghai(2, 2)
    assert not nightly.due(inst)


def test_a_log_that_takes_hours_is_checked_once_a_week(
    inst: Installation, log: list[str], clock: SettableClock, monkeypatch: pytest.MonkeyPatch
):
    found = {"leaves": 4, "checkpoints": 1, "findings": 0, "places": []}

    def slow(_inst: Installation, _stopping: Callable[[], bool]) -> dict[str, object]:
        clock.ms += 4 * HOUR
        return found

    monkeypatch.setattr(nightly, "_told", slow)
    checked = []
    for day in range(2, 17):
        clock.ms = shanghai(day, 1)
        if nightly.due(inst):
            checked.append(day)
    assert checked == [2, 9, 16]


def test_an_altered_row_is_found_in_the_next_night_and_told_with_the_last_clean_one(
    inst: Installation, mill: Tenant, log: list[str], clock: SettableClock
):
    clock.ms = shanghai(2, 1)
    assert nightly.due(inst)
    unguarded(inst, "UPDATE entries SET outcome = 'refused' WHERE id = :id", id=log[2])
    clock.ms = shanghai(3, 1)
    assert nightly.due(inst)
    told = nightly.standing(inst, PROGRAM)
    assert told.clean_ms == shanghai(2, 1)
    assert told.newest is not None
    assert (told.newest.findings, told.newest.places) == (1, (f"leaf 2, entry {log[2]}",))
    # Ids are of all venues: who looks after some of them is told that something is wrong, and not where.
    elsewhere = nightly.standing(inst, mill.staff).newest
    assert elsewhere is not None
    assert (elsewhere.findings, elsewhere.places) == (1, ())
    assert nightly.standing(inst, Scope()).clean_ms == shanghai(2, 1)


def test_a_row_that_was_deleted_is_missed(inst: Installation, log: list[str], clock: SettableClock):
    unguarded(
        inst,
        "DELETE FROM entry_people WHERE entry_id = :id",
        "DELETE FROM entries WHERE id = :id",
        id=log[1],
    )
    clock.ms = shanghai(2, 1)
    assert nightly.due(inst)
    newest = nightly.standing(inst, PROGRAM).newest
    assert newest is not None
    assert newest.places == ("leaf 1",)


def test_a_site_that_ends_meanwhile_keeps_no_half_check_and_begins_anew(
    inst: Installation, log: list[str], clock: SettableClock
):
    clock.ms = shanghai(2, 1)
    assert not nightly.due(inst, lambda: True)
    assert nightly.standing(inst, PROGRAM).newest is None
    assert nightly.due(inst)


def test_a_check_that_dies_is_told_with_what_ended_it_until_one_comes_to_an_end(
    inst: Installation, log: list[str], clock: SettableClock, monkeypatch: pytest.MonkeyPatch
):
    clock.ms = shanghai(2, 1)
    with monkeypatch.context() as broken:
        broken.setattr(nightly, "_CHILD", "web.services.logs.checking.no_such_program")
        assert not nightly.due(inst)
    told = nightly.standing(inst, PROGRAM)
    assert (told.newest, told.failed) == (None, nightly.FailedCheck(shanghai(2, 1), 0, "exit status 1"))
    clock.ms = shanghai(2, 2)
    with monkeypatch.context() as broken:
        broken.setattr(nightly, "child", killed)
        assert not nightly.due(inst)
    assert nightly.standing(inst, PROGRAM).failed == nightly.FailedCheck(shanghai(2, 2), 0, "SIGKILL")
    with monkeypatch.context() as broken:
        broken.setattr(children.sys, "executable", "/nowhere/python")
        assert not nightly.due(inst)
    assert nightly.standing(inst, PROGRAM).failed == nightly.FailedCheck(
        shanghai(2, 2), 0, "FileNotFoundError ENOENT"
    )
    clock.ms = shanghai(2, 3)
    assert nightly.due(inst)
    told = nightly.standing(inst, PROGRAM)
    assert (told.clean_ms, told.failed) == (shanghai(2, 3), None)


def test_a_database_that_cannot_be_read_is_told_by_the_kind_of_error_alone(
    inst: Installation, log: list[str], clock: SettableClock
):
    clock.ms = shanghai(2, 1)
    unguarded(inst, "ALTER TABLE log_sequence RENAME TO lost")
    try:
        assert not nightly.due(inst)
    finally:
        unguarded(inst, "ALTER TABLE lost RENAME TO log_sequence")
    failed = nightly.standing(inst, PROGRAM).failed
    assert failed is not None
    assert failed.reason in ("OperationalError", "ProgrammingError")


def test_of_many_hundred_checks_the_newest_stay(
    inst: Installation, log: list[str], clock: SettableClock, monkeypatch: pytest.MonkeyPatch
):
    found = {"leaves": 4, "checkpoints": 1, "findings": 0, "places": []}
    monkeypatch.setattr(nightly, "_told", lambda _inst, _stopping: found)
    for night in range(405):
        clock.ms = shanghai(2, 1) + night * DAY
        assert nightly.due(inst)
    kept = inst.read(lambda c: [row.began_ms for row in c.execute(log_checks.select())])
    assert sorted(kept) == [shanghai(2, 1) + night * DAY for night in range(5, 405)]
