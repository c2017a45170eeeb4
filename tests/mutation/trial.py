"""Tries one mutant in a forked child: its code takes the function's place, and tests run until one fails."""

from __future__ import annotations

import ast
import gc
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FunctionType

from tests.mutation.operators import Function

SURVIVED, TIMEOUT, INVALID = "survived", "timeout", "invalid"
_SLOWER = 5
_LEAST_S = 1.0


class Living:
    """The functions of the code under test as they are in this process, found by where they were written."""

    def __init__(self, folder: Path) -> None:
        self._by_place: dict[tuple[str, str, int], list[FunctionType]] = {}
        # What was set aside for good is in no list of the collector, and every mutant of it would survive.
        gc.unfreeze()
        for one in gc.get_objects():
            if isinstance(one, FunctionType) and one.__code__.co_filename.startswith(str(folder)):
                self._by_place.setdefault(_place(one.__code__), []).append(one)

    def replace(self, path: Path, owner: str, function: Function) -> bool:
        """Give all living functions of this one, and those that were made within it, the mutant's code.

        False where none lives any more. SyntaxError or ValueError where Python does not take it.
        """
        found = False
        for code in _codes(_compiled(path, owner, function)):
            for living in self._by_place.get(_place(code), ()):
                if len(living.__code__.co_freevars) == len(code.co_freevars):
                    living.__code__ = code
                    found = True
        for living in self._by_place.get((str(path), function.name, _first_line(function)), ()):
            _set_defaults(living, function)
        return found


@dataclass(frozen=True)
class Check:
    """One test: its name, how to ask whether it still passes, and how long that takes without a mutant."""

    name: str
    passes: Callable[[], bool]
    seconds: float


@dataclass(frozen=True)
class Trial:
    """One mutant of the function of a file, in the class `owner`, and the tests that pass its lines."""

    path: Path
    owner: str
    function: Function
    checks: Sequence[Check]


def run(trial: Trial, living: Living) -> str:
    """The test that killed it, or "survived", "timeout", or "invalid" for code that Python does not take."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        _in_child(writing, trial, living)
    os.close(writing)
    with os.fdopen(reading) as told:
        said = told.read()
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return TIMEOUT if status < 0 else said or "an exit"


def _in_child(writing: int, trial: Trial, living: Living) -> None:
    silence = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(silence, stream)
    try:
        said = _outcome(trial, living)
    except BaseException as error:  # a mutant may raise anything, and has failed then
        said = type(error).__name__
    os.write(writing, said.encode()[:4000])
    os._exit(0)


def _outcome(trial: Trial, living: Living) -> str:
    try:
        is_in_place = living.replace(trial.path, trial.owner, trial.function)
    except (SyntaxError, ValueError):
        return INVALID
    if not is_in_place:
        return SURVIVED
    for check in trial.checks:
        # The child's own processor time: a busy machine makes no mutant time out. SIGPROF ends the child.
        signal.setitimer(signal.ITIMER_PROF, _LEAST_S + _SLOWER * check.seconds)
        if not check.passes():
            return check.name
    return SURVIVED


def _compiled(path: Path, owner: str, function: Function) -> CodeType:
    body: list[ast.stmt] = [function]
    if owner:  # `super()` is compiled by the class around it
        body = [ast.ClassDef(owner, [], [], body, [])]
    return compile(ast.fix_missing_locations(ast.Module(body, [])), str(path), "exec", dont_inherit=True)


def _codes(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _codes(constant)


def _place(code: CodeType) -> tuple[str, str, int]:
    return code.co_filename, code.co_name, code.co_firstlineno


def _first_line(function: Function) -> int:
    return min([function.lineno, *(decorator.lineno for decorator in function.decorator_list)])


def _set_defaults(living: FunctionType, function: Function) -> None:
    """Defaults that are plain values; others were made when the module was read, and stay."""
    if living.__defaults__:
        pairs = zip(function.args.defaults, living.__defaults__, strict=True)
        living.__defaults__ = tuple(_value(written, had) for written, had in pairs)
    if living.__kwdefaults__:
        had = living.__kwdefaults__
        living.__kwdefaults__ = {
            name.arg: _value(written, had[name.arg])
            for name, written in zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True)
            if written is not None
        }


def _value(written: ast.expr, had: object) -> object:
    try:
        return ast.literal_eval(written)
    except ValueError:
        return had
