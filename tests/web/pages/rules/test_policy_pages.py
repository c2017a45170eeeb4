"""The pages of the rules of entry: filled in without a script, told what is wrong, kept in versions."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from domain.access import Role
from domain.hours import DAY_NAMES
from domain.policy import Asked, Treatment
from domain.policy_text import fields_from_json
from domain.visitor import VisitorClass
from tests.web.pages.site import PASSWORD, Site, hidden_fields, opened, seen, sent, signed_in
from tests.web.tenants import Tenant
from web.db.tables import policies
from web.services import accounts
from web.services.rules.policy_presets import PRESETS
from web.views.rules.policy_form import read, typed_from, typed_of

_CHINESE = re.compile("[\u4e00-\u9fff]")


def venue_page(there: Tenant) -> str:
    return f"/policies/venue/{there.venue}"


def posted(site: Site, client: FlaskClient, path: str, **fields: Any) -> TestResponse:
    """The answer to the form at a path, sent with these fields alone; lists are several values."""
    hidden = hidden_fields(opened(site, client, path).text)
    kept = {name: hidden[name] for name in ("csrf_token", "version")}
    return client.post(path, base_url=site.url, data={**kept, **fields})


def versions(site: Site) -> int:
    return site.inst.read(lambda c: c.scalar(select(func.count()).select_from(policies))) or 0


_openings = st.lists(st.integers(0, 1440), max_size=8, unique=True).map(
    lambda minutes: [list(pair) for pair in zip(*[iter(sorted(minutes))] * 2, strict=False)]
)
_rules = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["test", "booster", "Forklift licence", "健身证"]),
        "max_age_hours": st.none() | st.integers(1, 24 * 3660),
        "classes": st.sets(st.sampled_from([c.value for c in VisitorClass])).map(sorted),
        "otherwise": st.sampled_from(["refuse", "refer"]),
        "verified": st.booleans(),
    }
)
_fields = st.fixed_dictionaries(
    {},
    optional={
        "classes": st.sets(st.sampled_from([c.value for c in VisitorClass])).map(sorted),
        "credentials": st.lists(
            _rules, min_size=1, max_size=5, unique_by=lambda rule: json.dumps(rule, sort_keys=True)
        ),
        "temperature": st.sampled_from([a.value for a in Asked]),
        "temperature_limit_tenths": st.integers(350, 420),
        "hours": st.fixed_dictionaries(
            {
                "weekly": st.fixed_dictionaries(dict.fromkeys(DAY_NAMES, _openings)),
                "holidays": st.sets(st.dates().map(lambda day: day.isoformat()), max_size=5).map(sorted),
            }
        ),
        "capacity": st.integers(0, 10**7),
        "reentry": st.sampled_from([t.value for t in Treatment]),
        "listed_areas": st.sets(st.sampled_from(["Alpha", "乙县", "Gamma Town"]), min_size=1).map(sorted),
        "listed_days": st.integers(1, 365),
        "vehicle_complete": st.booleans(),
        "unknown_visitor": st.sampled_from([t.value for t in Treatment]),
        "bundle_limit_hours": st.integers(1, 2160),
        "confidential": st.booleans(),
    },
)


@given(_fields)
def test_what_the_form_shows_it_reads_again_to_the_letter(fields: dict[str, Any]):
    fields_from_json(fields)
    assert read(typed_of(fields)) == (fields, {})


@given(st.dictionaries(st.sampled_from(["row", "rule-0-kind", "rule-0-age", "mon", "has_hours", "capacity"]),
                       st.text(max_size=20)))  # fmt: skip
def test_no_form_however_strange_breaks_the_reading(sent_fields: dict[str, str]):
    fields, wrong = read(typed_from(MultiDict(sent_fields)))
    assert wrong or fields_from_json(fields) is not None


def test_a_form_is_saved_and_shown_again_with_what_is_in_force(site: Site, staff: FlaskClient, there: Tenant):
    path = venue_page(there)
    assert "nothing set here yet" in seen(opened(site, staff, path).text)
    done = posted(
        site, staff, path, do="save", has_classes="1", classes=["employee", "contractor"], capacity="２00",
        temperature="require", row=["0", "7"],
        **{"rule-0-kind": "test", "rule-0-age": "48", "rule-0-unit": "hours", "rule-0-otherwise": "refuse",
           "rule-7-kind": "other", "rule-7-name": "Forklift licence", "rule-7-classes": "contractor",
           "rule-7-word": "own", "rule-7-otherwise": "refer"},
    )  # fmt: skip
    assert done.status_code == 303
    page = seen(opened(site, staff, path).text)
    for sentence in (
        "Saved as version 2. Gates follow with their next contact.",
        "Accepted: Employee, Contractor.",
        "Everybody: Test result, at most 48 hours old, seen by staff; without it refused.",
        "Contractor: Forklift licence, in its dates, their own word is enough; without it sent to the staff.",
        "At most 200 people inside. from the venue Park Ltd site",
        "Park Ltd site · North gate",
    ):
        assert sentence in page
    again = opened(site, staff, path).text
    assert 'value="Forklift licence"' in again
    assert "Nothing was changed" in seen(_unchanged(site, staff, path))
    assert versions(site) == 1


def _unchanged(site: Site, staff: FlaskClient, path: str) -> str:
    answer = posted(
        site, staff, path, do="save", has_classes="1", classes=["contractor", "employee"], capacity="200",
        temperature="require", row=["0", "1"],
        **{"rule-0-kind": "test", "rule-0-age": "2", "rule-0-unit": "days", "rule-0-otherwise": "refuse",
           "rule-1-kind": "other", "rule-1-name": "Forklift licence", "rule-1-classes": "contractor",
           "rule-1-word": "own", "rule-1-otherwise": "refer"},
    )  # fmt: skip
    assert answer.status_code == 303
    return opened(site, staff, path).text


def test_every_mistake_is_told_beside_its_field_and_what_was_typed_stays(
    site: Site, staff: FlaskClient, there: Tenant
):
    typed = {
        "has_hours": "1", "mon": "22-6", "tue": "8-12", "holidays": "soon", "capacity": "many",
        "listed_days": "0", "bundle_limit_hours": "1e9", "temperature_limit_tenths": "50", "row": ["0", "1"],
        "rule-0-kind": "test", "rule-0-age": "old", "rule-1-age": "48", "listed_areas": "x" * 300,
    }  # fmt: skip
    for lang, told in (("en", "Nothing was saved"), ("zh", "未保存")):
        answer = posted(site, staff, f"{venue_page(there)}?lang={lang}", do="save", **typed)
        assert answer.status_code == 422
        assert told in seen(answer.text)
        for field in (
            "mon", "holidays", "capacity", "listed_days", "bundle_limit_hours", "temperature_limit_tenths",
            "rule-0-age", "rule-1-kind", "listed_areas",
        ):  # fmt: skip
            assert f'id="{field}-error"' in answer.text, field
        assert 'id="tue-error"' not in answer.text
        for kept in ("22-6", "8-12", "soon", "many", "old"):
            assert kept in answer.text
    assert versions(site) == 0


def test_lines_come_and_go_without_a_script(site: Site, staff: FlaskClient, there: Tenant):
    path = venue_page(there)
    one = {"row": ["0"], "rule-0-kind": "test", "rule-0-age": "48", "capacity": "typed"}
    more = posted(site, staff, path, do="add", **one)
    assert more.status_code == 200
    assert more.text.count('name="row"') == 2
    assert 'value="typed"' in more.text
    two = {**one, "row": ["0", "1"], "rule-1-kind": "permit"}
    less = posted(site, staff, path, do="remove-0", **two)
    assert less.text.count('name="row"') == 1
    assert '<option value="permit" selected>' in less.text
    assert '<option value="test" selected>' not in less.text
    assert posted(site, staff, path, do="remove-99", **two).text.count('name="row"') == 2
    assert versions(site) == 0


@pytest.mark.parametrize("preset", list(PRESETS))
def test_a_starting_point_fills_the_form_and_saves_nothing_by_itself(
    site: Site, staff: FlaskClient, there: Tenant, preset: str
):
    path = venue_page(there)
    filled = posted(site, staff, path, do="fill", preset=preset, listed_areas="Alpha", capacity="x")
    assert "Alpha</textarea>" in filled.text
    assert 'value="x"' in filled.text
    assert versions(site) == 0
    assert filled.text.count('name="row"') == len(PRESETS[preset].fields.get("credentials", []))


def test_a_preview_shows_what_would_be_in_force(site: Site, staff: FlaskClient, there: Tenant):
    shown = posted(site, staff, venue_page(there), do="check", has_classes="1", reentry="refuse")
    assert "In force after saving" in seen(shown.text)
    assert "No visitor class is left: everybody is refused." in seen(shown.text)
    assert "Whoever is inside already is refused. from the venue Park Ltd site" in seen(shown.text)
    assert versions(site) == 0


def test_two_who_edit_at_once_do_not_overwrite_each_other_unseen(
    site: Site, staff: FlaskClient, there: Tenant
):
    path = venue_page(there)
    hidden = hidden_fields(opened(site, staff, path).text)
    posted(site, staff, path, do="save", capacity="10")
    late = staff.post(path, base_url=site.url, data={**hidden, "do": "save", "capacity": "20"})
    assert late.status_code == 422
    assert "Somebody else saved this policy" in seen(late.text)
    assert 'value="20"' in late.text
    again = staff.post(path, base_url=site.url, data={**hidden_fields(late.text), "capacity": "20"})
    assert again.status_code == 303
    assert versions(site) == 2


def test_the_history_tells_both_languages_and_restores(site: Site, staff: FlaskClient, there: Tenant):
    path = venue_page(there)
    assert "No version yet" in seen(opened(site, staff, f"{path}/history").text)
    posted(site, staff, path, do="save", capacity="10")
    site.clock.pass_s(3600)
    posted(site, staff, path, do="save", temperature="require")
    english = seen(opened(site, staff, f"{path}/history?lang=en").text)
    assert "now Nobody comes in before their temperature was taken." in english
    assert "before At most 10 people inside." in english
    assert "admin@park.example" in english
    chinese = opened(site, staff, f"{path}/history?lang=zh").text
    assert "未测体温不得进入。" in seen(chinese)
    assert "people inside" not in seen(chinese)
    done = sent(site, staff, f"{path}/restore", f"{path}/history", version="2", seen="3")
    assert done.status_code == 303
    assert "版本 4" in seen(opened(site, staff, f"{path}/history").text)
    assert versions(site) == 3
    unknown = sent(site, staff, f"{path}/restore", f"{path}/history", version="99", seen="4")
    assert unknown.status_code == 404


def test_a_clerk_finds_the_pages_of_their_own_enterprise_only(site: Site, there: Tenant, staff: FlaskClient):
    accounts.create_account(site.inst, "clerk", PASSWORD, Role.OWNER, enterprise_id=there.enterprise)
    clerk = signed_in(site, "clerk")
    area = there.area.area_path.strip("/").split("/")[-1]
    assert opened(site, staff, f"/policies/area/{area}").status_code == 200
    assert opened(site, clerk, f"/policies/area/{area}").status_code == 404
    assert "set by administrators" in seen(opened(site, clerk, "/policies/areas").text)
    assert "Rules of the areas" not in seen(opened(site, clerk, "/").text)
    assert "East Area" in seen(opened(site, staff, "/policies/areas").text)
    for path in (
        venue_page(there),
        f"/policies/enterprise/{there.enterprise}",
        f"/policies/entrance/{there.entrance}",
    ):
        assert posted(site, clerk, path, do="save", capacity="7").status_code == 303
    assert opened(site, site.client(), venue_page(there)).status_code == 302
    bare = site.client().post(venue_page(there), base_url=site.url, data={"capacity": "1"})
    assert bare.status_code in (400, 401)


def test_the_pages_are_found_from_venue_enterprise_and_home(site: Site, staff: FlaskClient, there: Tenant):
    links = {
        "/": ["/policies/areas"],
        f"/enterprises/{there.enterprise}": [f"/policies/enterprise/{there.enterprise}"],
        f"/venues/{there.venue}": [
            venue_page(there),
            f"/policies/entrance/{there.entrance}",
            f"/simulator?entrance={there.entrance}",
        ],
    }
    for path, targets in links.items():
        html = opened(site, staff, path).text
        for target in targets:
            assert f'href="{target}"' in html
            assert opened(site, staff, target).status_code == 200


def test_each_page_speaks_one_language(site: Site, staff: FlaskClient, there: Tenant):
    posted(site, staff, venue_page(there), do="fill", preset="rules-2022")
    posted(site, staff, venue_page(there), do="save", capacity="10", reentry="refer", listed_areas="Alpha")
    for path in (venue_page(there), f"{venue_page(there)}/history", "/policies/areas", "/simulator"):
        english = seen(opened(site, staff, f"{path}?lang=en").text).replace("中文", "")
        assert not _CHINESE.search(english), path
        chinese = seen(opened(site, staff, f"{path}?lang=zh").text)
        for word in ("Rules", "entry", "Set here", "inside", "from the", "Temperature", "Version"):
            assert word not in chinese, (path, word)
