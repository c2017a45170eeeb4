"""Every package that is installed is named at one version, with the hashes of its files."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# All that is installed for use, and what `make run` starts.
IMPORTED = """
import sys
from importlib import import_module
from pkgutil import walk_packages
sys.modules |= dict.fromkeys(sys.argv[1:])  # as if it were not there
for name in ("domain", "reader", "printables", "kiosk", "web"):
    for module in walk_packages(import_module(name).__path__, f"{name}."):
        import_module(module.name)
import_module("demo.__main__")
"""
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[a-z,]+\])?==([^\s;]+)")


def named(text: str) -> str:
    return re.sub(r"[-_.]+", "-", text).lower()


def pins(path: Path) -> dict[str, str]:
    found = (PIN.match(line) for line in path.read_text("utf-8").splitlines())
    return {named(pin[1]): pin[2] for pin in found if pin}


@pytest.mark.parametrize("of", ["requirements", "requirements-dev"])
def test_the_lock_has_what_is_required_at_the_same_version(of: str):
    wanted, locked = pins(ROOT / f"{of}.txt"), pins(ROOT / f"{of}.lock")
    assert wanted
    missing = {name: version for name, version in wanted.items() if locked.get(name) != version}
    assert missing == {}, "run: make lock"


def test_what_tests_run_on_is_what_the_service_runs_on():
    locked, tested = pins(ROOT / "requirements.lock"), pins(ROOT / "requirements-dev.lock")
    assert {name: tested.get(name) for name in locked} == locked


@pytest.mark.parametrize("of", ["requirements", "requirements-dev"])
def test_every_package_of_a_lock_has_hashes(of: str):
    packages = re.split(r"\n(?=\S)", (ROOT / f"{of}.lock").read_text("utf-8").strip())
    assert len(packages) == len(pins(ROOT / f"{of}.lock"))
    for package in packages:
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", package), package


def test_what_runs_needs_no_package_of_the_tests():
    kept, tested = pins(ROOT / "requirements.lock"), pins(ROOT / "requirements-dev.lock")
    missing = [
        module
        for module, brought in packages_distributions().items()
        if {named(each) for each in brought} <= tested.keys() - kept.keys()
    ]
    assert "playwright" in missing
    subprocess.run([sys.executable, "-c", IMPORTED, *missing], cwd=ROOT, check=True)
