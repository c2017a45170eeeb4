"""Reads what is installed from deploy/: container files, units and nginx's configuration."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
CONTAINERS = sorted((DEPLOY / "container").glob("Containerfile.*"))
NGINX = DEPLOY / "nginx" / "codeplace.conf"


def needs(program: str) -> pytest.MarkDecorator:
    """Leaves a test out where its program is missing; in CI it fails then, for nobody would notice."""
    missing = shutil.which(program) is None and not os.environ.get("CI")
    return pytest.mark.skipif(missing, reason=f"{program} is not installed")


def instructions(path: Path) -> list[tuple[str, str]]:
    """The instructions of a container file with their arguments, comments left out and lines joined."""
    lines = [line for line in path.read_text("utf-8").splitlines() if not line.lstrip().startswith("#")]
    whole = "\n".join(lines).replace("\\\n", " ")
    return [(one.split(None, 1)[0], one.split(None, 1)[1]) for one in whole.splitlines() if one.strip()]


def command_of(path: Path, name: str) -> list[str]:
    """The words of the last CMD, or of the one within HEALTHCHECK."""
    told = [argument for word, argument in instructions(path) if word == name][-1]
    words: list[str] = json.loads(told[told.index("[") :])
    return words


def settings(path: Path) -> list[tuple[str, str]]:
    """The settings of a unit in their order, also those that come more than once."""
    lines = (line.strip() for line in path.read_text("utf-8").splitlines())
    return [(k, v) for k, _, v in (line.partition("=") for line in lines if line[:1].isalpha())]


def one(path: Path, name: str) -> str:
    """The last value of a unit's setting, "" without one."""
    return next((value for key, value in reversed(settings(path)) if key == name), "")


def module_words(text: str) -> list[str]:
    """What follows `python -m` in a command line: the package, then the words that it gets."""
    words = shlex.split(text)
    if words[:2] == ["/bin/sh", "-c"]:
        words = shlex.split(words[2])
    return words[words.index("-m") + 1 :]


def directives(text: str) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """The directives of an nginx file: the blocks around it, its name, and its value as one text."""
    around: list[str] = []
    bare = re.sub(r"(?m)(^|\s)#.*$", "", text)
    for found in re.finditer(r"([^;{}]+)([;{])|(})", bare):
        if found[3]:
            around.pop()
        elif found[2] == "{":
            around.append(" ".join(found[1].split()))
        else:
            name, _, value = " ".join(found[1].split()).partition(" ")
            yield tuple(around), name, value
    assert around == []
