"""Databases of many entries that are built once and used again, in a folder that is kept or for one run."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import click

from bench.clocks import Clocks
from bench.query.building import Begun, begun, continued, looked_at, midnight_before, people_of
from bench.query.town import Town, found_again
from web.services.installation import Installation
from web.store.places import places as place_store
from web.store.scope import PROGRAM


@contextmanager
def folder_of(keep: Path | None, kind: str) -> Iterator[Path]:
    """Where a database of a kind lies: below `keep`, or somewhere until the context ends."""
    if keep is not None:
        (keep / kind).mkdir(parents=True, exist_ok=True)
        yield keep / kind
        return
    with tempfile.TemporaryDirectory(prefix="codeplace-query-", ignore_cleanup_errors=True) as name:
        yield Path(name)


def town_of(
    inst: Installation, folder: Path, rows: int, clocks: Clocks, told: Callable[[str], None]
) -> tuple[Town, Begun]:
    """The town of so many entries, and how it was built: as far as it is not there yet, and no more of it."""
    began, mark = clocks.seconds(), folder / f"built-{rows}.json"

    def tell(words: str) -> None:
        told(f"{clocks.seconds() - began:7.1f} s  {words}")

    def kept(found: Begun) -> Begun:
        mark.write_text(json.dumps(asdict(found)), "ascii")
        return found

    if mark.exists():
        found = Begun(**json.loads(mark.read_text("ascii")))
    elif inst.read(lambda connection: place_store.top_area(connection, PROGRAM)) is not None:
        raise click.ClickException(f"{mark.parent} holds another town, or half of one: delete it first.")
    else:
        found = kept(begun(inst, rows, midnight_before(inst.now_ms()), tell))
    for more in continued(inst, found, tell):
        found = kept(more)
    looked_at(inst)
    return found_again(inst, people_of(rows)), found
