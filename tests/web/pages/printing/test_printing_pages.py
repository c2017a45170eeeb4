"""The pages of prints: chosen, ordered, watched, fetched, and what is wrong is said beside its field."""

from __future__ import annotations

import io
import json
import re

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.web.pages.site import Site, hidden_fields, opened, seen, sent, signed_in
from tests.web.tenants import Tenant, tenant
from web.services import accounts
from web.services.accounts import ADMIN
from web.services.people import visitors
from web.services.places import places
from web.services.printing import printing_working
from web.store.scope import PROGRAM

CHOICES = {"kind": "poster", "size": "A4", "languages": "zh,en", "ink": "colour", "which": "all"}


def ordered(site: Site, staff: FlaskClient, **fields: str) -> TestResponse:
    return sent(site, staff, "/prints/codes", **{**CHOICES, **fields})


def test_a_clerk_prints_all_codes_of_a_venue_and_issues_the_missing_ones(
    site: Site, staff: FlaskClient, there: Tenant
) -> None:
    asked = ordered(site, staff, venue=there.venue)
    assert asked.status_code == 200
    assert "1 entrance has no code yet" in seen(asked.text)
    again = {**hidden_fields(asked.text), "issue": "now"}
    begun = staff.post("/prints/codes", base_url=site.url, data=again)
    assert begun.status_code == 303
    assert re.search(r"/prints/jobs/[0-9a-f]{32}$", begun.location)
    waiting = opened(site, staff, begun.location).text
    assert "Waiting for its turn" in seen(waiting)
    state = opened(site, staff, f"{begun.location}/state")
    assert json.loads(state.text) == {"done": 0, "total": 2, "stage": "waiting", "over": False}
    assert opened(site, staff, f"{begun.location}/file").status_code == 404
    printing_working.work_off(site.inst)
    for _ in range(2):  # reloading changes nothing
        assert "2 codes · 2 pages" in seen(opened(site, staff, begun.location).text)
    file = opened(site, staff, f"{begun.location}/file")
    assert file.data.startswith(b"%PDF")
    assert file.headers["Cache-Control"] == "no-store"
    assert "attachment" in file.headers["Content-Disposition"]
    assert "2 entrances" in seen(opened(site, staff, "/prints").text)
    assert sent(site, staff, f"{begun.location}/remove", page="/account").status_code == 303
    assert opened(site, staff, begun.location).status_code == 404


def test_venues_that_wait_for_review_are_named_and_left_out(
    site: Site, staff: FlaskClient, there: Tenant
) -> None:
    waits = places.create_venue(
        site.inst, there.staff, there.enterprise, name="New hall", address="2 Road", applies=True
    )
    places.create_entrance(site.inst, there.staff, waits, "Door")
    alone = ordered(site, staff, venue=waits)
    assert alone.status_code == 422
    assert "Its codes can be printed once it is approved." in seen(alone.text)
    asked = seen(ordered(site, staff, enterprise=there.enterprise).text)
    assert "1 entrance has no code yet" in asked
    assert "1 entrance is left out: its venue waits for review." in asked


def test_only_what_is_ticked_is_printed_and_nothing_ticked_is_said(
    site: Site, staff: FlaskClient, there: Tenant
) -> None:
    nothing = ordered(site, staff, which="ticked")
    assert nothing.status_code == 422
    assert "Tick at least one entrance." in seen(nothing.text)
    begun = ordered(site, staff, which="ticked", entrance=there.entrance)
    assert begun.status_code == 303
    printing_working.work_off(site.inst)
    assert "1 code · 1 page" in seen(opened(site, staff, begun.location).text)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"layout": "a4"}, "A4 does not hold two prints"),
        ({"kind": "label", "labels": "grid", "grid": "many"}, "Describe the sheet like"),
        ({"kind": "label", "labels": "grid", "grid": "9x9:99x99"}, "do not fit on A4"),
        ({"kind": "label", "labels": "L7160", "file": "zip"}, "A ZIP holds one file for each entrance"),
    ],
)
def test_a_choice_that_cannot_be_printed_is_explained_and_what_was_chosen_stays(
    site: Site, staff: FlaskClient, there: Tenant, fields: dict[str, str], sentence: str
) -> None:
    answer = ordered(site, staff, which="ticked", entrance=there.entrance, **fields)
    assert answer.status_code == 422
    assert sentence in seen(answer.text)
    assert re.search(rf'value="{there.entrance}" checked', answer.text)


def test_pages_without_anything_say_what_to_do_next(site: Site, staff: FlaskClient) -> None:
    assert "Add a venue and an entrance" in seen(opened(site, staff, "/prints/codes").text)
    assert "No visitor is registered yet" in seen(opened(site, staff, "/prints/cards").text)
    assert "kept here for a day" in seen(opened(site, staff, "/prints").text)
    tenant(site.inst, "East Area", "Park Ltd")
    assert "No entrance is called so" in seen(opened(site, staff, "/prints/codes?q=nowhere").text)


def test_another_enterprises_clerk_sees_no_job_print_or_logo(
    site: Site, staff: FlaskClient, there: Tenant
) -> None:
    mill = tenant(site.inst, "West Area", "Mill Ltd")
    job = ordered(site, staff, which="ticked", entrance=there.entrance).location
    printing_working.work_off(site.inst)
    accounts.create_account(
        site.inst, "clerk@mill", "a password for tests", ADMIN, area_path=mill.area.area_path
    )
    clerk = signed_in(site, "clerk@mill")
    door, owner = f"/entrances/{there.entrance}", f"/enterprises/{there.enterprise}"
    for path in (
        job,
        f"{job}/state",
        f"{job}/file",
        f"{door}/print",
        f"{door}/print.pdf",
        f"{owner}/logo",
        f"{owner}/logo.png",
    ):
        assert opened(site, clerk, path).status_code == 404, path
    for path in (f"{job}/remove", f"{door}/code", f"{owner}/logo", f"{owner}/logo/remove"):
        assert sent(site, clerk, path, page="/account").status_code == 404, path
    assert "Park" not in seen(opened(site, clerk, "/prints/codes").text)
    assert (
        sent(site, clerk, "/prints/codes", **CHOICES, entrance=there.entrance).status_code == 200
    )  # its own
    assert ordered(site, clerk, which="ticked", entrance=there.entrance).status_code == 422


def test_nobody_prints_without_signing_in(site: Site, visitor: FlaskClient, there: Tenant) -> None:
    for path in ("/prints", "/prints/codes", "/prints/cards", "/prints/check", "/prints/notice",
                 f"/entrances/{there.entrance}/print", f"/prints/jobs/{'0' * 32}"):  # fmt: skip
        assert opened(site, visitor, path).status_code == 302, path
    large = visitor.post(
        "/prints/check", base_url=site.url, data={"file": (io.BytesIO(bytes(3_000_000)), "x")}
    )
    assert large.status_code in (400, 413)


def test_everything_of_an_entrance_is_shown_and_comes_as_a_file(
    site: Site, staff: FlaskClient, there: Tenant
) -> None:
    base = f"/entrances/{there.entrance}/print"
    for kind in ("poster", "label", "table-tent", "day-sheet"):
        assert opened(site, staff, f"{base}?kind={kind}").status_code == 200
        assert opened(site, staff, f"{base}.png?kind={kind}&small=tile").data.startswith(b"\x89PNG")
        assert opened(site, staff, f"{base}.pdf?kind={kind}&ink=black&languages=en").data.startswith(b"%PDF")
    assert b"<svg" in opened(site, staff, f"{base}.svg?size=A5&direction=landscape").data
    assert opened(site, staff, f"{base}.exe").status_code == 404
    assert "A4 does not hold two" in seen(opened(site, staff, f"{base}?layout=a4").text)
    assert "like 2026-11-21" in seen(opened(site, staff, f"{base}?kind=day-sheet&day=tomorrow").text)
    assert "from 1 to 40" in seen(opened(site, staff, f"{base}?kind=day-sheet&sheets=99999999").text)
    odd = opened(site, staff, f"{base}.png?kind=day-sheet&sheets=2&_external=1&_scheme=javascript")
    assert odd.status_code == 302
    assert odd.location.startswith(f"/entrances/{there.entrance}/print?")


def test_an_entrance_without_a_code_gets_one_with_a_press(
    site: Site, staff: FlaskClient, there: Tenant
) -> None:
    base = f"/entrances/{there.side_entrance}"
    page = opened(site, staff, f"{base}/print")
    assert "This entrance has no code yet" in seen(page.text)
    for _ in range(2):
        assert sent(site, staff, f"{base}/code", page=f"{base}/print").status_code == 303
    detail = places.venue(site.inst, PROGRAM, there.venue)
    assert [len(door.posters) for door in detail.entrances] == [1, 1]


def test_a_notice_and_a_contact_card_are_looked_at_and_downloaded(
    site: Site, staff: FlaskClient, there: Tenant
) -> None:
    shown = sent(site, staff, "/prints/notice", title="Gate closed", text="Use the other one.", do="show")
    assert "data:image/png;base64," in shown.text
    file = sent(site, staff, "/prints/notice", title="Gate closed", dated="2026-11-21", do="pdf")
    assert file.data.startswith(b"%PDF")
    card = {"household": "Flat 402", "role_0": "Doctor", "name_0": "Wu", "phone_0": "021-5555 0113"}
    assert sent(site, staff, "/prints/contact-card", **card, do="pdf").headers["Cache-Control"] == "no-store"
    assert "data:image/png;base64," in sent(site, staff, "/prints/contact-card", **card, do="show").text


@pytest.mark.parametrize(
    ("path", "fields", "field", "sentence"),
    [
        ("/prints/notice", {"title": " "}, "title", "Please fill this in."),
        ("/prints/notice", {"title": "x", "url": "javascript:alert(1)"}, "url", "begins with https://"),
        ("/prints/notice", {"title": "x", "text": "word " * 900}, "text", "4000 is the most"),
        ("/prints/contact-card", {"household": ""}, "household", "Please fill this in."),
        ("/prints/contact-card", {"household": "402"}, "", "names nobody"),
        ("/prints/notice", {"title": "x", "text": "字" * 3990, "size": "A5"}, "", "does not fit legibly"),
    ],
)
def test_what_cannot_be_printed_is_said_beside_its_field(
    site: Site, staff: FlaskClient, path: str, fields: dict[str, str], field: str, sentence: str
) -> None:
    answer = sent(site, staff, path, **fields, do="pdf")
    assert answer.status_code == 422
    assert sentence in seen(answer.text)
    if field:
        assert f'id="{field}-error"' in answer.text


def test_cards_of_chosen_visitors_and_a_windscreen_card_come_out(
    site: Site, staff: FlaskClient, there: Tenant
) -> None:
    given = visitors.Registration(there.enterprise, "Ann Lee", "13800138000", "visitor")
    ann = visitors.register(site.inst, there.staff, given).visitor_id
    assert "Tick at least one visitor" in seen(sent(site, staff, "/prints/cards").text)
    begun = sent(site, staff, "/prints/cards", visitor=ann)
    printing_working.work_off(site.inst)
    assert "1 card · 2 pages" in seen(opened(site, staff, begun.location).text)
    page = f"/visitors/{ann}/windscreen"
    assert "Please fill this in." in seen(sent(site, staff, page, subject=" ").text)
    made = sent(site, staff, page, subject="苏A·12345", size="A6")
    assert made.data.startswith(b"%PDF")
    assert made.headers["Cache-Control"] == "no-store"
