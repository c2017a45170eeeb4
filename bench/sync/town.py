"""The installation that the sync benches send to: a venue, an entrance for each gate, people with cards."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from domain.enrolment import parsed_enrolment
from domain.note import NoteKey
from domain.sealed_entry import SealingKey
from domain.venue import Entrance
from domain.visitor import VisitorClass
from kiosk.host.identity import Identity, saved_identity
from web.services.gates import gates
from web.services.installation import Installation, opened
from web.services.people import codes, visitors
from web.services.places import places
from web.services.signing_keys import keys
from web.settings import Settings
from web.store.scope import PROGRAM, Scope

_FOREIGN: Final = "https://example.com/menu"


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A gate of the town: its name, where it lives and who it is to the server."""

    name: str
    home: Path
    kiosk_id: str
    credential: str
    entrance: Entrance


@dataclass(frozen=True, slots=True)
class Town:
    """A founded installation with its gates; `shown` is the file of what people hold up.

    `sealing` is what gates seal people for, and `secrets` opens it by its kid.
    """

    home: Path
    port: int
    gates: tuple[Enrolled, ...]
    bundle_key: NoteKey
    shown: Path
    sealing: SealingKey
    secrets: Mapping[str, bytes]
    database_url: str = ""

    def opened(self, now: Callable[[], float]) -> Installation:
        """The installation in this process, while no site runs on it; `now` gives Unix seconds."""
        base_url = f"http://127.0.0.1:{self.port}"
        return opened(Settings(self.home, self.database_url, base_url), _ms(now))


def founded(
    folder: Path, gate_count: int, people: int, now: Callable[[], float], database_url: str = ""
) -> Town:
    """Found a town in `folder`, or in a database of its own; `now` gives Unix seconds."""
    port = free_port()
    inst = opened(Settings(folder / "var", database_url, f"http://127.0.0.1:{port}"), _ms(now))
    try:
        keys.ensure(inst)
        scope = Scope(area_path=places.root(inst, PROGRAM))
        firm = places.create_enterprise(inst, scope, "云杉科技有限公司 Spruce Technology")
        venue = places.create_venue(inst, scope, firm, name="云杉科技园 Spruce Park", address="8 Spruce Road")
        shown = folder / "shown.json"
        shown.write_text(json.dumps(_cards(inst, scope, firm, people)), "utf-8")
        enrolled = [_enrolled(inst, scope, venue, folder, number) for number in range(1, gate_count + 1)]
        sealing, secrets = inst.read(lambda c: (keys.sealing(c), keys.opening(c, inst)))
        assert sealing is not None
    finally:
        inst.close()
    gates_made = tuple(gate for gate, _ in enrolled)
    return Town(folder / "var", port, gates_made, enrolled[0][1], shown, sealing, secrets, database_url)


def settle(gate: Enrolled, key: NoteKey, server: str) -> None:
    """Tell a gate which address to speak to, as enrolment does."""
    gate.home.mkdir(parents=True, exist_ok=True)
    saved_identity(gate.home, Identity(server, gate.kiosk_id, gate.credential, key, gate.entrance))


def free_port() -> int:
    """A port of this machine that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _cards(inst: Installation, scope: Scope, firm: str, people: int) -> list[str]:
    texts = [_FOREIGN]
    for number in range(people):
        given = visitors.Registration(
            firm, f"访客 Visitor {number}", f"139{number:08d}", VisitorClass.VISITOR
        )
        texts.append(codes.card_text(inst, scope, visitors.register(inst, scope, given).visitor_id))
    return texts


def _enrolled(
    inst: Installation, scope: Scope, venue: str, folder: Path, number: int
) -> tuple[Enrolled, NoteKey]:
    name = f"gate-{number}"
    door = places.create_entrance(inst, scope, venue, f"入口 Entrance {number}")
    told = parsed_enrolment(gates.new_enrolment(inst, scope, door).text)
    got = gates.enrol(inst, told.token, name, "bench")
    entrance = Entrance(got.entrance_id, got.entrance_name, got.venue_id, got.venue_name)
    return Enrolled(name, folder / name, got.kiosk_id, got.credential, entrance), told.bundle_key


def _ms(now: Callable[[], float]) -> Callable[[], int]:
    return lambda: int(now() * 1000)
