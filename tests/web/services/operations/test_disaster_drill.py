"""The drill: the server is lost, restored from yesterday's backup by the commands, and its gates send again.

Nothing of the old server is left but the backup and its passphrase. What it had taken since, and what was
made at the gates while it was away, must all be there afterwards, each once, in a log that is whole.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from click.testing import CliRunner
from sqlalchemy import func, select

from kiosk.log.witnessing import accept
from kiosk.spool.file import FILE_NAME
from tests.web.gate_on_the_wire import GateOnTheWire, Site
from tests.web.log.tampering import findings
from tests.web.tenants import SettableClock, Tenant, enrolled
from web.cli import commands
from web.db.tables import entries, leaves
from web.services.installation import Installation, opened
from web.services.logs import sequencing
from web.services.signing_keys import keys
from web.settings import Settings

DAY_S = 86_400
PASSES = 6


@dataclass(frozen=True)
class Root:
    """What the root gives to the commands."""

    settings: Settings
    now_ms: Callable[[], int]


def run(settings: Settings, clock: SettableClock, *words: str) -> str:
    done = CliRunner().invoke(commands, list(words), obj=Root(settings, clock), catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def gates_at(inst: Installation, park: Tenant, site: Site, tmp_path: Path, clock: SettableClock):
    """A gate at each entrance, with their homes."""
    second, credential = enrolled(inst, park.staff, park.side_entrance)
    other = replace(park, gate=second, credential=credential, entrance=park.side_entrance)
    made = []
    for number, there in enumerate((park, other)):
        home = tmp_path / f"gate-{number}"
        home.mkdir()
        made.append((GateOnTheWire(inst, there, site, home, clock), home))
        made[-1][0].beats()
    return made


def people_pass(gates: list[tuple[GateOnTheWire, Path]], inst: Installation | None) -> None:
    for number in range(PASSES):
        for gate, _ in gates:
            gate.passes("CP1:" + "ABCDEF"[number] * 174)
        if inst is not None:
            while sequencing.sequence(inst):
                pass


def kept_by(gates: list[tuple[GateOnTheWire, Path]]) -> list[str]:
    """The ids of all entries that the gates ever made, from their disks."""
    found: list[str] = []
    for _, home in gates:
        with closing(sqlite3.connect(home / FILE_NAME)) as connection:
            found += [identity for (identity,) in connection.execute("SELECT id FROM entry")]
    return found


def sends_again(gates: list[tuple[GateOnTheWire, Path]], inst: Installation, clock: SettableClock) -> None:
    for _ in range(4):
        clock.pass_s(60)
        for gate, _ in gates:
            gate.beats()
            gate.syncs()
        while sequencing.sequence(inst):
            pass


def arrived(inst: Installation) -> tuple[list[str], int]:
    def work(connection) -> tuple[list[str], int]:
        told = select(func.count()).where(leaves.c.kind == "entry")
        return list(connection.scalars(select(entries.c.id))), connection.scalar(told)

    return inst.read(work)


def test_a_lost_server_comes_back_from_yesterdays_backup_and_misses_nothing(
    inst: Installation, park: Tenant, elsewhere: Settings, tmp_path: Path, clock: SettableClock
):
    site = Site(inst)
    gates = gates_at(inst, park, site, tmp_path, clock)
    people_pass(gates, inst)
    (tmp_path / "passphrase").write_text("six random words make one passphrase\n", encoding="utf-8")
    file, secret = str(tmp_path / "backup"), ("--passphrase-file", str(tmp_path / "passphrase"))
    run(inst.settings, clock, "backup", file, "--with-keys", *secret)
    clock.pass_s(DAY_S)
    people_pass(gates, inst)
    assert [gate.waiting for gate, _ in gates] == [0, 0], (
        "the server had taken these, and nobody else has them"
    )
    for gate, _ in gates:
        gate.hangs_up()
    site.close()
    shutil.rmtree(inst.settings.home)
    people_pass(gates, None)
    said = run(
        elsewhere, clock, "restore", file, "--into", elsewhere.database_url or str(elsewhere.home), *secret
    )
    assert "The log is as it was signed." in said
    assert "log reopen" in said
    run(elsewhere, clock, "log", "reopen", "--because", "the machine burned")
    there = opened(elsewhere, clock)
    assert len(arrived(there)[0]) == 2 * PASSES, "two thirds are lost with the server"
    keys.ensure(there)
    site = Site(there)
    for gate, home in gates:
        gate.moves_to(site)
        accept(home)
    sends_again(gates, there, clock)
    waiting = [gate.waiting for gate, _ in gates]
    for gate, _ in gates:
        gate.close()
    site.close()
    made = kept_by(gates)
    ids, told = arrived(there)
    wrong = findings(there)
    there.close()
    assert len(made) == len(set(made)) == 2 * 3 * PASSES
    assert sorted(ids) == sorted(made), "0 missing, 0 doubled"
    assert (told, waiting, wrong) == (len(made), [0, 0], [])


def test_the_commands_say_what_to_keep_and_tell_no_secret(
    embedded: Installation, tmp_path: Path, clock: SettableClock
):
    (tmp_path / "passphrase").write_text("six random words make one passphrase\n", encoding="utf-8")
    secret = ("--passphrase-file", str(tmp_path / "passphrase"))
    said = run(embedded.settings, clock, "backup", str(tmp_path / "b"), *secret)
    assert "keep a copy of that elsewhere" in said
    assert "请另行保存" in said
    assert "six random words" not in said
    assert (embedded.settings.secrets / "master.key").read_text(encoding="ascii").strip() not in said
