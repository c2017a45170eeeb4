"""`python -m web log …` as people run it, beside the site and after a loss."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyotp
import pytest
from click.testing import CliRunner
from sqlalchemy import select

from domain.errors import CodePlaceError
from tests.web.log.tampering import entry_ids, fill, unguarded
from tests.web.tenants import SettableClock, Tenant
from web.commands.log_commands import log_commands
from web.db.tables import leaves
from web.services import accounts
from web.services.access import notes
from web.services.installation import Installation, opened
from web.services.logs import log_proving, log_tiles
from web.services.places import places
from web.settings import Settings
from web.store.access import second_factors
from web.store.logs import log as log_store
from web.store.scope import PROGRAM

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True)
class Asked:
    """What the root gives to the commands."""

    settings: Settings
    now_ms: Callable[[], int]


def run(inst: Installation, *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    """The command within this process; `in_a_process` shows that it is bound to `python -m web`."""
    done = CliRunner().invoke(
        log_commands, list(words), obj=Asked(inst.settings, inst.now_ms), input=typed + "\n"
    )
    status, errors = done.exit_code, done.stderr
    if isinstance(done.exception, CodePlaceError):  # what web/__main__.py makes of it
        status, errors = 2, done.exception.sentence.en
    return subprocess.CompletedProcess(list(words), status, done.stdout, errors)


def in_a_process(inst: Installation, *words: str) -> subprocess.CompletedProcess[str]:
    """The command as people type it."""
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "BASE_URL")}
    environment = {**kept, "DATA_DIR": str(inst.settings.home), "BASE_URL": inst.settings.base_url}
    command = [sys.executable, "-m", "web", "log", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture
def there(embedded_park: tuple[Installation, Tenant]) -> Installation:
    """An installation that is open, as by the site, with three entries in its log."""
    inst, park = embedded_park
    fill(inst, park, 1, 2, 3)
    return inst


def test_an_auditor_takes_heads_and_proofs_and_checks_them(there: Installation, tmp_path: Path):
    head = run(there, "checkpoint")
    assert head.stdout.startswith("park.example/log\n3\n")
    (tmp_path / "head").write_text(head.stdout, encoding="utf-8")
    done = run(there, "verify", str(tmp_path / "head"))
    assert (done.returncode, done.stdout.startswith("The log of 3 leaves begins with these 3")) == (0, True)
    file, entry = tmp_path / "evidence.json", entry_ids(there)[1]
    assert run(there, "prove", entry, "--out", str(file)).returncode == 0
    done = run(there, "verify", str(file))
    assert (done.returncode, "leaf 1 of 3" in done.stdout) == (0, True)
    stranger = [sys.executable, "-I", str(ROOT / "docs" / "verify_log.py"), str(file)]
    assert subprocess.run(stranger, capture_output=True, check=False).returncode == 0
    assert run(there, "prove", entry).stdout.startswith('{\n "format"')
    file.write_bytes(file.read_bytes().replace(b"admitted", b"refused0"))
    done = run(there, "verify", str(file))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("REFUSED.")
    assert "不予认可" in done.stderr


def test_fsck_says_what_is_wrong_and_where(there: Installation):
    done = in_a_process(there, "fsck")
    assert done.returncode == 0
    assert "All is as it was signed (3 leaves, 1 checkpoints, 0 waiting). 日志完整无误。" in done.stdout
    entry = entry_ids(there)[1]
    unguarded(there, "UPDATE entries SET at_ms = 1 WHERE id = :id", id=entry)
    done = run(there, "fsck")
    assert done.returncode == 1
    apart = f"leaf 1, entry {entry}: The entry's at_ms is not what its leaf says: here 1, in the log 1"
    assert done.stdout.startswith(apart)
    assert "WRONG in" in done.stdout


def test_a_copy_of_the_log_is_what_the_site_serves_and_what_was_signed(
    embedded_park: tuple[Installation, Tenant], tmp_path: Path
):
    inst, park = embedded_park
    fill(inst, park, *range(1, 259))
    out = tmp_path / "copy"
    done = in_a_process(inst, "copy", "--out", str(out))
    assert (done.returncode, "258 leaves of park.example/log" in done.stdout) == (0, True), done.stderr
    assert (out / "checkpoint").read_bytes() == log_proving.head(inst)
    assert (out / "key").read_text() == "".join(f"{key.text}\n" for key in log_proving.log_keys(inst))
    copied = {str(path.relative_to(out / "tile")) for path in out.glob("tile/**/*") if path.is_file()}
    bundles, tiles = {"entries/000", "entries/001.p/2"}, {"0/000", "0/001.p/2", "1/000.p/1"}
    assert copied == bundles | tiles
    for name in copied:
        level, place = name.split("/", 1)
        served = log_tiles.leaves(inst, place) if name in bundles else log_tiles.hashes(inst, level, place)
        assert (out / "tile" / name).read_bytes() == served, name


def test_of_a_log_with_a_changed_leaf_there_is_no_copy(there: Installation, tmp_path: Path):
    out = tmp_path / "copy"
    assert run(there, "copy", "--out", str(out), "--size", "3").returncode == 0
    assert run(there, "copy", "--out", str(out), "--size", "2").returncode == 2
    body = there.ask(lambda connection: log_store.bodies(connection, 1, 2))[0]
    changed = body.replace(b'"admitted"', b'"refused"')
    assert changed != body
    unguarded(there, "UPDATE leaves SET body = :new WHERE body = :old", new=changed, old=body)
    done = run(there, "copy", "--out", str(out))
    assert done.returncode == 1
    assert "REFUSED. The leaves are not those" in done.stderr
    assert not (out / "checkpoint").exists()


def test_what_cannot_be_proved_is_a_sentence(there: Installation, tmp_path: Path):
    (tmp_path / "x").write_bytes(b"nonsense")
    lone_note = ["prove", "nothing", "--note", "for nothing"]
    for words, status in (
        (["prove", "nothing"], 2),
        (lone_note, 2),
        (["verify", str(tmp_path / "x")], 1),
        (["reopen"], 2),
    ):
        done = run(there, *words)
        assert (done.returncode, "Traceback" in done.stderr) == (status, False), done


def told(inst: Installation) -> list[dict[str, Any]]:
    """What the log says of private records that were taken out."""
    query = select(leaves.c.body).where(leaves.c.kind == "disclosure").order_by(leaves.c.id)
    return [json.loads(body) for body in inst.read(lambda connection: list(connection.scalars(query)))]


def test_a_private_record_is_taken_out_by_somebody_for_something_and_the_log_says_so_first(
    there: Installation, tmp_path: Path, clock: SettableClock
):
    """A1, A2: without account, password and purpose, or while the log takes no leaf, nothing is shown."""
    who = accounts.create_account(
        there, "olga", "twelve letters", accounts.ADMIN, area_path=places.root(there, PROGRAM)
    )
    entry, file = entry_ids(there)[1], tmp_path / "evidence.json"
    phone = pyotp.HOTP(pyotp.random_base32())
    sealed = there.cipher.sealed(phone.secret.encode(), second_factors.place(who))
    there.write(lambda connection: second_factors.put(connection, who, sealed, 0, clock()))
    # Each code works once, so each try that gets as far as the code has its own.
    step = clock() // 30_000
    there.close()
    asked = ("prove", entry, "--out", str(file), "--private")
    for more, password in (
        ((), ""),
        (("--purpose", "dispute"), "twelve letters"),
        (("--account", "olga"), "twelve letters"),
        (("--account", "olga", "--purpose", "because"), "twelve letters"),
        (("--account", "olga", "--purpose", "dispute", "--note", "x" * 301), "twelve letters"),
        (("--account", "olga", "--purpose", "dispute"), "another word"),
        (("--account", "nobody", "--purpose", "dispute"), "twelve letters"),
        (("--account", "olga", "--purpose", "dispute"), f"twelve letters\n{phone.at(step + 5)}"),
    ):
        done = run(there, *asked, *more, typed=password)
        assert (done.returncode, file.exists()) == (2, False), more
    inst = opened(there.settings, clock)
    assert told(inst) == []
    unguarded(inst, "CREATE TRIGGER full BEFORE INSERT ON leaves BEGIN SELECT RAISE(ABORT, 'full'); END")
    inst.close()
    right = ("--account", "olga", "--purpose", "dispute")
    assert run(there, *asked, *right, typed=f"twelve letters\n{phone.at(step)}").returncode != 0
    assert not file.exists()
    inst = opened(there.settings, clock)
    unguarded(inst, "DROP TRIGGER full")
    inst.close()
    typed = f"twelve letters\n{phone.at(step + 1)}"
    assert run(there, *asked, *right, "--note", "  case\n17 ", typed=typed).returncode == 0
    assert b'"private"' in file.read_bytes()
    inst = opened(there.settings, clock)
    [leaf] = told(inst)
    assert (leaf["account"], leaf["entry"], leaf["purpose"]) == (who, entry, "dispute")
    ref = notes.ref_of_disclosure(entry, clock())
    # The note is no part of a leaf, which nobody can ever forget.
    assert inst.read(lambda connection: notes.notes_of(connection, inst, [ref])) == {ref: "case 17"}
    assert "case" not in json.dumps(leaf)
    inst.close()


def test_a_new_key_is_given_to_the_log_by_a_command(there: Installation):
    there.close()
    done = run(there, "renew-key")
    assert done.returncode == 0
    old, new, *_ = done.stdout.splitlines()
    assert old.split("+")[0] == new.split("+")[0] == "park.example/log"
    assert old != new


def test_a_restored_log_is_reopened_by_a_command_alone(
    there: Installation, tmp_path: Path, clock: SettableClock
):
    home = tmp_path / "again"
    there.close()
    shutil.copytree(there.settings.home, home)
    (home / "log-head").unlink()
    settings = replace(there.settings, home=home)
    inst = opened(settings, clock)
    unguarded(inst, "INSERT INTO counters VALUES ('log head', 1)")
    inst.close()
    assert "log-head: The log signs nothing" in run(inst, "fsck").stdout
    done = run(inst, "reopen", "--because", "The disk failed.")
    assert (done.returncode, "goes on as park.example/log/2 with 4 leaves" in done.stdout) == (0, True)
    assert run(inst, "fsck").returncode == 0
    assert run(inst, "reopen", "--because", "Again.").returncode == 2
