"""`python -m tests.mutation.parsers`: mutants by the million for every parser of bytes from outside.

Prints a line for each parser and JSON in the last one; ends with 1 unless `accepted` and `uncaught` are 0.
A mutant is never good input itself. "Right" are mutants that have to pass: they say anew what our own key
signed, or differ only where the format leaves room (signature lines of others, blanks in what is typed).
Times are the process's own, not the clock's: other programs do not count. Garbage of the parsers does; what
the imports left is set aside, for to look through it all takes Python a tenth of a second now and then.
"""

from __future__ import annotations

import argparse
import gc
import json
import sys

from tests.mutation.changes import Draw
from tests.mutation.entries import ENTRIES, ENTRY_FILES, GAPS, SEALED_ENTRIES
from tests.mutation.notes import BUNDLES, CHECKPOINTS, PAGES, VERIFIER_KEYS, WITNESS
from tests.mutation.parser import Parser, Tally, tried
from tests.mutation.proofs import EVIDENCE, PROOF_FILES
from tests.mutation.typed import ENROLMENTS, POLICIES, POSTERS, SHORT_NUMBERS
from tests.mutation.visitor_codes import VISITOR_CODES

PARSERS = (
    *(VISITOR_CODES, PROOF_FILES, CHECKPOINTS, WITNESS, EVIDENCE, BUNDLES, PAGES, VERIFIER_KEYS),
    *(ENTRIES, SEALED_ENTRIES, ENTRY_FILES, GAPS, POSTERS, SHORT_NUMBERS, ENROLMENTS, POLICIES),
)
_COLUMNS = ("inputs", "accepted", "uncaught", "right", "slowest_ms")
_SHOWN_MOST = 5


def run(count: int, seed: int, parsers: tuple[Parser, ...] = PARSERS) -> dict[str, Tally]:
    """What came of `count` mutants, shared out among the parsers; a seed gives the same ones again."""
    shares = sum(parser.share for parser in parsers)
    return {
        parser.name: tried(parser, -(-count * parser.share // shares), Draw(f"{seed} {parser.name}"))
        for parser in parsers
    }


def figures_of(tally: Tally) -> dict[str, float]:
    """The figures of one parser as they are printed."""
    return {name: round(getattr(tally, name), 2) for name in _COLUMNS}


def total(tallies: dict[str, Tally]) -> dict[str, float]:
    """All parsers together: the sums, and the slowest of all."""
    rows = [figures_of(tally) for tally in tallies.values()]
    sums = {name: sum(row[name] for row in rows) for name in _COLUMNS[:-1]}
    return {**sums, "slowest_ms": max(row["slowest_ms"] for row in rows)}


def main() -> int:
    """The command."""
    names = [parser.name for parser in PARSERS]
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--count", type=int, default=20_000, help="mutants in all")
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--only", choices=names, help="one parser")
    chosen = ask.parse_args()
    gc.collect()
    gc.freeze()
    asked = tuple(parser for parser in PARSERS if chosen.only in (None, parser.name))
    tallies = run(chosen.count, chosen.seed, asked)
    print(f"{'parser':18}" + "".join(f"{name:>12}" for name in _COLUMNS))
    for name, figures in [*((n, figures_of(t)) for n, t in tallies.items()), ("total", total(tallies))]:
        print(f"{name:18}" + "".join(f"{figures[column]:12,}" for column in _COLUMNS))
    for tally in tallies.values():
        for wrong in tally.wrong[:_SHOWN_MOST]:
            print(wrong[:1000], file=sys.stderr)
    parsers = {name: figures_of(tally) for name, tally in tallies.items()}
    print(json.dumps({**total(tallies), "seed": chosen.seed, "parsers": parsers}, ensure_ascii=False))
    return 1 if any(tally.accepted or tally.uncaught for tally in tallies.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
