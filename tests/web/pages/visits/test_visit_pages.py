"""Expected visitors and invitations on their pages: what a clerk does, what a phone sees, whose it is."""

from __future__ import annotations

import gzip
import re
from io import BytesIO
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from domain.access import Role
from tests.web.pages.site import PASSWORD, Site, hidden_fields, opened, seen, sent, signed_in
from tests.web.tenants import Tenant, tenant
from web.services import accounts
from web.services.rules import policies
from web.services.visits import announcing, announcing_expected, invitations
from web.services.visits.announcing_times import When
from web.services.visits.announcing_values import Given
from web.store.places import places as place_store
from web.store.scope import PROGRAM

DAY = {"day": "2026-11-20", "from_time": "09:00", "until_time": "18:00"}
WANG = {"name": "Wang Wei", "phone": "13800138000", "host": "Chen Hong", "visitor_class": "visitor", **DAY}
INVITE = {"host": "Chen Hong", "most": "2", "visitor_class": "visitor", "purpose": "Audit", **DAY}
TABLE = (
    "name,phone,host,day,from,until\nAnn Lee,13800138001,Bob,2026-11-20,09:00,12:00\nX,1,Bob,2026-11-20,,\n"
)


@pytest.fixture
def clerk(site: Site, there: Tenant) -> FlaskClient:
    """Signed in for the enterprise alone."""
    accounts.create_account(site.inst, "clerk", PASSWORD, Role.OWNER, enterprise_id=there.enterprise)
    return signed_in(site, "clerk")


def page_of(there: Tenant) -> str:
    return f"/enterprises/{there.enterprise}/visits"


def announced(site: Site, client: FlaskClient, there: Tenant, **changes: str) -> TestResponse:
    return sent(site, client, f"{page_of(there)}/new", **{**WANG, **changes})


def invited(site: Site, client: FlaskClient, there: Tenant, **changes: str) -> tuple[str, str]:
    """The page of a new invitation, and the path of its link."""
    fields = {**INVITE, **changes}
    made = sent(site, client, f"/enterprises/{there.enterprise}/invitations/new", **fields)
    assert made.status_code == 303, seen(made.text)
    link = re.search(r'id="link"[^>]*value="([^"]+)"', opened(site, client, made.location).text)
    assert link is not None
    return made.location, urlsplit(link[1]).path


def test_a_visitor_is_announced_moved_and_withdrawn(site: Site, clerk: FlaskClient, there: Tenant):
    made = announced(site, clerk, there)
    assert made.status_code == 303
    page = seen(opened(site, clerk, made.location).text)
    assert "W*** W***" in page
    assert "Chen Hong" in page
    assert "Expected" in page
    listed = seen(opened(site, clerk, page_of(there)).text)
    assert "09:00 – 18:00" in listed
    assert "Wang" not in listed
    assert "Chen" not in listed, "masked as well"
    moved = sent(
        site, clerk, f"{made.location}/move", page=made.location, day="2026-11-21", from_time="14:00",
        until_time="15:00", venue_id=there.venue,
    )  # fmt: skip
    assert moved.status_code == 303
    assert "14:00 – 15:00" in seen(opened(site, clerk, f"{page_of(there)}?day=2026-11-21").text)
    sent(site, clerk, f"{moved.location}/withdraw", page=moved.location)
    assert "Withdrawn" in seen(opened(site, clerk, moved.location).text)
    assert "Nobody is announced" in seen(opened(site, clerk, f"{page_of(there)}?day=2026-11-21").text)


def test_mistakes_are_said_beside_their_fields_and_nothing_is_lost(
    site: Site, clerk: FlaskClient, there: Tenant
):
    wrong = announced(site, clerk, there, phone="12", until_time="later", last_day="2026-11-19")
    assert wrong.status_code == 422
    assert 'value="Wang Wei"' in wrong.text
    assert "phone-error" in wrong.text
    wrong = announced(site, clerk, there, last_day="2026-11-19")
    assert "last_day-error" in wrong.text
    assert re.search(r"<details[^>]* open", wrong.text)


def test_a_series_is_announced_and_withdrawn_as_one(site: Site, clerk: FlaskClient, there: Tenant):
    hidden = hidden_fields(opened(site, clerk, f"{page_of(there)}/new").text)
    data = {**hidden, **WANG, "last_day": "2026-12-04", "weekdays": ["0", "4"]}
    made = clerk.post(f"{page_of(there)}/new", base_url=site.url, data=data)
    assert "Announced for 5 days" in seen(opened(site, clerk, made.location).text)
    sent(site, clerk, f"{made.location}/withdraw-all", page=made.location)
    assert "5 visits were withdrawn" in seen(opened(site, clerk, made.location).text)


def test_a_table_is_looked_at_announced_and_taken_back(site: Site, clerk: FlaskClient, there: Tenant):
    path = f"{page_of(there)}/import"
    hidden = hidden_fields(opened(site, clerk, path).text)
    data = {**hidden, "table": (BytesIO(TABLE.encode()), "a.csv")}
    report = clerk.post(path, base_url=site.url, data=data)
    page = seen(report.text)
    assert "Announce 1 visit" in page
    assert "phone: This is not a complete phone number" in page
    assert "Ann Lee" not in page
    rows = hidden_fields(report.text)
    forged = clerk.post(
        f"{path}/apply", base_url=site.url, data={**rows, "rows": rows["rows"][:-8] + "AAAAAAAA"}
    )
    assert "too old" in seen(opened(site, clerk, forged.location).text)
    done = clerk.post(f"{path}/apply", base_url=site.url, data=rows)
    listed = opened(site, clerk, done.location)
    assert "A*** L***" in seen(listed.text)
    batch = hidden_fields(listed.text)["batch"]
    undone = sent(site, clerk, f"{page_of(there)}/undo", page=page_of(there), batch=batch)
    assert "1 visit was withdrawn" in seen(opened(site, clerk, undone.location).text)


def test_the_report_of_one_account_is_of_no_use_to_another(site: Site, clerk: FlaskClient, there: Tenant):
    path = f"{page_of(there)}/import"
    hidden = hidden_fields(opened(site, clerk, path).text)
    data = {**hidden, "table": (BytesIO(TABLE.encode()), "a.csv")}
    rows = hidden_fields(clerk.post(path, base_url=site.url, data=data).text)["rows"]
    other = signed_in(site)
    sent(site, other, f"{path}/apply", page=path, rows=rows)
    assert announcing_expected.of_day(site.inst, there.staff, there.enterprise).count == 0


def test_an_invited_phone_gets_a_code_and_no_other_browser_does(
    site: Site, clerk: FlaskClient, there: Tenant, visitor: FlaskClient
):
    page, path = invited(site, clerk, there, venue_id=there.venue)
    form = opened(site, visitor, path.upper())
    text = seen(form.text)
    for said in (
        "Park Ltd",
        "2026-11-20 09:00 – 18:00",
        "1 Park Ltd Road",
        "Chen Hong",
        "Audit",
        "deleted 28 days",
    ):
        assert said in text
    done = sent(site, visitor, path, name="Ann Lee", phone="13800138001", plate="苏A12345")
    assert done.status_code == 303
    assert "Ann" not in done.location
    assert "13800138001" not in done.location
    answer = opened(site, visitor, done.location)
    assert answer.headers["Cache-Control"] == "no-store"
    assert re.search(r'href="https://park.example/me#[\w-]{32}"', answer.text)
    assert opened(site, site.client(), done.location).status_code == 410
    assert "1 of 2 used" in seen(opened(site, clerk, page).text)
    assert "A*** L***" in seen(opened(site, clerk, page_of(there)).text)
    calendar = opened(site, visitor, f"{path}/visit.ics")
    assert calendar.mimetype == "text/calendar"
    assert "Ann" not in calendar.text


def test_an_invitation_that_ended_says_so_and_takes_nobody(
    site: Site, clerk: FlaskClient, there: Tenant, visitor: FlaskClient
):
    page, path = invited(site, clerk, there, most="1")
    hidden = hidden_fields(opened(site, visitor, path).text)
    person = {"name": "Ann Lee", "phone": "13800138001"}
    assert visitor.post(path, base_url=site.url, data={**hidden, **person}).status_code == 303
    used = opened(site, visitor, path)
    assert used.status_code == 410
    assert "used up" in seen(used.text)
    page, path = invited(site, clerk, there)
    sent(site, clerk, f"{page}/withdraw", page=page)
    over = visitor.post(path, base_url=site.url, data={**hidden, "name": "Bob", "phone": "13800138002"})
    assert over.status_code == 410
    assert "was withdrawn" in seen(over.text)
    assert opened(site, visitor, f"{path}/visit.ics").status_code == 404
    assert opened(site, visitor, "/i/" + "a" * 26).status_code == 404
    assert "does not work any more" in seen(opened(site, clerk, page).text)


def test_the_link_is_printed_as_each_kind_of_file(site: Site, clerk: FlaskClient, there: Tenant):
    page, _ = invited(site, clerk, there)
    for kind, mime in (("png", "image/png"), ("svg", "image/svg+xml"), ("pdf", "application/pdf")):
        file = opened(site, clerk, f"{page}/card.{kind}?download=1")
        assert (file.status_code, file.mimetype) == (200, mime)
    assert opened(site, clerk, f"{page}/card.exe").status_code == 404


def test_who_tries_too_often_waits_and_a_group_behind_one_address_does_not(
    site: Site, clerk: FlaskClient, there: Tenant
):
    _, path = invited(site, clerk, there, most="30")
    for nth in range(20):
        done = sent(site, site.client(), path, name=f"Guest {nth}", phone=f"138001380{nth:02d}")
        assert done.status_code == 303
    one = site.client()
    hidden = hidden_fields(opened(site, one, path).text)
    codes = [one.post(path, base_url=site.url, data={**hidden, "phone": "1"}).status_code for _ in range(12)]
    assert codes == [422] * 10 + [429] * 2


def test_the_first_view_of_an_invitation_is_light(
    site: Site, clerk: FlaskClient, there: Tenant, visitor: FlaskClient
):
    _, path = invited(site, clerk, there)
    page = opened(site, visitor, path)
    files = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text))
    weight = len(gzip.compress(page.data)) + sum(len(opened(site, visitor, file).data) for file in files)
    assert weight < 60_000
    assert not [file for file in files if file.endswith(".js")]


def test_an_enterprise_sees_its_own_day_and_nothing_of_others(site: Site, clerk: FlaskClient, there: Tenant):
    mill = tenant(site.inst, "West Area", "Mill Ltd")
    announced(site, clerk, there)
    theirs = announcing.announce(
        site.inst, mill.staff, "eve", mill.enterprise, Given("Zoe Q", "13700137000", "Mo", When("2026-11-20"))
    )
    page = seen(opened(site, clerk, f"/enterprises/{there.enterprise}").text)
    assert "Expected today" in page
    assert "W*** W***" in page
    assert "North gate" in page
    assert "Mill" not in page
    assert "Z***" not in page
    invitation = invitations.create(
        site.inst,
        mill.staff,
        "eve",
        mill.enterprise,
        invitations.Given("Mo", When("2026-11-20", "09:00", "18:00")),
    )
    (visit,) = theirs.visit_ids
    other = f"/enterprises/{mill.enterprise}"
    for path in (
        other, f"{other}/visits", f"{other}/visits/new", f"{other}/visits/import", f"/visits/{visit}",
        f"{other}/invitations/new", f"/invitations/{invitation}", f"/invitations/{invitation}/card.png",
    ):  # fmt: skip
        assert opened(site, clerk, path).status_code == 404, path
    own = page_of(there)
    for path, fields in (
        (f"{other}/visits/new", WANG),
        (f"{other}/visits/undo", {"batch": theirs.batch_id}),
        (f"{own}/undo", {"batch": theirs.batch_id}),
        (f"{own}/new", {**WANG, "name": "Other", "venue_id": mill.venue}),
        (f"/visits/{visit}/move", DAY),
        (f"/visits/{visit}/withdraw", {}),
        (f"/visits/{visit}/withdraw-all", {}),
        (f"{other}/invitations/new", INVITE),
        (f"/invitations/{invitation}/withdraw", {"visits": "1"}),
    ):
        assert sent(site, clerk, path, page=f"{own}/new", **fields).status_code == 404, path
    assert announcing_expected.of_day(site.inst, mill.staff, mill.enterprise).count == 1


def test_one_step_asks_visitors_for_an_appointment_beside_what_was_asked(
    site: Site, staff: FlaskClient, there: Tenant
):
    path = f"/policies/venue/{there.venue}"
    typed = {"row": ["0"], "rule-0-kind": "induction", "rule-0-classes": ["contractor"]}
    hidden = hidden_fields(opened(site, staff, path).text)
    filled = staff.post(
        path, base_url=site.url, data={**hidden, **typed, "do": "fill", "preset": "appointment"}
    )
    assert filled.text.count('name="row"') == 2
    rules = {"row": ["0", "1"], "rule-1-kind": "appointment", "rule-1-classes": ["contractor", "visitor"]}
    saved = {**hidden_fields(filled.text), **typed, **rules, "do": "save"}
    assert staff.post(path, base_url=site.url, data=saved).status_code == 303
    door = site.inst.read(lambda c: place_store.entrance_row(c, PROGRAM, there.entrance))
    assert door is not None
    asked = site.inst.read(lambda c: policies.policy_for(c, door)).credentials
    assert [rule.kind for rule in asked] == ["induction", "appointment"]


def test_the_pages_keep_to_one_language(site: Site, staff: FlaskClient, there: Tenant):
    page, path = invited(site, staff, there)
    visit = announced(site, staff, there).location
    han = re.compile("[\u4e00-\u9fff]")
    own = f"/enterprises/{there.enterprise}"
    for address in (
        own, page_of(there), f"{page_of(there)}?day=2026-11-22", f"{page_of(there)}/new", visit,
        f"{page_of(there)}/import", f"{own}/invitations/new", path, "/i/x",
    ):  # fmt: skip
        english = seen(opened(site, staff, f"{address}{'&' if '?' in address else '?'}lang=en").text)
        assert not han.search(english.replace("中文", "")), address
        chinese = seen(opened(site, staff, f"{address}{'&' if '?' in address else '?'}lang=zh").text)
        for word in ("visitor", "Host", "Venue", "Purpose", "code", "link"):
            assert f" {word} " not in chinese, (address, word)
    assert "邀请您来访" in opened(site, staff, f"{page}?lang=zh").text
