"""The command that takes in what a kiosk could not deliver, for when no page is at hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from web.services.gates import importing
from web.services.installation import opened
from web.services.signing_keys import keys
from web.store.scope import PROGRAM


@click.command("import-entries")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def import_entries(root: Any, file: Path) -> None:
    """Take in a file that “python -m kiosk export” made, also of a withdrawn kiosk. 导入终端记录文件。"""
    inst = opened(root.settings, root.now_ms)
    try:
        keys.ensure(inst)
        done = importing.imported(inst, PROGRAM, file.read_bytes())
    finally:
        inst.close()
    click.echo(f"{done.kiosk_name}: stored {done.stored}, duplicate {done.duplicate}, refused {done.refused}")
