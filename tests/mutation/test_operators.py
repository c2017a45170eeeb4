"""The mutants of the code: each differs in one place, takes the living function's place, and is noticed."""

from __future__ import annotations

import ast
import gc
import importlib.util
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from tests.mutation.operators import Mutant, functions, mutants
from tests.mutation.trial import SURVIVED, TIMEOUT, Check, Living, Trial, run

CODE = '''"""A module."""

from functools import partial


def limit(value: int, most: int = 5, *, name: str = "x") -> str:
    """Words that are no mutant."""
    if value > most:
        raise ValueError(name)
    while value < 0:
        value += 1
    return name.lower() if value == most else "less"


def maker(step):
    return lambda value: value + step


add_two = maker(2)
held = partial(limit, 5)


class Base:
    def said(self):
        return "base"


class Child(Base):
    def said(self):
        return super().said() + "!"
'''


@pytest.fixture
def module(tmp_path: Path) -> ModuleType:
    path = tmp_path / "sample.py"
    path.write_text(CODE)
    spec = importlib.util.spec_from_file_location("sample", path)
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def _mutant(owner: str, name: str, told: str) -> Mutant:
    (found,) = (
        mutant
        for cls, function in functions(ast.parse(CODE))
        if (cls, function.name) == (owner, name)
        for mutant in mutants(function)
        if mutant.told == told
    )
    return found


def _put(module: ModuleType, owner: str, name: str, told: str) -> bool:
    path = Path(str(module.__file__))
    return Living(path.parent).replace(path, owner, _mutant(owner, name, told).function)


def test_every_mutant_differs_in_one_place_from_its_function():
    for _, function in functions(ast.parse(CODE)):
        whole = ast.unparse(function)
        found = [ast.unparse(mutant.function) for mutant in mutants(function)]
        assert whole not in found
        assert len(set(found)) > len(found) * 0.9
        assert all("Words that are no mutant." in text for text in found if "limit" in text)


def test_a_function_has_the_mutants_of_all_its_operators():
    (limit,) = (function for _, function in functions(ast.parse(CODE)) if function.name == "limit")
    told = {mutant.told for mutant in mutants(limit)}
    assert told >= {
        *("5  →  6", "'x'  →  'XXxXX'", "value > most  →  value >= most", "value < 0  →  value <= 0"),
        *("value += 1  →  value -= 1", "value += 1  →  value = 1", "value == most  →  value != most"),
        *("name.lower()  →  name.upper()", "ValueError(name)  →  ValueError(None)"),
        *("if value > most:  →  if False:", "if value > most:  →  if True:"),
    }
    (first,) = (mutant for mutant in mutants(limit) if mutant.told == "value > most  →  value >= most")
    assert first.lines == range(8, 9)


def test_a_mutant_takes_the_place_of_its_function_wherever_that_is_held(module: ModuleType):
    assert module.held() == "x"
    assert _put(module, "", "limit", "value == most  →  value != most")
    assert module.held() == "less"


def test_a_mutant_also_takes_the_place_of_what_the_collector_was_told_to_pass_by(module: ModuleType):
    gc.freeze()
    try:
        assert _put(module, "", "limit", "value == most  →  value != most")
    finally:
        gc.unfreeze()
    assert module.held() == "less"


def test_a_mutant_gives_its_defaults(module: ModuleType):
    assert _put(module, "", "limit", "5  →  6")
    assert module.limit(6) == "x"
    assert _put(module, "", "limit", "'x'  →  'XXxXX'")
    assert module.limit(5) == "xxxxx"


def test_what_a_function_made_before_is_a_mutant_too(module: ModuleType):
    assert module.add_two(3) == 5
    assert _put(module, "", "maker", "value + step  →  value - step")
    assert module.add_two(3) == 1


def test_a_method_still_finds_its_base(module: ModuleType):
    assert _put(module, "Child", "said", "'!'  →  'XX!XX'")
    assert module.Child().said() == "baseXX!XX"
    assert module.Base().said() == "base"


def _tried(module: ModuleType, told: str, check: Callable[[], bool]) -> str:
    path = Path(str(module.__file__))
    trial = Trial(path, "", _mutant("", "limit", told).function, [Check("check", check, 0.0)])
    return run(trial, Living(path.parent))


def test_a_mutant_that_a_test_notices_is_killed_by_it_and_only_in_the_child(module: ModuleType):
    told = "value == most  →  value != most"
    assert _tried(module, told, lambda: bool(module.limit(5) == "x")) == "check"
    assert _tried(module, told, lambda: module.limit(5) in ("x", "less")) == SURVIVED
    assert _tried(module, told, lambda: bool(module.limit(5).missing)) == "AttributeError"
    assert module.limit(5) == "x"


def test_a_mutant_that_never_ends_is_told_by_its_own_processor_time(
    module: ModuleType, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("tests.mutation.trial._LEAST_S", 0.3)
    told = "value += 1  →  value -= 1"
    assert _tried(module, told, lambda: bool(module.limit(-1) == "less")) == TIMEOUT
