"""Each of the six ways, as one function over a world: the case in, what was said and what is wanted out."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from flask.testing import FlaskClient

from tests.golden.at_a_kiosk import told_at_a_kiosk, wanted_at_a_kiosk
from tests.golden.at_the_server import (
    told_after_an_upload,
    told_by_the_simulator,
    wanted_by_the_simulator,
)
from tests.golden.cases import GOLDEN, Case, Runner
from tests.golden.on_the_site import (
    clerk_of,
    told_at_the_desk,
    told_by_the_import,
    told_on_a_phone,
    wanted_at_the_desk,
    wanted_by_the_import,
    wanted_on_a_phone,
)
from tests.golden.said import Said
from tests.golden.world import Place, World, built, entered


@dataclass(frozen=True)
class Ground:
    """A world of its own, and a folder for what gates keep."""

    world: World
    folder: Path
    clerks: dict[int, FlaskClient] = field(default_factory=dict)

    def clerk(self, case: Case) -> FlaskClient:
        """The clerk's browser at the time of a case; nobody stays signed in from one month to another."""
        self.world.at(case.now_ms)
        if case.now_ms not in self.clerks:
            self.clerks[case.now_ms] = clerk_of(self.world)
        return self.clerks[case.now_ms]

    def gate_home(self, case: Case) -> Path:
        home = self.folder / f"gate-{case.id}"
        home.mkdir()
        return home


@dataclass(frozen=True)
class Template:
    """Where the world of all cases lies, to be copied, and its places."""

    folder: Path
    home: Path
    places: dict[str, Place]


Way = Callable[[Ground, Case], tuple[Said, Said]]


def _kiosk(ground: Ground, case: Case) -> tuple[Said, Said]:
    told, _ = told_at_a_kiosk(ground.world, case, ground.gate_home(case))
    return told, wanted_at_a_kiosk(case)


def _phone(ground: Ground, case: Case) -> tuple[Said, Said]:
    return told_on_a_phone(ground.world, case), wanted_on_a_phone(case)


def _staff(ground: Ground, case: Case) -> tuple[Said, Said]:
    return told_at_the_desk(ground.world, ground.clerk(case), case), wanted_at_the_desk(case)


def _import(ground: Ground, case: Case) -> tuple[Said, Said]:
    return told_by_the_import(ground.world, ground.clerk(case), case), wanted_by_the_import(case)


def _replay(ground: Ground, case: Case) -> tuple[Said, Said]:
    _, made = told_at_a_kiosk(ground.world, case, ground.gate_home(case))
    return told_after_an_upload(ground.world, case, made), wanted_at_a_kiosk(case)


def _simulator(ground: Ground, case: Case) -> tuple[Said, Said]:
    return told_by_the_simulator(ground.world, ground.clerk(case), case), wanted_by_the_simulator(case)


WAYS: dict[Runner, Way] = {
    Runner.KIOSK: _kiosk,
    Runner.PHONE: _phone,
    Runner.STAFF: _staff,
    Runner.IMPORT: _import,
    Runner.REPLAY: _replay,
    Runner.SIMULATOR: _simulator,
}


@contextmanager
def template() -> Iterator[Template]:
    """The world of all cases, made once and never entered itself."""
    with tempfile.TemporaryDirectory(dir=_quick_folder()) as folder:
        home = Path(folder) / "template"
        yield Template(Path(folder), home, built(home, list(GOLDEN.values())))


@contextmanager
def ground(made: Template, runner: Runner) -> Iterator[Ground]:
    """A copy of the world for one way alone: what others let in is not inside here."""
    folder = made.folder / runner.name.lower()
    shutil.copytree(made.home, folder / "var")
    with entered(folder / "var", made.places) as world:
        yield Ground(world, folder)


def _quick_folder() -> Path | None:
    """A folder in memory where there is one: hundreds of gates would each wait for a disk."""
    memory = Path("/dev/shm")
    return memory if os.access(memory, os.W_OK) else None
