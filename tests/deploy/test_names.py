"""Settings, ports and folders have one name, whichever file that is installed speaks of them."""

from __future__ import annotations

import re

import yaml

from tests.deploy.files import DEPLOY, NGINX, ROOT, command_of, instructions, one, settings

SITE, BACKUP, KIOSK = (
    DEPLOY / "systemd" / f"{name}.service" for name in ("codeplace", "codeplace-backup", "codeplace-kiosk")
)
SERVER = DEPLOY / "container" / "Containerfile.server"
EXAMPLE = (DEPLOY / "site.env.example").read_text("utf-8")
HANDBOOK = (ROOT / "docs" / "operations.md").read_text("utf-8")
COMPOSE = yaml.safe_load((DEPLOY / "container" / "compose.yaml").read_text("utf-8"))["services"]["site"]
# What Python itself hears.
PYTHONS = {"PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE"}


def read_by_the_site() -> set[str]:
    return set(re.findall(r'"([A-Z][A-Z_]+)"', (ROOT / "web" / "settings.py").read_text("utf-8")))


def of_unit() -> set[str]:
    told = [value for name, value in settings(SITE) if name == "Environment"]
    return {word.partition("=")[0] for value in told for word in value.split()}


def test_every_setting_that_a_file_names_is_one_that_the_site_reads():
    told = {
        "site.env.example": set(re.findall(r"(?m)^#?([A-Z_]+)=", EXAMPLE)),
        "compose.yaml": set(COMPOSE["environment"]),
        "Containerfile": {
            word.partition("=")[0]
            for name, value in instructions(SERVER)
            if name == "ENV"
            for word in value.split()
        },
        "codeplace.service": of_unit(),
        "operations.md": set(re.findall(r"`([A-Z]+_[A-Z_]+)(?:=[^`]*)?`", HANDBOOK)),
    }
    for file, names in told.items():
        assert names - PYTHONS <= read_by_the_site(), file
        assert names, file


def test_every_setting_that_the_site_reads_is_in_the_handbook():
    missing = {name for name in read_by_the_site() if name not in HANDBOOK}
    assert missing == set()


def test_what_stands_before_the_site_asks_the_port_on_which_it_listens():
    [port] = re.findall(r"--port (\d+)", one(SITE, "ExecStart"))
    words = command_of(SERVER, "CMD")
    assert words[words.index("--port") + 1] == port
    assert f"server 127.0.0.1:{port};" in NGINX.read_text("utf-8")
    assert COMPOSE["ports"] == [f"127.0.0.1:{port}:{port}"]
    assert ("EXPOSE", port) in instructions(SERVER)


def test_everything_speaks_of_the_same_folders():
    command = (DEPLOY / "codeplace").read_text("utf-8")
    [file] = re.findall(r"CODEPLACE_ENV:-([^}]+)", command)
    [program] = re.findall(r"CODEPLACE_PROGRAM:-([^}]+)", command)
    [home] = re.findall(r"DATA_DIR:=([^}]+)", command)
    for unit in (SITE, BACKUP):
        assert (one(unit, "EnvironmentFile"), one(unit, "WorkingDirectory")) == (file, program)
        assert f"DATA_DIR={home} " in one(unit, "Environment") + " "
    assert one(KIOSK, "WorkingDirectory") == program
    assert any(volume.endswith(f":{home}") for volume in COMPOSE["volumes"])
    for path in (
        file,
        program,
        home,
        one(BACKUP, "ReadWritePaths"),
        one(KIOSK, "EnvironmentFile").strip("-"),
    ):
        assert path in HANDBOOK, path
