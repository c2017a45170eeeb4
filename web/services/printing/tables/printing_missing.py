"""The places that a table of prints names and that are not there yet, as rows of the import of places."""

from __future__ import annotations

from collections.abc import Sequence

from web.services.installation import Installation
from web.services.places import places
from web.services.places.importing.places_import_columns import Column as PlaceColumn
from web.services.places.importing.places_import_rows import Line
from web.services.printing.tables.printing_matching import Match
from web.services.printing.tables.printing_table import Column
from web.store.scope import Scope

_SAME = {
    Column.OPERATOR: PlaceColumn.ENTERPRISE,
    Column.VENUE: PlaceColumn.VENUE,
    Column.ENTRANCE: PlaceColumn.ENTRANCE,
    Column.ADDRESS: PlaceColumn.ADDRESS,
}


def lines(inst: Installation, scope: Scope, matches: Sequence[Match]) -> tuple[Line, ...]:
    """Rows to import, one for each row of prints whose place is missing.

    Where a row names no enterprise it is the scope's only one, if there is only one.
    """
    owners = places.enterprises(inst, scope)
    only = {PlaceColumn.ENTERPRISE: owners[0].name} if len(owners) == 1 else {}
    return tuple(
        Line(
            match.number,
            only
            | {_SAME[column]: match.missing[column.name] for column in _SAME if column.name in match.missing},
        )
        for match in matches
        if match.missing
    )
