"""What the fields of the desk's filter offer: the places in scope, narrowed by what is chosen already."""

from __future__ import annotations

from dataclasses import dataclass

from web.db.connecting.connection import Connection
from web.services.desk.filtering.filters import Filter
from web.services.installation import Installation
from web.store.desk import filtering_choices
from web.store.scope import Scope

# A longer list helps nobody: choose an area or an enterprise first.
OFFERED_MOST = 300
Choice = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Choices:
    """Ids and names by field; `is_cut` when there are more venues than are offered."""

    areas: tuple[Choice, ...]
    enterprises: tuple[Choice, ...]
    venues: tuple[Choice, ...]
    entrances: tuple[Choice, ...]
    kiosks: tuple[Choice, ...]
    is_cut: bool


def offered(inst: Installation, scope: Scope, wanted: Filter) -> Choices:
    """The places of this scope to choose from, beside what is chosen."""

    def work(connection: Connection) -> Choices:
        most = OFFERED_MOST
        areas = filtering_choices.areas_below(connection, scope, most)
        owners = filtering_choices.enterprises_in(connection, scope, wanted.area_id, most)
        venues = filtering_choices.venues_of(
            connection, scope, wanted.area_id, wanted.enterprise_id, wanted.venue_id, most + 1
        )
        alone = venues[0][0] if len(venues) == 1 else ""
        venue_id = wanted.venue_id or alone
        doors = filtering_choices.entrances_of(connection, scope, venue_id, wanted.entrance_id)
        gates = filtering_choices.kiosks_of(connection, scope, venue_id, wanted.kiosk_id)
        return Choices(areas, owners, venues[:most], doors, gates, len(venues) > most)

    return inst.look(work)
