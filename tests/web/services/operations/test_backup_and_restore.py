"""Backups beside the running site, and what comes back of them into an empty place."""

from __future__ import annotations

import io
import itertools
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import CodePlaceError, InputError, TamperedError, UnavailableError
from tests.web.log.tampering import entry_ids, fill
from tests.web.rows import entries_known, every_row
from tests.web.services.operations.bringing_back import PASSPHRASE, backup, restore
from tests.web.tenants import SettableClock, Tenant, entry_item
from web.services.gates.ingest import ingest
from web.services.installation import Installation, opened
from web.services.logs import log_head, sequencing
from web.services.operations import members, planning
from web.services.operations.backup import restoring, sealed_file
from web.services.operations.backup.backing_up import backed_up
from web.services.operations.backup.restoring import Asked, restored
from web.settings import MasterKey, Settings


def test_every_row_comes_back_and_the_log_is_whole(
    inst: Installation, park: Tenant, elsewhere: Settings, tmp_path: Path
):
    fill(inst, park, *range(1, 11))
    fill(inst, park, 11)
    planning.renewed(inst)
    told: list[tuple[int, int]] = []
    made = backed_up(
        inst.settings, inst.now_ms, tmp_path / "b", PASSPHRASE, with_keys=True,
        progress=lambda done, of: told.append((done, of)),
    )  # fmt: skip
    before = inst.read(every_row)
    assert made.manifest.log_size == 11
    assert (tmp_path / "b").stat().st_mode & 0o777 == 0o600
    assert told
    assert all(0 < done <= of for done, of in told)
    done = restore(tmp_path / "b", elsewhere, inst)
    assert (done.leaves, done.findings) == (11, ())
    there = opened(elsewhere, inst.now_ms)
    assert there.read(every_row) == before
    # What was filled at once is looked at before the gates come back; a file brings what it knew.
    assert there.ask(entries_known) == 11
    assert len([name for name, rows in before.items() if rows]) > 10, "and there was something to compare"
    there.close()


def test_what_came_back_numbers_its_next_rows_above_the_old_ones(
    inst: Installation, park: Tenant, elsewhere: Settings, tmp_path: Path
):
    fill(inst, park, 1, 2, 3)
    backup(inst, tmp_path / "b")
    restore(tmp_path / "b", elsewhere, inst, is_newest=True)
    there = opened(elsewhere, inst.now_ms)
    try:
        fill(there, park, 4, 5)
        assert len(entry_ids(there)) == 5
        assert there.read(lambda c: log_head.trouble(c, there)) is None
    finally:
        there.close()


def test_a_restored_log_signs_nothing_until_somebody_says_what_was_lost(
    inst: Installation, park: Tenant, elsewhere: Settings, tmp_path: Path
):
    fill(inst, park, 1, 2)
    backup(inst, tmp_path / "b")
    done = restore(tmp_path / "b", elsewhere, inst)
    assert done.unsigned is not None
    assert "signs nothing" in done.unsigned.en
    there = opened(elsewhere, inst.now_ms)
    try:
        ingest(there, park.gate, [entry_item(park.gate, 3, inst.now_ms())])
        assert sequencing.sequence(there) == 0
        assert there.read(lambda c: log_head.trouble(c, there)) is not None
    finally:
        there.close()


def test_a_backup_is_of_one_moment_while_the_site_writes_on(
    inst: Installation, park: Tenant, elsewhere: Settings, tmp_path: Path
):
    fill(inst, park, 1, 2, 3)
    seqs = itertools.count(4)
    written: list[int] = []

    def meanwhile(_done: int, _of: int) -> None:
        if len(written) < 3:
            written.append(next(seqs))
            fill(inst, park, written[-1])

    made = backed_up(
        inst.settings, inst.now_ms, tmp_path / "b", PASSPHRASE, with_keys=True, progress=meanwhile
    )
    assert written
    assert made.manifest.log_size == 3
    done = restore(tmp_path / "b", elsewhere, inst)
    assert (done.leaves, done.findings) == (3, ())


def test_without_the_master_key_it_wants_the_one_that_was_kept_apart(
    inst: Installation, park: Tenant, elsewhere: Settings, tmp_path: Path
):
    fill(inst, park, 1)
    backup(inst, tmp_path / "b", with_keys=False)
    kept = inst.settings.secrets / "master.key"
    with pytest.raises(InputError, match="--master-key"):
        restore(tmp_path / "b", elsewhere, inst)
    assert not (elsewhere.home / "codeplace.db").exists()
    assert restore(tmp_path / "b", elsewhere, inst, key=kept).findings == ()
    assert (elsewhere.secrets / "master.key").stat().st_mode & 0o777 == 0o600
    assert elsewhere.secrets.stat().st_mode & 0o777 == 0o700


def test_a_master_key_that_does_not_fit_is_told_before_anything_is_written(
    inst: Installation, park: Tenant, elsewhere: Settings, tmp_path: Path
):
    fill(inst, park, 1)
    kept = inst.settings.secrets / "master.key"
    wrong = tmp_path / "wrong.key"
    wrong.write_text("ab" * 32)
    backup(inst, tmp_path / "b", with_keys=False)
    with pytest.raises(InputError, match="does not open the backup") as refused:
        restore(tmp_path / "b", elsewhere, inst, key=wrong)
    assert "未写入任何数据" in refused.value.sentence.zh
    assert not elsewhere.home.exists()
    wrong.write_text("no key")
    with pytest.raises(InputError, match="does not open the backup"):
        restore(tmp_path / "b", elsewhere, inst, key=wrong)
    assert not elsewhere.home.exists()
    other = replace(elsewhere, master_key=MasterKey(text="cd" * 32))
    with pytest.raises(InputError, match="does not open the backup"):
        restore(tmp_path / "b", other, inst)
    own = replace(elsewhere, master_key=MasterKey(text=kept.read_text()))
    assert restore(tmp_path / "b", own, inst).findings == ()
    assert not own.master_key_file.exists()


def test_a_backup_of_an_earlier_format_is_restored_as_before(
    inst: Installation, park: Tenant, elsewhere: Settings, tmp_path: Path
):
    fill(inst, park, 1)
    backup(inst, tmp_path / "b")
    with (tmp_path / "b").open("rb") as new, (tmp_path / "old").open("wb") as old:
        sealed = sealed_file.SealedWriter(old, PASSPHRASE)
        for name, pieces in members.Members(sealed_file.opened(new, PASSPHRASE)):
            if name == "manifest.json":
                told = json.loads(b"".join(pieces))
                later = {"sealed", "sealed_at"}
                earlier = {key: value for key, value in told.items() if key not in later} | {"format": 1}
                members.written(sealed.write, name, [json.dumps(earlier).encode()])
            else:
                members.written(sealed.write, name, pieces)
        members.ended(sealed.write)
        sealed.close()
    assert restore(tmp_path / "old", elsewhere, inst).findings == ()


def test_nothing_is_ever_overwritten(inst: Installation, elsewhere: Settings, tmp_path: Path):
    backup(inst, tmp_path / "b")
    before = (tmp_path / "b").read_bytes()
    with pytest.raises(InputError, match="overwrites nothing"):
        backup(inst, tmp_path / "b")
    assert (tmp_path / "b").read_bytes() == before
    with pytest.raises(InputError, match="never overwrites"):
        restore(tmp_path / "b", inst.settings, inst)
    restore(tmp_path / "b", elsewhere, inst)
    with pytest.raises(InputError, match="never overwrites"):
        restore(tmp_path / "b", elsewhere, inst)


@pytest.fixture
def small(embedded: Installation, tmp_path: Path) -> Path:
    """A backup of an installation without entries."""
    backup(embedded, tmp_path / "b")
    return tmp_path / "b"


def test_a_wrong_passphrase_says_so_and_makes_nothing(small: Path, embedded: Installation, tmp_path: Path):
    into = Settings(tmp_path / "new")
    with pytest.raises(TamperedError, match="passphrase is wrong"):
        restored(Asked(small, "another passphrase", into), embedded.now_ms)
    assert not into.home.exists()


@pytest.mark.parametrize("where", [30, 5_000, -1])
def test_a_changed_or_shortened_backup_is_refused_and_leaves_no_database(
    small: Path, embedded: Installation, tmp_path: Path, where: int
):
    body = bytearray(small.read_bytes())
    body[where] ^= 1
    into = Settings(tmp_path / "new")
    for spoiled in (bytes(body), small.read_bytes()[:where]):
        small.write_bytes(spoiled)
        with pytest.raises(CodePlaceError):
            restored(Asked(small, PASSPHRASE, into), embedded.now_ms)
        assert not (into.home / "codeplace.db").exists()


def test_what_is_no_backup_is_a_sentence(embedded: Installation, tmp_path: Path):
    (tmp_path / "x").write_bytes(b"PK\3\4 a zip file of some length, which is no backup of ours at all")
    with pytest.raises(InputError, match="no backup"):
        restored(Asked(tmp_path / "x", PASSPHRASE, Settings(tmp_path / "new")), embedded.now_ms)


def test_names_phones_and_keys_are_not_to_be_found_in_the_file(
    embedded_park: tuple[Installation, Tenant], tmp_path: Path
):
    inst, _ = embedded_park
    backup(inst, tmp_path / "b")
    body = (tmp_path / "b").read_bytes()
    key = (inst.settings.secrets / "master.key").read_bytes().strip()
    for secret in (key, bytes.fromhex(key.decode()), b"Park Ltd", b"SQLite format"):
        assert secret not in body


def test_a_target_is_a_folder_or_a_server_and_never_a_sqlite_url():
    here = Settings(Path("var"), "postgresql+psycopg://h/site")
    assert restoring.target(here, "other").database_url == ""
    assert restoring.target(here, "other").home == Path("other")
    assert restoring.target(here, "postgres://h/new").database_url == "postgresql+psycopg://h/new"
    with pytest.raises(InputError, match="Name the folder"):
        restoring.target(here, "sqlite:////tmp/x.db")


def test_a_missing_folder_is_a_sentence_and_not_a_traceback(embedded: Installation, tmp_path: Path):
    with pytest.raises(UnavailableError, match="cannot be written"):
        backup(embedded, tmp_path / "nowhere" / "b")
    with pytest.raises(UnavailableError, match="no database"):
        backed_up(Settings(tmp_path / "none"), SettableClock(1), tmp_path / "b", PASSPHRASE)
    assert list(tmp_path.glob("*b*")) == []


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.text(min_size=1, max_size=9), st.lists(st.binary(max_size=700))), max_size=4))
def test_members_come_back_as_they_were_whatever_they_hold(parts: list[tuple[str, list[bytes]]]):
    file = io.BytesIO()
    sealed = sealed_file.SealedWriter(file, PASSPHRASE)
    for name, pieces in parts:
        assert members.written(sealed.write, name, pieces) == sum(map(len, pieces))
    members.ended(sealed.write)
    sealed.close()
    file.seek(0)
    read = members.Members(sealed_file.opened(file, PASSPHRASE))
    assert [(name, b"".join(pieces)) for name, pieces in read] == [(n, b"".join(p)) for n, p in parts]


def test_a_large_file_goes_through_in_pieces_and_none_can_be_left_out():
    file = io.BytesIO()
    sealed = sealed_file.SealedWriter(file, PASSPHRASE)
    content = [bytes([n]) + os.urandom(1 << 20) for n in range(4)]
    for piece in content:
        sealed.write(piece)
    sealed.close()
    body, piece = file.getvalue(), (1 << 20) + 16
    assert b"".join(sealed_file.opened(io.BytesIO(body), PASSPHRASE)) == b"".join(content)
    header = 24 + 16  # magic and salt
    for cut in (body[: header + 2 * piece], body[:header] + body[header + piece :]):
        with pytest.raises(TamperedError):
            list(sealed_file.opened(io.BytesIO(cut), PASSPHRASE))


@pytest.mark.parametrize("typed", ["", "short", "elevenchars"])
def test_a_passphrase_that_keeps_nobody_out_is_refused(typed: str):
    with pytest.raises(InputError, match="at least 12"):
        sealed_file.checked_passphrase(typed + "\n")
