from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import segno
from click.testing import CliRunner, Result
from numpy.typing import NDArray
from PIL import Image

from kiosk.commands.read import read_command
from reader.opencv import cv2

ROOT = Path(__file__).parents[3]


def symbol(content: str | bytes, **options: object) -> NDArray[np.uint8]:
    made = segno.make(content, micro=False, **options)
    rows = made.matrix_iter(scale=4, border=4)
    return np.array([[0 if dark else 255 for dark in row] for row in rows], dtype=np.uint8)


def save(path: Path, content: str | bytes, **options: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(symbol(content, **options)).save(path)
    return path


def film(path: Path, contents: list[str]) -> Path:
    """Write a film that shows each content in turn, and an empty frame for ""."""
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 30, (320, 240))
    for content in contents:
        frame = np.full((240, 320), 200, dtype=np.uint8)
        if content:
            code = symbol(content)
            frame[40 : 40 + len(code), 60 : 60 + len(code)] = code
        writer.write(np.repeat(frame[:, :, None], 3, axis=2))
    writer.release()
    return path


def read(*arguments: Path | str) -> tuple[Result, list[dict[str, Any]], dict[str, Any]]:
    """Run the command and return its result, its lines, and the summary that ends them."""
    result = CliRunner().invoke(read_command, [str(argument) for argument in arguments])
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    return result, lines[:-1], lines[-1]["summary"] if lines else {}


def test_a_picture_is_one_line_and_a_summary_in_the_promised_form(tmp_path: Path) -> None:
    path = save(tmp_path / "code.png", "出入记录")
    result, (line,), summary = read(path)
    assert result.exit_code == 0
    assert list(line) == ["path", "frame", "ms", "codes"]
    assert (line["path"], line["frame"]) == (str(path), 0)
    assert line["ms"] > 0
    (code,) = line["codes"]
    assert list(code) == ["text", "readers", "corners"]
    assert (code["text"], code["readers"]) == ("出入记录", ["zxing", "pyzbar"])
    assert [len(corner) for corner in code["corners"]] == [2, 2, 2, 2]
    assert list(summary) == ["inputs", "with_codes", "codes", "p50_ms", "p99_ms"]
    assert (summary["inputs"], summary["with_codes"], summary["codes"]) == (1, 1, 1)
    assert summary["p50_ms"] == summary["p99_ms"] == line["ms"]


def test_a_folder_is_read_to_its_depth_in_order_and_other_files_are_passed_over(
    tmp_path: Path,
) -> None:
    save(tmp_path / "b.png", "B")
    save(tmp_path / "a" / "2.jpg", "A2")
    save(tmp_path / "a" / "1.webp", "A1")
    (tmp_path / "a" / "1.txt").write_text("A1")
    (tmp_path / "a" / "1.bin").write_bytes(b"\0")
    (tmp_path / "README").write_text("not a picture")
    result, lines, summary = read(tmp_path)
    assert result.exit_code == 0
    assert [line["path"] for line in lines] == [
        str(tmp_path / name) for name in ("b.png", "a/1.webp", "a/2.jpg")
    ]
    assert [line["codes"][0]["text"] for line in lines] == ["B", "A1", "A2"]
    assert summary["inputs"] == 3


def test_bytes_that_are_no_text_are_given_as_hex_beside_it(tmp_path: Path) -> None:
    binary = save(tmp_path / "1.png", b"\xff\xfe\x80\x81", mode="byte")
    kanji = save(tmp_path / "2.png", "日本", mode="kanji")
    _, (one, two), _ = read(binary, kanji)
    assert (one["codes"][0]["text"], one["codes"][0]["hex"]) == (None, "fffe8081")
    assert two["codes"][0]["text"] == "日本"
    assert bytes.fromhex(two["codes"][0]["hex"]).decode("shift_jis") == "日本"


def test_a_video_is_read_frame_by_frame_as_a_kiosk_would(tmp_path: Path) -> None:
    path = film(tmp_path / "clip.avi", ["ONE", "", "TWO"])
    result, lines, summary = read(path)
    assert result.exit_code == 0
    assert [line["frame"] for line in lines] == [0, 1, 2]
    assert [[code["text"] for code in line["codes"]] for line in lines] == [["ONE"], [], ["TWO"]]
    assert lines[0]["codes"][0]["readers"] == ["zxing"]
    assert (summary["inputs"], summary["with_codes"], summary["codes"]) == (3, 2, 2)
    _, lines, _ = read(path, "--effort", "thorough")
    assert lines[0]["codes"][0]["readers"] == ["zxing", "pyzbar"]


def test_what_cannot_be_read_is_told_and_the_rest_still_read(tmp_path: Path) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"\x89PNG\r\n\x1a\nnot really")
    film_cut = tmp_path / "cut.mp4"
    film_cut.write_bytes(b"\0\0\0\x18ftypmp42")
    notes = tmp_path / "notes.txt"
    notes.write_text("named by hand, so it is told")
    good = save(tmp_path / "good.png", "GOOD")
    empty = tmp_path / "empty"
    empty.mkdir()
    missing = tmp_path / "missing.png"
    result, lines, summary = read(broken, missing, notes, film_cut, empty, good)
    assert result.exit_code == 1
    for line, path in zip(lines, (broken, missing, notes, film_cut, empty), strict=False):
        assert list(line) == ["path", "error"]
        assert line["path"] == str(path)
        assert line["error"].endswith("。")
    assert lines[5]["codes"][0]["text"] == "GOOD"
    assert (summary["inputs"], summary["with_codes"]) == (6, 1)


def test_pictures_without_a_code_are_no_error(tmp_path: Path) -> None:
    Image.new("L", (200, 200), 180).save(tmp_path / "grey.png")
    Image.new("L", (1, 1)).save(tmp_path / "dot.png")
    result, lines, summary = read(tmp_path)
    assert result.exit_code == 0
    assert [line["codes"] for line in lines] == [[], []]
    assert (summary["inputs"], summary["codes"]) == (2, 0)


def test_without_a_path_the_usage_is_told() -> None:
    result = CliRunner().invoke(read_command, [])
    assert result.exit_code == 2
    assert "PATH" in result.stderr


def test_nothing_but_json_is_printed_by_the_command_as_people_start_it(tmp_path: Path) -> None:
    name = "\udcff折.png"  # a name that is not UTF-8
    save(tmp_path / name, "CP1:ABC")
    command = [sys.executable, "-m", "kiosk", "read", str(tmp_path)]
    plain = {**os.environ, "LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = subprocess.run(command, capture_output=True, cwd=ROOT, env=plain, check=True)
    assert done.stderr == b""
    line, summary = (json.loads(line) for line in done.stdout.decode("utf-8").splitlines())
    assert line["path"].endswith("折.png")
    assert line["codes"][0]["text"] == "CP1:ABC"
    assert summary["summary"]["codes"] == 1


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="finds the child through /proc")
def test_a_reader_killed_on_the_way_costs_at_most_one_picture(tmp_path: Path) -> None:
    for number in range(20):
        save(tmp_path / f"{number:02}.png", f"CP1:{number}")
    command = [sys.executable, "-m", "kiosk", "read", str(tmp_path)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, text=True)
    assert process.stdout is not None
    first = process.stdout.readline()
    for child in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split():
        if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes():
            os.kill(int(child), signal.SIGKILL)
    lines = [json.loads(line) for line in [first, *process.stdout.read().splitlines()]]
    process.wait()
    process.stdout.close()
    assert len(lines) == 21
    failed = [line for line in lines if "error" in line]
    assert len(failed) <= 1
    assert process.returncode == len(failed)
    assert lines[-1]["summary"]["codes"] == 20 - len(failed)
