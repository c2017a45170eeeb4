"""Who is inside, on pages: the count, the list, the guard's sweep, the roll call and its files."""

from __future__ import annotations

import re
from dataclasses import replace

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.web.pages.site import Site, hidden_fields, opened, seen, sent
from tests.web.services.desk.passing import came, drawn, left
from tests.web.tenants import Tenant
from web.services.places import places
from web.services.places.posters import posters


def begun(site: Site, staff: FlaskClient, there: Tenant, mode: str = "drill") -> str:
    """The path of a roll call that was begun on the page."""
    page = f"/desk/inside?venue={there.venue}"
    answer = sent(site, staff, f"/desk/inside/{there.venue}/roll", page, mode=mode)
    assert answer.status_code == 303
    return str(answer.location)


def told(
    site: Site, staff: FlaskClient, path: str, *marks: dict[str, object], known: str = ""
) -> TestResponse:
    """The answer to marks as a phone sends them."""
    token = hidden_fields(opened(site, staff, path).text)["csrf_token"]
    headers = {"X-CSRFToken": token, "Accept": "application/json"}
    return staff.post(
        f"{path}/marks", base_url=site.url, json={"marks": list(marks), "known": known}, headers=headers
    )


def order_of(page: str) -> list[str]:
    """The names on the page of a roll call, as they come."""
    return re.findall(r'(?:<div class="roll-who"><strong>|<th scope="row">)([^<]+)<', page)


def test_the_page_says_how_many_are_inside_and_how_that_is_known(
    site: Site, staff: FlaskClient, there: Tenant
):
    assert "Nobody is inside" in seen(opened(site, staff, "/desk/inside").text)
    came(site.inst, there, "李雷", "13900139000", companions="2")
    came(site.inst, there, "韩梅梅", "13800138000")
    drawn(site.inst)
    assert "Park Ltd site" in seen(opened(site, staff, "/desk/inside").text)
    page = seen(opened(site, staff, f"/desk/inside?venue={there.venue}").text)
    assert "4 people inside" in page
    assert "4 came in by a scan and were not seen to leave." in page
    assert page.index("李*") < page.index("韩**")
    assert "李雷" not in page
    part = seen(opened(site, staff, f"/desk/inside/now?venue={there.venue}").text)
    assert "4 people inside" in part
    assert "Roll call" not in part
    assert opened(site, staff, "/desk/inside?venue=nowhere").status_code == 404


def test_pages_of_a_gate_that_surrounds_its_area_say_so_and_count_who_went_on(
    site: Site, staff: FlaskClient, there: Tenant
):
    edit = f"/venues/{there.venue}/edit"
    what = {"name": "Park gate", "address": "1 Road", "kind": "office", "time_zone": "Asia/Shanghai"}
    sent(site, staff, edit, **what, surrounds="y")
    assert 'name="surrounds" value="y" checked' in opened(site, staff, edit).text
    says = "This venue surrounds its area"
    assert says in seen(opened(site, staff, f"/venues/{there.venue}").text)
    hall = places.create_venue(site.inst, there.staff, there.enterprise, name="Hall", address="2 Road")
    door = places.create_entrance(site.inst, there.staff, hall, "Door")
    poster = posters.issue(site.inst, there.staff, door)
    came(site.inst, there, "李雷", "13900139000")
    came(site.inst, replace(there, poster=poster), "李雷", "13900139000")
    drawn(site.inst)
    page = seen(opened(site, staff, f"/desk/inside?venue={there.venue}").text)
    assert "1 person inside" in page
    assert says in page
    assert "1 of them went on." in page
    assert "1 person inside" in seen(opened(site, staff, "/desk/inside").text)
    assert opened(site, staff, f"/desk/inside/{there.venue}.pdf").mimetype == "application/pdf"
    path = begun(site, staff, there)
    said = "Whoever went on from here into another venue of the area is on the list too."
    assert said in seen(opened(site, staff, path).text)
    sent(site, staff, f"{path}/end", path)
    over = seen(opened(site, staff, path).text)
    assert said in over
    assert "On the list 1, counted 0, not found 1." in over
    # Not ticked, it surrounds nothing any more.
    sent(site, staff, edit, **what)
    assert "Nobody is inside" in seen(opened(site, staff, f"/desk/inside?venue={there.venue}").text)


def test_a_guard_ticks_who_is_gone_and_takes_it_back(site: Site, staff: FlaskClient, there: Tenant):
    gone = came(site.inst, there, "李雷", "13900139000")
    came(site.inst, there, "韩梅梅", "13800138000")
    drawn(site.inst)
    page = f"/desk/inside?venue={there.venue}"
    answer = sent(site, staff, f"/desk/inside/{there.venue}/sweep", page, gone=gone)
    assert answer.status_code == 303
    after = opened(site, staff, page).text
    assert "1 person is out now." in seen(after)
    assert "1 person inside" in seen(after)
    (back,) = re.findall(r'action="([^"]*/swept/[^"]*/take-back)"', after)
    assert sent(site, staff, back, page).status_code == 303
    assert "2 people inside" in seen(opened(site, staff, page).text)
    sent(site, staff, f"/desk/inside/{there.venue}/sweep", page)
    assert "Tick who is gone first." in seen(opened(site, staff, page).text)


def test_the_list_is_a_table_and_sheets_that_name_nobody_in_full(
    site: Site, staff: FlaskClient, there: Tenant
):
    came(site.inst, there, "李雷", "13900139000")
    drawn(site.inst)
    table = opened(site, staff, f"/desk/inside.csv?venue={there.venue}")
    assert table.mimetype == "text/csv"
    lines = table.get_data().decode("utf-8-sig").splitlines()
    assert lines[1].startswith("李*,Visitor 访客,1,Park Ltd site,North gate,2026-11-20T02:00:00Z,")
    sheet = opened(site, staff, f"/desk/inside/{there.venue}.pdf")
    assert sheet.mimetype == "application/pdf"
    assert sheet.get_data().startswith(b"%PDF")


def test_marks_of_a_phone_are_kept_and_told_to_the_others(site: Site, staff: FlaskClient, there: Tenant):
    li = came(site.inst, there, "李雷", "13900139000")
    drawn(site.inst)
    path = begun(site, staff, there)
    page = seen(opened(site, staff, path).text)
    assert "李雷" in page
    assert "Drill" in page
    mark = {"id": "a" * 32, "entry_id": li, "mark": "safe", "people": 1, "name": "", "age_ms": 0}
    other = {"id": "b" * 32, "entry_id": "", "mark": "unlisted", "people": 2, "name": "Fitters", "age_ms": 5}
    for _ in range(2):
        answer = told(site, staff, path, mark, other).get_json()
        assert [(one["mark"], one["people"]) for one in answer["marks"]] == [("safe", 1), ("unlisted", 2)]
    assert told(site, staff, path).get_json()["ended"] is False
    undone = told(site, staff, path, {**mark, "undone": True}).get_json()
    assert [one["undone"] for one in undone["marks"]] == [True, False]


def test_a_phone_that_knows_everything_is_told_no_more_than_that(
    site: Site, staff: FlaskClient, there: Tenant
):
    li = came(site.inst, there, "李雷", "13900139000")
    drawn(site.inst)
    path = begun(site, staff, there)
    mark = {"id": "a" * 32, "entry_id": li, "mark": "safe", "people": 1, "name": "", "age_ms": 0}
    before = told(site, staff, path).get_json()
    known = told(site, staff, path, mark).get_json()
    assert known["version"] != before["version"]
    same = told(site, staff, path, known=known["version"]).get_json()
    assert same == {"version": known["version"]}
    site.clock.pass_s(5)
    left(site.inst, there, "李雷", "13900139000")
    drawn(site.inst)
    gone = told(site, staff, path, known=known["version"]).get_json()
    assert gone["out"] == [li]
    assert [one["mark"] for one in gone["marks"]] == ["safe"]


def test_marks_that_no_page_sends_are_refused_with_a_sentence(site: Site, staff: FlaskClient, there: Tenant):
    path = begun(site, staff, there)
    good = {"id": "a" * 32, "entry_id": "", "mark": "unlisted", "people": 1, "name": "", "age_ms": 0}
    for change in (
        {"id": "x"}, {"mark": "gone"}, {"people": 0}, {"people": True}, {"age_ms": -1}, {"age_ms": "1"},
        {"mark": "safe"}, {"mark": "safe", "entry_id": "x"}, {"id": None},
    ):  # fmt: skip
        answer = told(site, staff, path, {**good, **change})
        assert answer.status_code == 422, change
        assert "cannot be read" in answer.get_json()["error"]
    assert told(site, staff, path).get_json()["marks"] == []


def test_the_end_shows_what_it_came_to_and_gives_it_as_files(site: Site, staff: FlaskClient, there: Tenant):
    came(site.inst, there, "李雷", "13900139000")
    drawn(site.inst)
    path = begun(site, staff, there, "real")
    assert sent(site, staff, f"{path}/end", path).status_code == 303
    page = seen(opened(site, staff, path).text)
    for words in ("Real", "On the list 1, counted 0, not found 1.", "The difference: 1 not found.", "李雷"):
        assert words in page
    table = opened(site, staff, f"{path}/table.csv").get_data().decode("utf-8-sig").splitlines()
    assert table[1].startswith("李雷,Visitor 访客,1,Not found yet 尚未找到,")
    assert opened(site, staff, f"{path}/sheet.pdf").get_data().startswith(b"%PDF")
    assert told(site, staff, path).get_json()["ended"] is True
    assert "Held before" in seen(opened(site, staff, f"/desk/inside?venue={there.venue}").text)


def test_a_list_by_name_stays_so_on_paper_in_the_table_and_at_the_end(
    site: Site, staff: FlaskClient, there: Tenant
):
    for nth, name in enumerate(("王伟", "李雷", "阿宝")):
        came(site.inst, there, name, f"1390013900{nth}")
    drawn(site.inst)
    path = begun(site, staff, there)
    page = opened(site, staff, path).text
    assert order_of(page) == ["王伟", "李雷", "阿宝"]
    page = opened(site, staff, f"{path}?by=name").text
    assert order_of(page) == ["阿宝", "李雷", "王伟"]
    assert f"{path}/sheet.pdf?by=name" in page
    answer = sent(site, staff, f"{path}/end?by=name", path)
    assert answer.location == f"{path}?by=name"
    page = opened(site, staff, answer.location).text
    assert order_of(page) == ["阿宝", "李雷", "王伟"]
    assert f"{path}/sheet.pdf?by=name" in page
    table = opened(site, staff, f"{path}/table.csv?by=name").get_data().decode("utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in table[1:]] == ["阿宝", "李雷", "王伟"]
    by_time, by_name = (opened(site, staff, f"{path}/sheet.pdf{by}").get_data() for by in ("", "?by=name"))
    assert by_name.startswith(b"%PDF")
    assert by_name != by_time


def test_the_worker_is_for_roll_calls_alone(site: Site, staff: FlaskClient):
    answer = opened(site, staff, "/desk/roll/worker.js")
    assert answer.mimetype == "text/javascript"
    assert "Service-Worker-Allowed" not in answer.headers
