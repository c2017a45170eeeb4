"""Figures as a table for people; the JSON line below it is for machines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def table(rows: Mapping[str, Mapping[str, Any]]) -> str:
    """Return rows of figures under their names: names left, figures right, two spaces between.

    Every row holds the same figures in the same order.
    """
    heads = list(next(iter(rows.values()), {}))
    cells = [["", *heads]]
    cells += [[name, *(_shown(figures[head]) for head in heads)] for name, figures in rows.items()]
    widths = [max(len(row[column]) for row in cells) for column in range(len(heads) + 1)]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in cells
    )


def markdown(rows: Mapping[str, Mapping[str, Any]], corner: str) -> str:
    """Return rows of figures as a Markdown table with `corner` over their names."""
    heads = list(next(iter(rows.values()), {}))
    lines = [[corner, *heads], ["---", *("---:" for _ in heads)]]
    lines += [[name, *(_shown(figures[head]) for head in heads)] for name, figures in rows.items()]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _shown(figure: Any) -> str:
    return f"{figure:,.2f}" if isinstance(figure, float) else str(figure)
