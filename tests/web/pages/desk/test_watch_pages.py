"""The page of silent and strange codes: steps are taken and taken back, visits go on paper."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.web.pages.site import Site, opened, seen, sent, signed_in
from tests.web.services.desk.figures_made import TODAY, counted, kept
from tests.web.tenants import Tenant, tenant
from web.services.desk.watching import watching
from web.services.places import areas, liaisons
from web.store.scope import PROGRAM


@pytest.fixture
def silent(site: Site, there: Tenant) -> Tenant:
    """A venue without entries since Tuesday, whose enterprise has a liaison."""
    other = tenant(site.inst, "West Area", "Mill Ltd")
    kept(site.inst, *(counted(there, day=day) for day in range(TODAY - 20, TODAY - 2)))
    kept(site.inst, *(counted(other, day=day) for day in range(TODAY - 20, TODAY)))
    area = next(row for row in areas.tree(site.inst, PROGRAM) if row.name == "East Area")
    liaison = liaisons.add(site.inst, there.area, area.id, "王小明", "13800138000")
    liaisons.assign(site.inst, there.area, [there.enterprise], liaison)
    watching.watched(site.inst)
    return there


def test_nothing_strange_is_said(site: Site, staff: FlaskClient):
    assert "Every code is used as usual" in seen(opened(site, staff, "/desk/watch").text)
    assert "Nobody has to be visited today" in seen(opened(site, staff, "/desk/watch/visits").text)


def test_a_silent_venue_goes_up_the_ladder_to_the_list_of_visits(
    site: Site, staff: FlaskClient, silent: Tenant
):
    text = seen(opened(site, staff, "/desk/watch").text)
    assert "Park Ltd site" in text
    assert "nobody was checked in since 2026-11-17" in text
    assert "Liaison 王**" in text
    assert "Remind due now Warn Visit" in text
    path = "/desk/watch/1/steps"
    for step, note in (("remind", "Called the gate house"), ("warn", "Letter")):
        assert sent(site, staff, path, page="/desk/watch", step=step, note=note).status_code == 303
        site.clock.pass_s(4 * 86_400)
        staff = signed_in(site)
    text = seen(opened(site, staff, "/desk/watch?due=1").text)
    assert "Called the gate house" in text
    assert "Visit due now" in text
    sheet = seen(opened(site, staff, "/desk/watch/visits").text)
    assert "王** " in sheet
    assert "1 Park Ltd Road" in sheet
    assert "Warn: Letter" in sheet
    assert "Park Ltd site" not in seen(opened(site, staff, "/desk/watch/visits?liaison=x").text)


def test_a_step_is_taken_back_and_a_second_press_changes_nothing(
    site: Site, staff: FlaskClient, silent: Tenant
):
    for _ in range(2):
        sent(site, staff, "/desk/watch/1/steps", page="/desk/watch", step="remind")
    html = opened(site, staff, "/desk/watch").text
    assert "Somebody took this step already." in seen(html)
    undo = html.split('action="/desk/watch/steps/')[1].split('"')[0]
    sent(site, staff, f"/desk/watch/steps/{undo}", page="/desk/watch")
    text = seen(opened(site, staff, "/desk/watch").text)
    assert "The step was taken back." in text
    assert "Remind due now" in text


def test_a_note_that_is_too_long_is_told_and_unknown_cases_are_not_found(
    site: Site, staff: FlaskClient, silent: Tenant
):
    answer = sent(site, staff, "/desk/watch/1/steps", page="/desk/watch", step="remind", note="x" * 501)
    assert (answer.status_code, "Use at most 500 characters." in seen(answer.text)) == (400, True)
    assert sent(site, staff, "/desk/watch/99/steps", page="/desk/watch", step="remind").status_code == 404
    assert sent(site, staff, "/desk/watch/steps/x/undo", page="/desk/watch").status_code == 404


def test_the_inbox_has_the_same_case_with_its_evidence(site: Site, staff: FlaskClient, silent: Tenant):
    text = seen(opened(site, staff, "/inbox/1").text)
    assert "No entries any more" in text
    assert "Since 2026-11-17" in text
    assert "It is as it should be" in text
