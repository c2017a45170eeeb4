"""Staff set what their gates show; what cannot be used is said beside the field."""

from __future__ import annotations

import io

from flask.testing import FlaskClient
from PIL import Image

from tests.web.pages.site import Site, hidden_fields, opened, seen, sent
from tests.web.tenants import Tenant
from web.services.gates import gate_settings
from web.store.scope import PROGRAM


def _page(there: Tenant) -> str:
    return f"/venues/{there.venue}/gates"


def test_a_pin_is_set_and_removed_and_never_shown(site: Site, staff: FlaskClient, there: Tenant) -> None:
    page = _page(there)
    assert "stays shut" in seen(opened(site, staff, page).text)
    refused = sent(site, staff, f"{page}/pin", page, pin="12")
    assert refused.status_code == 400
    assert "4 to 12 digits" in seen(refused.text)
    assert sent(site, staff, f"{page}/pin", page, pin="471100").status_code == 303
    shown = opened(site, staff, page).text
    assert "A PIN is set" in seen(shown)
    assert "471100" not in shown
    assert sent(site, staff, f"{page}/pin", page, remove="1").status_code == 303
    assert not gate_settings.shown(site.inst, PROGRAM, there.venue).has_pin


def test_a_notice_with_a_picture_goes_up_and_comes_down(
    site: Site, staff: FlaskClient, there: Tenant
) -> None:
    page, picture = _page(there), io.BytesIO()
    Image.new("RGB", (40, 30), "navy").save(picture, "PNG")
    picture.seek(0)
    hidden = hidden_fields(opened(site, staff, page).text)
    answer = staff.post(
        f"{page}/notices",
        base_url=site.url,
        data={**hidden, "zh": "周六停电", "en": "No power on Saturday", "picture": (picture, "map.png")},
    )
    assert answer.status_code == 303
    shown = gate_settings.shown(site.inst, PROGRAM, there.venue).notices
    assert [(notice.zh, notice.en, notice.has_picture) for notice in shown] == [
        ("周六停电", "No power on Saturday", True)
    ]
    assert "with a picture" in seen(opened(site, staff, page).text)
    assert sent(site, staff, f"{page}/notices/{shown[0].id}/remove", page).status_code == 303
    assert gate_settings.shown(site.inst, PROGRAM, there.venue).notices == ()


def test_a_notice_without_words_or_with_a_broken_picture_keeps_what_was_typed(
    site: Site, staff: FlaskClient, there: Tenant
) -> None:
    page = _page(there)
    empty = sent(site, staff, f"{page}/notices", page, zh="", en="")
    assert empty.status_code == 400
    assert "at least one language" in seen(empty.text)
    hidden = hidden_fields(opened(site, staff, page).text)
    broken = staff.post(
        f"{page}/notices",
        base_url=site.url,
        data={**hidden, "en": "Map of the park", "picture": (io.BytesIO(b"no picture"), "map.png")},
    )
    assert broken.status_code == 400
    assert "cannot be used" in seen(broken.text)
    assert "Map of the park" in broken.text


def test_speech_is_switched_on_and_off(site: Site, staff: FlaskClient, there: Tenant) -> None:
    page = _page(there)
    for speaks, said in (("1", "speak each answer"), ("0", "with a tone")):
        assert sent(site, staff, f"{page}/speech", page, speaks=speaks).status_code == 303
        assert said in seen(opened(site, staff, page).text)
