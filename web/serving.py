"""`python -m web serve` and `worker`: the site's processes, and what runs beside the requests."""

from __future__ import annotations

import gc
import logging
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Final, Protocol

import click
from flask import Flask

from domain.errors import InputError, UnavailableError
from domain.wording import Sentence
from web.asked import Asked
from web.background import Background
from web.channels import Loop
from web.db.connecting.engine import embedded_file
from web.services.installation import Installation, opened
from web.services.operations import handing_on, sharing_out
from web.services.operations.gauges import COUNTED
from web.services.operations.liveness import Pulse, answers
from web.services.operations.processes import Processes, end_with_parent
from web.services.signing_keys import keys
from web.settings import Settings

_THREADS: Final = 16
_FD, _CHILD, _SHARE = "--socket-fd", "--child", "--share"


class Root(Asked, Protocol):
    """What the root gives to the commands that serve."""

    @property
    def create_app(self) -> Callable[[Installation], Flask]:
        """How the application is made."""


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on. 监听地址。")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--behind",
    metavar="ADDRESS",
    help="The web server with TLS before this one; its word counts on who calls, and over what.",
)
@click.option(
    "--processes",
    default=1,
    show_default=True,
    type=click.IntRange(1, 64),
    help="How many serve; more than one needs PostgreSQL. 服务进程数，多于一个须用 PostgreSQL。",
)
@click.option(
    "--worker/--no-worker",
    default=True,
    show_default=True,
    help="Also do what runs beside the requests. 同时运行后台任务。",
)
@click.option(_FD, default=-1, hidden=True)
@click.option(_SHARE, type=(int, click.Path(path_type=Path)), default=(0, Path()), hidden=True)
@click.option(_CHILD, is_flag=True, hidden=True)
@click.option("--notify-socket", envvar="NOTIFY_SOCKET", default="", hidden=True)
@click.option("--watchdog-usec", envvar="WATCHDOG_USEC", default=0, type=click.IntRange(0), hidden=True)
@click.option("--listen-pid", envvar="LISTEN_PID", default=0, hidden=True)
@click.option("--listen-fds", envvar="LISTEN_FDS", default=0, hidden=True)
@click.pass_obj
def serve(
    root: Root, host: str, port: int, behind: str | None, processes: int, worker: bool, socket_fd: int,
    share: tuple[int, Path], child: bool, notify_socket: str, watchdog_usec: int, listen_pid: int,
    listen_fds: int,
) -> None:  # fmt: skip
    """Serve the site until it is told to stop."""
    if child:
        end_with_parent()
        own, connections = share
        shared = sharing_out.Listener(socket_fd, connections, own)
        _one(root, shared, behind, "ready", worker=False)
        return
    listening = handing_on.handed_on(listen_pid, listen_fds, host, port) or _listening(host, port)
    pulse = Pulse(
        notify_socket, watchdog_usec, lambda: answers(host, port),
        lambda: handing_on.hand_on(notify_socket, listening),
    )  # fmt: skip
    ready = f"ready http://{f'[{host}]' if ':' in host else host}:{port}"
    try:
        if processes > 1:
            _many(root, listening, behind, processes, ready, worker=worker)
        else:
            _one(root, listening, behind, ready, worker=worker)
    except Exception:
        # Nobody is to wait for a site that cannot start.
        handing_on.hand_on_nothing(notify_socket)
        raise
    finally:
        pulse.stop()


@click.command()
@click.option(_CHILD, is_flag=True, hidden=True)
@click.pass_obj
def worker(root: Root, child: bool) -> None:
    """Do what runs beside the requests, until told to stop; needs PostgreSQL. 运行后台任务。

    Any number of workers may run, on any machines: what must be done once is done by one of them.
    """
    _expect_server(root.settings)
    if child:
        end_with_parent()
    inst = _opened(root)
    stopping = threading.Event()
    background = Background(inst)
    try:
        _stop_on_signals(sys.exit)
        click.echo("ready")
        stopping.wait()
    except SystemExit:
        pass
    finally:
        background.stop()
        inst.close()
        click.echo("stopped")


def _settled() -> None:
    """Let the collector look at what requests make, and not at the program again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def _quiet() -> None:
    """Let waitress not write a line for each request that waits: how long they take is counted anyway."""
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)


def _one(root: Root, listening: socket.socket, behind: str | None, ready: str, *, worker: bool) -> None:
    inst = _opened(root)
    background = Background(inst) if worker else None
    try:
        app = root.create_app(inst)
        loop = Loop(app, listening, threads=_THREADS, ident="", channel_timeout=30, **_trust(behind))
        _stop_on_signals(loop.end)
        _quiet()
        _settled()
        click.echo(ready)
        loop.run()
    finally:
        if background is not None:
            background.stop()
        inst.close()
        click.echo("stopped")


def _many(
    root: Root, listening: socket.socket, behind: str | None, count: int, ready: str, *, worker: bool
) -> None:
    _expect_server(root.settings)
    # One migrates and makes keys, before several would wait for each other.
    _opened(root).close()
    listening.listen(1024)
    arguments = ["serve", _CHILD, _FD, str(listening.fileno())]
    trusted = ["--behind", behind] if behind else []
    with tempfile.TemporaryDirectory(prefix="codeplace-metrics-") as counted:
        connections = Path(counted) / "connections"
        sharing_out.made(connections, count)
        wanted = [[*arguments, _SHARE, str(own), str(connections), *trusted] for own in range(count)]
        # What each process counted comes together there, for whichever of them is asked.
        children = [*wanted, *([["worker", _CHILD]] if worker else [])]
        fleet = Processes(children, listening.fileno(), {COUNTED: counted})
        try:
            _stop_on_signals(sys.exit)
            fleet.start()
            click.echo(ready)
            fleet.watch()
        except SystemExit:
            pass
        finally:
            fleet.stop()
            click.echo("stopped")


def _expect_server(settings: Settings) -> None:
    if embedded_file(settings.resolved_database_url) is not None:
        raise InputError(
            "DATABASE_URL",
            "Several processes need PostgreSQL: set DATABASE_URL=postgresql://…",
            "多个进程须使用 PostgreSQL：请设置 DATABASE_URL=postgresql://…",
        )


def _opened(root: Root) -> Installation:
    inst = opened(root.settings, root.now_ms)
    keys.ensure(inst)
    return inst


def _trust(behind: str | None) -> dict[str, object]:
    """Whose word on the caller's address and on TLS counts: only that one's, and only its own addition."""
    if behind is None:
        return {}
    return {
        "trusted_proxy": behind,
        "trusted_proxy_count": 1,
        "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto"},
        "clear_untrusted_proxy_headers": True,
    }


def _listening(host: str, port: int) -> socket.socket:
    """The bound socket; taken before the database, so that a second start says what is wrong at once."""
    try:
        listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
        try:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind((host, port))
        except OSError:
            listening.close()
            raise
    except OSError as error:
        raise UnavailableError(
            Sentence(
                f"Cannot listen on {host}:{port} ({error.strerror}). "
                "Stop what uses it, or give another --port.",
                f"无法监听 {host}:{port}（{error.strerror}）。请停止占用它的程序，或用 --port 换端口。",
            )
        ) from None
    return listening


def _stop_on_signals(stop: Callable[[], object]) -> None:
    """Let a signal to end call this once; a terminal that closes is one, unless it was told not to be."""

    def told(_number: int, _frame: FrameType | None) -> None:
        for each in numbers:
            signal.signal(each, signal.SIG_IGN)
        stop()

    numbers = [signal.SIGTERM, signal.SIGINT]
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
        numbers.append(signal.SIGHUP)
    for each in numbers:
        signal.signal(each, told)
