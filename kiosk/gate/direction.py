"""Which way people pass this gate, kept over a restart when staff switched it."""

from __future__ import annotations

import json
from pathlib import Path

from domain.canonical import canonical_json
from domain.venue import Direction
from machine.durable import write_durably

_FILE = "direction.json"


def kept_direction(folder: Path, ordered: Direction | None) -> Direction:
    """What staff last chose, as long as the command line orders what it ordered then; else that order."""
    try:
        kept = json.loads((folder / _FILE).read_text("utf-8"))
        if kept["ordered"] == (ordered.value if ordered else None):
            return Direction(kept["chosen"])
    except (OSError, ValueError, KeyError, TypeError):
        pass  # nobody chose yet, or the file is damaged: the order stands
    return ordered or Direction.IN


def keep_direction(folder: Path, ordered: Direction | None, chosen: Direction) -> None:
    """Keep what staff chose; OSError if the disk refuses."""
    value = {"ordered": ordered.value if ordered else None, "chosen": chosen.value}
    write_durably(folder / _FILE, canonical_json(value) + b"\n")
