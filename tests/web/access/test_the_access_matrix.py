"""Every route, asked as everybody: with another tenant's ids nothing is told or changed, with one's own
exactly what the table says (A4)."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.test import TestResponse

from domain.access import RIGHTS, Right, Role
from tests.web.access.asking import Asked, asked, body, marks, query
from tests.web.access.conftest import KIOSK, NOBODY, Walk, browser, form_token
from tests.web.access.rows import digest_of
from web.views.access import Access, Open
from web.views.asking.guarding import access_table

EVERYBODY = (*(role.value for role in Role), NOBODY, KIOSK)
URL = "https://park.example"


def answered(walk: Walk, who: str, one: Asked, ids: dict[str, str], args: dict[str, str]) -> TestResponse:
    """The answer to a request, by a browser or, for calls of programs, with a token."""
    access = access_table(walk.app)[one.endpoint]
    # What went wrong is said shortly to scripts.
    headers = {"Accept": "application/json", **walk.headers.get(who, {})}
    if access.by_token:
        headers |= walk.programs.get(who, {})
    given: dict[str, object] = {}
    if one.method != "GET":
        is_json = (
            access.by_token or one.endpoint in ("desk_roll.marks", "me.strip") or "kiosk" in one.endpoint
        )
        if one.endpoint == "desk_roll.marks":
            given = {"data": marks(), "content_type": "application/json"}
        elif is_json:
            given = {"json": body(ids)}
        else:
            given = {"data": body(ids)}
    client = walk.clients[who]
    return client.open(one.path, method=one.method, base_url=URL, query_string=args, headers=headers, **given)


def allowed(access: Access, method: str, who: str) -> bool:
    """What the table says."""
    need = access.need(method)
    if isinstance(need, Right):
        return who in set(Role) and need in RIGHTS[Role(who)]
    return need is Open.PUBLIC or (need is Open.SIGNED_IN and who in set(Role))


@pytest.mark.parametrize("who", EVERYBODY)
def test_nothing_of_another_tenant_is_told_or_changed(walk: Walk, who: str) -> None:
    theirs = [*walk.other.ids.values(), *walk.other.members.values()]
    before = walk.inst.read(lambda connection: digest_of(connection, theirs))
    leaks = []
    tried = set()
    for one in asked(walk.app, walk.own.ids, walk.other.ids):
        # Whoever is not let in at all is not let in with any mixture of ids.
        if one.key in tried and not allowed(access_table(walk.app)[one.endpoint], one.method, who):
            continue
        tried.add(one.key)
        # A public page names its place by a secret, which is whoever's that has it.
        told = dict(walk.other.ids)
        for args in ({}, query(told)) if one.method == "GET" and not one.ids else ({},):
            answer = answered(walk, who, one, told, args)
            hidden = {*walk.other.words, *theirs} - one.ids
            if one.method != "GET" or args:
                hidden -= set(told.values())
            found = [word for word in hidden if len(word) > 4 and word.encode() in answer.data]
            if found or answer.status_code >= 500:
                leaks.append((who, one.method, one.path, answer.status_code, found))
    assert leaks == []
    assert still_there(walk, who)
    after = walk.inst.read(lambda connection: digest_of(connection, theirs))
    assert {name for name in {*before, *after} if before.get(name) != after.get(name)} == set()


@pytest.mark.parametrize("who", EVERYBODY)
def test_everybody_may_exactly_what_the_table_says(walk: Walk, who: str) -> None:
    wrong = []
    requests = list(asked(walk.app, walk.own.ids, walk.own.ids))
    for one in sorted(requests, key=lambda one: one.method != "GET"):
        access = access_table(walk.app)[one.endpoint]
        answer = answered(walk, who, one, dict(walk.own.ids), {})
        # A public page may ask for its visitor's own secret, which nobody shows here.
        is_right = access.need(one.method) is Open.PUBLIC or is_let_in(answer) is allowed(
            access, one.method, who
        )
        if answer.status_code >= 500 or not is_right:
            wrong.append((who, one.endpoint, one.method, answer.status_code))
        if one.method == "GET" and who in set(Role) and answer.mimetype == "text/html":
            wrong += [(who, one.endpoint, *offer) for offer in closed_doors(walk, who, answer.text)]
    assert wrong == []
    assert still_there(walk, who)


def still_there(walk: Walk, who: str) -> bool:
    """Whether nothing on the way ended the session that walked."""
    status = walk.clients[who].get("/account", base_url=URL).status_code
    return status == (200 if who in set(Role) else 302)


def test_the_walk_notices_what_it_looks_for(walk: Walk) -> None:
    theirs = [*walk.other.ids.values(), *walk.other.members.values()]
    before = walk.inst.read(lambda connection: digest_of(connection, theirs))
    client, told = browser(walk.inst, walk.app, walk.other.members[Role.ADMIN]), set()
    for one in asked(walk.app, walk.other.ids, walk.other.ids):
        if one.method == "GET":
            shown = client.get(one.path, base_url=URL).data
            told |= {one.endpoint} if any(word.encode() in shown for word in walk.other.words) else set()
    name = {"name": "Another name", "csrf_token": form_token(client)}
    path = f"/venues/{walk.other.ids['venue_id']}/entrances/{walk.other.ids['entrance_id']}/name"
    assert client.post(path, base_url=URL, data=name).status_code == 303
    after = walk.inst.read(lambda connection: digest_of(connection, theirs))
    assert len(told) > 50
    assert {name for name in before if before[name] != after[name]} >= {"entrances"}


def is_let_in(answer: TestResponse) -> bool:
    """Whether the guard let a request through, whatever became of it then."""
    if answer.status_code in (401, 403):
        return False
    return not (answer.status_code == 302 and answer.location.startswith("/sign-in"))


def closed_doors(walk: Walk, who: str, html: str) -> list[tuple[str, str]]:
    """The links and forms of a page that its reader may not use."""
    offers, adapter = _Offers(), walk.app.url_map.bind("park.example", url_scheme="https")
    offers.feed(re.sub(r"<template.*?</template>", "", html, flags=re.S))
    closed = []
    for method, target in offers.found:
        try:
            endpoint, _ = adapter.match(urlsplit(target).path, method)
        except (HTTPException, RequestRedirect):
            closed.append((method, f"{target} leads nowhere"))
            continue
        if not allowed(access_table(walk.app)[endpoint], method, who):
            closed.append((method, endpoint))
    return sorted(set(closed))


class _Offers(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "a" and (given.get("href") or "").startswith("/"):
            self.found.append(("GET", str(given["href"])))
        elif tag == "form" and (given.get("action") or "").startswith("/"):
            method = (given.get("method") or "get").upper()
            self.found.append((method, str(given["action"])))
