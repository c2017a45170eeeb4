"""What is handed to a court's expert: a file of entries, its manifest and a copy of the log."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.web.tenants import Tenant
from web.services.desk.exporting import exporting, exporting_jobs, exporting_work
from web.services.desk.filtering.filters import Filter
from web.services.installation import Installation
from web.services.logs import log_proving, sequencing
from web.services.logs.copying import log_copy

SCRIPT = Path(__file__).parents[5] / "docs" / "verify_export.py"
PROVEN, REFUSED, UNREADABLE, ROWS_ONLY = range(4)


@dataclass(frozen=True)
class Handed:
    """What is handed over."""

    file: Path
    manifest: Path
    log: Path
    key: str

    def verified(self, *, with_key: bool = True) -> tuple[int, str]:
        """What the script says: its exit status, and all it prints."""
        words = [str(self.file), str(self.manifest), str(self.log), *(["--key", self.key] * with_key)]
        done = subprocess.run(
            [sys.executable, "-I", str(SCRIPT), *words],
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert "Traceback" not in done.stderr
        return done.returncode, done.stdout + done.stderr

    def rewritten(self, text: bytes) -> None:
        """Put another file in its place, with its hash and rows in the manifest: as a careful forger does."""
        self.file.write_bytes(text)
        file = json.loads(self.manifest.read_bytes())["file"]
        rows = text.count(b"\n") - (file["form"] == "csv")
        self.claimed(file={**file, "sha256": hashlib.sha256(text).hexdigest(), "rows": rows})

    def claimed(self, **other: object) -> None:
        """Have the manifest claim something else."""
        told = json.loads(self.manifest.read_bytes())
        self.manifest.write_text(json.dumps(told | other), encoding="utf-8")

    def copied(self, inst: Installation, size: int | None = None) -> None:
        """Copy the log again, as it is or as it was signed with that many leaves."""
        signed, note = log_copy.head(inst, size)
        log_copy.copied(inst, signed, note, self.log, lambda _: None)


def handed(
    inst: Installation, park: Tenant, clerk: str, wanted: Filter, there: Path, form: str = "csv"
) -> Handed:
    """An export of the park's staff, and a copy of the log as it is once it tells of the file."""
    identity = exporting.order(inst, park.staff, wanted, account_id=clerk, form=form)
    assert exporting_work.work_off(inst) == 1
    path, manifest, _ = exporting_jobs.result(inst, identity, account_id=clerk)
    made = Handed(there / "file", there / "manifest", there / "log", log_proving.log_keys(inst)[0].text)
    made.file.write_bytes(path.read_bytes())
    made.manifest.write_bytes(manifest.read_bytes())
    signed(inst)
    made.copied(inst)
    return made


def signed(inst: Installation) -> None:
    """Have all that waits signed."""
    while sequencing.sequence(inst):
        pass
