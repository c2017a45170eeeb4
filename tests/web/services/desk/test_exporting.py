"""Files of entries: told to the log first, whole after a restart, and in clear only when two agreed."""

from __future__ import annotations

import hashlib
import json
import tempfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from domain.access import Role
from domain.errors import InputError
from tests.web.tenants import SettableClock, Tenant, entry_item
from web.db.tables import exports as table
from web.db.tables import leaves
from web.services import accounts
from web.services.desk import exporting, exporting_plans, exporting_work
from web.services.desk.exporting_columns import MASKED, UNMASKED
from web.services.desk.exporting_forms import Form, Workbook
from web.services.desk.exporting_plans import Every, after, covered
from web.services.desk.filters import Filter, from_args
from web.services.desk.filters_people import Part, sealed_term
from web.services.desk.filters_times import utc_text
from web.services.errors import NotFoundError
from web.services.gates import ingest
from web.services.installation import Installation
from web.services.logs import sequencing
from web.services.people import visitors
from web.services.people.visitors import Registration
from web.store.scope import PROGRAM, Scope

DAY_S = 86_400
Pair = tuple[str, str]


@pytest.fixture
def clerks(inst: Installation, park: Tenant) -> Pair:
    """Two accounts of the park's enterprise."""
    made = (
        accounts.create_account(
            inst, login, "a sentence works well", Role.OWNER, enterprise_id=park.enterprise
        )
        for login in ("first", "second")
    )
    first, second = made
    return first, second


def filled(inst: Installation, park: Tenant) -> list[str]:
    given = Registration(park.enterprise, "Wang Wei", "13800138000", "courier", plate="苏A12345")
    person = visitors.register(inst, park.staff, given).visitor_id
    private = {"visitor_id": person, "occupants": ["+8613900139000"]}
    hot = {"outcome": "referred", "reason": "temperature_high"}
    items = [
        entry_item(park.gate, 1, inst.now_ms() - 3_000, private=private),
        entry_item(park.gate, 2, inst.now_ms() - 2_000, **hot, private={"details": {"limit": "37.3"}}),
        entry_item(park.gate, 3, inst.now_ms() - 1_000, private={"temperature_tenths": 366}),
    ]
    ingest.ingest(inst, park.gate, list(items))
    while sequencing.sequence(inst):
        pass
    return [str(item["id"]) for item in items]


def deeds(inst: Installation) -> list[dict[str, Any]]:
    query = select(leaves.c.body).where(leaves.c.kind == "export").order_by(leaves.c.id)
    return [json.loads(body) for body in inst.read(lambda c: list(c.scalars(query)))]


def jsonl(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@pytest.mark.parametrize("form", [*Form])
def test_a_file_is_made_told_to_the_log_and_described_by_its_manifest(
    inst: Installation, park: Tenant, clerks: Pair, form: Form
):
    made = filled(inst, park)
    wanted = Filter(venue_id=park.venue, who=sealed_term(inst, clerks[0], Part.WHO, "13800138000"))
    for asked, count in ((Filter(venue_id=park.venue), 3), (wanted, 1)):
        identity = exporting.order(inst, park.staff, asked, account_id=clerks[0], form=form)
        assert exporting_work.work_off(inst) == 1
        path, manifest_path, job = exporting.result(inst, identity, account_id=clerks[0])
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
    rows = jsonl(exporting.result(inst, identity, account_id=clerks[0])[0])
    assert [row["temperature"] for row in rows] == [36.6, "", ""]
    assert "37.3" in rows[1]["sentence_en"]
    assert "37.3" in rows[1]["sentence_zh"]
    assert not any("Wang" in line or "138" in line for row in rows for line in (row["visitor"],))


def test_nobody_is_named_unless_a_second_person_of_the_scope_agrees(
    inst: Installation, park: Tenant, mill: Tenant, clerks: Pair
):
    filled(inst, park)
    first, second = clerks
    with pytest.raises(InputError):
        exporting.order(inst, park.staff, Filter(), account_id=first, form="jsonl", unmasked=True)
    asked = {"account_id": first, "form": "jsonl", "unmasked": True, "purpose": "audit"}
    identity = exporting.order(inst, park.staff, Filter(), **asked)
    assert exporting_work.work_off(inst) == 0
    for scope, account in ((park.staff, first), (mill.staff, "mill"), (mill.area, "mill")):
        with pytest.raises(NotFoundError):
            exporting.agree(inst, scope, identity, account_id=account)
        assert exporting.jobs(inst, scope, account_id=account)[1] == []
    with pytest.raises(NotFoundError):
        exporting.job(inst, mill.area, identity, account_id="mill")
    [waiting] = exporting.jobs(inst, park.staff, account_id=second)[1]
    assert (waiting.id, waiting.made_by, waiting.purpose) == (identity, "first", "audit")
    exporting.agree(inst, park.staff, identity, account_id=second)
    assert exporting_work.work_off(inst) == 1
    path, manifest, _ = exporting.result(inst, identity, account_id=first)
    person = jsonl(path)[2]
    assert [*person] == [*MASKED, *UNMASKED]
    assert (person["name"], person["phone"], person["plate"]) == ("Wang Wei", "+8613800138000", "苏A12345")
    assert person["occupants"] == "+8613900139000"
    told = json.loads(manifest.read_text("utf-8"))
    assert (told["unmasked"], told["agreed_by"], told["purpose"]) == (True, "second", "audit")
    assert deeds(inst)[-1]["told"]["agreed_by"] == second
    with pytest.raises(NotFoundError):
        exporting.result(inst, identity, account_id=second)


def test_a_second_person_may_refuse_and_the_first_withdraw(inst: Installation, park: Tenant, clerks: Pair):
    first, second = clerks
    asked = {"account_id": first, "form": "csv", "unmasked": True, "purpose": "audit"}
    refused, kept = (exporting.order(inst, park.staff, Filter(), **asked) for _ in range(2))
    exporting.agree(inst, park.staff, refused, account_id=second, yes=False)
    with pytest.raises(NotFoundError):
        exporting.withdraw(inst, kept, account_id=second)
    exporting.withdraw(inst, kept, account_id=first)
    assert exporting_work.work_off(inst) == 0
    assert {job.state for job in exporting.jobs(inst, park.staff, account_id=first)[0]} == {"withdrawn"}
    assert deeds(inst) == []


def test_a_server_that_is_stopped_in_the_middle_begins_again_and_gives_up_at_last(
    inst: Installation, park: Tenant, clerks: Pair
):
    filled(inst, park)
    identity = exporting.order(inst, park.staff, Filter(), account_id=clerks[0], form="csv")
    glances = iter([False, False, *[True] * 10])
    assert exporting_work.work_off(inst, lambda: next(glances)) == 0
    job = exporting.job(inst, park.staff, identity, account_id=clerks[0])
    assert (job.state, deeds(inst)) == ("making", [])
    # What a killed server left behind is in nobody's way.
    (exporting.folder(inst, identity) / "result.part").write_bytes(b"half")
    assert exporting_work.work_off(inst) == 1
    path, _, job = exporting.result(inst, identity, account_id=clerks[0])
    assert path.read_bytes().count(b"\r\n") == 4
    lost = exporting.order(inst, park.staff, Filter(), account_id=clerks[0], form="csv")
    inst.write(lambda c: c.execute(table.update().where(table.c.id == lost).values(tries=3)).rowcount)
    assert exporting_work.work_off(inst) == 1
    failed = exporting.job(inst, park.staff, lost, account_id=clerks[0])
    assert (failed.state, failed.trouble) == ("failed", "stopped")


def test_a_job_counts_until_it_is_known_how_many_rows_there_are(
    inst: Installation, park: Tenant, clerks: Pair
):
    identity = exporting.order(inst, park.staff, Filter(), account_id=clerks[0], form="csv")
    assert exporting.job(inst, park.staff, identity, account_id=clerks[0]).stage == "counting"
    inst.write(lambda c: c.execute(table.update().values(row_total=3)).rowcount)
    assert exporting.job(inst, park.staff, identity, account_id=clerks[0]).stage == "making"
    exporting_work.work_off(inst)
    assert exporting.job(inst, park.staff, identity, account_id=clerks[0]).stage == "ready"


def test_today_stays_the_day_on_which_a_file_was_ordered(
    inst: Installation, park: Tenant, clerks: Pair, clock: SettableClock
):
    filled(inst, park)
    wanted = from_args(inst, park.staff, {"period": ["today"]}, "Asia/Shanghai").wanted
    identity = exporting.order(inst, park.staff, wanted, account_id=clerks[0], form="jsonl")
    clock.pass_s(3 * DAY_S)
    exporting_work.work_off(inst)
    file, manifest, _ = exporting.result(inst, identity, account_id=clerks[0])
    assert len(jsonl(file)) == 3
    assert json.loads(manifest.read_text("utf-8"))["filter"] == {"from": [utc_text(wanted.from_ms)]}


def test_a_file_of_a_place_that_is_not_there_any_more_says_so(
    inst: Installation, park: Tenant, mill: Tenant, clerks: Pair
):
    wanted = Filter(venue_id=park.venue)
    identity = exporting.order(inst, park.staff, wanted, account_id=clerks[0], form="csv")
    inst.write(lambda c: c.execute(table.update().values(query=f"venue={mill.venue}")).rowcount)
    assert exporting_work.work_off(inst) == 1
    job = exporting.job(inst, park.staff, identity, account_id=clerks[0])
    assert (job.state, job.trouble, deeds(inst)) == ("failed", "place", [])


def test_files_are_gone_after_a_day_and_their_leaves_stay(
    inst: Installation, park: Tenant, clerks: Pair, clock: SettableClock
):
    identity = exporting.order(inst, park.staff, Filter(), account_id=clerks[0], form="csv")
    exporting_work.work_off(inst)
    clock.pass_s(DAY_S - 60)
    exporting_work.work_off(inst)
    assert exporting.result(inst, identity, account_id=clerks[0])
    clock.pass_s(120)
    exporting_work.work_off(inst)
    assert exporting.jobs(inst, park.staff, account_id=clerks[0]) == ([], [])
    assert not exporting.folder(inst, identity).exists()
    assert len(deeds(inst)) == 1


def test_five_files_of_one_account_wait_at_most(inst: Installation, park: Tenant, clerks: Pair):
    for _ in range(exporting.OWN_MOST):
        exporting.order(inst, park.staff, Filter(), account_id=clerks[0], form="csv")
    with pytest.raises(InputError):
        exporting.order(inst, park.staff, Filter(), account_id=clerks[0], form="csv")
    exporting.order(inst, park.staff, Filter(), account_id=clerks[1], form="csv")


def test_a_plan_puts_each_period_into_the_folder_once_also_after_a_pause(
    inst: Installation, park: Tenant, clerks: Pair, clock: SettableClock
):
    filled(inst, park)
    plan = exporting_plans.create(
        inst, park.staff, Filter(venue_id=park.venue), "Asia/Shanghai", account_id=clerks[0],
        name="Daily / 每日", form="csv", every="day", at="06:30",
    )  # fmt: skip
    exporting_work.work_off(inst)
    folder = inst.settings.home / "exports"
    assert not folder.exists()
    clock.pass_s(3 * DAY_S)
    exporting_work.work_off(inst)
    exporting_work.work_off(inst)
    names = sorted(path.name for path in folder.iterdir())
    days = ["20261120-20261121", "20261121-20261122", "20261122-20261123"]
    files = [f"Daily_每日-{day}-{plan[:6]}.csv" for day in days]
    assert names == sorted([*files, *(f"{name}.manifest.json" for name in files)])
    lines = [(folder / name).read_bytes().count(b"\r\n") - 1 for name in files]
    assert lines == [3, 0, 0]
    manifest = json.loads((folder / f"{files[0]}.manifest.json").read_text("utf-8"))
    assert manifest["file"]["sha256"] == hashlib.sha256((folder / files[0]).read_bytes()).hexdigest()
    assert manifest["file"]["name"] == files[0]
    with pytest.raises(NotFoundError):
        exporting_plans.stop(inst, plan, account_id=clerks[1])
    exporting_plans.stop(inst, plan, account_id=clerks[0])
    assert exporting_plans.listed(inst, account_id=clerks[0]) == []
    clock.pass_s(3 * DAY_S)
    exporting_work.work_off(inst)
    assert len(list(folder.iterdir())) == len(names)


def test_a_file_waits_for_a_folder_that_cannot_be_written_to(
    inst: Installation, park: Tenant, clerks: Pair, clock: SettableClock, tmp_path: Path
):
    filled(inst, park)
    given = {"account_id": clerks[0], "form": "csv", "every": "day", "at": "06:30"}
    for name in ("One", "Two"):
        exporting_plans.create(inst, park.staff, Filter(), "Asia/Shanghai", name=name, **given)
    folder, far = inst.settings.home / "exports", tmp_path / "not mounted"
    folder.symlink_to(far)
    clock.pass_s(DAY_S)
    assert exporting_work.work_off(inst) == 2
    own = exporting.jobs(inst, park.staff, account_id=clerks[0])[0]
    assert [(job.state, job.trouble) for job in own] == [("ready", "folder")] * 2
    # Nobody fetched them: they are not forgotten with the files that wait for a day.
    clock.pass_s(DAY_S + 1)
    exporting_work.work_off(inst)
    far.mkdir()
    exporting_work.work_off(inst)
    exporting_work.work_off(inst)
    names = [path.name for path in folder.iterdir()]
    assert len(names) == 8
    assert len([name for name in names if name.startswith("One-20261120-20261121")]) == 2
    assert not any(name.endswith(".part") for name in names)
    assert {job.trouble for job in exporting.jobs(inst, park.staff, account_id=clerks[0])[0]} == {""}


def test_the_folder_of_plans_may_lie_on_another_disk(
    inst: Installation, park: Tenant, clerks: Pair, clock: SettableClock
):
    own = inst.settings.home.stat().st_dev
    other = next(
        (one for one in (Path("/dev/shm"), Path.cwd()) if one.is_dir() and one.stat().st_dev != own), None
    )
    if other is None:
        pytest.skip("there is one file system only")
    filled(inst, park)
    given = {"account_id": clerks[0], "form": "csv", "every": "day", "at": "06:30"}
    exporting_plans.create(inst, park.staff, Filter(), "Asia/Shanghai", name="One", **given)
    with tempfile.TemporaryDirectory(dir=other) as far:
        (inst.settings.home / "exports").symlink_to(far)
        clock.pass_s(DAY_S)
        exporting_work.work_off(inst)
        [file, told] = sorted(Path(far).iterdir())
        manifest = json.loads(told.read_text("utf-8"))
        assert manifest["file"]["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()


def test_a_plan_with_a_bad_field_is_refused_by_its_name(inst: Installation, park: Tenant, clerks: Pair):
    good = {"account_id": clerks[0], "name": "x", "form": "csv", "every": "day", "at": "06:30"}
    for field, value in (("name", " "), ("form", "pdf"), ("every", "hour"), ("at", "25:00")):
        with pytest.raises(InputError) as refused:
            exporting_plans.create(inst, park.staff, Filter(), "Asia/Shanghai", **{**good, field: value})
        assert refused.value.field == field


def test_a_scope_covers_what_is_below_it_and_nothing_beside(inst: Installation, park: Tenant, mill: Tenant):
    for scope in (PROGRAM, park.area, park.staff):
        assert exporting.covers(inst, scope, park.staff)
    assert exporting.covers(inst, park.area, park.area)
    for scope in (park.staff, mill.area, mill.staff, Scope()):
        assert not exporting.covers(inst, scope, park.area)
    assert not exporting.covers(inst, mill.area, park.staff)
    assert not exporting.covers(inst, Scope(), Scope())


def test_a_plan_is_due_by_the_clock_and_calendar_of_its_zone():
    friday = 1_795_140_000_000  # 2026-11-20 10:00 in Shanghai
    day, zone = 86_400_000, "Asia/Shanghai"
    midnight = friday - 10 * 3_600_000
    assert after(Every.DAY, 630, zone, friday) == midnight + 630 * 60_000
    assert after(Every.DAY, 600, zone, friday) == midnight + day + 600 * 60_000
    assert after(Every.WEEK, 0, zone, friday) == midnight + 3 * day
    assert after(Every.MONTH, 0, zone, friday) == midnight + 11 * day
    assert covered(Every.WEEK, midnight + 3 * day + 1, zone) == (midnight - 4 * day, midnight + 3 * day)
    assert covered(Every.MONTH, midnight + 11 * day, zone) == (midnight - 19 * day, midnight + 11 * day)
    # The day on which the clocks went back in Berlin had 25 hours.
    begins, ends = covered(Every.DAY, 1_793_000_000_000 - 40 * 3_600_000, "Europe/Berlin")
    assert ends - begins in (24 * 3_600_000, 25 * 3_600_000)


def test_a_workbook_goes_on_with_another_sheet(tmp_path: Path):
    book = Workbook(tmp_path / "x.xlsx", MASKED, sheet_rows=2)
    row = tuple("=1+1" if name not in ("people", "temperature", "number", "rules") else 1 for name in MASKED)
    book.write([row] * 5)
    assert book.close() == hashlib.sha256((tmp_path / "x.xlsx").read_bytes()).hexdigest()
    sheets = load_workbook(tmp_path / "x.xlsx")
    assert [sheet.max_row for sheet in sheets] == [3, 3, 2]
    cell = sheets.worksheets[0]["A2"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")
