"""The container files do what they say: their steps are run here, only without an engine."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from sqlalchemy import make_url

from kiosk.__main__ import kiosk
from tests.deploy.files import CONTAINERS, DEPLOY, ROOT, command_of, instructions
from tests.ports import free_port
from tests.web.commands.served import environment
from web.cli import commands
from web.settings import settings_from

SERVER, KIOSK = DEPLOY / "container" / "Containerfile.server", DEPLOY / "container" / "Containerfile.kiosk"
COMPOSE = yaml.safe_load((DEPLOY / "container" / "compose.yaml").read_text("utf-8"))


def copied(path: Path) -> list[str]:
    """What a container file copies out of the repository."""
    told = [argument.split() for word, argument in instructions(path) if word == "COPY"]
    return [source for words in told for source in words[:-1]]


def built(path: Path, folder: Path) -> None:
    """The steps that lay out the program, without those that need root or a registry."""
    folder.mkdir()
    for source in copied(path):
        if (ROOT / source).is_dir():
            shutil.copytree(
                ROOT / source, folder / source, ignore=shutil.ignore_patterns("*.mo", "__pycache__")
            )
        else:
            (folder / source).parent.mkdir(exist_ok=True)
            shutil.copy(ROOT / source, folder / source)
    for word, argument in instructions(path):
        for step in argument.split("&&") if word == "RUN" else ():
            if step.split()[0] == "pybabel":
                tool = [sys.executable, "-m", "babel.messages.frontend", *step.split()[1:]]
                subprocess.run(tool, cwd=folder, check=True, capture_output=True)


@pytest.mark.parametrize("path", CONTAINERS, ids=lambda path: path.suffix)
def test_everything_that_is_copied_is_there_and_not_ignored(path: Path):
    let_in = {
        line[1:] for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line.startswith("!")
    }
    assert copied(path)
    for source in copied(path):
        assert (ROOT / source).exists(), source
        assert source in let_in, f"{source} is left out by .dockerignore"


@pytest.mark.parametrize("path", CONTAINERS, ids=lambda path: path.suffix)
def test_it_runs_as_nobody_in_particular_and_holds_no_secret(path: Path):
    [user] = [argument for word, argument in instructions(path) if word == "USER"]
    assert int(user) > 0
    words = [word for word, _ in instructions(path)]
    assert words.index("USER") > max(at for at, word in enumerate(words) if word == "RUN")
    assert "ARG" not in words
    told = " ".join(argument for word, argument in instructions(path) if word == "ENV")
    assert not re.search(r"(?i)password|secret|token|DATABASE_URL", told)


@pytest.mark.parametrize("path", CONTAINERS, ids=lambda path: path.suffix)
def test_it_installs_the_system_packages_that_make_run_asks_for(path: Path):
    wanted = re.findall(
        r"\b(?:libzbar0|fonts-wqy-microhei)\b", (ROOT / "scripts/system-packages").read_text()
    )
    needed = set(wanted) if path == SERVER else {"libzbar0"}
    run = " ".join(argument for word, argument in instructions(path) if word == "RUN")
    assert needed <= set(run.split())


def test_the_packages_resolve_as_the_container_asks_for_them():
    [line] = [
        step.strip()
        for word, argument in instructions(SERVER)
        for step in argument.split("&&")
        if word == "RUN" and step.strip().startswith("pip install")
    ]
    words = [word for word in line.split()[1:] if word != "--no-cache-dir"]
    # Without an index: what the tests run on must be what the file asks for, to the last pinned version.
    command = [sys.executable, "-m", "pip", *words, "--dry-run", "--no-index", "-q"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_server_starts_from_what_its_container_holds_and_is_healthy(tmp_path: Path):
    built(SERVER, tmp_path / "image")
    port = str(free_port())
    words = [port if word == "8000" else word for word in command_of(SERVER, "CMD")]
    words[words.index("0.0.0.0")] = "127.0.0.1"
    about = {**environment(tmp_path / "data"), "PYTHONPATH": "", "PYTHONDONTWRITEBYTECODE": "1"}
    process = subprocess.Popen(
        [sys.executable, *words[1:]], cwd=tmp_path / "image", env=about, stdout=subprocess.DEVNULL
    )
    check = [word.replace("8000", port) for word in command_of(SERVER, "HEALTHCHECK")]
    try:
        healthy, tries = 1, 0
        while healthy and tries < 240 and process.poll() is None:
            time.sleep(0.5)
            done = subprocess.run([sys.executable, *check[1:]], stderr=subprocess.DEVNULL, check=False)
            healthy, tries = done.returncode, tries + 1
        assert healthy == 0
    finally:
        process.terminate()
        process.wait(60)
    again = subprocess.run([sys.executable, *check[1:]], stderr=subprocess.DEVNULL, check=False)
    assert again.returncode != 0, "and the check can fail"


def test_the_kiosk_starts_from_what_its_container_holds_and_asks_to_be_enrolled(tmp_path: Path):
    built(KIOSK, tmp_path / "image")
    words = command_of(KIOSK, "CMD")
    words[words.index("/var/lib/codeplace-kiosk")] = str(tmp_path / "home")
    done = subprocess.run(
        [sys.executable, *words[1:]],
        cwd=tmp_path / "image",
        env={**os.environ, "PYTHONPATH": "", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 1
    assert "enrol" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(("path", "group"), [(SERVER, commands), (KIOSK, kiosk)], ids=["server", "kiosk"])
def test_the_commands_have_these_options(path: Path, group):
    words = command_of(path, "CMD")
    assert CliRunner().invoke(group, [*words[3:], "--help"]).exit_code == 0
    assert CliRunner().invoke(group, [*words[3:], "--no-such-option", "--help"]).exit_code == 2


def test_the_pages_that_the_checks_ask_for_are_there():
    sources = {SERVER: (ROOT / "web/app.py", "/healthz"), KIOSK: (ROOT / "kiosk/screen/page.py", "/state")}
    for path, (source, page) in sources.items():
        assert f"{page}'" in command_of(path, "HEALTHCHECK")[-1]
        assert f'"{page}"' in source.read_text("utf-8")


def test_compose_gives_the_site_a_database_by_a_file_and_no_default_password():
    site, database = COMPOSE["services"]["site"], COMPOSE["services"]["database"]
    text = (DEPLOY / "container" / "compose.yaml").read_text("utf-8")
    assert not re.search(r"POSTGRES_PASSWORD:|trust\b(?! whoever)|:\w+@database", text)
    assert database["environment"]["POSTGRES_PASSWORD_FILE"] == "/run/secrets/database_password"
    # Without the encoding, C would be ASCII.
    assert database["environment"]["POSTGRES_INITDB_ARGS"].endswith(" --locale=C --encoding=UTF8")
    url = settings_from({"DATABASE_URL": site["environment"]["DATABASE_URL"]}).database_url
    assert make_url(url).password is None
    assert make_url(url).query["passfile"] == "/run/secrets/database_passfile"
    given = {name for service in COMPOSE["services"].values() for name in service["secrets"]}
    assert given == set(COMPOSE["secrets"])
    for name in ("BASE_URL", "OPERATOR"):
        assert site["environment"][name].startswith(f"${{{name}:?"), "no value of ours for what is theirs"


def test_compose_keeps_the_database_inside_and_the_site_on_this_machine():
    site, database = COMPOSE["services"]["site"], COMPOSE["services"]["database"]
    assert "ports" not in database
    assert COMPOSE["networks"][database["networks"][0]]["internal"] is True
    assert all(port.startswith("127.0.0.1:") for port in site["ports"])
    assert (site["read_only"], site["cap_drop"]) == (True, ["ALL"])
    assert site["healthcheck"]["test"] == ["CMD", *command_of(SERVER, "HEALTHCHECK")]
    assert site["depends_on"]["database"]["condition"] == "service_healthy"
    assert "healthcheck" in database
    build = (DEPLOY / "container" / site["build"]["context"]).resolve()
    assert build == ROOT
    assert (build / site["build"]["dockerfile"]) == SERVER
    assert all(volume.split(":")[0] in COMPOSE["volumes"] for volume in site["volumes"])


def test_secrets_are_made_once_at_random_and_for_their_owners_alone(tmp_path: Path):
    script = shutil.copy(DEPLOY / "container" / "make-secrets", tmp_path)
    assert subprocess.run([script], capture_output=True, check=False).returncode == 0
    folder = tmp_path / "secrets"
    password = (folder / "database_password").read_text("ascii")
    assert re.fullmatch("[0-9a-f]{64}", password)
    assert (folder / "database_passfile").read_text(
        "ascii"
    ) == f"database:5432:codeplace:codeplace:{password}\n"
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    assert subprocess.run([script], capture_output=True, check=False).returncode == 1
    assert (folder / "database_password").read_text("ascii") == password
    ignored = (ROOT / ".gitignore").read_text("utf-8").splitlines()
    assert "/deploy/container/secrets/" in ignored
