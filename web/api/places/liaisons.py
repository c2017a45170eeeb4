"""Liaisons, who look after enterprises, and the sweep of a venue by a guard."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from domain.access import Right
from web.api.declaring.calling import account, scope
from web.api.declaring.operations import Operations
from web.api.declaring.shapes import Count, Given, Id, Line, Made, Told, list_of, told
from web.services.desk.inside import sweeping
from web.services.desk.inside.sweeping import Swept
from web.services.passing.checkin import new_entry_id
from web.services.places import liaisons, places
from web.services.places.liaisons import Board, LiaisonRow, Person
from web.views.asking.session import installation

liaisons_api = Operations("liaisons", "Liaisons and sweeps")
LiaisonBoard = told(Board, "LiaisonBoard")
LiaisonTold = told(LiaisonRow, "Liaison")
SweptOut = told(Swept, "Swept")


class LiaisonGiven(Given):
    """Somebody who looks after enterprises of an area."""

    area_id: Id
    name: Line
    phone: Line


class PersonGiven(Given):
    """A liaison's name and phone put right."""

    name: Line
    phone: Line


class LiaisonPerson(Told):
    """A liaison, name and phone in clear."""

    liaison: LiaisonTold  # type: ignore[valid-type]
    clear: Person


class AssignmentGiven(Given):
    """Whom enterprises have as liaison from now on; "" for nobody."""

    enterprise_ids: list[Id] = Field(min_length=1, max_length=500)
    liaison_id: Id


class SweepGiven(Given):
    """Who is gone: the entries with which their stays began."""

    entry_ids: list[Annotated[str, Field(max_length=36)]] = Field(min_length=1, max_length=1000)


@liaisons_api.read("/liaisons", Right.SEE_PLACES, LiaisonBoard)
def list_liaisons() -> Any:
    """The liaisons in scope, masked, with their enterprises, and the enterprises that have none."""
    return liaisons.board(installation(), scope())


@liaisons_api.make("/liaisons", Right.EDIT_PLACES, Made, takes=LiaisonGiven)
def create_liaison(given: LiaisonGiven) -> Any:
    """Add a liaison to an area."""
    return {"id": liaisons.add(installation(), scope(), given.area_id, given.name, given.phone)}


@liaisons_api.act("/liaisons/assignments", Right.EDIT_PLACES, Count, takes=AssignmentGiven)
def assign_liaison(given: AssignmentGiven) -> Any:
    """Give enterprises to a liaison; tells how many changed."""
    return {"count": liaisons.assign(installation(), scope(), given.enterprise_ids, given.liaison_id)}


@liaisons_api.remove("/liaisons/<liaison_id>", Right.EDIT_PLACES)
def remove_liaison(liaison_id: str) -> None:
    """Remove a liaison; the enterprises have none then."""
    liaisons.remove(installation(), scope(), liaison_id)


@liaisons_api.act("/venues/<venue_id>/sweeps", Right.RECORD_PASSAGES, Count, takes=SweepGiven)
def sweep_venue(venue_id: str, given: SweepGiven) -> Any:
    """Let those out who were seen to be gone; tells how many."""
    minted = new_entry_id(installation())
    done = sweeping.sweep(installation(), scope(), venue_id, minted, given.entry_ids, account_id=account().id)
    return {"count": done}


@liaisons_api.read("/venues/<venue_id>/sweeps", Right.SEE_INSIDE, list_of(SweptOut, "SweptOuts"))
def list_swept(venue_id: str) -> Any:
    """Who was swept out of a venue lately, masked."""
    places.venue(installation(), scope(), venue_id)
    return {"items": sweeping.swept(installation(), scope(), venue_id)}


@liaisons_api.read("/liaisons/<liaison_id>", Right.EDIT_PLACES, LiaisonPerson)
def show_liaison(liaison_id: str) -> Any:
    """One liaison in clear, with their enterprises."""
    row, clear = liaisons.person(installation(), scope(), liaison_id)
    return {"liaison": row, "clear": clear}


@liaisons_api.change("/liaisons/<liaison_id>", Right.EDIT_PLACES, takes=PersonGiven)
def change_liaison(liaison_id: str, given: PersonGiven) -> None:
    """Put a liaison's name and phone right."""
    liaisons.change(installation(), scope(), liaison_id, given.name, given.phone)


@liaisons_api.act("/venues/<venue_id>/sweeps/<entry_id>/take-back", Right.RECORD_PASSAGES)
def take_back_sweep(venue_id: str, entry_id: str) -> None:
    """Somebody who was swept out is inside after all; within the hour."""
    sweeping.take_back(installation(), scope(), venue_id, entry_id, account_id=account().id)
