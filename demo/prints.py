"""The pictures of docs/prints, one of each kind of print in both languages: `python -m demo.prints`."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import click
from PIL import Image, ImageOps

from printables.drawing import Drawing
from printables.kinds.kind import Direction, Look, drawn
from printables.kinds.label import venue_label
from printables.kinds.notice import NoticeContent
from printables.kinds.poster import POSTER
from printables.kinds.registry import KINDS
from printables.kinds.visitor_card import VISITOR_CARD
from printables.linter import release
from printables.logo.picture import logo_of
from printables.png import png
from printables.sheets import LABEL_SHEETS, arranged, cut_sheet

_LANGUAGES = {"": ("zh", "en"), "-zh": ("zh",), "-en": ("en",)}
# Wide enough to judge the setting, small enough for a repository.
_PIXELS = 620
_BORDER, _SPACE = "#9ca3af", 12
_LOGO = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 80">'
    b'<path d="M40 4 68 40H54L74 66H46V78H34V66H6L26 40H12Z" fill="#166534"/>'
    b'<rect x="90" y="26" width="104" height="10" rx="5" fill="#166534"/>'
    b'<rect x="90" y="46" width="68" height="10" rx="5" fill="#86efac"/></svg>'
)


@click.command("prints")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The folder for the pictures.")
def prints_command(out: Path) -> None:
    """Draw one of each kind of print. 绘制每种打印件。"""
    out.mkdir(parents=True, exist_ok=True)
    for kind in KINDS.values():
        for suffix, languages in _LANGUAGES.items():
            pages = drawn(kind, _said(kind.sample, languages), Look(languages))
            _save(out / f"{kind.name}{suffix}.png", pages)
    logo = logo_of(_LOGO)
    for direction in Direction:
        look = Look(direction=direction, logo=logo)
        _save(out / f"poster-{direction}-logo.png", drawn(POSTER, POSTER.sample, look))
    for name, sheet in _sheets().items():
        _save(out / f"sheet-{name}.png", (sheet,))
    click.echo(f"{out}: {len(tuple(out.glob('*.png')))} PNG")


def _said(sample: object, languages: tuple[str, ...]) -> object:
    """A kind's sample; of a notice, which is all its writer's, only what is in these languages."""
    if not isinstance(sample, NoticeContent) or len(languages) > 1:
        return sample
    chinese, english = sample.text.splitlines()
    name, _, english_name = sample.title.partition(" ")
    if languages == ("zh",):
        return replace(sample, title=name, text=chinese)
    return replace(sample, title=english_name, text=english)


def _sheets() -> dict[str, Drawing]:
    """Sheets full of one print: cards and posters to cut, labels of every named sheet."""
    (a6,) = drawn(POSTER, POSTER.sample, Look(size="A6"))
    card = drawn(VISITOR_CARD, VISITOR_CARD.sample, Look())[0]
    sheets = {"posters": _full(a6, "a4"), "cards": _full(card, "a4")}
    for name, layout in LABEL_SHEETS.items():
        label = release(venue_label(POSTER.sample, *layout.tile))
        sheets[name] = next(arranged([label] * len(layout.places), layout))
    return sheets


def _full(drawing: Drawing, paper: str) -> Drawing:
    layout = cut_sheet(paper, drawing.width, drawing.height)
    return next(arranged([drawing] * len(layout.places), layout))


def _save(path: Path, pages: tuple[Drawing, ...]) -> None:
    """All pages beside each other, with a border that is not printed, in as few bytes as they need."""
    pictures = [ImageOps.expand(_picture(page), 1, _BORDER) for page in pages]
    width = sum(picture.width for picture in pictures) + _SPACE * (len(pictures) - 1)
    together = Image.new("RGB", (width, max(picture.height for picture in pictures)), "white")
    x = 0
    for picture in pictures:
        together.paste(picture, (x, 0))
        x += picture.width + _SPACE
    together.quantize(64, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(path, optimize=True)


def _picture(page: Drawing) -> Image.Image:
    """A page made smaller from 300 dpi, where every module is as many pixels as it has printer dots."""
    with Image.open(BytesIO(png(page, 300))) as picture:
        high = round(picture.height * _PIXELS / picture.width)
        return picture.convert("RGB").resize((_PIXELS, high), Image.Resampling.LANCZOS)


if __name__ == "__main__":
    prints_command(prog_name="python -m demo.prints")
