"""The bench of posters: real posters, and figures that a machine can read."""

from __future__ import annotations

import json
from pathlib import Path

import pypdfium2
from click.testing import CliRunner, Result

from bench.__main__ import bench


def run(*arguments: str) -> Result:
    return CliRunner().invoke(bench, ["posters", *arguments])


def test_the_last_line_holds_the_figures_of_posters_that_were_really_printed(tmp_path: Path) -> None:
    out = tmp_path / "posters.pdf"
    result = run("--count", "3", "--out", str(out))

    assert (result.exit_code, result.stderr) == (0, "")
    figures = json.loads(result.stdout.splitlines()[-1])
    assert list(figures) == ["posters", "seconds", "peak_mb"]
    assert figures["posters"] == 3
    assert figures["seconds"] > 0
    assert figures["peak_mb"] > 20
    document = pypdfium2.PdfDocument(out.read_bytes())
    texts = [page.get_textpage().get_text_range() for page in document]
    document.close()
    assert [gate in text for gate, text in zip(("东门", "南门", "西门"), texts, strict=True)] == [True] * 3
    assert all("Spruce Science Park" in text and "扫码登记" in text for text in texts)


def test_an_unknown_paper_and_a_folder_that_is_not_there_get_a_sentence(tmp_path: Path) -> None:
    for arguments, said in (
        (("--size", "B5"), "A3, A4"),
        (("--out", str(tmp_path / "no" / "x.pdf")), "Cannot write"),
    ):
        result = run("--count", "1", *arguments)
        assert result.exit_code == 1
        assert said in result.stderr
