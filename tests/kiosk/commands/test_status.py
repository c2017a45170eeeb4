"""What `status` says of a kiosk that runs and of one that does not."""

from __future__ import annotations

import json
from pathlib import Path

from kiosk.host.identity import state_folder
from kiosk.running.status import status_lines
from kiosk.spool.spool import Spool
from tests.kiosk.plain_entries import sealed
from tests.kiosk.programs import assert_sentence, called, enrolled
from tests.kiosk.server import Desk
from tests.kiosk.stand import Stand
from tests.ports import free_port


def test_a_kiosk_that_does_not_run_tells_what_waits_on_its_disk(tmp_path: Path, desk: Desk) -> None:
    identity = enrolled(tmp_path, desk)
    numbers = iter(range(1, 100))
    spool = Spool(state_folder(tmp_path, identity.kiosk_id), lambda: 1)
    for _ in range(3):
        spool.commit(sealed(1_795_000_000_000, lambda n: next(numbers).to_bytes(n, "big")), 1)
    spool.close()
    result = called("status", "--home", str(tmp_path), "--port", str(free_port()))
    assert_sentence(result, 0, "kiosk-1", "未运行", "waiting 待上传\t3", "Galaxy Park")
    assert "secret" not in result.output


def test_a_home_that_holds_no_kiosk_is_told_how_to_enrol(tmp_path: Path) -> None:
    assert_sentence(called("status", "--home", str(tmp_path / "none")), 1, "not enrolled yet", "尚未登记")


def test_another_kiosk_on_the_port_is_not_taken_for_this_one(tmp_path: Path, desk: Desk) -> None:
    identity = enrolled(tmp_path, desk)
    lines = list(status_lines(tmp_path, identity, desk.port))
    assert any("not running" in line for line in lines)


def test_a_running_kiosk_tells_what_its_screen_shows(tmp_path: Path, desk: Desk) -> None:
    identity = enrolled(tmp_path, desk)
    stand = Stand()
    try:
        told = dict(line.split("\t") for line in status_lines(tmp_path, identity, stand.port))
    finally:
        stand.close()
    assert told["camera 摄像头"].endswith("30.0 fps")
    assert told["waiting 待上传"] == str(stand.counts.waiting)
    assert told["place 位置"].startswith(stand.entrance.venue_name)
    assert "not running" not in told["state 状态"]
    assert "secret" not in json.dumps(told)
