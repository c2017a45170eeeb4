"""Print jobs on disk: a folder each in the installation's home, its state, who works on it and for how long.

The folder is the queue: whichever process of this machine holds a job's lock works on it, and a job that
nobody holds any more (the server was stopped) is taken up again.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from domain.wording import Sentence

KEPT_MS: Final = 86_400_000
PROBLEMS_MOST: Final = 200
_JOB_ID: Final = re.compile(r"[0-9a-f]{32}")
_ORDER, _STATE, _LOCK, _RESULT, _POSTERS = "order.json", "state.json", "lock", "result", "posters.json"


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
    """The folder of one job."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def id(self) -> str:
        """The random name under which the job is asked for: 128 bits."""
        return self._path.name

    @property
    def result(self) -> Path:
        """The file that was made."""
        return self._path / _RESULT

    @property
    def draft(self) -> Path:
        """The file while it is being made."""
        return self._path / f"{_RESULT}.part"

    @property
    def is_there(self) -> bool:
        """Whether nobody deleted it."""
        return self._path.is_dir()

    def order(self) -> dict[str, Any] | None:
        """What was asked for; None when the job is gone."""
        return _read(self._path / _ORDER)

    def progress(self) -> Progress:
        """How far it is."""
        said = _read(self._path / _STATE)
        if said is None:
            return Progress()
        problems = tuple((what, en, zh) for what, en, zh in said.pop("problems"))
        why = (said["why"][0], said["why"][1])
        return Progress(**{**said, "stage": Stage(said["stage"]), "problems": problems, "why": why})

    def tell(self, progress: Progress) -> None:
        """Note how far it is; a reader sees the old or the new, never half."""
        draft = self._path / f"{_STATE}.part"
        draft.write_text(json.dumps(asdict(progress)), encoding="utf-8")
        draft.replace(self._path / _STATE)

    def keep(self) -> None:
        """Give the finished draft its name."""
        with self.draft.open("rb") as file:
            os.fsync(file.fileno())
        self.draft.replace(self.result)

    def note_posters(self, identities: list[str]) -> None:
        """Note which posters are on the file."""
        (self._path / _POSTERS).write_text(json.dumps({"ids": identities}), encoding="utf-8")

    def posters(self) -> list[str]:
        """The ids of the posters that are on the file."""
        told = _read(self._path / _POSTERS)
        return list(told["ids"]) if told else []

    @contextmanager
    def held(self) -> Iterator[bool]:
        """Whether this thread alone may work on the job, until the end of the block."""
        try:
            lock = (self._path / _LOCK).open("ab")
        except FileNotFoundError:  # swept away meanwhile
            yield False
            return
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                yield False
                return
            yield True

    def remove(self) -> None:
        """Delete everything of the job."""
        shutil.rmtree(self._path, ignore_errors=True)


def added(home: Path, order: dict[str, Any], progress: Progress) -> Folder:
    """A new job; nobody but this user may read its folder."""
    parent = home / "prints"
    parent.mkdir(mode=0o700, exist_ok=True)
    path = parent / secrets.token_hex(16)
    # Made under a name that is no job's, so that nobody works on half an order.
    making = parent / f"{path.name}.part"
    making.mkdir(mode=0o700)
    (making / _ORDER).write_text(json.dumps(order), encoding="utf-8")
    folder = Folder(making)
    folder.tell(progress)
    making.rename(path)
    return Folder(path)


def folder_of(home: Path, job_id: str) -> Folder | None:
    """The job of that name; None for any other text."""
    path = home / "prints" / job_id if _JOB_ID.fullmatch(job_id) else None
    return Folder(path) if path and path.is_dir() else None


def all_jobs(home: Path) -> list[Folder]:
    """Every job that is there, the oldest first."""
    try:
        found = [path for path in (home / "prints").iterdir() if _JOB_ID.fullmatch(path.name)]
    except FileNotFoundError:
        return []
    made = []
    for path in found:
        with suppress(FileNotFoundError):
            made.append((path.joinpath(_ORDER).stat().st_mtime_ns, path.name, path))
    return [Folder(path) for _, _, path in sorted(made)]


def swept(home: Path, now_ms: int) -> int:
    """Delete the jobs that are older than a day and not being worked on; returns how many."""
    removed = 0
    for folder in all_jobs(home):
        order = folder.order()
        if order is None or order["made_ms"] > now_ms - KEPT_MS:
            continue
        with folder.held() as mine:
            if mine:
                folder.remove()
                removed += 1
    return removed


def _read(path: Path) -> dict[str, Any] | None:
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    return said if isinstance(said, dict) else None
