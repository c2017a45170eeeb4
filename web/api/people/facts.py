"""What is known of visitors: dated credentials, and holds, which need two persons."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from domain.access import Right
from domain.hold import HoldLevel
from web.api.declaring.calling import account, scope
from web.api.declaring.operations import Operations
from web.api.declaring.purposes import named
from web.api.declaring.shapes import WHOLE, Count, Given, Line, Loose, Made, Query, list_of, told
from web.services.logs.purposes import Act
from web.services.people import case_holds, credentials, holds, visitors
from web.services.people.case_holds import Case
from web.services.people.credential_values import CredentialRow
from web.services.people.credential_values import Given as Dated
from web.services.people.holds import Given as Proposed
from web.services.people.holds import HoldRow, HoldState
from web.views.asking.session import installation

facts_api = Operations("facts", "Credentials and holds")
Credential = told(CredentialRow, "Credential")
Hold = told(HoldRow, "Hold")
HoldCase = told(Case, "HoldCase", to_confirm=int)
# Why is for those who hold people.
VisitorHold = told(HoldRow, "VisitorHold", "reason")
_Purpose = named(Act.HOLD)
_Text = Annotated[str, Field(max_length=500)]


class CredentialGiven(Given):
    """A dated fact; times are local, like 2026-11-20 08:00."""

    kind: Line
    since: Line = ""
    until: Line = ""


class HoldGiven(Given):
    """Why somebody is to be held up, what the guard is to do, and where it can be appealed against."""

    level: Annotated[HoldLevel, Loose]
    purpose: _Purpose  # type: ignore[valid-type]
    reason: _Text
    instruction: _Text
    appeal: _Text
    until: Line = ""


class HoldsCounted(Given):
    """The number of holds that wait for the caller, typed again."""

    counted: Annotated[int, Field(ge=0, le=10_000_000), WHOLE]


class HoldsAsked(Query):
    """Which holds."""

    state: HoldState = HoldState.IN_FORCE
    case_id: str | None = Field(None, max_length=64, description="Those of one case; empty: of none.")


@facts_api.read("/visitors/<visitor_id>/credentials", Right.SEE_PEOPLE, list_of(Credential, "Credentials"))
def list_credentials(visitor_id: str) -> Any:
    """A visitor's credentials."""
    visitors.visitor(installation(), scope(), visitor_id)
    return {"items": credentials.listed(installation(), scope(), visitor_id)}


@facts_api.act("/visitors/<visitor_id>/credentials", Right.EDIT_PEOPLE, takes=CredentialGiven)
def add_credential(visitor_id: str, given: CredentialGiven) -> None:
    """Note a credential that was seen."""
    dated = Dated(given.kind, given.since, given.until)
    credentials.add(installation(), scope(), account().id, visitor_id, dated)


@facts_api.act("/visitors/<visitor_id>/credentials/<credential_id>/verify", Right.EDIT_PEOPLE)
def verify_credential(visitor_id: str, credential_id: str) -> None:
    """Confirm what a visitor declared."""
    credentials.verify(installation(), scope(), account().id, visitor_id, credential_id)


@facts_api.act("/visitors/<visitor_id>/credentials/<credential_id>/withdraw", Right.EDIT_PEOPLE)
def withdraw_credential(visitor_id: str, credential_id: str) -> None:
    """Withdraw a credential."""
    credentials.withdraw(installation(), scope(), visitor_id, credential_id)


@facts_api.read("/holds", Right.HOLD_PEOPLE, list_of(Hold, "Holds"), query=HoldsAsked)
def list_holds(asked: HoldsAsked) -> Any:
    """The newest holds in scope that stand so; at most 200."""
    return {"items": holds.listed(installation(), scope(), asked.state, rule=asked.case_id)}


@facts_api.read("/holds/cases", Right.HOLD_PEOPLE, list_of(HoldCase, "HoldCases"))
def list_hold_cases() -> Any:
    """The newest cases whose contacts were put on hold, with how many holds stand how; at most 50."""
    return {"items": case_holds.cases(installation(), scope(), account().id)}


@facts_api.read("/holds/cases/<case_id>", Right.HOLD_PEOPLE, HoldCase)
def show_hold_case(case_id: str) -> Any:
    """How many holds of one case stand how."""
    return case_holds.case(installation(), scope(), account().id, case_id)


@facts_api.act("/holds/cases/<case_id>/confirm", Right.HOLD_PEOPLE, Count, takes=HoldsCounted)
def confirm_hold_case(case_id: str, given: HoldsCounted) -> Any:
    """Confirm all holds of a case that somebody else proposed; how many."""
    return {"count": case_holds.confirm(installation(), scope(), account().id, case_id, str(given.counted))}


@facts_api.act("/holds/cases/<case_id>/turn-down", Right.HOLD_PEOPLE, Count)
def turn_down_hold_case(case_id: str) -> Any:
    """Turn down all holds of a case that wait; how many."""
    return {"count": case_holds.end(installation(), scope(), account().id, case_id, HoldState.WAITING)}


@facts_api.act("/holds/cases/<case_id>/lift", Right.HOLD_PEOPLE, Count)
def lift_hold_case(case_id: str) -> Any:
    """Lift all holds of a case that are in force; how many."""
    return {"count": case_holds.end(installation(), scope(), account().id, case_id, HoldState.IN_FORCE)}


@facts_api.read("/visitors/<visitor_id>/holds", Right.SEE_PEOPLE, list_of(VisitorHold, "VisitorHolds"))
def list_visitor_holds(visitor_id: str) -> Any:
    """A visitor's holds, without their reasons."""
    visitors.visitor(installation(), scope(), visitor_id)
    return {"items": holds.of_visitor(installation(), scope(), visitor_id)}


@facts_api.make("/visitors/<visitor_id>/holds", Right.HOLD_PEOPLE, Made, takes=HoldGiven)
def propose_hold(visitor_id: str, given: HoldGiven) -> Any:
    """Propose a hold; it is in force when a second person confirmed it."""
    proposed = Proposed(**given.model_dump())
    return {"id": holds.propose(installation(), scope(), account().id, visitor_id, proposed)}


@facts_api.act("/visitors/<visitor_id>/holds/<hold_id>/confirm", Right.HOLD_PEOPLE)
def confirm_hold(visitor_id: str, hold_id: str) -> None:
    """Confirm a hold that somebody else proposed."""
    holds.confirm(installation(), scope(), account().id, visitor_id, hold_id)


@facts_api.act("/visitors/<visitor_id>/holds/<hold_id>/lift", Right.HOLD_PEOPLE)
def lift_hold(visitor_id: str, hold_id: str) -> None:
    """End a hold, or turn a proposal down."""
    holds.lift(installation(), scope(), account().id, visitor_id, hold_id)
