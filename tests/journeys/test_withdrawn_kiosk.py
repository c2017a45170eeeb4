"""A kiosk is withdrawn while it is cut off: an admin brings its last entries in, once (S15)."""

from __future__ import annotations

import secrets
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import httpx
import pyotp
import pytest
from sqlalchemy import func, select

from domain.decision import Decision, Outcome, Presence
from domain.entry import Clock, Entry, Way, entry_of, uuid7
from domain.note import note_key
from domain.reason import Reason
from domain.sealed_entry import SealingKey
from domain.venue import Direction, Entrance
from kiosk.host.identity import Identity, saved_identity, state_folder
from kiosk.privacy.sealing import Sealing
from kiosk.privacy.tags import Tags
from kiosk.spool.spool import Spool
from tests.web.commands.here import refused, run
from tests.web.commands.served import serving
from tests.web.pages.site import hidden_fields, seen, shown_secret
from tests.web.tenants import Tenant, tenant
from web.db.tables import alerts, entries, visitors
from web.services.gates import gates
from web.services.installation import Installation, opened
from web.services.signing_keys import keys
from web.settings import Settings

pytestmark = pytest.mark.journey
COUNT = 7


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def made(home: Path) -> Installation:
    inst = opened(Settings(home, "", "http://127.0.0.1:8000", "Pilot"), now_ms)
    keys.ensure(inst)
    return inst


def left_alone(home: Path, there: Tenant, bundle_key: str, key: SealingKey) -> None:
    """A kiosk's home with entries that never left it."""
    door = Entrance(there.entrance, "North gate", there.venue, "Park")
    identity = Identity("http://127.0.0.1:1", there.gate.id, there.credential, note_key(bundle_key), door)
    saved_identity(home, identity)
    spool = Spool(state_folder(home, there.gate.id), now_ms)
    sealing = Sealing(lambda: key, Tags(bytes(32)), secrets.token_bytes)
    for nth in range(COUNT):
        made_ms = now_ms() - 3_600_000 + nth
        spool.commit(
            lambda seq, at_ms=made_ms: passage(there, seq, at_ms),
            now_ms(),
            lambda entry: sealing.body(entry, date(2026, 11, 20)),
        )
    spool.close()


def passage(there: Tenant, seq: int, at_ms: int) -> Entry:
    return entry_of(
        Decision(Outcome.ADMITTED, Reason.WELCOME, Presence.STAFF),
        identity=uuid7(at_ms, seq.to_bytes(10, "big")), device=there.gate.id, seq=seq, venue=there.venue,
        entrance=there.entrance, direction=Direction.IN, at_ms=at_ms, way=Way.STAFF, policy_version=1,
        bundle_seq=1, clock=Clock("b", at_ms, 0, 0), name="Zhang Weiwei", phone="13800138000",
    )  # fmt: skip


def kiosk(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kiosk", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def sign_in(staff: httpx.Client, link: str) -> None:
    """As the first administrator, who chooses a password by the link and sets a second factor up."""
    password = "seven lazy herons count the tide"
    page = staff.post("/join", data={**hidden_fields(staff.get("/join").text), "link": link})
    page = staff.post("/join/choose", data={**hidden_fields(page.text), "password": password})
    code = pyotp.TOTP(shown_secret(page.text)).now()
    done = staff.post("/sign-in/set-up", data={**hidden_fields(page.text), "code": code})
    assert "Recovery codes" in done.text


def handed_in(staff: httpx.Client, file: Path) -> str:
    hidden = hidden_fields(staff.get("/quarantine/bring").text)
    answer = staff.post("/quarantine/bring", data=hidden, files={"file": ("e.cpx", file.read_bytes())})
    return seen(answer.text)


def test_the_last_entries_of_a_withdrawn_kiosk_are_brought_in_once(tmp_path: Path) -> None:
    site, home, file = tmp_path / "site", tmp_path / "kiosk", tmp_path / "last.cpx"
    link = run(site, "create-admin", "boss").stdout.strip()
    inst = made(site)
    there = tenant(inst, "East", "Park")
    bundle_key, _, _ = inst.write(lambda c: keys.signing(c, inst, keys.BUNDLE))
    key = inst.read(keys.sealing)
    assert key is not None
    left_alone(home, there, bundle_key.text, key)
    gates.revoke_kiosk(inst, there.staff, there.gate.id)
    inst.close()

    out = kiosk("export", "--home", str(home), "--out", str(file))
    assert (out.returncode, out.stdout) == (0, f"exported {COUNT} {file}\n")
    assert b"Weiwei" not in file.read_bytes()
    again = kiosk("export", "--home", str(home), "--out", str(file))
    assert again.returncode == 2
    assert "another name" in again.stderr
    assert "Traceback" not in again.stderr

    english = {"Accept-Language": "en"}
    with (
        serving(site) as served,
        httpx.Client(base_url=served.url, headers=english, follow_redirects=True) as staff,
    ):
        sign_in(staff, link)
        headers = {"Authorization": f"Bearer {there.credential}"}
        answer = httpx.post(f"{served.url}/api/v1/kiosks/self/entries", json={"entries": []}, headers=headers)
        assert answer.status_code == 401
        page = handed_in(staff, file)
        assert f"gate: {COUNT} new, 0 already here, 0 in quarantine." in page
        assert "Entries of a withdrawn kiosk" in page
        spoilt = tmp_path / "spoilt.cpx"
        spoilt.write_bytes(file.read_bytes()[:-1] + b"x")
        assert "does not open" in handed_in(staff, spoilt)
        assert f"gate: 0 new, {COUNT} already here" in handed_in(staff, file)

    done = run(site, "import-entries", str(file))
    assert (done.returncode, done.stdout) == (0, f"gate: stored 0, duplicate {COUNT}, refused 0\n")
    refused(run(site, "import-entries", str(spoilt)), "does not open")

    inst = made(site)
    people = inst.read(lambda c: c.scalar(select(func.count()).select_from(visitors)))
    kept = inst.read(lambda c: c.execute(select(entries.c.seq, entries.c.way).order_by(entries.c.seq)).all())
    found = inst.read(lambda c: c.scalars(select(alerts.c.kind)).all())
    inst.close()
    assert [tuple(row) for row in kept] == [(seq, "staff") for seq in range(1, COUNT + 1)]
    assert found == ["imported_after_revocation"]
    assert people == 1, "the server read the name that each of them was sealed with"
