"""Ways to the server and back: one for one question; several see one moment."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event, text
from sqlalchemy.exc import ProgrammingError

from domain.access import Role
from tests.web.asked_once import asked_once
from tests.web.grounds import CHEAP
from web.db.connecting.late import begun
from web.services import accounts
from web.services.installation import Installation, opened
from web.services.logs import log_head, sequencing
from web.services.signing_in import sessions
from web.services.signing_in.sessions import Way
from web.services.signing_keys import keys
from web.settings import Settings
from web.store.logs import log

_COUNT = text("SELECT count(*) FROM counters")
LEAF: dict[str, object] = {"kind": "deed", "ref": "d", "body": b"{}"}
Ways = Callable[[Callable[[], object]], int]


@pytest.fixture
def served(tmp_path: Path, emptied_postgres: str) -> Iterator[Installation]:
    made = opened(Settings(tmp_path, emptied_postgres, password_cost=CHEAP), lambda: 1_800_000_000_000)
    yield made
    made.close()


@pytest.fixture
def ways(served: Installation, tmp_path: Path) -> Iterator[Ways]:
    """Counts how often the server was waited for, by what the connections say and hear."""
    with (tmp_path / "said").open("w+b") as said:

        def heard(driver: Any, *_: object) -> None:
            driver.pgconn.trace(said.fileno())

        def left(driver: Any, *_: object) -> None:
            driver.pgconn.untrace()

        def counted(work: Callable[[], object]) -> int:
            os.ftruncate(said.fileno(), 0)
            work()
            said.seek(0)
            return said.read().count(b"ReadyForQuery")

        event.listen(served.reading.pool, "checkout", heard)
        event.listen(served.reading.pool, "checkin", left)
        yield counted


def kept(connection: Connection, name: str) -> None:
    connection.execute(text("INSERT INTO counters (name, value) VALUES (:name, 1)"), {"name": name})


def count(connection: Connection) -> int:
    return int(connection.scalar(_COUNT) or 0)


def test_one_question_goes_to_the_server_once(served: Installation, ways: Ways) -> None:
    served.ask(count)  # a new connection is set up first
    assert ways(lambda: served.ask(count)) == 1
    assert ways(lambda: served.read(lambda c: (count(c), count(c)))) == 4  # with BEGIN and COMMIT


def test_a_page_hears_in_one_way_that_the_log_is_well(served: Installation, ways: Ways) -> None:
    assert log_head.told(served) is None
    keys.ensure(served)
    served.write(lambda connection: log.appended(connection, [LEAF]))
    assert sequencing.sequence(served) == 1
    assert ways(lambda: log_head.told(served)) == 1
    log_head.path_of(served).write_bytes(b"another head")
    told = log_head.told(served)
    assert told is not None
    assert "signs nothing" in told.en


def test_one_statement_that_writes_goes_to_the_server_once(served: Installation, ways: Ways) -> None:
    served.ask(count)
    assert ways(lambda: served.write_late(lambda c: kept(c, "one"))) == 1
    assert ways(lambda: served.write_late(lambda c: (begun(c), kept(c, "two"), kept(c, "three")))) == 4
    assert served.ask(count) == 3


def test_whoever_asks_a_page_is_known_after_one_way(served: Installation, ways: Ways) -> None:
    identity = accounts.create_account(served, "clerk", "correct horse staple", Role.CLERK, area_path="/x/")
    account = accounts.account(served, identity)
    assert account is not None
    secret = sessions.begin(served, account, Way.TYPED, "Firefox on Android")
    assert ways(lambda: sessions.current(served, secret)) == 1


def test_several_questions_are_answered_as_of_one_moment(inst: Installation) -> None:
    def work(connection: Connection) -> tuple[int, int]:
        before = count(connection)
        inst.write(lambda other: kept(other, "meanwhile"))
        return before, count(connection)

    before, after = inst.read(work)
    assert before == after
    assert inst.ask(count) == before + 1


def test_whoever_asks_twice_at_once_is_found_out(embedded: Installation) -> None:
    with pytest.raises(AssertionError, match="counters"), asked_once(embedded):
        embedded.ask(lambda c: (count(c), count(c)))
    with asked_once(embedded):
        embedded.read(lambda c: (count(c), count(c)))


def test_a_question_that_fails_leaves_the_next_one_what_was_prepared(served: Installation) -> None:
    prepared = text("SELECT count(*) FROM pg_prepared_statements")
    found = [served.ask(lambda c: c.scalar(prepared)) for _ in range(8)]
    with pytest.raises(ProgrammingError):
        served.ask(lambda c: c.execute(text("SELECT nothing FROM counters")))
    assert served.ask(lambda c: c.scalar(prepared)) == found[-1] > 0
