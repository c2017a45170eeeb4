"""An invitation: who has the link is expected, as many as it says, until it ends; nobody else is named."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import cv2
import numpy as np
import pytest
from sqlalchemy import select

from domain.errors import InputError
from reader.reading import read_with
from tests.web.tenants import SettableClock, Tenant
from web.db.tables import invitations as table
from web.services.errors import NotFoundError
from web.services.installation import Installation
from web.services.people import codes, visitors
from web.services.visits import announcing_expected, invitations, invitations_files, invitations_use
from web.services.visits.announcing_expected import Standing
from web.services.visits.announcing_times import When
from web.services.visits.invitations import Given, State
from web.services.visits.invitations_use import Filled

WINDOW = When("2026-11-20", "09:00", "18:00")
GIVEN = Given("Chen Hong", WINDOW, most="2", purpose="Audit")
WANG, LI, HAN = (
    Filled("Wang Wei", "13800138000", "苏A12345"),
    Filled("Li Lei", "13900139000"),
    Filled("Han Mei", "13700137000"),
)


def made(inst: Installation, there: Tenant, given: Given = GIVEN) -> tuple[str, str]:
    """A new invitation and the symbols of its link."""
    identity = invitations.create(inst, there.staff, "ann", there.enterprise, given)
    return identity, invitations.link(inst, there.staff, identity).rsplit("/", 1)[1]


def used(inst: Installation, symbols: str, filled: Filled) -> invitations_use.Used:
    done = invitations_use.use(inst, symbols, filled)
    assert done is not None
    return done


def expected(inst: Installation, there: Tenant) -> list[str]:
    day = announcing_expected.of_day(inst, there.staff, there.enterprise)
    return [visit.masked_name for visit in day.visits]


def test_each_who_fills_it_in_is_expected_and_gets_a_code_of_their_own(inst: Installation, park: Tenant):
    identity, symbols = made(inst, park)
    done = used(inst, symbols.upper(), WANG)
    holder = visitors.by_link(inst, done.link.split("#")[1])
    assert done.state is State.OPEN
    assert holder is not None
    assert holder.name == "Wang Wei"
    assert len(expected(inst, park)) == 1
    assert invitations.detail(inst, park.staff, identity).used == 1
    (visit,) = announcing_expected.of_day(inst, park.staff, park.enterprise).visits
    assert (visit.visitor_id, visit.is_invited, visit.purpose) == (holder.id, True, "Audit")


def test_no_more_may_use_it_than_it_says_and_the_same_person_is_one(inst: Installation, park: Tenant):
    _, symbols = made(inst, park)
    for filled in (WANG, WANG, LI, WANG):
        assert used(inst, symbols, filled).state is State.OPEN
    assert used(inst, symbols, HAN).state is State.USED
    assert len(expected(inst, park)) == 2


def test_of_two_phones_at_once_one_gets_the_last_use(inst: Installation, park: Tenant):
    _, symbols = made(inst, park, replace(GIVEN, most="1"))
    with ThreadPoolExecutor(4) as phones:
        states = list(phones.map(lambda filled: used(inst, symbols, filled).state, (WANG, LI, HAN, WANG)))
    assert len(expected(inst, park)) == 1
    assert State.OPEN in states
    assert State.USED in states


def test_it_ends_with_its_hour_and_when_it_is_withdrawn(
    inst: Installation, park: Tenant, clock: SettableClock
):
    identity, symbols = made(inst, park)
    used(inst, symbols, WANG)
    assert invitations.withdraw(inst, park.staff, identity, with_visits=False) == 0
    assert used(inst, symbols, LI).state is State.WITHDRAWN
    assert used(inst, symbols, WANG) == invitations_use.Used(State.WITHDRAWN)
    assert len(expected(inst, park)) == 1, "who was announced stays announced"
    assert invitations.withdraw(inst, park.staff, identity, with_visits=True) == 1
    assert expected(inst, park) == []
    _, other = made(inst, park)
    clock.pass_s(8 * 3_600)
    assert used(inst, other, LI).state is State.OVER
    shown = invitations.listed(inst, park.staff, park.enterprise)
    assert {one.state for one in shown} == {State.OVER, State.WITHDRAWN}


def test_a_name_and_a_phone_never_open_somebody_elses_code(inst: Installation, park: Tenant):
    registered = visitors.Registration(park.enterprise, WANG.name, WANG.phone, "employee")
    before = visitors.register(inst, park.staff, registered)
    _, symbols = made(inst, park)
    assert used(inst, symbols, WANG) == invitations_use.Used(State.OPEN, "")
    assert visitors.by_link(inst, before.link.split("#")[1]) is not None, "their own link still works"
    (visit,) = announcing_expected.of_day(inst, park.staff, park.enterprise).visits
    assert (visit.visitor_id, visit.visitor_class) == (before.visitor_id, "employee")


def test_who_lost_the_answer_gets_it_again_until_a_code_was_shown(inst: Installation, park: Tenant):
    _, symbols = made(inst, park)
    first, second = used(inst, symbols, WANG).link, used(inst, symbols, WANG).link
    assert visitors.by_link(inst, first.split("#")[1]) is None
    holder = visitors.by_link(inst, second.split("#")[1])
    assert holder is not None
    codes.strip(inst, holder.id, inst.now_ms() // 30_000, 1)
    assert used(inst, symbols, WANG).link == ""
    assert visitors.by_link(inst, second.split("#")[1]) is not None


def test_the_database_keeps_neither_link_nor_host(inst: Installation, park: Tenant):
    _, symbols = made(inst, park)
    (row,) = inst.read(lambda c: c.execute(select(table)).all())
    kept = b"|".join(str(value).encode() if not isinstance(value, bytes) else value for value in row).lower()
    assert symbols.encode() not in kept
    assert b"hong" not in kept


def test_a_wrong_link_is_nobodys(inst: Installation, park: Tenant):
    _, symbols = made(inst, park)
    wrong = ("a" if symbols[0] != "a" else "b") + symbols[1:]
    for other in (wrong, "", "x" * 500, symbols[:-1]):
        assert invitations_use.page(inst, other) is None
        assert invitations_use.use(inst, other, WANG) is None


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"most": "0"}, "most"),
        ({"most": "many"}, "most"),
        ({"most": "٣"}, "most"),
        ({"host": " "}, "host"),
        ({"visitor_class": "king"}, "visitor_class"),
        ({"when": When("")}, "day"),
        ({"when": When("2026-11-19", "09:00", "18:00")}, "until_time"),
        ({"when": When("2026-11-20", "09:00", "18:00", "2026-12-30")}, "until_time"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(
    inst: Installation, park: Tenant, change: dict[str, object], field: str
):
    with pytest.raises(InputError) as told:
        made(inst, park, replace(GIVEN, **change))  # type: ignore[arg-type]
    assert told.value.field == field


def test_another_tenant_reaches_nothing(inst: Installation, park: Tenant, mill: Tenant):
    identity, _ = made(inst, park)
    tries = (
        lambda: made(inst, mill, replace(GIVEN, venue_id=park.venue)),
        lambda: invitations.create(inst, mill.staff, "eve", park.enterprise, GIVEN),
        lambda: invitations.listed(inst, mill.staff, park.enterprise),
        lambda: invitations.detail(inst, mill.staff, identity),
        lambda: invitations.link(inst, mill.staff, identity),
        lambda: invitations.withdraw(inst, mill.staff, identity, with_visits=True),
        lambda: invitations_files.artefact(inst, mill.staff, identity, "png"),
        lambda: invitations_files.share_text(inst, mill.staff, identity),
    )
    for attempt in tries:
        with pytest.raises(NotFoundError):
            attempt()
    assert invitations.detail(inst, park.staff, identity).state is State.OPEN


def test_the_printed_card_reads_as_the_link(embedded_park: tuple[Installation, Tenant]):
    inst, there = embedded_park
    identity, _ = made(inst, there)
    body = invitations_files.artefact(inst, there.staff, identity, "png").body
    picture = np.asarray(cv2.imdecode(np.frombuffer(body, np.uint8), cv2.IMREAD_GRAYSCALE), np.uint8)
    texts = {reading.text for reading in read_with(picture, "zxing")}
    assert texts == {invitations.link(inst, there.staff, identity).upper()}
    for kind in ("svg", "pdf"):
        assert invitations_files.artefact(inst, there.staff, identity, kind).body


def test_the_calendar_file_is_well_formed_and_names_no_person(embedded_park: tuple[Installation, Tenant]):
    inst, there = embedded_park
    _, symbols = made(inst, there, replace(GIVEN, venue_id=there.venue))
    used(inst, symbols, WANG)
    page = invitations_use.page(inst, symbols)
    assert page is not None
    body = invitations_files.calendar(inst, page, "拜访云杉科技园有限公司，带上证件；谢谢" * 4)
    lines = body.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    assert body.decode().replace("\r\n ", "").count("云杉科技园") == 4
    assert b"DTSTART:20261120T010000Z" in lines
    assert b"Wang" not in body
    assert b"Chen" not in body


def test_who_was_invited_is_seen_as_who_did_not_come(inst: Installation, park: Tenant, clock: SettableClock):
    _, symbols = made(inst, park)
    used(inst, symbols, WANG)
    clock.pass_s(8 * 3_600)
    (visit,) = announcing_expected.of_day(inst, park.staff, park.enterprise).visits
    assert visit.standing is Standing.NOT_COME
