"""The commands of `python -m web`."""

from __future__ import annotations

import logging
import signal
import socket
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType

import click
import structlog
import waitress
from flask import Flask

from domain.errors import UnavailableError
from domain.wording import Sentence
from web.background import Background
from web.bringing import import_entries
from web.figures_commands import figures_commands
from web.judging import judge
from web.log_commands import log_commands
from web.operation_commands import backup, doctor, restore
from web.services import accounts, keys
from web.services.gates import fleet
from web.services.gates.fleet_text import fleet_lines
from web.services.installation import Installation, opened, opened_to_read
from web.services.operations.liveness import Pulse, answers
from web.services.places import places
from web.settings import Settings
from web.store.scope import PROGRAM

_THREADS = 16


@dataclass(frozen=True, slots=True)
class Root:
    """What the root gives to the commands: settings, the clock and how the application is made."""

    settings: Settings
    now_ms: Callable[[], int]
    create_app: Callable[[Installation], Flask]


@click.group()
def commands() -> None:
    """Code & Place: the site. Settings: DATA_DIR, DATABASE_URL, BASE_URL, OPERATOR."""
    _quiet_logs()


commands.add_command(judge)
commands.add_command(import_entries)
commands.add_command(log_commands)
commands.add_command(figures_commands)
commands.add_command(backup)
commands.add_command(restore)
commands.add_command(doctor)


@commands.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option(
    "--behind",
    metavar="ADDRESS",
    help="The web server with TLS before this one; its word counts on who calls, and over what.",
)
@click.option("--notify-socket", envvar="NOTIFY_SOCKET", default="", hidden=True)
@click.option("--watchdog-usec", envvar="WATCHDOG_USEC", default=0, type=click.IntRange(0), hidden=True)
@click.pass_obj
def serve(
    root: Root, host: str, port: int, behind: str | None, notify_socket: str, watchdog_usec: int
) -> None:
    """Serve the site until it is told to stop."""
    listening = _listening(host, port)
    inst = _opened(root)
    background, pulse = Background(inst), None
    try:
        server = waitress.create_server(
            root.create_app(inst),
            sockets=[listening],
            threads=_THREADS,
            ident="",
            channel_timeout=30,
            **_trust(behind),
        )
        _stop_on_signals()
        pulse = Pulse(notify_socket, watchdog_usec, lambda: answers(host, port))
        click.echo(f"ready http://{f'[{host}]' if ':' in host else host}:{port}")
        server.run()
    except (KeyboardInterrupt, SystemExit):
        pass
    finally:
        if pulse is not None:
            pulse.stop()
        background.stop()
        inst.close()
        click.echo("stopped")


@commands.command()
@click.pass_obj
def migrate(root: Root) -> None:
    """Bring the database to this version's schema."""
    _opened(root).close()
    click.echo("The database is ready.")


@commands.command("create-admin")
@click.argument("login")
@click.pass_obj
def create_admin(root: Root, login: str) -> None:
    """Make an account over everything; prints its random password, which is kept nowhere."""
    inst = _opened(root)
    try:
        password = accounts.random_password()
        accounts.create_account(inst, login, password, accounts.ADMIN, area_path=places.root(inst, PROGRAM))
        click.echo(f"login {login}\npassword {password}")
    finally:
        inst.close()


@commands.command("kiosks")
@click.pass_obj
def kiosks(root: Root) -> None:
    """List the kiosks, those that need attention first; works beside the running site."""
    inst = opened_to_read(root.settings, root.now_ms)
    try:
        units = fleet.listed(inst, PROGRAM)
    finally:
        inst.close()
    for line in fleet_lines(units, root.now_ms()):
        click.echo(line)


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


def _stop_on_signals() -> None:
    def stop(_number: int, _frame: FrameType | None) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)


def _quiet_logs() -> None:
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.ExceptionRenderer(
                structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
            ),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(),
    )
