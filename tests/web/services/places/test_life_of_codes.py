"""The life of a code: applied for, returned, approved, printed, seen where it hangs, used, withdrawn."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from domain.errors import InputError
from tests.web.tenants import SettableClock, Tenant
from web.services.errors import NotFoundError
from web.services.installation import Installation
from web.services.passing import checkin, poster_pages
from web.services.passing.checkin import CheckIn
from web.services.places import places
from web.services.places.place_rows import PosterRow
from web.services.places.posters import applications, poster_life, posters
from web.store.scope import Scope


def applied(inst: Installation, tenant: Tenant) -> tuple[str, str]:
    venue = places.create_venue(
        inst, tenant.staff, tenant.enterprise, name="New hall", address="2 Road", applies=True
    )
    return venue, places.create_entrance(inst, tenant.staff, venue, "Door")


def photograph(inst: Installation, *poster_ids: str) -> bytes:
    """A picture of posters side by side, as a phone sends it."""
    shots = []
    for identity in poster_ids:
        scope = Scope(everything=True)
        made = posters.artefact(inst, scope, identity, kind="png", languages=("zh",), size="A5")
        picture = Image.open(io.BytesIO(made.body)).convert("RGB")
        picture.thumbnail((1200, 1200))
        shots.append(np.asarray(picture))
    file = io.BytesIO()
    Image.fromarray(np.hstack(shots)).save(file, "JPEG", quality=85)
    return file.getvalue()


def poster_of(inst: Installation, tenant: Tenant, identity: str) -> PosterRow:
    detail = places.venue(inst, tenant.area, tenant.venue)
    return next(row for door in detail.entrances for row in door.posters if row.id == identity)


def test_an_application_is_returned_sent_again_and_approved_with_its_posters(
    inst: Installation, park: Tenant, clock: SettableClock
):
    venue, entrance = applied(inst, park)
    [waiting] = applications.listed(inst, park.area)
    assert (waiting.venue_name, waiting.entrances, waiting.returned_for) == ("New hall", 1, "")
    applications.send_back(inst, park.area, "reviewer", venue, " 地址  不全 ")
    assert applications.listed(inst, park.staff)[0].returned_for == "地址 不全"
    clock.pass_s(60)
    applications.send_again(inst, park.staff, venue)
    with pytest.raises(InputError):
        applications.send_again(inst, park.staff, venue)
    assert applications.listed(inst, park.area)[0].applied_ms == clock.ms
    assert applications.approve(inst, park.area, "reviewer", venue) == 1
    assert applications.listed(inst, park.area) == []
    detail = places.venue(inst, park.staff, venue)
    assert detail.row.state == "approved"
    [poster] = detail.entrances[0].posters
    page = poster_pages.poster_page(inst, poster.symbols)
    assert page is not None
    assert page.state == "approved"
    places.set_venue_state(inst, park.staff, venue, "open")
    assert posters.issue(inst, park.staff, entrance)


def test_nobody_gets_a_code_or_opens_a_venue_around_the_review(inst: Installation, park: Tenant):
    venue, entrance = applied(inst, park)
    for around in (
        lambda: posters.issue(inst, park.staff, entrance),
        lambda: places.set_venue_state(inst, park.staff, venue, "open"),
        lambda: applications.send_back(inst, park.area, "reviewer", venue, " "),
    ):
        with pytest.raises(InputError):
            around()
    assert posters.issue_missing(inst, park.staff, [entrance]) == 0
    with pytest.raises(NotFoundError):
        applications.approve(inst, park.staff, "clerk", venue)
    with pytest.raises(NotFoundError):
        applications.send_back(inst, park.staff, "clerk", venue, "why")
    assert places.venue(inst, park.staff, venue).row.state == "applied"


def test_what_is_not_applied_for_and_what_is_others_is_not_found(
    inst: Installation, park: Tenant, mill: Tenant
):
    theirs, _ = applied(inst, mill)
    assert applications.listed(inst, park.area) == []
    assert applications.of_venue(inst, park.area, theirs) is None
    for venue in (theirs, park.venue, "nothing"):
        for ask in (
            lambda one=venue: applications.approve(inst, park.area, "r", one),
            lambda one=venue: applications.send_back(inst, park.area, "r", one, "why"),
            lambda one=venue: applications.send_again(inst, park.area, one),
        ):
            with pytest.raises(NotFoundError):
                ask()
    for poster in (mill.poster, "nothing"):
        with pytest.raises(NotFoundError):
            poster_life.mark_printed(inst, park.area, poster)
        with pytest.raises(NotFoundError):
            poster_life.mark_posted(inst, park.area, poster, b"x")


def test_a_poster_is_printed_hung_up_used_and_withdrawn_each_with_its_day(
    inst: Installation, park: Tenant, clock: SettableClock
):
    issued = clock.ms
    clock.pass_s(86_400)
    poster_life.mark_printed(inst, park.staff, park.poster)
    printed = clock.ms
    clock.pass_s(86_400)
    poster_life.mark_posted(inst, park.staff, park.poster, photograph(inst, park.poster))
    posted = clock.ms
    poster_life.mark_printed(inst, park.staff, park.poster)
    clock.pass_s(60)
    used = clock.ms
    checkin.check_in(inst, park.poster, CheckIn(checkin.new_entry_id(inst), "Ann", "13800138000"))
    row = poster_of(inst, park, park.poster)
    assert (row.state, row.issued_ms, row.printed_ms, row.posted_ms, row.used_ms, row.revoked_ms) == (
        "posted", issued, printed, posted, used, None,
    )  # fmt: skip
    posters.revoke(inst, park.staff, park.poster)
    assert poster_of(inst, park, park.poster).revoked_ms == clock.ms
    with pytest.raises(NotFoundError):
        poster_life.mark_posted(inst, park.staff, park.poster, b"x")


def test_only_a_photograph_of_this_very_poster_counts(embedded_park: tuple[Installation, Tenant]):
    inst, park = embedded_park
    second = posters.issue(inst, park.staff, park.entrance)
    blank = io.BytesIO()
    Image.new("RGB", (600, 400), "white").save(blank, "JPEG")
    for photo, said in (
        (photograph(inst, second), "another code, not this"),
        (photograph(inst, park.poster, second), "another code beside"),
        (blank.getvalue(), "No code is read"),
        (b"no picture at all", ""),
        (b"", "Choose a photograph"),
    ):
        with pytest.raises(InputError) as refused:
            poster_life.mark_posted(inst, park.staff, park.poster, photo)
        assert said in refused.value.sentence.en
    assert poster_of(inst, park, park.poster).posted_ms is None
    poster_life.mark_posted(inst, park.staff, second, photograph(inst, second))
    assert poster_of(inst, park, second).state == "posted"


def test_a_reprint_takes_the_place_of_the_older_ones_once_it_hangs(
    embedded_park: tuple[Installation, Tenant],
):
    inst, park = embedded_park
    newer = posters.issue(inst, park.staff, park.entrance)
    elsewhere = posters.issue(inst, park.staff, park.side_entrance)
    doors = {door.id: door for door in places.venue(inst, park.staff, park.venue).entrances}
    north, south = doors[park.entrance], doors[park.side_entrance]
    assert [one.id for one in north.replaced_by(poster_of(inst, park, newer))] == [park.poster]
    assert south.replaced_by(poster_of(inst, park, elsewhere)) == ()
    with pytest.raises(InputError, match="where it hangs first"):
        poster_life.withdraw_replaced(inst, park.staff, newer)
    poster_life.mark_posted(inst, park.staff, newer, photograph(inst, newer))
    assert poster_life.withdraw_replaced(inst, park.staff, newer) == 1
    assert poster_life.withdraw_replaced(inst, park.staff, newer) == 0
    assert poster_of(inst, park, park.poster).state == "revoked"
    assert poster_of(inst, park, newer).state == "posted"
    assert poster_of(inst, park, elsewhere).state == "issued"


def test_a_withdrawal_can_be_taken_back_within_the_hour_to_what_it_was(
    inst: Installation, park: Tenant, mill: Tenant, clock: SettableClock
):
    issued = posters.issue(inst, park.staff, park.side_entrance)
    poster_life.mark_all_printed(inst, park.staff, [park.poster, mill.poster])
    assert poster_of(inst, mill, mill.poster).state == "issued"
    for identity, before in ((park.poster, "printed"), (issued, "issued")):
        posters.revoke(inst, park.staff, identity)
        assert poster_of(inst, park, identity).may_be_restored
        for refused in (poster_life.restore, poster_life.withdraw_replaced):
            with pytest.raises(NotFoundError):
                refused(inst, mill.staff, identity)
        poster_life.restore(inst, park.staff, identity)
        assert (poster_of(inst, park, identity).state, poster_of(inst, park, identity).revoked_ms) == (
            before,
            None,
        )
        with pytest.raises(NotFoundError):
            poster_life.restore(inst, park.staff, identity)
    posters.revoke(inst, park.staff, issued)
    clock.pass_s(3601)
    assert not poster_of(inst, park, issued).may_be_restored
    with pytest.raises(InputError, match="more than an hour"):
        poster_life.restore(inst, park.staff, issued)
