"""The commands of `python -m web`."""

from __future__ import annotations

import json
import logging
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType
from typing import Any

import click
import structlog
import waitress
from flask import Flask

from domain.errors import InputError, UnavailableError
from domain.outcome import Outcome
from domain.venue import Direction
from domain.visitor import VisitorClass
from domain.wording import Sentence
from web.background import Background
from web.services import accounts, keys, places, simulating
from web.services.errors import NotFoundError
from web.services.installation import Installation, opened, opened_to_read
from web.services.passage_typing import parsed_temperature
from web.services.simulating import Question
from web.services.simulating_text import answer_json, answer_lines, made_up, parsed_time
from web.settings import Settings
from web.store.scope import PROGRAM

_THREADS = 16
# What `judge` ends with where it could not judge; below are the decisions.
UNANSWERED = 3
_STATUSES = {Outcome.ADMITTED: 0, Outcome.REFUSED: 1, Outcome.REFERRED: 2}


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


@commands.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.pass_obj
def serve(root: Root, host: str, port: int) -> None:
    """Serve the site until it is told to stop."""
    listening = _listening(host, port)
    inst = _opened(root)
    background = Background(inst)
    try:
        server = waitress.create_server(
            root.create_app(inst), sockets=[listening], threads=_THREADS, ident="", channel_timeout=30
        )
        _stop_on_signals()
        click.echo(f"ready http://{f'[{host}]' if ':' in host else host}:{port}")
        server.run()
    except (KeyboardInterrupt, SystemExit):
        pass
    finally:
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


class _Judging(click.Command):
    """A command whose statuses up to 2 are decisions, so that a wrong word needs another one."""

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """See click.Command; a usage error ends with UNANSWERED."""
        try:
            return super().make_context(*args, **kwargs)
        except click.UsageError as error:
            error.show()
            sys.exit(UNANSWERED)


@commands.command(cls=_Judging)
@click.option("--entrance", required=True, metavar="ID", help="The entrance, as in the address of its page.")
@click.option("--visitor", metavar="NUMBER|ID", help="A registered visitor, by short number or id.")
@click.option(
    "--class",
    "chosen",
    type=click.Choice([value.value for value in VisitorClass]),
    help="Or somebody made up.",
)
@click.option(
    "--credential",
    "credentials",
    multiple=True,
    metavar="KIND[@SINCE[/UNTIL]]",
    help="What they have, like test@2026-11-21T08:00+08:00; without SINCE nobody knows its date.",
)
@click.option("--own-word", is_flag=True, help="Nobody has seen these credentials yet.")
@click.option("--at", metavar="ISO", help="When; without an offset by the venue's clock.  [default: now]")
@click.option(
    "--direction", type=click.Choice([way.value for way in Direction]), default="in", show_default=True
)
@click.option("--temperature", metavar="°C", help="What was measured, like 36.6.")
@click.option("--json", "as_json", is_flag=True, help="Print one line of JSON.")
@click.pass_obj
def judge(
    root: Root,
    entrance: str,
    visitor: str | None,
    chosen: str | None,
    credentials: tuple[str, ...],
    own_word: bool,
    at: str | None,
    direction: str,
    temperature: str | None,
    as_json: bool,
) -> None:
    """Say what would be decided, with every rule's verdict; nothing is kept.

    Works beside the running site. The status is 0 when admitted, 1 when refused, 2 when referred to the
    staff, and 3 when nothing could be judged: a wrong option, an unknown entrance or visitor, no database.
    """
    if (visitor is None) == (chosen is None) or (credentials and chosen is None):
        raise InputError(
            "--visitor",
            "Give either --visitor, or --class with any --credential.",
            "请二选一：--visitor，或 --class（可加 --credential）。",
        )
    inst = opened_to_read(root.settings, root.now_ms)
    try:
        zone = simulating.door(inst, PROGRAM, entrance).time_zone
        question = Question(
            entrance,
            made_up(VisitorClass(chosen), credentials, zone, own_word=own_word)
            if chosen is not None
            else simulating.visitor_id(inst, PROGRAM, visitor or ""),
            parsed_time(at, zone, "--at") if at else None,
            Direction(direction),
            parsed_temperature(temperature) if temperature else None,
        )
        answer = simulating.simulated(inst, PROGRAM, question)
    except NotFoundError:
        raise InputError("--entrance", "There is no entrance with this id.", "没有该编号的出入口。") from None
    finally:
        inst.close()
    click.echo(
        json.dumps(answer_json(answer), ensure_ascii=False) if as_json else "\n".join(answer_lines(answer))
    )
    sys.exit(_STATUSES[answer.judged.decision.outcome])


def _opened(root: Root) -> Installation:
    inst = opened(root.settings, root.now_ms)
    keys.ensure(inst)
    return inst


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
