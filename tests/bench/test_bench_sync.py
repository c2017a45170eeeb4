"""The full runs are `python -m bench sync` and `python -m bench drain`; here their judges are judged."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bench.sync.audit import Arrived, Kept, compared
from bench.sync.bundles import Bundles
from bench.sync.faults import BadBundle
from domain.bundle import Bundle, opened_bundle, sealed_bundle
from domain.errors import TamperedError
from domain.note import NoteKey
from domain.policy import Policy
from domain.venue import Entrance

_KEY = Ed25519PrivateKey.generate()
_NOTE_KEY = NoteKey("office/bundle", _KEY.public_key().public_bytes_raw())


def note(seq: int, entrance: str) -> bytes:
    return sealed_bundle(
        Bundle(seq, 1, Entrance(entrance, "Gate", "park", "Park"), Policy()), "office/bundle", _KEY
    )


@pytest.mark.parametrize("kind", BadBundle)
def test_every_bad_bundle_is_offered_and_is_bad(kind: BadBundle) -> None:
    bundles = Bundles()
    for seq, gate in enumerate(("east", "west"), 1):
        bundles.instead(gate, note(seq, gate), None)
    offered = bundles.instead("west", note(9, "west"), kind)
    assert bundles.offered == {kind: 1}
    with pytest.raises(TamperedError):
        opened_bundle(offered, _NOTE_KEY, "west", 9)


def kept(seq: int, identity: str, state: str = "acked") -> Kept:
    return Kept("gate", seq, identity, identity.encode(), state)


def server(*ids: str, aside: tuple[str, ...] = (), leaves: tuple[str, ...] | None = None) -> Arrived:
    order = ids if leaves is None else leaves
    entries = {identity: ("device", number, identity.encode()) for number, identity in enumerate(ids, 1)}
    return Arrived(
        entries, Counter(order), frozenset(ids), frozenset(("device", identity) for identity in aside), order
    )


def verdict(spool: list[Kept], there: Arrived, revoked: bool = False, poison: str = "") -> dict[str, int]:
    done = compared(
        {"gate": spool}, there, {"gate": "device"}, {"gate"} if revoked else set(), {poison} - {""}
    )
    numbers = {
        "missing": done.missing, "doubled": done.doubled, "refused": done.refused_wrongly,
        "out_of_order": done.out_of_order, "revoked": done.not_arrived_revoked.total(),
        "staff": done.for_staff.total(),
    }  # fmt: skip
    return {name: number for name, number in numbers.items() if number}


def test_the_count_sees_what_is_missing_doubled_refused_or_late() -> None:
    spool = [kept(1, "a"), kept(2, "b")]
    assert verdict(spool, server("a", "b")) == {}
    assert verdict(spool, server("a")) == {"missing": 1}
    assert verdict(spool, server("a"), revoked=True) == {"revoked": 1}
    assert verdict(spool, server("a", aside=("b",))) == {"refused": 1}
    assert verdict(spool, server("a", aside=("b",)), poison="b") == {"staff": 1}
    assert verdict(spool, server("a", "b", leaves=("a", "b", "b"))) == {"doubled": 1}
    assert verdict(spool, server("a", "b", "z")) == {"doubled": 1}
    assert verdict(spool, server("a", "b", leaves=("b", "a"))) == {"out_of_order": 1}
    assert verdict([kept(1, "a"), Kept("gate", 2, "b", b"other", "acked")], server("a", "b")) == {
        "missing": 1
    }


def test_a_short_backlog_drains_in_order_while_visitors_are_judged() -> None:
    """Real processes; the speed is judged where nothing else runs."""
    done = subprocess.run(
        [sys.executable, "-m", "bench", "drain", "--entries", "3000"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout, done.stderr[-2000:]
    figures = json.loads(done.stdout.splitlines()[-1])
    assert (figures["missing"], figures["doubled"], figures["out_of_order"]) == (0, 0, 0)
    assert figures["judged_meanwhile"] > 0
