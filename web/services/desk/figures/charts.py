"""Charts as SVG: drawn by pygal on the server, without scripts, in the colours of the site, fit for paper."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any
from xml.etree.ElementTree import Element, tostring

_FONTS = '"PingFang SC", "Noto Sans CJK SC", "Microsoft YaHei", "WenQuanYi Micro Hei", "Segoe UI", sans-serif'
_TICKS = 5
# What pygal writes for its own script, which no page here may run.
_FOR_SCRIPTS = frozenset({"script", "desc", "title"})
_PAPER = "#ffffff"


class Ink(StrEnum):
    """What a series is about; green, red and amber stand for decisions alone (design §11)."""

    MAIN = "#1d4ed8"
    BESIDE = "#9db2dd"
    BEFORE = "#8a94a3"
    REFUSED = "#b91c1c"
    REFERRED = "#9a5b00"


class Form(StrEnum):
    """How values stand: side by side, on one another, or as lines."""

    COLUMNS = "columns"
    STACKED = "stacked"
    LINES = "lines"


@dataclass(frozen=True, slots=True)
class Series:
    """Numbers under one name, one for each label of the chart; None where there is nothing to say."""

    name: str
    ink: Ink
    values: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart in one language: what it is called, what stands below it, and its series.

    `caption` says of when it is, for whoever sees the picture alone.
    """

    name: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    form: Form = Form.COLUMNS
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Size:
    """Width and height in CSS pixels, and how many labels have room below."""

    width: int
    height: int
    labels: int


WIDE = Size(1040, 300, 24)
NARROW = Size(360, 260, 7)
_CAPTION_PX = 18
_SOFT = "#4b5563"

_KINDS = {Form.COLUMNS: "Bar", Form.STACKED: "StackedBar", Form.LINES: "Line"}


@cache
def _pygal() -> Any:
    """pygal, which is loaded with the first chart."""
    import pygal
    from pygal.etree import etree

    # It puts a finder of a kind that Python gave up before every import, for plug-ins that there are none of.
    sys.meta_path[:] = [one for one in sys.meta_path if not isinstance(one, pygal.PluginImportFixer)]
    # With lxml, wherever another package brought it along, it would make elements of another kind.
    etree.to_etree()
    return pygal


def drawn(chart: Chart, size: Size = WIDE) -> bytes:
    """The chart as an SVG document of its own; equal charts give equal bytes."""
    plot = getattr(_pygal(), _KINDS[chart.form])(
        style=_style(chart),
        js=[],
        no_prefix=True,
        width=size.width,
        height=size.height - (_CAPTION_PX if chart.caption else 0),
        explicit_size=True,
        margin=6,
        margin_right=18,
        spacing=8,
        legend_at_bottom=True,
        legend_at_bottom_columns=len(chart.series),
        legend_box_size=12,
        show_legend=len(chart.series) > 1,
        show_x_guides=False,
        show_minor_x_labels=False,
        x_labels_major_every=-(-len(chart.labels) // size.labels),
        truncate_legend=-1,
        truncate_label=-1,
        dots_size=2.5,
        stroke_style={"width": 2},
        y_labels=ticks(_most(chart)),
        formatter=_whole,
    )
    plot.x_labels = chart.labels
    for series in chart.series:
        plot.add(series.name, series.values)
    root = plot.render_tree()
    if chart.caption:
        _captioned(root, chart.caption, size)
    return _plain(root, chart.name)


def ticks(most: int) -> list[int]:
    """Round whole numbers from 0 to at least `most`, a handful of them."""
    step = 1
    while step * _TICKS < most:
        leading = str(step)[0]
        step = step * 5 // 2 if leading == "2" else step * 2
    return list(range(0, step * _TICKS + 1, step))[: -(-max(most, 1) // step) + 1]


def _most(chart: Chart) -> int:
    columns = zip(*(series.values for series in chart.series), strict=True)
    over = sum if chart.form is Form.STACKED else max
    return max((over(value or 0 for value in column) for column in columns), default=0)


def _whole(value: float) -> str:
    return f"{value:,.0f}"


def _style(chart: Chart) -> Any:
    return _pygal().style.Style(
        background=_PAPER,
        plot_background=_PAPER,
        foreground=_SOFT,
        foreground_strong=_SOFT,
        foreground_subtle="#e3e7ed",
        guide_stroke_color="#e3e7ed",
        major_guide_stroke_color="#e3e7ed",
        guide_stroke_dasharray="0",
        major_guide_stroke_dasharray="0",
        colors=tuple(series.ink.value for series in chart.series),
        font_family=_FONTS,
        label_font_size=13,
        major_label_font_size=13,
        legend_font_size=13,
        opacity="1",
        opacity_hover="1",
        transition="0s",
    )


def _captioned(root: Element, caption: str, size: Size) -> None:
    """Room below the chart, with a line in it."""
    root.set("height", str(size.height))
    root.set("viewBox", f"0 0 {size.width} {size.height}")
    text = Element("text", {"x": "6", "y": str(size.height - 5), "font-size": "11", "fill": _SOFT})
    text.set("font-family", _FONTS)
    text.text = caption
    root.append(text)


def _plain(root: Element, name: str) -> bytes:
    """The document without scripts, comments and what only scripts show; named for who cannot see it."""
    for parent in list(root.iter()):
        for child in list(parent):
            tag = child.tag.rpartition("}")[2] if isinstance(child.tag, str) else ""
            if not tag or tag in _FOR_SCRIPTS:
                parent.remove(child)
    title = Element("title")
    title.text = name
    root.insert(0, title)
    root.attrib.pop("id", None)
    root.set("role", "img")
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))
