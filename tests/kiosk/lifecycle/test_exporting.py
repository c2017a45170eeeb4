"""A kiosk's undelivered entries go into a sealed file, and nothing changes in its spool (S14, S15)."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from domain.decision import Decision, Outcome, Presence
from domain.entry import Clock, Entry, Way, entry_of, uuid7
from domain.entry_file import opened_file
from domain.errors import CodePlaceError, InputError
from domain.gap import Gap, GapCause, gap_json
from domain.note import NoteKey
from domain.reason import Reason
from domain.venue import Direction
from kiosk.host.identity import Identity, state_folder
from kiosk.lifecycle.exporting import exported
from kiosk.spool.file import FILE_NAME
from kiosk.spool.spool import Spool
from kiosk.spool.values import Settled
from tests.kiosk.office import EAST

NOW = 1_795_140_000_000


WHO = Identity("http://127.0.0.1:1", "k1", "the credential", NoteKey("n", bytes(32)), EAST)
KEY = hashlib.sha256(b"the credential").digest()


def entry(seq: int) -> Entry:
    return entry_of(
        Decision(Outcome.ADMITTED, Reason.WELCOME, Presence.STAFF),
        identity=uuid7(NOW + seq, seq.to_bytes(10, "big")), device="k1", seq=seq, venue=EAST.venue_id,
        entrance=EAST.id, direction=Direction.IN, at_ms=NOW + seq, way=Way.STAFF, policy_version=1,
        bundle_seq=1, clock=Clock("b", 1, 0, 0), name="Zhang Weiwei", phone="13800138000",
    )  # fmt: skip


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    """Six entries, two of them delivered and one set aside there, and a gap that nobody was told of."""
    made = Spool(state_folder(tmp_path, WHO.kiosk_id), lambda: NOW)
    kept = [made.commit(entry, NOW) for _ in range(6)]
    made.settle([Settled(kept[0].id, True), Settled(kept[1].id, True), Settled(kept[2].id, False)], NOW)
    made.lacks([(7, 8)], NOW)
    return made


def export(home: Path, out: Path) -> int:
    return exported(home, WHO, out, lambda: NOW, lambda count: bytes(count))


def test_what_was_not_delivered_is_in_the_file_in_its_order_and_nobody_reads_it(
    tmp_path: Path, spool: Spool
) -> None:
    waiting = [one.body for one in spool.batch()]
    spool.close()
    before = (state_folder(tmp_path, "k1") / FILE_NAME).read_bytes()
    out = tmp_path / "out.cpx"
    assert export(tmp_path, out) == 3
    content = opened_file(out.read_bytes(), KEY)
    assert list(content.bodies) == waiting
    assert list(content.gaps) == [gap_json(Gap(7, 8, GapCause.ABSENT, NOW))]
    assert (content.kiosk_id, content.made_ms) == ("k1", NOW)
    assert b"Weiwei" not in out.read_bytes()
    assert out.stat().st_mode & 0o077 == 0
    assert (state_folder(tmp_path, "k1") / FILE_NAME).read_bytes() == before


def test_it_is_said_when_the_kiosk_still_runs(tmp_path: Path, spool: Spool) -> None:
    with pytest.raises(CodePlaceError):
        export(tmp_path, tmp_path / "out.cpx")
    assert not (tmp_path / "out.cpx").exists()
    spool.close()


def test_nothing_is_written_over_and_no_spool_is_begun(tmp_path: Path, spool: Spool) -> None:
    spool.close()
    there = tmp_path / "there.cpx"
    there.write_bytes(b"mine")
    with pytest.raises(InputError, match="another name"):
        export(tmp_path, there)
    assert there.read_bytes() == b"mine"
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(InputError, match="no entries"):
        export(empty, tmp_path / "out.cpx")
    assert list(empty.iterdir()) == []


def test_a_damaged_spool_says_what_to_do(tmp_path: Path, spool: Spool) -> None:
    spool.close()
    path = state_folder(tmp_path, "k1") / FILE_NAME
    body = path.read_bytes()
    assert b"welcome" in body
    path.write_bytes(body.replace(b"welcome", b"welcomf", 1))
    with pytest.raises(InputError, match="Start the kiosk once"):
        export(tmp_path, tmp_path / "out.cpx")
