"""What is there already: no venue, entrance or credit code comes twice, made, renamed or opened again."""

from __future__ import annotations

from domain.errors import InputError
from domain.wording import Sentence
from web.db.connecting.connection import Connection
from web.db.connecting.turns import Turn, taken
from web.services.errors import ExistsError
from web.store.places import places
from web.store.scope import Scope

_VENUE = Sentence(
    "The enterprise has a venue of this name at this address already. "
    "Another one needs another name or address.",
    "该单位在此地址已有同名场所。如确为另一场所，请使用不同的名称或地址。",
)
_ENTRANCE = Sentence(
    "The venue has an entrance of this name already. Another one needs another name.",
    "该场所已有同名出入口。如确为另一出入口，请使用不同的名称。",
)


def expect_new_venue(connection: Connection, enterprise_id: str, name: str, address: str) -> None:
    """ExistsError when the enterprise has a venue of this name at this address, other than a closed one.

    Nobody else adds or renames one before the transaction ends.
    """
    taken(connection, Turn.FOUNDING)
    if there := places.venue_called(connection, enterprise_id, name, address):
        raise ExistsError(there, _VENUE)


def expect_new_entrance(connection: Connection, venue_id: str, name: str) -> None:
    """ExistsError when the venue has an entrance of this name; nobody else gives it meanwhile."""
    taken(connection, Turn.FOUNDING)
    if there := places.entrance_called(connection, venue_id, name):
        raise ExistsError(there, _ENTRANCE)


def expect_own_code(connection: Connection, scope: Scope, credit_code: str, but: str = "") -> None:
    """InputError when another enterprise in scope than `but` has this code; nobody gives it meanwhile."""
    taken(connection, Turn.FOUNDING)
    other = places.with_credit_code(connection, scope, credit_code) if credit_code else None
    if other not in (None, but):
        raise InputError(
            "credit_code",
            "Another enterprise has this credit code already.",
            "已有其他单位使用此统一社会信用代码。",
        )
