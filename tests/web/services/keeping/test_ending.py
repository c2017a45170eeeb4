"""A site that ends leaves the log, which names nobody, a certificate, and no key and nobody's data."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from domain.errors import InputError
from domain.log import Frontier, leaf_hash, opened_checkpoint
from domain.note import note_key
from tests.web.services.keeping.one_person import ID, NAME, PHONE, PLATE, everywhere, on_disk, sealed_bytes
from tests.web.tenants import Tenant
from web.db.tables import metadata
from web.services.installation import Installation
from web.services.keeping import ending, legal_holds
from web.services.keeping.legal_holds import Given
from web.store.keeping.keeping_end import EMPTIED, PEOPLE


def test_the_end_asks_for_the_operators_name_and_waits_for_legal_holds(
    embedded_park: tuple[Installation, Tenant],
) -> None:
    inst, park = embedded_park
    assert ending.standing(inst) == ending.Standing(1, 0, 0)
    with pytest.raises(InputError, match="operator"):
        ending.expect_named(inst, "Somebody")
    hold = legal_holds.set_hold(inst, park.staff, "ann", Given("venue", park.venue, "Case 12"))
    with pytest.raises(InputError, match="legal hold"):
        ending.expect_named(inst, inst.settings.operator)
    legal_holds.lift(inst, park.staff, "bob", hold)
    ending.expect_named(inst, inst.settings.operator)


def test_it_goes_on_where_it_was_stopped_and_leaves_a_log_that_verifies(
    embedded_park: tuple[Installation, Tenant], tmp_path: Path
) -> None:
    inst, park = embedded_park
    everywhere(inst, park)
    secret = inst.read(sealed_bytes)
    archive, seen = tmp_path / "archive", []
    for step in ending.ended(inst, archive):  # stopped after the second step
        seen.append(step)
        if step == "people":
            break
    assert list(ending.ended(inst, archive)) == ["gates", "people", "files", "certificate", "archive", "keys"]
    key = note_key((archive / "key.txt").read_text())
    head = opened_checkpoint((archive / "checkpoint").read_bytes(), key)
    tree = Frontier()
    for leaf in (archive / "leaves.jsonl").read_bytes().splitlines():
        tree = tree.appended(leaf_hash(leaf))
    assert (tree.size, tree.root()) == (head.size, head.root), base64.b64encode(head.root)
    certificate = (archive / "certificate.txt").read_text()
    assert "cause decommission\n" in certificate
    assert "erased visitors 1 site all\n" in certificate
    home = inst.settings.home
    inst.close()
    assert not inst.settings.master_key_file.exists()
    body = on_disk(home, archive)
    assert [mark for mark in (NAME, PHONE, ID, PLATE, "guard") if mark.encode() in body] == []
    assert [one for one in secret if one in body] == []


def test_no_table_with_sealed_words_is_forgotten() -> None:
    sealed = {
        table.name for table in metadata.sorted_tables if any(c.name.endswith("_sealed") for c in table.c)
    }
    assert sealed - {"signing_keys"} <= {*PEOPLE, *EMPTIED}
    assert {*PEOPLE, *EMPTIED} <= set(metadata.tables)
