"""Print jobs: what was ordered and how far it is in the database, the file on the machine that makes it.

Whichever process holds a job's lease works on it, on any machine, and a job that nobody holds any more (the
server was stopped) is taken up again.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any, Final

from domain.wording import Sentence
from web.db.connecting.connection import Record
from web.services.installation import Installation
from web.services.operations import shelf
from web.store.printing import print_jobs

KEPT_MS: Final = 86_400_000
PROBLEMS_MOST: Final = 200
_JOB_ID: Final = re.compile(r"[0-9a-f]{32}")
_RESULT: Final = "result"


class Stage(StrEnum):
    """Where a job is."""

    PROPOSED = "proposed"
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"

    @property
    def is_to_do(self) -> bool:
        """Whether the job is to be worked on."""
        return self in (Stage.WAITING, Stage.RUNNING)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is: `done` of `total` looked at, what was printed, and what was not and why.

    `problems` are (what, English, Chinese), at most 200; `more` counts the others. `why` is the sentence of a
    failure.
    """

    stage: Stage = Stage.WAITING
    done: int = 0
    total: int = 0
    printed: int = 0
    pages: int = 0
    tries: int = 0
    problems: tuple[tuple[str, str, str], ...] = field(default=())
    more: int = 0
    why: tuple[str, str] = ("", "")

    def with_problem(self, what: str, sentence: Sentence) -> Progress:
        """The same with one more thing that was not printed."""
        if len(self.problems) >= PROBLEMS_MOST:
            return replace(self, more=self.more + 1)
        return replace(self, problems=(*self.problems, (what, sentence.en, sentence.zh)))


class Folder:
    """One job: its row in the database, and the folder of its file where it was made or fetched."""

    def __init__(self, inst: Installation, job_id: str) -> None:
        self._inst, self._id = inst, job_id
        self._path = inst.settings.home / "prints" / job_id

    @property
    def id(self) -> str:
        """The random name under which the job is asked for: 128 bits."""
        return self._id

    @property
    def result(self) -> Path:
        """The file that was made."""
        return self._path / _RESULT

    @property
    def draft(self) -> Path:
        """The file while it is being made; nobody but this user may read its folder."""
        self._path.mkdir(parents=True, exist_ok=True, mode=0o700)
        return self._path / f"{_RESULT}.part"

    @property
    def is_there(self) -> bool:
        """Whether nobody deleted it."""
        return self._row() is not None

    @property
    def is_mine(self) -> bool:
        """Whether the one who holds it still does: a lost connection gives it to others."""
        return self._inst.leases.keeps(self._duty)

    def has_result(self) -> bool:
        """Whether the file that was made is on this machine; it is fetched when another made it."""
        return shelf.is_here(self._inst, self._duty, self.result)

    def order(self) -> dict[str, Any] | None:
        """What was asked for; None when the job is gone."""
        row = self._row()
        return None if row is None else dict(json.loads(row.wanted))

    def progress(self) -> Progress:
        """How far it is."""
        row = self._row()
        if row is None:
            return Progress()
        said = json.loads(row.progress)
        problems = tuple((what, en, zh) for what, en, zh in said.pop("problems"))
        why = (said["why"][0], said["why"][1])
        return Progress(**{**said, "stage": Stage(said["stage"]), "problems": problems, "why": why})

    def tell(self, progress: Progress) -> None:
        """Note how far it is; of a job that was deleted nothing is noted."""
        self._change(stage=progress.stage.value, progress=json.dumps(asdict(progress)))

    def keep(self) -> None:
        """Give the finished draft its name, and every machine the file; FileNotFoundError once deleted."""
        with self.draft.open("rb") as file:
            os.fsync(file.fileno())
        self.draft.replace(self.result)
        shelf.put(self._inst, self._duty, self.result)

    def note_posters(self, identities: list[str]) -> None:
        """Note which posters are on the file."""
        self._change(posters=json.dumps(identities))

    def posters(self) -> list[str]:
        """The ids of the posters that are on the file."""
        row = self._row()
        return [] if row is None else list(json.loads(row.posters))

    @contextmanager
    def held(self) -> Iterator[bool]:
        """Whether this thread alone, over all machines, may work on the job until the end of the block."""
        with self._inst.leases.held(self._duty) as mine:
            yield mine

    def remove(self) -> None:
        """Delete everything of the job."""
        self._inst.write(partial(print_jobs.removed, job_id=self._id))
        shelf.drop(self._inst, self._duty)
        shutil.rmtree(self._path, ignore_errors=True)

    @property
    def _duty(self) -> str:
        return f"print {self._id}"

    def _row(self) -> Record | None:
        return self._inst.ask(partial(print_jobs.row, job_id=self._id))

    def _change(self, **values: object) -> None:
        self._inst.write(lambda connection: print_jobs.changed(connection, self._id, **values))


def added(inst: Installation, order: dict[str, Any], progress: Progress) -> Folder:
    """A new job."""
    folder = Folder(inst, secrets.token_hex(16))
    values = {
        "id": folder.id, "stage": progress.stage.value,
        "wanted": json.dumps(order), "progress": json.dumps(asdict(progress)),
    }  # fmt: skip
    inst.write(lambda connection: print_jobs.added(connection, made_ms=order["made_ms"], **values))
    return folder


def folder_of(inst: Installation, job_id: str) -> Folder | None:
    """The job of that name; None for any other text."""
    found = Folder(inst, job_id) if _JOB_ID.fullmatch(job_id) else None
    return found if found is not None and found.is_there else None


def all_jobs(inst: Installation) -> list[Folder]:
    """Every job that is there, the oldest first."""
    return [Folder(inst, job_id) for job_id in inst.ask(print_jobs.ids)]


def swept(inst: Installation, now_ms: int) -> int:
    """Delete the jobs that are older than a day and not being worked on; returns how many."""
    removed = 0
    for folder in all_jobs(inst):
        order = folder.order()
        if order is None or order["made_ms"] > now_ms - KEPT_MS:
            continue
        with folder.held() as mine:
            if mine:
                folder.remove()
                removed += 1
    _sweep_copies(inst)
    return removed


def _sweep_copies(inst: Installation) -> None:
    """Delete the files here of jobs that are gone, wherever they were deleted."""
    with suppress(FileNotFoundError):
        found = [path for path in (inst.settings.home / "prints").iterdir() if _JOB_ID.fullmatch(path.name)]
        alive = set(inst.ask(print_jobs.ids)) if found else set()
        for path in found:
            if path.name not in alive:
                shutil.rmtree(path, ignore_errors=True)
