"""Works print jobs off, each in a process of its own that may die: tried again once, then told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import structlog

from domain.errors import InputError
from domain.wording import Sentence
from web.services.installation import Installation
from web.services.printing.printing_drawing import LostError, drawing
from web.services.printing.printing_folder import Folder, Progress, Stage, all_jobs, swept
from web.services.printing.printing_making import Run, cards_made, options_of, posters_made
from web.store.scope import Scope

# How often the server may be stopped in the middle of a job.
_TRIES: Final = 3


class _StoppedError(Exception):
    """The server ends; the job goes on when it starts again."""


def work_off(inst: Installation, stopping: Callable[[], bool] = lambda: False) -> int:
    """Make what was ordered, oldest first, and delete what is a day old; returns how many jobs ended."""
    swept(inst, inst.now_ms())
    ended = 0
    for folder in all_jobs(inst):
        if stopping():
            break
        if not folder.progress().stage.is_to_do:
            continue
        with folder.held() as mine:
            order = folder.order()
            if mine and order is not None and folder.progress().stage.is_to_do:
                ended += _worked(inst, folder, order, stopping)
    return ended


def _worked(inst: Installation, folder: Folder, order: dict[str, Any], stopping: Callable[[], bool]) -> int:
    before = folder.progress()
    if before.tries >= _TRIES:
        return _failed(folder, before, _GIVEN_UP)

    def watch() -> None:
        if stopping():
            raise _StoppedError
        if not folder.is_there or not folder.is_mine:
            raise FileNotFoundError

    begun = replace(Progress(Stage.RUNNING, total=before.total), tries=before.tries + 1)
    try:
        watch()
        done = _attempted(inst, folder, order, begun, watch)
        watch()
        folder.keep()
        folder.tell(replace(done, stage=Stage.DONE, done=before.total))
    except _StoppedError:
        folder.tell(before)
        return 0
    except FileNotFoundError:  # deleted while it was being made, or somebody else's by now
        return 0
    except (InputError, LostError, OSError) as failure:
        return _failed(folder, folder.progress(), _reason(failure))
    return 1


def _attempted(
    inst: Installation, folder: Folder, order: dict[str, Any], begun: Progress, watch: Callable[[], None]
) -> Progress:
    """How the job went; LostError when its process died twice."""
    try:
        return _drawn(inst, folder, order, begun, watch)
    except LostError:
        structlog.get_logger().warning("printing_lost", job=folder.id[:6])
        return _drawn(inst, folder, order, begun, watch)


def _drawn(
    inst: Installation, folder: Folder, order: dict[str, Any], begun: Progress, watch: Callable[[], None]
) -> Progress:
    def tell(progress: Progress) -> None:
        watch()
        folder.tell(progress)

    tell(begun)
    with drawing(watch) as drawer:
        run = Run(inst, Scope(**order["scope"]), drawer, begun, tell)
        is_card = order["kind"] == "card"
        title = "访客卡 Visitor cards" if is_card else "场所码 Venue codes"
        drawer.begin(folder.draft, options_of(order), order["file"], title)
        if is_card:
            cards_made(run, order["visitors"])
        else:
            refused = order.get("refused", ())
            posters_made(run, order["entrances"], issue=order["issue"], refused=refused)
    folder.note_posters(run.posters)
    return run.progress


def _reason(failure: Exception) -> Sentence:
    if isinstance(failure, InputError):
        return failure.sentence
    structlog.get_logger().error("printing_failed", kind=type(failure).__name__)
    return _LOST if isinstance(failure, LostError) else _NO_DISK


def _failed(folder: Folder, progress: Progress, why: Sentence) -> int:
    folder.draft.unlink(missing_ok=True)
    folder.tell(replace(progress, stage=Stage.FAILED, why=(why.en, why.zh)))
    return 1


_GIVEN_UP = Sentence(
    "The server was stopped three times while it made this. Order fewer at once.",
    "服务器在处理此任务时已三次中断，请减少一次打印的数量。",
)
_LOST = Sentence(
    "The program that draws it ended twice in the middle; the machine may be short of memory. "
    "Order fewer at once, or try again later.",
    "绘制程序两次中途退出，服务器内存可能不足。请减少一次打印的数量，或稍后再试。",
)
_NO_DISK = Sentence(
    "The file could not be written; the server's disk may be full.", "文件无法写入，服务器磁盘可能已满。"
)
