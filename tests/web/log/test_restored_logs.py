"""A database that forgot what was signed signs nothing, says so, and goes on only when told to (L4–L6)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import select

from domain.errors import InputError, TamperedError, UnavailableError
from domain.log import Checkpoint, signed_checkpoint
from tests.web.log.restored import Restored
from tests.web.log.tampering import entry_ids, fill, findings, places
from tests.web.tenants import Tenant
from web.db.tables import checkpoints, leaves
from web.services.installation import Installation
from web.services.logs import log_head, log_proving, log_reopen, log_tree, sequencing
from web.services.signing_keys import keys
from web.store.logs import log
from web.store.scope import PROGRAM


def trouble(inst: Installation) -> str:
    found = inst.read(lambda connection: log_head.trouble(connection, inst))
    return found.en if found else ""


def size(inst: Installation) -> int:
    return inst.read(sequencing.latest_frontier).size


@pytest.fixture
def yesterday(there: Restored, tmp_path: Path) -> tuple[Restored, bytes]:
    """Five leaves are in the database that was restored, eight were signed; and the head that was lost."""
    fill(there.inst, there.park, 1, 2, 3, 4, 5)
    there.backup(tmp_path / "yesterday.db")
    fill(there.inst, there.park, 6, 7, 8)
    lost = log_proving.head(there.inst)
    there.restore(tmp_path / "yesterday.db")
    return there, lost


def test_the_head_outside_of_the_database_is_the_newest_checkpoint(inst: Installation, park: Tenant):
    assert log_head.current(inst) == b""
    for seq in range(1, 4):
        fill(inst, park, seq)
        assert log_head.current(inst) == log_proving.head(inst)
    assert [path.name for path in inst.settings.home.glob("*log-head*")] == [log_head.FILE]


def test_a_restored_database_signs_nothing_and_says_so(yesterday: tuple[Restored, bytes]):
    there, lost = yesterday
    assert "holds 5 leaves, but 8 were signed" in trouble(there.inst)
    fill(there.inst, there.park, 6, 7, 8, 9)
    assert size(there.inst) == 5
    assert there.inst.read(log.waiting) == 4, "what gates send again is kept all the same"
    assert log_head.current(there.inst) == lost
    assert [found.where for found in findings(there.inst)] == [log_head.FILE]


def test_the_newest_database_put_back_goes_on_signing(there: Restored, tmp_path: Path):
    fill(there.inst, there.park, 1, 2)
    there.backup(tmp_path / "old.db")
    fill(there.inst, there.park, 3)
    there.backup(tmp_path / "new.db")
    there.restore(tmp_path / "old.db")
    fill(there.inst, there.park, 9)
    assert size(there.inst) == 2
    there.restore(tmp_path / "new.db")
    fill(there.inst, there.park, 4)
    assert (size(there.inst), trouble(there.inst), places(there.inst)) == (4, "", [])


def test_the_same_size_with_other_leaves_is_another_log(inst: Installation, park: Tenant):
    fill(inst, park, 1, 2)
    key, _, private = inst.read(lambda c: keys.signing(c, inst, keys.LOG))
    log_head.write(inst, signed_checkpoint(Checkpoint(key.name, 2, bytes(32)), private))
    assert "another log" in trouble(inst)
    fill(inst, park, 3)
    assert size(inst) == 2


@pytest.mark.parametrize("content", [b"", b"nonsense", b"\xff\xfe", b"mill.example/log\n1\nAAAA\n\n"])
def test_a_head_that_is_not_ours_stops_the_log(inst: Installation, park: Tenant, content: bytes):
    fill(inst, park, 1)
    log_head.path_of(inst).write_bytes(content)
    assert "not of this log" in trouble(inst)
    fill(inst, park, 2)
    assert size(inst) == 1


def test_a_head_that_is_gone_stops_the_log_until_it_is_put_back(inst: Installation, park: Tenant):
    fill(inst, park, 1)
    fill(inst, park, 2)
    path = log_head.path_of(inst)
    note = path.read_bytes()
    path.unlink()
    fill(inst, park, 3)
    assert (size(inst), "is gone" in trouble(inst), path.exists()) == (2, True, False)
    path.write_bytes(note)
    assert sequencing.sequence(inst) == 1
    assert (size(inst), trouble(inst)) == (3, "")


def test_a_log_from_before_heads_were_kept_goes_on(inst: Installation, park: Tenant):
    fill(inst, park, 1)
    log_head.path_of(inst).unlink()
    fill(inst, park, 2)
    assert (size(inst), log_head.current(inst)) == (2, log_proving.head(inst))


def test_a_head_left_behind_by_a_crash_is_brought_up(inst: Installation, park: Tenant):
    fill(inst, park, 1)
    old = log_head.current(inst)
    fill(inst, park, 2, 3)
    log_head.write(inst, old)
    assert trouble(inst) == ""
    fill(inst, park, 4)
    assert (size(inst), log_head.current(inst)) == (4, log_proving.head(inst))


def test_nothing_is_signed_while_the_head_cannot_be_written(inst: Installation, park: Tenant):
    fill(inst, park, 1)
    fill(inst, park, 2)
    path = log_head.path_of(inst)
    old = inst.read(lambda c: c.scalar(select(checkpoints.c.note).where(checkpoints.c.size == 1)))
    path.write_bytes(old)
    aside = path.with_name("aside")
    path.rename(aside)
    path.mkdir()
    with pytest.raises(UnavailableError, match="log-head"):
        log_head.write(inst, old)
    assert "cannot be read" in trouble(inst)
    fill(inst, park, 3)
    assert size(inst) == 2
    path.rmdir()
    aside.rename(path)
    assert sequencing.sequence(inst) == 1


def test_a_fork_is_refused_whoever_brings_its_head(inst: Installation, park: Tenant):
    fill(inst, park, 1, 2, 3)
    key, _, private = inst.read(lambda c: keys.signing(c, inst, keys.LOG))
    for forked in (Checkpoint(key.name, 2, bytes(32)), Checkpoint(key.name, 3, bytes(32))):
        with pytest.raises(TamperedError, match="does not hold"):
            log_proving.extended(inst, signed_checkpoint(forked, private))
    for longer in (4, 2**40):
        with pytest.raises(TamperedError, match="does not hold"):
            log_proving.extended(inst, signed_checkpoint(Checkpoint(key.name, longer, bytes(32)), private))


def test_every_head_that_was_signed_is_the_beginning_of_the_newest(inst: Installation, park: Tenant):
    for seq in range(1, 40, 3):
        fill(inst, park, *range(seq * 10, seq * 10 + seq))
    for note in inst.read(lambda c: list(c.scalars(select(checkpoints.c.note)))):
        kept, now, _ = log_proving.extended(inst, note)
        assert kept.size <= now.size


def test_a_log_is_reopened_under_another_name_and_quotes_what_was_lost(yesterday: tuple[Restored, bytes]):
    there, lost = yesterday
    inst = there.inst
    fill(inst, there.park, 6, 7)
    head = log_reopen.reopened(inst, "  The disk\nfailed; yesterday's backup was restored. ")
    assert (head.origin, head.size) == ("park.example/log/2", 8)
    leaf = inst.read(lambda c: log.leaf_of(c, "reopen", head.origin))
    assert leaf is not None
    said = json.loads(leaf.body)
    assert (said["head"].encode(), said["size"]) == (lost, 5)
    assert said["because"] == "The disk failed; yesterday's backup was restored."
    assert log_head.path_of(inst).with_name("log-head-8-before").read_bytes() == lost
    assert (trouble(inst), places(inst)) == ("", [])
    fill(inst, there.park, 8, 9)
    assert (size(inst), places(inst)) == (10, [])
    for entry in entry_ids(inst):
        shown = log_proving.verified(inst, log_proving.evidence(inst, PROGRAM, entry))
        assert (shown.key.name, shown.checkpoint.size) == (head.origin, 10)
    with pytest.raises(TamperedError):
        log_proving.extended(inst, lost)
    again = log_proving.extended(inst, inst.read(lambda c: log.checkpoint_of(c, 5)).note)
    assert again[0].origin == "park.example/log", "what was signed before the backup still holds"


def test_a_power_cut_after_reopening_needs_no_second_one(yesterday: tuple[Restored, bytes]):
    there, lost = yesterday
    log_reopen.reopened(there.inst, "because")
    log_head.write(there.inst, lost)
    assert trouble(there.inst) == ""
    fill(there.inst, there.park, 6)
    assert log_head.current(there.inst) == log_proving.head(there.inst)


def test_a_log_can_be_lost_and_reopened_again(yesterday: tuple[Restored, bytes], tmp_path: Path):
    there, _ = yesterday
    log_reopen.reopened(there.inst, "once")
    fill(there.inst, there.park, 6)
    there.restore(tmp_path / "yesterday.db")
    assert "No key of this database" in trouble(there.inst)
    head = log_reopen.reopened(there.inst, "twice")
    assert head.origin == "park.example/log/3", "a name that was used is used by nobody else"
    assert places(there.inst) == []


def test_without_loss_or_reason_nothing_is_reopened(inst: Installation, park: Tenant):
    fill(inst, park, 1)
    with pytest.raises(InputError, match="nothing to reopen"):
        log_reopen.reopened(inst, "just so")
    for because in ("", "  ", "x" * 201, "a\0b"):
        with pytest.raises(InputError, match="what happened"):
            log_reopen.reopened(inst, because)
    assert size(inst) == 1
    assert inst.read(lambda c: c.execute(select(leaves).where(leaves.c.kind == "reopen")).all()) == []


def test_a_name_that_changes_without_a_word_is_found(yesterday: tuple[Restored, bytes]):
    there, _ = yesterday
    there.inst.write(lambda c: keys.log_reopened(c, there.inst, "park.example/log/2"))
    log_head.path_of(there.inst).write_bytes(there.inst.read(lambda c: log.checkpoint_of(c, 5)).note)
    fill(there.inst, there.park, 6)
    assert places(there.inst) == ["checkpoint 6"]


def test_proofs_come_from_tiles_whatever_the_size(inst: Installation, park: Tenant):
    fill(inst, park, *range(1, 701))
    newest = inst.read(log.latest_checkpoint)
    for row in inst.read(lambda c: c.execute(select(checkpoints)).all()):
        assert inst.read(lambda c, old=row.size: log_tree.grew(c, old, newest)) is not None
    ids = entry_ids(inst)
    for index in (0, 1, 255, 256, 257, 511, 512, 600, 699):
        shown = log_proving.verified(inst, log_proving.evidence(inst, PROGRAM, ids[index]))
        assert (shown.index, shown.checkpoint.size) == (index, 700)
