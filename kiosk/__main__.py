"""`python -m kiosk`: the commands of a kiosk, each in its module of `kiosk.commands`.

What a command needs is imported inside it: the decoder's child imports this module again, and
must be back within a second when it was killed.
"""

from __future__ import annotations

import click

from kiosk.commands.cameras import cameras_command
from kiosk.commands.enrol import enrol_command
from kiosk.commands.export import export_command
from kiosk.commands.log import log_command
from kiosk.commands.read import read_command
from kiosk.commands.run import run_command
from kiosk.commands.status import status_command
from kiosk.commands.wipe import wipe_command


@click.group()
def kiosk() -> None:
    """A kiosk at an entrance: it reads visitor codes from a camera. 出入口扫码终端。"""


for _command in (
    run_command,
    enrol_command,
    export_command,
    wipe_command,
    status_command,
    read_command,
    cameras_command,
    log_command,
):
    kiosk.add_command(_command)

if __name__ == "__main__":
    kiosk(prog_name="python -m kiosk")
