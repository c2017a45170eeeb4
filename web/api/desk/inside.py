"""Who is inside now, and roll calls in an emergency."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from flask import Response
from pydantic import Field

from domain.access import Right
from web.api.declaring.calling import account, scope
from web.api.declaring.files import attached
from web.api.declaring.operations import Operations
from web.api.declaring.shapes import WHOLE, Given, Id, Line, Loose, Made, Query, list_of, told
from web.services.desk.filtering import filters
from web.services.desk.filtering.filters import Filter
from web.services.desk.inside import inside, inside_list, roll_call_files, roll_calls
from web.services.desk.inside.inside import Inside as InsideNow
from web.services.desk.inside.roll_call_values import Given as MarkGiven
from web.services.desk.inside.roll_call_values import Mark, RollCall
from web.services.desk.projecting.projecting_endings import set_end
from web.services.passing.checkin import new_entry_id
from web.services.places import places
from web.views.asking.session import installation, now_ms

inside_api = Operations("inside", "Who is inside")
Inside = told(InsideNow, "Inside", "twice", people=int, unnamed=int)
# Names in clear stay with the operation that leaves a leaf.
RollCallShort = told(RollCall, "RollCall", "listed", "marks")
RollCallWhole = told(RollCall, "RollCallWhole")


class InsideAsked(Query):
    """Where; everywhere in scope without."""

    venue_id: Id = ""
    enterprise_id: Id = ""
    area_id: Id = ""
    most: int = Field(default=200, ge=1, le=1000, description="How many people are listed at most.")


class PlaceAsked(Given):
    """Where; everywhere in scope without."""

    venue_id: Id = ""
    enterprise_id: Id = ""
    area_id: Id = ""


class EndGiven(Given):
    """A time of day at the venue, like 22:30."""

    ends: Line


class RollGiven(Given):
    """A drill or the real thing."""

    mode: Literal["drill", "real"]


class MarkTold(Given):
    """What was seen of somebody; the same id again is the same mark."""

    id: Annotated[str, Field(pattern="^[0-9a-f]{32}$")]
    entry_id: Id = ""
    mark: Annotated[Mark, Loose]
    name: Annotated[str, Field(max_length=100)] = ""
    people: Annotated[int, Field(ge=1, le=500), WHOLE] = 1
    age_ms: Annotated[int, Field(ge=0, le=86_400_000), WHOLE] = 0
    undone: bool = False


class MarksGiven(Given):
    """What was seen."""

    marks: list[MarkTold] = Field(max_length=2000)


@inside_api.read("/inside", Right.SEE_INSIDE, Inside, query=InsideAsked)
def show_inside(asked: InsideAsked) -> Any:
    """How many are inside, by venue, and who, masked."""
    wanted = Filter(area_id=asked.area_id, enterprise_id=asked.enterprise_id, venue_id=asked.venue_id)
    filters.expect_visible(installation(), scope(), wanted)
    return inside.inside(
        installation(),
        scope(),
        asked.venue_id or None,
        enterprise_id=asked.enterprise_id,
        area_id=asked.area_id,
        most=asked.most,
    )


@inside_api.file("POST", "/inside/table", Right.CALL_ROLL, ("text/csv",), takes=PlaceAsked)
def inside_table(given: PlaceAsked) -> Response:
    """Who is inside as a table, masked; the log says first that it was taken out."""
    places_asked = (given.venue_id, given.enterprise_id, given.area_id)
    return attached(
        inside_list.csv(installation(), scope(), account().id, *places_asked), "text/csv", "inside.csv"
    )


@inside_api.file("POST", "/venues/<venue_id>/inside/sheets", Right.CALL_ROLL, ("application/pdf",))
def inside_sheets(venue_id: str) -> Response:
    """Who is inside a venue as sheets to tick, masked; the log says first that it was taken out."""
    made = inside_list.sheets(installation(), scope(), account().id, venue_id)
    return attached(made, "application/pdf", "inside.pdf")


@inside_api.change("/venues/<venue_id>/day-end", Right.EDIT_PLACES, takes=EndGiven)
def set_day_end(venue_id: str, given: EndGiven) -> None:
    """Set the hour at which whoever was not seen to leave is taken to have left."""
    set_end(installation(), scope(), venue_id, given.ends)


@inside_api.read("/venues/<venue_id>/roll-calls", Right.CALL_ROLL, list_of(RollCallShort, "RollCalls"))
def list_roll_calls(venue_id: str) -> Any:
    """A venue's roll calls with their figures, the newest first."""
    places.venue(installation(), scope(), venue_id)
    return {"items": roll_calls.of_venue(installation(), scope(), venue_id)}


@inside_api.make("/venues/<venue_id>/roll-calls", Right.CALL_ROLL, Made, takes=RollGiven)
def start_roll_call(venue_id: str, given: RollGiven) -> Any:
    """Begin a roll call, or go on with the one that is held."""
    minted = new_entry_id(installation())
    return {"id": roll_calls.start(installation(), scope(), account().id, venue_id, given.mode, minted)}


@inside_api.act("/roll-calls/<roll_call_id>/open", Right.CALL_ROLL, RollCallWhole)
def open_roll_call(roll_call_id: str) -> Any:
    """The list with full names while it goes on; the log says first who opened it."""
    return roll_calls.opened(installation(), scope(), account().id, roll_call_id)


@inside_api.act("/roll-calls/<roll_call_id>/marks", Right.CALL_ROLL, RollCallShort, takes=MarksGiven)
def mark_roll_call(roll_call_id: str, given: MarksGiven) -> Any:
    """Take marks, and tell what the roll call has come to."""
    now = now_ms()
    marks = [
        MarkGiven(one.id, one.entry_id, one.mark, _name(one), one.people, now - one.age_ms, one.undone)
        for one in given.marks
    ]
    return roll_calls.marked(installation(), scope(), account().id, roll_call_id, marks)


@inside_api.act("/roll-calls/<roll_call_id>/end", Right.CALL_ROLL, RollCallShort)
def end_roll_call(roll_call_id: str) -> Any:
    """End a roll call; what it came to stays."""
    return roll_calls.end(installation(), scope(), account().id, roll_call_id)


@inside_api.file("POST", "/roll-calls/<roll_call_id>/table", Right.CALL_ROLL, ("text/csv",))
def roll_call_table(roll_call_id: str) -> Response:
    """What a roll call came to, line by line with names and times; the log says first who took it."""
    _, made = roll_call_files.csv(installation(), scope(), account().id, roll_call_id)
    return attached(made, "text/csv", f"roll-call-{roll_call_id[:8]}.csv")


@inside_api.file("POST", "/roll-calls/<roll_call_id>/sheets", Right.CALL_ROLL, ("application/pdf",))
def roll_call_sheets(roll_call_id: str) -> Response:
    """The same on paper."""
    _, made = roll_call_files.sheets(installation(), scope(), account().id, roll_call_id)
    return attached(made, "application/pdf", f"roll-call-{roll_call_id[:8]}.pdf")


def _name(mark: MarkTold) -> Line:
    return " ".join(mark.name.split()) if mark.mark is Mark.UNLISTED else ""
