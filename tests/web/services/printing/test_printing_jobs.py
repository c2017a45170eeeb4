"""Print jobs: what is chosen is printed, what cannot be is named, and a stopped server goes on with them."""

from __future__ import annotations

import os
import signal
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest

from domain.errors import InputError
from tests.web.tenants import SettableClock, Tenant
from web.services.errors import NotFoundError
from web.services.installation import Installation
from web.services.places import places
from web.services.places.posters import posters
from web.services.printing import printing, printing_doors, printing_jobs, printing_working
from web.services.printing.printing_doors import Wanted
from web.services.printing.printing_folder import KEPT_MS, Progress, Stage, folder_of
from web.services.printing.printing_jobs import OWN_MOST, Job
from web.services.printing.printing_options import Options
from web.store.printing import printing as store
from web.store.scope import PROGRAM, Scope


def ordered(inst: Installation, scope: Scope, options: Options | None = None, **given: object) -> str:
    found = list(printing_doors.chosen(inst, scope, Wanted(), None).all)
    file, issue = str(given.get("file", "pdf")), bool(given.get("issue", False))
    return printing_jobs.order_posters(inst, scope, found, options or Options(), file, issue=issue)


def made(inst: Installation, scope: Scope, job_id: str) -> Job:
    assert printing_working.work_off(inst) == 1
    return printing_jobs.job(inst, scope, job_id)


def texts(path: Path) -> list[str]:
    document = pypdfium2.PdfDocument(path)
    said = [document[at].get_textpage().get_text_range() for at in range(len(document))]
    document.close()
    return said


def test_a_job_prints_what_was_chosen_and_names_what_has_no_code(inst: Installation, park: Tenant):
    job_id = ordered(inst, park.staff)
    waiting = printing_jobs.job(inst, park.staff, job_id)
    assert (waiting.progress.stage, waiting.progress.total) == (Stage.WAITING, 2)
    with pytest.raises(NotFoundError):
        printing_jobs.result(inst, park.staff, job_id)
    done = made(inst, park.staff, job_id).progress
    assert (done.stage, done.done, done.printed, done.pages) == (Stage.DONE, 2, 1, 1)
    assert [what for what, _, _ in done.problems] == ["Park Ltd site · South gate"]
    path, shown = printing_jobs.result(inst, park.staff, job_id)
    assert "North gate" in texts(path)[0]
    assert shown.name.endswith(".pdf")
    assert oct(path.parent.stat().st_mode)[-3:] == "700"


def test_codes_that_are_missing_are_issued_once_when_that_was_said(inst: Installation, park: Tenant):
    for _ in range(2):
        done = made(inst, park.staff, ordered(inst, park.staff, issue=True))
        assert (done.progress.printed, done.progress.problems) == (2, ())
    detail = places.venue(inst, park.staff, park.venue)
    assert [len(door.posters) for door in detail.entrances] == [1, 1]


def test_the_newest_poster_that_counts_is_printed(inst: Installation, park: Tenant):
    newer = posters.issue(inst, park.staff, park.entrance)
    withdrawn = posters.issue(inst, park.staff, park.entrance)
    posters.revoke(inst, park.staff, withdrawn)
    doors = places.venue(inst, park.staff, park.venue).entrances
    numbers = {poster.id: poster.short_number for door in doors for poster in door.posters}
    content = printing.poster_content(inst, park.staff, park.entrance)
    assert content is not None
    assert content.short_number == numbers[newer]
    [row] = inst.read(lambda connection: store.doors_called(connection, park.staff, [park.entrance]))
    assert (row.id, row.short_number) == (newer, numbers[newer])


@pytest.mark.parametrize(
    ("options", "pages"),
    [
        (Options(size="A6", layout="a4"), 1),
        (Options("label", layout="L7160"), 1),
        (Options("label", layout="2x3:80x60"), 1),
        (Options("table-tent", size="A5", ink="black", languages=("en",)), 2),
        (Options(size="A3", direction="landscape"), 2),
    ],
)
def test_every_kind_and_layout_comes_out(
    embedded_park: tuple[Installation, Tenant], options: Options, pages: int
):
    inst, park = embedded_park
    done = made(inst, park.staff, ordered(inst, park.staff, options, issue=True)).progress
    assert (done.stage, done.printed, done.pages, done.problems) == (Stage.DONE, 2, pages, ())


def test_a_zip_holds_a_pdf_for_each_under_a_name_that_any_system_takes(
    embedded_park: tuple[Installation, Tenant],
):
    inst, park = embedded_park
    places.create_entrance(inst, park.staff, park.venue, "../C:\\con?*|门")
    job_id = ordered(inst, park.staff, file="zip", issue=True)
    assert made(inst, park.staff, job_id).progress.printed == 3
    with zipfile.ZipFile(printing_jobs.result(inst, park.staff, job_id)[0]) as archive:
        names = archive.namelist()
        assert all(archive.read(name).startswith(b"%PDF") for name in names)
    assert len(names) == len(set(names)) == 3
    assert not any(set(name) & set('/\\:*?"<>|') for name in names)


@pytest.mark.parametrize(
    ("options", "file", "field"),
    [
        (Options(size="A9"), "pdf", "size"),
        (Options(layout="a4"), "pdf", "layout"),
        (Options(layout="L7160"), "pdf", "layout"),
        (Options("label", layout="9x9:99x99"), "pdf", "layout"),
        (Options(ink="green"), "pdf", "ink"),
        (Options(direction="upwards"), "pdf", "direction"),
        (Options(size="A6", layout="a4"), "zip", "file"),
        (Options(), "exe", "file"),
    ],
)
def test_a_wrong_choice_is_told_before_the_work(
    embedded_park: tuple[Installation, Tenant], options: Options, file: str, field: str
):
    inst, park = embedded_park
    with pytest.raises(InputError) as refused:
        ordered(inst, park.staff, options, file=file)
    assert refused.value.field == field
    assert printing_jobs.jobs(inst, park.staff) == []


def test_a_server_that_stops_goes_on_with_the_job_when_it_starts(embedded_park: tuple[Installation, Tenant]):
    inst, park = embedded_park
    job_id = ordered(inst, park.staff, issue=True)
    # It stops when the job is being drawn, not before.
    assert printing_working.work_off(inst, lambda: running(inst, park.staff, job_id)) == 0
    assert printing_jobs.job(inst, park.staff, job_id).progress.stage is Stage.WAITING
    assert made(inst, park.staff, job_id).progress.printed == 2


def running(inst: Installation, scope: Scope, job_id: str) -> bool:
    return printing_jobs.job(inst, scope, job_id).progress.stage is Stage.RUNNING


def drawing_processes() -> list[int]:
    """The processes that draw for this one."""
    asked = ["pgrep", "-P", str(os.getpid()), "-f", "printing_child"]
    return [int(pid) for pid in subprocess.run(asked, capture_output=True, check=False).stdout.split()]


def killing(most: int) -> Callable[[], bool]:
    """Kills so many drawing processes, each once, whenever it is asked whether the server stops."""
    killed: set[int] = set()

    def ask() -> bool:
        for pid in drawing_processes():
            if pid not in killed and len(killed) < most:
                killed.add(pid)
                os.kill(pid, signal.SIGKILL)
        return False

    return ask


def test_a_drawing_process_that_dies_is_replaced_once(embedded_park: tuple[Installation, Tenant]):
    inst, park = embedded_park
    job_id = ordered(inst, park.staff, issue=True)
    assert printing_working.work_off(inst, killing(1)) == 1
    done = printing_jobs.job(inst, park.staff, job_id).progress
    assert (done.stage, done.printed, done.pages) == (Stage.DONE, 2, 2)
    assert drawing_processes() == []


def test_a_drawing_process_that_dies_again_ends_the_job_with_a_sentence(
    embedded_park: tuple[Installation, Tenant],
):
    inst, park = embedded_park
    job_id = ordered(inst, park.staff, issue=True)
    assert printing_working.work_off(inst, killing(2)) == 1
    done = printing_jobs.job(inst, park.staff, job_id).progress
    assert done.stage is Stage.FAILED
    assert "ended twice" in done.why[0]
    assert not any(path.name.startswith("result") for path in (inst.settings.home / "prints").glob("*/*"))


def test_a_job_that_is_deleted_while_it_is_drawn_stops(embedded_park: tuple[Installation, Tenant]):
    inst, park = embedded_park
    job_id = ordered(inst, park.staff)

    def deleted() -> bool:
        if drawing_processes():
            printing_jobs.remove(inst, park.staff, job_id)
        return False

    assert printing_working.work_off(inst, deleted) == 0
    assert printing_jobs.jobs(inst, park.staff) == []
    assert drawing_processes() == []


def test_a_job_that_takes_the_server_down_is_given_up_after_three_tries(
    embedded_park: tuple[Installation, Tenant],
):
    inst, park = embedded_park
    job_id = ordered(inst, park.staff)
    folder = folder_of(inst, job_id)
    assert folder is not None
    folder.tell(Progress(Stage.RUNNING, total=2, tries=3))
    done = made(inst, park.staff, job_id).progress
    assert done.stage is Stage.FAILED
    assert "three times" in done.why[0]


def test_a_job_that_somebody_works_on_is_left_to_them(embedded_park: tuple[Installation, Tenant]):
    inst, park = embedded_park
    folder = folder_of(inst, ordered(inst, park.staff))
    assert folder is not None
    with folder.held() as mine:
        assert mine
        assert printing_working.work_off(inst) == 0
    assert printing_working.work_off(inst) == 1


def test_files_are_gone_after_a_day_or_when_they_are_deleted(
    embedded_park: tuple[Installation, Tenant], clock: SettableClock
):
    inst, park = embedded_park
    old, deleted = ordered(inst, park.staff), ordered(inst, park.staff)
    printing_jobs.remove(inst, park.staff, deleted)
    printing_working.work_off(inst)
    clock.pass_s(KEPT_MS / 1000 + 1)
    printing_working.work_off(inst)
    for job_id in (old, deleted):
        with pytest.raises(NotFoundError):
            printing_jobs.job(inst, park.staff, job_id)
    assert list((inst.settings.home / "prints").iterdir()) == []


def test_the_queue_is_bounded_and_frees_itself(embedded_park: tuple[Installation, Tenant]):
    inst, park = embedded_park
    job_ids = [ordered(inst, park.staff) for _ in range(OWN_MOST)]
    with pytest.raises(InputError, match="waiting"):
        ordered(inst, park.staff)
    folder = folder_of(inst, job_ids[-1])
    assert folder is not None
    folder.tell(Progress(Stage.DONE))
    ordered(inst, park.staff)


def test_only_those_who_see_the_owners_scope_see_a_job(inst: Installation, park: Tenant, mill: Tenant):
    job_id = ordered(inst, park.staff, issue=True)
    folder = folder_of(inst, job_id)
    assert folder is not None
    folder.tell(Progress(Stage.DONE, done=2, total=2, printed=2, pages=2))
    for scope in (park.staff, park.area, PROGRAM):
        assert printing_jobs.job(inst, scope, job_id).id == job_id
        assert [job.id for job in printing_jobs.jobs(inst, scope)] == [job_id]
    for scope in (mill.staff, mill.area, Scope()):
        assert printing_jobs.jobs(inst, scope) == []
        for ask in (printing_jobs.job, printing_jobs.result, printing_jobs.remove):
            with pytest.raises(NotFoundError):
                ask(inst, scope, job_id)
    for odd in ("", "..", "../prints", job_id.upper() + "x", "0" * 32, "\0", "ab/cd"):
        with pytest.raises(NotFoundError):
            printing_jobs.job(inst, PROGRAM, odd)


def test_another_tenants_entrances_are_never_printed(inst: Installation, park: Tenant, mill: Tenant):
    with pytest.raises(NotFoundError):
        printing_jobs.order_posters(inst, park.staff, [mill.entrance], Options(), "pdf", issue=True)
    with pytest.raises(InputError):
        printing_doors.chosen(inst, park.staff, Wanted(), [mill.entrance])
    both = [park.entrance, mill.entrance]
    job_id = printing_jobs.order_posters(inst, park.staff, both, Options(), "pdf", issue=True)
    done = made(inst, park.staff, job_id).progress
    assert (done.printed, len(done.problems)) == (1, 1)
    assert "Mill" not in str(done.problems)


def test_entrances_are_found_by_part_of_a_name_and_a_percent_sign_is_no_pattern(
    inst: Installation, park: Tenant, mill: Tenant
):
    def found(scope: Scope, **wanted: str) -> set[str]:
        return {door.id for door in printing_doors.listed(inst, scope, Wanted(**wanted), 10)[0]}

    assert found(PROGRAM, text="park NORTH") == {park.entrance}
    assert found(PROGRAM, enterprise_id=mill.enterprise) == {mill.entrance, mill.side_entrance}
    assert found(PROGRAM, venue_id=park.venue, text="south") == {park.side_entrance}
    assert found(park.staff, text="mill") == found(PROGRAM, text="%") == found(PROGRAM, text="_") == set()
    assert printing_doors.listed(inst, PROGRAM, Wanted(), 1)[1] == 4
