"""A look at a door: what hangs there, whose it is, once however often it is sent, and told when foreign."""

from __future__ import annotations

import secrets
from datetime import date

import pytest

from domain.alert import AlertKind
from domain.errors import InputError
from domain.venue import poster_url
from tests.web.tenants import SettableClock, Tenant
from web.services.errors import NotFoundError
from web.services.findings import alerts
from web.services.installation import Installation
from web.services.places import liaisons
from web.services.places.posters import posters
from web.services.visits.rounds import hanging, patrolling, rounds
from web.services.visits.rounds.hanging import Verdict
from web.services.visits.rounds.patrolling import Look, Seen
from web.store.places import places
from web.store.scope import Scope

STICKER = "https://park.example.evil.example/V/ABC"
DAY = date(2026, 11, 20)


def url(inst: Installation, poster: str) -> str:
    return poster_url(inst.settings.base_url, bytes.fromhex(poster))


def seen(inst: Installation, park: Tenant, *texts: str, door: str = "", age_ms: int = 0) -> Seen:
    look = Look(secrets.token_hex(16), door or park.entrance, texts, age_ms)
    return patrolling.looked(inst, park.staff, "liaison", look)


def stickers(inst: Installation, scope: Scope) -> list[str]:
    found = alerts.listed(inst, scope, alerts.Wanted()).rows
    return [row.sentence.en for row in found if row.kind is AlertKind.FOREIGN_STICKER]


def test_each_thing_that_can_hang_is_told_apart(inst: Installation, park: Tenant, mill: Tenant) -> None:
    own, theirs = url(inst, park.poster), url(inst, mill.poster)
    other = url(inst, posters.issue(inst, park.staff, park.side_entrance))
    old = posters.issue(inst, park.staff, park.entrance)
    posters.revoke(inst, park.staff, old)
    for texts, verdict in (
        ([own], Verdict.GENUINE),
        ([own.lower() + "/?utm=x", own, "CP1:A VISITOR"], Verdict.GENUINE),
        ([other], Verdict.MISPLACED),
        ([theirs], Verdict.MISPLACED),
        ([url(inst, old)], Verdict.REVOKED),
        ([url(inst, "00" * 16)], Verdict.UNKNOWN),
        (["https://park.example/me"], Verdict.UNKNOWN),
        ([own, other], Verdict.SEVERAL),
        ([], Verdict.MISSING),
    ):
        assert seen(inst, park, *texts).verdict is verdict, texts
    assert stickers(inst, park.area) == []
    assert "South gate" in seen(inst, park, other).sentence.en
    told = seen(inst, park, theirs).sentence
    assert "Mill" not in told.en + told.zh


@pytest.mark.parametrize(
    ("text", "host"),
    [
        (STICKER, "park.example.evil.example"),
        ("https://park.example@evil.example/V/A", "evil.example"),
        ("http://pаrk.example/V/A", "xn--prk-6cd.example"),  # with a Cyrillic а
        ("weixin://wxpay/bizpayurl?pr=secret", "weixin:"),
        ("https://park.example:8443/V/A", "park.example:8443"),
        ("http://[::1", "no web address"),
        ("just words about somebody", "no web address"),
    ],
)
def test_a_foreign_code_raises_an_alert_with_its_host_and_nothing_else_of_it(
    inst: Installation, park: Tenant, mill: Tenant, text: str, host: str
) -> None:
    assert seen(inst, park, text).verdict is Verdict.FOREIGN
    [sentence] = stickers(inst, park.staff)
    assert f"It leads to {host}." in sentence
    assert "North gate" in sentence
    assert stickers(inst, mill.area) == []
    kept = [row.hosts for row in rounds.history(inst, park.staff, DAY)]
    assert kept == [(host,)]


def test_a_code_beside_ours_is_several_and_told_when_it_is_foreign(inst: Installation, park: Tenant) -> None:
    found = seen(inst, park, url(inst, park.poster), STICKER)
    assert found.verdict is Verdict.SEVERAL
    assert "evil.example" in found.sentence.en
    assert len(stickers(inst, park.staff)) == 1


def test_a_sticker_that_is_back_is_told_again_and_one_that_may_hang_is_not(
    inst: Installation, park: Tenant
) -> None:
    seen(inst, park, STICKER)
    seen(inst, park, STICKER)
    for remedy, again in (("taken_down", 1), ("belongs_there", 0)):
        [row] = alerts.listed(inst, park.staff, alerts.Wanted()).rows
        alerts.settle(inst, park.staff, "clerk", row.id, remedy)
        seen(inst, park, STICKER)
        assert len(stickers(inst, park.staff)) == again
    seen(inst, park, STICKER, door=park.side_entrance)  # allowed at one door, not at the next
    assert len(stickers(inst, park.staff)) == 1


def test_a_look_sent_twice_is_one_and_another_accounts_id_is_nobodys(
    inst: Installation, park: Tenant, clock: SettableClock
) -> None:
    look = Look(secrets.token_hex(16), park.entrance, (STICKER,), 60_000)
    first = patrolling.looked(inst, park.staff, "liaison", look)
    clock.pass_s(30)
    assert patrolling.looked(inst, park.staff, "liaison", look) == first
    assert len(rounds.history(inst, park.staff, DAY)) == 1
    with pytest.raises(NotFoundError):
        patrolling.looked(inst, park.staff, "another", look)


@pytest.mark.parametrize(
    ("identity", "age_ms"), [("", 0), ("X" * 32, 0), ("a" * 32, -1), ("a" * 32, patrolling.AGE_MOST_MS + 1)]
)
def test_a_look_that_no_phone_of_ours_sends_is_refused(
    inst: Installation, park: Tenant, identity: str, age_ms: int
) -> None:
    with pytest.raises(InputError):
        patrolling.looked(inst, park.staff, "liaison", Look(identity, park.entrance, (), age_ms))


def test_a_tick_is_taken_back_by_who_made_it_and_settles_its_alert(inst: Installation, park: Tenant) -> None:
    first, second = (seen(inst, park, STICKER).id for _ in range(2))
    with pytest.raises(NotFoundError):
        patrolling.undo(inst, park.staff, "another", first)
    assert patrolling.undo(inst, park.staff, "liaison", first) == park.entrance
    assert len(stickers(inst, park.staff)) == 1  # the other look saw it as well
    patrolling.undo(inst, park.staff, "liaison", second)
    assert stickers(inst, park.staff) == []
    assert rounds.history(inst, park.staff, DAY) == ()


def test_a_round_shows_what_is_due_today_and_a_days_looks_stay(
    inst: Installation, park: Tenant, mill: Tenant, clock: SettableClock
) -> None:
    look = seen(inst, park, url(inst, park.poster))
    round_ = rounds.today(inst, park.area, "liaison")
    assert (round_.done, round_.total, round_.bare) == (1, 1, 1)  # the side entrance has no poster
    [door] = round_.parts[0].doors
    assert (door.verdict, door.own_look) == ("genuine", look.id)
    assert rounds.today(inst, park.area, "another").parts[0].doors[0].own_look == ""
    clock.pass_s(86_400)
    [door] = rounds.today(inst, park.area, "liaison").parts[0].doors
    assert (door.verdict, door.own_look, door.last_ms) == ("", "", look.at_ms)
    [row] = rounds.history(inst, park.area, DAY)
    lines = b"".join(rounds.csv([row])).decode("utf-8-sig").splitlines()
    assert lines[1].startswith("2026-11-20T02:00:00+00:00,Park Ltd,Park Ltd site,North gate,Genuine 正常,1,")


def test_a_liaisons_round_holds_the_enterprises_in_their_hands(inst: Installation, park: Tenant) -> None:
    area = park.area.area_path.strip("/").split("/")[-1]
    liaison = liaisons.add(inst, park.area, area, "李强", "13900139000")
    assert rounds.today(inst, park.area, "a", liaison).total == 0
    liaisons.assign(inst, park.area, [park.enterprise], liaison)
    assert rounds.today(inst, park.area, "a", liaison).total == 1


def test_a_poster_names_its_door_only_to_who_may_see_it(
    inst: Installation, park: Tenant, mill: Tenant
) -> None:
    found = patrolling.whose(inst, park.staff, [url(inst, park.poster)])
    assert found.entrance_id == park.entrance
    for texts in ([url(inst, mill.poster)], [STICKER], [], [url(inst, park.poster), STICKER]):
        with pytest.raises(InputError) as refused:
            patrolling.whose(inst, park.staff, texts)
        assert "Mill" not in refused.value.sentence.en


def test_another_tenants_doors_and_looks_are_not_found(
    inst: Installation, park: Tenant, mill: Tenant
) -> None:
    look = patrolling.looked(inst, mill.staff, "liaison", Look("a" * 32, mill.entrance, ()))
    for scope in (park.staff, park.area, Scope()):
        with pytest.raises(NotFoundError):
            patrolling.looked(inst, scope, "liaison", Look("b" * 32, mill.entrance, ()))
        with pytest.raises(NotFoundError):
            patrolling.looked(inst, scope, "liaison", Look(look.id, mill.entrance, ()))
        with pytest.raises(NotFoundError):
            patrolling.undo(inst, scope, "liaison", look.id)
        assert rounds.history(inst, scope, DAY) == ()
        assert "Mill Ltd" not in {part.name for part in rounds.today(inst, scope, "liaison").parts}
    assert len(rounds.history(inst, mill.staff, DAY)) == 1


def test_a_poster_out_of_scope_is_only_told_to_be_elsewhere(
    inst: Installation, park: Tenant, mill: Tenant
) -> None:
    codes = hanging.codes_in([url(inst, mill.poster)], inst.settings.base_url)
    door = inst.read(lambda c: places.entrance_row(c, park.staff, park.entrance))
    assert door is not None
    narrow = inst.read(lambda c: hanging.hanging(c, park.staff, door, codes))
    wide = inst.read(lambda c: hanging.hanging(c, Scope(area_path="/"), door, codes))
    assert "not in your care" in narrow.sentence.en
    assert "Mill Ltd site" in wide.sentence.en
