"""The desk's pages: the filter in the URL, nobody in it, saved filters with a way back, and files for two."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from domain.access import Role
from tests.web.pages.site import PASSWORD, Site, hidden_fields, opened, seen, sent, signed_in
from tests.web.tenants import Tenant, entry_item
from web.db.tables import export_plans, exports
from web.services import accounts
from web.services.desk import searching
from web.services.desk.exporting import exporting_work
from web.services.gates import ingest
from web.services.people import visitors
from web.services.people.visitors import Registration


def passed(site: Site, there: Tenant) -> str:
    """The entry of somebody known."""
    given = Registration(there.enterprise, "Wang Wei", "13800138000", "courier")
    person = visitors.register(site.inst, there.staff, given).visitor_id
    item = entry_item(there.gate, 1, site.clock(), private={"visitor_id": person})
    ingest.ingest(site.inst, there.gate, [item])
    return str(item["id"])


def test_a_person_is_found_by_phone_and_stands_in_no_address(site: Site, staff: FlaskClient, there: Tenant):
    passed(site, there)
    done = sent(site, staff, "/desk/filter", page="/desk", who_typed="+86 138-0013-8000", venue=there.venue)
    assert done.status_code == 303
    assert "138" not in done.location
    page = opened(site, staff, done.location)
    assert "W*** W***" in seen(page.text)
    assert "Person 138****8000" in seen(page.text)
    assert "13800138000" not in page.text
    # Whoever gets hold of the address finds nobody under it.
    root = staff_of(site, there, "other")
    assert "W*** W***" not in opened(site, root, done.location).text


def test_a_trace_is_about_whom_and_when_the_filter_is(site: Site, staff: FlaskClient, there: Tenant):
    passed(site, there)
    day = {"from": "2026-11-16T00:00", "until": "2026-11-19T00:00"}
    done = sent(site, staff, "/desk/filter", page="/desk", who_typed="+86 138-0013-8000", **day)
    [tab] = re.findall('href="(/desk/trace[^"]*)"', opened(site, staff, done.location).text)
    page = opened(site, staff, tab.replace("&amp;", "&")).text
    assert "Empty means 138****8000, whom the filter is about." in seen(page)
    assert 'value="2026-11-19T00:00:00"' in page
    assert re.search('id="days"[^>]*value="3"', page)
    assert "13800138000" not in page
    [token] = re.findall('name="sought" value="([^"]+)"', page)
    question = {"days": "3", "minutes": "30", "purpose": "exercise"}
    asked = sent(site, staff, "/desk/trace", page="/desk/trace", who="", sought=token, **question)
    assert re.fullmatch("/desk/trace/[0-9a-z]+", asked.location)
    nobody = sent(site, staff, "/desk/trace", page="/desk/trace", who="", sought=token[:-2], **question)
    assert nobody.status_code == 422


def staff_of(site: Site, there: Tenant, login: str) -> FlaskClient:
    accounts.create_account(site.inst, login, PASSWORD, Role.OWNER, enterprise_id=there.enterprise)
    return signed_in(site, login=login)


def test_conditions_are_told_and_each_can_be_dropped(site: Site, staff: FlaskClient, there: Tenant):
    passed(site, there)
    form = {
        "venue": there.venue,
        "outcome": "refused",
        "warm_from": "37.3",
        "period": "today",
        "text": "expired",
    }
    done = sent(site, staff, "/desk/filter", page="/desk", **form)
    page = opened(site, staff, done.location).text
    for told in (
        "Venue Park Ltd site",
        "Period Today",
        "Decision Refused",
        "Temperature from 37.3 °C",
        "0 entries",
    ):
        assert told in seen(page)
    dropped = re.findall(r'<a href="(/desk\?[^"]*)" title="Without this condition"', page)
    assert len(dropped) == 5
    assert all(opened(site, staff, path.replace("&amp;", "&")).status_code == 200 for path in dropped)


def test_the_old_addresses_of_a_venues_log_lead_to_the_desk(site: Site, staff: FlaskClient, there: Tenant):
    entry = passed(site, there)
    old = opened(site, staff, f"/venues/{there.venue}/log?outcome=admitted&outcome=refused")
    assert old.location == f"/desk?venue={there.venue}&outcome=admitted&outcome=refused"
    assert f"/desk/entries/{entry}" in opened(site, staff, old.location).text
    file = opened(site, staff, opened(site, staff, f"/venues/{there.venue}/log.csv").location)
    assert entry in file.text


def test_an_entry_is_told_masked(site: Site, staff: FlaskClient, there: Tenant):
    page = opened(site, staff, f"/desk/entries/{passed(site, there)}")
    for told in ("W*** W***", "138****8000", "Courier", "Park Ltd site", "North gate", "number 1"):
        assert told in seen(page.text)
    assert "13800138000" not in page.text
    clerk = staff_of(site, there, "clerk")
    assert opened(site, clerk, "/desk/entries/nothing").status_code == 404


def test_what_is_kept_as_evidence_says_the_day_and_the_distance_to_utc(
    site: Site, staff: FlaskClient, there: Tenant
):
    entry = passed(site, there)
    for page in (f"/desk/entries/{entry}", f"/entries/{entry}/proof"):
        assert re.search(r"2026-11-20 \d\d:\d\d:\d\d UTC\+08:00", seen(opened(site, staff, page).text)), page


def test_a_filter_is_saved_deleted_and_brought_back(site: Site, staff: FlaskClient, there: Tenant):
    query = f"venue={there.venue}&outcome=refused"
    kept = sent(site, staff, "/desk/saved", page=f"/desk?{query}", name="Turned away", query=query)
    page = opened(site, staff, kept.location).text
    assert "Turned away" in seen(page)
    [remove] = re.findall(r'action="(/desk/saved/[^"/]+/remove)"', page)
    other = staff_of(site, there, "other")
    assert "Turned away" not in opened(site, other, "/desk").text
    assert sent(site, other, remove, page="/desk").status_code == 404
    gone = sent(site, staff, remove, page="/desk")
    assert "Turned away" not in opened(site, staff, gone.location).text
    token = hidden_fields(opened(site, staff, gone.location).text)["undo"]
    assert sent(site, other, "/desk/saved/undo", page="/desk", undo=token).status_code == 404
    assert sent(site, staff, "/desk/saved/undo", page="/desk", undo=token).status_code == 303
    assert "Turned away" in opened(site, staff, "/desk").text
    # Pressed again, or saved once more under its name: there is one of a name.
    again = sent(site, staff, "/desk/saved/undo", page="/desk", undo=token)
    assert "You have a filter of this name" in seen(opened(site, staff, again.location).text)
    twice = sent(site, staff, "/desk/saved", page="/desk", name=" Turned  away", query="outcome=admitted")
    page = seen(opened(site, staff, twice.location).text)
    assert ("You have a filter of this name" in page, page.count("Turned away")) == (True, 1)
    wrong = sent(site, staff, "/desk/saved", page="/desk", name=" ", query=query)
    assert "Please fill this in" in seen(opened(site, staff, wrong.location).text)
    # What no header takes is not sent back in one (W12).
    split = sent(site, staff, "/desk/saved", page="/desk", name="Split", query="outcome=x\r\nX-Evil: 1")
    assert (split.status_code, "X-Evil" in split.headers) == (303, False)
    assert "\n" not in split.location


def test_a_file_is_ordered_watched_and_fetched(site: Site, staff: FlaskClient, there: Tenant):
    entry = passed(site, there)
    assert "No file yet" in seen(opened(site, staff, "/desk/exports").text)
    path = f"/desk/exports?venue={there.venue}"
    done = sent(site, staff, path, form="csv")
    assert "Being made" in seen(opened(site, staff, done.location).text)
    assert opened(site, staff, f"{done.location}/file").status_code == 404
    exporting_work.work_off(site.inst)
    assert opened(site, staff, f"{done.location}/state").get_json()["over"] is True
    assert "Ready" in seen(opened(site, staff, done.location).text)
    file = opened(site, staff, f"{done.location}/file")
    assert entry in file.text
    assert file.headers["Cache-Control"] == "no-store"
    manifest = opened(site, staff, f"{done.location}/manifest").get_json()
    assert (manifest["file"]["rows"], manifest["filter"]) == (1, {"venue": [there.venue]})
    other = staff_of(site, there, "other")
    for part in ("", "/state", "/file", "/manifest"):
        assert opened(site, other, f"{done.location}{part}").status_code == 404
    assert sent(site, other, f"{done.location}/withdraw", page="/desk").status_code == 404
    assert sent(site, staff, f"{done.location}/withdraw", page="/desk").status_code == 303
    assert opened(site, staff, f"{done.location}/file").status_code == 404


def test_lists_of_files_and_plans_say_which_filter_they_cover(site: Site, staff: FlaskClient, there: Tenant):
    clerk, other = staff_of(site, there, "clerk"), staff_of(site, there, "other")
    path = f"/desk/exports?venue={there.venue}&outcome=refused&text=13800138000"
    order = sent(site, clerk, path, form="csv", unmasked="1", purpose="audit").location
    sent(site, clerk, path, form="csv", every="week", at="06:00", name="Weekly")
    sent(site, clerk, "/desk/exports", form="csv", every="day", at="06:00", name="Daily")
    own = seen(opened(site, clerk, "/desk/exports").text)
    assert own.count("Decision: Refused") == 2
    assert own.count("all entries") == 1
    for who, page in ((clerk, "/desk/exports"), (other, "/desk/exports"), (clerk, order), (other, order)):
        text = seen(opened(site, who, page).text)
        assert ("Refused" in text, "8000" in text, "13800138000" in text) == (True, True, False)


def test_a_file_whose_place_is_not_there_any_more_is_listed_and_opened(
    site: Site, staff: FlaskClient, there: Tenant
):
    order = sent(site, staff, "/desk/exports", form="csv").location
    sent(site, staff, "/desk/exports", form="csv", every="day", at="06:00", name="Daily")
    for table in (exports, export_plans):
        site.inst.write(lambda c, t=table: c.execute(t.update().values(query="venue=gone")).rowcount)
    assert seen(opened(site, staff, "/desk/exports").text).count("a place that is gone") == 2
    page = opened(site, staff, order)
    assert (page.status_code, "a place that is gone" in seen(page.text)) == (200, True)


def test_very_many_entries_are_ordered_as_a_file(
    site: Site, staff: FlaskClient, there: Tenant, monkeypatch: pytest.MonkeyPatch
):
    passed(site, there)
    address = f"/desk/entries.csv?venue={there.venue}"
    assert opened(site, staff, address).mimetype == "text/csv"
    monkeypatch.setattr(searching, "COUNTED_MOST", 0)
    elsewhere = opened(site, staff, address)
    assert elsewhere.status_code == 303
    assert elsewhere.location.startswith("/desk/exports?")
    assert f"venue={there.venue}" in elsewhere.location
    assert "order them here as a file" in seen(opened(site, staff, elsewhere.location).text)


def test_names_in_clear_need_a_purpose_and_another_person(site: Site, staff: FlaskClient, there: Tenant):
    passed(site, there)
    clerk, other = staff_of(site, there, "clerk"), staff_of(site, there, "other")
    refused = sent(site, clerk, "/desk/exports", form="jsonl", unmasked="1")
    assert refused.status_code == 422
    assert "Say what it is for" in seen(refused.text)
    done = sent(site, clerk, "/desk/exports", form="jsonl", unmasked="1", purpose="audit")
    assert "Waits for a second person" in seen(opened(site, clerk, done.location).text)
    assert sent(site, clerk, f"{done.location}/agree", page="/desk", answer="yes").status_code == 404
    assert "Others ask for your agreement" in seen(opened(site, other, "/desk/exports").text)
    assert sent(site, other, f"{done.location}/agree", page=done.location, answer="yes").status_code == 303
    exporting_work.work_off(site.inst)
    assert "+8613800138000" in opened(site, clerk, f"{done.location}/file").text
    assert opened(site, other, f"{done.location}/file").status_code == 404


def test_a_plan_is_listed_and_stopped(site: Site, staff: FlaskClient, there: Tenant):
    form = {"form": "csv", "every": "week", "at": "06:00"}
    wrong = sent(site, staff, "/desk/exports", **form, name="")
    assert wrong.status_code == 422
    sent(site, staff, "/desk/exports", **form, name="Weekly")
    page = opened(site, staff, "/desk/exports").text
    assert "Weekly" in seen(page)
    [stop] = re.findall(r'action="(/desk/exports/plans/[^"]+/stop)"', page)
    assert sent(site, staff_of(site, there, "other"), stop, page="/desk").status_code == 404
    assert sent(site, staff, stop, page="/desk").status_code == 303
    assert "Weekly" not in seen(opened(site, staff, "/desk/exports").text)
