"""`python -m bench ingest`: how many phones check in, and how many entries of kiosks arrive, a second."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import click

from bench.clocks import Clocks
from bench.ingest import kiosks, phones
from bench.ingest.drawing import signed, waiting_for_drawing
from bench.ingest.replay import Played, Requests, played
from bench.ingest.site import PEOPLE, Place, Site, placed, served
from bench.query.building import people_of
from bench.query.databases import KINDS
from bench.query.keeping import folder_of, town_of
from bench.query.town import Town, founded
from web.services.gates.ingest import ENTRIES_MOST
from web.services.installation import Installation

_WARM: Final = 200
_LONGEST_S: Final = 300.0
_GOOD: Final = {"200", "303"}
_CROWD: Final = 32
_NAMES: Final = ("checkin_per_s", "checkin_p99_ms", "batch_entries_per_s")
Figures = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Load:
    """What is sent: check-ins by so many clients at once, and batches of each kiosk."""

    check_ins: int
    clients: int
    batches: int
    clocks: Clocks


@click.command("ingest")
@click.option("--check-ins", type=click.IntRange(100), default=6_000, show_default=True, help="Of phones.")
@click.option("--clients", type=click.IntRange(1, 64), default=8, show_default=True, help="At once.")
@click.option("--batches", type=click.IntRange(1), default=12, show_default=True, help="Of each kiosk.")
@click.option("--only", type=click.Choice(list(KINDS)), help="Only this database.")
@click.option("--rows", type=click.IntRange(300_000), help="Also beside a database of so many entries.")
@click.option(
    "--keep", type=click.Path(file_okay=False, path_type=Path),
    help="Where that database lies, one of `bench query --rows N --keep FOLDER` or a new one, and stays. "
    "Its leaves are signed once (ten million: minutes, some 2 GB more); each run adds to it.",
)  # fmt: skip
@click.pass_obj
def ingest_command(
    clocks: Clocks, check_ins: int, clients: int, batches: int, only: str | None, rows: int | None,
    keep: Path | None,
) -> None:  # fmt: skip
    """Check-ins and batches over HTTP; status 1 if anything was refused. 测量登记与上传的速度。

    The load generator shares the machine: its own processor seconds are told beside the site's. The last line
    is the figures alone, the one before all that was measured. Where it is measured beside many entries too,
    as many people as made those live in the empty town: what is told is what entries cost, and not people.
    """
    load = _Load(check_ins, clients, batches, clocks)
    kinds = [only] if only else list(KINDS)
    people = PEOPLE if rows is None else people_of(rows)
    told = {kind: _empty(kind, load, people) for kind in kinds}
    figures: Figures = {"check_ins": check_ins, "clients": clients, "processors": os.cpu_count()}
    figures |= {"people": people}
    figures |= _by_kind(told, (*_NAMES, "more"))
    if rows is not None:
        figures["beside"] = {"rows": rows, **_beside(kinds, load, rows, keep, told)}
    click.echo(json.dumps(figures))
    click.echo(json.dumps({name: figures[name] for name in _NAMES}))
    sys.exit(1 if any(one["more"]["failed"] for one in told.values()) else 0)


def _by_kind(told: Mapping[str, Figures], names: Sequence[str]) -> Figures:
    return {name: {kind: found[name] for kind, found in told.items()} for name in names}


def _empty(kind: str, load: _Load, people: int) -> Figures:
    def making(inst: Installation) -> Town:
        return founded(inst, people)

    with tempfile.TemporaryDirectory(prefix="codeplace-ingest-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        with placed(kind, folder, load.clocks, making) as place:
            return _measured(place, folder, load)


def _beside(
    kinds: Sequence[str], load: _Load, rows: int, keep: Path | None, told: dict[str, Figures]
) -> Figures:
    """The same beside many entries, and how much of the speed beside none that is."""
    full = {kind: _full(kind, load, rows, keep) for kind in kinds}
    flat = {
        name: {kind: round(found[name] / told[kind][name], 2) for kind, found in full.items()}
        for name in _NAMES
    }
    more = _by_kind(full, (*_NAMES, "more"))
    told |= {f"{kind} beside {rows}": found for kind, found in full.items()}
    return {**more, "of_empty": flat}


def _full(kind: str, load: _Load, rows: int, keep: Path | None) -> Figures:
    def making(inst: Installation) -> Town:
        town = town_of(inst, folder, rows, load.clocks, tell)[0]
        signed(inst, tell)
        return town

    def tell(line: str) -> None:
        click.echo(line, err=True)

    with (
        folder_of(keep, kind) as folder,
        placed(kind, folder, load.clocks, making) as place,
        tempfile.TemporaryDirectory(prefix="codeplace-ingest-", ignore_cleanup_errors=True) as scratch,
    ):
        return _measured(place, Path(scratch), load)


def _measured(place: Place, folder: Path, load: _Load) -> Figures:
    inst = place.opened(load.clocks)
    # Of a database that is kept the kiosks are new each time, and so are their numbers.
    warm = kiosks.batches(inst, place.town, list(place.standing), 1)
    sent = kiosks.batches(inst, place.town, list(place.standing), load.batches, 1 + ENTRIES_MOST)
    inst.close()
    with served(place, folder / "site.log") as site:
        played(site.port, _forms(site, place, _WARM, load.clients, 1, load.clocks), folder, _LONGEST_S)
        played(site.port, warm, folder, _LONGEST_S)
        forms = _forms(site, place, load.check_ins, load.clients, 2, load.clocks)
        calm = _run("check-in", site, place, forms, folder)
        forms = _forms(site, place, load.check_ins // 2, _CROWD, 3, load.clocks)
        crowd = _run(f"check-in, {_CROWD} clients", site, place, forms, folder)
        waiting_for_drawing(place, load.clocks)
        upload = _run("batches", site, place, sent, folder)
        late_s = waiting_for_drawing(place, load.clocks)
    entries = kiosks.entries_in(sent, load.batches)
    each = {
        f"{who}_cpu_us_per_entry": round(upload[f"{who}_cpu_s"] * 1e6 / entries, 1)
        for who in ("site", "database", "clients")
    }
    # Drawing gives way to batches for some seconds: what it takes afterwards is told too.
    drawn = {"drawn_after_s": round(late_s, 2), "drawn_per_s": round(entries / (upload["seconds"] + late_s))}
    return {
        "checkin_per_s": round(calm["per_s"]),
        "checkin_p99_ms": calm["p99_ms"],
        "batch_entries_per_s": round(entries / upload["seconds"]),
        "more": {
            "checkin": calm,
            f"checkin_{_CROWD}": crowd,
            "batches": upload | {"entries": entries} | each | drawn,
            "failed": calm["failed"] + crowd["failed"] + upload["failed"],
            "load": round(os.getloadavg()[0], 1),
        },
    }


def _forms(
    site: Site, place: Place, count: int, clients: int, seed: int, clocks: Clocks
) -> Sequence[Requests]:
    now_ms = int(clocks.now() * 1000)
    return phones.check_ins(site.port, place.town, place.hanging, count, clients, now_ms, seed)


def _run(name: str, site: Site, place: Place, sent: Sequence[Requests], folder: Path) -> Figures:
    site_s, server_s = site.cpu_s(), place.server_cpu_s()
    done = played(site.port, sent, folder, _LONGEST_S)
    found = _told(done, site.cpu_s() - site_s, place.server_cpu_s() - server_s)
    click.echo(f"{place.kind} {name}: {json.dumps(found)}", err=True)
    return found


def _told(done: Played, site_s: float, server_s: float) -> Figures:
    answers = len(done.ms)
    return {
        "per_s": round(done.per_s, 1),
        "p50_ms": done.percentile(0.5),
        "p99_ms": done.percentile(0.99),
        "seconds": round(done.seconds, 2),
        "site_cpu_s": round(site_s, 2),
        "database_cpu_s": round(server_s, 2),
        "clients_cpu_s": round(done.own_cpu_s, 2),
        "cpu_ms_per_answer": round((site_s + server_s) * 1000 / answers, 2),
        "statuses": dict(done.statuses),
        "failed": sum(count for status, count in done.statuses.items() if status not in _GOOD),
    }
