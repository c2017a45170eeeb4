from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import segno
from click.testing import CliRunner, Result
from PIL import Image

from bench.__main__ import bench
from bench.table import table
from reader.opencv import cv2


def save(path: Path, content: str | bytes, **options: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = segno.make(content, micro=False, **options).matrix_iter(scale=4, border=4)
    Image.fromarray(np.array([[0 if dark else 255 for dark in row] for row in rows], np.uint8)).save(path)


def run(*arguments: Path | str) -> Result:
    return CliRunner().invoke(bench, ["reading", *map(str, arguments)])


def figures(result: Result) -> dict[str, Any]:
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout.splitlines()[-1])
    return found


def test_every_reader_is_judged_against_the_file_beside_the_picture(tmp_path: Path) -> None:
    save(tmp_path / "codes" / "right.png", "RIGHT")
    (tmp_path / "codes" / "right.txt").write_text("RIGHT")
    save(tmp_path / "codes" / "other.png", "OTHER")
    (tmp_path / "codes" / "other.txt").write_text("SOMETHING ELSE")
    save(tmp_path / "codes" / "unsaid.png", "UNSAID")
    Image.new("L", (90, 90), 200).save(tmp_path / "codes" / "empty.png")
    save(tmp_path / "falsepositives-1" / "code.png", "MUST NOT BE")
    Image.new("L", (90, 90), 200).save(tmp_path / "falsepositives-1" / "grey.png")
    found = figures(run("--images", tmp_path))
    assert (found["inputs"], found["without_code"]) == (6, 2)
    assert list(found["readers"]) == ["ours, live", "ours, thorough", "zxing-cpp", "pyzbar", "OpenCV"]
    for score in found["readers"].values():
        counted = {name: score[name] for name in ("read", "codes", "wrong", "false")}
        assert counted == {"read": 2, "codes": 3, "wrong": 1, "false": 1}
        assert 0 < score["p50_ms"] <= score["p99_ms"]


def test_bytes_are_judged_as_bytes(tmp_path: Path) -> None:
    save(tmp_path / "raw.png", b"\xff\x00\xfe", mode="byte")
    (tmp_path / "raw.bin").write_bytes(b"\xff\x00\xfe")
    readers = figures(run("--images", tmp_path))["readers"]
    assert readers["ours, live"]["read"] == readers["zxing-cpp"]["read"] == 1
    assert readers["pyzbar"]["read"] == 0


def test_a_clip_is_read_frame_by_frame_or_every_nth(tmp_path: Path) -> None:
    path = tmp_path / "clip.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 30, (160, 120))
    for _ in range(6):
        writer.write(np.full((120, 160, 3), 120, dtype=np.uint8))
    writer.release()
    assert figures(run("--clip", path))["inputs"] == 6
    found = figures(run("--clip", path, "--every", "4"))
    assert found["inputs"] == 2
    assert "ours, thorough" not in found["readers"]


def test_an_unreadable_picture_is_told_and_left_out(tmp_path: Path) -> None:
    save(tmp_path / "good.png", "GOOD")
    (tmp_path / "broken.png").write_bytes(b"no picture")
    result = run("--images", tmp_path)
    assert "broken.png" in result.stderr
    assert figures(result)["inputs"] == 1


def test_missing_and_doubtful_arguments_get_a_sentence(tmp_path: Path) -> None:
    for arguments, said in (
        ((), "either --images DIR or --clip FILE"),
        (("--images", tmp_path, "--clip", tmp_path), "either --images DIR or --clip FILE"),
        (("--images", tmp_path / "none"), "does not exist"),
        (("--images", tmp_path), "holds nothing that can be read"),
    ):
        result = run(*arguments)
        assert result.exit_code == 2
        assert said in result.stderr


def test_the_table_lines_up_names_left_and_figures_right() -> None:
    rows = {"ours": {"read": 93, "p50_ms": 1.5}, "the other": {"read": 7, "p50_ms": 1234.5}}
    assert table(rows).splitlines() == [
        "           read    p50_ms",
        "ours         93      1.50",
        "the other     7  1,234.50",
    ]
