"""The simulator decides as a real check-in then does, by what is known, and leaves no trace at all."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select

from domain.access import Role
from domain.credential import Credential
from domain.decision import Vehicle, VisitorFacts
from domain.errors import InputError
from domain.hours import DAY_NAMES
from domain.outcome import Outcome
from domain.reason import Reason
from domain.rules import Rule
from domain.venue import Direction
from domain.visitor import VisitorClass
from tests.web.tenants import SettableClock, Tenant
from web.db.tables import metadata
from web.services.accounts import Account
from web.services.errors import NotFoundError
from web.services.installation import Installation
from web.services.passing import checkin, simulating
from web.services.passing.checkin import CheckIn
from web.services.passing.simulating import Answer, Question
from web.services.passing.simulating_text import answer_json, answer_lines, made_up, parsed_time
from web.services.people import visitors
from web.services.rules import policy_editing
from web.store.scope import PROGRAM

_HOUR = 3_600_000
_POLICIES: list[dict[str, Any]] = [
    {},
    {"classes": ["employee"]},
    {"temperature": "require"},
    {"temperature": "ask", "temperature_limit_tenths": 370},
    {"capacity": 0},
    {"credentials": [{"kind": "test", "max_age_hours": 48}]},
    {"credentials": [{"kind": "identity", "max_age_hours": None, "otherwise": "refer"}]},
    {"hours": {"weekly": dict.fromkeys(DAY_NAMES, ()), "holidays": []}},
    {"reentry": "refuse"},
]  # fmt: skip


def rule(inst: Installation, park: Tenant, **fields: Any) -> None:
    who = Account("c", "c", Role.OWNER, park.staff)
    seen = policy_editing.page(inst, who, "venue", park.venue).version
    policy_editing.save(inst, who, "venue", park.venue, fields, seen)


def everything(inst: Installation) -> dict[str, list[Any]]:
    """Every row of every table."""

    def work(connection: Any) -> dict[str, list[Any]]:
        return {
            name: sorted(map(repr, connection.execute(select(table))))
            for name, table in metadata.tables.items()
        }

    return inst.read(work)


def registered(inst: Installation, park: Tenant, name: str = "Ann Lee") -> str:
    given = visitors.Registration(park.enterprise, name, "13800138000", VisitorClass.VISITOR)
    return visitors.register(inst, park.staff, given).visitor_id


@pytest.mark.parametrize("fields", _POLICIES, ids=lambda fields: "-".join(fields) or "default")
def test_it_answers_as_the_check_in_that_follows(
    inst: Installation, park: Tenant, clock: SettableClock, fields: dict[str, Any]
):
    rule(inst, park, **fields)
    visitor = registered(inst, park)
    for direction in ("in", "in", "out"):
        clock.pass_s(60)
        question = Question(park.entrance, visitor, direction=Direction(direction), temperature_tenths=None)
        expected = simulating.simulated(inst, park.staff, question).judged
        given = CheckIn(checkin.new_entry_id(inst), "Ann Lee", "13800138000", direction=direction)
        real = checkin.check_in(inst, park.poster, given).decision
        assert (real.outcome, real.reason, real.sentence) == (
            expected.decision.outcome,
            expected.decision.reason,
            expected.decision.sentence,
        )


def test_it_leaves_every_row_of_every_table_as_it_was(inst: Installation, park: Tenant):
    rule(inst, park, **_POLICIES[5], capacity=3)
    visitor = registered(inst, park)
    before = everything(inst)
    simulating.doors(inst, park.staff)
    simulating.candidates(inst, park.staff, "138 0013 8000")
    simulating.simulated(inst, park.staff, Question(park.entrance, visitor))
    simulating.simulated(inst, park.staff, Question(park.entrance, _contractor(), 0, Direction.OUT))
    assert everything(inst) == before


def _contractor(*credentials: Credential) -> VisitorFacts:
    return VisitorFacts(simulating.MADE_UP, VisitorClass.CONTRACTOR, credentials=credentials)


def outcomes(answer: Answer) -> dict[tuple[Rule, str], Outcome]:
    return {(verdict.rule, verdict.subject): verdict.outcome for verdict in answer.judged.verdicts}


def test_every_rule_has_its_verdict_not_only_the_one_that_decides(inst: Installation, park: Tenant):
    rule(
        inst, park, classes=["visitor"], temperature="require", vehicle_complete=True,
        credentials=[{"kind": "test", "max_age_hours": 48}, {"kind": "permit", "max_age_hours": None}],
    )  # fmt: skip
    now = inst.now_ms()
    somebody = _contractor(Credential("test", now - 47 * _HOUR), Credential("permit", None, now - 1))
    asked = Question(park.entrance, somebody, vehicle=Vehicle("", 2, ("13800138000",)))
    answer = simulating.simulated(inst, park.staff, asked)
    assert answer.judged.decision.reason is Reason.CLASS_NOT_ACCEPTED
    said = outcomes(answer)
    assert {rule for rule, _ in said} == set(Rule)
    assert said[(Rule.CREDENTIAL, "test")] is Outcome.ADMITTED
    assert said[(Rule.CREDENTIAL, "permit")] is Outcome.REFUSED
    assert said[(Rule.TEMPERATURE, "")] is Outcome.REFERRED
    assert said[(Rule.VEHICLE, "")] is Outcome.REFUSED
    assert any(line.said_sources.en == "from the venue Park Ltd site" for line in answer.lines)


def test_a_test_is_good_to_the_minute_and_one_without_a_time_goes_to_a_person(
    inst: Installation, park: Tenant
):
    rule(inst, park, credentials=[{"kind": "test", "max_age_hours": 48}])
    now = inst.now_ms()
    for since, outcome in (
        (now - 48 * _HOUR + 60_000, Outcome.ADMITTED),
        (now - 48 * _HOUR - 60_000, Outcome.REFUSED),
        (None, Outcome.REFERRED),
    ):
        asked = Question(park.entrance, _contractor(Credential("test", since)))
        assert simulating.simulated(inst, park.staff, asked).judged.decision.outcome is outcome


def test_a_time_gone_by_is_judged_by_the_policy_of_that_time(
    inst: Installation, park: Tenant, clock: SettableClock
):
    before = clock()
    clock.pass_s(600)
    rule(inst, park, classes=["employee"])
    then = simulating.simulated(inst, park.staff, Question(park.entrance, _contractor(), before))
    now = simulating.simulated(inst, park.staff, Question(park.entrance, _contractor()))
    assert (then.judged.decision.outcome, now.judged.decision.outcome) == (Outcome.ADMITTED, Outcome.REFUSED)


def test_people_are_found_as_in_the_list_and_only_ones_own(inst: Installation, park: Tenant, mill: Tenant):
    visitor = registered(inst, park)
    number = visitors.visitor(inst, park.staff, visitor).short_number
    for text in (number, f"{number[:4].lower()} {number[4:]}", "ann lee", "138-0013-8000"):
        assert [row.id for row in simulating.candidates(inst, park.staff, text)] == [visitor]
        assert simulating.candidates(inst, mill.staff, text) == []
    assert simulating.candidates(inst, park.staff, " ") == ()
    for named in (number, visitor):
        assert simulating.visitor_id(inst, PROGRAM, named) == visitor
        with pytest.raises(NotFoundError):
            simulating.visitor_id(inst, mill.staff, named)
    with pytest.raises(NotFoundError):
        simulating.simulated(inst, mill.staff, Question(mill.entrance, visitor))
    with pytest.raises(NotFoundError):
        simulating.simulated(inst, mill.staff, Question(park.entrance, _contractor()))


def test_the_answer_is_lines_for_people_and_json_for_programs(inst: Installation, park: Tenant):
    rule(inst, park, credentials=[{"kind": "test", "max_age_hours": 48}])
    zone = simulating.door(inst, park.staff, park.entrance).time_zone
    at = parsed_time("2026-11-20T10:00", zone, "--at")
    assert at == inst.now_ms() == parsed_time("2026-11-20T02:00Z", zone, "--at")
    late = ["test@2026-11-18T09:00+08:00", "Forklift licence@/2027-01-01T00:00"]
    somebody = made_up(VisitorClass.CONTRACTOR, late, zone, own_word=True)
    assert somebody.credentials[1].since_ms is None
    assert not somebody.credentials[0].verified
    answer = simulating.simulated(inst, park.staff, Question(park.entrance, somebody, at))
    told = json.loads(json.dumps(answer_json(answer)))
    assert (told["outcome"], told["reason"]) == ("refused", "credential_too_old")
    assert told["sentence"]["zh"] == "检测阴性证明已超过 48 小时，请更新。"
    assert {verdict["rule"] for verdict in told["verdicts"]} == set(Rule)
    text = "\n".join(answer_lines(answer))
    for words in (
        "refused 劝返",
        told["sentence"]["en"],
        told["sentence"]["zh"],
        "[from the venue Park Ltd site]",
    ):
        assert words in text


@pytest.mark.parametrize("written", ["", "@2026-11-21", "test@yesterday", "test@2026-11-21T08:00/never"])
def test_a_credential_that_cannot_be_read_is_named(written: str):
    with pytest.raises(InputError) as told:
        made_up(VisitorClass.VISITOR, [written], "Asia/Shanghai", own_word=False)
    assert told.value.field == "--credential"
