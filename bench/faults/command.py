"""`python -m bench faults`: processes and databases killed under load, a full disk; nothing may be lost."""

from __future__ import annotations

import itertools
import json
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import click

from bench.clocks import Clocks
from bench.faults.stage import Stage, set_up
from bench.faults.verdict import verdict

_ZERO: Final = ("missing", "doubled", "promised_lost", "refused_wrongly", "wrong_answers", "still_waiting")
_DOWN_S: Final = 0.7
# So much may the files of a full disk still grow.
_ROOM: Final = 16_384


@click.command("faults")
@click.option("--minutes", type=click.FloatRange(0.05), default=5.0, show_default=True, help="Of kills.")
@click.option("--kiosks", type=click.IntRange(1, 20), default=5, show_default=True)
@click.option("--every", type=click.FloatRange(0.5), default=4.0, show_default=True, help="Seconds a kill.")
@click.option("--rate", type=click.FloatRange(1), default=15.0, show_default=True, help="Entries/s a kiosk.")
@click.option("--seed", default=1, show_default=True)
@click.option("--only", type=click.Choice(["kills", "full-disk"]))
@click.pass_obj
def faults_command(
    clocks: Clocks, minutes: float, kiosks: int, every: float, rate: float, seed: int, only: str | None
) -> None:
    """Two sites and their PostgreSQL killed again and again, a full disk; status 1 if an entry is wrong.

    两个网站进程和数据库反复被杀、磁盘写满时的测试。
    """
    figures: dict[str, Any] = {"bench": "faults", "minutes": minutes, "kiosks": kiosks}
    if only != "full-disk":
        figures["kills"] = killed(minutes * 60, kiosks, every, rate, seed, clocks)
    if only != "kills":
        figures["full_disk"] = crammed(max(4.0, minutes * 12), min(kiosks, 2), rate, clocks)
    click.echo(json.dumps(figures))
    parts = [figures[name] for name in ("kills", "full_disk") if name in figures]
    sys.exit(1 if any(part[name] for part in parts for name in _ZERO) else 0)


def killed(
    seconds: float, kiosks: int, every_s: float, rate: float, seed: int, clocks: Clocks
) -> dict[str, Any]:
    """Let two sites, their database and the gates be killed in turn; the figures."""
    entries, chance = int(rate * seconds * 0.8), random.Random(seed)  # noqa: S311
    with tempfile.TemporaryDirectory(prefix="codeplace-faults-", ignore_cleanup_errors=True) as name:
        with set_up(Path(name), kiosks, entries, rate, clocks.now, machines=2) as stage:
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
    """Kill the next kind of thing, the database most often; what starts it again."""
    match turn % 5:
        case 0 | 3:
            return stage.kill_database()
        case 1:
            return stage.kill("site 1", stage.sites[0])
        case 2:
            return stage.kill("kiosk", chance.choice(stage.gates))
        case _:
            return stage.kill("site 2", stage.sites[1])


def crammed(seconds: float, kiosks: int, rate: float, clocks: Clocks) -> dict[str, Any]:
    """Let the disk of a site on SQLite be full for a third of the time; the figures."""
    entries = int(rate * seconds * 0.8)
    with tempfile.TemporaryDirectory(prefix="codeplace-faults-", ignore_cleanup_errors=True) as name:
        with set_up(Path(name), kiosks, entries, rate, clocks.now, machines=0) as stage:
            time.sleep(seconds / 3)
            stage.cramp(_ROOM)
            time.sleep(seconds / 3)
            waited, lives = stage.waiting(), stage.sites[0].is_running
            stage.cramp(None)
            left, took_s = stage.calm(clocks.seconds)
            stage.rest()
            found = verdict(stage)
        return found | {
            "still_waiting": left, "drained_s": round(took_s, 1),
            "waited_while_full": waited, "site_lived_through_it": lives,
        }  # fmt: skip
