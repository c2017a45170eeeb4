"""Passages that staff record at an entrance: decided by the same rules as at a gate, and taken back."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from domain.access import Right
from domain.venue import Direction
from domain.visitor import VisitorClass
from domain.wording import Sentence
from web.api.declaring.calling import account, scope
from web.api.declaring.operations import Operations
from web.api.declaring.shapes import WHOLE, Given, Id, Line, Loose, Told, told
from web.api.people.people import Visitor
from web.services.passing import checkin, passages
from web.services.passing.own_entries import Recorded
from web.services.passing.passage_typing import Typed
from web.services.passing.passages import Desk, Several
from web.views.asking.session import installation

passages_api = Operations("passages", "Passages by staff")
Door = told(Desk, "DoorDesk")


class PassageGiven(Given):
    """Who passes: found by `who` or `visitor_id`, or registered with `name` and `phone`."""

    who: Annotated[str, Field(max_length=500)] = ""
    visitor_id: Id = ""
    name: Line = ""
    phone: Line = ""
    visitor_class: Annotated[VisitorClass, Loose] = VisitorClass.VISITOR
    direction: Annotated[Direction, Loose] = Direction.IN
    temperature: Annotated[str, Field(max_length=10, description="Like 36.8.")] = ""
    companions: Annotated[int, Field(ge=0, le=50), WHOLE] = 0
    plate: Line = ""
    other_phones: list[Line] = Field(
        default_factory=list, max_length=20, description="Of the others in the vehicle."
    )


class PassageTold(Told):
    """What was decided; or whom the term may mean, with nothing recorded. `entry_id` "": nothing is kept."""

    entry_id: str
    outcome: str
    reason: str
    sentence: Sentence | None
    at_ms: int | None
    several: list[Visitor]  # type: ignore[valid-type]


@passages_api.read("/entrances/<entrance_id>/desk", Right.RECORD_PASSAGES, Door)
def show_desk(entrance_id: str) -> Any:
    """What an entrance asks for, and who passed there last."""
    return passages.desk(installation(), scope(), entrance_id)


@passages_api.act("/entrances/<entrance_id>/passages", Right.RECORD_PASSAGES, PassageTold, takes=PassageGiven)
def record_passage(entrance_id: str, given: PassageGiven) -> Any:
    """Decide about somebody who passes, and record it."""
    typed = Typed(
        entry_id=checkin.new_entry_id(installation()),
        companions=str(given.companions or ""),
        in_vehicle=bool(given.plate or given.other_phones),
        others=str(len(given.other_phones) or ""),
        phones="\n".join(given.other_phones),
        **given.model_dump(exclude={"companions", "other_phones"}),
    )
    return _told(passages.record(installation(), scope(), entrance_id, typed, account_id=account().id))


@passages_api.act(
    "/entrances/<entrance_id>/passages/<entry_id>/take-back", Right.RECORD_PASSAGES, PassageTold
)
def take_passage_back(entrance_id: str, entry_id: str) -> Any:
    """Take an entry of the last hour back with another one that corrects it."""
    made_by = account().id
    return _told(passages.take_back(installation(), scope(), entrance_id, entry_id, account_id=made_by))


def _told(done: Recorded | Several) -> dict[str, Any]:
    if isinstance(done, Several):
        nothing = {"entry_id": "", "outcome": "", "reason": "", "sentence": None, "at_ms": None}
        return {**nothing, "several": done.rows}
    return {
        "entry_id": done.entry_id,
        "outcome": done.decision.outcome,
        "reason": done.decision.reason,
        "sentence": done.decision.sentence,
        "at_ms": done.at_ms,
        "several": (),
    }
