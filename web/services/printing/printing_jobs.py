"""Print jobs: ordered with a small request, made beside the requests, looked at and fetched within a day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

import structlog

from domain.errors import InputError
from domain.wording import Sentence
from printables.sheets import SINGLE
from web.services.errors import NotFoundError
from web.services.installation import Installation
from web.services.printing import printing
from web.services.printing.printing import WITH_CODE, Options
from web.services.printing.printing_folder import Folder, Progress, Stage, added, all_jobs, folder_of, swept
from web.services.printing.printing_making import Run, cards_made, posters_made
from web.store import places, visitors
from web.store import printing as rows
from web.store.scope import Scope

CARDS_MOST: Final = 500
# Whoever waits, waits for these; and all of their files lie on the disk.
WAITING_MOST: Final = 20
OWN_MOST: Final = 5
_TRIES: Final = 3
FILES: Final = ("pdf", "zip")


@dataclass(frozen=True, slots=True)
class Job:
    """A job as its page shows it; `file` is pdf or zip."""

    id: str
    kind: str
    file: str
    made_ms: int
    progress: Progress

    @property
    def name(self) -> str:
        """What its file is called."""
        return f"{'cards' if self.kind == 'card' else 'codes'}-{self.id[:6]}.{self.file}"


class _StoppedError(Exception):
    """The server ends; the job goes on when it starts again."""


def order_posters(
    inst: Installation, scope: Scope, entrance_ids: list[str], options: Options, file: str, *, issue: bool
) -> str:
    """The id of a new job for the codes of these entrances; InputError names what cannot be printed so."""
    if options.kind not in WITH_CODE:
        raise NotFoundError
    if file not in FILES:
        raise InputError("file", "Choose PDF or ZIP.", "请选择 PDF 或 ZIP。")
    if file == "zip" and options.layout != SINGLE:
        raise InputError(
            "file",
            "A ZIP holds one file for each entrance; choose one to a sheet, or PDF.",
            "ZIP 中每个出入口一个文件，请选择每页一张，或选择 PDF。",
        )
    printing.check(options)
    if not inst.read(lambda connection: rows.doors_called(connection, scope, entrance_ids[:200])):
        raise NotFoundError
    order = {"entrances": entrance_ids, "options": asdict(options), "file": file, "issue": issue}
    return _ordered(inst, scope, options.kind, order, len(entrance_ids))


def order_cards(inst: Installation, scope: Scope, visitor_ids: list[str], options: Options) -> str:
    """The id of a new job for cards of these visitors; their earlier cards end when it is done."""
    if not visitor_ids:
        raise InputError("visitor", "Tick at least one visitor.", "请至少勾选一名访客。")
    if len(visitor_ids) > CARDS_MOST:
        raise InputError(
            "visitor",
            f"One job prints at most {CARDS_MOST} cards; choose fewer.",
            f"一次最多打印 {CARDS_MOST} 张卡，请减少选择。",
        )
    printing.check(options)
    if not inst.read(lambda connection: visitors.rows(connection, scope, among=visitor_ids, limit=1)):
        raise NotFoundError
    order = {"visitors": visitor_ids, "options": asdict(options), "file": "pdf"}
    return _ordered(inst, scope, "card", order, len(visitor_ids))


def job(inst: Installation, scope: Scope, job_id: str) -> Job:
    """A job of this scope; NotFoundError for any other, and when its day is over."""
    return _shown(*_found(inst, scope, job_id))


def jobs(inst: Installation, scope: Scope) -> list[Job]:
    """The jobs of this scope that are still there, the newest first."""
    found = []
    for folder in reversed(all_jobs(inst.settings.home)):
        order = folder.order()
        if order is not None and _visible(inst, scope, order):
            found.append(_shown(folder, order))
    return found


def result(inst: Installation, scope: Scope, job_id: str) -> tuple[Path, Job]:
    """Where the finished file of a job lies; NotFoundError while there is none."""
    folder, order = _found(inst, scope, job_id)
    shown = _shown(folder, order)
    if shown.progress.stage is not Stage.DONE or not shown.progress.printed:
        raise NotFoundError
    return folder.result, shown


def remove(inst: Installation, scope: Scope, job_id: str) -> None:
    """Delete a job and its file now; one that is being made stops."""
    _found(inst, scope, job_id)[0].remove()


def work_off(inst: Installation, stopping: Callable[[], bool] = lambda: False) -> int:
    """Make what was ordered, oldest first, and delete what is a day old; returns how many jobs ended."""
    swept(inst.settings.home, inst.now_ms())
    ended = 0
    for folder in all_jobs(inst.settings.home):
        if stopping():
            break
        if folder.progress().stage in (Stage.DONE, Stage.FAILED):
            continue
        with folder.held() as mine:
            order = folder.order()
            if mine and order is not None and folder.progress().stage in (Stage.WAITING, Stage.RUNNING):
                ended += _worked(inst, folder, order, stopping)
    return ended


def _ordered(inst: Installation, scope: Scope, kind: str, order: dict[str, Any], total: int) -> str:
    waiting = [
        told
        for folder in all_jobs(inst.settings.home)
        if (told := folder.order()) is not None and folder.progress().stage in (Stage.WAITING, Stage.RUNNING)
    ]
    own = sum(told["scope"] == asdict(scope) for told in waiting)
    if own >= OWN_MOST or len(waiting) >= WAITING_MOST:
        raise InputError(
            "file",
            "Several print jobs are still waiting; start this one when they are done.",
            "还有打印任务在排队，请等它们完成后再开始。",
        )
    whole = {**order, "kind": kind, "scope": asdict(scope), "made_ms": inst.now_ms()}
    return added(inst.settings.home, whole, total).id


def _worked(inst: Installation, folder: Folder, order: dict[str, Any], stopping: Callable[[], bool]) -> int:
    before = folder.progress()
    if before.tries >= _TRIES:
        return _failed(folder, before, _GIVEN_UP)

    def tell(progress: Progress) -> None:
        if stopping():
            raise _StoppedError
        folder.tell(progress)

    begun = Progress(Stage.RUNNING, total=before.total, tries=before.tries + 1)
    run = Run(inst, Scope(**order["scope"]), folder.draft, begun, tell)
    try:
        tell(begun)
        _made(run, order)
        folder.keep()
        folder.tell(replace(run.progress, stage=Stage.DONE, done=before.total))
    except _StoppedError:
        folder.tell(before)
        return 0
    except InputError as refused:
        return _failed(folder, run.progress, refused.sentence)
    except FileNotFoundError:  # deleted while it was being made
        return 0
    except OSError:
        structlog.get_logger().exception("printing_failed")
        return _failed(folder, run.progress, _NO_DISK)
    return 1


def _made(run: Run, order: dict[str, Any]) -> None:
    said = order["options"]
    options = Options(**{**said, "languages": tuple(said["languages"])})
    if order["kind"] == "card":
        cards_made(run, order["visitors"], options)
    else:
        posters_made(run, order["entrances"], options, as_zip=order["file"] == "zip", issue=order["issue"])


def _failed(folder: Folder, progress: Progress, why: Sentence) -> int:
    folder.draft.unlink(missing_ok=True)
    folder.tell(replace(progress, stage=Stage.FAILED, why=(why.en, why.zh)))
    return 1


def _found(inst: Installation, scope: Scope, job_id: str) -> tuple[Folder, dict[str, Any]]:
    folder = folder_of(inst.settings.home, job_id)
    order = folder.order() if folder else None
    if folder is None or order is None or not _visible(inst, scope, order):
        raise NotFoundError
    return folder, order


def _visible(inst: Installation, scope: Scope, order: dict[str, Any]) -> bool:
    """Whether the scope covers the one the job was ordered in."""
    owner = Scope(**order["scope"])
    if scope.everything or scope == owner:
        return scope != Scope()
    if scope.area_path and owner.area_path:
        return owner.area_path.startswith(scope.area_path)
    if scope.area_path and owner.enterprise_id:
        found = inst.read(
            lambda connection: places.enterprise_rows(connection, scope, 0, owner.enterprise_id)
        )
        return bool(found)
    return False


def _shown(folder: Folder, order: dict[str, Any]) -> Job:
    return Job(folder.id, order["kind"], order["file"], order["made_ms"], folder.progress())


_GIVEN_UP = Sentence(
    "The server was stopped three times while it made this. Order fewer at once.",
    "服务器在处理此任务时已三次中断，请减少一次打印的数量。",
)
_NO_DISK = Sentence(
    "The file could not be written; the server's disk may be full.", "文件无法写入，服务器磁盘可能已满。"
)
