"""Codes of an app and recovery codes: which count, how often, and what is kept of them."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from io import BytesIO

import numpy as np
import pyotp
import pytest
import resvg_py
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from domain.errors import InputError
from reader.reading import Effort, read
from tests.web.tenants import SettableClock
from web.db.connecting.engine import embedded_file
from web.services import accounts
from web.services.accounts import ADMIN, CLERK, Account
from web.services.installation import Installation
from web.services.signing_in import recovery, second_factor

PASSWORD = "a sentence works well"
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # of RFC 6238, appendix B


@pytest.fixture
def boss(inst: Installation) -> Account:
    found = accounts.account(inst, accounts.create_account(inst, "boss", PASSWORD, ADMIN, area_path="/"))
    assert found is not None
    return found


def test_the_codes_are_those_of_rfc_6238(inst: Installation, boss: Account, clock: SettableClock):
    for at_s, code in ((1111111109, "081804"), (1111111111, "050471"), (2000000000, "279037")):
        clock.ms = at_s * 1000
        assert len(second_factor.confirm(inst, boss, SECRET, code)) == 10


def test_a_code_counts_a_step_early_or_late_and_once(inst: Installation, boss: Account, clock: SettableClock):
    phone, step = pyotp.HOTP(SECRET), clock() // 30_000
    with pytest.raises(InputError):
        second_factor.confirm(inst, boss, SECRET, phone.at(step + 2))
    assert second_factor.since_ms(inst, boss.id) is None
    second_factor.confirm(inst, boss, SECRET, phone.at(step - 1))
    for off, counts in ((-1, False), (-2, False), (2, False), (0, True), (0, False), (-1, False), (1, True)):
        assert second_factor.is_right(inst, boss.id, phone.at(step + off)) is counts, off
    clock.pass_s(60)
    assert second_factor.is_right(inst, boss.id, " ".join(phone.at(step + 2)))


def test_of_many_who_show_one_code_at_once_one_is_let_in(
    inst: Installation, boss: Account, clock: SettableClock
):
    phone, step = pyotp.HOTP(SECRET), clock() // 30_000
    codes = second_factor.confirm(inst, boss, SECRET, phone.at(step - 1))
    for code in (phone.at(step), codes[0]):
        with ThreadPoolExecutor(4) as pool:
            got = list(pool.map(lambda shown: second_factor.is_right(inst, boss.id, shown), [code] * 4))
        assert sorted(got) == [False, False, False, True]


def test_recovery_codes_work_once_each_for_their_account_until_new_ones_are_made(
    inst: Installation, boss: Account
):
    code = pyotp.TOTP(SECRET).at(inst.now_ms() // 1000)
    first = second_factor.confirm(inst, boss, SECRET, code)
    other = accounts.create_account(inst, "other", PASSWORD, CLERK)
    assert (len(set(first)), recovery.left(inst, boss.id)) == (10, 10)
    assert not second_factor.is_right(inst, other, first[0])
    assert second_factor.is_right(inst, boss.id, first[0].upper().replace("-", " "))
    assert not second_factor.is_right(inst, boss.id, first[0])
    assert recovery.left(inst, boss.id) == 9
    second = second_factor.new_recovery_codes(inst, boss.id)
    assert not second_factor.is_right(inst, boss.id, first[1])
    assert second_factor.is_right(inst, boss.id, second[1])
    second_factor.remove(inst, boss.id)
    assert not second_factor.is_right(inst, boss.id, second[2])
    assert recovery.left(inst, boss.id) == 0


def test_neither_secret_nor_recovery_code_stands_in_the_database(embedded: Installation):
    identity = accounts.create_account(embedded, "boss", PASSWORD, ADMIN, area_path="/")
    boss = accounts.account(embedded, identity)
    assert boss is not None
    codes = second_factor.confirm(embedded, boss, SECRET, pyotp.TOTP(SECRET).at(embedded.now_ms() // 1000))
    file = embedded_file(embedded.settings.resolved_database_url)
    assert file is not None
    with closing(sqlite3.connect(file)) as database:
        dump = "".join(database.iterdump())
    for secret in (SECRET, SECRET.encode().hex(), *codes, *(code.replace("-", "") for code in codes)):
        assert secret not in dump


def test_the_picture_is_what_an_authenticator_app_reads(embedded: Installation):
    identity = accounts.create_account(embedded, "boss@park.example", PASSWORD, ADMIN, area_path="/")
    boss = accounts.account(embedded, identity)
    assert boss is not None
    svg = second_factor.picture(embedded, boss, SECRET)
    assert "otpauth" not in svg
    picture = Image.open(BytesIO(resvg_py.svg_to_bytes(svg, dpi=150))).convert("L")
    [reading] = read(np.asarray(picture), effort=Effort.THOROUGH)
    found = pyotp.parse_uri(reading.text)
    assert isinstance(found, pyotp.TOTP)
    assert (found.secret, found.name, found.issuer) == (SECRET, "boss@park.example", "Pilot District")


@given(st.text(max_size=40))
def test_whatever_is_typed_is_a_code_of_these_steps_or_none(typed: str):
    right = {pyotp.HOTP(SECRET).at(1000 + off) for off in (-1, 0, 1)}
    found = second_factor._step_of(SECRET, second_factor._digits(typed), 1000 * 30_000)
    assert (found is not None) == (second_factor._digits(typed) in right)
