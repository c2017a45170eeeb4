"""How a print was chosen to look, and its checked pages; nothing here knows a database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from domain.errors import InputError
from printables.drawing import Drawing, Picture
from printables.kinds.kind import Direction, Ink, Kind, Look, drawn
from printables.kinds.label import LABEL_SIZES
from printables.kinds.registry import KINDS
from printables.sheets import SINGLE, Layout, arranged, cut_sheet, label_sheet
from web.services.errors import NotFoundError

# The kinds that say where somebody stands, and those of them that show its code.
OF_ENTRANCE: Final = ("poster", "label", "table-tent", "day-sheet")
WITH_CODE: Final = ("poster", "label", "table-tent")


@dataclass(frozen=True, slots=True)
class Options:
    """How something is printed, as it was chosen; `layout` says how many share a sheet."""

    kind: str = "poster"
    size: str = ""
    direction: str = ""
    ink: str = Ink.COLOUR.value
    languages: tuple[str, ...] = ("zh", "en")
    layout: str = SINGLE

    def look(self, logo: Picture | None = None) -> Look:
        """The look for the printer; InputError names the choice that does not exist."""
        direction = _chosen("direction", self.direction, Direction) if self.direction else None
        ink = Ink(_chosen("ink", self.ink, Ink))
        return Look(self.languages, self.size, Direction(direction) if direction else None, ink, logo)

    def sheet(self, width: float, height: float) -> Layout | None:
        """How prints of a size (mm) share sheets; None when each has its own."""
        if self.layout == SINGLE:
            return None
        return label_sheet(self.layout) or cut_sheet(self.layout, width, height)

    def fitted(self) -> Options:
        """For labels on a sheet: the label's size is that of the sheet."""
        labels = label_sheet(self.layout) if self.layout != SINGLE else None
        if labels is None:
            return self
        if self.kind != "label":
            raise InputError("layout", "Label sheets are for labels.", "标签纸只用于打印标签。")
        width, height = labels.tile
        return Options("label", f"{width:g}x{height:g}", "", self.ink, self.languages, self.layout)


def kind_of(name: str) -> Kind[Any]:
    """The kind of that name; NotFoundError for any other."""
    if name not in KINDS:
        raise NotFoundError
    return KINDS[name]


def sizes_of(name: str) -> tuple[str, ...]:
    """What a kind comes in, best first."""
    return LABEL_SIZES if name == "label" else kind_of(name).sizes


def check(options: Options) -> None:
    """Print a sample without keeping it, so that a wrong choice is told before the work (InputError)."""
    kind = kind_of(options.kind)
    pages_of(kind, kind.sample, options, None)


def pages_of(kind: Kind[Any], content: Any, options: Options, logo: Picture | None) -> tuple[Drawing, ...]:
    """The checked pages of one print; with a layout a sheet full of it. InputError as `drawn` and sheets."""
    fitted = options.fitted()
    pages = drawn(kind, content, fitted.look(logo))
    layout = fitted.sheet(pages[0].width, pages[0].height)
    if layout is None:
        return pages
    return tuple(
        sheet
        for at, page in enumerate(pages)
        for sheet in arranged([page] * len(layout.places), layout, mirrored=bool(at % 2))
    )


def _chosen(field: str, value: str, among: Any) -> str:
    if value not in {choice.value for choice in among}:
        raise InputError(field, "Choose one of those on the page.", "请从页面上的选项中选择。")
    return value
