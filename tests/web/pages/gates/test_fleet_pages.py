"""The pages of the fleet: what staff see of their kiosks, and what they do to them."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from domain.enrolment import parsed_enrolment
from domain.witness import Why
from tests.web.log.tampering import fill
from tests.web.pages.site import Site, opened, seen, sent
from tests.web.tenants import Tenant, entry_item
from web.services.gates import arriving, gates, ingest
from web.services.gates.fleet import fleet, silence
from web.services.gates.fleet.vitals import columns, vitals_of
from web.services.gates.gates import Heartbeat
from web.services.logs import log_proving, witnessing
from web.services.logs.witnessing import Told
from web.store.gates import kiosks
from web.store.scope import PROGRAM


def beats(site: Site, there: Tenant, camera: str = "ok", waiting: int = 0, **told: object) -> None:
    vitals = columns(vitals_of({"fps": 29.9, **told}))
    gates.heard(site.inst, there.gate, Heartbeat("1.4", camera, waiting, 0, 5), vitals)


def test_the_list_says_how_each_is_and_what_needs_somebody(site: Site, staff: FlaskClient, there: Tenant):
    beats(site, there, camera="frozen", clock_offset_ms=-420_000, bundle_age_s=20)
    page = seen(opened(site, staff, "/kiosks").text)
    for words in (
        "gate",
        "Park Ltd site · North gate",
        "Online",
        "29.9 frames/s",
        "−7 min",
        "camera does not",
    ):
        assert words in page
    chinese = seen(opened(site, staff, "/kiosks?lang=zh").text)
    for words in ("在线", "29.9 帧/秒", "−7 分钟", "摄像头异常", "时钟偏差过大"):
        assert words in chinese


def test_a_filter_shows_those_it_names_and_says_when_there_are_none(
    site: Site, staff: FlaskClient, there: Tenant
):
    beats(site, there)
    shown = seen(opened(site, staff, f"/kiosks?state=online&venue={there.venue}").text)
    assert "29.9 frames/s" in shown
    for query in (
        "state=silent",
        "state=attention",
        "venue=x",
        "enterprise=x",
        "state=%00",
        "venue=" + "x" * 999,
    ):
        page = opened(site, staff, f"/kiosks?{query}")
        assert page.status_code == 200
        assert "No kiosk fits this filter" in seen(page.text)


def test_a_silent_kiosk_is_counted_beside_its_section_and_kept_in_its_history(
    site: Site, staff: FlaskClient, there: Tenant
):
    beats(site, there, waiting=3)
    assert "fell silent" not in seen(opened(site, staff, "/").text)
    site.clock.pass_s(421)
    silence.watched(site.inst)
    assert "1 Kiosks that fell silent" in seen(opened(site, staff, "/").text)
    page = seen(opened(site, staff, f"/kiosks/{there.gate.id}").text)
    assert "Fell silent" in page
    assert "power and network" in page
    beats(site, there)
    silence.watched(site.inst)
    assert "fell silent" not in seen(opened(site, staff, "/").text)
    assert "spoke again" in seen(opened(site, staff, f"/kiosks/{there.gate.id}").text)


def test_a_kiosk_is_renamed_and_a_bad_name_is_said_beside_the_field(
    site: Site, staff: FlaskClient, there: Tenant
):
    page = f"/kiosks/{there.gate.id}"
    assert sent(site, staff, f"{page}/name", page=page, name="  Lobby  ").status_code == 303
    assert "Lobby" in seen(opened(site, staff, page).text)
    for bad in ("", "x" * 500, "\u202e"):
        answer = sent(site, staff, f"{page}/name", page=page, name=bad)
        assert answer.status_code == 400
        assert "is-wrong" in answer.text
    assert fleet.detail(site.inst, PROGRAM, there.gate.id).unit.name == "Lobby"


def test_a_kiosk_is_moved_and_its_history_says_since_when(site: Site, staff: FlaskClient, there: Tenant):
    page = f"/kiosks/{there.gate.id}"
    site.clock.pass_s(60)
    assert sent(site, staff, f"{page}/place", page=page, entrance=there.side_entrance).status_code == 303
    text = seen(opened(site, staff, page).text)
    assert "Park Ltd site · South gate" in text
    assert "At Park Ltd site · North gate since" in text
    gate = gates.gate_of(site.inst, there.credential)
    assert gate is not None
    old = entry_item(there.gate, 1, site.clock())
    assert ingest.ingest(site.inst, gate, [old]).results[0].status == "stored"
    assert sent(site, staff, f"{page}/place", page=page, entrance="nowhere").status_code == 404


def test_a_new_credential_is_asked_for_once(site: Site, staff: FlaskClient, there: Tenant):
    page = f"/kiosks/{there.gate.id}"
    assert sent(site, staff, f"{page}/credential", page=page).status_code == 303
    text = opened(site, staff, page).text
    assert "was asked for" in seen(text)
    assert "New credential" not in seen(text)
    assert site.inst.read(lambda c: kiosks.rotation_due(c, there.gate.id))


def test_before_it_is_withdrawn_it_is_said_what_becomes_of_what_waits(
    site: Site, staff: FlaskClient, there: Tenant
):
    page = f"/kiosks/{there.gate.id}"
    beats(site, there, waiting=12)
    assert "12 entries wait in it: they stay on its disk" in seen(opened(site, staff, page).text)
    assert sent(site, staff, f"{page}/revoke", page=page).status_code == 303
    after = seen(opened(site, staff, page).text)
    assert "can be brought here as a file" in after
    assert "New credential" not in after
    assert gates.gate_of(site.inst, there.credential) is None


def test_the_page_of_a_code_learns_when_its_kiosk_has_arrived(site: Site, staff: FlaskClient, there: Tenant):
    shown = gates.new_enrolment(site.inst, PROGRAM, there.entrance)
    path = f"/kiosks/enrolments/{arriving.ticket_of(shown.text)}"
    assert opened(site, staff, path).get_json() == {"state": "waiting", "name": "", "page": ""}
    token = parsed_enrolment(shown.text).token
    got = gates.enrol(site.inst, token, "Lobby", "1.0")
    told = opened(site, staff, path)
    assert told.get_json() == {"state": "used", "name": "Lobby", "page": f"/kiosks/{got.kiosk_id}"}
    assert told.headers["Cache-Control"] == "no-store"
    assert token not in told.text
    for odd in ("x", "00", "é", "0" * 64):
        assert opened(site, staff, f"/kiosks/enrolments/{odd}").status_code == 404


@pytest.mark.parametrize("what", ["name", "place", "credential", "revoke"])
def test_nothing_is_done_without_a_token_or_by_a_stranger(
    site: Site, staff: FlaskClient, visitor: FlaskClient, there: Tenant, what: str
):
    path = f"/kiosks/{there.gate.id}/{what}"
    fields = {"name": "Mine", "entrance": there.side_entrance}
    site.app.testing = False
    for client in (staff, visitor):
        assert client.post(path, base_url=site.url, data=fields).status_code in (400, 401, 403)
    unit = fleet.detail(site.inst, PROGRAM, there.gate.id).unit
    assert (unit.name, unit.entrance_id, unit.rotating, unit.revoked_ms) == (
        "gate",
        there.entrance,
        False,
        None,
    )


def test_staff_see_how_far_gates_confirmed_the_log_and_which_refuse_it(
    site: Site, staff: FlaskClient, there: Tenant
):
    beats(site, there)
    assert "No gate has confirmed the log" in seen(opened(site, staff, "/kiosks").text)
    assert "not confirmed yet" in seen(opened(site, staff, f"/kiosks/{there.gate.id}").text)
    fill(site.inst, there, *range(1, 4))
    head = log_proving.head(site.inst).decode()
    witnessing.heard(site.inst, there.gate, Told(head))
    assert "1 gate has confirmed the log up to record 3, just now." in seen(
        opened(site, staff, "/kiosks").text
    )
    page = opened(site, staff, f"/kiosks/{there.gate.id}").text
    assert "confirmed up to record 3" in seen(page)
    witnessing.heard(site.inst, there.gate, Told(head, Why.FORKED, head))
    page = opened(site, staff, "/kiosks").text
    assert "1 gate refuses this log" in seen(page)
    assert "It refuses this server’s log" in seen(page)
    assert 'href="/inbox?kind=log_refused"' in page
    chinese = opened(site, staff, "/kiosks?lang=zh").text
    assert "有 1 台终端拒绝本日志" in seen(chinese)
    inbox = seen(opened(site, staff, "/inbox?kind=log_refused&lang=zh").text)
    assert "终端拒绝存证日志" in inbox
