"""`python -m demo`: what `make run` starts, and the pictures and clips that show it."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from types import FrameType

import click

from demo import seed
from demo.lighthouse import LEAST, scored
from demo.phone_pages import phone_pages
from demo.processes import Child
from demo.replay import Replay
from demo.seed import Demo, FirstLook
from domain.errors import CodePlaceError
from web.services.installation import opened
from web.services.signing_keys import keys
from web.settings import Settings, settings_from

_PORT, _KIOSK_PORT = 8000, 8100
_HOURS = 11.5
_READY_S = 60.0


@click.group(invoke_without_command=True)
@click.pass_context
def commands(context: click.Context) -> None:
    """Site and kiosk together. 站点与扫码终端一起启动。"""
    if context.invoked_subcommand is None:
        context.invoke(run)


@commands.command()
@click.option("--port", default=_PORT, show_default=True, type=click.IntRange(1, 65535))
@click.option("--kiosk-port", default=_KIOSK_PORT, show_default=True, type=click.IntRange(1, 65535))
def run(port: int, kiosk_port: int) -> None:
    """Start the site with demo data, and one kiosk enrolled to it; Ctrl-C stops both."""
    environment = {"BASE_URL": f"http://127.0.0.1:{port}", **os.environ}
    settings = settings_from(environment)
    signal.signal(signal.SIGTERM, _interrupt)
    children: list[Child] = []
    try:
        demo, first, text, phones = _prepared(settings)
        children.append(Child("site", ["web", "serve", "--port", str(port)], environment))
        children[0].wait_for("ready ", _READY_S)
        _say_first(settings, first)
        source, replay, length_s = _source(settings, demo, phones)
        home = settings.home / "kiosk"
        if text:
            enrolling = Child("enrol", ["kiosk", "enrol", text, "--home", str(home)], {})
            if enrolling.finish(_READY_S) != 0:
                raise SystemExit(1)
        arguments = ["kiosk", "run", "--source", source, "--home", str(home), "--port", str(kiosk_port)]
        children.append(Child("kiosk", [*arguments, *(["--loop"] if replay else [])], {}))
        children[1].wait_for("kiosk ready ", _READY_S)
        click.echo(f"Log page: http://127.0.0.1:{port}/venues/{demo.venue_id}/log   Ctrl-C stops everything.")
        if replay:
            replay.turns(length_s, lambda seconds: _sleep(children, seconds))
        _sleep(children, None)
    except KeyboardInterrupt:
        click.echo("\nStopping …")
    finally:
        for child in reversed(children):
            child.stop()


@commands.command()
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The .avi file to write.")
def clip(out: Path) -> None:
    """Write a clip of visitors whose codes an installation of its own issued, for benches."""
    with tempfile.TemporaryDirectory() as folder:
        demo, _, _, phones = _prepared(Settings(home=Path(folder)))
    out.parent.mkdir(parents=True, exist_ok=True)
    Replay(out, phones, demo.cards).draw_visitors(_progress)
    click.echo(str(out))


@commands.command()
def weights() -> None:
    """Print what visitors' phones load, in bytes; ends with 1 where a check-in is 60,000 or more."""
    from demo.weights import weighed  # with a browser, which only tests bring

    with phone_pages() as pages:
        found = weighed(pages)
    for name, parts in found.items():
        total = sum(part.size for part in parts)
        click.echo(f"\n{name}: {total:,} bytes")
        for part in parts:
            click.echo(f"  {part.size:>8,}  {part.path[:24]}")
    heavy = [
        name for name, parts in found.items() if "check-in" in name and sum(p.size for p in parts) >= 60_000
    ]
    raise SystemExit(1 if heavy else 0)


@commands.command()
def lighthouse() -> None:
    """Print Lighthouse's scores of the check-in and code pages; ends with 1 where one is below 95.

    Lighthouse itself comes from npm once, into the user's cache and not into this tree.
    """
    is_low = False
    with phone_pages() as pages:
        for name, scores in scored(pages):
            click.echo(
                f"{name:20}" + "".join(f"  {category} {score:3}" for category, score in scores.items())
            )
            is_low = is_low or min(scores.values()) < LEAST
    raise SystemExit(1 if is_low else 0)


def _prepared(settings: Settings) -> tuple[Demo, FirstLook | None, str, list[Mapping[int, str]]]:
    """Demo data, what to say once, an enrolment text unless the kiosk has enrolled, and the phones' codes."""
    inst = opened(settings, lambda: time.time_ns() // 1_000_000)
    try:
        keys.ensure(inst)
        demo, first = seed.seeded(inst)
        enrolled = (settings.home / "kiosk" / "kiosk.json").exists()
        text = "" if enrolled else seed.enrolment(inst, demo)
        now_s = int(time.time())
        phones = [seed.phone_codes(inst, visitor, now_s, _HOURS) for visitor in demo.visitor_ids]
        return demo, first, text, list(phones)
    finally:
        inst.close()


def _source(
    settings: Settings, demo: Demo, phones: list[Mapping[int, str]]
) -> tuple[str, Replay | None, float]:
    """CAMERA, else a webcam, else a clip drawn now."""
    if camera := os.environ.get("CAMERA"):
        return camera, None, 0.0
    if sys.platform == "linux" and (cameras := sorted(Path("/dev").glob("video*"))):
        click.echo(f"The kiosk uses the camera {cameras[0]}.")
        return str(cameras[0]), None, 0.0
    click.echo("No camera was found: the kiosk gets a generated clip of visitors (CAMERA=… names another).")
    click.echo("没有找到摄像头，终端改用生成的访客短片；可用 CAMERA=… 指定其他来源。")
    replay = Replay(settings.home / "visitors.avi", phones, demo.cards)
    return str(settings.home / "visitors.avi"), replay, replay.draw_visitors(_progress)


def _say_first(settings: Settings, first: FirstLook | None) -> None:
    if first is None:
        return
    click.echo(
        f"\n  Sign in 登录   {settings.base_url}\n"
        f"  name 用户名    {first.login}\n"
        f"  password 密码  {first.password}   (shown only now 仅显示这一次)\n"
        f"  Administrator of everything 系统管理员\n"
        f"  name 用户名    {first.admin_login}\n"
        f"  password 密码  {first.admin_password}   (asks for an authenticator app at the first sign-in"
        f" 首次登录须用手机验证器应用)\n"
        f"  A visitor's own page 访客页面  {first.visitor_link}\n"
    )


def _progress(share: float) -> None:
    if sys.stdout.isatty():
        click.echo(f"\rDrawing the clip … {share:4.0%}" + ("\n" if share >= 1 else ""), nl=False)


def _sleep(children: list[Child], seconds: float | None) -> None:
    """Wait, but not longer than the children live."""
    deadline = None if seconds is None else time.monotonic() + seconds
    while deadline is None or time.monotonic() < deadline:
        for child in children:
            if child.ended:
                raise SystemExit(f"The {child.name} has stopped; its last words are above.")
        time.sleep(0.2)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    try:
        commands(prog_name="python -m demo")
    except CodePlaceError as error:
        raise SystemExit(f"{error.sentence.en}\n{error.sentence.zh}") from None
