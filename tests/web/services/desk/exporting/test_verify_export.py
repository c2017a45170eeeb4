"""docs/verify_export.py as a court's expert runs it: nothing is changed and nothing left out."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from domain.gap import Gap, GapCause
from domain.log import gap_leaf
from tests.web.services.desk.exporting.passages import filled
from tests.web.tenants import Tenant
from web.services.desk.exporting import exporting, exporting_jobs, exporting_work
from web.services.desk.filtering.filters import Filter
from web.services.desk.filtering.filters_people import Part, sealed_term
from web.services.installation import Installation
from web.services.logs import log_proving, sequencing
from web.services.logs.copying import log_copy
from web.store.logs import log
from web.store.passing import entries

SCRIPT = Path(__file__).parents[5] / "docs" / "verify_export.py"
Pair = tuple[str, str]


@dataclass(frozen=True)
class Handed:
    """What is handed over: the file, its manifest, a copy of the log."""

    file: Path
    manifest: Path
    log: Path
    key: str

    def verified(self) -> tuple[int, str]:
        """What the script says."""
        words = [str(self.file), str(self.manifest), str(self.log), "--key", self.key]
        done = subprocess.run(
            [sys.executable, "-I", str(SCRIPT), *words],
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert "Traceback" not in done.stderr
        return done.returncode, done.stdout + done.stderr

    def rewritten(self, text: bytes) -> None:
        """Put another file in its place, with its hash and rows in the manifest: as a careful forger does."""
        self.file.write_bytes(text)
        told = json.loads(self.manifest.read_bytes())
        told["file"]["sha256"] = hashlib.sha256(text).hexdigest()
        told["file"]["rows"] = text.count(b"\n") - (told["file"]["form"] == "csv")
        self.manifest.write_text(json.dumps(told), encoding="utf-8")


def handed(inst: Installation, park: Tenant, clerk: str, wanted: Filter, form: str, there: Path) -> Handed:
    """An export of the site and a copy of its log."""
    identity = exporting.order(inst, park.staff, wanted, account_id=clerk, form=form)
    assert exporting_work.work_off(inst) == 1
    path, manifest, _ = exporting_jobs.result(inst, identity, account_id=clerk)
    made = Handed(there / "file", there / "manifest", there / "log", log_proving.log_keys(inst)[0].text)
    made.file.write_bytes(path.read_bytes())
    made.manifest.write_bytes(manifest.read_bytes())
    signed, note = log_copy.head(inst)
    log_copy.copied(inst, signed, note, made.log, lambda _: None)
    return made


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_a_changed_cell_and_a_row_taken_out_are_named(
    inst: Installation, park: Tenant, clerks: Pair, tmp_path: Path, form: str
):
    ids = filled(inst, park)
    here = handed(inst, park, clerks[0], Filter(venue_id=park.venue), form, tmp_path)
    status, said = here.verified()
    assert (status, "Each of the 3 rows is as it was logged" in said) == (0, True), said
    assert "Nothing is left out" in said
    text = here.file.read_bytes()
    here.file.write_bytes(text + b"\n")
    assert here.verified()[0] == 1
    assert text.count(b"temperature_high") == 1
    here.rewritten(text.replace(b"temperature_high", b"admitted"))
    status, said = here.verified()
    assert (status, "Row 2, column reason: the file says 'admitted'" in said) == (1, True), said
    # Rows come newest first; the last line is the first entry.
    lines = text.splitlines(keepends=True)
    here.rewritten(b"".join(lines[:-1]))
    status, said = here.verified()
    assert (status, "An entry is left out: leaf " in said, ids[0] in said) == (1, True, True), said
    assert park.venue in said


def test_a_changed_leaf_of_the_copy_is_refused(
    inst: Installation, park: Tenant, clerks: Pair, tmp_path: Path
):
    filled(inst, park)
    here = handed(inst, park, clerks[0], Filter(), "csv", tmp_path)
    [bundle] = [path for path in here.log.glob("tile/entries/**/*") if path.is_file()]
    raw = bundle.read_bytes()
    assert raw.count(b'"temperature_high"') == 1
    bundle.write_bytes(raw.replace(b'"temperature_high"', b'"temperature_higt"'))
    status, said = here.verified()
    assert (status, "a leaf was changed or is missing" in said) == (1, True), said


def test_what_leaves_cannot_tell_and_numbers_that_are_lost_are_said(
    inst: Installation, park: Tenant, clerks: Pair, tmp_path: Path
):
    filled(inst, park)
    device = json.loads(any_entry_leaf(inst))["device"]
    lost = gap_leaf(device, Gap(7, 9, GapCause.VANISHED, inst.now_ms()), inst.now_ms())
    inst.write(lambda connection: entries.leaf_added(connection, "gap", device, lost))
    while sequencing.sequence(inst):
        pass
    wanted = Filter(venue_id=park.venue, who=sealed_term(inst, clerks[0], Part.WHO, "13800138000"))
    here = handed(inst, park, clerks[0], wanted, "csv", tmp_path)
    status, said = here.verified()
    assert (status, "CANNOT be told by leaves: the filter has who" in said) == (0, True), said
    assert "has no numbers 7 to 9 any more (vanished)" in said
    assert "Nothing is left out" not in said


def any_entry_leaf(inst: Installation) -> bytes:
    """A leaf of an entry."""
    leaves = inst.ask(lambda connection: log.bodies(connection, 0, 100))
    return next(leaf for leaf in leaves if b'"type":"entry"' in leaf)
