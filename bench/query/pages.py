"""The desk's pages whole, as the browser of a compliance account gets them: from the URL to the last byte."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

from flask.testing import FlaskClient

from bench.query.asking import DAY_MS, DAYS, HOUR_MS, Query
from bench.query.databases import URL
from bench.query.town import Town, spelled, visitor_id
from domain.access import Role
from web.app import create_app
from web.services import accounts
from web.services.desk.filtering.filters import Filter, as_query
from web.services.desk.tracing import tracing
from web.services.installation import Installation, new_id, new_token
from web.services.signing_in import sessions
from web.services.signing_in.sessions import Way

_TRACES: Final = 5


def pages(inst: Installation, town: Town, midnight_ms: int) -> dict[str, Query]:
    """What is opened, by name; each takes the chance by which it chooses whom and where."""
    client = _signed_in(inst, town)
    traces = _released(inst, town, midnight_ms)
    token = _token(client.get("/desk", base_url=URL).text)

    def page(path: str) -> str:
        answer = client.get(path, base_url=URL)
        if answer.status_code != 200:
            raise RuntimeError(f"{path} answered {answer.status_code}")
        return answer.text

    def venue_hour(chance: random.Random) -> object:
        begins = midnight_ms - chance.randrange(DAYS) * DAY_MS + chance.randrange(7, 19) * HOUR_MS
        wanted = Filter(venue_id=chance.choice(town.venues).id, from_ms=begins, until_ms=begins + HOUR_MS)
        return page(f"/desk?{as_query(wanted)}")

    def person(chance: random.Random) -> object:
        form = {"csrf_token": token, "page": "entries", "who_typed": spelled(chance.randrange(town.people))}
        there = client.post("/desk/filter", base_url=URL, data=form, headers={"Referer": f"{URL}/desk"})
        return page(there.headers["Location"])

    def venue_newest(chance: random.Random) -> object:
        return page(f"/desk?{as_query(Filter(venue_id=chance.choice(town.venues).id))}")

    def trace(chance: random.Random) -> object:
        return page(f"/desk/trace/{chance.choice(traces)}")

    def month(_chance: random.Random) -> object:
        wanted = Filter(from_ms=midnight_ms - (DAYS - 1) * DAY_MS, until_ms=midnight_ms + DAY_MS)
        return page(f"/desk/figures?{as_query(wanted)}")

    def silent(_chance: random.Random) -> object:
        return page("/desk/watch")

    return {
        "venue_hour": venue_hour, "person": person, "venue_newest": venue_newest, "trace": trace,
        "month": month, "silent": silent,
    }  # fmt: skip


def _signed_in(inst: Installation, town: Town) -> FlaskClient:
    """The browser of somebody who oversees the whole town, and just showed a second factor."""
    account = accounts.account(inst, _overseer(inst, town))
    assert account is not None
    client = create_app(inst).test_client()
    secret = sessions.begin(inst, account, Way.TYPED, "bench", second_factor=True)
    name = "__Host-session" if inst.settings.is_https else "session"
    client.set_cookie(name, secret, domain=urlsplit(URL).hostname or "", secure=inst.settings.is_https)
    return client


def _overseer(inst: Installation, town: Town) -> str:
    """The id of a new account that oversees the whole town."""
    login, path = f"bench-{new_id()}@park.example", town.root.area_path
    return accounts.create_account(inst, login, new_token(), Role.COMPLIANCE, area_path=path)


def _released(inst: Installation, town: Town, midnight_ms: int) -> Sequence[str]:
    """Traces of some people, asked by one and released by another."""
    chance, made = random.Random(5), []  # noqa: S311
    asker, releaser = _overseer(inst, town), _overseer(inst, town)
    for _ in range(_TRACES):
        whom = visitor_id(chance.randrange(town.people))
        typed = tracing.Typed("", whom, "14", "30", midnight_ms + DAY_MS, second=False, purpose="exercise")
        asked = tracing.ask(inst, town.root, asker, typed)
        assert isinstance(asked, str)
        counted = str(tracing.trace(inst, town.root, asked).people)
        tracing.release(inst, town.root, releaser, asked, counted)
        made.append(asked)
    return made


def _token(html: str) -> str:
    """The secret of a page's forms, without which nothing may be sent."""
    return html.partition('name="csrf_token"')[2].partition('value="')[2].partition('"')[0]
