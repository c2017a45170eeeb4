"""`python -m tests.mutation.domain`: changes each function of domain/ in every small way; tests must notice.

A line for each module and JSON in the last one; ends with 1 below 90 % killed. Nothing is left out: mutants
that no test could tell from the code (equivalent ones) count as survivors. What was found is kept in
var/mutation, so a run that was stopped goes on; a changed function is tried anew, and so are survivors with
`--again`, after tests were written. `--only domain/code.py` takes one module, `--survivors` lists them.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import json
import os
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.mutation.operators import Mutant, functions, mutants
from tests.mutation.passing import Passing
from tests.mutation.trial import INVALID, SURVIVED, TIMEOUT, Living, Trial, run

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "var" / "mutation" / "domain.json"
TESTS = ("tests/domain", "tests/log")
# Those that change every byte of a file take seconds, and others find what they would.
SLOW = (
    "tests/domain/test_evidence.py::test_no_byte_of_evidence_can_be_changed_at_any_position",
    "tests/domain/test_the_strangers_verifier.py",
    "tests/domain/test_visitor_code_mutations.py::test_no_single_symbol_of_a_good_text_can_be_changed_removed_or_doubled",
    "tests/domain/test_bundles.py::test_no_byte_of_a_bundle_can_be_changed_at_any_place",
    "tests/domain/test_facts_pages.py::test_no_byte_of_a_page_can_be_changed_at_any_place",
)
_SAVED_EVERY = 100
_ENOUGH = 0.9


class Loop:
    """The plugin by which pytest collects once; instead of running the tests it tries mutants with them."""

    def __init__(self, paths: list[Path], again: bool) -> None:
        self.paths, self.again = paths, again
        # As they are when the tests are collected: somebody may go on writing while mutants are tried.
        self._texts = {path: path.read_text(encoding="utf-8") for path in paths}
        self.kept: dict[str, str] = json.loads(KEPT.read_text()) if KEPT.exists() else {}
        self.shown: dict[str, dict[str, tuple[str, str]]] = {}
        self._tools: tuple[Passing, Living] | None = None
        self._tried = 0

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Takes the place of the run of the tests."""
        for path in self.paths:
            self._try_module(path, session)
            self._save()
            print(_row(str(path.relative_to(ROOT)), self.counts(path)), flush=True)
        return True

    def _try_module(self, path: Path, session: pytest.Session) -> None:
        found = self.shown.setdefault(path.name, {})
        for key, where, owner, mutant in _all_mutants(path.name, self._texts[path]):
            said = self.kept.get(key)
            if said is None or (self.again and said == SURVIVED):
                said = self.kept[key] = self._try(path, where, owner, mutant, session)
            found[key] = (f"{path.name}:{mutant.lines.start} {where}: {mutant.told}", said)

    def _try(self, path: Path, where: str, owner: str, mutant: Mutant, session: pytest.Session) -> str:
        if self._tools is None:  # takes a minute: only if there is anything to try
            self._tools = Passing.recorded(session.items, ROOT / "domain"), Living(ROOT / "domain")
        passing, living = self._tools
        checks = passing.tests_of(path, mutant.lines, where)
        trial = Trial(path, owner, mutant.function, checks)
        said = run(trial, living) if checks else SURVIVED
        passing.note(where, said)
        self._tried += 1
        if self._tried % _SAVED_EVERY == 0:
            self._save()
        return said

    def _save(self) -> None:
        KEPT.parent.mkdir(parents=True, exist_ok=True)
        beside = KEPT.with_suffix(".new")
        beside.write_text(json.dumps(self.kept, indent=0))
        beside.replace(KEPT)

    def counts(self, path: Path) -> Counter[str]:
        """How many mutants of a module were killed, survived or ran for ever."""
        return Counter(
            said if said in (SURVIVED, TIMEOUT) else "killed"
            for _, said in self.shown.get(path.name, {}).values()
            if said != INVALID
        )


def _all_mutants(file: str, text: str) -> Iterator[tuple[str, str, str, Mutant]]:
    """A key that lasts while the function does, the function's name, its class and the mutant."""
    for owner, function in functions(ast.parse(text)):
        source = ast.get_source_segment(text, function) or ""
        where = f"{owner}.{function.name}" if owner else function.name
        for number, mutant in enumerate(mutants(function)):
            said = f"{file}\n{where}\n{source}\n{number}\n{mutant.told}"
            yield hashlib.sha256(said.encode()).hexdigest()[:20], where, owner, mutant


def _row(name: str, counts: Counter[str]) -> str:
    share = _share(counts)
    shown = "—" if share is None else f"{share:.1%}"
    return f"{name:28}{counts['killed']:8}{counts[TIMEOUT]:9}{counts[SURVIVED]:10}{shown:>9}"


def _share(counts: Counter[str]) -> float | None:
    """Killed of all; a mutant that never ended was noticed as well."""
    every = sum(counts.values())
    return (every - counts[SURVIVED]) / every if every else None


def main() -> int:
    """The command."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--only", action="append", metavar="domain/MODULE.py")
    ask.add_argument("--again", action="store_true", help="try survivors again")
    ask.add_argument("--survivors", action="store_true", help="list what survived")
    chosen = ask.parse_args()
    known = sorted((ROOT / "domain").glob("*.py"))
    paths = [ROOT / name for name in chosen.only] if chosen.only else known
    if unknown := [path for path in paths if path not in known]:
        ask.error(f"there is no {unknown[0].relative_to(ROOT)}; give one as domain/code.py")
    os.environ["MUTATION_RUN"] = "1"
    os.chdir(ROOT)
    print(f"{'module':28}{'killed':>8}{'timeout':>9}{'survived':>10}{'share':>9}", flush=True)
    loop = Loop(paths, chosen.again)
    slow = [f"--deselect={name}" for name in SLOW]
    pytest.main(["-q", "-s", "-p", "no:cacheprovider", "--no-header", *slow, *TESTS], plugins=[loop])
    return _told(loop, chosen.survivors)


def _told(loop: Loop, survivors: bool) -> int:
    total: Counter[str] = Counter()
    for path in loop.paths:
        total += loop.counts(path)
    if survivors:
        for found in loop.shown.values():
            print(*(told for told, said in found.values() if said == SURVIVED), sep="\n")
    print(_row("total", total))
    share = _share(total) or 0.0
    killed = {name: total[name] for name in ("killed", TIMEOUT, SURVIVED)}
    print(json.dumps({**killed, "mutants": sum(total.values()), "share": round(share, 4)}))
    return 0 if share >= _ENOUGH else 1


if __name__ == "__main__":
    sys.exit(main())
