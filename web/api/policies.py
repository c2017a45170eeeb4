"""Rules of entry: read, written in versions, restored, and tried on somebody without keeping anything."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from domain.access import Right
from domain.rules import Verdict
from domain.venue import Direction
from domain.wording import Sentence
from web.api.declaring.calling import account, scope
from web.api.declaring.operations import Operations
from web.api.declaring.shapes import WHOLE, Given, Id, Loose, Told, told
from web.services.passing import simulating
from web.services.passing.simulating import Question
from web.services.rules import policy_editing, policy_history
from web.services.rules.policy_editing import PolicyPage
from web.services.rules.policy_history import History
from web.views.asking.session import installation

policies_api = Operations("policies", "Rules of entry")
Policy = told(PolicyPage, "Policy")
PolicyHistory = told(History, "PolicyHistory")


class PolicyGiven(Given):
    """A place's own part of the rules, whole, and the version that was seen before."""

    fields: dict[str, Any]
    seen_version: Annotated[int, Field(ge=0, le=1_000_000), WHOLE]


class DraftGiven(Given):
    """Rules to look at without keeping them."""

    fields: dict[str, Any]


class RestoreGiven(Given):
    """Which version is to be the newest one again, and the newest one that was seen."""

    version: Annotated[int, Field(ge=0, le=1_000_000), WHOLE]
    seen_version: Annotated[int, Field(ge=0, le=1_000_000), WHOLE]


class QuestionGiven(Given):
    """A passage that is only thought of; now, unless a time is given."""

    visitor_id: Id
    direction: Annotated[Direction, Loose] = Direction.IN
    at_ms: Annotated[int, Field(ge=1_600_000_000_000, le=4_000_000_000_000), WHOLE] | None = None
    temperature_tenths: Annotated[int, Field(ge=300, le=450), WHOLE] | None = None


class Version(Told):
    """The version that was made; null when nothing changed."""

    version: int | None


class VerdictTold(Told):
    """What one rule says."""

    rule: str
    outcome: str
    reason: str | None
    sentence: Sentence | None


class Simulated(Told):
    """What would be decided, and every rule's verdict; nothing is kept."""

    outcome: str
    reason: str
    sentence: Sentence
    at_ms: int
    verdicts: list[VerdictTold]


@policies_api.read("/policies/<level>/<place_id>", Right.SEE_RULES, Policy)
def show_policy(level: str, place_id: str) -> Any:
    """A place's own rules, and what is in force below; level: area, enterprise, venue or entrance."""
    return policy_editing.page(installation(), account(), level, place_id)


@policies_api.act("/policies/<level>/<place_id>/preview", Right.SEE_RULES, Policy, takes=DraftGiven)
def preview_policy(level: str, place_id: str, given: DraftGiven) -> Any:
    """What would be in force with other rules; nothing is kept."""
    return policy_editing.page(installation(), account(), level, place_id, given.fields)


@policies_api.act("/policies/<level>/<place_id>", Right.EDIT_RULES, Version, takes=PolicyGiven)
def save_policy(level: str, place_id: str, given: PolicyGiven) -> Any:
    """Save a place's rules as a new version; refused when somebody saved one meanwhile."""
    made = policy_editing.save(installation(), account(), level, place_id, given.fields, given.seen_version)
    return {"version": made}


@policies_api.read("/policies/<level>/<place_id>/history", Right.SEE_RULES, PolicyHistory)
def policy_versions(level: str, place_id: str) -> Any:
    """Every version with what it changed, the newest first."""
    return policy_history.history(installation(), account(), level, place_id)


@policies_api.act("/policies/<level>/<place_id>/restore", Right.EDIT_RULES, Version, takes=RestoreGiven)
def restore_policy(level: str, place_id: str, given: RestoreGiven) -> Any:
    """Make an older version the newest one."""
    made = policy_editing.restore(
        installation(), account(), level, place_id, given.version, given.seen_version
    )
    return {"version": made}


@policies_api.act("/entrances/<entrance_id>/simulate", Right.SEE_RULES, Simulated, takes=QuestionGiven)
def simulate_passage(entrance_id: str, given: QuestionGiven) -> Any:
    """What would be decided about a visitor at an entrance, and why."""
    question = Question(entrance_id, given.visitor_id, given.at_ms, given.direction, given.temperature_tenths)
    answer = simulating.simulated(installation(), scope(), question)
    decision = answer.judged.decision
    return {
        "outcome": decision.outcome,
        "reason": decision.reason,
        "sentence": decision.sentence,
        "at_ms": answer.at_ms,
        "verdicts": [_verdict(one) for one in answer.judged.verdicts],
    }


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {
        "rule": verdict.rule,
        "outcome": verdict.outcome,
        "reason": verdict.reason,
        "sentence": verdict.sentence,
    }
