"""The short run of `python -m bench faults`: sites and PostgreSQL killed under gates, a full disk."""

from __future__ import annotations

import errno
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from bench.__main__ import bench
from bench.faults.disk import small_disk

ZERO = ("missing", "doubled", "promised_lost", "refused_wrongly", "wrong_answers", "still_waiting")


@pytest.mark.parametrize(
    ("part", "name", "database"),
    [("kills", "kills", "postgresql"), ("full-disk", "full_disk", "sqlite")],
)
def test_nothing_is_lost_doubled_or_answered_wrongly(part: str, name: str, database: str) -> None:
    arguments = [
        *("faults", "--minutes", "0.06", "--kiosks", "2", "--every", "1", "--rate", "25"),
        *("--only", part, "--on", database),
    ]
    done = CliRunner().invoke(bench, arguments)
    assert done.exit_code == 0, done.output
    found = json.loads(done.output.splitlines()[-1])[name][database]
    assert {key: found[key] for key in ZERO} == dict.fromkeys(ZERO, 0)
    assert found["entries"] >= 50
    if part == "kills":
        assert found["kills"]["database"] >= 1
    else:
        assert found["waited_while_full"] > 0
        assert found["site_lived_through_it"]
        assert found["unclear_refusals"] == 0
        assert found["answers_while_full"]["503"] > 0


def test_a_small_disk_is_full_and_has_room_again(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 1) as disk:
        if disk is None:
            pytest.skip("nothing can be mounted here")
        disk.fill(8_192)
        with pytest.raises(OSError, match="No space left") as refused:
            (disk.folder / "more").write_bytes(bytes(65_536))
        assert refused.value.errno == errno.ENOSPC
        disk.empty()
        (disk.folder / "more").write_bytes(bytes(65_536))
    assert not (tmp_path / "disk" / "more").exists()
