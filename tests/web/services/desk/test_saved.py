"""Filters that an account named: one of a name, however many ask at a time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from domain.errors import InputError
from web.services.desk.filtering import saved
from web.services.installation import Installation
from web.store.desk import saved_filters


def test_a_name_is_given_once_an_account_however_many_ask_at_a_time(inst: Installation) -> None:
    def ask(name: str) -> str:
        try:
            saved.kept(inst, "ann", name, "outcome=refused")
        except InputError as refused:
            return refused.field
        return "kept"

    with ThreadPoolExecutor(4) as several:
        answers = list(several.map(ask, [" Turned  away", "Turned away ", "Turned away", "Turned away"]))
    assert sorted(answers) == ["kept", "name", "name", "name"]
    values = {"account_id": "ann", "name": "Turned away", "query": "way=paper", "created_ms": 1}
    assert not inst.write(lambda connection: saved_filters.added(connection, id="other", **values))
    saved.kept(inst, "ben", "Turned away", "outcome=admitted")
    assert [row.name for row in saved.listed(inst, "ann")] == ["Turned away"]


def test_more_than_a_hundred_are_refused_and_one_less_makes_room(inst: Installation) -> None:
    for number in range(saved.KEPT_MOST):
        saved.kept(inst, "ann", f"F{number:03}", "way=paper")
    with pytest.raises(InputError, match="100 is the most"):
        saved.kept(inst, "ann", "One more", "way=paper")
    saved.remove(inst, "ann", saved.listed(inst, "ann")[0].id)
    saved.kept(inst, "ann", "One more", "way=paper")
