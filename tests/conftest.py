"""What all tests share: where their files lie, their order, how examples are found, and the one browser."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, settings
from playwright.sync_api import Browser, expect, sync_playwright
from xdist.scheduler import LoadScopeScheduling

from demo.browser import chromium_path
from tests.scratch import scratch_folder

# On a busy machine a slow example is not a fault; and whoever changes one thing is not told of another.
settings.register_profile(
    "same", max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow],
    derandomize=True, print_blob=True,
)  # fmt: skip
# Other examples with each run, for who looks for what nobody found yet: `--hypothesis-profile=other`.
settings.register_profile("other", settings.get_profile("same"), derandomize=False)
# Where thousands of mutants of the code are tried, ten examples find most of what fifty would, and nobody
# reads the smallest example of a failure (docs/testing.md).
settings.register_profile(
    "mutants", settings.get_profile("same"), max_examples=10, phases=(Phase.explicit, Phase.generate)
)
settings.load_profile("mutants" if "MUTATION_RUN" in os.environ else "same")

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--autoplay-policy=no-user-gesture-required",
]


def pytest_configure() -> None:
    """Let pytest's own temporary folders be where files cost nothing, unless somebody chose a place.

    And let what is compiled be kept, whatever the machine says: workers and a hundred programs start here.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # A shell lets what it starts with & ignore it, and so would each program that tests start and stop.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    # Debian keeps nginx where only root looks by itself.
    os.environ["PATH"] = f"{os.environ['PATH']}{os.pathsep}/usr/sbin{os.pathsep}/sbin"
    gc.disable()
    folder = scratch_folder()
    if folder:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", folder)


def pytest_collection_finish() -> None:
    """Let the collector of garbage pass by what stays until the end, and come seldom.

    Eight thousand tests and all modules are half a million objects: to look at each of them, every time that
    something new has piled up, took a quarter of the processor time of the services' tests. What tests leave
    behind, such as an installation's connections and statements, is found as well once in thirty tests as
    many times in one. After 500,000 objects, and not 100,000, it let each worker grow to 1.5 GB.
    """
    gc.freeze()
    gc.set_threshold(100_000, 10, 5)
    gc.enable()


def pytest_unconfigure() -> None:
    """Let what is left at the end be found again: extension modules call it lost otherwise."""
    gc.unfreeze()


# Whole stories wait for real processes and say when something takes too long: they come first, one after the
# other, while other workers do the rest. Then the files that take longest, so that none of them is the last.
_STORIES = "tests/journeys/"
_LONGEST = (
    "tests/kiosk/screen/",
    "tests/web/services/test_scopes.py",
    "tests/faults/",
    "tests/bench/",
    "tests/web/commands/",
    "tests/web/access/",
    "tests/web/services/desk/exporting/",
    "tests/web/services/keeping/",
    "tests/web/services/printing/",
    "tests/web/services/test_no_plain_people.py",
    "tests/kiosk/",
    "tests/web/pages/",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put whatever takes long to the front; the order within a file stays."""
    items.sort(key=lambda item: _place_of(item.nodeid))


def _place_of(nodeid: str) -> int:
    fronts = (_STORIES, *_LONGEST)
    return next((at for at, front in enumerate(fronts) if nodeid.startswith(front)), len(fronts))


class _ByFile(LoadScopeScheduling):
    """A file to a worker at a time, in the order of the collection, and all stories to one."""

    def _split_scope(self, nodeid: str) -> str:
        return _STORIES if nodeid.startswith(_STORIES) else nodeid.split("::", 1)[0]


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> LoadScopeScheduling:
    """Several workers share the tests in that way, whatever `--dist` says."""
    config.option.loadscopereorder = False
    return _ByFile(config, log)


# How long a page may take to show what a test waits for, on two processors with three workers.
_PATIENCE_MS = 20_000


# Playwright allows one at a time in a thread, whichever test is first.
@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        expect.set_options(timeout=_PATIENCE_MS)
        launched = playwright.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
        yield launched
        launched.close()
