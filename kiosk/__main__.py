"""`python -m kiosk`: the commands of a kiosk.

What a command needs is imported inside it: the decoder's child imports this module again, and
must be back within a second when it was killed.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NoReturn

import click

from domain.errors import CodePlaceError, InputError
from domain.wording import Sentence
from kiosk.commands.cameras import cameras_command
from kiosk.commands.log import log_command
from kiosk.commands.read import read_command

_HOME = click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("var/kiosk"),
    show_default=True,
    help="Where this kiosk keeps its identity and its entries. 终端数据目录。",
)


@click.group()
def kiosk() -> None:
    """A kiosk at an entrance: it reads visitor codes from a camera. 出入口扫码终端。"""


@kiosk.command("run")
@click.option(
    "--source", required=True, help="Camera number, device, file, folder, http or rtsp URL. 画面来源。"
)
@click.option(
    "--server", help="The server this kiosk is enrolled to, to be sure of it. 服务器地址（核对用）。"
)
@_HOME
@click.option(
    "--port", type=click.IntRange(1, 65_535), default=8100, show_default=True, help="本机页面端口。"
)
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
) -> None:
    """Read codes, decide, keep entries and show the screen until stopped. 运行终端。"""
    import os

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
        _leave(error.sentence, 2)
    try:
        identity = loaded_identity(home)
        if wanted and wanted != identity.server:
            _leave(_other_server(wanted, identity.server), 2)
        facing = Direction(direction) if direction else None
        memory = memory_folder((os.environ.get("XDG_RUNTIME_DIR", ""), "/dev/shm"))  # noqa: S108
        orders = Orders(
            home, source, port, facing, loop, again_within, thermometer, memory, notify_socket, watchdog_usec
        )
        for library in libraries():
            if library.advice is not None:
                _warn(library.advice)
        until_stopped(Kiosk(identity, orders, Console(_say, _warn)).run)
    except CameraError as error:
        _leave(error.sentence, 2)
    except CodePlaceError as error:
        _leave(error.sentence, 1)


@kiosk.command("enrol")
@click.argument("text", required=False)
@click.option("--source", help="Read the code with this camera instead. 用摄像头读取登记码。")
@_HOME
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
        _leave(
            Sentence(
                "Give the enrolment code as text, or a camera with --source; one of the two.",
                "请输入登记码文本，或用 --source 指定摄像头，二选一。",
            ),
            2,
        )
    try:
        if source is not None:
            camera = open_source(source, clock=time.monotonic)
            _say("Show the enrolment code to the camera. 请向摄像头出示登记码。")
            text = text_from_camera(camera, Decoder(clock=time.monotonic), time.monotonic)
        identity = enrolled(
            text or "",
            home,
            name or platform.node() or "kiosk",
            lambda server: Portal(server, "", VERSION, time.monotonic),
            wall_ms,
        )
    except CodePlaceError as error:
        _leave(error.sentence, 2 if isinstance(error, InputError) else 1)
    _say(f"kiosk enrolled {identity.kiosk_id} {identity.server}")
    _say(f"{identity.entrance.venue_name} · {identity.entrance.name}")


@kiosk.command("export")
@_HOME
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
        _leave(error.sentence, 2 if isinstance(error, InputError) else 1)
    _say(f"exported {count} {out}")


@kiosk.command("wipe")
@_HOME
@click.option(
    "--entrance", required=True, help="The name of its entrance, to be sure. 出入口名称（确认用）。"
)
@click.option(
    "--undelivered", is_flag=True, help="Also when entries were never delivered. 有未上传记录时仍清除。"
)
@click.option(
    "--certificate",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where to write what was wiped. 清除证明文件。",
)
def wipe_command(home: Path, entrance: str, undelivered: bool, certificate: Path | None) -> None:
    """Empty a kiosk that goes out of service, after the site withdrew it. 清空停用的终端。"""
    from kiosk.host.machine import wall_ms
    from kiosk.lifecycle.wiping import expect_named, waiting, wiped

    try:
        expect_named(home, entrance)
        count = waiting(home, wall_ms)
        if count and not undelivered:
            raise InputError(
                "--undelivered",
                f"{count} entries were never delivered: take them out with export, or say --undelivered.",
                f"有 {count} 条记录未上传。请先用 export 导出，或加 --undelivered。",
            )
        done = wiped(home, count, wall_ms)
    except CodePlaceError as error:
        _leave(error.sentence, 2 if isinstance(error, InputError) else 1)
    if certificate is not None:
        certificate.write_text(done.text, encoding="utf-8")
    _say(done.text.strip())


@kiosk.command("status")
@_HOME
@click.option(
    "--port", type=click.IntRange(1, 65_535), default=8100, show_default=True, help="本机页面端口。"
)
def status_command(home: Path, port: int) -> None:
    """Say how this kiosk is: link, camera, entries waiting, rules, clock. 查看终端状态。"""
    from kiosk.commands.status import status_lines
    from kiosk.host.identity import loaded_identity

    try:
        identity = loaded_identity(home)
    except InputError as error:
        _leave(error.sentence, 1)
    for line in status_lines(home, identity, port):
        _say(line)


def _other_server(wanted: str, enrolled: str) -> Sentence:
    return Sentence(
        f"This kiosk is enrolled to {enrolled}, not to {wanted}. Leave --server out, or enrol it again.",
        f"本终端登记于 {enrolled}，而不是 {wanted}。请去掉 --server，或重新登记。",
    )


def _say(line: str) -> None:
    try:
        click.echo(line)
    except (OSError, ValueError):  # nobody reads the console any more: the gate goes on
        return


def _warn(sentence: Sentence) -> None:
    try:
        click.echo(f"{sentence.en} {sentence.zh}", err=True)
    except (OSError, ValueError):
        return


def _leave(sentence: Sentence, status: int) -> NoReturn:
    _warn(sentence)
    sys.exit(status)


kiosk.add_command(read_command)
kiosk.add_command(cameras_command)
kiosk.add_command(log_command)

if __name__ == "__main__":
    kiosk(prog_name="python -m kiosk")
