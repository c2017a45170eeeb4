"""`python -m web figures rebuild`: everything is drawn anew, and the figures are the same."""

from __future__ import annotations

from pathlib import Path

from tests.web.commands.here import run
from tests.web.services.desk.drawing import MINUTE, Made, appended, entry_id, sequenced, tables
from tests.web.tenants import SettableClock, tenant
from web.services.desk.projecting import projecting
from web.services.installation import opened
from web.services.signing_keys import keys
from web.settings import Settings


def test_all_figures_are_drawn_anew(tmp_path: Path, clock: SettableClock):
    inst = opened(Settings(tmp_path), clock)
    keys.ensure(inst)
    park = tenant(inst, "East Area", "Park Ltd")
    # All of them left: whether the hour of the venue has come is another matter for the command's clock.
    times = [clock.ms - nth * MINUTE for nth in range(8, 0, -1)]
    appended(
        inst,
        [
            Made(entry_id(at, str(at)), "gate", nth, park.venue, f"person {nth // 2}", nth % 2 == 0, at)
            for nth, at in enumerate(times, 2)
        ],
    )
    sequenced(inst)
    projecting.caught_up(inst)
    before = tables(inst, [park.venue])
    inst.close()

    done = run(tmp_path, "figures", "rebuild")

    assert done.returncode == 0, done.stderr
    assert "leaves of the log are drawn" in done.stdout
    again = opened(Settings(tmp_path), clock)
    assert tables(again, [park.venue]) == before
    again.close()
