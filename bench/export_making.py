"""One file of all entries of an installation, made and timed in a process of its own.

Run as `python -m bench.export_making HOME FORM`; it prints one line of JSON.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from time import perf_counter, process_time

from web.services.desk.exporting.exporting_forms import Form
from web.services.desk.exporting.exporting_making import made
from web.services.desk.filtering.filters import Filter
from web.services.installation import opened_to_read
from web.settings import Settings
from web.store.scope import PROGRAM


def main() -> None:
    """Make the file beside the database."""
    home, form = Path(sys.argv[1]), Form(sys.argv[2])
    inst = opened_to_read(Settings(home), lambda: 0)
    began, worked = perf_counter(), process_time()
    done = made(inst, PROGRAM, "", Filter(), form, home / f"entries.{form}")
    told = {
        "rows": done.rows,
        "seconds": perf_counter() - began,
        "cpu_s": process_time() - worked,
        "peak_mb": _peak_kb() * 1024 / 1e6,
    }
    inst.close()
    sys.stdout.write(json.dumps(told) + "\n")


def _peak_kb() -> int:
    """The most memory that this process had; the kernel's other figure begins with that of its parent."""
    told = Path("/proc/self/status").read_text("ascii")
    return int(told.partition("VmHWM:")[2].split()[0])


if __name__ == "__main__":
    main()
