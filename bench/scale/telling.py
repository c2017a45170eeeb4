"""What the scale bench prints for people, on the standard error, before its line of JSON."""

from __future__ import annotations

from collections.abc import Sequence

import click

from bench.scale.breaking import Broken
from bench.scale.load import Load, Sizes, Speeds
from bench.scale.needs import Machines, Room, Stream
from bench.scale.queues import Delays
from bench.scale.simulating import Simulated
from bench.scale.stored import PER_ENTRY, PER_PERSON, PER_VENUE_DAY, Stored, Worked
from bench.scale.wire import Wire

_GB, _TB = 1e9, 1e12


def measured(weighed: Stored, sent: Wire, load: float) -> None:
    """Sizes of tables with their largest indexes, of requests, and what they took."""
    _tell(f"MEASURED on {weighed.entries} entries of {weighed.people} people, load {load}; bytes")
    for one, names in (("entry", PER_ENTRY), ("venue and day", PER_VENUE_DAY), ("person", PER_PERSON)):
        for name in names:
            table = weighed.tables[name]
            indexes = ", ".join(f"{index} {size:.0f}" for index, size in table.indexes.items())
            _tell(f"  {name}: {table.bytes:.0f} per {one} (rows {table.rows:.0f}; {indexes})")
    files = f"leaf {weighed.leaf:.0f}, tiles {weighed.tile:.1f}, checkpoint {weighed.checkpoint}"
    _tell(f"  as files: {files}; into the database's journal {weighed.journal:.0f}")
    for name in ("heartbeat", "venue", "single", "batch", "bundle", "facts", "little"):
        asked = getattr(sent, name)
        cost = f"site {asked.site_us:.0f} µs, database {asked.database_us:.0f} µs"
        _tell(f"  {name}: {asked.up:.0f} up, {asked.down:.0f} down; {cost}")
    _tell(f"  the bundle has {sent.bundle_keys} keys")
    for name in ("recorded", "sequenced", "drawn"):
        work: Worked = getattr(weighed, name)
        cost = f"site {work.site_us:.0f} µs, database {work.database_us:.0f} µs, clock {work.wall_us:.0f} µs"
        _tell(f"  {name}: {cost} an entry")


def reckoned(
    load: Load, sizes: Sizes, speeds: Speeds, all_of: Sequence[Stream], needed: Machines, disk: Room,
    heads: float, years: float,
) -> None:  # fmt: skip
    """Requests, processors, disks, the log and the keys."""
    _tell(f"RECKONED for {load.entries_a_day:,} entries a day, {load.mean_a_second:,.0f} a second on average")
    for one in all_of:
        cores = f"{one.site:.1f} processors of the site, {one.database:.1f} of the database"
        _tell(f"  {one.name}: {one.a_second:,.0f} a second, {cores}")
    _tell(f"  with room: {needed.site_cores} processors of the site on {needed.site_machines} machines,")
    _tell(f"    {needed.database_cores} of the database, {needed.connections:,} connections")
    kept = f"{disk.personal_kept / _TB:.1f} TB of who it was for {load.days_kept} days"
    _tell(f"  disk: {disk.a_day / _GB:,.0f} GB a day; {kept}, people {disk.people / _GB:,.0f} GB;")
    stay = f"entries {disk.entries_a_year / _TB:.1f}, log {disk.log_a_year / _TB:.1f}"
    _tell(f"    what stays, TB a year: {stay}, figures {disk.figures_a_year / _TB:.1f}")
    files = load.entries_a_day * sizes.tiles * 365 / _TB
    _tell(f"  log: {heads:,.0f} checkpoints a day, as files {files:.1f} TB a year")
    beat = (sizes.heartbeat + sizes.venue) * 86_400 / load.beat_s / 1e6
    _tell(f"  a gate that is only there: {beat:.0f} MB a day; with its bundle {sizes.bundle:.0f} bytes each")
    _tell(f"  one sequencer {speeds.sequenced_a_second:,.0f} leaves a second, one projector", nl=False)
    _tell(f" {speeds.drawn_a_second:,.0f}; numbers of keys last {years:.2f} years")


def simulated(tried: Sequence[Simulated]) -> None:
    """The days, one line for each size of the site."""
    _tell("SIMULATED, minute by minute")
    for one in tried:
        found = one.outcome
        queues = f"{found.web_longest:,.0f} / {found.sequencer_longest:,.0f} / {found.projector_longest:,.0f}"
        _tell(f"  {one.processes} processes, {one.logs} logs: queues {queues} (site / signing / desk)")
        _tell(f"    signed {_delays(found.signed)}; on the desk {_delays(found.drawn)}")
        if found.never >= 1:
            _tell(f"    {found.never:,.0f} entries still wait two days later")


def broken(parts: Sequence[Broken]) -> None:
    """What breaks first."""
    _tell("BREAKS, in this order")
    for one in parts:
        _tell(f"  at {one.peak_a_second:,.0f} a second ({one.kiosks:,} gates): {one.part}")


def _delays(found: Delays) -> str:
    return f"p50 {spelt(found.p50_s)}, p99 {spelt(found.p99_s)}, max {spelt(found.max_s)}"


def spelt(seconds: float) -> str:
    """A span as people say it."""
    if seconds < 120:
        return f"{seconds:.1f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7_200 else f"{seconds / 3600:.1f} h"


def _tell(line: str, *, nl: bool = True) -> None:
    click.echo(line, err=True, nl=nl)
