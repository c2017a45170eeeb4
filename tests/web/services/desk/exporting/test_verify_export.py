"""docs/verify_export.py as a court's expert runs it: nothing is changed and nothing left out."""

from __future__ import annotations

import ast
import json
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

from domain.decision import Outcome
from domain.gap import Gap, GapCause
from domain.log import Checkpoint, gap_leaf, signed_checkpoint
from domain.reason import Reason
from domain.venue import Direction
from domain.wording import Sentence
from tests.web.services.desk.exporting.handing import (
    PROVEN,
    REFUSED,
    ROWS_ONLY,
    SCRIPT,
    UNREADABLE,
    handed,
    script,
    signed,
)
from tests.web.services.desk.exporting.passages import filled
from tests.web.tenants import Tenant, entry_item
from web.db.tables import visitors
from web.services.desk.exporting.exporting_forms import Workbook
from web.services.desk.filtering.filters import Filter
from web.services.desk.filtering.filters_people import Part, sealed_term
from web.services.gates import ingest
from web.services.installation import Installation
from web.services.keeping import erasing
from web.services.passing.recording import Receipt
from web.services.signing_keys import keys
from web.store.logs import log
from web.store.passing import entries
from web.store.scope import PROGRAM

Pair = tuple[str, str]


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_a_changed_cell_and_a_row_taken_out_are_named(
    inst: Installation, park: Tenant, clerks: Pair, tmp_path: Path, form: str
):
    ids = filled(inst, park)
    here = handed(inst, park, clerks[0], Filter(venue_id=park.venue), tmp_path, form)
    status, said = here.verified()
    assert (status, "Each of the 3 rows is as it was logged" in said) == (PROVEN, True), said
    assert "Nothing is left out" in said
    assert here.verified_by_a_stranger() == (PROVEN, said)
    text = here.file.read_bytes()
    here.file.write_bytes(text + b"\n")
    assert here.verified()[0] == REFUSED
    assert text.count(b"temperature_high") == 1
    here.rewritten(text.replace(b"temperature_high", b"admitted"))
    status, said = here.verified()
    assert (status, "Row 2, column reason: the file says 'admitted'" in said) == (REFUSED, True), said
    # Rows come newest first; the last line is the first entry.
    lines = text.splitlines(keepends=True)
    here.rewritten(b"".join(lines[:-1]))
    status, said = here.verified()
    assert (status, "An entry is left out: leaf " in said, ids[0] in said) == (REFUSED, True, True), said
    assert park.venue in said


def test_a_changed_leaf_of_the_copy_is_refused(
    inst: Installation, park: Tenant, clerks: Pair, tmp_path: Path
):
    filled(inst, park)
    here = handed(inst, park, clerks[0], Filter(), tmp_path)
    [bundle] = [path for path in here.log.glob("tile/entries/**/*") if path.is_file()]
    raw = bundle.read_bytes()
    assert raw.count(b'"temperature_high"') == 1
    bundle.write_bytes(raw.replace(b'"temperature_high"', b'"temperature_higt"'))
    status, said = here.verified()
    assert (status, "a leaf was changed or is missing" in said) == (REFUSED, True), said


def test_a_manifest_of_a_fork_is_refused_although_the_very_key_signed_it(
    inst: Installation, park: Tenant, clerks: Pair, tmp_path: Path
):
    filled(inst, park)
    here = handed(inst, park, clerks[0], Filter(), tmp_path)
    here.copied(inst, json.loads(here.manifest.read_bytes())["log"]["size"])
    size = int((here.log / "checkpoint").read_text("utf-8").split("\n")[1])
    key, _, private = inst.read(lambda connection: keys.signing(connection, inst, keys.LOG))
    here.claimed(checkpoint=signed_checkpoint(Checkpoint(key.name, size, bytes(32)), private).decode())
    status, said = here.verified()
    assert (status, "not what was signed" in said) == (REFUSED, True), said


def test_what_leaves_cannot_tell_and_numbers_that_are_lost_are_said(
    inst: Installation, park: Tenant, clerks: Pair, tmp_path: Path
):
    filled(inst, park)
    device = json.loads(any_entry_leaf(inst))["device"]
    lost = gap_leaf(device, Gap(7, 9, GapCause.VANISHED, inst.now_ms()), inst.now_ms())
    inst.write(lambda connection: entries.leaf_added(connection, "gap", device, lost))
    signed(inst)
    wanted = Filter(venue_id=park.venue, who=sealed_term(inst, clerks[0], Part.WHO, "13800138000"))
    here = handed(inst, park, clerks[0], wanted, tmp_path)
    status, said = here.verified()
    assert (status, "CANNOT be told by leaves: the filter has who" in said) == (ROWS_ONLY, True), said
    assert "has no numbers 7 to 9 any more (vanished)" in said
    assert "Nothing is left out" not in said


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        (Filter(outcomes=(Outcome.REFERRED,)), 1),
        (Filter(reasons=(Reason.WELCOME, Reason.TEMPERATURE_HIGH), directions=(Direction.IN,)), 3),
        (Filter(directions=(Direction.OUT,)), 0),
    ],
)
def test_what_leaves_can_tell_of_a_filter_is_proven(
    inst: Installation, park: Tenant, clerks: Pair, tmp_path: Path, wanted: Filter, count: int
):
    filled(inst, park)
    status, said = handed(inst, park, clerks[0], wanted, tmp_path).verified()
    assert (status, f"Each of the {count} rows" in said) == (PROVEN, True), said


def test_an_entrance_a_gate_and_a_period_are_proven(
    inst: Installation, park: Tenant, clerks: Pair, tmp_path: Path
):
    filled(inst, park)
    now_ms = inst.now_ms()
    wanted = Filter(
        entrance_id=park.entrance, kiosk_id=park.gate.id, from_ms=now_ms - 600_000, until_ms=now_ms - 1_500
    )
    here = handed(inst, park, clerks[0], wanted, tmp_path)
    status, said = here.verified()
    assert (status, "Each of the 2 rows" in said) == (PROVEN, True), said
    text = here.file.read_bytes()
    here.rewritten(b"".join(text.splitlines(keepends=True)[:-1]))
    status, said = here.verified()
    assert (status, "An entry is left out" in said) == (REFUSED, True), said


def test_what_arrived_before_its_own_time_is_no_reason_to_refuse_a_file(
    inst: Installation, park: Tenant, clerks: Pair, tmp_path: Path
):
    """Clocks were ahead: both entries count when they arrived, before the period; leaves cannot say so."""
    now_ms = inst.now_ms()
    ahead, never_set = entry_item(park.gate, 1, now_ms + 20_000), entry_item(park.gate, 2, now_ms + 7_200_000)
    never_set["clock"] |= {"offset_ms": None, "offset_age_ms": None}
    assert {one.status for one in ingest.ingest(inst, park.gate, [ahead, never_set]).results} == {
        Receipt.STORED
    }
    signed(inst)
    here = handed(inst, park, clerks[0], Filter(from_ms=now_ms + 10_000), tmp_path)
    status, said = here.verified()
    assert (status, "2 entries in the first minute" in said) == (ROWS_ONLY, True), said
    assert ahead["id"] in said
    assert never_set["id"] in said
    assert "Nothing is left out" not in said


def test_whether_an_entry_was_taken_back_cannot_be_changed(
    inst: Installation, park: Tenant, clerks: Pair, tmp_path: Path
):
    first = filled(inst, park)[0]
    back = entry_item(park.gate, 4, inst.now_ms(), corrects=first, outcome="referred", reason="taken_back")
    assert ingest.ingest(inst, park.gate, [back]).results[0].status is Receipt.STORED
    signed(inst)
    here = handed(inst, park, clerks[0], Filter(), tmp_path)
    assert here.verified()[0] == PROVEN
    text = here.file.read_bytes()
    assert text.count(b",yes,,") == 1
    here.rewritten(text.replace(b",yes,,", b",,,"))
    status, said = here.verified()
    assert (status, f"by the log entry {first} was taken back" in said) == (REFUSED, True), said
    kept = text.replace(b",yes,,", b",,,")
    last = kept.splitlines(keepends=True)[-2]
    here.rewritten(kept.replace(last, last.replace(b",,,", b",yes,,")))
    status, said = here.verified()
    assert status == REFUSED, said
    assert "taken back" in said


def test_a_file_of_somebody_who_was_forgotten_is_proven_all_the_same(
    inst: Installation, park: Tenant, clerks: Pair, tmp_path: Path
):
    filled(inst, park)
    [who] = visitor_ids(inst)
    assert erasing.erase(inst, PROGRAM, who, erasing.LINK).state is erasing.State.DONE
    signed(inst)
    status, said = handed(inst, park, clerks[0], Filter(), tmp_path).verified()
    assert (status, "Each of the 3 rows" in said) == (PROVEN, True), said


def test_the_manifest_of_a_file_cannot_claim_another_filter_or_other_venues(
    inst: Installation, park: Tenant, clerks: Pair, tmp_path: Path
):
    filled(inst, park)
    here = handed(inst, park, clerks[0], Filter(outcomes=(Outcome.REFERRED,)), tmp_path)
    true = here.manifest.read_bytes()
    told = json.loads(true)
    for claim in (
        {"filter": {**told["filter"], "until": ["2001-01-01T00:00:00.000Z"]}},
        {"venues": []},
        {"made": "2020-01-01T00:00:00.000Z"},
        {"complete_to": 1},
        {"purpose": "legal"},
    ):
        here.claimed(**claim)
        status, said = here.verified()
        assert status == REFUSED, (claim, said)
        here.manifest.write_bytes(true)
    assert here.verified()[0] == PROVEN


def test_the_same_file_ordered_twice_has_two_manifests_that_both_hold(
    inst: Installation, park: Tenant, clerks: Pair, tmp_path: Path
):
    filled(inst, park)
    (tmp_path / "second").mkdir()
    first = handed(inst, park, clerks[0], Filter(), tmp_path)
    second = handed(inst, park, clerks[1], Filter(), tmp_path / "second")
    first.copied(inst)
    assert first.file.read_bytes() == second.file.read_bytes()
    assert first.manifest.read_bytes() != second.manifest.read_bytes()
    assert {first.verified()[0], second.verified()[0]} == {PROVEN}


def test_a_copy_that_does_not_tell_of_the_file_proves_rows_and_one_from_before_nothing(
    inst: Installation, park: Tenant, clerks: Pair, tmp_path: Path
):
    filled(inst, park)
    first = inst.ask(log.size)
    later = entry_item(park.gate, 4, inst.now_ms())
    ingest.ingest(inst, park.gate, [later])
    signed(inst)
    second = inst.ask(log.size)
    here = handed(inst, park, clerks[0], Filter(), tmp_path)
    here.copied(inst, second)
    status, said = here.verified()
    assert (status, "keeps NO such manifest" in said) == (ROWS_ONLY, True), said
    here.copied(inst, first)
    status, said = here.verified()
    assert (status, "older than the file" in said) == (UNREADABLE, True), said


def test_a_workbook_is_checked_as_well_and_says_that_cells_are_not_all_one_sees(
    inst: Installation, park: Tenant, clerks: Pair, tmp_path: Path
):
    filled(inst, park)
    here = handed(inst, park, clerks[0], Filter(venue_id=park.venue), tmp_path, "xlsx")
    status, said = here.verified()
    assert (status, "Each of the 3 rows" in said, "A workbook can hide rows" in said) == (PROVEN, True, True)
    true, told = here.file.read_bytes(), here.manifest.read_bytes()
    for old, new, why in (
        (b">temperature_high<", b">admitted<", "Row 2, column reason: the file says 'admitted'"),
        (b'<c r="A3"', b'<c r="ZZ3"', "Row 2 has other columns"),
        (b"<worksheet ", b"<!DOCTYPE worksheet><worksheet ", "The workbook was changed"),
        (b"</sheetData>", b"", "cannot be read (ParseError)"),
    ):
        here.altered(old, new)
        status, said = here.verified()
        assert (status in (REFUSED, UNREADABLE), why in said) == (True, True), said
        here.file.write_bytes(true)
        here.manifest.write_bytes(told)
    here.rewritten(b"no workbook")
    assert here.verified()[0] == UNREADABLE


def test_a_workbook_of_several_sheets_is_read_as_one(tmp_path: Path):
    names = [f"c{number}" for number in range(30)]
    book = Workbook(tmp_path / "book.xlsx", {name: Sentence(name, name) for name in names}, sheet_rows=2)
    rows = [tuple(f"{row} <{column}>" if column % 7 else "" for column in range(30)) for row in range(5)]
    book.write(rows)
    book.close()
    read = script()["sheet_rows"](tmp_path / "book.xlsx", names)
    assert list(read) == [dict(zip(names, row, strict=True)) for row in rows]


def test_a_manifest_of_before_is_said_not_to_be_checked(
    inst: Installation, park: Tenant, clerks: Pair, tmp_path: Path
):
    filled(inst, park)
    here = handed(inst, park, clerks[0], Filter(), tmp_path)
    here.claimed(complete_to=None)
    assert here.verified()[0] == UNREADABLE


def test_without_a_key_the_keys_of_the_copy_are_shown_to_be_compared(
    inst: Installation, park: Tenant, clerks: Pair, tmp_path: Path
):
    filled(inst, park)
    here = handed(inst, park, clerks[0], Filter(), tmp_path)
    status, said = here.verified(with_key=False)
    assert (status, f"Compare with the published key. 请与运营方公布的公钥比对：\n  {here.key}" in said) == (
        PROVEN,
        True,
    ), said
    (here.log / "key").write_text("park.example/log+00000000+AX\n", "utf-8")
    assert here.verified(with_key=False)[0] in (REFUSED, UNREADABLE)


def test_the_script_needs_python_and_cryptography_alone():
    tree = ast.parse(SCRIPT.read_text("utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in names} - sys.stdlib_module_names == {"cryptography"}


def visitor_ids(inst: Installation) -> list[str]:
    """Who is in the file."""
    query = select(visitors.c.id)
    return list(inst.ask(lambda connection: connection.scalars(query).all()))


def any_entry_leaf(inst: Installation) -> bytes:
    """A leaf of an entry."""
    leaves = inst.ask(lambda connection: log.bodies(connection, 0, 100))
    return next(leaf for leaf in leaves if b'"type":"entry"' in leaf)
