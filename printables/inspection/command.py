"""Commands that judge anybody's prints: `lint` a file, `check-photo` a photograph of a printed sheet."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import click

from domain.errors import CodePlaceError
from domain.wording import Sentence
from printables.drawing import Camera
from printables.inspection.pages import pages_of, picture_page
from reader.inspection.findings import Flaw
from reader.inspection.inspecting import Report, check_photo, inspect_page
from reader.inspection.verdict import Goal

_CAMERAS = {"phone": Camera.PHONE, "kiosk": Camera.KIOSK}

_camera = click.option(
    "--camera", type=click.Choice(tuple(_CAMERAS)), default="phone", show_default=True, help="What reads it."
)
_dpi = click.option("--dpi", type=click.IntRange(30, 4800), help="At what dpi a picture is printed.")
_distance = click.option(
    "--distance", type=click.FloatRange(0.02, 50), help="From how many metres it must be read."
)


@click.command("lint")
@click.argument("files", metavar="FILE…", type=click.Path(path_type=Path), nargs=-1, required=True)
@_distance
@_camera
@_dpi
def lint_command(files: tuple[Path, ...], distance: float | None, camera: str, dpi: int | None) -> None:
    """Check the codes in anybody's PDF, SVG or picture before it is printed. 打印前检查二维码。

    Of each code: its text, version, level, module size, quiet zone, contrast, from how far it is read,
    and what to change. Exit status 1: something must be changed or no code was found; 2: a file could
    not be used.
    """
    goal = Goal(_CAMERAS[camera], distance)
    worst = 0
    for file in files:
        worst = max(worst, _status_of(file, goal, dpi))
    sys.exit(worst)


def _status_of(file: Path, goal: Goal, dpi: int | None) -> int:
    """Print what there is to say of one file: 0 it passes, 1 it does not, 2 it cannot be used."""
    name, codes, passes = click.format_filename(file, shorten=True), 0, True
    nothing: Report | None = None
    try:
        for number, page in enumerate(pages_of(file, dpi), 1):
            for report in inspect_page(page, goal):
                if report.code is None and _is_empty(report):
                    nothing = report
                    continue
                codes, passes = codes + 1, passes and report.passes
                _tell(Sentence(f"{name}, page {number}", f"{name}，第 {number} 页"), report)
    except CodePlaceError as refused:
        click.echo(f"{refused.sentence.en}\n{refused.sentence.zh}", err=True)
        return 2
    if not codes and nothing:
        _tell(Sentence(name, name), nothing)
        return 1
    return 0 if passes else 1


def _is_empty(report: Report) -> bool:
    """Whether a page simply has no code, as most pages of a handbook."""
    return all(found.code is Flaw.NO_CODE for found in report.findings)


@click.command("check-photo")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--module-mm", type=click.FloatRange(0.05, 100), help="The printed module's size, when known.")
@click.option("--taken-from", type=click.FloatRange(0.02, 50), help="How many metres the camera was away.")
@_distance
@_camera
def check_photo_command(
    file: Path, module_mm: float | None, taken_from: float | None, distance: float | None, camera: str
) -> None:
    """Check a photograph of a printed sheet. 检查打印样张的照片。

    Pixels per module, contrast, quiet zone, light, sharpness, from how far it will be read, and what to
    change. Exit status as of lint.
    """
    try:
        pixels = picture_page(file).pixels
    except CodePlaceError as refused:
        click.echo(f"{refused.sentence.en}\n{refused.sentence.zh}", err=True)
        sys.exit(2)
    reports = check_photo(
        pixels, Goal(_CAMERAS[camera], distance), module_mm=module_mm, taken_from=taken_from
    )
    name = click.format_filename(file, shorten=True)
    for report in reports:
        _tell(Sentence(name, name), report)
    sys.exit(0 if all(report.passes for report in reports) else 1)


def _tell(where: Sentence, report: Report) -> None:
    """One code: what it is, and pass or what to change, first in English and then in Chinese."""
    verdict = Sentence("PASS", "合格") if report.passes else Sentence("CHANGE", "需更改")
    said = [finding.sentence for finding in report.findings]
    click.echo("\n".join(_lines(f"{where.en}: {verdict.en}", (one.en for one in (*report.facts, *said)))))
    click.echo("\n".join(_lines(f"{where.zh}：{verdict.zh}", (one.zh for one in (*report.facts, *said)))))


def _lines(head: str, said: Iterable[str]) -> list[str]:
    return [head, *(f"  {line}" for line in said)]
