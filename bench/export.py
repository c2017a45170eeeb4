"""`python -m bench export`: how fast entries become files, and in how much room."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import click

from bench.clocks import Clocks
from bench.query.building import begun, continued, looked_at, midnight_before
from web.services.desk.exporting.exporting_forms import Form
from web.services.installation import opened
from web.services.signing_keys import keys
from web.settings import Settings

_MAKING = "bench.export_making"
_CSV_ROWS_PER_S: Final = 100_000


def measured(rows: int, home: Path, clocks: Clocks, told: Callable[[str], None]) -> dict[str, Any]:
    """Build a database of about `rows` entries in `home`, and make each kind of file of all of them.

    Each in a process of its own, as on the site, so that its peak is its own.
    """
    inst = opened(Settings(home), lambda: int(clocks.now() * 1000))
    keys.ensure(inst)
    for _ in continued(inst, begun(inst, rows, midnight_before(inst.now_ms()), told), told):
        pass
    looked_at(inst)
    inst.close()
    figures: dict[str, Any] = {}
    peak = 0.0
    for form in Form:
        done = subprocess.run(
            [sys.executable, "-m", _MAKING, str(home), form], check=True, capture_output=True, text=True
        )
        answer = json.loads(done.stdout)
        told(
            f"{form}: {answer['rows']} rows in {answer['seconds']:.1f} s ({answer['cpu_s']:.1f} s of a core)"
        )
        figures["rows"] = answer["rows"]
        figures[f"{form}_rows_per_s"] = round(answer["rows"] / answer["seconds"])
        peak = max(peak, answer["peak_mb"])
    return {**figures, "peak_mb": round(peak, 1)}


@click.command("export")
@click.option("--rows", default=1_000_000, show_default=True, type=click.IntRange(1_000))
@click.pass_obj
def export_command(clocks: Clocks, rows: int) -> None:
    """Entries a second as CSV, XLSX and JSON Lines, and the most memory that one took. 导出速度与内存。"""
    with tempfile.TemporaryDirectory() as name:
        figures = measured(rows, Path(name) / "var", clocks, click.echo)
    click.echo(json.dumps(figures))
    if figures["csv_rows_per_s"] < _CSV_ROWS_PER_S:
        raise click.ClickException(f"fewer than {_CSV_ROWS_PER_S:,} rows a second as CSV")
