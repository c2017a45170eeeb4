"""`python -m web keys`: listed beside the running site; changed with it stopped."""

from __future__ import annotations

from pathlib import Path

from tests.web.commands.here import refused, run
from tests.web.commands.served import serving
from tests.web.tenants import SettableClock, tenant
from web.services.installation import opened
from web.services.people import visitors
from web.services.people.visitors import Registration
from web.services.signing_keys import keys
from web.settings import Settings


def test_keys_are_listed_renewed_and_withdrawn(tmp_path: Path, clock: SettableClock):
    inst = opened(Settings(tmp_path), clock)
    try:
        keys.ensure(inst)
        park = tenant(inst, "East Area", "Park Ltd")
        visitors.register(
            inst, park.staff, Registration(park.enterprise, "Wang Wei", "13800138000", "visitor")
        )
        keys.ensure(inst)
    finally:
        inst.close()
    with serving(tmp_path):
        shown = run(tmp_path, "keys", "list")
    assert shown.returncode == 0, shown.stderr
    own = next(line for line in shown.stdout.splitlines() if "Park Ltd" in line)
    kid = own.split()[0]
    made = run(tmp_path, "keys", "renew", "--enterprise", park.enterprise)
    assert made.returncode == 0, made.stderr
    assert "14 days" in made.stdout
    refused(run(tmp_path, "keys", "renew", "--enterprise", "nobody"), "There is no such enterprise")
    refused(run(tmp_path, "keys", "withdraw", "zzzz", "--yes"), "There is no such kid")
    gone = run(tmp_path, "keys", "withdraw", kid, "--yes")
    assert gone.returncode == 0, gone.stderr
    assert f"{kid}: withdrawn" in gone.stdout
    assert f"{kid}  withdrawn" in run(tmp_path, "keys", "list").stdout
