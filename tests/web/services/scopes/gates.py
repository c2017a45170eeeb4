"""Kiosks, what they show and how they arrive, asked for with another tenant's ids."""

from __future__ import annotations

from tests.web.services.scopes.asking import Ask
from web.services.gates import arriving, gate_settings, gates
from web.services.gates.fleet import fleet, rotation, silence
from web.store.gates.fleet import Wanted

REFUSED: dict[str, Ask] = {
    "arriving.watched": lambda i, s, x: arriving.watched(i, s, x["ticket"]),
    "fleet.detail": lambda i, s, x: fleet.detail(i, s, x["kiosk"]),
    "fleet.move": lambda i, s, x: fleet.move(i, s, x["kiosk"], x["entrance"]),
    "fleet.rename": lambda i, s, x: fleet.rename(i, s, x["kiosk"], "East gate"),
    "rotation.ask": lambda i, s, x: rotation.ask(i, s, x["kiosk"]),
    "gate_settings.shown": lambda i, s, x: gate_settings.shown(i, s, x["venue"]),
    "gate_settings.set_pin": lambda i, s, x: gate_settings.set_pin(i, s, x["venue"], "4711"),
    "gate_settings.set_speaks": lambda i, s, x: gate_settings.set_speaks(i, s, x["venue"], True),
    "gate_settings.add_notice": lambda i, s, x: gate_settings.add_notice(
        i, s, x["venue"], "停电", "No power"
    ),
    "gate_settings.remove_notice": lambda i, s, x: gate_settings.remove_notice(i, s, x["venue"], x["notice"]),
    "gates.new_enrolment": lambda i, s, x: gates.new_enrolment(i, s, x["entrance"]),
    "gates.revoke_kiosk": lambda i, s, x: gates.revoke_kiosk(i, s, x["kiosk"]),
}

EMPTY: dict[str, Ask] = {
    "fleet.listed": lambda i, s, x: fleet.listed(i, s) or fleet.listed(i, s, Wanted(venue_id=x["venue"])),
    "silence.count": lambda i, s, x: silence.count(i, s),
}

# Gives nothing back when it is done.
SILENT = {
    *("fleet.move", "fleet.rename", "gate_settings.remove_notice", "gate_settings.set_pin"),
    *("gate_settings.set_speaks", "gates.revoke_kiosk", "rotation.ask", "silence.count"),
}
