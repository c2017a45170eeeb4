"""`python -m kiosk status`: how this kiosk is."""

from __future__ import annotations

from pathlib import Path

import click

from domain.errors import InputError
from kiosk.commands.console import HOME, PORT, leave, say


@click.command("status")
@HOME
@PORT
def status_command(home: Path, port: int) -> None:
    """Say how this kiosk is: link, camera, entries waiting, rules, clock. 查看终端状态。"""
    from kiosk.host.identity import loaded_identity
    from kiosk.running.status import status_lines

    try:
        identity = loaded_identity(home)
    except InputError as error:
        leave(error.sentence, 1)
    for line in status_lines(home, identity, port):
        say(line)
