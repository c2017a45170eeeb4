"""`python -m bench faults`: processes and databases killed under load, a full disk; nothing may be lost."""

from __future__ import annotations

import itertools
import json
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import click
import httpx

from bench.clocks import Clocks
from bench.faults.disk import SmallDisk, small_disk
from bench.faults.stage import Stage, set_up
from bench.faults.verdict import verdict

_ZERO: Final = ("missing", "doubled", "promised_lost", "refused_wrongly", "wrong_answers", "still_waiting")
_DOWN_S: Final = 0.7
# So much may still be written to a full disk.
_ROOM: Final = 16_384
_DISK_MB: Final = {"sqlite": 128, "postgresql": 320}
_DATABASES: Final = ("sqlite", "postgresql")
_ASK_EVERY_S: Final = 0.25
_LARGE: Final = 60_000


@click.command("faults")
@click.option(
    "--minutes", type=click.FloatRange(0.05), default=5.0, show_default=True, help="Of kills, each database."
)
@click.option("--kiosks", type=click.IntRange(1, 20), default=5, show_default=True)
@click.option("--every", type=click.FloatRange(0.5), default=4.0, show_default=True, help="Seconds a kill.")
@click.option("--rate", type=click.FloatRange(1), default=15.0, show_default=True, help="Entries/s a kiosk.")
@click.option("--seed", default=1, show_default=True)
@click.option("--only", type=click.Choice(["kills", "full-disk"]))
@click.option("--on", "databases", type=click.Choice(_DATABASES), multiple=True, default=_DATABASES)
@click.pass_obj
def faults_command(
    clocks: Clocks, minutes: float, kiosks: int, every: float, rate: float, seed: int, only: str | None,
    databases: tuple[str, ...],
) -> None:  # fmt: skip
    """Sites, gates and PostgreSQL killed again and again, a full disk; status 1 if an entry is wrong.

    On SQLite one site, on PostgreSQL two and a database. 网站、终端和数据库反复被杀、磁盘写满时的测试。
    """
    figures: dict[str, Any] = {"bench": "faults", "minutes": minutes, "kiosks": kiosks, "load": [_load()]}
    parts: list[dict[str, Any]] = []
    for database in databases:
        if only != "full-disk":
            parts.append(killed(minutes * 60, kiosks, every, rate, seed, clocks, database))
            figures.setdefault("kills", {})[database] = parts[-1]
            click.echo(f"kills {database} {json.dumps(parts[-1])}", err=True)
        if only != "kills":
            parts.append(crammed(max(4.0, minutes * 12), min(kiosks, 2), rate, clocks, database))
            figures.setdefault("full_disk", {})[database] = parts[-1]
            click.echo(f"full disk {database} {json.dumps(parts[-1])}", err=True)
    figures["load"].append(_load())
    click.echo(json.dumps(figures))
    sys.exit(1 if any(part.get(name) for part in parts for name in (*_ZERO, "unclear_refusals")) else 0)


def _load() -> float:
    """Programs that want a processor, on average over a minute: a busy machine is a fault as well."""
    return round(os.getloadavg()[0], 1)


def killed(
    seconds: float, kiosks: int, every_s: float, rate: float, seed: int, clocks: Clocks, database: str
) -> dict[str, Any]:
    """Let the sites, their database and the gates be killed in turn; the figures."""
    entries, chance = int(rate * seconds * 0.8), random.Random(seed)  # noqa: S311
    machines = 0 if database == "sqlite" else 2
    with tempfile.TemporaryDirectory(prefix="codeplace-faults-", ignore_cleanup_errors=True) as name:
        with set_up(Path(name), kiosks, entries, rate, clocks.now, machines=machines) as stage:
            until_s, turns = clocks.seconds() + seconds, itertools.count()
            while clocks.seconds() < until_s:
                again = _one_kill(stage, next(turns), chance)
                time.sleep(_DOWN_S)
                again()
                time.sleep(max(0.0, every_s - _DOWN_S))
            left, took_s = stage.calm(clocks.seconds)
            stage.rest()
            found = verdict(stage)
        return found | {"kills": stage.kills, "still_waiting": left, "drained_s": round(took_s, 1)}


def _one_kill(stage: Stage, turn: int, chance: random.Random) -> Callable[[], None]:
    """Kill the next kind of thing, what holds the data most often; what starts it again."""
    if stage.postgres is None:
        if turn % 3 == 2:
            return stage.kill("kiosk", chance.choice(stage.gates))
        return stage.kill("site", stage.sites[0])
    match turn % 5:
        case 0 | 3:
            return stage.kill_database()
        case 1:
            return stage.kill("site 1", stage.sites[0])
        case 2:
            return stage.kill("kiosk", chance.choice(stage.gates))
        case _:
            return stage.kill("site 2", stage.sites[1])


def crammed(seconds: float, kiosks: int, rate: float, clocks: Clocks, database: str) -> dict[str, Any]:
    """Let the disk of the server's data be full for a third of the time; the figures."""
    with tempfile.TemporaryDirectory(prefix="codeplace-faults-", ignore_cleanup_errors=True) as name:
        on_sqlite = database == "sqlite"
        folder = Path(name) / ("var" if on_sqlite else "disk")
        with small_disk(folder, _DISK_MB[database]) as disk:
            if disk is None and not on_sqlite:
                return {"skipped": "nothing can be mounted here, and a server cannot be held to a quota"}
            return _crammed(Path(name), seconds, kiosks, rate, clocks, disk, machines=0 if on_sqlite else 1)


def _crammed(
    folder: Path, seconds: float, kiosks: int, rate: float, clocks: Clocks, disk: SmallDisk | None,
    *, machines: int,
) -> dict[str, Any]:  # fmt: skip
    entries = int(rate * seconds * 0.8)
    with set_up(folder, kiosks, entries, rate, clocks.now, machines=machines, disk=disk) as stage:
        time.sleep(seconds / 3)
        stage.cramp(_ROOM)
        answers = _asked(stage, seconds / 3, clocks)
        waited, lives = stage.waiting(), stage.sites[0].is_running
        died = stage.uncramp()
        left, took_s = stage.calm(clocks.seconds)
        stage.rest()
        found = verdict(stage)
    return found | {
        "how": "small disk" if disk else "quota", "still_waiting": left, "drained_s": round(took_s, 1),
        "waited_while_full": waited, "site_lived_through_it": lives, "database_died_of_it": died,
        "answers_while_full": dict(sorted(answers.items())),
        "unclear_refusals": sum(count for said, count in answers.items() if said not in ("200", "503")),
    }  # fmt: skip


def _asked(stage: Stage, seconds: float, clocks: Clocks) -> Counter[str]:
    """What batches are answered for some time: 503 is clear, any other failure is not.

    Each holds one thing that is no entry, too large for what is left: it would be put aside for staff.
    """
    told: Counter[str] = Counter()
    gate, until_s = stage.town.gates[0], clocks.seconds() + seconds
    address = f"http://127.0.0.1:{stage.town.port}/api/v1/kiosks/self/entries"
    headers = {"Authorization": f"Bearer {gate.credential}"}
    while clocks.seconds() < until_s:
        number = sum(told.values())
        what = random.Random(number).randbytes(_LARGE).hex()  # noqa: S311
        strange = {"id": f"bench {number}", "what": what}
        try:
            answer = httpx.post(address, json={"entries": [strange]}, headers=headers, timeout=30)
            told[str(answer.status_code)] += 1
        except httpx.HTTPError as error:
            told[type(error).__name__] += 1
        time.sleep(_ASK_EVERY_S)
    return told
