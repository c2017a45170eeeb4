"""Makes a file of entries out of what a filter selects, in the same room however many there are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from web.services.desk import searching
from web.services.desk.exporting.exporting_columns import MASKED, Cells, Known, Lines
from web.services.desk.exporting.exporting_forms import Form, csv_cell, csv_header, csv_rows, written_as
from web.services.desk.filtering.filters import Filter
from web.services.installation import Installation
from web.store.desk import export_rows
from web.store.scope import Scope

_TOLD_EVERY = 20_000
Meet = Callable[[list[str]], None]


def _nobody(visitor_ids: list[str]) -> None:
    """For whoever need not know who is in a file."""


@dataclass(frozen=True, slots=True)
class Made:
    """A finished file: how many rows, its SHA-256 in hex, and its size."""

    rows: int
    sha256: str
    size: int


def made(
    inst: Installation,
    scope: Scope,
    account_id: str,
    wanted: Filter,
    form: Form,
    path: Path,
    *,
    unmasked: bool = False,
    tell: Callable[[int], None] = lambda rows: None,
    meet: Meet = _nobody,
) -> Made:
    """Write the file, newest entries first; `tell` hears how many rows there are, now and then.

    `meet` hears the ids of the visitors who are in it, some of them more than once.
    """
    lines = _lines(inst, unmasked=unmasked, guarded=csv_cell if form is Form.CSV else str)
    writer, rows, told = written_as(form, path, lines.columns), 0, 0
    for cells in _pieces(inst, scope, account_id, wanted, lines, meet, unmasked=unmasked):
        writer.write(cells)
        rows += len(cells)
        if rows - told >= _TOLD_EVERY:
            told = rows
            tell(rows)
    digest = writer.close()
    tell(rows)
    return Made(rows, digest, path.stat().st_size)


def streamed(
    inst: Installation, scope: Scope, account_id: str, wanted: Filter, meet: Meet = _nobody
) -> Iterator[bytes]:
    """The masked CSV file in pieces; `meet` as with `made`."""
    yield csv_header(MASKED)
    lines = _lines(inst, unmasked=False, guarded=csv_cell)
    for cells in _pieces(inst, scope, account_id, wanted, lines, meet, unmasked=False):
        yield csv_rows(cells)


def _lines(inst: Installation, *, unmasked: bool, guarded: Callable[[str], str]) -> Lines:
    doors = {
        door: (guarded(entrance), guarded(venue), guarded(enterprise), zone)
        for door, (entrance, venue, enterprise, zone) in inst.ask(export_rows.doors).items()
    }
    kiosks = {identity: guarded(name) for identity, name in inst.ask(export_rows.kiosk_names).items()}
    known = Known(doors, kiosks, inst.ask(export_rows.taken_back))
    return Lines(inst.cipher, known, unmasked=unmasked, guarded=guarded)


def _pieces(
    inst: Installation, scope: Scope, account_id: str, wanted: Filter, lines: Lines, meet: Meet,
    *, unmasked: bool,
) -> Iterator[list[Cells]]:  # fmt: skip
    asked = inst.ask(lambda c: searching.resolved(c, inst, scope, account_id, wanted))
    opened_for = None if unmasked else searching.WITH_VALUES
    for batch in export_rows.batches(inst.read, scope, asked, opened_for=opened_for):
        strangers = lines.strangers(batch)
        if strangers:
            meet(strangers)
            found = inst.read(partial(export_rows.people, visitor_ids=strangers, sealed=unmasked))
            lines.learn(found, strangers)
        yield lines.cells(batch)
