"""The units start what there is, with rights taken away, and systemd understands them."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from kiosk.__main__ import kiosk
from tests.deploy.files import DEPLOY, ROOT, UNITS, module_words, needs, one, settings
from web.cli import commands
from web.settings import settings_from

OURS = [path for path in UNITS if "screen" not in path.name]
SITE, KIOSK = (DEPLOY / "systemd" / f"{name}.service" for name in ("codeplace", "codeplace-kiosk"))
GROUPS = {"web": commands, "kiosk": kiosk}
has_systemd = needs("systemd-analyze")


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.stem)
def test_a_unit_starts_a_command_that_there_is(path: Path):
    package, *words = module_words(one(path, "ExecStart"))
    assert CliRunner().invoke(GROUPS[package], [*words, "--help"]).exit_code == 0


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.stem)
def test_a_unit_may_write_its_own_folder_and_nothing_else(path: Path):
    assert one(path, "User").startswith("codeplace")
    for name, value in {"ProtectSystem": "strict", "PrivateTmp": "yes", "NoNewPrivileges": "yes"}.items():
        assert one(path, name) == value
    assert one(path, "ProtectHome") == "yes"
    assert "PASSWORD" not in path.read_text("utf-8").upper().replace("--PASSWORD-STORE=BASIC", "")


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.stem)
def test_a_unit_of_ours_keeps_its_data_to_itself(path: Path):
    assert (one(path, "StateDirectoryMode"), one(path, "UMask")) == ("0700", "0077")
    assert one(path, "CapabilityBoundingSet") == ""
    assert ("CapabilityBoundingSet", "") in settings(path)
    home = f"/var/lib/{one(path, 'StateDirectory')}"
    assert home in path.read_text("utf-8").replace("StateDirectory=", "")


@pytest.mark.parametrize("path", [SITE, KIOSK], ids=lambda path: path.stem)
def test_what_serves_is_watched_and_started_again(path: Path):
    assert (one(path, "Type"), one(path, "Restart")) == ("notify", "always")
    assert int(one(path, "WatchdogSec")) >= 30


def test_the_socket_of_the_site_outlives_its_process():
    assert one(SITE, "FileDescriptorStoreMax") == "1"


def test_the_kiosk_waits_for_no_network_and_no_try_is_its_last():
    assert "network" not in one(KIOSK, "After")
    assert one(KIOSK, "StartLimitIntervalSec") == "0"
    assert "PrivateDevices" not in dict(settings(KIOSK)), "it could not see its camera"


def test_the_screen_shows_the_page_of_the_kiosk_beside_it():
    shown = one(DEPLOY / "systemd" / "codeplace-kiosk-screen.service", "ExecStart")
    [port] = re.findall(r"--port (\d+)", one(KIOSK, "ExecStart"))
    assert shown.endswith(f"http://127.0.0.1:{port}/")
    assert "--kiosk" in shown


def test_the_backup_hands_over_its_passphrase_by_a_file_and_stays_within_its_folders():
    unit = DEPLOY / "systemd" / "codeplace-backup.service"
    assert "--passphrase-file" in one(unit, "ExecStart")
    assert one(unit, "LoadCredential").startswith("passphrase:/etc/codeplace/")
    assert one(unit, "ReadWritePaths") in one(unit, "ExecStart")
    assert (unit.with_suffix(".timer")).exists()


def test_the_example_settings_can_be_used_as_they_are_and_by_the_command(tmp_path: Path):
    example = (DEPLOY / "site.env.example").read_text("utf-8")
    told = subprocess.run(
        ["/bin/sh", "-c", f"set -a; . {DEPLOY / 'site.env.example'}; env"],
        capture_output=True,
        text=True,
        check=True,
    )
    found = dict(line.split("=", 1) for line in told.stdout.splitlines())
    settings = settings_from(found)
    assert settings.is_https
    assert settings.operator == "Spruce Park 云杉园区"
    [database] = [line[1:] for line in example.splitlines() if line.startswith("#DATABASE_URL=")]
    assert "passfile=" in settings_from({"DATABASE_URL": database.partition("=")[2]}).database_url


def test_the_handbook_names_files_units_and_commands_that_there_are():
    text = (ROOT / "docs" / "operations.md").read_text("utf-8")
    for name in set(re.findall(r"deploy/[\w./*-]+", text)):
        assert list(ROOT.glob(name.rstrip("./"))), name
    for name in set(re.findall(r"(codeplace-[\w-]+\.(?:service|timer))", text)):
        assert (DEPLOY / "systemd" / name).exists(), name
    told = re.findall(r"(?m)(?:^|`|&& )codeplace ([a-z-]+(?: reopen)?)", text)
    assert {"create-admin", "doctor", "backup", "restore", "log reopen"} <= set(told)
    for words in told:
        assert CliRunner().invoke(commands, [*words.split(), "--help"]).exit_code == 0, words


@has_systemd
def test_systemd_understands_every_unit(tmp_path: Path):
    for path in (DEPLOY / "systemd").iterdir():
        text = path.read_text("utf-8").replace("/opt/codeplace/.venv/bin/python", sys.executable)
        (tmp_path / path.name).write_text(text.replace("/usr/bin/cage", "/bin/true"), "utf-8")
    files = sorted(map(str, tmp_path.iterdir()))
    done = subprocess.run(["systemd-analyze", "verify", *files], capture_output=True, text=True, check=False)
    said = [line for line in done.stderr.splitlines() if "codeplace" in line and "Documentation" not in line]
    assert (done.returncode, said) == (0, [])


@has_systemd
@pytest.mark.parametrize("path", OURS, ids=lambda path: path.stem)
def test_systemd_finds_little_exposed(path: Path):
    command = ["systemd-analyze", "security", "--offline=true", "--threshold=25", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-200:]
