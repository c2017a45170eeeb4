"""An installation opened for questions: beside the one that serves it, and unable to change anything."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import DBAPIError

from domain.decision import VisitorFacts
from domain.errors import UnavailableError
from domain.outcome import Outcome
from domain.visitor import VisitorClass
from tests.web.tenants import SettableClock, Tenant
from web.db.tables import counters
from web.services.installation import Installation, opened_to_read
from web.services.passing import simulating
from web.services.passing.simulating import Question
from web.settings import Settings
from web.store import counters as counter_store
from web.store.scope import PROGRAM


@pytest.fixture
def guest(inst: Installation, clock: SettableClock) -> Iterator[Installation]:
    made = opened_to_read(inst.settings, clock)
    yield made
    made.close()


def test_it_sees_what_the_other_commits_meanwhile(inst: Installation, guest: Installation, park: Tenant):
    somebody = VisitorFacts("made-up", VisitorClass.VISITOR)
    answer = simulating.simulated(guest, PROGRAM, Question(park.entrance, somebody))
    assert answer.judged.decision.outcome is Outcome.ADMITTED
    for wanted in (1, 2, 3):
        assert inst.write(lambda c: counter_store.raised(c, "a test")) == wanted
        assert guest.read(lambda c: counter_store.value_of(c, "a test")) == wanted


def test_it_cannot_write(inst: Installation, guest: Installation):
    with pytest.raises(RuntimeError):
        guest.write(lambda c: counter_store.raised(c, "a test"))
    with pytest.raises(DBAPIError):
        guest.read(lambda c: c.execute(insert(counters).values(name="a test", value=1)))
    assert inst.read(lambda c: counter_store.value_of(c, "a test")) == 0


def test_without_the_key_of_the_database_it_does_not_open(
    inst: Installation, clock: SettableClock, tmp_path_factory: pytest.TempPathFactory
):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    with pytest.raises(UnavailableError) as told:
        opened_to_read(Settings(elsewhere, inst.settings.resolved_database_url), clock)
    assert "master key" in told.value.sentence.en
    assert list(elsewhere.iterdir()) == []
