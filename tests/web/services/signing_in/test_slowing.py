"""Guessing gets slow where it happens, and only there."""

from __future__ import annotations

import threading

import pytest

from tests.web.tenants import SettableClock
from web.services import accounts
from web.services.accounts import CLERK, Account
from web.services.installation import Installation
from web.services.signing_in import entering, slowing
from web.services.signing_in.browsers import Caller, family, network
from web.services.signing_in.entering import Wait

PASSWORD = "a sentence works well"
ATTACKER, OWNER = Caller("203.0.113.0/24", "curl"), Caller("198.51.100.0/24", "Firefox")


@pytest.fixture
def clerk(inst: Installation) -> str:
    return accounts.create_account(inst, "clerk", PASSWORD, CLERK, area_path="/x/")


def guess(inst: Installation, caller: Caller, login: str = "clerk") -> int | None:
    """Seconds to wait after a wrong password; None when it was compared."""
    found = entering.with_password(inst, login, "a guess", caller)
    assert not isinstance(found, Account)
    return found.seconds if isinstance(found, Wait) else None


def test_waits_double_up_to_a_quarter_of_an_hour_and_are_over_after_half_a_day(
    inst: Installation, clerk: str, clock: SettableClock
):
    for _ in range(5):
        assert guess(inst, ATTACKER) is None
    waits = []
    for _ in range(9):
        wait = guess(inst, ATTACKER)
        assert wait is not None
        waits.append(wait)
        clock.pass_s(wait)
        assert guess(inst, ATTACKER) is None
    assert waits == [15, 30, 60, 120, 240, 480, 900, 900, 900]
    clock.pass_s(12 * 3600)
    assert [guess(inst, ATTACKER) for _ in range(6)] == [None] * 5 + [15]


def test_the_owner_is_not_locked_out_and_hears_of_it_once(
    inst: Installation, clerk: str, clock: SettableClock
):
    for _ in range(8):
        guess(inst, ATTACKER)
    known = Caller(ATTACKER.network, "Firefox", "browser", frozenset({clerk}))
    # From elsewhere, and in a browser that is known even from the attacker's own network.
    for caller in (OWNER, known):
        assert isinstance(entering.with_password(inst, "clerk", PASSWORD, caller), Account)
    assert isinstance(entering.with_password(inst, "clerk", PASSWORD, ATTACKER), Wait)
    # A browser that is known for another account is not known for this one.
    other = Caller(ATTACKER.network, "Firefox", "browser", frozenset({"other"}))
    assert isinstance(entering.with_password(inst, "clerk", PASSWORD, other), Wait)
    untold = slowing.told(inst, clerk)
    assert untold is not None
    assert (untold.failures, untold.first_ms) == (5, clock())
    assert slowing.told(inst, clerk) is None


def test_one_network_guessing_many_names_is_slowed_down_and_others_are_not(inst: Installation, clerk: str):
    assert [guess(inst, ATTACKER, f"name {n}") for n in range(31)] == [None] * 30 + [15]
    assert isinstance(entering.with_password(inst, "clerk", PASSWORD, ATTACKER), Wait)
    assert isinstance(entering.with_password(inst, "clerk", PASSWORD, OWNER), Account)


def test_own_mistakes_do_not_add_up_once_the_password_was_right(inst: Installation, clerk: str):
    for _ in range(4):
        for _ in range(4):
            assert guess(inst, OWNER) is None
        assert isinstance(entering.with_password(inst, "clerk", PASSWORD, OWNER), Account)
    # Of the network's count the right ones are no part: the next name is not slowed down earlier.
    assert [guess(inst, OWNER, f"name {n}") for n in range(15)] == [None] * 14 + [15]


def test_guesses_at_the_same_moment_are_all_counted(inst: Installation, clerk: str):
    got: list[int | None] = []
    threads = [threading.Thread(target=lambda: got.append(guess(inst, ATTACKER))) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (got.count(None), got.count(15)) == (5, 7)


def test_codes_are_guessed_slowly_from_many_networks_too(inst: Installation, clerk: str):
    account = accounts.account(inst, clerk)
    assert account is not None
    found = [
        entering.with_code(inst, account, "000000", Caller(f"10.0.{n // 4}.0/24", "")) for n in range(21)
    ]
    assert found == [False] * 20 + [Wait(15)]
    known = Caller("10.9.9.0/24", "", "browser", frozenset({clerk}))
    assert entering.with_code(inst, account, "000000", known) is False


def test_no_name_is_kept_and_counts_are_forgotten(inst: Installation, clerk: str, clock: SettableClock):
    guess(inst, ATTACKER, "my password by mistake")
    guess(inst, ATTACKER)
    rows = inst.read(lambda c: c.exec_driver_sql("SELECT * FROM failed_proofs").all())
    assert len(rows) == 3
    assert "mistake" not in str(rows)
    assert "203.0.113" not in str(rows)
    clock.pass_s(3 * 86_400)
    # What the owner was not told of stays longer.
    assert slowing.forget_old(inst) == 2
    assert slowing.told(inst, clerk) is not None
    assert slowing.forget_old(inst) == 1


def test_networks_and_browsers_are_known_by_their_family():
    assert network("203.0.113.7") == network("::ffff:203.0.113.9") == "203.0.113.0/24"
    assert network("2001:db8:1:2ff::1") == network("2001:db8:1:200::2") == "2001:db8:1:200::/56"
    assert network("") == network("@") == "here"
    iphone = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile/15E148 Safari/604.1"
    assert family(iphone) == "Safari on iPhone"
    assert family(f"{iphone} MicroMessenger/8.0.50") == "WeChat on iPhone"
    edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0"
    assert family(edge) == "Edge on Windows"
    assert family("curl/8.5.0\n<script>") == ""
