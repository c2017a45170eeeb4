"""What runs beside the requests: who waited for a start comes before what nobody waits for."""

from __future__ import annotations

import time
from collections.abc import Callable

from sqlalchemy import func, select

from tests.web.tenants import SettableClock, Tenant, entry_item
from web.background import Background
from web.db import tables
from web.db.connecting.connection import Connection
from web.services import accounts
from web.services.accounts import CLERK
from web.services.gates import ingest
from web.services.installation import Installation
from web.services.signing_in import sessions
from web.services.signing_in.sessions import ABSOLUTE_MS, Way
from web.store.logs import log


def test_after_a_start_the_log_goes_on_at_once_and_tables_are_looked_through_later(
    inst: Installation, park: Tenant, clock: SettableClock
):
    identity = accounts.create_account(inst, "clerk", "correct horse battery", CLERK, area_path="/x/")
    account = accounts.account(inst, identity)
    assert account is not None
    sessions.begin(inst, account, Way.TYPED, "Firefox")
    clock.pass_s(ABSOLUTE_MS // 1000 + 1)
    ingest.ingest(inst, park.gate, [entry_item(park.gate, 1, inst.now_ms())])

    background = Background(inst)
    try:
        _wait_until(lambda: inst.ask(log.size) > 0)
    finally:
        background.stop()
    assert inst.ask(_sessions) == 1

    background = Background(inst, calm_after_s=0)
    try:
        _wait_until(lambda: not inst.ask(_sessions))
    finally:
        background.stop()


def _sessions(connection: Connection) -> int:
    return int(connection.execute(select(func.count()).select_from(tables.sessions)).scalar_one())


def _wait_until(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while not is_so() and time.monotonic() < until:
        time.sleep(0.02)
    assert is_so()
