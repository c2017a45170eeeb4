"""Print jobs: ordered with a small request, looked at while they are made, and fetched within a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from domain.errors import InputError
from domain.wording import Sentence
from printables.sheets import SINGLE
from web.services.errors import NotFoundError
from web.services.installation import Installation
from web.services.printing import printing_options
from web.services.printing.printing_folder import Folder, Progress, Stage, added, all_jobs, folder_of
from web.services.printing.printing_options import WITH_CODE, Options
from web.services.printing.tables.printing_matching import Door, Match
from web.store.people import visitors
from web.store.places import places
from web.store.printing import printing as rows
from web.store.scope import Scope

CARDS_MOST: Final = 500
# Whoever waits, waits for these; and all of their files lie on the disk.
WAITING_MOST: Final = 20
OWN_MOST: Final = 5
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


def order_posters(
    inst: Installation, scope: Scope, entrance_ids: list[str], options: Options, file: str, *, issue: bool
) -> str:
    """The id of a new job for the codes of these entrances; InputError names what cannot be printed so."""
    expect_printable(options, file)
    if not inst.ask(lambda connection: rows.doors_called(connection, scope, entrance_ids[:200])):
        raise NotFoundError
    order = {"entrances": entrance_ids, "options": asdict(options), "file": file, "issue": issue}
    _expect_room(inst, scope)
    return _added(inst, scope, options.kind, order, Progress(total=len(entrance_ids)))


def propose(inst: Installation, scope: Scope, matches: Sequence[Match], options: Options, file: str) -> str:
    """The id of a job for what these rows of a table mean, which waits until it is confirmed."""
    expect_printable(options, file)
    entrance_ids = [door.id for match in matches for door in match.doors]
    refused = [_row_refused(match) for match in matches if match.why]
    order = {
        "entrances": entrance_ids,
        "refused": refused,
        "options": asdict(options),
        "file": file,
        "issue": True,
        "rows": [_row_kept(match) for match in matches],
    }
    _drop_proposals(inst, scope)
    progress = Progress(Stage.PROPOSED, total=len(entrance_ids) + len(refused))
    return _added(inst, scope, options.kind, order, progress)


def proposed(inst: Installation, scope: Scope, job_id: str) -> tuple[Match, ...]:
    """The rows of a job that waits to be confirmed; NotFoundError for any other."""
    folder, order = _found(inst, scope, job_id)
    if folder.progress().stage is not Stage.PROPOSED:
        raise NotFoundError
    return tuple(_row_read(row) for row in order["rows"])


def confirm(inst: Installation, scope: Scope, job_id: str) -> None:
    """Let a proposed job begin; asked again, nothing more happens. InputError when many wait."""
    folder, order = _found(inst, scope, job_id)
    if folder.progress().stage is not Stage.PROPOSED:
        return
    if not order["entrances"]:
        raise NotFoundError
    _expect_room(inst, scope)
    folder.tell(replace(folder.progress(), stage=Stage.WAITING))


def expect_printable(options: Options, file: str) -> None:
    """InputError names what cannot be printed so; NotFoundError for a kind without a code."""
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
    printing_options.check(options)


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
    printing_options.check(options)
    if not inst.ask(lambda connection: visitors.rows(connection, scope, among=visitor_ids, limit=1)):
        raise NotFoundError
    order = {"visitors": visitor_ids, "options": asdict(options), "file": "pdf"}
    _expect_room(inst, scope)
    return _added(inst, scope, "card", order, Progress(total=len(visitor_ids)))


def job(inst: Installation, scope: Scope, job_id: str) -> Job:
    """A job of this scope; NotFoundError for any other, and when its day is over."""
    return _shown(*_found(inst, scope, job_id))


def jobs(inst: Installation, scope: Scope) -> list[Job]:
    """The jobs of this scope that are still there, the newest first."""
    found = []
    for folder in reversed(all_jobs(inst)):
        order = folder.order()
        if order is not None and _visible(inst, scope, order):
            found.append(_shown(folder, order))
    return found


def result(inst: Installation, scope: Scope, job_id: str) -> tuple[Path, Job]:
    """Where the finished file of a job lies; NotFoundError while there is none."""
    folder, order = _found(inst, scope, job_id)
    shown = _shown(folder, order)
    if shown.progress.stage is not Stage.DONE or not shown.progress.printed or not folder.has_result():
        raise NotFoundError
    return folder.result, shown


def posters_on(inst: Installation, scope: Scope, job_id: str) -> list[str]:
    """The ids of the posters on a finished job's file; none for one of cards."""
    return _found(inst, scope, job_id)[0].posters()


def remove(inst: Installation, scope: Scope, job_id: str) -> None:
    """Delete a job and its file now; one that is being made stops."""
    _found(inst, scope, job_id)[0].remove()


def _expect_room(inst: Installation, scope: Scope) -> None:
    waiting = [
        told
        for folder in all_jobs(inst)
        if (told := folder.order()) is not None and folder.progress().stage.is_to_do
    ]
    own = sum(told["scope"] == asdict(scope) for told in waiting)
    if own >= OWN_MOST or len(waiting) >= WAITING_MOST:
        raise InputError(
            "file",
            "Several print jobs are still waiting; start this one when they are done.",
            "还有打印任务在排队，请等它们完成后再开始。",
        )


def _drop_proposals(inst: Installation, scope: Scope) -> None:
    """Forget the oldest tables that nobody confirmed, so that they cannot fill the disk."""
    found = [
        folder
        for folder in all_jobs(inst)
        if folder.progress().stage is Stage.PROPOSED
        and (order := folder.order()) is not None
        and order["scope"] == asdict(scope)
    ]
    for folder in found[: max(0, len(found) - OWN_MOST + 1)]:
        folder.remove()


def _added(inst: Installation, scope: Scope, kind: str, order: Mapping[str, Any], progress: Progress) -> str:
    whole = {**order, "kind": kind, "scope": asdict(scope), "made_ms": inst.now_ms()}
    return added(inst, whole, progress).id


def _found(inst: Installation, scope: Scope, job_id: str) -> tuple[Folder, dict[str, Any]]:
    folder = folder_of(inst, job_id)
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
        found = inst.ask(lambda connection: places.enterprise_rows(connection, scope, 0, owner.enterprise_id))
        return bool(found)
    return False


def _shown(folder: Folder, order: dict[str, Any]) -> Job:
    return Job(folder.id, order["kind"], order["file"], order["made_ms"], folder.progress())


def _row_refused(match: Match) -> tuple[str, str, str]:
    assert match.why is not None
    why = Sentence("Row {row}: {why}", "第 {row} 行：{why}")
    en = why.filled(row=match.number, why=match.why.en).en
    return match.called, en, why.filled(row=match.number, why=match.why.zh).zh


def _row_kept(match: Match) -> list[Any]:
    why = [match.why.en, match.why.zh] if match.why else None
    doors = [[door.id, door.called, door.has_code] for door in match.doors]
    return [match.number, match.called, doors, why, dict(match.missing)]


def _row_read(kept: list[Any]) -> Match:
    number, named, doors, why, missing = kept
    return Match(
        number, named, tuple(Door(*door) for door in doors), Sentence(*why) if why else None, missing
    )
