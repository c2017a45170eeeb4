"""Phones at posters: what each sends to check in, made before anybody looks at a clock."""

from __future__ import annotations

import http.client
import random
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from bench.ingest.replay import Requests, request
from bench.query.town import VENUES, Town, name_of, phone_of
from domain.entry import uuid7
from domain.venue import poster_symbols
from web.services.installation import Installation
from web.services.places.posters import posters

POSTERS: Final = 64
# A phone is one that was here before, four times in five.
_NEW_ONE_IN: Final = 5
# Below what one phone may send in a minute.
_OF_A_SESSION: Final = 20
_TOKEN: Final = re.compile(rb'name="csrf_token"[^>]*value="([^"]+)"')


@dataclass(frozen=True, slots=True)
class Poster:
    """A poster by its symbols, and the number of its venue in the town."""

    symbols: str
    venue: int


@dataclass(frozen=True, slots=True)
class _Session:
    """A phone that has the form open."""

    poster: Poster
    address: str
    cookie: str
    token: str


def hung(inst: Installation, town: Town) -> list[Poster]:
    """A poster at the first door of each of some venues."""
    made = []
    for venue in range(POSTERS):
        identity = posters.issue(inst, town.root, town.venues[venue].entrances[0])
        made.append(Poster(poster_symbols(bytes.fromhex(identity)), venue))
    return made


def check_ins(
    port: int, town: Town, hanging: Sequence[Poster], count: int, clients: int, now_ms: int, seed: int
) -> list[Requests]:
    """`count` check-ins in all, of many phones over many addresses, dealt out to some clients."""
    chance = random.Random(seed)  # noqa: S311
    sessions = _opened(port, hanging, -(-count // _OF_A_SESSION), seed)
    made = [_check_in(sessions[n % len(sessions)], town, now_ms, chance) for n in range(count)]
    return [made[client::clients] for client in range(clients)]


def _opened(port: int, hanging: Sequence[Poster], count: int, seed: int) -> list[_Session]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    sessions = []
    for number in range(count):
        poster, address = (
            hanging[number % len(hanging)],
            f"10.{seed % 250}.{number % 250}.{number // 250 + 1}",
        )
        connection.request("GET", f"/V/{poster.symbols}", headers={"X-Forwarded-For": address})
        answer = connection.getresponse()
        found = _TOKEN.search(answer.read())
        cookie = (answer.getheader("Set-Cookie") or "").partition(";")[0]
        if answer.status != http.client.OK or found is None:
            raise RuntimeError(f"a poster's form did not come: {answer.status}")
        sessions.append(_Session(poster, address, cookie, found[1].decode()))
    connection.close()
    return sessions


def _check_in(session: _Session, town: Town, now_ms: int, chance: random.Random) -> bytes:
    if chance.randrange(_NEW_ONE_IN):
        number = chance.randrange(town.people // VENUES) * VENUES + session.poster.venue
        name, phone = name_of(number), phone_of(number)
    else:
        number = chance.randrange(10**8)
        name, phone = f"李{number:x}", f"137{number:08d}"
    form = {
        "csrf_token": session.token,
        "entry_id": uuid7(now_ms, secrets.token_bytes(10)),
        "direction": chance.choice(("in", "out")),
        "name": name,
        "phone": phone,
    }
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": session.cookie,
        "X-Forwarded-For": session.address,
        "Accept-Language": "zh-CN,zh;q=0.9",
        "Referer": f"https://park.example/V/{session.poster.symbols}",
    }
    return request("POST", f"/V/{session.poster.symbols}", headers, urlencode(form).encode("ascii"))
