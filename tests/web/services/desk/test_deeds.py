"""What staff did with people's data is in the log before anything is shown, and names nobody."""

from __future__ import annotations

import base64
import json

import pytest
from sqlalchemy import select

from domain.deed import Deed
from domain.log import commitment
from tests.web.committed import committed
from tests.web.tenants import SettableClock
from web.db.tables import leaves
from web.services.desk import deeds
from web.services.installation import Installation
from web.services.keeping.purging import purging


def told(inst: Installation, ref: str) -> dict[str, object]:
    body = inst.read(lambda c: c.scalar(select(leaves.c.body).where(leaves.c.ref == ref)))
    return dict(json.loads(body or b"{}"))


def test_the_leaf_commits_to_the_person_and_opens_until_they_are_forgotten(
    inst: Installation, clock: SettableClock
):
    about = {"about": "+8613800138000"}
    ref = inst.write(lambda c: deeds.noted(c, inst, "clerk", Deed.QUERY, {"venue": "x"}, "why", **about))
    leaf = told(inst, ref)
    assert (leaf["account"], leaf["type"], leaf["purpose"], leaf["told"]) == (
        "clerk",
        "query",
        "why",
        {"venue": "x"},
    )
    assert "138" not in json.dumps(leaf)
    found = committed(inst, ref)
    assert found is not None
    name, salt = found
    assert name == "+8613800138000"
    assert base64.b64decode(str(leaf["about"])) == commitment(name.encode(), salt)
    clock.pass_s(29 * 86_400)
    purging.purge(inst)
    assert committed(inst, ref) is None
    assert told(inst, ref) == leaf


def test_the_same_person_looks_different_in_every_leaf(inst: Installation):
    def work() -> str:
        return inst.write(lambda c: deeds.noted(c, inst, "clerk", Deed.QUERY, {}, about="王伟"))

    assert told(inst, work())["about"] != told(inst, work())["about"]


def test_a_deed_that_is_undone_leaves_no_leaf(inst: Installation):
    def work(connection: deeds.Connection) -> None:
        deeds.noted(connection, inst, "clerk", Deed.QUERY, {}, about="王伟")
        raise KeyError("stop")

    with pytest.raises(KeyError):
        inst.write(work)
    assert inst.read(lambda c: c.scalar(select(leaves.c.id).where(leaves.c.kind == "query"))) is None
