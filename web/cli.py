"""The commands of `python -m web`."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

import click
import structlog
from flask import Flask

from web.bringing import import_entries
from web.commands.figures_commands import figures_commands
from web.commands.keeping_commands import decommission, rotate_fields, scrub
from web.commands.key_commands import key_commands
from web.commands.log_commands import log_commands
from web.commands.operation_commands import backup, doctor, restore
from web.commands.staff_commands import invite, staff_command
from web.judging import judge
from web.services import accounts
from web.services.gates.fleet import fleet
from web.services.gates.fleet.fleet_text import fleet_lines
from web.services.installation import Installation, opened, opened_to_read
from web.services.places import places
from web.services.signing_in import returning
from web.services.signing_keys import keys
from web.serving import serve, worker
from web.settings import Settings
from web.store.scope import PROGRAM


@dataclass(frozen=True, slots=True)
class Root:
    """What the root gives to the commands: settings, the clock and how the application is made."""

    settings: Settings
    now_ms: Callable[[], int]
    create_app: Callable[[Installation], Flask]


@click.group()
def commands() -> None:
    """Code & Place: the site. Settings: DATA_DIR, DATABASE_URL, BASE_URL, OPERATOR."""
    quiet_logs()


commands.add_command(serve)
commands.add_command(worker)
commands.add_command(judge)
commands.add_command(import_entries)
commands.add_command(key_commands)
commands.add_command(log_commands)
commands.add_command(rotate_fields)
commands.add_command(decommission)
commands.add_command(scrub)
commands.add_command(figures_commands)
commands.add_command(staff_command)
commands.add_command(invite)
commands.add_command(backup)
commands.add_command(restore)
commands.add_command(doctor)


@commands.command()
@click.pass_obj
def migrate(root: Root) -> None:
    """Bring the database to this version's schema."""
    from web.services.operations.doctor.doctor_server import ungranted

    inst = _opened(root)
    try:
        click.echo("The database is ready. 数据库已就绪。")
        for told in ungranted(inst):
            click.echo(f"{told.en}\n{told.zh}")
    finally:
        inst.close()


@commands.command("create-admin")
@click.argument("login")
@click.pass_obj
def create_admin(root: Root, login: str) -> None:
    """Make an account over everything; prints the link by which its owner chooses a password, once."""
    inst = _opened(root)
    try:
        accounts.create_account(inst, login, None, accounts.ADMIN, area_path=places.root(inst, PROGRAM))
        click.echo(returning.let_back_in(inst, login).link)
        click.echo(
            "Start the site and open this link: it works once, within seven days. Have an authenticator app "
            "at hand for the second factor.\n"
            "启动网站后打开此链接（七天内有效，仅可使用一次），并准备好手机上的验证器应用，用于设置第二重验证。",
            err=True,
        )
    finally:
        inst.close()


@commands.command("let-back-in")
@click.argument("login")
@click.pass_obj
def let_back_in(root: Root, login: str) -> None:
    """Print a link to a new password; the old one and the second factor end now. 重置账号登录方式。

    With the embedded database the site must be stopped.
    """
    inst = _opened(root)
    try:
        click.echo(returning.let_back_in(inst, login).link)
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


def quiet_logs() -> None:
    """Let logs be lines of JSON that say where and not whom."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.ExceptionRenderer(
                structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
            ),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(),
    )
