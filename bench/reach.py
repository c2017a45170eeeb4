"""`python -m bench reach`: from how far our own codes are read, ours beside each library."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import click

from bench.contestants import Contestant, contestants, versions
from bench.held_up import CARRIERS, FIELD_OF_VIEW, SIZE, code, shot, taken
from bench.table import markdown, table
from reader.opencv import use_one_thread

_NEAREST, _FARTHEST, _STEP = 30, 120, 10  # centimetres

Rates = dict[str, dict[str, int]]

_ABOUT: Final = """# From how far a code is read

Share of generated pictures in which our own visitor codes were read, in per cent: {views} pictures a
distance, a {degrees:g}° camera of {width}×{height} pixels, JPEG, the code held about straight (tilt 8–11°),
lens and hand unsteady (blur 0.45–0.95 pixels, and movement), light 55–100 %. Generated pictures rank readers;
a real lens may reach less far. Made by `python -m bench reach --markdown docs/reach.md`; versions {versions}.

下表为在不同距离(厘米)下识读本系统访客码的成功率(%),画面由程序生成。
"""
_NAMES: Final[Mapping[str, str]] = {
    "phone": "Phone 手机 (version 7-M, 54 mm)",
    "card": "Printed card 访客卡 (version 7-M, as printed)",
}


@click.command("reach")
@click.option("--views", default=40, show_default=True, type=click.IntRange(1), help="At each distance.")
@click.option("--markdown", "page", type=click.Path(path_type=Path), help="Write the tables here, too.")
def reach_command(views: int, page: Path | None) -> None:
    """Read our phone and card codes at 30 to 120 cm. 各距离的识读率。

    The last line is all figures as JSON.
    """
    use_one_thread()
    readers = contestants(thorough=True)
    rates = {carrier: _rates(carrier, views, readers) for carrier in CARRIERS}
    for carrier, rows in rates.items():
        click.echo(f"{_NAMES[carrier]}: % of {views} read at so many cm 各距离(厘米)识读率 %")
        click.echo(table(rows))
    if page is not None:
        page.write_text(_page(rates, views), encoding="utf-8")
    line = {"bench": "reach", "views": views, "camera": [*SIZE, FIELD_OF_VIEW], "percent": rates}
    click.echo(json.dumps({**line, "versions": versions()}))


def _rates(carrier: str, views: int, readers: dict[str, Contestant]) -> Rates:
    """Return per cent read by reader and distance."""
    rows: Rates = {name: {} for name in readers}
    for centimetres in range(_NEAREST, _FARTHEST + 1, _STEP):
        right = dict.fromkeys(readers, 0)
        for number in range(views):
            text = code(carrier, number)
            picture = taken(carrier, text, shot(centimetres / 100, number))
            for name, read_it in readers.items():
                right[name] += any(reading.text == text for reading in read_it(picture))
        for name, count in right.items():
            rows[name][str(centimetres)] = round(100 * count / views)
    return rows


def _page(rates: Mapping[str, Rates], views: int) -> str:
    named = ", ".join(f"{package} {release}" for package, release in versions().items())
    about = _ABOUT.format(views=views, degrees=FIELD_OF_VIEW, width=SIZE[0], height=SIZE[1], versions=named)
    tables = (f"\n## {_NAMES[carrier]}\n\n{markdown(rows, 'cm')}\n" for carrier, rows in rates.items())
    return about + "".join(tables)
