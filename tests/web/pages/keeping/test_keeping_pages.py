"""Rules of keeping with a preview, legal holds, certificates, the public page, and one's own data."""

from __future__ import annotations

import json

from flask.testing import FlaskClient

from tests.web.pages.site import Site, opened, poster_path, seen, sent, signed_in
from tests.web.tenants import Tenant
from web.services.keeping.purging import collected, purging
from web.services.passing import checkin
from web.services.passing.checkin import CheckIn
from web.services.people import visitors
from web.services.people.visitors import Registration

_DAY_S = 86_400


def came(site: Site, at: Tenant, count: int) -> None:
    for number in range(count):
        given = CheckIn(checkin.new_entry_id(site.inst), "李雷", f"1390013900{number}")
        checkin.check_in(site.inst, at.poster, given)


def test_a_shorter_time_is_shown_before_it_is_set_and_the_door_says_it(
    site: Site, visitor: FlaskClient, there: Tenant
) -> None:
    came(site, there, 3)
    site.clock.pass_s(10 * _DAY_S)
    staff = signed_in(site)
    path = f"/keeping/venue/{there.venue}"
    assert "28 days" in seen(opened(site, staff, path).text)
    preview = sent(site, staff, path, purpose="passages", days="7", do="preview")
    assert "erases 3 records of 3 people" in seen(preview.text)
    assert "28 days" in seen(opened(site, visitor, poster_path(site, there)).text), "nothing is set yet"
    assert sent(site, staff, path, purpose="passages", days="7", do="save").status_code == 303
    assert "after 7 days" in seen(opened(site, visitor, poster_path(site, there)).text)
    symbols = poster_path(site, there).rsplit("/", 1)[1]
    assert "Who passed: 7 days" in seen(opened(site, visitor, f"/privacy/{symbols}").text)
    for days in ("0", "366", "soon", "-1"):
        assert sent(site, staff, path, purpose="passages", days=days, do="save").status_code == 422
    purging.purge(site.inst)
    listed = opened(site, staff, "/keeping/certificates").text
    assert "Who passed: 3" in seen(listed)
    name = listed.partition('href="/keeping/certificates/')[2].partition('"')[0]
    file = opened(site, staff, f"/keeping/certificates/{name}")
    assert file.text.startswith("code-and-place/erased@v1\n")


def test_a_hold_is_set_and_lifted_by_two(site: Site, staff: FlaskClient, there: Tenant) -> None:
    fields = {
        "venue": there.venue,
        "purpose": "dispute",
        "reason": "Case 12",
        "from_day": "2026-11-01",
        "until_day": "",
    }
    assert sent(site, staff, "/keeping/holds", **{**fields, "reason": " "}).status_code == 422
    assert sent(site, staff, "/keeping/holds", **fields).status_code == 303
    page = seen(opened(site, staff, "/keeping/holds").text)
    assert "Case 12" in page
    assert "Somebody else lifts it." in page


def test_the_public_page_names_nobody_and_counts_each_day(
    site: Site, visitor: FlaskClient, there: Tenant
) -> None:
    assert "No day has been counted yet." in seen(opened(site, visitor, "/privacy").text)
    came(site, there, 2)
    collected.counted(site.inst)
    page = opened(site, visitor, "/privacy").text
    assert "2026-11-20" in page
    assert "+2 −0" in seen(page)
    table = opened(site, visitor, "/privacy.csv")
    assert "2026-11-20,passages,2,0\r\n" in table.text
    assert opened(site, visitor, "/privacy/AAAAAAAAAAAAAAAAAAAAAAAAAA").status_code == 404


def test_visitors_take_their_data_along_and_are_forgotten(
    site: Site, visitor: FlaskClient, there: Tenant
) -> None:
    given = Registration(there.enterprise, "Grzegorz Brz", "13800138000", "visitor")
    done = visitors.register(site.inst, there.staff, given)
    bearer = {"Authorization": f"Bearer {done.link.partition('#')[2]}"}
    page = visitor.post("/me/own/export", base_url=site.url, headers=bearer)
    assert "Grzegorz Brz" in page.text
    told = json.loads(visitor.post("/me/own/export?form=json", base_url=site.url, headers=bearer).text)
    assert (told["format"], told["person"]["phone"]) == ("code-and-place/own-data@v1", "+8613800138000")
    unsure = visitor.post("/me/own/erase", base_url=site.url, headers=bearer)
    assert "Forget me now" in unsure.text
    gone = visitor.post("/me/own/erase", base_url=site.url, headers=bearer, data={"sure": "1"})
    assert "You are forgotten" in gone.text
    assert visitor.post("/me/own/export", base_url=site.url, headers=bearer).status_code == 401
    assert visitors.listed(site.inst, there.staff) == []


def test_staff_hand_over_and_forget_for_a_purpose(site: Site, staff: FlaskClient, there: Tenant) -> None:
    given = Registration(there.enterprise, "Ann Lee", "13800138000", "visitor")
    who = visitors.register(site.inst, there.staff, given).visitor_id
    path = f"/visitors/{who}/data"
    assert sent(site, staff, path, form="json").status_code == 422
    assert "Ann Lee" in sent(site, staff, path, form="html", purpose="own_request").text
    assert sent(site, staff, f"/visitors/{who}/erase", path, purpose="own_request").status_code == 422
    held = {"visitor": who, "purpose": "dispute", "reason": "Case 12"}
    assert sent(site, staff, "/keeping/holds", **held).status_code == 303
    erase = {"purpose": "own_request", "sure": "1"}
    assert sent(site, staff, f"/visitors/{who}/erase", path, **erase).location.endswith(who)
    assert "Waits for a legal hold" in seen(opened(site, staff, "/keeping/requests").text)
