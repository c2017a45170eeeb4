"""`python -m tests.golden`: puts every golden case to every way that can express it, and compares."""

from __future__ import annotations

import json
import sys

from tests.golden.cases import GOLDEN, Case, Lack, Runner, lack
from tests.golden.running import WAYS, Ground, ground, template

_SAME, _OTHER, _NOT = "=", "X", "·"


def main() -> int:
    """The table of cases and ways; the last line is JSON, the status 1 when any two differ."""
    marks: dict[tuple[str, Runner], str] = {}
    with template() as made:
        for runner in Runner:
            with ground(made, runner) as here:
                for case in GOLDEN.values():
                    marks[case.id, runner] = _NOT if lack(case, runner) else _mark(runner, here, case)
            print(f"{runner}: {_count(marks, runner)} cases", file=sys.stderr, flush=True)
    for line in _table(marks):
        print(line)
    runs = [mark for mark in marks.values() if mark != _NOT]
    different = runs.count(_OTHER)
    print(json.dumps({"cases": len(GOLDEN), "runs": len(runs), "different": different}))
    return 1 if different else 0


def _mark(runner: Runner, here: Ground, case: Case) -> str:
    told, wanted = WAYS[runner](here, case)
    if told == wanted:
        return _SAME
    print(f"{case.id} {runner}: {told}, wanted {wanted}", file=sys.stderr)
    return _OTHER


def _count(marks: dict[tuple[str, Runner], str], runner: Runner) -> int:
    return sum(mark != _NOT for (_, ran), mark in marks.items() if ran is runner)


def _table(marks: dict[tuple[str, Runner], str]) -> list[str]:
    """One line a case, and below them why a way cannot express some."""
    lines = ["case        " + "  ".join(runner.value for runner in Runner) + "  outcome   reason"]
    for case in GOLDEN.values():
        cells = "  ".join(marks[case.id, runner].center(len(runner.value)) for runner in Runner)
        expected = case.json["expected"]
        lines.append(f"{case.id:<12}{cells}  {expected['outcome']:<9} {expected['reason']}")
    counts = "  ".join(str(_count(marks, runner)).center(len(runner.value)) for runner in Runner)
    lines += [f"{'runs':<12}{counts}", "", f"{_NOT} cannot express the case, because it"]
    for kind in Lack:
        ways = [r for r in Runner if any(lack(case, r) is kind for case in GOLDEN.values())]
        number = sum(lack(case, r) is kind for case in GOLDEN.values() for r in Runner)
        lines.append(f"  {kind.value} ({', '.join(ways)}; {number})")
    return lines


if __name__ == "__main__":
    sys.exit(main())
