"""Plans: a file for each period, in the folder, once."""

from __future__ import annotations

import hashlib
import json
import tempfile
from pathlib import Path

import pytest

from domain.errors import InputError
from tests.web.services.desk.exporting.passages import filled
from tests.web.tenants import SettableClock, Tenant
from web.services.desk.exporting import exporting_jobs, exporting_plans, exporting_work
from web.services.desk.exporting.exporting_plans import Every, after, covered
from web.services.desk.filtering.filters import Filter
from web.services.errors import NotFoundError
from web.services.installation import Installation

DAY_S = 86_400
Pair = tuple[str, str]


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
    own = exporting_jobs.jobs(inst, park.staff, account_id=clerks[0])[0]
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
    assert {job.trouble for job in exporting_jobs.jobs(inst, park.staff, account_id=clerks[0])[0]} == {""}


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
