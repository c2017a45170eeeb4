"""The inbox and the quarantine as staff use them: in both languages, settled by a choice, opened again."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from domain.access import Role
from domain.alert import KIND_NAMES, SENTENCES, AlertKind
from domain.gap import Gap, GapCause, gap_json
from domain.remedy import REMEDIES, REMEDY_NAMES
from domain.witness import Why
from tests.web.alone import DAY, HOUR, MINUTE, found, held, holder, passed, took
from tests.web.pages.site import LOGIN, Site, opened, seen, sent, set_policy, signed_in
from tests.web.services.poster_uses import used
from tests.web.tenants import Tenant, enrolled, entry_item
from web.db.tables import codes, entries, kiosks
from web.services import accounts
from web.services.desk import searching
from web.services.desk.filtering.filters import Filter
from web.services.findings import alerts
from web.services.gates.gates import Gate
from web.services.gates.ingest import ingest
from web.services.logs import witnessing
from web.services.logs.witnessing import Told
from web.services.passing import poster_watch
from web.services.visits.rounds import patrolling
from web.services.visits.rounds.patrolling import Look
from web.store.scope import PROGRAM


def everything(site: Site, there: Tenant) -> dict[str, int]:
    """One alert of each kind that entries and rounds can make, by kind."""
    inst, gate, now = site.inst, there.gate, site.clock()
    set_policy(site, there, capacity=1)
    south = enrolled(inst, there.staff, there.side_entrance)[0]
    ann = holder(inst, there, "Zhang Weiwei")
    took(inst, gate, passed(gate, 1, now - HOUR, ann))
    took(inst, south, passed(south, 1, now - HOUR + MINUTE, ann))
    took(inst, south, passed(south, 2, now - HOUR + 2 * MINUTE, None))
    took(inst, gate, passed(gate, 2, now - 10, holder(inst, there, "Ben", revoked_ms=now - DAY)))
    cat = holder(inst, there, "Cat")
    held(inst, cat, now - DAY)
    took(inst, gate, passed(gate, 3, now - 10, cat))
    took(inst, gate, passed(gate, 4, now - 10, holder(inst, there, "Dan", expires_s=1)))
    took(inst, gate, {**entry_item(gate, 4, now - 10), "id": found(inst)[-1].entry_id, "outcome": "refused"})
    took(inst, gate, entry_item(gate, 4, now - 9))
    told = [gap_json(Gap(7, 8, GapCause.ABSENT, now)), gap_json(Gap(9, 11, GapCause.VANISHED, now))]
    ingest(inst, gate, [], told)
    clock = {"boot_id": "c", "boot_ms": 1, "offset_ms": HOUR, "offset_age_ms": 0}
    took(inst, gate, entry_item(gate, 20, now - 2 * HOUR, clock=clock))
    took(inst, gate, entry_item(gate, 21, now, clock={**clock, "boot_ms": 2, "offset_ms": 0}))
    witnessing.heard(inst, gate, Told("", Why.FORKED))
    look = Look("a" * 32, there.entrance, ("https://pay.evil.example/x",))
    patrolling.looked(inst, there.staff, "liaison", look)
    used(inst, there.poster, *(f"10.0.{nth}.1" for nth in range(poster_watch.NETWORKS_LEAST_NEW)))
    return {row.kind: row.id for row in found(inst)}


# What the watch over silent and strange codes finds is tried with its own pages.
WATCHED = {
    *(AlertKind.SILENT_VENUE, AlertKind.NEVER_USED, AlertKind.SUDDEN_FALL, AlertKind.AT_NIGHT),
    AlertKind.MANY_DOORS,
}
FROM_ENTRIES = set(AlertKind) - {AlertKind.QUARANTINED, AlertKind.IMPORTED_AFTER_REVOCATION} - WATCHED


def test_every_kind_is_listed_and_told_with_its_sentence_in_both_languages(
    site: Site, staff: FlaskClient, there: Tenant
) -> None:
    ids = everything(site, there)
    assert set(ids) == FROM_ENTRIES
    for code in ("en", "zh"):
        page = seen(opened(site, staff, f"/inbox?lang={code}").text)
        for kind, alert_id in ids.items():
            name, sentence = getattr(KIND_NAMES[AlertKind(kind)], code), SENTENCES[AlertKind(kind)]
            assert name in page
            told = seen(opened(site, staff, f"/inbox/{alert_id}?lang={code}").text)
            assert max(re.split(r"\{\w+\}", getattr(sentence, code)), key=len)[:40].strip() in told
            for remedy in REMEDIES[AlertKind(kind)]:
                assert getattr(REMEDY_NAMES[remedy], code) in told
            assert "Weiwei" not in told


def test_the_intro_speaks_of_venue_codes_as_well_as_of_gates(site: Site, staff: FlaskClient) -> None:
    for code, words in (
        ("en", ("gates", "silent", "used strangely")),
        ("zh", ("终端", "无人使用", "使用异常")),
    ):
        page = opened(site, staff, f"/inbox?lang={code}").text
        for part in ('<p class="soft lead">', '<div class="empty">'):
            paragraph = page.split(part, 1)[1].split("</p>", 1)[0]
            assert [word for word in words if word not in paragraph] == []


def test_a_clock_is_said_to_be_ahead_or_behind(site: Site, staff: FlaskClient, there: Tenant) -> None:
    everything(site, there)
    english, chinese = (seen(opened(site, staff, f"/inbox?lang={code}").text) for code in ("en", "zh"))
    assert "jumped 60 minutes ahead" in english
    assert "was 60 minutes behind" in english
    assert "时钟前跳了 60 分钟" in chinese
    assert "时钟慢 60 分钟" in chinese


def test_only_admins_bring_files_in(site: Site, there: Tenant) -> None:
    accounts.create_account(
        site.inst,
        "clerk@park.example",
        "a password for clerks",
        Role.GUARD,
        enterprise_id=there.enterprise,
    )
    clerk = signed_in(site, "clerk@park.example")
    assert "Bring in entries" not in opened(site, clerk, "/inbox").text
    assert opened(site, clerk, "/quarantine/bring").status_code == 403


def test_the_navigation_counts_what_is_open(site: Site, staff: FlaskClient, there: Tenant) -> None:
    assert "Nothing to settle" in seen(opened(site, staff, "/inbox").text)
    ids = everything(site, there)
    assert f"Inbox {len(ids)}" in seen(opened(site, staff, "/visitors").text)


def pair(site: Site, there: Tenant) -> tuple[Any, dict[str, Any], dict[str, Any], Gate]:
    south = enrolled(site.inst, there.staff, there.side_entrance)[0]
    ann = holder(site.inst, there, "Zhang Weiwei")
    first = passed(there.gate, 1, site.clock() - HOUR, ann)
    second = passed(south, 1, site.clock() - HOUR + MINUTE, ann)
    took(site.inst, there.gate, first)
    took(site.inst, south, second)
    return found(site.inst)[0], first, second, south


def test_both_entries_stand_side_by_side(site: Site, staff: FlaskClient, there: Tenant) -> None:
    alert, first, second, _ = pair(site, there)
    page = seen(opened(site, staff, f"/inbox/{alert.id}").text)
    for words in ("First entry", "Second entry", "North gate", "South gate", first["id"], second["id"]):
        assert words in page
    assert "Z*** W***" in page


def test_settling_needs_a_choice_and_keeps_who_and_why(site: Site, staff: FlaskClient, there: Tenant) -> None:
    alert, *_ = pair(site, there)
    path = f"/inbox/{alert.id}"
    refused = sent(site, staff, f"{path}/settle", path, note="seen on camera")
    assert refused.status_code == 400
    assert "Choose what was done" in seen(refused.text)
    assert "seen on camera" in refused.text
    done = sent(site, staff, f"{path}/settle", path, remedy="both_right", note="seen on camera")
    assert done.status_code == 303
    page = seen(opened(site, staff, path).text)
    assert "they went out unseen: seen on camera" in page
    assert LOGIN in page
    assert "Nothing to settle" in seen(opened(site, staff, "/inbox").text)
    assert LOGIN in seen(opened(site, staff, "/inbox?settled=1").text)
    again = staff.post(f"{path}/settle", base_url=site.url, data={"remedy": "both_right"})
    assert again.status_code == 400  # no token: and were there one, it is settled


def test_what_was_settled_is_opened_again_and_remembers_how_it_was(
    site: Site, staff: FlaskClient, there: Tenant
) -> None:
    alert, *_ = pair(site, there)
    path = f"/inbox/{alert.id}"
    sent(site, staff, f"{path}/settle", path, remedy="both_right", note="first look")
    assert sent(site, staff, f"{path}/reopen", path).status_code == 303
    page = seen(opened(site, staff, path).text)
    assert "Settled before" in page
    assert "first look" in page
    assert len(found(site.inst)) == 1


def test_taking_one_entry_back_makes_a_correcting_entry(
    site: Site, staff: FlaskClient, there: Tenant
) -> None:
    alert, _, second, _ = pair(site, there)
    path = f"/inbox/{alert.id}"
    assert sent(site, staff, f"{path}/settle", path, remedy="take_second_back").status_code == 303
    rows = site.inst.read(lambda c: c.execute(select(entries.c.corrects, entries.c.device)).all())
    assert [tuple(row) for row in rows if row.corrects] == [(second["id"], "web")]
    log = searching.search(site.inst, PROGRAM, Filter(venue_id=there.venue)).rows
    assert [row.id for row in log if row.taken_back] == [second["id"]]


def test_a_lent_code_is_withdrawn(site: Site, staff: FlaskClient, there: Tenant) -> None:
    alert, *_ = pair(site, there)
    path = f"/inbox/{alert.id}"
    assert sent(site, staff, f"{path}/settle", path, remedy="withdraw_code").status_code == 303
    assert site.inst.read(lambda c: c.scalars(select(codes.c.revoked_ms)).all()) == [site.clock()]


def test_proposing_a_hold_leads_to_the_visitor(site: Site, staff: FlaskClient, there: Tenant) -> None:
    alert, first, _, _ = pair(site, there)
    path = f"/inbox/{alert.id}"
    done = sent(site, staff, f"{path}/settle", path, remedy="propose_hold")
    assert done.headers["Location"].endswith(f"/visitors/{first['private']['visitor_id']}")


def test_a_copied_kiosk_is_withdrawn(site: Site, staff: FlaskClient, there: Tenant) -> None:
    took(site.inst, there.gate, entry_item(there.gate, 1, site.clock()))
    took(site.inst, there.gate, entry_item(there.gate, 1, site.clock() - 5))
    [alert] = found(site.inst)
    path = f"/inbox/{alert.id}"
    assert sent(site, staff, f"{path}/settle", path, remedy="revoke_kiosk").status_code == 303
    assert site.inst.read(lambda c: c.scalar(select(kiosks.c.revoked_ms))) == site.clock()


def test_missing_entries_are_asked_for_again_or_given_up_with_a_note(
    site: Site, staff: FlaskClient, there: Tenant
) -> None:
    gate = there.gate
    took(site.inst, gate, entry_item(gate, 1, site.clock()), entry_item(gate, 4, site.clock()))
    told = [gap_json(Gap(2, 3, GapCause.ABSENT, site.clock()))]
    assert ingest(site.inst, gate, [], told).missing == ()
    path = f"/inbox/{found(site.inst)[0].id}"
    assert sent(site, staff, f"{path}/settle", path, remedy="accept_lost").status_code == 400
    assert sent(site, staff, f"{path}/settle", path, remedy="ask_again").status_code == 303
    assert ingest(site.inst, gate, []).missing == ((2, 3),)
    ingest(site.inst, gate, [], told)
    assert len(found(site.inst)) == 1
    done = sent(site, staff, f"{path}/settle", path, remedy="accept_lost", note="disk broke")
    assert done.status_code == 303
    assert found(site.inst) == []


def test_a_conflict_leads_to_the_other_version(site: Site, staff: FlaskClient, there: Tenant) -> None:
    ids = everything(site, there)
    for kind in ("changed_body", "cloned_device"):
        page = opened(site, staff, f"/inbox/{ids[kind]}").text
        assert re.search(r'href="/quarantine/[12]"', page), kind


def test_filters_narrow_by_kind_and_kiosk(site: Site, staff: FlaskClient, there: Tenant) -> None:
    everything(site, there)
    page = opened(site, staff, "/inbox?kind=two_gates").text
    assert page.count('class="row-link"') == 1
    assert opened(site, staff, "/inbox?kiosk=nobody").text.count('class="row-link"') == 0
    assert "Nothing fits this filter" in seen(opened(site, staff, f"/inbox?venue={'x' * 200}").text)


def test_pages_of_the_inbox_follow_one_another(site: Site, there: Tenant) -> None:
    everything(site, there)
    wanted, seen_ids, before = alerts.Wanted(), list[int](), ""
    while True:
        page = alerts.listed(site.inst, PROGRAM, wanted, before=before, limit=2)
        seen_ids += [row.id for row in page.rows]
        if not (before := page.older):
            break
    assert seen_ids == sorted(seen_ids, reverse=True)
    assert len(seen_ids) == len(FROM_ENTRIES)


@pytest.mark.parametrize("path", ["/inbox", "/quarantine", "/quarantine/bring"])
def test_nobody_reads_it_without_signing_in(site: Site, visitor: FlaskClient, path: str) -> None:
    assert opened(site, visitor, path).status_code == 302


def aside(site: Site, there: Tenant, changes: dict[str, Any]) -> dict[str, Any]:
    gate = there.gate
    first = passed(gate, 1, site.clock() - HOUR, None)
    changed = {**first, "at_ms": first["at_ms"] + 5, **changes}
    private = {"name": "Zhang Weiwei", "phone": "13800138000"}
    changed["private"] = {**changed["private"], **private}
    assert took(site.inst, gate, first, changed)[0] == "stored"
    return changed


def test_what_is_in_quarantine_is_shown_masked_and_taken_in_as_a_new_entry(
    site: Site, staff: FlaskClient, there: Tenant
) -> None:
    changed = aside(site, there, {})
    listed = opened(site, staff, "/quarantine")
    assert "with other contents" in seen(listed.text)
    page = opened(site, staff, "/quarantine/1").text
    assert "Z*** W***" in page
    assert "Weiwei" not in page
    assert "13800138000" not in page
    assert sent(site, staff, "/quarantine/1/take", "/quarantine/1").status_code == 303
    rows = site.inst.read(lambda c: c.execute(select(entries).where(entries.c.device == "web")).all())
    assert [(row.way, row.at_ms, row.true_ms) for row in rows] == [
        ("import", changed["at_ms"], changed["at_ms"])
    ]
    after = seen(opened(site, staff, "/quarantine/1").text)
    assert rows[0].id in after
    assert LOGIN in after
    assert "Nothing in quarantine" in seen(opened(site, staff, "/quarantine").text)
    assert LOGIN in seen(opened(site, staff, "/quarantine?settled=1").text)


def test_dismissing_needs_a_reason_and_keeps_it(site: Site, staff: FlaskClient, there: Tenant) -> None:
    aside(site, there, {})
    assert sent(site, staff, "/quarantine/1/dismiss", "/quarantine/1").status_code == 400
    done = sent(site, staff, "/quarantine/1/dismiss", "/quarantine/1", note="a test at the bench")
    assert done.status_code == 303
    assert "a test at the bench" in seen(opened(site, staff, "/quarantine/1").text)
    assert site.inst.read(lambda c: len(c.execute(select(entries)).all())) == 1


def test_what_is_no_entry_says_so_in_both_languages_and_cannot_be_taken(
    site: Site, staff: FlaskClient, there: Tenant
) -> None:
    took(site.inst, there.gate, {"id": "x", "name": "Zhang Weiwei"}, None, 5)
    english = opened(site, staff, "/quarantine/1?lang=en").text
    assert "present exactly once" in seen(english)
    assert "Weiwei" not in english
    assert "Take it in" not in english
    assert "无效" in seen(opened(site, staff, "/quarantine/1?lang=zh").text)
    assert sent(site, staff, "/quarantine/1/take", "/quarantine/1?lang=en").status_code == 400
    assert opened(site, staff, "/quarantine/2").status_code == 200
    assert opened(site, staff, "/quarantine/99").status_code == 404
