"""A site that began on the embedded database goes on with a PostgreSQL; nothing is lost, nothing doubled."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import inspect

from domain.errors import InputError, TamperedError
from tests.web.commands.here import run
from tests.web.log.tampering import entry_ids, fill, findings
from tests.web.rows import every_row
from tests.web.services.operations.bringing_back import PASSPHRASE, backup, restore
from tests.web.tenants import Tenant, entry_item
from web.db.connecting.engine import open_engine
from web.services.gates.ingest import ingest
from web.services.installation import Installation, opened
from web.services.logs import log_head, sequencing
from web.services.operations.backup.restoring import Asked, restored
from web.services.signing_keys import keys
from web.settings import Settings


@pytest.fixture
def server(embedded: Installation, empty_postgres: str) -> Settings:
    """The same site, its folder and key, with an empty PostgreSQL."""
    return replace(embedded.settings, database_url=empty_postgres)


def test_the_site_goes_on_with_its_log_its_keys_and_its_gates(
    embedded_park: tuple[Installation, Tenant], server: Settings, tmp_path: Path
):
    inst, park = embedded_park
    fill(inst, park, *range(1, 300))
    fill(inst, park, 300)
    backup(inst, tmp_path / "b", with_keys=False)
    before = inst.read(every_row)
    told: list[tuple[int, int]] = []
    asked = Asked(tmp_path / "b", PASSPHRASE, server)
    done = restored(asked, inst.now_ms, progress=lambda done, of: told.append((done, of)))
    assert (done.leaves, done.findings, done.unsigned) == (300, (), None)
    assert (sum(map(len, before.values())),) * 2 in told
    assert list(server.home.glob(".restore*")) == []
    inst.close()
    there = opened(server, inst.now_ms)
    try:
        assert there.read(every_row) == before
        keys.ensure(there)
        again = [entry_item(park.gate, seq, inst.now_ms() + seq) for seq in range(299, 304)]
        answers = ingest(there, park.gate, again).results
        assert [answer.status for answer in answers] == [*["duplicate"] * 2, *["stored"] * 3]
        assert sequencing.sequence(there) == 3
        assert (len(entry_ids(there)), findings(there)) == (303, [])
        assert there.read(every_row)["signing_keys"] == before["signing_keys"]
    finally:
        there.close()


@pytest.mark.parametrize("is_newest", [False, True])
def test_what_was_signed_after_the_backup_keeps_it_from_signing(
    embedded_park: tuple[Installation, Tenant], server: Settings, tmp_path: Path, *, is_newest: bool
):
    inst, park = embedded_park
    fill(inst, park, 1, 2)
    backup(inst, tmp_path / "b")
    fill(inst, park, 3)
    head = log_head.current(inst)
    done = restore(tmp_path / "b", server, inst, is_newest=is_newest)
    assert (done.leaves, done.findings) == (2, ())
    assert done.unsigned is not None
    assert "2 leaves, but 3 were signed" in done.unsigned.en
    assert log_head.current(inst) == head


def test_the_old_database_signs_nothing_once_the_new_one_has_signed(
    embedded_park: tuple[Installation, Tenant], server: Settings, tmp_path: Path
):
    inst, park = embedded_park
    fill(inst, park, 1, 2)
    backup(inst, tmp_path / "b")
    restore(tmp_path / "b", server, inst)
    there = opened(server, inst.now_ms)
    fill(there, park, 3)
    there.close()
    old = inst.read(lambda connection: log_head.trouble(connection, inst))
    assert old is not None
    assert "2 leaves, but 3 were signed" in old.en


def test_there_is_no_way_back_into_an_embedded_database(
    embedded: Installation, server: Settings, tmp_path: Path
):
    backup(embedded, tmp_path / "b")
    restore(tmp_path / "b", server, embedded)
    there = opened(server, embedded.now_ms)
    backup(there, tmp_path / "back")
    there.close()
    into = Settings(tmp_path / "new")
    with pytest.raises(InputError, match="no way from there to an embedded database"):
        restore(tmp_path / "back", into, embedded)
    assert not into.home.exists()


def test_a_damaged_backup_leaves_the_server_and_the_folder_as_they_were(
    embedded: Installation, server: Settings, tmp_path: Path
):
    backup(embedded, tmp_path / "b")
    body = (tmp_path / "b").read_bytes()
    (tmp_path / "b").write_bytes(body[:-1] + bytes([body[-1] ^ 1]))
    there = {path.name for path in server.home.iterdir()}
    with pytest.raises(TamperedError):
        restore(tmp_path / "b", server, embedded)
    engine = open_engine(server.database_url)
    assert inspect(engine).get_table_names() == []
    engine.dispose()
    assert {path.name for path in server.home.iterdir()} == there


def test_another_key_leaves_the_server_and_the_folder_as_they_were(
    embedded: Installation, server: Settings, tmp_path: Path
):
    backup(embedded, tmp_path / "b", with_keys=False)
    into = replace(server, home=tmp_path / "new")
    (tmp_path / "wrong.key").write_text("ab" * 32)
    with pytest.raises(InputError, match="does not open the backup"):
        restore(tmp_path / "b", into, embedded, key=tmp_path / "wrong.key")
    assert not into.home.exists()
    assert restore(tmp_path / "b", into, embedded, key=server.master_key_file).findings == ()


def test_the_command_says_how_the_site_goes_on(
    embedded_park: tuple[Installation, Tenant], server: Settings, tmp_path: Path
):
    inst, park = embedded_park
    fill(inst, park, 1)
    backup(inst, tmp_path / "b")
    (tmp_path / "passphrase").write_text(PASSPHRASE, encoding="utf-8")
    secret = ("--passphrase-file", str(tmp_path / "passphrase"))
    done = run(server.home, "restore", str(tmp_path / "b"), "--into", server.database_url, *secret)
    assert done.returncode == 0, done.stderr
    assert "The log is as it was signed." in done.stdout
    assert "DATABASE_URL=… python -m web serve" in done.stdout
    assert "Start no site with the old codeplace.db" in done.stdout
    assert "请勿再用旧的" in done.stdout
    assert "log reopen" not in done.stdout
    assert server.database_url not in done.stdout + done.stderr
