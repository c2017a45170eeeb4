"""`python -m kiosk`: the commands of a kiosk."""

from __future__ import annotations

import click

from kiosk.reading import read_command


@click.group()
def kiosk() -> None:
    """A kiosk at an entrance: it reads visitor codes from a camera. 出入口扫码终端。"""


kiosk.add_command(read_command)

if __name__ == "__main__":
    kiosk(prog_name="python -m kiosk")
