"""Which golden case runs in which way: a case that a way can express runs there, and none runs nowhere."""

from __future__ import annotations

import pytest

from domain.reason import Reason
from tests.golden.cases import GOLDEN, Lack, Runner, lack, possible
from tests.golden.running import WAYS

# The only kind of case that nothing but `judge` can be asked, and why.
JUDGED_ALONE = {Lack.NO_DRIVER}
# Said of a code, so that only a way that takes codes can say it; of rules, only one that holds them.
OF_CODES = {
    *(Reason.NOT_A_VISITOR_CODE, Reason.CODE_DAMAGED, Reason.CODE_FORGED, Reason.CODE_KEY_UNKNOWN),
    *(Reason.CODE_NOT_YET, Reason.CODE_EXPIRED, Reason.CODE_REVOKED, Reason.VISITOR_UNKNOWN),
}
OF_RULES_HELD = {Reason.RULES_OUT_OF_DATE}
SAID = {Reason(case.json["expected"]["reason"]) for case in GOLDEN.values()}


def reasons(runner: Runner) -> set[Reason]:
    return {Reason(case.json["expected"]["reason"]) for case in possible(runner)}


def test_every_way_is_run():
    assert set(WAYS) == set(Runner)


def test_a_case_that_runs_nowhere_is_of_a_kind_that_is_named():
    for case in GOLDEN.values():
        lacks = {lack(case, runner) for runner in Runner}
        if None not in lacks:
            assert lacks <= JUDGED_ALONE, case.id


def test_every_lack_is_needed():
    seen = {lack(case, runner) for case in GOLDEN.values() for runner in Runner}
    assert seen - {None} == set(Lack)


def test_a_way_lacks_no_reason_that_it_could_give():
    """By what a way takes and holds: codes, rules that grow old, and more people than one in a vehicle."""
    assert reasons(Runner.KIOSK) == SAID
    assert reasons(Runner.REPLAY) == SAID - {Reason.NOT_A_VISITOR_CODE}
    assert reasons(Runner.STAFF) == SAID - OF_RULES_HELD
    persons = SAID - OF_CODES - OF_RULES_HELD
    assert reasons(Runner.SIMULATOR) == persons
    assert reasons(Runner.IMPORT) == persons - {Reason.VEHICLE_INCOMPLETE}
    assert reasons(Runner.PHONE) == persons


@pytest.mark.parametrize("runner", Runner)
def test_a_way_is_asked_both_for_those_whom_it_lets_in_and_for_all_others(runner: Runner):
    outcomes = {case.json["expected"]["outcome"] for case in possible(runner)}
    assert outcomes == {"admitted", "refused", "referred"}
