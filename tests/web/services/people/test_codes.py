"""Visitor codes: a strip that holds at every second, and one card at a time."""

from __future__ import annotations

import base64

import pytest

from domain.code import CodeClass, CodeFault, VisitorCode, verified
from domain.errors import InputError
from tests.web.following import Follower, followed
from tests.web.tenants import SettableClock, Tenant
from web.services.errors import NotFoundError
from web.services.installation import Installation
from web.services.people import codes, visitors
from web.services.people.visitors import Registration
from web.services.signing_keys import issuing, keys


@pytest.fixture
def person(inst: Installation, park: Tenant) -> str:
    given = Registration(park.enterprise, "Wang Wei", "13800138000", "visitor")
    return visitors.register(inst, park.staff, given).visitor_id


def read(inst: Installation, text: str, now_s: int) -> VisitorCode | CodeFault:
    return verified(text, inst.read(lambda c: issuing.verifying(c, inst.now_ms())), now_s)


def known(inst: Installation, park: Tenant) -> Follower:
    return followed(inst, park.gate)


def test_at_every_second_of_a_strip_the_window_of_that_second_is_good(inst: Installation, person: str):
    first = inst.now_ms() // 30_000
    windows = codes.phone_codes(inst, person, first, 20)
    assert [at for at, _ in windows] == [n * 30 for n in range(first, first + 20)]
    seen = set()
    for now_s in range(first * 30, (first + 20) * 30):
        code = read(inst, windows[now_s // 30 - first][1], now_s)
        assert isinstance(code, VisitorCode)
        assert (code.code_class, code.expires - code.issued) == (CodeClass.PHONE, 60)
        seen.add(code.cti)
    assert len(seen) == 1


def test_a_window_is_over_a_minute_after_it_began(inst: Installation, person: str):
    at, text = codes.phone_codes(inst, person, inst.now_ms() // 30_000, 1)[0]
    assert isinstance(read(inst, text, at + 59), VisitorCode)
    assert read(inst, text, at + 60) == CodeFault.EXPIRED


def test_what_the_page_gets_are_the_symbols_of_these_codes(inst: Installation, person: str):
    strip = codes.strip(inst, person, inst.now_ms() // 30_000, 3)
    assert (strip.window_s, strip.step_s, strip.size) == (60, 30, 45)
    for at, packed in strip.windows:
        assert at % 30 == 0
        assert len(base64.b64decode(packed)) == -(-45 * 45 // 8)


def test_strips_end_twelve_hours_ahead_and_do_not_begin_in_the_past(inst: Installation, person: str):
    now = inst.now_ms() // 30_000
    last = now + 12 * 120 - 2  # its code is over 12 hours from now
    assert codes.phone_codes(inst, person, last - 1, 1)
    assert codes.phone_codes(inst, person, now - 10, 1)
    refused = [
        (last, 1), (now, 0), (now, -1), (now, codes.STRIP_MOST + 1), (now - 11, 1), (0, 1), (-1, 1),
        (10**30, 1), (now, 10**30), (last - codes.STRIP_MOST, codes.STRIP_MOST + 1),
    ]  # fmt: skip
    for first, count in refused:
        with pytest.raises(InputError) as error:
            codes.phone_codes(inst, person, first, count)
        assert error.value.field == "first"
    with pytest.raises(NotFoundError):
        codes.strip(inst, "nobody", now, 1)


def test_a_visitor_keeps_one_series_until_it_would_end_within_a_strip(
    inst: Installation, park: Tenant, person: str, clock: SettableClock
):
    def cti() -> bytes:
        at, text = codes.phone_codes(inst, person, inst.now_ms() // 30_000, 1)[0]
        code = read(inst, text, at)
        assert isinstance(code, VisitorCode)
        return code.cti

    first = cti()
    clock.pass_s(300 * 86_400)
    keys.ensure(inst)
    assert cti() == first
    clock.pass_s(66 * 86_400 - 12 * 3600)
    keys.ensure(inst)
    assert cti() != first
    assert set(known(inst, park).visitors) == {person}


def test_a_new_card_withdraws_the_one_before_and_both_were_ours(
    inst: Installation, park: Tenant, person: str
):
    now_s = inst.now_ms() // 1000
    texts = [codes.card_text(inst, park.staff, person) for _ in range(3)]
    read_codes = [read(inst, text, now_s) for text in texts]
    assert all(isinstance(code, VisitorCode) for code in read_codes)
    assert {code.code_class for code in read_codes} == {CodeClass.CARD}
    ctis = [code.cti for code in read_codes]
    held = known(inst, park)
    assert set(held.revoked) == set(ctis[:2])
    assert held.codes == [ctis[2]]
    public = inst.read(lambda c: issuing.verifying(c, inst.now_ms()))
    assert verified(texts[0], public, now_s, set(held.revoked).__contains__) == CodeFault.REVOKED


def test_a_withdrawn_card_stays_known_to_gates_until_it_is_over(
    inst: Installation, park: Tenant, person: str, clock: SettableClock
):
    first = codes.card_text(inst, park.staff, person)
    codes.card_text(inst, park.staff, person)
    clock.pass_s(codes.CARD_DAYS * 86_400 - 1)
    held = known(inst, park)
    public = inst.read(lambda c: issuing.verifying(c, inst.now_ms()))
    assert verified(first, public, clock.ms // 1000, set(held.revoked).__contains__) == CodeFault.REVOKED
    clock.pass_s(86_400 * 2)
    assert known(inst, park).revoked == []


def test_printing_a_card_leaves_the_phones_codes_alone(inst: Installation, park: Tenant, person: str):
    at, text = codes.phone_codes(inst, person, inst.now_ms() // 30_000, 1)[0]
    codes.card_text(inst, park.staff, person)
    assert verified(
        text,
        inst.read(lambda c: issuing.verifying(c, inst.now_ms())),
        at,
        set(known(inst, park).revoked).__contains__,
    )
    assert known(inst, park).revoked == []


def test_a_card_is_printed_in_each_format_with_a_code_that_is_kept(
    inst: Installation, park: Tenant, person: str
):
    for kind, mime, begins in (
        ("pdf", "application/pdf", b"%PDF"),
        ("png", "image/png", b"\x89PNG"),
        ("svg", "image/svg+xml", b"<"),
    ):
        made = codes.card(inst, park.staff, person, kind=kind, languages=("zh", "en"))
        assert made.mime == mime
        assert made.body.lstrip().startswith(begins)
        assert made.filename.startswith("card-")
        assert made.filename.endswith(f".{kind}")
    assert len(known(inst, park).revoked) == 2
    assert len(known(inst, park).codes) == 1


def test_a_card_that_cannot_be_printed_withdraws_nothing(inst: Installation, park: Tenant, person: str):
    codes.card_text(inst, park.staff, person)
    held = known(inst, park)
    for kind, languages in (("gif", ("en",)), ("", ("en",)), ("png", ("xx",))):
        with pytest.raises(InputError):
            codes.card(inst, park.staff, person, kind=kind, languages=languages)
    assert known(inst, park).codes == held.codes
