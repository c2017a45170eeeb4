"""The commands of `python -m web` about keeping: exchanging the master key, and ending the whole site."""

from __future__ import annotations

import time
from pathlib import Path

import click

from domain.errors import UnavailableError
from web.asked import Asked
from web.services.installation import Installation, opened, opened_to_read
from web.services.keeping import ending, rotating
from web.services.keeping.purging import scrubbing
from web.services.keeping.rotating import Progress

# Every process of the site reads its key file anew every five seconds.
_KNOWN_AFTER_S = 12
_LOOK_EVERY_S = 2


@click.command("rotate-fields")
@click.pass_obj
def rotate_fields(root: Asked) -> None:
    """Exchange the master key: seal every field anew with a new one, also while the site serves.

    Stopped anywhere, the same command goes on.
    """
    ring = rotating.ordered(root.settings)
    if ring.is_announced:
        try:
            inst = opened(root.settings, root.now_ms)
        except UnavailableError:
            click.echo("The site learns the new key …")
            time.sleep(_KNOWN_AFTER_S)
        else:
            inst.close()
        rotating.ordered(root.settings)
    try:
        inst = opened(root.settings, root.now_ms)
    except UnavailableError:
        _followed(root)
        return
    try:
        rotating.work_off(inst)
        _told(rotating.progress(inst))
    finally:
        inst.close()
    click.echo("The old key is gone: every field is sealed with the new one. Make a new backup of the key.")


@click.command("scrub")
@click.pass_obj
def scrub(root: Asked) -> None:
    """Leave no byte of erased people in the database's tables; for PostgreSQL, at a quiet hour.

    Its write-ahead log keeps copies until it is recycled, its archives and backups as long as you keep them.
    """
    if scrubbing.rewritten(root.settings):
        click.echo("Every table about people was written anew. 人员数据表均已重写。")
    else:
        click.echo("Nothing to do: this database overwrites what is erased. 无须操作：本数据库删除时即覆盖。")


@click.command("decommission")
@click.option(
    "--archive",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="A new folder for the log, which names nobody, and the certificate.",
)
@click.option("--operator", prompt="Type the operator's name", help="The operator's name, to be sure.")
@click.pass_obj
def decommission(root: Asked, archive: Path, operator: str) -> None:
    """End this site: withdraw the gates, erase everybody, archive the log, destroy the keys. No way back.

    The site must be stopped. Stopped itself, the same command goes on.
    """
    inst = opened(root.settings, root.now_ms)
    try:
        ending.expect_named(inst, operator)
        shown = ending.standing(inst)
        click.echo(
            f"{shown.gates} kiosks are withdrawn; {shown.waiting} entries waited in them by their last word."
        )
        click.echo("Wipe each of them with: python -m kiosk wipe")
        for step in ending.ended(inst, archive):
            click.echo(f"done: {step}")
    finally:
        inst.close()
    click.echo(f"The site has ended. Keep {archive}; delete its data folder and its backups.")


def _followed(root: Asked) -> None:
    """Show how far the site is; it goes on without this command."""
    inst: Installation = opened_to_read(root.settings, root.now_ms)
    try:
        while (shown := rotating.progress(inst)).is_going_on:
            rotating.refreshed(inst)
            _told(shown)
            time.sleep(_LOOK_EVERY_S)
    finally:
        inst.close()
    click.echo("The old key is gone: every field is sealed with the new one. Make a new backup of the key.")


def _told(shown: Progress) -> None:
    if shown.seen:
        click.echo(f"{shown.done} of {shown.of} tables, {shown.seen} rows seen, {shown.changed} sealed anew")
