"""The commands for every kind and for judging prints: files come out, or a sentence and an exit status."""

from __future__ import annotations

import json
from pathlib import Path

import pypdfium2
import pytest
from click.testing import CliRunner, Result
from PIL import Image

from printables.__main__ import printables
from printables.kinds.registry import KINDS


def run(*arguments: object) -> Result:
    return CliRunner().invoke(printables, [str(argument) for argument in arguments])


def pages_in(file: Path) -> int:
    document = pypdfium2.PdfDocument(file)
    count = len(document)
    document.close()
    return count


@pytest.mark.parametrize("kind", KINDS)
def test_a_sample_is_printed_changed_and_printed_again(kind: str, tmp_path: Path) -> None:
    said, out = tmp_path / "said.json", tmp_path / "out.pdf"
    said.write_text(run("sample", kind).stdout, encoding="utf-8")

    result = run("print", kind, "--content", said, "--out", out)
    assert (result.exit_code, result.stdout.strip()) == (0, str(out))
    alone = tmp_path / "alone.pdf"
    assert run("print", kind, "--out", alone).exit_code == 0
    assert alone.read_bytes() == out.read_bytes()


def test_every_kind_is_listed_with_what_it_is_for() -> None:
    listed = run("kinds").stdout

    for kind in KINDS.values():
        for said in (kind.name, kind.called.zh, kind.use.en, kind.use.zh):
            assert said in listed


def test_both_sides_of_a_card_become_two_pictures_or_sheets_of_ten(tmp_path: Path) -> None:
    result = run("print", "card", "--out", tmp_path / "card.png", "--dpi", 150)
    assert result.stdout.split() == [str(tmp_path / "card.png"), str(tmp_path / "card-2.png")]
    with Image.open(tmp_path / "card-2.png") as back:
        assert back.size == (506, 319)

    sheets = tmp_path / "cards.pdf"
    assert run("print", "card", "--layout", "a4", "--copies", 12, "--out", sheets).exit_code == 0
    assert pages_in(sheets) == 4
    checked = run("lint", sheets, "--camera", "kiosk", "--distance", 0.15)
    assert checked.exit_code == 0
    assert checked.stdout.count("PASS") == 12


def test_labels_of_any_size_and_grid_are_printed(tmp_path: Path) -> None:
    out = tmp_path / "labels.pdf"
    assert run("print", "label", "--size", "70x42.3", "--layout", "3x7:70x42.3", "--out", out).exit_code == 0
    assert run("lint", out).stdout.count("PASS") == 21


def test_a_logo_is_printed_and_a_bad_one_refused(tmp_path: Path) -> None:
    good, bad, out = tmp_path / "logo.png", tmp_path / "logo.svg", tmp_path / "out.svg"
    Image.new("RGB", (300, 120), "#166534").save(good)
    bad.write_text('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><script/></svg>')

    assert run("print", "poster", "--logo", good, "--out", out).exit_code == 0
    assert "data:image/png" in out.read_text(encoding="utf-8")
    out.unlink()
    for logo, said in ((bad, "script"), (tmp_path / "none.png", "cannot be read")):
        refused = run("print", "poster", "--logo", logo, "--out", out)
        assert (refused.exit_code, out.exists()) == (1, False)
        assert said in refused.stderr


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "line 1"),
        ("[]", "object"),
        ('{"title": "A", "colour": "red"}', "colour"),
        ("{}", "title"),
        ('{"title": 7}', "title"),
        ('{"title": "A", "dated": "tomorrow"}', "dated"),
        ('{"title": ""}', "title"),
    ],
)
def test_content_that_is_wrong_is_named_by_its_field(content: str, said: str, tmp_path: Path) -> None:
    file, out = tmp_path / "said.json", tmp_path / "out.pdf"
    file.write_text(content, encoding="utf-8")
    result = run("print", "notice", "--content", file, "--out", out)

    assert (result.exit_code, out.exists()) == (1, False)
    assert said in result.stderr
    assert len(result.stderr.splitlines()) == 2


def test_people_and_numbers_are_checked_where_they_stand(tmp_path: Path) -> None:
    sample = json.loads(run("sample", "contact-card").stdout)
    sample["people"][1].pop("phone")
    file = tmp_path / "said.json"
    file.write_text(json.dumps(sample), encoding="utf-8")
    assert (
        "people[1].phone"
        in run("print", "contact-card", "--content", file, "--out", tmp_path / "x.pdf").stderr
    )
    file.write_text('{"sheets": 20000}')
    assert "sheets" in run("print", "day-sheet", "--content", file, "--out", tmp_path / "x.pdf").stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("print", "leaflet", "--out", "x.pdf"),
        ("print", "notice", "--out", "x.gif"),
        ("print", "notice", "--size", "A9", "--out", "x.pdf"),
        ("print", "notice", "--layout", "b5", "--out", "x.pdf"),
        ("print", "notice", "--content", "nowhere.json", "--out", "x.pdf"),
        ("sample", "leaflet"),
    ],
)
def test_bad_input_is_a_sentence_in_both_languages(arguments: tuple[str, ...]) -> None:
    result = run(*arguments)

    assert result.exit_code == 1
    english, chinese = result.stderr.splitlines()
    assert english.startswith("Error: ")
    assert any("\u4e00" <= character <= "\u9fff" for character in chinese)


def test_lint_tells_files_that_pass_fail_and_cannot_be_used_apart(tmp_path: Path) -> None:
    good, empty = tmp_path / "good.pdf", tmp_path / "empty.png"
    run("print", "poster", "--out", good)
    Image.new("L", (200, 200), 255).save(empty)

    assert run("lint", good).exit_code == 0
    far = run("lint", good, "--distance", 3)
    assert far.exit_code == 1
    assert "print the code 3.0 times as large" in far.stdout
    assert "放大到 3.0 倍" in far.stdout
    assert run("lint", good, empty).exit_code == 1
    missing = run("lint", tmp_path / "none.pdf", good)
    assert (missing.exit_code, "none.pdf" in missing.stderr, "PASS" in missing.stdout) == (2, True, True)


def test_a_form_without_a_code_between_pages_with_one_is_no_fault(tmp_path: Path) -> None:
    out = tmp_path / "card.pdf"
    run("print", "card", "--out", out)

    # The back has no code.
    assert run("lint", out).exit_code == 0


def test_a_photograph_is_checked_by_its_own_command(tmp_path: Path) -> None:
    file = tmp_path / "photo.png"
    run("print", "poster", "--out", file, "--dpi", 100)
    good = run("check-photo", file, "--module-mm", 3.387, "--taken-from", 1.2)

    assert good.exit_code == 0
    assert "up to 1.02 m" in good.stdout
    assert "合格" in good.stdout
    assert run("check-photo", tmp_path / "none.jpg").exit_code == 2
    Image.new("L", (64, 64), 200).save(file)
    assert run("check-photo", file).exit_code == 1
