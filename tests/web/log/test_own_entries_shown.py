"""A gate is shown the leaves of its own entries, and nobody else is."""

from __future__ import annotations

from typing import Any

import pytest

from domain.spot_check import ShownLeaf
from tests.web.log.tampering import sequenced
from tests.web.tenants import SettableClock, Tenant, entry_item
from web.services.gates import ingest
from web.services.installation import Installation
from web.services.logs import witnessing


def asked(inst: Installation, tenant: Tenant, own: Any) -> ShownLeaf | None:
    told = witnessing.told_of({"head": "", "entry": own})
    assert told is not None
    return witnessing.heard(inst, tenant.gate, told).leaf


def test_only_the_gate_that_made_an_entry_is_shown_it_and_the_salt_only_for_that_very_entry(
    inst: Installation, park: Tenant, mill: Tenant, clock: SettableClock
):
    item = entry_item(park.gate, 1, clock.ms)
    assert asked(inst, park, item) == ShownLeaf(""), "nothing is signed"
    ingest.ingest(inst, park.gate, [item])
    ingest.ingest(inst, park.gate, [entry_item(park.gate, 2, clock.ms + 1)])
    assert asked(inst, park, item) == ShownLeaf("")
    sequenced(inst)
    mine = asked(inst, park, item)
    assert mine is not None
    assert len(mine.salt) == 32
    assert asked(inst, mill, item) == ShownLeaf(item["id"])
    guessed = {**item, "private": {**item["private"], "name": "Li Lei"}}
    other = asked(inst, park, guessed)
    assert other is not None
    assert (other.leaf, other.salt) == (mine.leaf, b"")


@pytest.mark.parametrize(
    "own",
    [
        {},
        {"id": 5},
        {"id": "x" * 65},
        {"id": "\ud800"},
        {"id": "a", "sealed": {}},
        {"id": "a\x00", "sealed": 5},
    ],
)
def test_whatever_is_asked_about_stops_no_entry(inst: Installation, park: Tenant, own: object):
    ingest.ingest(inst, park.gate, [entry_item(park.gate, 1, inst.now_ms())])
    sequenced(inst)
    shown = asked(inst, park, own)
    assert shown is not None
    assert shown.index is None


@pytest.mark.parametrize("own", [5, "x", [], None])
def test_what_is_no_entry_is_not_looked_for(inst: Installation, park: Tenant, own: object):
    assert asked(inst, park, own) is None
