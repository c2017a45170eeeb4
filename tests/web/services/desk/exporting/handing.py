"""What is handed to a court's expert: a file of entries, its manifest and a copy of the log."""

from __future__ import annotations

import hashlib
import io
import json
import runpy
import subprocess
import sys
import zipfile
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tests.web.tenants import Tenant
from web.services.desk.exporting import exporting, exporting_jobs, exporting_work
from web.services.desk.filtering.filters import Filter
from web.services.installation import Installation
from web.services.logs import log_proving, sequencing
from web.services.logs.copying import log_copy

SCRIPT = Path(__file__).parents[5] / "docs" / "verify_export.py"
PROVEN, REFUSED, UNREADABLE, ROWS_ONLY = range(4)


@cache
def script() -> dict[str, Any]:
    """What the script defines, loaded once: a new Python for each of its hundred runs takes a minute."""
    return runpy.run_path(str(SCRIPT))


@dataclass(frozen=True)
class Handed:
    """What is handed over."""

    file: Path
    manifest: Path
    log: Path
    key: str

    def words(self, *, with_key: bool = True) -> list[str]:
        """What the script is given."""
        return [str(self.file), str(self.manifest), str(self.log), *(["--key", self.key] * with_key)]

    def verified(self, *, with_key: bool = True) -> tuple[int, str]:
        """What the script says: its exit status, and all it prints."""
        said = io.StringIO()
        with redirect_stdout(said), redirect_stderr(said):
            status: int = script()["main"](self.words(with_key=with_key))
        return status, said.getvalue()

    def verified_by_a_stranger(self) -> tuple[int, str]:
        """The same in a Python that knows nothing of this repository."""
        done = subprocess.run(
            [sys.executable, "-I", str(SCRIPT), *self.words()],
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        return done.returncode, done.stdout + done.stderr

    def rewritten(self, text: bytes) -> None:
        """Put another file in its place, with its hash and rows in the manifest: as a careful forger does."""
        self.file.write_bytes(text)
        file = json.loads(self.manifest.read_bytes())["file"]
        rows = text.count(b"\n") - (file["form"] == "csv")
        self.claimed(file={**file, "sha256": hashlib.sha256(text).hexdigest(), "rows": rows})

    def altered(self, old: bytes, new: bytes) -> None:
        """Write something else into the cells of a workbook, as `rewritten` does of a text."""
        told = json.loads(self.manifest.read_bytes())["file"]
        with zipfile.ZipFile(self.file) as book:
            parts = {name: book.read(name) for name in book.namelist()}
        sheet = parts["xl/worksheets/sheet1.xml"]
        assert sheet.count(old) == 1
        with zipfile.ZipFile(self.file, "w") as book:
            for name, part in (parts | {"xl/worksheets/sheet1.xml": sheet.replace(old, new)}).items():
                book.writestr(name, part)
        self.claimed(file={**told, "sha256": hashlib.sha256(self.file.read_bytes()).hexdigest()})

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
