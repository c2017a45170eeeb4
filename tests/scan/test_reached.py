"""What is said of a scan: refused requests count as refused, and not as pages or forms that were reached."""

from __future__ import annotations

from tests.scan.reached import Reached

LINES = (
    "GET\tdesk.entries\t200\t12\tasked\t\n",
    "GET\tdesk.entries\t302\t2\tasked\t/sign-in\n",
    "GET\tgates.listed\t302\t2\tasked\t/sign-in\n",
    "GET\tvisits.visit\t404\t2\tasked\t\n",
    "POST\tdesk_saved.save\t303\t20\tvalid\t/desk\n",
    "POST\tvisitors.new\t422\t31\tvalid\t\n",
    "POST\tholds.lift\t400\t3\tno-token\t\n",
    "POST\tstaff.give\t403\t3\tvalid\t\n",
    "POST\tplaces_import.upload\t500\t40\tvalid\t\n",
    "GET\t-\t405\t1\tasked\t\n",
    "GET\tprivacy.page\t429\t1\tasked\t\n",
)


def test_only_what_was_looked_at_counts_as_reached():
    reached = Reached()
    reached.note(LINES)
    assert reached.pages == {"desk.entries"}
    assert reached.forms == {"desk_saved.save", "visitors.new", "places_import.upload"}
    assert reached.forms_let_in == {"desk_saved.save"}
    assert (reached.requests, reached.sent_forms) == (11, 5)


def test_each_refusal_has_its_reason():
    reached = Reached()
    reached.note(LINES)
    assert dict(reached.refused) == {
        "signed out": 2,
        "no such thing": 1,
        "no valid form token": 1,
        "not allowed": 1,
        "opened what only takes forms": 1,
        "too many requests": 1,
    }


def test_an_answer_of_500_and_the_slowest_are_told():
    reached = Reached()
    reached.note(LINES)
    assert dict(reached.faults) == {"POST places_import.upload 500": 1}
    assert reached.slowest == (40, "POST places_import.upload")
