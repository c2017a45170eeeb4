"""What tells somebody to type a command names it as it can be typed where this site was installed."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.deploy.files import DEPLOY, ROOT

WEB = ROOT / "web"


def sentences(path: Path) -> Iterator[str]:
    """The texts of a module but what only its readers see."""
    tree = ast.parse(path.read_text("utf-8"))
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    unseen = {
        node.body[0].value
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in unseen:
            yield node.value


def test_no_sentence_and_no_page_says_how_a_developer_would_type_it():
    wrong = {
        path.relative_to(ROOT).as_posix()
        for path in WEB.rglob("*.py")
        if path != WEB / "settings.py" and any("python -m web" in text for text in sentences(path))
    }
    pages = {
        path.name
        for path in (WEB / "templates").rglob("*.html")
        if "python -m web" in path.read_text("utf-8")
    }
    assert (wrong, pages) == (set(), set())


@pytest.mark.parametrize(
    ("environment", "called"),
    [
        ({"CODEPLACE_COMMAND": ""}, "python -m web"),
        ({"CODEPLACE_COMMAND": "codeplace"}, "codeplace"),
    ],
)
def test_an_error_and_the_help_name_the_command_as_it_is_typed_here(
    tmp_path: Path, environment: Mapping[str, str], called: str
):
    told = {**os.environ, "DATA_DIR": str(tmp_path), **environment}
    for words, said in (
        (["keys", "withdraw", "nosuch", "--yes"], f"See: {called} keys list"),
        (["--help"], f"Usage: {called} "),
    ):
        done = subprocess.run(
            [sys.executable, "-m", "web", *words],
            cwd=ROOT, env=told, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert said in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("asked", "used"), [("", "sqlite://site"), ("postgresql://owner", "postgresql://owner")]
)
def test_the_installed_command_has_the_sites_settings_and_the_database_role_that_is_asked_for_once(
    tmp_path: Path, asked: str, used: str
):
    program = tmp_path / "program"
    python = program / ".venv" / "bin" / "python"
    runuser = tmp_path / "bin" / "runuser"
    for path, lines in (
        (python, 'echo "$CODEPLACE_COMMAND|$DATABASE_URL|$DATA_DIR|$BASE_URL|$*"'),
        (runuser, 'shift 3; exec "$@"'),
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n{lines}\n")
        path.chmod(0o755)
    settings = tmp_path / "site.env"
    settings.write_text("BASE_URL=https://park.example\nDATABASE_URL=sqlite://site\n")
    told = {
        "PATH": f"{runuser.parent}:/usr/bin:/bin", "CODEPLACE_ENV": str(settings),
        "CODEPLACE_PROGRAM": str(program), **({"DATABASE_URL": asked} if asked else {}),
    }  # fmt: skip
    done = subprocess.run(
        [DEPLOY / "codeplace", "migrate", "now"], env=told, capture_output=True, text=True, check=True
    )
    assert bool(done.stderr) == bool(asked), "whoever works on another database is told"
    assert done.stdout == f"codeplace|{used}|/var/lib/codeplace|https://park.example|-m web migrate now\n"
