"""Acts of the staff as tests do them at a stand, and what came of them."""

from __future__ import annotations

from typing import Any

from demo.kiosk_stand import Stand
from domain.entry_wire import entry_from_json
from kiosk.desk.acts import ACTS
from kiosk.desk.desk import Done
from kiosk.desk.form import Form


def does(stand: Stand, act: str, **fields: str) -> Done:
    return ACTS[act](stand.staff.desk, Form(fields))


def entries(stand: Stand) -> list[dict[str, Any]]:
    """What is in the spool; each is an entry that the server can read."""
    made = stand.entries()
    for entry in made:
        entry_from_json(entry)
    return made


def people(stand: Stand) -> dict[str, int]:
    state: Any = stand.staff.overview.state()
    return dict(state["people"])


def last_id(stand: Stand) -> str:
    return str(entries(stand)[-1]["id"])
