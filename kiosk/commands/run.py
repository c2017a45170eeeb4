"""`python -m kiosk run`: the gate at work, until it is stopped."""

from __future__ import annotations

from pathlib import Path

import click

from domain.errors import CodePlaceError, InputError
from domain.wording import Sentence
from kiosk.commands.console import HOME, PORT, leave, say, warn


@click.command("run")
@click.option(
    "--source", required=True, help="Camera number, device, file, folder, http or rtsp URL. 画面来源。"
)
@click.option(
    "--server", help="The server this kiosk is enrolled to, to be sure of it. 服务器地址（核对用）。"
)
@HOME
@PORT
@click.option(
    "--direction",
    type=click.Choice(["in", "out"]),
    help="Which way people pass; as it was left, or in, by default. 通行方向。",
)
@click.option("--loop/--no-loop", default=False, help="Play a file again and again. 循环播放文件。")
@click.option(
    "--again-within",
    type=click.FloatRange(0, 3_600),
    default=30.0,
    show_default=True,
    help="Seconds in which the same code shown again makes no new entry. 重复出示不另记的秒数。",
)
@click.option(
    "--thermometer",
    type=click.Path(path_type=Path),
    help="A serial thermometer such as /dev/ttyUSB0, one number per line in °C. 串口体温计。",
)
@click.option("--notify-socket", envvar="NOTIFY_SOCKET", default="", hidden=True)
@click.option("--watchdog-usec", envvar="WATCHDOG_USEC", default=0, type=click.IntRange(0), hidden=True)
@click.option("--runtime-folder", envvar="XDG_RUNTIME_DIR", default="", hidden=True)
def run_command(
    source: str,
    server: str | None,
    home: Path,
    port: int,
    direction: str | None,
    loop: bool,
    again_within: float,
    thermometer: Path | None,
    notify_socket: str,
    watchdog_usec: int,
    runtime_folder: str,
) -> None:
    """Read codes, decide, keep entries and show the screen until stopped. 运行终端。"""
    from domain.venue import Direction
    from kiosk.camera.camera import CameraError
    from kiosk.desk.thermometer import checked_path
    from kiosk.host.identity import checked_server, loaded_identity
    from kiosk.host.stopping import until_stopped
    from kiosk.privacy.tags import memory_folder
    from kiosk.running.assembly import Kiosk
    from kiosk.running.orders import Console, Orders
    from reader.versions import libraries

    try:
        wanted = checked_server(server) if server else None
        if thermometer:
            checked_path(thermometer)
    except InputError as error:
        leave(error.sentence, 2)
    try:
        identity = loaded_identity(home)
        if wanted and wanted != identity.server:
            leave(_other_server(wanted, identity.server), 2)
        facing = Direction(direction) if direction else None
        memory = memory_folder((runtime_folder, "/dev/shm"))  # noqa: S108
        orders = Orders(
            home, source, port, facing, loop, again_within, thermometer, memory, notify_socket, watchdog_usec
        )
        for library in libraries():
            if library.advice is not None:
                warn(library.advice)
        until_stopped(Kiosk(identity, orders, Console(say, warn)).run)
    except CameraError as error:
        leave(error.sentence, 2)
    except CodePlaceError as error:
        leave(error.sentence, 1)


def _other_server(wanted: str, enrolled: str) -> Sentence:
    return Sentence(
        f"This kiosk is enrolled to {enrolled}, not to {wanted}. Leave --server out, or enrol it again.",
        f"本终端登记于 {enrolled}，而不是 {wanted}。请去掉 --server，或重新登记。",
    )
