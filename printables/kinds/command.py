"""Commands for every kind of print: what there is, an example of what one says, and the print itself."""

from __future__ import annotations

from pathlib import Path

import click

from domain.errors import CodePlaceError, InputError
from printables.drawing import Drawing
from printables.fonts import default_face, face_at
from printables.formats import DEFAULT_DPI, Format, rendered
from printables.kinds.kind import Direction, Ink, Look, drawn
from printables.kinds.registry import KINDS, kind_called
from printables.kinds.said import as_json, content_in_json
from printables.logo.command import logo_at, logo_option
from printables.options import format_said, languages_said
from printables.pdf import pdf
from printables.sheets import SINGLE, arranged, cut_sheet, label_sheet
from reader.inspection.findings import Finding


@click.command("kinds")
def kinds_command() -> None:
    """List what can be printed and what it is for. 列出可打印的种类。"""
    for kind in KINDS.values():
        sizes = ", ".join(kind.sizes)
        click.echo(f"{kind.name}  {kind.called.en} {kind.called.zh}  ({sizes})")
        click.echo(f"    {kind.use.en}\n    {kind.use.zh}")


@click.command("sample")
@click.argument("kind")
def sample_command(kind: str) -> None:
    """Show an example of what a kind of print says, to change and print. 显示示例内容。"""
    try:
        click.echo(as_json(kind_called(kind).sample))
    except InputError as refused:
        raise _told(refused) from None


@click.command("print")
@click.argument("kind")
@click.option("--content", type=click.Path(path_type=Path), help="What it says: JSON as of `sample`.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="FILE.pdf, .png or .svg.")
@click.option(
    "--size", default="", help="One that `kinds` lists, or of labels WIDTHxHEIGHT [default: the first]."
)
@click.option("--lang", default="zh,en", show_default=True, help="zh, en or both; the first leads.")
@click.option(
    "--direction", type=click.Choice([way.value for way in Direction]), help="How the paper is held."
)
@click.option(
    "--ink",
    type=click.Choice([ink.value for ink in Ink]),
    default=Ink.COLOUR.value,
    show_default=True,
    help="What the printer has.",
)
@click.option("--layout", default=SINGLE, show_default=True, help="single, a4, a3, letter, or a label sheet.")
@click.option("--copies", type=click.IntRange(1, 1000), help="How many [default: one, or a full sheet].")
@click.option("--dpi", default=DEFAULT_DPI, show_default=True, help="Pixels per inch of a PNG.")
@click.option("--font", type=click.Path(path_type=Path), help="A Chinese TrueType font file.")
@logo_option
def print_command(kind: str, content: Path | None, out: Path, **asked: object) -> None:
    """Print one thing of any kind; without --content its example. 打印任一种类。

    Several pages become one PDF; a PNG or SVG holds one page, and the others go beside it as FILE-2 and
    so on. With a layout the copies share sheets: fronts, and then their backs in mirrored order.
    """
    try:
        form = format_said(out)
        pages = _pages(kind, content, asked)
        files = _files(pages, form, out, asked["dpi"] if isinstance(asked["dpi"], int) else DEFAULT_DPI)
        for path, data in files:
            path.write_bytes(data)
    except CodePlaceError as refused:
        raise _told(refused) from None
    except OSError as broken:
        raise click.ClickException(f"Cannot write {out}: {broken.strerror}.\n无法写入 {out}。") from None
    for finding in _once(pages):
        click.echo(f"{finding.sentence.en}\n{finding.sentence.zh}", err=True)
    for path, _ in files:
        click.echo(f"{path}")


def _pages(name: str, content: Path | None, asked: dict[str, object]) -> tuple[Drawing, ...]:
    kind = kind_called(name)
    said = content_in_json(kind, _text(content)) if content else kind.sample
    font, direction = asked["font"], asked["direction"]
    look = Look(
        languages=languages_said(str(asked["lang"])),
        size=str(asked["size"]),
        direction=Direction(str(direction)) if direction else None,
        ink=Ink(str(asked["ink"])),
        logo=logo_at(asked["logo"]),
        face=face_at(font) if isinstance(font, Path) else default_face(),
    )
    pages = drawn(kind, said, look)
    copies = asked["copies"] if isinstance(asked["copies"], int) else 0
    return _on_sheets(pages, str(asked["layout"]), copies)


def _on_sheets(pages: tuple[Drawing, ...], name: str, copies: int) -> tuple[Drawing, ...]:
    """Fronts on sheets, each followed by the sheet of their backs, mirrored for the long edge."""
    if name.lower() == SINGLE:
        return pages * max(copies, 1)
    layout = label_sheet(name) or cut_sheet(name, pages[0].width, pages[0].height)
    copies = copies or len(layout.places)
    sides = [tuple(arranged([page] * copies, layout, mirrored=bool(at % 2))) for at, page in enumerate(pages)]
    return tuple(sheet for sheets in zip(*sides, strict=True) for sheet in sheets)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(
            "content", f"The file {path} is not UTF-8 text.", f"文件 {path} 不是 UTF-8 文本。"
        ) from None
    except OSError as broken:
        raise InputError(
            "content", f"The file {path} cannot be read: {broken.strerror}.", f"无法读取文件 {path}。"
        ) from None


def _files(pages: tuple[Drawing, ...], form: Format, out: Path, dpi: int) -> list[tuple[Path, bytes]]:
    if form is Format.PDF:
        return [(out, pdf(pages))]
    return [
        (out if at == 1 else out.with_stem(f"{out.stem}-{at}"), rendered(page, form, dpi))
        for at, page in enumerate(pages, 1)
    ]


def _once(pages: tuple[Drawing, ...]) -> tuple[Finding, ...]:
    """What there is to say about the pages, each thing once however many copies say it."""
    return tuple(dict.fromkeys(found for page in pages for found in page.findings))


def _told(refused: CodePlaceError) -> click.ClickException:
    return click.ClickException(f"{refused.sentence.en}\n{refused.sentence.zh}")
