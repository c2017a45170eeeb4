"""Lets schemathesis call every operation of a site and check every answer against the description."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.api_fuzz.world import World
from web.api.gates import kiosk_calls

# 400 is for what does not fit the description, so it may never be the answer to what does. 422 may: no
# description can say that a phone number, a day or a check digit is right.
_CONFIG = """
# A busy machine is no finding: pictures are opened in a process of their own.
request-timeout = 60

[checks]
enabled = true

[checks.positive_data_acceptance]
expected-statuses = ["2xx", "401", "403", "404", "409", "422"]

[warnings]
display = []

[[operations]]
include-tag = "{kiosks}"
headers = {{ Authorization = "Bearer {credential}" }}

# A bundle that is known is 304, a token that was used 410.
[operations.checks.positive_data_acceptance]
expected-statuses = ["2xx", "304", "400", "401", "403", "410"]

[[operations]]
include-operation-id = "kiosk_enrol"

# Beside it a kiosk could be called so: GET is the operation that shows one.
[operations.checks.allow_header_conformance]
enabled = false
"""
PHASES = ("examples", "coverage", "fuzzing", "stateful")


@dataclass(frozen=True)
class Run:
    """What came of a run: `failures` are what schemathesis says about each, in its own words."""

    operations: int
    cases: int
    failures: tuple[str, ...]
    log: str

    @property
    def is_whole(self) -> bool:
        """Whether every operation was called and nothing failed."""
        return self.operations > 0 and self.cases >= self.operations and not self.failures


def run(
    site: World, folder: Path, *, examples: int, phases: tuple[str, ...] = PHASES, seed: int | None = None
) -> Run:
    """Call every operation with data that fits and data that does not; all checks are on."""
    config, report = folder / "schemathesis.toml", folder / "report.json"
    config.write_text(_CONFIG.format(kiosks=kiosk_calls.TAG, credential=site.credential), encoding="utf-8")
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(config), "run"),
        *(f"{site.url}/api/openapi.json", "--header", f"Authorization: Bearer {site.secret}"),
        *("--mode", "all", "--continue-on-failure", "--no-color"),
        *("--phases", ",".join(phases), "--max-examples", str(examples)),
        *("--report-json-path", str(report), "--generation-database", "none"),
        *(("--seed", str(seed)) if seed is not None else ()),
    ]
    root = Path(__file__).parents[2]
    environment = {
        **os.environ,
        "API_FUZZ_IDS": json.dumps(site.ids),
        "SCHEMATHESIS_HOOKS": "tests.api_fuzz.hooks",
        "PYTHONPATH": str(root),
    }
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if not report.exists():
        raise RuntimeError(f"schemathesis did not run: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return _read(json.loads(report.read_text(encoding="utf-8")), done.stdout)


def _read(told: dict[str, Any], log: str) -> Run:
    failures = [json.dumps(one, ensure_ascii=False)[:600] for one in (*told["failures"], *told["errors"])]
    return Run(told["operations"]["tested"], told["test_cases"]["generated"], tuple(failures), log)
