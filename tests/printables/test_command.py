"""The command: what it writes, and that bad input gets a sentence and exit status ≠ 0."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from PIL import Image

from printables.__main__ import printables

POSTER = ["poster", "--url", "HTTPS://CHECKIN.EXAMPLE/V/CI5XYQNE6DLJHUZ2WVTM4GKA7R", "--venue", "云杉科技园"]
CARD = ["card", "--code", "CP1:ABC", "--name", "王*明", "--valid-until", "2026-12-31"]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(printables, arguments)


def refused(result: Result) -> bool:
    return result.exit_code != 0 and isinstance(result.exception, SystemExit) and bool(result.stderr)


@pytest.mark.parametrize(("suffix", "start"), [("pdf", b"%PDF-1."), ("png", b"\x89PNG"), ("svg", b"<svg")])
@pytest.mark.parametrize("command", [POSTER, CARD], ids=["poster", "card"])
def test_each_kind_of_file_is_written(command: list[str], suffix: str, start: bytes, tmp_path: Path) -> None:
    out = tmp_path / f"print.{suffix.upper()}"

    result = run(*command, "--out", str(out))

    assert (result.exit_code, result.stdout.strip()) == (0, str(out))
    assert out.read_bytes().startswith(start)


def test_the_module_runs_as_a_program(tmp_path: Path) -> None:
    out = tmp_path / "poster.png"
    command = [sys.executable, "-W", "error", "-m", "printables", *POSTER]
    options = ["--out", str(out), "--dpi", "96", "--size", "a5", "--lang", "en", "--issued", "2026-03-01"]

    done = subprocess.run([*command, *options], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")
    with Image.open(out) as picture:
        assert picture.size == (559, 794)


def test_the_host_is_taken_from_the_url_and_the_issue_date_as_given(tmp_path: Path) -> None:
    out = tmp_path / "poster.svg"
    run(*POSTER, "--number", "K7M49QXR", "--issued", "2026-03-01", "--out", str(out))

    text = out.read_text(encoding="utf-8")
    assert "This code opens only checkin.example" in text
    assert "Issued 2026-03-01" in text


def test_replaced_characters_are_named_and_the_print_is_made(tmp_path: Path) -> None:
    out = tmp_path / "card.pdf"
    result = run(*CARD, "--issuer", "园😀", "--out", str(out))

    assert result.exit_code == 0
    assert "U+1F600" in result.stderr
    assert out.exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (["--size", "B5"], "A3, A4, A5, A6"),
        (["--lang", "fr"], "zh, en"),
        (["--dpi", "7"], "dpi"),
        (["--venue", "\u200b"], "venue name"),
        (["--venue", "云" * 10_000], "too long"),
        (["--url", ""], "code"),
        (["--font", os.devnull], os.devnull),
        (["--issued", "yesterday"], "--issued"),
        (["--retention-days", "0"], "--retention-days"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_bad_input_is_answered_with_a_sentence_and_no_file(
    change: list[str], said: str, tmp_path: Path
) -> None:
    out = tmp_path / "poster.png"
    result = run(*POSTER, "--out", str(out), *change)

    assert refused(result)
    assert said in result.stderr
    assert not out.exists()


@pytest.mark.parametrize("name", ["poster.gif", "poster", "nowhere/poster.pdf"])
def test_a_file_that_cannot_be_written_is_named(name: str, tmp_path: Path) -> None:
    result = run(*POSTER, "--out", str(tmp_path / name))

    assert refused(result)
    assert Path(name).name in result.stderr
