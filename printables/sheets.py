"""Several prints on one sheet: cut from it along marks, or pulled off it as labels."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from domain.errors import InputError
from domain.wording import Sentence
from printables import checks
from printables.arranging import moved
from printables.drawing import Drawing, Item, Line
from printables.findings import PrintRefused
from printables.look import SOFT
from printables.papers import PAPERS

SINGLE = "single"


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the prints lie on a sheet, in mm: how many, how large, where the first, how far to the next."""

    page: tuple[float, float]
    columns: int
    rows: int
    tile: tuple[float, float]
    first: tuple[float, float]
    pitch: tuple[float, float]
    cut_marks: bool = False

    @property
    def places(self) -> tuple[tuple[float, float], ...]:
        """The upper left corner of each place, row by row."""
        return tuple(
            (self.first[0] + column * self.pitch[0], self.first[1] + row * self.pitch[1])
            for row in range(self.rows)
            for column in range(self.columns)
        )


# Avery's sheets on A4 as the Inkscape extension “Label Guides Creator” (J. Beard, 2018) lists them.
# 22805 is American letter, in inches: margins 0.78125 and 0.5, pitches 1.8125 and 1.7. So somebody measured
# the sheet and saw a test print fit (the site of Huron Helping Hands, 2026); the margins are also those of
# the same sheet by OnlineLabels (OL2681). Margins, labels and gaps of all four add up to the paper exactly.
LABEL_SHEETS = {
    "L7160": Layout(PAPERS["A4"], 3, 7, (63.5, 38.1), (7.25, 15.15), (66.0, 38.1)),
    "L7163": Layout(PAPERS["A4"], 2, 7, (99.1, 38.1), (4.65, 15.15), (101.6, 38.1)),
    "L7165": Layout(PAPERS["A4"], 2, 4, (99.1, 67.7), (4.65, 13.1), (101.6, 67.7)),
    "22805": Layout(PAPERS["LETTER"], 4, 6, (38.1, 38.1), (19.84375, 12.7), (46.0375, 43.18)),
}

_PAPER_NAMES = ("A4", "A3", "LETTER")
_GRID = re.compile(
    r"(?P<columns>\d{1,2})x(?P<rows>\d{1,2}):(?P<width>[\d.]+)x(?P<height>[\d.]+)"
    r"(?:@(?P<left>[\d.]+),(?P<top>[\d.]+))?(?:\+(?P<across>[\d.]+),(?P<down>[\d.]+))?(?:/(?P<paper>\w+))?",
)
GRID_EXAMPLE = "3x7:63.5x38.1@7.2,15.1+2.5,0/A4"

_MARK, _MARK_GAP, _HAIR = 4.0, 1.0, 0.15


def label_sheet(name: str) -> Layout | None:
    """The label sheet of that name or grid; None for a name that is none, InputError for a wrong grid.

    A grid is `columns x rows : width x height @ left,top + gap across,down / paper`, all in mm. Without the
    margins it is centred, without gaps the labels touch, without a paper it is A4.
    """
    if name.upper() in LABEL_SHEETS:
        return LABEL_SHEETS[name.upper()]
    if ":" not in name:
        return None
    said = _GRID.fullmatch(re.sub(r"\s", "", name))
    if said is None:
        raise _no_grid()
    return _grid(said.groupdict())


def _grid(said: dict[str, str | None]) -> Layout:
    paper = (said["paper"] or "A4").upper()
    if paper not in PAPERS:
        raise _wrong(f"Label sheets are {', '.join(PAPERS)}", f"标签纸应为 {'、'.join(PAPERS)}")
    try:
        columns, rows = (int(said[name] or 0) for name in ("columns", "rows"))
        width, height, across, down = (
            float(said[name] or 0) for name in ("width", "height", "across", "down")
        )
        page = PAPERS[paper]
        full = (columns * width + (columns - 1) * across, rows * height + (rows - 1) * down)
        left = float(said["left"]) if said["left"] else (page[0] - full[0]) / 2
        top = float(said["top"]) if said["top"] else (page[1] - full[1]) / 2
    except ValueError:
        raise _wrong(
            f"A grid of labels looks like {GRID_EXAMPLE}", f"标签网格的写法如 {GRID_EXAMPLE}"
        ) from None
    fits = left >= 0 and top >= 0 and left + full[0] <= page[0] + 0.1 and top + full[1] <= page[1] + 0.1
    if not (columns and rows and fits):
        raise _wrong(
            f"These labels take {full[0]:g} × {full[1]:g} mm and do not fit on {paper}",
            f"这些标签共需 {full[0]:g} × {full[1]:g} 毫米，{paper} 放不下",
        )
    return Layout(page, columns, rows, (width, height), (left, top), (width + across, height + down))


def cut_sheet(paper: str, width: float, height: float) -> Layout:
    """As many prints of a size (mm) as a paper holds, upright or across, with marks to cut along.

    InputError for an unknown paper, or one that does not hold two.
    """
    if paper.upper() not in _PAPER_NAMES:
        known = ", ".join((SINGLE, *_PAPER_NAMES, *LABEL_SHEETS))
        raise _wrong(
            f"Layouts are {known} or a grid like {GRID_EXAMPLE}", f"版式可选 {known} 或网格 {GRID_EXAMPLE}"
        )
    short, long = PAPERS[paper.upper()]
    pages = ((short, long), (long, short))
    page = max(pages, key=lambda page: int((page[0] + 0.1) / width) * int((page[1] + 0.1) / height))
    columns, rows = int((page[0] + 0.1) / width), int((page[1] + 0.1) / height)
    if columns * rows < 2:
        raise _wrong(
            f"{paper.upper()} does not hold two prints of {width:g} × {height:g} mm",
            f"{paper.upper()} 放不下两张 {width:g} × {height:g} 毫米的打印件",
        )
    first = ((page[0] - columns * width) / 2, (page[1] - rows * height) / 2)
    return Layout(page, columns, rows, (width, height), first, (width, height), cut_marks=True)


def arranged(drawings: Iterable[Drawing], layout: Layout, *, mirrored: bool = False) -> Iterator[Drawing]:
    """Sheets full of the drawings in their order, the last one as far as they reach.

    `mirrored` fills each row from the right: the backs of a sheet that is turned over its long edge.
    Memory does not grow with the drawings. PrintRefused when a mark would touch a code.
    """
    waiting: list[Drawing] = []
    for drawing in drawings:
        waiting.append(drawing)
        if len(waiting) == len(layout.places):
            yield _sheet(waiting, layout, mirrored)
            waiting = []
    if waiting:
        yield _sheet(waiting, layout, mirrored)


def _sheet(drawings: list[Drawing], layout: Layout, mirrored: bool) -> Drawing:
    items: list[Item] = []
    places = layout.places
    for at, drawing in enumerate(drawings):
        row, column = divmod(at, layout.columns)
        x, y = places[row * layout.columns + (layout.columns - 1 - column if mirrored else column)]
        spare = (layout.tile[0] - drawing.width) / 2, (layout.tile[1] - drawing.height) / 2
        if min(spare) < -0.1:
            raise _wrong("A print is larger than its place on the sheet", "打印件大于版面中的位置")
        items += moved(drawing.items, x + spare[0], y + spare[1])
    if layout.cut_marks:
        items += _marks(layout)
    first = drawings[0]
    findings = tuple(found for drawing in drawings for found in drawing.findings)
    sheet = Drawing(*layout.page, first.title, first.language, first.face, tuple(items), findings)
    broken = (*checks.quiet_zones(sheet), *checks.page_edges(sheet))
    if broken:
        raise PrintRefused(broken)
    return sheet


def _marks(layout: Layout) -> Iterator[Line]:
    """Short lines in the sheet's margins where there are any, else at the edges of the prints."""
    xs = [layout.first[0] + column * layout.tile[0] for column in range(layout.columns + 1)]
    ys = [layout.first[1] + row * layout.tile[1] for row in range(layout.rows + 1)]
    width, height = layout.page
    for x in xs:
        if 0.5 < x < width - 0.5:
            for start, end in _ends(ys, height):
                yield Line(x, start, x, end, _HAIR, SOFT)
    for y in ys:
        if 0.5 < y < height - 0.5:
            for start, end in _ends(xs, width):
                yield Line(start, y, end, y, _HAIR, SOFT)


def _ends(cuts: list[float], length: float) -> Iterator[tuple[float, float]]:
    """Where marks lie along an axis: outside the prints, or over their white border if there is no margin.

    Printers leave 4 mm at the edges of a sheet blank.
    """
    if cuts[0] >= _MARK + _MARK_GAP:
        yield cuts[0] - _MARK_GAP - _MARK, cuts[0] - _MARK_GAP
        yield cuts[-1] + _MARK_GAP, cuts[-1] + _MARK_GAP + _MARK
    else:
        yield _MARK, 2 * _MARK
        yield length - 2 * _MARK, length - _MARK
        yield from ((cut - _MARK / 2, cut + _MARK / 2) for cut in cuts[1:-1])


def _no_grid() -> InputError:
    return _wrong(f"A grid of labels looks like {GRID_EXAMPLE}", f"标签网格的写法如 {GRID_EXAMPLE}")


def _wrong(en: str, zh: str) -> InputError:
    said = Sentence(f"{en}.", f"{zh}。")
    return InputError("layout", said.en, said.zh)
