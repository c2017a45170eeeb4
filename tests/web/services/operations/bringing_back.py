"""Backups that tests make, and bring back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from web.services.installation import Installation
from web.services.operations.backup.backing_up import BackedUp, backed_up
from web.services.operations.backup.restoring import Asked, Restored, restored
from web.settings import Settings

PASSPHRASE = "six random words make one passphrase"


def backup(inst: Installation, file: Path, *, with_keys: bool = True) -> BackedUp:
    return backed_up(inst.settings, inst.now_ms, file, PASSPHRASE, with_keys=with_keys)


def restore(file: Path, into: Settings, inst: Installation, **changes: object) -> Restored:
    return restored(replace(Asked(file, PASSPHRASE, into), **changes), inst.now_ms)
