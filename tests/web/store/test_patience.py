"""A question that takes too long is stopped, and the next one is answered as ever."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, text

from tests.web.tenants import Tenant
from web.services.desk import searching
from web.services.desk.filtering.filters import Filter
from web.services.installation import Installation
from web.store.patience import TooLongError, at_most

_ENDLESS = (
    "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 2000000000) "
    "SELECT max(x) FROM n"
)


def test_a_question_is_stopped_and_the_connection_goes_on(inst: Installation):
    def long(connection: Connection) -> None:
        with at_most(connection, 50):
            connection.scalar(text(_ENDLESS))

    def short(connection: Connection) -> object:
        with at_most(connection, 10_000):
            return connection.scalar(text("SELECT 7"))

    with pytest.raises(TooLongError):
        inst.read(long)
    assert [inst.read(short) for _ in range(3)] == [7, 7, 7]


def test_other_mistakes_stay_what_they_are(inst: Installation):
    def wrong(connection: Connection) -> None:
        with at_most(connection, 1_000):
            connection.execute(text("SELECT nothing FROM nowhere"))

    with pytest.raises(Exception, match="nowhere"):
        inst.read(wrong)


def test_a_search_without_end_says_so(inst: Installation, park: Tenant, monkeypatch: pytest.MonkeyPatch):
    def endless(connection: Connection, *_: object, **__: object) -> object:
        return connection.scalar(text(_ENDLESS))

    monkeypatch.setattr("web.services.desk.searching._PATIENCE_MS", 50)
    monkeypatch.setattr("web.store.desk.searching.page", endless)
    monkeypatch.setattr("web.store.desk.searching.counted", endless)
    found = searching.search(inst, park.staff, Filter())
    assert (found.rows, found.is_too_long) == ((), True)
    assert searching.counted(inst, park.staff, Filter()) is None
