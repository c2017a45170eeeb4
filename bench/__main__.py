"""`python -m bench`: the figures this project is judged by, each bench ending in a line of JSON."""

from __future__ import annotations

import time

import click

from bench.clocks import Clocks
from bench.kiosk import kiosk_command
from bench.posters import posters_command
from bench.reach import reach_command
from bench.reading import reading_command
from bench.soak import soak_command
from bench.spoiling import degraded_command
from bench.sync.command import drain_command, sync_command


@click.group()
@click.pass_context
def bench(context: click.Context) -> None:
    """Measure this project beside the alternatives. 与同类方案对比测量。"""
    context.obj = Clocks(time.time, time.monotonic)


bench.add_command(posters_command)
bench.add_command(reading_command)
bench.add_command(degraded_command)
bench.add_command(kiosk_command)
bench.add_command(reach_command)
bench.add_command(soak_command)
bench.add_command(drain_command)
bench.add_command(sync_command)

if __name__ == "__main__":
    bench(prog_name="python -m bench")
