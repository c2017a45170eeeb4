"""Every route of the site, asked with somebody's ids: paths, bodies that forms would take, and queries."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask import Flask
from werkzeug.routing import Rule

NOTHING = "nothing"
# Ids of these names say nothing of whose they are.
_PLAIN = {
    "kind": "pdf", "form": "png", "day": "2026-11-20", "level": "venue", "name": "entries",
    "digest": NOTHING, "symbols": "AAAAAAAAAAAAAAAAAAAAAAAAAA", "sealed_answer": NOTHING,
    "filename": "theme.css", "place": "000",
}  # fmt: skip
_NAMED = {"identity": "venue_id"}
"""Which id stands in a converter of another name."""
ENDING = {"auth.sign_out"}
"""What ends the session that walks; tried in tests of the pages."""


@dataclass(frozen=True)
class Asked:
    """One request: its endpoint, method and path, and which ids it names."""

    endpoint: str
    method: str
    path: str
    ids: frozenset[str]

    @property
    def key(self) -> tuple[str, str]:
        """What is asked, whichever ids stand in it."""
        return self.endpoint, self.method


def asked(app: Flask, own: Mapping[str, str], other: Mapping[str, str]) -> Iterator[Asked]:
    """Each route and method with the other's ids; where it takes several, also with each of them alone."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.endpoint, rule.rule)):
        if rule.endpoint in ENDING:
            continue
        names = sorted(name for name in rule.arguments if _id_name(name) in other)
        mixes = [set(names), *({name} for name in names if len(names) > 1)]
        for mixed in mixes:
            ids = {name: (other if name in mixed else own)[_id_name(name)] for name in names}
            yield from _each_method(app, rule, ids, frozenset(ids[name] for name in mixed))


def body(ids: Mapping[str, str]) -> dict[str, str]:
    """A value for every field that any form takes, naming these ids where a form names one."""
    return {**_FIELDS, **{field: ids.get(name, name) for field, name in _NAMING.items()}}


def query(ids: Mapping[str, str]) -> dict[str, str]:
    """A filter that names these ids."""
    names = ("venue", "enterprise", "area", "entrance", "kiosk", "liaison", "visitor")
    return {name: ids[f"{name}_id"] for name in names}


def marks() -> str:
    """What a phone sends of a roll call."""
    mark = {"id": "0" * 32, "mark": "unlisted", "name": "Somebody", "people": 1, "age_ms": 0, "entry_id": ""}
    return json.dumps({"marks": [mark]})


def _each_method(app: Flask, rule: Rule, ids: Mapping[str, str], named: frozenset[str]) -> Iterator[Asked]:
    adapter = app.url_map.bind("park.example", url_scheme="https")
    values = {name: ids.get(name, _PLAIN.get(name, NOTHING)) for name in rule.arguments}
    typed = {name: int(value) if value.isdigit() else value for name, value in values.items()}
    for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
        yield Asked(rule.endpoint, method, _path(adapter.build, rule, typed, method), named)


def _path(build, rule: Rule, values: Mapping[str, object], method: str) -> str:  # type: ignore[no-untyped-def]
    return str(build(rule.endpoint, dict(values), method=method))


def _id_name(name: str) -> str:
    return _NAMED.get(name, name)


# What forms name, by the name of the id in a route.
_NAMING = {
    "venue": "venue_id", "venue_id": "venue_id", "enterprise": "enterprise_id",
    "enterprise_id": "enterprise_id", "entrance": "entrance_id", "entrance_id": "entrance_id",
    "area": "area_id", "area_id": "area_id", "parent": "area_id", "liaison": "liaison_id",
    "visitor": "visitor_id", "visitor_id": "visitor_id", "kiosk": "kiosk_id", "poster": "poster_id",
    "gone": "entry_id", "to": "area_id",
}  # fmt: skip
_FIELDS = {
    "name": "Somebody New", "new-name": "Somebody New", "phone": "13700137000", "plate": "苏B54321",
    "credit_code": "", "address": "9 New Road", "kind": "office", "capacity": "5",
    "time_zone": "Asia/Shanghai", "state": "closed", "reason": "Because it is", "note": "Looked at",
    "pin": "739164", "zh": "告示", "en": "Notice", "level": "yellow", "instruction": "Call",
    "appeal": "Write", "area_name": "Harbour", "since_day": "2026-11-01", "day": "2026-11-20",
    "from_time": "13:00", "until_time": "14:00", "host": "Mr Host", "purpose": "audit",
    "visitor_class": "visitor", "most": "2", "who": "13700137000", "direction": "in",
    "temperature": "36.5", "version": "1", "seen": "1", "do": "save", "counted": "1", "days": "14",
    "minutes": "30", "step": "remind", "resolution": "restored_on_purpose", "way": "restored_on_purpose",
    "every": "day", "at": "06:30", "form": "csv", "file": "pdf", "which": "ticked", "issue": "now",
    "languages": "zh,en", "size": "A4", "mode": "drill", "ends": "20:00", "missing": "yes", "age_ms": "0",
    "texts": "[]", "id": "0" * 32, "query": "", "page": "entries", "until": "", "yes": "1", "visits": "1",
    "subject": "苏B54321",
}  # fmt: skip
