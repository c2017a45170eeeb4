"""Where the system's Chromium is: pictures and browser tests use it, and fail clearly without it."""

from __future__ import annotations

import shutil

from domain.errors import UnavailableError
from domain.wording import Sentence

# The one without windows comes first: it needs half the processor time for the same pages.
_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


def chromium_path() -> str:
    """The path of Chromium; UnavailableError says how to get it when there is none."""
    found = next((path for name in _NAMES if (path := shutil.which(name))), None)
    if found is None:
        raise UnavailableError(
            Sentence(
                "Chromium is needed; “scripts/system-packages test” installs it.",
                "需要 Chromium，可运行 scripts/system-packages test 安装。",
            )
        )
    return found
