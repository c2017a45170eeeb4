"""`python -m kiosk enrol`: a one-time code from the server, as text or shown to the camera, is taken up."""

from __future__ import annotations

from pathlib import Path

import click

from domain.errors import CodePlaceError
from domain.wording import Sentence
from kiosk.commands.console import HOME, give_up, leave, say


@click.command("enrol")
@click.argument("text", required=False)
@click.option("--source", help="Read the code with this camera instead. 用摄像头读取登记码。")
@HOME
@click.option("--name", help="What the server calls this kiosk; the computer's name by default. 终端名称。")
def enrol_command(text: str | None, source: str | None, home: Path, name: str | None) -> None:
    """Take up a one-time code from the server (CPK1:…), as text or shown to the camera. 登记终端。"""
    import platform
    import time

    from kiosk.camera.camera import open_source
    from kiosk.decoder.decoder import Decoder
    from kiosk.host.identity import VERSION
    from kiosk.host.machine import wall_ms
    from kiosk.lifecycle.enrolling import enrolled, text_from_camera
    from kiosk.uplink.portal import Portal

    if (text is None) == (source is None):
        leave(
            Sentence(
                "Give the enrolment code as text, or a camera with --source; one of the two.",
                "请输入登记码文本，或用 --source 指定摄像头，二选一。",
            ),
            2,
        )
    try:
        if source is not None:
            camera = open_source(source, clock=time.monotonic)
            say("Show the enrolment code to the camera. 请向摄像头出示登记码。")
            text = text_from_camera(camera, Decoder(clock=time.monotonic), time.monotonic)
        identity = enrolled(
            text or "",
            home,
            name or platform.node() or "kiosk",
            lambda server: Portal(server, "", VERSION, time.monotonic),
            wall_ms,
        )
    except CodePlaceError as error:
        give_up(error)
    say(f"kiosk enrolled {identity.kiosk_id} {identity.server}")
    say(f"{identity.entrance.venue_name} · {identity.entrance.name}")
