"""`python -m bench sync` and `python -m bench drain`: entries that arrive exactly once, and how fast."""

from __future__ import annotations

import json
import sys

import click

from bench.clocks import Clocks
from bench.sync.drain import drained
from bench.sync.run import synced
from bench.sync.story import LEAST_GATES

_LEAST_PER_S = 3_000
_MOST_MS = 150.0


@click.command("drain")
@click.option("--entries", type=click.IntRange(100), default=100_000, show_default=True)
@click.option("--seed", default=1, show_default=True)
@click.pass_obj
def drain_command(clocks: Clocks, entries: int, seed: int) -> None:
    """Let a gate come back after 30 days offline; status 1 if too slow. 离线 30 天后的上传测试。"""
    done = drained(entries, seed, clocks)
    click.echo(json.dumps(done))
    wrong = done["missing"] or done["doubled"] or done["out_of_order"]
    slow = done["entries_per_s"] < _LEAST_PER_S or (done["judged_p95_ms"] or 0) > _MOST_MS
    sys.exit(1 if wrong or slow else 0)


@click.command("sync")
@click.option("--kiosks", type=click.IntRange(LEAST_GATES, 40), default=LEAST_GATES, show_default=True)
@click.option("--entries", type=click.IntRange(1_000), default=30_000, show_default=True)
@click.option("--seed", default=1, show_default=True)
@click.pass_obj
def sync_command(clocks: Clocks, kiosks: int, entries: int, seed: int) -> None:
    """Send entries while everything fails; status 1 if one is missing. 恶劣网络下的同步测试。

    Each kiosk has its part in the story: one is cut off for half of it, one is cloned, one is revoked.
    """
    done = synced(kiosks, entries, seed, clocks, lambda words: click.echo(words, err=True))
    click.echo(json.dumps(done))
    zero = ("missing", "doubled", "promised_lost", "refused_because_a_reply_was_lost", "bad_bundles_taken")
    sys.exit(1 if any(done[name] for name in (*zero, "still_waiting")) else 0)
