"""`python -m bench degraded`: what each stage of our reader is worth, on views spoiled in known ways."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from functools import partial
from typing import Any

import click
import numpy as np

from bench.blank import KINDS, blanks
from bench.contestants import LIVE, THOROUGH, Contestant, contestants, versions
from bench.degraded import FAMILIES, Degraded, views
from bench.table import table
from reader.budget import EVERY_STAGE
from reader.opencv import use_one_thread
from reader.reading import Effort, Stage, read

Figures = dict[str, dict[str, Any]]
"""By what was counted and by reader."""


@click.command("degraded")
@click.option("--views", "count", default=40, show_default=True, type=click.IntRange(1), help="A family.")
@click.option("--blanks", "blank", default=2_070, show_default=True, type=click.IntRange(0), help="In all.")
@click.option("--seed", default=0, show_default=True, help="Another one draws other views.")
def degraded_command(count: int, blank: int, seed: int) -> None:
    """Read generated views: creased, blurred, noisy … and pictures without a code. 识读受损画面。

    A column is a way of spoiling, a row who read how many of its views; "live - blur" is our live
    reader without that stage. wrong: views read to another text. false: pictures without a code in
    which one was read. The last line is all figures as JSON.
    """
    use_one_thread()
    readers = contestants(thorough=True)
    families = {family: _scored(readers | _without_one(), views(family, count, seed)) for family in FAMILIES}
    click.echo(f"{count} views a family 每类 {count} 幅")
    click.echo(table(_rows(families)))
    false = _false({name: readers[name] for name in (LIVE, THOROUGH)}, blank, seed)
    click.echo(f"false reads in {false['pictures']} pictures without a code 无码画面误读: {false['false']}")
    line = {"bench": "degraded", "views": count, "seed": seed, "families": families, "blank": false}
    click.echo(json.dumps({**line, "versions": versions()}))


def _without_one() -> dict[str, Contestant]:
    return {
        f"{effort} - {stage}": partial(read, effort=effort, stages=EVERY_STAGE - {stage})
        for effort in Effort
        for stage in Stage
        if not (effort is Effort.LIVE and stage is Stage.VIEWS)  # a live frame has none
    }


def _rows(families: dict[str, Figures]) -> dict[str, dict[str, Any]]:
    """Return the table's rows by reader: read per family, then wrong ones and the slowest family's time."""
    names = next(iter(families.values()))["read"]
    return {
        name: {family: scored["read"][name] for family, scored in families.items()}
        | {
            "wrong": sum(scored["wrong"][name] for scored in families.values()),
            "cpu p99 ms": max(scored["cpu_p99_ms"][name] for scored in families.values()),
        }
        for name in names
    }


def _scored(readers: dict[str, Contestant], seen: Iterable[Degraded]) -> Figures:
    right, wrong = dict.fromkeys(readers, 0), dict.fromkeys(readers, 0)
    times: dict[str, list[float]] = {name: [] for name in readers}
    for view in seen:
        for name, read_it in readers.items():
            began = time.process_time()
            texts = {reading.text for reading in read_it(view.gray)}
            times[name].append((time.process_time() - began) * 1000)
            right[name] += view.text in texts
            wrong[name] += bool(texts - {view.text})
    p99 = {name: round(float(np.percentile(taken, 99)), 1) for name, taken in times.items()}
    return {"read": right, "wrong": wrong, "cpu_p99_ms": p99}


def _false(readers: dict[str, Contestant], pictures: int, seed: int) -> dict[str, Any]:
    share = -(-pictures // len(KINDS))
    false = dict.fromkeys(readers, 0)
    for kind in KINDS:
        for gray in blanks(kind, share, seed):
            for name, read_it in readers.items():
                false[name] += len(read_it(gray))
    return {"pictures": share * len(KINDS), "false": false}
