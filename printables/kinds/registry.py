"""Every kind of print there is; a new one is a file beside this one and a line here."""

from __future__ import annotations

from typing import Any, Final

from domain.errors import InputError
from printables.kinds.contact_card import CONTACT_CARD
from printables.kinds.day_sheet import DAY_SHEET
from printables.kinds.kind import Kind
from printables.kinds.label import LABEL
from printables.kinds.notice import NOTICE
from printables.kinds.poster import POSTER
from printables.kinds.table_tent import TABLE_TENT
from printables.kinds.visitor_card import VISITOR_CARD
from printables.kinds.windscreen import WINDSCREEN

KINDS: Final[dict[str, Kind[Any]]] = {
    kind.name: kind
    for kind in (
        POSTER,
        LABEL,
        TABLE_TENT,
        VISITOR_CARD,
        WINDSCREEN,
        CONTACT_CARD,
        NOTICE,
        DAY_SHEET,
    )
}


def kind_called(name: str) -> Kind[Any]:
    """The kind of that name; InputError with all names for any other."""
    if name not in KINDS:
        raise InputError(
            "kind",
            f"There is no print called “{name}”; there are {', '.join(KINDS)}.",
            f"没有名为“{name}”的打印件，可选：{'、'.join(KINDS)}。",
        )
    return KINDS[name]
