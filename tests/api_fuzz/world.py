"""A site with something of everything in it, behind a real server, for whoever calls at random."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import waitress

from domain.access import Role
from domain.enrolment import parsed_enrolment
from domain.hours import local_time
from tests.web.members import member
from tests.web.services.scopes.belongings import belongings
from tests.web.tenants import Tenant, tenant
from web.app import create_app
from web.services import accounts
from web.services.connecting import tokens
from web.services.desk.exporting import exporting, exporting_work
from web.services.desk.filtering import saved
from web.services.desk.filtering.filters import Filter
from web.services.desk.inside import roll_calls
from web.services.desk.projecting import projecting
from web.services.gates import gates
from web.services.installation import Installation, opened
from web.services.passing.checkin import new_entry_id
from web.services.places import places
from web.services.places.places import DEFAULT_ZONE
from web.services.signing_keys import issuing, keys
from web.services.visits import announcing, invitations
from web.services.visits.announcing_times import When
from web.services.visits.announcing_values import Given
from web.settings import Settings
from web.store.scope import PROGRAM, Scope
from web.views.asking.extensions import limiter

# By the names that paths and bodies give them.
_NAMES = {
    "area_id": "area",
    "enterprise_id": "enterprise",
    "venue_id": "venue",
    "entrance_id": "entrance",
    "poster_id": "poster",
    "kiosk_id": "kiosk",
    "visitor_id": "visitor",
    "entry_id": "entry",
    "credential_id": "permit",
    "hold_id": "hold",
    "travel_id": "travel",
    "job_id": "job",
    "notice_id": "notice",
    "liaison_id": "liaison",
}


@dataclass(frozen=True)
class World:
    """Where the site is, a token with every right of an administrator, and ids of what is there, by name.

    `credential` is that of a kiosk which no id names, so that nobody withdraws it at random.
    """

    url: str
    secret: str
    credential: str
    ids: dict[str, str]


@contextmanager
def world(home: Path, threads: int = 4) -> Iterator[World]:
    """A site in an empty folder, served on a free port of this machine until the block ends."""
    inst = opened(
        Settings(home, "", "http://127.0.0.1", "Pilot District"), lambda: time.time_ns() // 1_000_000
    )
    keys.ensure(inst)
    ids, secret, credential = _filled(inst)
    was_limited, limiter.enabled = limiter.enabled, False
    server = waitress.create_server(create_app(inst), host="127.0.0.1", port=0, threads=threads)
    running = threading.Thread(target=server.run, daemon=True)
    running.start()
    try:
        yield World(f"http://127.0.0.1:{server.effective_port}", secret, credential, ids)
    finally:
        server.close()
        running.join(5)
        limiter.enabled = was_limited
        inst.close()


def _filled(inst: Installation) -> tuple[dict[str, str], str, str]:
    here = tenant(inst, "East Area", "Park Ltd")
    made = belongings(inst, here, "East Area", "Park Ltd")
    root = Scope(area_path=places.root(inst, PROGRAM))
    identity = member(inst, "program", Role.ADMIN, root)
    account = accounts.account(inst, identity)
    assert account is not None
    rights = [right.value for right in tokens.grantable(account.role)]
    token = tokens.create(inst, account, "at random", rights, 2)
    export = exporting.order(inst, root, Filter(), account_id=identity, form="csv")
    exporting_work.work_off(inst)
    roll = roll_calls.start(inst, here.staff, identity, here.venue, "drill", new_entry_id(inst))
    when = When(local_time(inst.now_ms(), DEFAULT_ZONE).date().isoformat(), "00:00", "23:59")
    visit = announcing.announce(
        inst, here.staff, identity, here.enterprise, Given("Zhao", "13800138002", "Host", when)
    )
    invitation = invitations.create(
        inst, here.staff, identity, here.enterprise, invitations.Given("Host", when)
    )
    ids = {name: made[there] for name, there in _NAMES.items()}
    ids |= {"export_id": export, "roll_call_id": roll, "invitation_id": invitation}
    ids |= {
        "visit_id": visit.visit_ids[0],
        "place_id": here.venue,
        "level": "venue",
        "kind": "venue",
        "alert_id": "1",
        "filter_id": saved.save(inst, root, Filter(), account_id=identity, name="All of it"),
        "account_id": member(inst, "a guard", Role.GUARD, here.staff),
        "key_id": issuing.listed(inst, root)[0].kid,
        "day": local_time(inst.now_ms(), DEFAULT_ZONE).date().isoformat(),
        "chart": "hours",
    }
    projecting.caught_up(inst, 500)
    return ids, token.secret, _kiosk(inst, here)


def _kiosk(inst: Installation, here: Tenant) -> str:
    shown = gates.new_enrolment(inst, here.staff, here.entrance)
    return gates.enrol(inst, parsed_enrolment(shown.text).token, "At random", "1.0").credential
