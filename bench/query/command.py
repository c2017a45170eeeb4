"""`python -m bench query`: what the desk asks of ten million entries, on both databases, timed."""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path
from typing import Any, Final

import click
import structlog

from bench.clocks import Clocks
from bench.query.asking import asked, queries
from bench.query.cloning import DAY_MS
from bench.query.databases import KINDS, Opening
from bench.query.ingesting import since_the_newest, taken_per_s
from bench.query.keeping import folder_of, town_of
from bench.query.pages import pages
from bench.query.town import founded

_BATCHES: Final = 40
Figures = dict[str, Any]


@click.command("query")
@click.option("--rows", type=click.IntRange(3_000), default=10_000_000, show_default=True, help="Entries.")
@click.option("--only", type=click.Choice(list(KINDS)), help="Only this database.")
@click.option(
    "--keep", type=click.Path(file_okay=False, path_type=Path),
    help="Build there and leave it; what was built there with as many rows, or begun, is used again.",
)  # fmt: skip
@click.option("--times", type=click.IntRange(2), default=200, show_default=True, help="Of each question.")
@click.pass_obj
def query_command(clocks: Clocks, rows: int, only: str | None, keep: Path | None, times: int) -> None:
    """Find, trace, count: p50 and p99 in milliseconds, pages, ingest. 测量监管台的查询。"""
    # The copied days' records do not open, which is told every time; trying takes as long as opening.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    figures: Figures = {"rows": rows}
    figures |= {name: {} for name in (*KINDS, "again", "pages", "ingest", "ingest_late", "load")}
    for kind in [only] if only else KINDS:
        _tell(f"{kind}: load of the machine {os.getloadavg()[0]:.1f}")
        with folder_of(keep, kind) as folder, KINDS[kind](folder, clocks) as opening:
            found = _measured(opening, folder, rows, times, clocks)
        figures |= {"rows": found.pop("rows"), kind: found.pop("queries")}
        for name, values in found.items():
            figures[name][kind] = values
    click.echo(json.dumps(figures))


def _measured(opening: Opening, folder: Path, rows: int, times: int, clocks: Clocks) -> Figures:
    inst = opening("town")
    town, kept = town_of(inst, folder, rows, clocks, _tell)
    midnight_ms = kept.midnight_ms
    found: Figures = {"rows": kept.rows, "load": round(os.getloadavg()[0], 1)}
    timed = queries(inst, town, midnight_ms)
    found["queries"] = {name: _told(name, asked(query, times, clocks)) for name, query in timed.items()}
    # Each place, person and hour was asked about once; now the database has what it reads in its own memory.
    found["again"] = {
        name: _told(f"{name} again", asked(query, times, clocks)) for name, query in timed.items()
    }
    whole = pages(inst, town, midnight_ms)
    found["pages"] = {
        name: _told(f"page {name}", asked(page, max(2, times // 4), clocks)) for name, page in whole.items()
    }
    empty = opening(f"empty{os.getpid()}")
    alike = founded(empty, town.people)
    batches = max(2, min(_BATCHES, rows // 10_000))
    # What gates send when they are back, and what they kept for days: that lies among all others of its day.
    some_noon_ms = midnight_ms - int(clocks.now()) % 28 * DAY_MS + DAY_MS // 2
    for name, began_ms in (
        ("ingest", since_the_newest(inst)),
        ("ingest_late", some_noon_ms),
    ):
        found[name] = taken_per_s((empty, alike), (inst, town), batches, clocks, began_ms)
        _tell(f"{name}: {found[name]} entries a second, empty and full")
    return found


def _told(name: str, found: list[float]) -> list[float]:
    _tell(f"{name}: p50 {found[0]} ms, p99 {found[1]} ms")
    return found


def _tell(line: str) -> None:
    click.echo(line, err=True)
