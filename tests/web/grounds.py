"""Installations that the real services made once, copied for each test: making one outlasts most tests."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path

from tests.web.rows import Rows
from tests.web.tenants import SettableClock, Tenant, tenant
from web.services.installation import Installation, opened
from web.services.signing_keys import keys
from web.settings import PasswordCost, Settings

# Nobody guesses here; with the real cost a test of pages would spend most of its time on one password.
CHEAP = PasswordCost(rounds=1, memory_kib=8, lanes=1)
# The area and the enterprise of each fixture that asks for one.
PLACES = {"park": ("East Area", "Park Ltd"), "mill": ("West Area", "Mill Ltd")}


@dataclass(frozen=True)
class Ground:
    """An opened installation with its keys, and those of PLACES that were asked for."""

    inst: Installation
    tenants: dict[str, Tenant]


@dataclass(frozen=True)
class _Pattern:
    """What is copied: a folder with its places, and on PostgreSQL the statements that bring the rows back."""

    home: Path
    tenants: dict[str, Tenant]
    rows: str = ""


@dataclass(frozen=True)
class Grounds:
    """Makes a pattern in `folder` when it is first asked for, and hands out copies."""

    folder: Path
    migrated: Path
    _patterns: dict[tuple[bool, int, tuple[str, ...]], _Pattern] = field(default_factory=dict)

    def embedded(self, home: Path, clock: SettableClock, places: tuple[str, ...]) -> Ground:
        """A copy on SQLite."""
        key = (True, clock(), places)
        if key not in self._patterns:
            self._patterns[key] = self._made("", clock, places)
        pattern = self._patterns[key]
        shutil.copytree(pattern.home, home)
        return Ground(opened(_settings(home), clock), pattern.tenants)

    def shared(
        self, home: Path, url: str, rows: Rows, clock: SettableClock, places: tuple[str, ...]
    ) -> Ground:
        """A copy on PostgreSQL, in a database without a row."""
        key = (False, clock(), places)
        if key not in self._patterns:
            made = self._made(url, clock, places)
            self._patterns[key] = _Pattern(made.home, made.tenants, rows.kept(made.home.name))
        else:
            rows.bring(self._patterns[key].rows)
        pattern = self._patterns[key]
        shutil.copytree(pattern.home, home)
        return Ground(opened(_settings(home, url), clock), pattern.tenants)

    def _made(self, url: str, clock: SettableClock, places: tuple[str, ...]) -> _Pattern:
        home = self.folder / f"pattern_{len(self._patterns)}"
        home.mkdir()
        if not url:
            shutil.copy(self.migrated, home / "codeplace.db")
        inst = opened(_settings(home, url), clock)
        keys.ensure(inst)
        tenants = {place: tenant(inst, *PLACES[place]) for place in places}
        inst.close()
        return _Pattern(home, tenants)


def _settings(home: Path, url: str = "") -> Settings:
    return Settings(home, url, "https://park.example", "Pilot District", CHEAP)
