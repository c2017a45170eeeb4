"""What visitors' phones load runs on those of six years ago, and in the browsers inside of chat apps."""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from types import ModuleType

import pytest

import web.views

_STATIC = Path(web.views.__file__).parents[1] / "static"
_SCRIPTS = ("door.js", "me.js", "me_offline.js", "me_visits.js", "me_worker.js", "own.js", "clock.js")
# Parsed by ES2018 and later only where esprima does not notice, or called on objects that lack them.
_YOUNGER = re.compile(
    r"[{,(]\s*\.\.\.\w+[^)]*\}|\.replaceAll\(|\.matchAll\(|\.flatMap\(|\.flat\(|\.at\(|\.finally\(|globalThis"
    r"|allSettled|fromEntries|structuredClone|\.toSorted\(|\.findLast\(|\.submitter|\.requestSubmit\("
)
# Younger than Chrome 80 and Safari 13, and without it a page would be broken and not only plainer.
_STYLES = (
    "inset:", ":is(", ":where(", "aspect-ratio", "dvh", "svh", "@container", "@layer", "color-mix",
    "inline-size", "place-items", "translate:", "scale:",
)  # fmt: skip


@pytest.fixture(scope="module")
def esprima() -> ModuleType:
    """The reader of scripts; it takes a second of a processor to load, in the one process that runs these."""
    return importlib.import_module("esprima")


@pytest.mark.parametrize("name", _SCRIPTS)
def test_a_script_is_of_2017(name: str, esprima: ModuleType) -> None:
    text = (_STATIC / name).read_text("utf-8")
    esprima.parseScript(text)
    assert _YOUNGER.findall(re.sub(r"//.*|/\*.*?\*/", "", text)) == []


@pytest.mark.parametrize(
    "younger", ["a?.b", "a ?? b", "try {} catch {}", "a ||= b", "class A { #x }", "/(?<n>x)/", "1_000"]
)
def test_the_reader_of_scripts_refuses_what_is_younger(younger: str, esprima: ModuleType) -> None:
    with pytest.raises(esprima.Error):
        esprima.parseScript(younger)


def test_the_stylesheet_needs_nothing_younger_than_the_phones() -> None:
    text = re.sub(r"/\*.*?\*/", "", (_STATIC / "slim.css").read_text("utf-8"), flags=re.S)
    assert [word for word in _STYLES if word in text] == []
    # A selector that a browser does not know takes its whole list with it: it stands alone.
    for selector in re.findall(r"([^{}]*:has\([^{}]*)\{", text):
        assert "," not in selector
    # min() is for letters that the reader made large; older browsers take the plain size before it.
    for rule in re.findall(r"\{([^{}]*min\([^{}]*)\}", text):
        assert re.search(r"font-size: [\d.]+rem; font-size: min\(", rule)
