"""Two machines over one PostgreSQL, each with a disk of its own: what one does the other sees, and once."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from domain.reason import Reason
from domain.venue import Direction
from tests.web.tenants import SettableClock, Tenant, entry_item, tenant
from web.db.tables import file_pieces, leaves, log_sequence
from web.services.gates import ingest
from web.services.installation import Installation, opened
from web.services.logs import log_head, sequencing
from web.services.logs.following import Follower, may_sign
from web.services.operations import counting
from web.services.operations.counting import Counts
from web.services.passing import checkin
from web.services.passing.checkin import CheckIn
from web.services.printing import printing_jobs, printing_working
from web.services.printing.printing_options import Options
from web.services.signing_keys import keys
from web.settings import Settings
from web.store import policies
from web.store.logs import log

URL = "https://park.example"


@pytest.fixture
def one(tmp_path: Path, emptied_postgres: str, clock: SettableClock) -> Iterator[Installation]:
    made = opened(Settings(tmp_path / "one", emptied_postgres, URL), clock)
    keys.ensure(made)
    yield made
    made.close()


@pytest.fixture
def park(one: Installation) -> Tenant:
    return tenant(one, "East Area", "Park Ltd")


@pytest.fixture
def other(one: Installation, tmp_path: Path, clock: SettableClock) -> Iterator[Installation]:
    shutil.copytree(one.settings.secrets, tmp_path / "other" / "secrets")
    made = opened(Settings(tmp_path / "other", one.settings.database_url, URL), clock)
    yield made
    made.close()


def sent(inst: Installation, park: Tenant, *numbers: int) -> None:
    at_ms = inst.now_ms()
    items: list[object] = [entry_item(park.gate, seq, at_ms + seq) for seq in numbers]
    assert {result.status for result in ingest.ingest(inst, park.gate, items).results} == {"stored"}


def size(inst: Installation) -> int:
    head = inst.read(log.latest_checkpoint)
    return head.size if head is not None else 0


def test_who_checks_in_at_one_machine_is_inside_for_the_other(
    one: Installation, other: Installation, park: Tenant
):
    given = CheckIn(checkin.new_entry_id(one), "Li Na", "13900139000")
    first = checkin.check_in(one, park.poster, given)
    again = checkin.check_in(other, park.poster, given)
    assert (again.repeated, again.entry_id) == (True, first.entry_id)
    leaving = CheckIn(checkin.new_entry_id(other), "Li Na", "13900139000", direction=Direction.OUT)
    assert not checkin.check_in(other, park.poster, leaving).repeated


def test_one_has_a_duty_at_a_time_and_whoever_ends_leaves_it_to_the_other(
    one: Installation, other: Installation
):
    assert one.leases.has("sequencer")
    assert not other.leases.has("sequencer")
    assert one.leases.keeps("sequencer")
    one.leases.close()
    assert not one.leases.keeps("sequencer")
    assert other.leases.has("sequencer")


def test_a_session_that_is_cut_gives_its_duties_away(one: Installation, other: Installation):
    assert one.leases.has("sequencer")
    cut = "SELECT count(pg_terminate_backend(pid, 9999)) FROM pg_locks WHERE locktype='advisory' AND granted"
    with other.reading.connect() as connection:
        connection.exec_driver_sql(cut)
    assert not one.leases.keeps("sequencer")
    assert other.leases.has("sequencer")
    assert not one.leases.has("sequencer")


def test_a_new_machine_signs_once_it_saw_another_sign(one: Installation, other: Installation, park: Tenant):
    for number in (1, 2):
        sent(one, park, number)
        sequencing.sequence(one)
    follower = Follower()
    assert not may_sign(other)
    assert not follower.followed(other)
    # The database alone proves nothing: it may be an older one that was brought back.
    assert not follower.followed(other)
    sent(one, park, 3)
    sequencing.sequence(one)
    assert follower.followed(other)
    assert may_sign(other)
    sent(other, park, 4)
    sequencing.sequence(other)
    assert size(one) == 4
    assert log_head.current(one) != log_head.current(other)
    assert may_sign(one)
    assert follower.followed(one)
    assert log_head.current(one) == log_head.current(other)


def test_a_leaf_on_its_way_is_waited_for_and_never_passed_over(one: Installation, park: Tenant):
    sent(one, park, 1)
    begun, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        def work(connection: object) -> None:
            log.appended(connection, [{"kind": "test", "ref": "slow", "body": b"{}"}])  # type: ignore[arg-type]
            begun.set()
            go_on.wait(60)

        one.write(work)

    writing = threading.Thread(target=slow)
    writing.start()
    assert begun.wait(60)
    # Its id is higher than that of the leaf which is not committed yet.
    sent(one, park, 2)
    placing = threading.Thread(target=sequencing.sequence, args=(one,))
    placing.start()
    placing.join(0.3)
    assert placing.is_alive()
    assert size(one) == 0
    go_on.set()
    writing.join()
    placing.join(60)
    sequencing.sequence(one)
    placed = select(leaves.c.ref).join(log_sequence, log_sequence.c.leaf_id == leaves.c.id)
    refs = one.read(lambda c: c.scalars(placed.order_by(log_sequence.c.leaf_index)).all())
    assert refs[1] == "slow"
    assert len(refs) == 3


def test_a_print_job_is_made_by_one_machine_and_fetched_from_any(
    one: Installation, other: Installation, park: Tenant
):
    job = printing_jobs.order_posters(one, park.staff, [park.entrance], Options(), "pdf", issue=False)
    assert printing_working.work_off(other) == 1
    assert printing_working.work_off(one) == 0
    there, shown = printing_jobs.result(one, park.staff, job)
    here, _ = printing_jobs.result(other, park.staff, job)
    assert there != here
    assert there.read_bytes() == here.read_bytes()
    assert shown.progress.printed == 1
    stored = one.read(lambda c: c.scalars(select(file_pieces.c.body)).all())
    assert stored
    assert not any(b"%PDF" in body for body in stored)
    printing_jobs.remove(other, park.staff, job)
    assert printing_jobs.jobs(one, park.staff) == []
    assert one.read(lambda c: c.scalars(select(file_pieces.c.owner)).all()) == []
    printing_working.work_off(one)
    assert not there.exists()


def test_a_job_that_one_machine_works_on_is_left_to_it(one: Installation, other: Installation):
    with one.leases.held("print x") as mine, other.leases.held("print x") as theirs:
        assert (mine, theirs) == (True, False)
    with other.leases.held("print x") as theirs:
        assert theirs


def test_what_is_counted_at_one_machine_counts_at_the_other(
    one: Installation, other: Installation, clock: SettableClock
):
    here, there = Counts(one), Counts(other)
    for _ in range(3):
        here.added("10.0.0.1/30/1/minute", 60)
    here.tell()
    assert there.added("10.0.0.1/30/1/minute", 60) == 1
    there.tell()
    assert there.so_far("10.0.0.1/30/1/minute", 60) == 4
    assert there.added("10.0.0.1/30/1/minute", 60) == 5
    assert there.added("10.0.0.2/30/1/minute", 60) == 1
    clock.pass_s(60)
    assert there.added("10.0.0.1/30/1/minute", 60) == 1


def test_what_was_counted_is_forgotten_an_hour_after_its_span(one: Installation, clock: SettableClock):
    counts = Counts(one)
    counts.added("10.0.0.1/30/1/minute", 60)
    counts.tell()
    clock.pass_s(3600)
    assert counting.forget_old(one) == 0
    clock.pass_s(61)
    assert [counting.forget_old(one) for _ in range(2)] == [1, 0]


def test_a_rule_that_is_changed_at_one_machine_counts_at_the_other(
    one: Installation, other: Installation, park: Tenant
):
    def came() -> Reason:
        given = CheckIn(checkin.new_entry_id(other), "王小明", "13800138000")
        return checkin.check_in(other, park.poster, given).decision.reason

    found = []
    for temperature in ("off", "require", "off"):
        body = f'{{"temperature": "{temperature}"}}'
        one.write(lambda c, body=body: policies.added(c, ("venue", park.venue), body, "a", 1))
        found.append(came())
    assert found == [Reason.WELCOME, Reason.TEMPERATURE_NEEDED, Reason.WELCOME]
