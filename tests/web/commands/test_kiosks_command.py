"""`python -m web kiosks`: the fleet on a terminal, also beside the running site."""

from __future__ import annotations

from pathlib import Path

from tests.web.commands.here import refused, run
from tests.web.commands.served import serving
from tests.web.tenants import SettableClock, tenant
from web.services.gates import gates
from web.services.gates.gates import Heartbeat
from web.services.installation import opened
from web.services.signing_keys import keys
from web.settings import Settings


def test_the_fleet_is_listed_beside_the_running_site(tmp_path: Path, clock: SettableClock):
    refused(run(tmp_path / "none", "kiosks"), "no database")
    inst = opened(Settings(tmp_path), clock)
    try:
        keys.ensure(inst)
        park = tenant(inst, "East Area", "Park Ltd")
        gates.heard(inst, park.gate, Heartbeat("1.4", "ok", 12, 0, 0))
    finally:
        inst.close()
    with serving(tmp_path):
        done = run(tmp_path, "kiosks")
    assert done.returncode == 0, done.stderr
    state, name, place, _heard, waiting, version, needs = done.stdout.strip().split("\t")
    assert (name, place, waiting, version) == ("gate", "Park Ltd site · North gate", "12 waiting", "1.4")
    assert state in ("silent", "online")  # by this machine's clock, whatever that says
    assert needs in ("silent,waiting", "-")
