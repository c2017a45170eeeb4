"""The rounds of those who look after doors: today's doors, what hangs there, and the days before."""

from __future__ import annotations

from typing import Annotated, Any

from flask import Response
from pydantic import Field

from domain.access import Right
from web.api.declaring.calling import account, scope
from web.api.declaring.days import day_of
from web.api.declaring.operations import Operations
from web.api.declaring.paging import Paging, paged
from web.api.declaring.shapes import WHOLE, FormGiven, Given, Id, Query, Told, Upload, page_of, told
from web.services.visits.rounds import patrolling, rounds, rounds_reading
from web.services.visits.rounds.patrolling import AGE_MOST_MS, TEXTS_MOST, Look
from web.services.visits.rounds.rounds_reading import PICTURE_MOST
from web.views.asking.session import installation

rounds_api = Operations("rounds", "Rounds")
Round = told(rounds.Round, "Round", total=int, done=int)
RoundLook = told(rounds.LookRow, "RoundLook")
Seen = told(patrolling.Seen, "Seen")
Whose = told(patrolling.Whose, "Whose")
_FAR_MS = 10**15
_Text = Annotated[str, Field(max_length=4300)]


class RoundAsked(Query):
    """Whose round; that of all doors in scope without."""

    liaison_id: Id = ""


class FrameGiven(FormGiven):
    """A picture of what hangs at a door."""

    picture: Upload = Field(description="JPEG, PNG or WebP, at most 16 MB.")


class TextsGiven(Given):
    """The texts of all codes in view."""

    texts: list[_Text] = Field(max_length=TEXTS_MOST)


class LookGiven(TextsGiven):
    """A look at a door; no text means that nothing hangs. The same id again is the same look."""

    id: Annotated[str, Field(pattern="^[0-9a-f]{32}$")]
    entrance_id: Id
    age_ms: Annotated[int, Field(ge=0, le=AGE_MOST_MS, description="How long ago it was."), WHOLE] = 0


class Texts(Told):
    """The texts of the codes in a picture, the nearest to its middle first."""

    texts: list[str]


@rounds_api.read("/rounds/today", Right.PATROL, Round, query=RoundAsked)
def show_round(asked: RoundAsked) -> Any:
    """Today's round: every door with a poster, what was seen there today, and when somebody last looked."""
    return rounds.today(installation(), scope(), account().id, asked.liaison_id)


@rounds_api.act("/rounds/readings", Right.PATROL, Texts, form=FrameGiven, room=PICTURE_MOST)
def read_codes(given: FrameGiven) -> Any:
    """The texts of the codes in a picture, which is kept nowhere."""
    return {"texts": rounds_reading.texts_of(given.picture.read(PICTURE_MOST + 1))}


@rounds_api.act("/rounds/whose", Right.PATROL, Whose, takes=TextsGiven)
def whose_poster(given: TextsGiven) -> Any:
    """Which door in scope a poster belongs to."""
    return patrolling.whose(installation(), scope(), given.texts)


@rounds_api.act("/rounds/looks", Right.PATROL, Seen, takes=LookGiven)
def note_look(given: LookGiven) -> Any:
    """Keep a look at a door: the verdict on what hangs there. A foreign code becomes an alert."""
    seen = Look(given.id, given.entrance_id, tuple(given.texts), given.age_ms)
    return patrolling.looked(installation(), scope(), account().id, seen)


@rounds_api.act("/rounds/looks/<look_id>/undo", Right.PATROL)
def undo_look(look_id: str) -> None:
    """Take back a look of one's own of these days."""
    patrolling.undo(installation(), scope(), account().id, look_id)


@rounds_api.read("/rounds/days/<day>", Right.PATROL, page_of(RoundLook, "RoundLookPage"), query=Paging)
def show_round_day(day: str, asked: Paging) -> Any:
    """What was seen on a day (2026-11-20), the latest first."""
    rows = rounds.history(installation(), scope(), day_of(day))
    return paged(installation(), f"round {day_of(day)}", rows, _latest_first, asked)


@rounds_api.file("GET", "/rounds/days/<day>/table", Right.PATROL, ("text/csv",), also=(422,))
def round_table(day: str) -> Response:
    """The same as a table."""
    rows = rounds.history(installation(), scope(), day_of(day))
    response = Response(b"".join(rounds.csv(rows)), mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=f"rounds-{day_of(day)}.csv")
    return response


def _latest_first(row: rounds.LookRow) -> tuple[str, ...]:
    return f"{_FAR_MS - row.at_ms:016}", row.id
