"""`python -m web figures`: draw figures and stays anew out of the log."""

from __future__ import annotations

import sys

import click

from web.asked import Asked
from web.services.desk.projecting import projecting
from web.services.installation import opened


@click.group("figures")
def figures_commands() -> None:
    """Draw figures and stays anew."""


@figures_commands.command()
@click.pass_obj
def rebuild(root: Asked) -> None:
    """Drop all figures and stays and draw them anew out of the log; on SQLite the site must be stopped.

    Figures of days of which people are forgotten stay as they are. Stopped half-way, the site goes on.
    """
    inst = opened(root.settings, root.now_ms)
    try:
        with click.progressbar(length=1, label="figures", file=sys.stderr, width=30) as bar:

            def told(done: int, of: int) -> None:
                bar.length = of
                bar.update(done - bar.pos)

            drawn = projecting.redrawn(inst, told)
    finally:
        inst.close()
    click.echo(f"{drawn} leaves of the log are drawn.")
