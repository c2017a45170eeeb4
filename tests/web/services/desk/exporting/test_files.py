"""What a file holds, from the order to the manifest, also when the server is stopped in the middle."""

from __future__ import annotations

import hashlib
import json
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.web.services.desk.exporting.passages import deeds, filled, jsonl
from tests.web.tenants import SettableClock, Tenant
from web.db.tables import exports as table
from web.services.desk.exporting import exporting, exporting_jobs, exporting_work
from web.services.desk.exporting.exporting_columns import MASKED
from web.services.desk.exporting.exporting_forms import Form, Workbook
from web.services.desk.filtering.filters import Filter, from_args
from web.services.desk.filtering.filters_people import Part, sealed_term
from web.services.desk.filtering.filters_times import utc_text
from web.services.installation import Installation

DAY_S = 86_400
Pair = tuple[str, str]


@pytest.mark.parametrize("form", [*Form])
def test_a_file_is_made_told_to_the_log_and_described_by_its_manifest(
    inst: Installation, park: Tenant, clerks: Pair, form: Form
):
    made = filled(inst, park)
    wanted = Filter(venue_id=park.venue, who=sealed_term(inst, clerks[0], Part.WHO, "13800138000"))
    for asked, count in ((Filter(venue_id=park.venue), 3), (wanted, 1)):
        identity = exporting.order(inst, park.staff, asked, account_id=clerks[0], form=form)
        assert exporting_work.work_off(inst) == 1
        path, manifest_path, job = exporting_jobs.result(inst, identity, account_id=clerks[0])
        assert (job.state, job.done, job.total) == ("ready", count, count)
        manifest = json.loads(manifest_path.read_text("utf-8"))
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        assert (manifest["file"]["sha256"], manifest["file"]["rows"]) == (digest, count)
        assert manifest["file"]["bytes"] == path.stat().st_size
        assert manifest["log"]["size"] > 0
        assert manifest["checkpoint"].startswith(manifest["log"]["origin"])
        leaf = deeds(inst)[-1]
        assert (leaf["told"]["sha256"], leaf["told"]["rows"], leaf["account"]) == (digest, count, clerks[0])
    assert manifest["filter"]["who"] == "138****8000"
    assert "13800138000" not in manifest_path.read_text("utf-8") + json.dumps(deeds(inst))
    if form is Form.JSONL:
        [row] = jsonl(path)
        assert [*row] == [*MASKED]
        assert (row["entry"], row["visitor"], row["time_local"]) == (
            made[0], "W*** W***", "2026-11-20T09:59:57.000+08:00",
        )  # fmt: skip
    if form is Form.XLSX:
        rows = list(load_workbook(BytesIO(path.read_bytes())).active.iter_rows(values_only=True))
        assert len(rows) == 2
        assert made[0] in rows[1]


def test_what_was_measured_and_said_stands_in_the_row(inst: Installation, park: Tenant, clerks: Pair):
    filled(inst, park)
    identity = exporting.order(inst, park.staff, Filter(), account_id=clerks[0], form="jsonl")
    exporting_work.work_off(inst)
    rows = jsonl(exporting_jobs.result(inst, identity, account_id=clerks[0])[0])
    assert [row["temperature"] for row in rows] == [36.6, "", ""]
    assert "37.3" in rows[1]["sentence_en"]
    assert "37.3" in rows[1]["sentence_zh"]
    assert not any("Wang" in line or "138" in line for row in rows for line in (row["visitor"],))


def test_a_server_that_is_stopped_in_the_middle_begins_again_and_gives_up_at_last(
    inst: Installation, park: Tenant, clerks: Pair
):
    filled(inst, park)
    identity = exporting.order(inst, park.staff, Filter(), account_id=clerks[0], form="csv")
    glances = iter([False, False, *[True] * 10])
    assert exporting_work.work_off(inst, lambda: next(glances)) == 0
    job = exporting_jobs.job(inst, park.staff, identity, account_id=clerks[0])
    assert (job.state, deeds(inst)) == ("making", [])
    # What a killed server left behind is in nobody's way.
    (exporting_jobs.folder(inst, identity) / "result.part").write_bytes(b"half")
    assert exporting_work.work_off(inst) == 1
    path, _, job = exporting_jobs.result(inst, identity, account_id=clerks[0])
    assert path.read_bytes().count(b"\r\n") == 4
    lost = exporting.order(inst, park.staff, Filter(), account_id=clerks[0], form="csv")
    inst.write(lambda c: c.execute(table.update().where(table.c.id == lost).values(tries=3)).rowcount)
    assert exporting_work.work_off(inst) == 1
    failed = exporting_jobs.job(inst, park.staff, lost, account_id=clerks[0])
    assert (failed.state, failed.trouble) == ("failed", "stopped")


def test_a_job_counts_until_it_is_known_how_many_rows_there_are(
    inst: Installation, park: Tenant, clerks: Pair
):
    identity = exporting.order(inst, park.staff, Filter(), account_id=clerks[0], form="csv")
    assert exporting_jobs.job(inst, park.staff, identity, account_id=clerks[0]).stage == "counting"
    inst.write(lambda c: c.execute(table.update().values(row_total=3)).rowcount)
    assert exporting_jobs.job(inst, park.staff, identity, account_id=clerks[0]).stage == "making"
    exporting_work.work_off(inst)
    assert exporting_jobs.job(inst, park.staff, identity, account_id=clerks[0]).stage == "ready"


def test_today_stays_the_day_on_which_a_file_was_ordered(
    inst: Installation, park: Tenant, clerks: Pair, clock: SettableClock
):
    filled(inst, park)
    wanted = from_args(inst, park.staff, {"period": ["today"]}, "Asia/Shanghai").wanted
    identity = exporting.order(inst, park.staff, wanted, account_id=clerks[0], form="jsonl")
    clock.pass_s(3 * DAY_S)
    exporting_work.work_off(inst)
    file, manifest, _ = exporting_jobs.result(inst, identity, account_id=clerks[0])
    assert len(jsonl(file)) == 3
    assert json.loads(manifest.read_text("utf-8"))["filter"] == {"from": [utc_text(wanted.from_ms)]}


def test_a_file_of_a_place_that_is_not_there_any_more_says_so(
    inst: Installation, park: Tenant, mill: Tenant, clerks: Pair
):
    wanted = Filter(venue_id=park.venue)
    identity = exporting.order(inst, park.staff, wanted, account_id=clerks[0], form="csv")
    inst.write(lambda c: c.execute(table.update().values(query=f"venue={mill.venue}")).rowcount)
    assert exporting_work.work_off(inst) == 1
    job = exporting_jobs.job(inst, park.staff, identity, account_id=clerks[0])
    assert (job.state, job.trouble, deeds(inst)) == ("failed", "place", [])


def test_files_are_gone_after_a_day_and_their_leaves_stay(
    inst: Installation, park: Tenant, clerks: Pair, clock: SettableClock
):
    identity = exporting.order(inst, park.staff, Filter(), account_id=clerks[0], form="csv")
    exporting_work.work_off(inst)
    clock.pass_s(DAY_S - 60)
    exporting_work.work_off(inst)
    assert exporting_jobs.result(inst, identity, account_id=clerks[0])
    clock.pass_s(120)
    exporting_work.work_off(inst)
    assert exporting_jobs.jobs(inst, park.staff, account_id=clerks[0]) == ([], [])
    assert not exporting_jobs.folder(inst, identity).exists()
    assert len(deeds(inst)) == 1


def test_a_workbook_goes_on_with_another_sheet(tmp_path: Path):
    book = Workbook(tmp_path / "x.xlsx", MASKED, sheet_rows=2)
    row = tuple("=1+1" if name not in ("people", "temperature", "number", "rules") else 1 for name in MASKED)
    book.write([row] * 5)
    assert book.close() == hashlib.sha256((tmp_path / "x.xlsx").read_bytes()).hexdigest()
    sheets = load_workbook(tmp_path / "x.xlsx")
    assert [sheet.max_row for sheet in sheets] == [3, 3, 2]
    cell = sheets.worksheets[0]["A2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")
