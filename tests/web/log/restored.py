"""An installation whose database is taken back to what it was."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.web.tenants import SettableClock, tenant
from web.services.installation import Installation, opened
from web.services.signing_keys import keys
from web.settings import Settings


class Restored:
    """An embedded installation whose database is taken back to what it was, its folder kept."""

    def __init__(self, home: Path, clock: SettableClock) -> None:
        self._settings, self._clock = Settings(home, "", "https://park.example", "Pilot"), clock
        self.inst = self._opened()
        self.park = tenant(self.inst, "East Area", "Park Ltd")

    def _opened(self) -> Installation:
        inst = opened(self._settings, self._clock)
        keys.ensure(inst)
        return inst

    def backup(self, path: Path) -> None:
        """The database as it is now, in a file."""
        self.inst.close()
        shutil.copy(self._settings.home / "codeplace.db", path)
        self.inst = self._opened()

    def restore(self, path: Path) -> None:
        """The database as it was."""
        self.inst.close()
        for old in self._settings.home.glob("codeplace.db*"):
            old.unlink()
        shutil.copy(path, self._settings.home / "codeplace.db")
        self.inst = self._opened()
