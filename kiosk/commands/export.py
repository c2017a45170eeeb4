"""`python -m kiosk export`: entries that were not delivered, in a file that only the server opens."""

from __future__ import annotations

from pathlib import Path

import click

from domain.errors import CodePlaceError
from kiosk.commands.console import HOME, give_up, say


@click.command("export")
@HOME
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="The file to make. 输出文件。",
)
def export_command(home: Path, out: Path) -> None:
    """Take entries that were not delivered out into a file that only the server opens. 导出未上传的记录。"""
    import os

    from kiosk.host.identity import loaded_identity
    from kiosk.host.machine import wall_ms
    from kiosk.lifecycle.exporting import exported

    try:
        count = exported(home, loaded_identity(home), out, wall_ms, os.urandom)
    except CodePlaceError as error:
        give_up(error)
    say(f"exported {count} {out}")
