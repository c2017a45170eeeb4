"""`python -m tests.no_plain_people`: seeds people everywhere, then counts where any of them can be read.

A real site on a socket with its background work, a real gate beside it, requests that fail, all logs at what
the site writes. Prints the hits by place; exit status 1 when there is one (A5 to A7, A11).
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from pathlib import Path

import httpx
from sqlalchemy import text

from domain.venue import poster_symbols
from tests.web.gate_on_the_wire import GateOnTheWire, Site
from tests.web.services.plain_people import PEOPLE, files_of, found_in, live
from tests.web.tenants import SettableClock, Tenant, tenant
from web import cli
from web.background import Background
from web.services.installation import Installation, opened
from web.services.keeping import erasing, legal_holds, own_export
from web.services.keeping.legal_holds import Given
from web.services.keeping.purging import purging
from web.services.people import codes, visitors
from web.services.signing_keys import keys
from web.settings import Settings
from web.store.scope import PROGRAM

_STARTS_MS = 1_795_140_000_000
_TOKEN = "a token for the metrics of this run"
_HIDDEN = re.compile(r'name="(csrf_token|entry_id)"[^>]*value="([^"]*)"')


def main() -> int:
    """Seed, run, look; returns the exit status."""
    with tempfile.TemporaryDirectory(prefix="no-plain-people-") as folder:
        home, log = Path(folder), Path(folder) / "log.txt"
        kept = os.dup(1), os.dup(2)
        with log.open("wb") as file:
            for channel in (1, 2):
                os.dup2(file.fileno(), channel)
            try:
                answers = _lived(home)
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                for channel, was in zip((1, 2), kept, strict=True):
                    os.dup2(was, channel)
        places = {
            "database": b"\n".join(files_of(home / "var")),
            "gate": b"\n".join(files_of(home / "gate")),
            "logs and tracebacks": log.read_bytes(),
            **answers,
        }
    failures = places["logs and tracebacks"].count(b"request_failed")
    for place, body in places.items():
        hits = found_in(body)
        print(f"{place}: {len(hits)} hits in {len(body)} bytes{': ' + ', '.join(hits) if hits else ''}")
    print(f"people: {len(PEOPLE)}, requests that failed on purpose: {failures}")
    return 0 if failures and not any(found_in(body) for body in places.values()) else 1


def _lived(home: Path) -> dict[str, bytes]:
    """A day with everything; what the site says about itself to whoever may ask."""
    cli.quiet_logs()
    clock = SettableClock(_STARTS_MS)
    settings = Settings(home / "var", "", "http://127.0.0.1:9", "Pilot District", metrics_token=_TOKEN)
    inst = opened(settings, clock)
    keys.ensure(inst)
    park = tenant(inst, "East Area", "Park Ltd")
    site, beside = Site(inst), Background(inst, calm_after_s=0)
    try:
        live(inst, park)
        _kept_and_forgotten(inst, park)
        gate = GateOnTheWire(inst, park, site, home / "gate", clock)
        _at_the_gate(inst, park, gate)
        told = {path: _got(site, path) for path in ("/healthz", "/metrics", "/privacy", "/privacy.csv")}
        _failed(inst, park, site)
        gate.hangs_up()
        gate.close()
    finally:
        beside.stop()
        site.close()
        inst.close()
    return told


def _kept_and_forgotten(inst: Installation, park: Tenant) -> None:
    who = visitors.listed(inst, park.staff, PEOPLE[0][1])[0].id
    legal_holds.set_hold(inst, park.staff, "ann", Given("visitor", who, f"{PEOPLE[0][0]} {PEOPLE[0][1]}"))
    own_export.export(inst, park.staff, who, erasing.STAFF)
    erasing.erase(inst, PROGRAM, who, erasing.LINK)
    purging.purge(inst)


def _at_the_gate(inst: Installation, park: Tenant, gate: GateOnTheWire) -> None:
    who = visitors.listed(inst, park.staff, PEOPLE[1][1])[0].id
    card = codes.card_text(inst, park.staff, who)
    gate.beats()
    gate.passes(card)


def _failed(inst: Installation, park: Tenant, site: Site) -> None:
    """Somebody checks in while the database fails: the traceback goes into the log."""
    path = f"{site.url}/V/{poster_symbols(bytes.fromhex(park.poster))}"
    with httpx.Client(timeout=10) as client:
        fields = dict(_HIDDEN.findall(client.get(path).text))
        name, phone, _, plate = PEOPLE[0]
        inst.write(lambda connection: connection.execute(text("ALTER TABLE entry_people RENAME TO gone")))
        try:
            told = {**fields, "name": name, "phone": phone, "plate": plate}
            answer = client.post(path, data=told)
            client.get(f"{path}?name={name}&phone={phone}")
        finally:
            inst.write(lambda connection: connection.execute(text("ALTER TABLE gone RENAME TO entry_people")))
    assert answer.status_code == 500, answer.status_code


def _got(site: Site, path: str) -> bytes:
    answer = httpx.get(site.url + path, headers={"Authorization": f"Bearer {_TOKEN}"}, timeout=10)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.content


if __name__ == "__main__":
    sys.exit(main())
