"""Sessions as the database keeps them: what each read costs, what ends them, and what is kept of a secret."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import event

from tests.web.tenants import SettableClock
from web.services import accounts
from web.services.accounts import CLERK, Account
from web.services.installation import Installation
from web.services.signing_in import sessions
from web.services.signing_in.sessions import ABSOLUTE_MS, IDLE_MS, Missing, Way
from web.store.access import accounts as account_rows
from web.store.scope import Scope

PASSWORD = "a sentence works well"


@pytest.fixture
def clerk(inst: Installation) -> Account:
    identity = accounts.create_account(inst, "clerk", PASSWORD, CLERK, area_path="/x/")
    found = accounts.account(inst, identity)
    assert found is not None
    return found


def begun(inst: Installation, account: Account) -> str:
    return sessions.begin(inst, account, Way.TYPED, "Firefox on Android")


def test_a_session_is_found_by_its_secret_with_account_and_role_in_one_read(
    inst: Installation, clerk: Account
):
    secret, asked = begun(inst, clerk), []
    event.listen(inst.reading, "before_cursor_execute", lambda *told: asked.append(told[2]))
    found = sessions.current(inst, secret)
    assert found is not None
    assert (found.account, found.missing, found.browser) == (clerk, Missing.NOTHING, "Firefox on Android")
    assert len([text for text in asked if text.startswith("SELECT")]) == 1
    for other in ("", secret[:-1], secret.swapcase(), found.id, "\0", "\ud800"):
        assert sessions.current(inst, other) is None


def test_the_read_of_a_request_uses_indexes_alone(embedded: Installation):
    identity = accounts.create_account(embedded, "clerk", PASSWORD, CLERK, area_path="/x/")
    account, asked = accounts.account(embedded, identity), []
    assert account is not None
    secret = begun(embedded, account)
    event.listen(embedded.reading, "before_cursor_execute", lambda *told: asked.append(told[2:4]))
    sessions.current(embedded, secret)
    [(text, bound)] = [told for told in asked if told[0].startswith("SELECT")]
    plan = embedded.read(lambda c: c.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", bound).all())
    assert len(plan) == 3
    assert all(step.detail.startswith("SEARCH") for step in plan), plan


def test_use_is_noted_once_a_minute_and_keeps_a_session_alive_up_to_its_absolute_end(
    inst: Installation, clerk: Account, clock: SettableClock
):
    secret = begun(inst, clerk)
    first = sessions.current(inst, secret)
    assert first is not None
    clock.pass_s(59)
    sessions.current(inst, secret)
    assert sessions.listed(inst, clerk.id)[0].used_ms == first.used_ms
    clock.pass_s(2)
    sessions.current(inst, secret)
    assert sessions.listed(inst, clerk.id)[0].used_ms == clock()
    for _ in range(ABSOLUTE_MS // IDLE_MS - 1):
        clock.pass_s(IDLE_MS / 1000)
        assert sessions.current(inst, secret) is not None
    clock.ms = first.began_ms + ABSOLUTE_MS + 1
    assert sessions.current(inst, secret) is None


def test_what_is_over_is_over_for_every_process_and_forgotten_later(
    inst: Installation, clerk: Account, clock: SettableClock
):
    here, there, idle = begun(inst, clerk), begun(inst, clerk), begun(inst, clerk)
    mine = sessions.current(inst, here)
    assert mine is not None
    assert sessions.end_all(inst, clerk.id, but=mine.id) == 2
    assert [sessions.current(inst, secret) is None for secret in (here, there, idle)] == [False, True, True]
    assert not sessions.end(inst, "somebody else", mine.id)
    assert sessions.end(inst, clerk.id, mine.id)
    assert not sessions.end(inst, clerk.id, mine.id)
    begun(inst, clerk)
    clock.pass_s(IDLE_MS / 1000 + 1)
    begun(inst, clerk)
    assert sessions.forget_old(inst) == 4
    assert len(sessions.listed(inst, clerk.id)) == 1


def test_a_session_acts_in_another_role_only_while_the_account_holds_it(
    inst: Installation, clerk: Account, clock: SettableClock
):
    dates = {"from_ms": clock(), "created_ms": clock(), "until_ms": clock() + 60_000}
    for identity, role in (("as guard", "guard"), ("as admin", "admin")):
        held = {"id": identity, "account_id": clerk.id, "role": role, "area_path": "/y/", **dates}
        inst.write(lambda c, held=held: account_rows.grant_added(c, **held))
    stranger = {"id": "other", "account_id": "nobody", "role": "admin", "area_path": "/"}
    with_nobody = {
        "id": "nobody",
        "login": "nobody",
        "password_hash": "",
        "created_ms": 0,
    }
    inst.write(lambda c: account_rows.added(c, **with_nobody))
    inst.write(lambda c: account_rows.grant_added(c, **stranger, **dates))
    secret = begun(inst, clerk)
    now = sessions.current(inst, secret)
    assert now is not None
    assert sessions.acting(inst, now, "other") is None
    guard = sessions.acting(inst, now, "as guard")
    assert guard is not None
    assert sessions.current(inst, secret) is None
    now = sessions.current(inst, guard)
    assert now is not None
    assert (now.account.role, now.account.scope) == ("guard", Scope(area_path="/y/"))
    # A role that asks for a second factor shows nothing without one.
    admin = sessions.acting(inst, now, "as admin")
    now = sessions.current(inst, admin or "")
    assert now is not None
    assert now.missing is Missing.SET_UP
    clock.pass_s(61)
    assert sessions.current(inst, admin or "") is None
    assert sessions.acting(inst, now, "as guard") is None


def test_of_two_who_complete_one_session_at_once_one_has_it(inst: Installation, clerk: Account):
    now = sessions.current(inst, begun(inst, clerk))
    assert now is not None
    got: list[str | None] = []
    threads = [threading.Thread(target=lambda: got.append(sessions.completed(inst, now))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(sessions.current(inst, secret or "") is not None for secret in got) == 1
