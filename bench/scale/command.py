"""`python -m bench scale`: what a province would need: measured, reckoned and simulated."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, fields, replace
from typing import Any

import click

from bench.clocks import Clocks
from bench.scale import arrivals, databases, stored, telling, wire
from bench.scale.breaking import Bytes, Limits, first_broken
from bench.scale.figures import RECORDED_SIZES, RECORDED_SPEEDS, sizes_of, speeds_of
from bench.scale.load import Load, Sizes, Speeds
from bench.scale.needs import checkpoints_a_day, machines, room, streams, years_of_keys
from bench.scale.simulating import usual_days
from bench.scale.tables import tables

_L = Load()
Figures = dict[str, Any]


@click.command("scale")
@click.option("--people", type=click.IntRange(1), default=_L.people, show_default=True)
@click.option("--entries-a-day", type=click.IntRange(1), default=_L.entries_a_day, show_default=True)
@click.option("--peak-a-second", type=click.FloatRange(0.01), default=_L.peak_a_second, show_default=True)
@click.option("--days-kept", type=click.IntRange(1), default=_L.days_kept, show_default=True)
@click.option("--kiosks", type=click.IntRange(1), default=_L.kiosks, show_default=True)
@click.option("--venues", type=click.IntRange(1), default=_L.venues, show_default=True)
@click.option("--enterprises", type=click.IntRange(1), default=_L.enterprises, show_default=True)
@click.option("--phones", type=click.FloatRange(0, 1), default=_L.phones, show_default=True, help="Share.")
@click.option("--cut-off", type=click.FloatRange(0, 1), default=_L.cut_off, show_default=True, help="Share.")
@click.option("--beat-s", type=click.FloatRange(1), default=_L.beat_s, show_default=True, help="Of gates.")
@click.option("--areas", type=click.IntRange(1), default=_L.areas, show_default=True, help="Hear alike.")
@click.option("--changes-a-day", type=click.IntRange(0), default=_L.changes_a_day, show_default=True)
@click.option(
    "--visitor-changes-a-day", type=click.IntRange(0), default=_L.visitor_changes_a_day, show_default=True
)
@click.option("--sequenced-a-second", type=click.FloatRange(1), help="Instead of the recorded speed.")
@click.option("--drawn-a-second", type=click.FloatRange(1), help="Instead of the recorded speed.")
@click.option("--cores", type=click.IntRange(1), default=32, show_default=True, help="Of a site's machine.")
@click.option(
    "--logs", type=click.IntRange(1), default=2, show_default=True, help="In the last simulated day."
)
@click.option("--entries", type=click.IntRange(1_000), default=30_000, show_default=True, help="To measure.")
@click.option("--recorded", is_flag=True, help="Reckon with the recorded sizes, measure nothing.")
@click.option("--fresh-speeds", is_flag=True, help="Reckon with the speeds of this run, on this machine.")
@click.option("--tables", "as_tables", is_flag=True, help="Print the tables of docs/scale.md instead.")
@click.option("--database", default="", help="Measure there, by an empty PostgreSQL's URL.")
@click.pass_obj
def scale_command(
    clocks: Clocks, /, sequenced_a_second: float | None, drawn_a_second: float | None, cores: int, logs: int,
    entries: int, recorded: bool, fresh_speeds: bool, as_tables: bool, database: str, **asked: Any,
) -> None:  # fmt: skip
    """Machines, disks, queues of a province, and what breaks first. 按全省规模测算与仿真。"""
    load = Load(**{one.name: asked[one.name] for one in fields(Load)})
    sizes, speeds, figures = RECORDED_SIZES, RECORDED_SPEEDS, {"load": asdict(load)}
    try:
        arrivals.day(load)
    except ValueError as error:
        raise click.ClickException(f"{error}: change --peak-a-second or --entries-a-day.") from None
    if not recorded:
        sizes, found, told = _measured(clocks, database, entries)
        figures["measured"] = told
        speeds = found if fresh_speeds else speeds
    speeds = replace(
        speeds,
        sequenced_a_second=sequenced_a_second or speeds.sequenced_a_second,
        drawn_a_second=drawn_a_second or speeds.drawn_a_second,
    )
    if as_tables:
        click.echo("\n\n".join(tables(load, sizes, speeds, cores, logs)))
        return
    click.echo(json.dumps(figures | reckoned(load, sizes, speeds, cores, logs)))


def _measured(clocks: Clocks, database: str, entries: int) -> tuple[Sizes, Speeds, Figures]:
    with databases.opening(clocks, database) as (inst, used):
        town = stored.town_of(inst, entries)
        weighed = stored.measured(inst, town, entries, clocks, used)
        sent = wire.measured(inst, town, clocks, lambda: used()[1], min(300, entries // 50))
    load = round(os.getloadavg()[0], 1)
    telling.measured(weighed, sent, load)
    sizes, speeds = sizes_of(weighed, sent), speeds_of(weighed, sent)
    told = {"entries": weighed.entries, "load": load, "sizes": asdict(sizes), "speeds": asdict(speeds)}
    return sizes, speeds, told


def reckoned(load: Load, sizes: Sizes, speeds: Speeds, cores: int, logs: int) -> Figures:
    """Arithmetic and simulation from these figures, told on the way; nothing in it depends on the machine."""
    all_of, needed = streams(load, speeds), machines(load, speeds, cores)
    disk = room(load, sizes)
    heads, years = checkpoints_a_day(load), years_of_keys(load.enterprises)
    telling.reckoned(load, sizes, speeds, all_of, needed, disk, heads, years)
    tried = usual_days(load, speeds, needed.processes, logs)
    telling.simulated(tried)
    broken = first_broken(load, speeds, Limits(), Bytes(sizes.bundle, sizes.journal))
    telling.broken(broken)
    return {
        "machines": asdict(needed),
        "streams": [asdict(one) for one in all_of],
        "room": asdict(disk),
        "checkpoints_a_day": round(heads),
        "years_of_keys": round(years, 3),
        "days": [asdict(one) for one in tried],
        "broken": [asdict(one) for one in broken],
    }
