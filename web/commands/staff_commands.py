"""`python -m web staff` and `python -m web invite`: who holds what, and a link for somebody new."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import click

from domain.access import Role
from domain.errors import InputError
from domain.hours import local_time
from web.services.access import inviting, names, staff
from web.services.access.granting import Wanted
from web.services.access.staff import Held
from web.services.accounts import Account
from web.services.errors import NotFoundError
from web.services.installation import opened
from web.services.places import places
from web.services.places.places import DEFAULT_ZONE
from web.settings import Settings
from web.store.scope import PROGRAM, Scope

_ROLES = click.Choice([role.value for role in Role])


class Asked(Protocol):
    """What the root gives to the commands."""

    @property
    def settings(self) -> Settings:
        """Where the installation is."""

    @property
    def now_ms(self) -> Callable[[], int]:
        """The clock."""


@click.command("staff")
@click.pass_obj
def staff_command(root: Asked) -> None:
    """List who holds which role where, those that are over last."""
    inst = opened(root.settings, root.now_ms)
    try:
        for held in staff.listed(inst, _console(places.root(inst, PROGRAM))):
            click.echo(_line(held))
    finally:
        inst.close()


@click.command("invite")
@click.argument("role", type=_ROLES)
@click.option("--area", default="", help="Id of the area; the top one when nothing is named.")
@click.option("--enterprise", default="", help="Id of the enterprise.")
@click.option("--until", default="", help="The last day of the role, like 2026-12-31.")
@click.pass_obj
def invite(root: Asked, role: str, area: str, enterprise: str, until: str) -> None:
    """Print a link by which somebody new gets a role; it works once, within seven days."""
    inst = opened(root.settings, root.now_ms)
    try:
        top = places.root(inst, PROGRAM)
        node = (
            f"enterprise:{enterprise}" if enterprise else f"area:{area or top.strip('/').rpartition('/')[2]}"
        )
        made = inviting.invite(inst, _console(top), Wanted(role, node, "", until))
    except (InputError, NotFoundError) as error:
        raise click.ClickException(f"{error.sentence.en} {error.sentence.zh}") from None
    finally:
        inst.close()
    click.echo(made.link)


def _console(top_path: str) -> Account:
    """Whoever has this machine's console: an administrator of everything, whom the log calls "console"."""
    return Account("console", "console", Role.ADMIN, Scope(area_path=top_path))


def _line(held: Held) -> str:
    since = f"{local_time(held.from_ms, DEFAULT_ZONE):%Y-%m-%d}"
    until = f"{local_time(held.until_ms - 1, DEFAULT_ZONE):%Y-%m-%d}" if held.until_ms is not None else ""
    role = names.ROLES[held.role]
    state = "disabled" if held.is_disabled else held.standing.value
    return "\t".join((held.login, held.role.value, role.zh, held.place, since, until, state))
