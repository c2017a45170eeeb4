from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from domain.errors import TamperedError
from domain.venue import Entrance
from kiosk.facts.trust import Trust
from tests.kiosk.conftest import Bench
from tests.kiosk.office import EAST, cti

HOUR_S = 3_600


def again(bench: Bench) -> Trust:
    trust = Trust(bench.home, bench.office.note_key, EAST, bench.clock)
    trust.load()
    return trust


def test_without_a_bundle_nothing_is_trusted_and_the_rules_are_older_than_any_limit(bench: Bench) -> None:
    bench.trust.load()
    assert bench.trust.rules.keys == ()
    assert bench.trust.age_ms() > 90 * 24 * HOUR_S * 1000
    assert bench.trust.notice is None


def test_a_bundle_is_in_force_and_there_again_after_a_restart(bench: Bench) -> None:
    bench.office.revoked = (2,)
    bench.office.teach(bench.trust, 4)
    rules = again(bench).rules
    assert rules.seq == 4
    known = rules.known.by_code(cti(1))
    assert known is not None
    assert known.masked_name == "王*"
    assert rules.known.is_revoked(cti(2))


@pytest.mark.parametrize("seq", [3, 1])
def test_an_older_bundle_is_refused_also_after_a_restart(bench: Bench, seq: int) -> None:
    bench.office.teach(bench.trust, 4)
    for trust in (bench.trust, again(bench)):
        with pytest.raises(TamperedError):
            trust.accept(bench.office.bundle(seq))
        assert trust.rules.seq == 4


def test_a_forged_swapped_or_cut_bundle_changes_nothing(bench: Bench) -> None:
    bench.office.teach(bench.trust, 4)
    good = bench.office.bundle(9)
    bad = [
        bench.office.bundle(9, key=Ed25519PrivateKey.generate()),
        bench.office.bundle(9, entrance=Entrance("west", "West", "park", "Park")),
        good[: len(good) // 2],
        good.replace(b'"seq":9', b'"seq":99'),
        b"",
        b"<html>sign in to the network</html>",
    ]
    for note in bad:
        with pytest.raises(TamperedError):
            bench.trust.accept(note)
    assert bench.trust.rules.seq == again(bench).rules.seq == 4


def test_an_older_bundle_put_back_on_the_disk_is_found_at_the_next_start(bench: Bench) -> None:
    old = bench.office.bundle(4)
    bench.trust.accept(old)
    bench.trust.accept(bench.office.bundle(5))
    (bench.home / "bundle.note").write_bytes(old)
    trust = again(bench)
    assert trust.rules.seq == 0
    assert trust.notice is not None
    bench.office.teach(trust, 5)
    assert trust.notice is None


def test_the_rules_age_until_the_server_confirms_them(bench: Bench) -> None:
    bench.clock.measured(bench.time.wall, bench.time.boot, bench.time.boot)
    bench.office.teach(bench.trust, 4)
    bench.time.passes(30 * HOUR_S)
    assert bench.trust.age_ms() == 30 * HOUR_S * 1000
    bench.trust.confirm()
    assert bench.trust.age_ms() == 0
    bench.time.passes(HOUR_S)
    assert again(bench).age_ms() == HOUR_S * 1000, "the confirmation is kept over a restart"


def test_a_gate_that_never_heard_the_servers_time_does_not_rejuvenate_its_rules(bench: Bench) -> None:
    bench.time.passes(20 * HOUR_S)
    bench.office.teach(bench.trust, 4)
    bench.trust.confirm()
    assert bench.trust.age_ms() == 20 * HOUR_S * 1000


def test_a_full_disk_leaves_the_rules_in_force(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.office.teach(bench.trust, 4)
    before = (bench.home / "bundle.note").read_bytes()

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        bench.trust.accept(bench.office.bundle(5))
    assert bench.trust.rules.seq == 4
    assert (bench.home / "bundle.note").read_bytes() == before
