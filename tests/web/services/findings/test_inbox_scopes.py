"""Nobody sees or settles what is another tenant's, in the inbox and in quarantine."""

from __future__ import annotations

import json

import pytest

from domain.entry_file import NONCE_BYTES, EntryFile, sealed_file
from domain.errors import InputError
from tests.web.alone import found, took
from tests.web.tenants import Tenant, entry_item
from web.services.errors import GoneError, NotFoundError
from web.services.findings import alerts, quarantine
from web.services.gates import importing
from web.services.installation import Installation
from web.store.sealing import token_hash


@pytest.fixture
def alert_id(inst: Installation, park: Tenant) -> int:
    took(inst, park.gate, entry_item(park.gate, 1, inst.now_ms()))
    took(inst, park.gate, entry_item(park.gate, 1, inst.now_ms() - 5))
    return int(found(inst)[0].id)


def test_another_enterprise_and_area_see_nothing(inst: Installation, alert_id: int, mill: Tenant) -> None:
    for scope in (mill.staff, mill.area):
        assert alerts.listed(inst, scope, alerts.Wanted()).rows == ()
        assert alerts.open_counts(inst, scope) == {}
        assert quarantine.listed(inst, scope, settled=False)[0] == ()
        assert quarantine.open_count(inst, scope) == 0
        for act in (
            lambda scope=scope: alerts.detail(inst, scope, alert_id),
            lambda scope=scope: alerts.settle(inst, scope, "a", alert_id, "restored_on_purpose"),
            lambda scope=scope: alerts.reopen(inst, scope, alert_id),
            lambda scope=scope: quarantine.detail(inst, scope, 1),
            lambda scope=scope: quarantine.take(inst, scope, "a", 1),
            lambda scope=scope: quarantine.dismiss(inst, scope, "a", 1, "why"),
        ):
            with pytest.raises(NotFoundError):
                act()
    assert len(found(inst)) == 1


def test_a_file_of_another_tenants_kiosk_is_not_opened(
    inst: Installation, park: Tenant, mill: Tenant
) -> None:
    key = token_hash(park.credential)
    item = entry_item(park.gate, 1, inst.now_ms())
    body = json.dumps(item).encode()
    file = sealed_file(EntryFile(park.gate.id, 1, (body,)), key, bytes(NONCE_BYTES))
    for scope in (mill.staff, mill.area):
        with pytest.raises(InputError):
            importing.imported(inst, scope, file)
    assert importing.imported(inst, park.staff, file).stored == 1
    assert found(inst) == []  # the kiosk was not withdrawn


def test_its_own_enterprise_and_area_settle_it_once(inst: Installation, alert_id: int, park: Tenant) -> None:
    assert [row.id for row in alerts.listed(inst, park.area, alerts.Wanted()).rows] == [alert_id]
    with pytest.raises(InputError):
        alerts.settle(inst, park.staff, "a", alert_id, "both_right")  # not for this kind
    with pytest.raises(InputError):
        alerts.settle(inst, park.staff, "a", alert_id, "restored_on_purpose", "x" * 501)
    alerts.settle(inst, park.staff, "a", alert_id, "restored_on_purpose")
    with pytest.raises(GoneError):
        alerts.settle(inst, park.staff, "a", alert_id, "restored_on_purpose")
    [item], _ = quarantine.listed(inst, park.staff, settled=False)
    new = quarantine.take(inst, park.staff, "a", item.id)
    with pytest.raises(GoneError):
        quarantine.take(inst, park.staff, "a", item.id)
    [item], _ = quarantine.listed(inst, park.staff, settled=True)
    assert item.new_entry_id == new
