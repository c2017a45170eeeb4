"""`python -m web judge`: the one decision for a terminal, with a status for each outcome."""

from __future__ import annotations

import json
import sys
from typing import Any

import click

from domain.errors import InputError
from domain.outcome import Outcome
from domain.venue import Direction
from domain.visitor import VisitorClass
from web.asked import Asked
from web.services.errors import NotFoundError
from web.services.installation import Installation, opened_to_read
from web.services.passing import simulating
from web.services.passing.passage_typing import parsed_temperature
from web.services.passing.simulating import Question
from web.services.passing.simulating_text import answer_json, answer_lines, made_up, parsed_time
from web.store.scope import PROGRAM

# What `judge` ends with where it could not judge; below are the decisions.
UNANSWERED = 3
_STATUSES = {Outcome.ADMITTED: 0, Outcome.REFUSED: 1, Outcome.REFERRED: 2}


class _Judging(click.Command):
    """A command whose statuses up to 2 are decisions, so that a wrong word needs another one."""

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """See click.Command; a usage error ends with UNANSWERED."""
        try:
            return super().make_context(*args, **kwargs)
        except click.UsageError as error:
            error.show()
            sys.exit(UNANSWERED)


@click.command(cls=_Judging)
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
    root: Asked,
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
        zone = _judged_door(inst, entrance).time_zone
        question = Question(
            entrance,
            made_up(VisitorClass(chosen), credentials, zone, own_word=own_word)
            if chosen is not None
            else _judged_visitor(inst, visitor or ""),
            parsed_time(at, zone, "--at") if at else None,
            Direction(direction),
            parsed_temperature(temperature) if temperature else None,
        )
        answer = simulating.simulated(inst, PROGRAM, question)
    finally:
        inst.close()
    click.echo(
        json.dumps(answer_json(answer), ensure_ascii=False) if as_json else "\n".join(answer_lines(answer))
    )
    sys.exit(_STATUSES[answer.judged.decision.outcome])


def _judged_door(inst: Installation, entrance: str) -> simulating.Door:
    try:
        return simulating.door(inst, PROGRAM, entrance)
    except NotFoundError:
        raise InputError("--entrance", "There is no entrance with this id.", "没有该编号的出入口。") from None


def _judged_visitor(inst: Installation, named: str) -> str:
    try:
        return simulating.visitor_id(inst, PROGRAM, named)
    except NotFoundError:
        raise InputError(
            "--visitor", "There is no visitor with this short number or id.", "没有该编号的访客。"
        ) from None
