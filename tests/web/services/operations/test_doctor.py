"""The doctor finds what is wrong, says what to do in both languages, and names nobody."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.tls import answering, certificate
from tests.web.gate_on_the_wire import Site
from tests.web.log.tampering import fill, unguarded
from tests.web.tenants import SettableClock, Tenant, entry_item
from web.cli import commands
from web.db.connecting import condition
from web.db.connecting.condition import Server
from web.db.connecting.engine import open_engine
from web.services.gates import gates
from web.services.gates.gates import Heartbeat
from web.services.gates.ingest import ingest
from web.services.installation import Installation
from web.services.logs import log_head
from web.services.logs.checking import nightly
from web.services.operations.doctor import doctor, doctor_machine, doctor_server
from web.services.operations.doctor.check import Check, Level
from web.settings import Settings


@dataclass(frozen=True)
class Root:
    """What the root gives to the commands."""

    settings: Settings
    now_ms: Callable[[], int]


def found(inst: Installation, settings: Settings | None = None, *, online: bool = False) -> list[Check]:
    return list(doctor.checked(settings or inst.settings, inst.now_ms, online=online))


def ill(checks: list[Check]) -> list[tuple[str, Level]]:
    """The English first word of what is not well. This machine's own disk and folders are not the tests'."""
    return [
        (check.name.split()[0], check.level)
        for check in checks
        if check.level is not Level.OK and check.name not in ("disk 磁盘", "rights of 权限 DATA_DIR")
    ]


@pytest.fixture(autouse=True)
def _translated(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Whether this checkout's catalogues are compiled is not the matter here."""
    folder = tmp_path / "catalogues" / "zh" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    for ending in ("po", "mo"):
        (folder / f"messages.{ending}").touch()
    monkeypatch.setattr(doctor_machine, "_CATALOGUES", tmp_path / "catalogues")


def test_what_the_nightly_check_of_the_log_found_is_told(
    inst: Installation, park: Tenant, clock: SettableClock
):
    fill(inst, park, 1, 2)
    assert "whole log 日志全检" not in [check.name for check in found(inst)]
    clock.ms += 3 * 86_400_000
    assert nightly.due(inst)
    assert [check.level for check in found(inst) if check.name == "whole log 日志全检"] == [Level.OK]
    unguarded(inst, "UPDATE entries SET outcome = 'refused' WHERE seq = 1")
    clock.ms += 3 * 86_400_000
    assert nightly.due(inst)
    told = [check for check in found(inst) if check.name == "whole log 日志全检"]
    assert [(check.level, "1 places" in check.found) for check in told] == [(Level.FAIL, True)]


def test_a_sound_installation_is_well_in_everything(inst: Installation, park: Tenant):
    fill(inst, park, 1, 2)
    checks = found(inst)
    # The tests' PostgreSQL forgets at a power cut, which is found; and their gate never sent a heartbeat.
    forgets = [("database", Level.FAIL)] if inst.settings.database_url else []
    assert ill(checks) == [*forgets, ("kiosks", Level.WARN)]
    names = " ".join(check.name for check in checks)
    for word in (
        "Python",
        "SQLite",
        "zxing",
        "pyzbar",
        "font",
        "languages",
        "disk",
        "key",
        "database",
        "log",
    ):
        assert word in names


def test_whatever_is_not_well_says_what_to_do_in_both_languages(inst: Installation, tmp_path: Path):
    broken = replace(inst.settings, home=tmp_path / "none", base_url="http://park.example")
    for check in found(inst, broken):
        assert (check.remedy is None) == (check.level is Level.OK)
        if check.remedy is not None:
            assert check.remedy.en
            assert any("\u4e00" <= letter <= "\u9fff" for letter in check.remedy.zh)


@pytest.mark.parametrize(("path", "mode"), [("secrets", 0o755), ("secrets/master.key", 0o640)])
def test_secrets_that_others_can_read_fail(embedded: Installation, path: str, mode: int):
    (embedded.settings.home / path).chmod(mode)
    checks = found(embedded)
    assert ill(checks) == [("rights", Level.FAIL)]
    [remedy] = [check.remedy for check in checks if check.level is Level.FAIL]
    assert remedy is not None
    assert f"chmod {'700' if path == 'secrets' else '600'} " in remedy.en


def test_another_master_key_fails_and_ends_the_look(embedded: Installation):
    (embedded.settings.secrets / "master.key").write_text("ab" * 32, encoding="ascii")
    assert ill(found(embedded)) == [("database", Level.FAIL)]


def test_a_log_that_signs_nothing_fails_with_its_own_remedy(embedded_park: tuple[Installation, Tenant]):
    inst, park = embedded_park
    fill(inst, park, 1)
    fill(inst, park, 2)
    log_head.path_of(inst).unlink()
    checks = found(inst)
    assert ("log", Level.FAIL) in ill(checks)
    assert any(check.remedy and "log reopen" in check.remedy.en for check in checks)


def test_work_that_piles_up_is_told(
    embedded_park: tuple[Installation, Tenant], monkeypatch: pytest.MonkeyPatch
):
    inst, park = embedded_park
    monkeypatch.setattr(doctor, "_MANY_WAIT", 3)
    ingest(inst, park.gate, [entry_item(park.gate, seq, inst.now_ms() + seq) for seq in range(1, 5)])
    assert ("background", Level.WARN) in ill(found(inst))


def test_a_clock_that_was_set_back_fails(inst: Installation, park: Tenant, clock: SettableClock):
    gates.heard(inst, park.gate, Heartbeat("1", "ok", 0, 0, 0))
    clock.pass_s(-3_600)
    assert ("clock", Level.FAIL) in ill(found(inst))
    clock.ms = 0
    assert ("clock", Level.FAIL) in ill(found(inst))


def test_an_address_without_tls_fails_unless_it_is_this_machine(embedded: Installation):
    for base_url, level in (("http://park.example", Level.FAIL), ("http://127.0.0.1:8000", Level.WARN)):
        assert ("BASE_URL", level) in ill(found(embedded, replace(embedded.settings, base_url=base_url)))


def test_whether_the_address_leads_here_is_asked_only_when_wanted(embedded: Installation):
    site = Site(embedded)
    settings = replace(embedded.settings, base_url=site.url)
    assert "reached" not in " ".join(check.name for check in found(embedded, settings))
    assert ill(found(embedded, settings, online=True)) == [("BASE_URL", Level.WARN)]
    site.close()
    assert ("reached", Level.FAIL) in ill(found(embedded, settings, online=True))


def test_an_authority_of_the_machines_own_is_believed_and_the_end_of_the_certificate_told(
    embedded: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: SettableClock
):
    clock.ms = time.time_ns() // 1_000_000
    chain = certificate(tmp_path, "localhost", timedelta(days=30))
    with answering(chain) as port:
        settings = replace(embedded.settings, base_url=f"https://localhost:{port}")
        refused = {check.name: check for check in found(embedded, settings, online=True)}
        assert "self-signed certificate" in refused["reached 可访问"].found
        assert "certificate 证书" not in refused
        monkeypatch.setenv("SSL_CERT_FILE", str(chain))
        assert ill(found(embedded, settings, online=True)) == []
        clock.pass_s(20 * 86_400)
        assert ("certificate", Level.WARN) in ill(found(embedded, settings, online=True))


def of_server(
    losing: tuple[str, ...] = (), room: int = 97, taken: int = 9, vacuumed: bool = True, collation: str = ""
) -> list[Check]:
    server = Server(losing, room, taken, vacuumed, collation)
    return list(doctor_server.checks("PostgreSQL 15.1", server))


def test_a_server_that_would_lose_entries_or_stop_one_day_is_found():
    assert ill(of_server()) == []
    for check in of_server(losing=("fsync", "synchronous_commit")):
        assert (check.level is Level.FAIL) == ("fsync, synchronous_commit off" in check.found)
    assert ill(of_server(vacuumed=False)) == [("autovacuum", Level.WARN)]


def test_a_server_that_compares_ids_by_the_rules_of_a_language_is_told_with_the_way_out():
    [told] = [check for check in of_server(collation="en_US.UTF-8") if check.level is not Level.OK]
    assert (told.name, told.level, told.found) == ("collation 排序规则", Level.WARN, "en_US.UTF-8")
    assert told.remedy is not None
    for words in (told.remedy.en, told.remedy.zh):
        assert "--locale C" in words
        assert "REINDEX DATABASE" in words


@pytest.mark.parametrize(("room", "processes"), [(33, 1), (97, 2), (297, 9)])
def test_a_server_tells_how_many_processes_it_has_room_for(room: int, processes: int):
    [told] = [check for check in of_server(room=room) if check.name.startswith("connections")]
    assert f"room for {processes} processes" in told.found


def test_a_server_without_room_for_a_process_fails_and_a_full_one_is_told():
    assert ill(of_server(room=32)) == [("connections", Level.FAIL)]
    assert ill(of_server(taken=88)) == [("connections", Level.WARN)]
    assert ill(of_server(taken=87)) == []


def test_how_a_real_server_is_set_up_is_read_from_it(postgres: str):
    engine = open_engine(postgres)
    here = condition.server(engine)
    with engine.connect() as connection:
        most = int(connection.exec_driver_sql("SHOW max_connections").scalar_one())
    engine.dispose()
    assert here is not None
    assert here.losing == ("fsync", "full_page_writes", "synchronous_commit"), "as the tests' own is set up"
    assert 0 < here.taken <= here.room < most
    assert here.is_vacuumed
    assert here.collation == "", "made as docs/operations.md has a database made"


def test_catalogues_that_nobody_compiled_fail(embedded: Installation, tmp_path: Path):
    next((tmp_path / "catalogues").rglob("*.mo")).unlink()
    assert ill(found(embedded)) == [("languages", Level.FAIL)]


def run(settings: Settings, clock: SettableClock) -> Result:
    return CliRunner().invoke(commands, ["doctor"], obj=Root(settings, clock))


def test_the_command_ends_with_1_only_when_something_fails(
    embedded_park: tuple[Installation, Tenant], clock: SettableClock
):
    inst, park = embedded_park
    fill(inst, park, 1)
    done = run(inst.settings, clock)
    assert (done.exit_code, done.stdout.splitlines()[-1][-6:]) == (0, "0 fail")
    (inst.settings.secrets / "master.key").chmod(0o644)
    done = run(inst.settings, clock)
    assert (done.exit_code, done.stdout.splitlines()[-1][-6:]) == (1, "1 fail")


def test_neither_people_nor_places_nor_secrets_are_shown(
    inst: Installation, park: Tenant, clock: SettableClock
):
    fill(inst, park, 1)
    said = run(inst.settings, clock).output
    key = (inst.settings.secrets / "master.key").read_text(encoding="ascii").strip()
    for word in (key, "Park Ltd", "North gate", park.credential, park.gate.id, "postgresql+psycopg://"):
        assert word not in said
