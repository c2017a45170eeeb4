"""Venues and their entrances, and the review of those that apply for codes."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from domain.access import Right
from domain.venue import VenueState
from web.api.declaring.calling import account, scope
from web.api.declaring.operations import Operations
from web.api.declaring.paging import Paging, paged
from web.api.declaring.shapes import WHOLE, Count, Given, Id, Line, Loose, Made, list_of, page_of, told
from web.services.places import places, places_changing
from web.services.places.place_rows import VenueDetail, VenueRow
from web.services.places.places import DEFAULT_ZONE
from web.services.places.posters import applications
from web.services.places.posters.applications import Application
from web.views.asking.session import installation

venues_api = Operations("venues", "Venues and entrances")
Venue = told(VenueRow, "Venue")
VenueWhole = told(VenueDetail, "VenueDetail")
Waiting = told(Application, "Application")
_Capacity = Annotated[int, Field(ge=1, le=1_000_000), WHOLE]


class VenueChange(Given):
    """What a venue is, all of it."""

    name: Line
    address: Line
    kind: Line = Field(default="other", description="office, factory, site, community, hospital, school, …")
    capacity: _Capacity | None = None
    time_zone: Line = DEFAULT_ZONE
    surrounds: bool | None = Field(
        default=None,
        description="Whether it surrounds its area, as a park's gate does: whoever goes on into another "
        "venue of the area is still inside here. Left out, it stays as it is.",
    )


class VenueGiven(VenueChange):
    """A new venue of an enterprise."""

    enterprise_id: Id


class StateGiven(Given):
    """Whether a venue is open."""

    state: Annotated[VenueState, Loose]


class NameGiven(Given):
    """A name."""

    name: Line


class ReasonGiven(Given):
    """Why an application goes back."""

    reason: Line


class VenuesAsked(Paging):
    """Which venues, and which page of them."""

    enterprise_id: Id = Field(default="", description="Only those of one enterprise.")


@venues_api.read("/venues", Right.SEE_PLACES, page_of(Venue, "VenuePage"), query=VenuesAsked)
def list_venues(asked: VenuesAsked) -> Any:
    """The venues in scope with today's figures, by name."""
    if asked.enterprise_id:
        places.enterprise(installation(), scope(), asked.enterprise_id)
    rows = places.venues(installation(), scope(), asked.enterprise_id or None)
    return paged(installation(), "venues", rows, lambda row: (row.name, row.id), asked)


@venues_api.read("/venues/<venue_id>", Right.SEE_PLACES, VenueWhole)
def show_venue(venue_id: str) -> Any:
    """One venue with its entrances, their posters and kiosks."""
    return places.venue(installation(), scope(), venue_id)


@venues_api.make("/venues", Right.EDIT_PLACES, Made, takes=VenueGiven)
def create_venue(given: VenueGiven) -> Any:
    """Add a venue. What an enterprise adds itself waits for review before it gets its codes."""
    values = given.model_dump(exclude={"enterprise_id"}, exclude_none=True)
    applies = bool(scope().enterprise_id)
    made = places.create_venue(installation(), scope(), given.enterprise_id, applies=applies, **values)
    return {"id": made}


@venues_api.change("/venues/<venue_id>", Right.EDIT_PLACES, takes=VenueChange)
def change_venue(venue_id: str, given: VenueChange) -> None:
    """Say anew what a venue is."""
    places_changing.change_venue(installation(), scope(), venue_id, **given.model_dump())


@venues_api.change("/venues/<venue_id>/state", Right.EDIT_PLACES, takes=StateGiven)
def set_venue_state(venue_id: str, given: StateGiven) -> None:
    """Open, pause or close a venue; posters follow at once, kiosks with their next contact."""
    places.set_venue_state(installation(), scope(), venue_id, given.state)


@venues_api.make("/venues/<venue_id>/entrances", Right.EDIT_PLACES, Made, takes=NameGiven)
def create_entrance(venue_id: str, given: NameGiven) -> Any:
    """Add an entrance."""
    return {"id": places.create_entrance(installation(), scope(), venue_id, given.name)}


@venues_api.change("/entrances/<entrance_id>/name", Right.EDIT_PLACES, takes=NameGiven)
def rename_entrance(entrance_id: str, given: NameGiven) -> None:
    """Rename an entrance."""
    places_changing.rename_entrance(installation(), scope(), entrance_id, given.name)


@venues_api.read("/applications", Right.REVIEW_CODES, list_of(Waiting, "Applications"))
def list_applications() -> Any:
    """Venues that apply for codes, the longest waiting first."""
    return {"items": applications.listed(installation(), scope())}


@venues_api.act("/venues/<venue_id>/approve", Right.REVIEW_CODES, Count)
def approve_venue(venue_id: str) -> Any:
    """Approve a venue and issue its posters; tells how many."""
    return {"count": applications.approve(installation(), scope(), account().id, venue_id)}


@venues_api.act("/venues/<venue_id>/return", Right.REVIEW_CODES, takes=ReasonGiven)
def return_application(venue_id: str, given: ReasonGiven) -> None:
    """Send an application back with a reason."""
    applications.send_back(installation(), scope(), account().id, venue_id, given.reason)


@venues_api.act("/venues/<venue_id>/apply-again", Right.EDIT_PLACES)
def apply_again(venue_id: str) -> None:
    """Send an application again that went back."""
    applications.send_again(installation(), scope(), venue_id)
