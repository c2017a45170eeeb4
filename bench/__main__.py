"""`python -m bench`: the figures this project is judged by, each bench ending in a line of JSON."""

from __future__ import annotations

import time
from importlib import import_module

import click

from bench.clocks import Clocks

# Each is loaded when it is asked for: what another needs should not count in its memory.
_COMMANDS = {
    "posters": "bench.posters",
    "reading": "bench.reading",
    "degraded": "bench.spoiling",
    "kiosk": "bench.kiosk",
    "reach": "bench.reach",
    "soak": "bench.soak",
    "facts": "bench.facts.command",
    "drain": "bench.sync.command",
    "sync": "bench.sync.command",
    "export": "bench.export",
    "log": "bench.log",
    "query": "bench.query.command",
    "ingest": "bench.ingest.command",
    "scale": "bench.scale.command",
    "faults": "bench.faults.command",
    "beats": "bench.beats",
}


class _Benches(click.Group):
    """The benches by name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*_COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = getattr(import_module(_COMMANDS[cmd_name]), f"{cmd_name}_command")
        return command


@click.group(cls=_Benches)
@click.pass_context
def bench(context: click.Context) -> None:
    """Measure this project beside the alternatives. 与同类方案对比测量。"""
    context.obj = Clocks(time.time, time.monotonic)


if __name__ == "__main__":
    bench(prog_name="python -m bench")
