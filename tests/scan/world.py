"""What the scanned site holds, who scans it, and the address of every page that each of them may open."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from flask import Flask
from PIL import Image

from domain.access import RIGHTS, Right, Role
from domain.venue import poster_symbols
from tests.web.access.asking import asked
from tests.web.access.world import TODAY, Owned, owned
from web.db.connecting.connection import Record
from web.services import accounts
from web.services.connecting import webhooks
from web.services.desk.exporting import exporting, exporting_work
from web.services.desk.filtering.filters import Filter
from web.services.installation import Installation, opened
from web.services.logs import log_proving
from web.services.people import visitors
from web.services.places import logos
from web.services.printing import printing_working
from web.services.signing_in import sessions
from web.services.signing_in.sessions import Way
from web.services.signing_keys import keys
from web.services.visits import invitations
from web.services.visits.rounds import place_pictures
from web.settings import Settings
from web.store.access import accounts as account_rows
from web.views.access import Access, Open
from web.views.asking.guarding import access_table

NOBODY, OWNER = "nobody", "owner"
BEGUN_MS = int(datetime(TODAY.year, TODAY.month, TODAY.day, 2, tzinfo=UTC).timestamp() * 1000)
_BUILT_IN_MS = 600_000
"""Later than the last thing that was done while the data was made, which takes seconds."""
SCRIPTS = "/forms-of-scripts"
"""A page that only the scanned site has: forms of what scripts send, which a scanner cannot run."""
# Of the net that is kept for documents (RFC 5737): nobody answers there.
_RECEIVER = "https://192.0.2.1/hook"
# Names in paths that are not ids and stand for something.
_REAL = {"printing.example": "/prints/examples/poster.png"}


@dataclass(frozen=True)
class Scanner:
    """Headers that make a request its sender's, the paths to begin with, and those that would end it.

    Whoever is signed out by the third form sees nothing of the rest: what ends the scanner's own session or
    role is left out, and tried by hand (tests/web/pages: test_signing_in.py, test_staff_pages.py).
    """

    headers: Mapping[str, str]
    paths: tuple[str, ...]
    avoided: tuple[str, ...] = ()


def at_home(home: Path, url: str, from_ms: int = BEGUN_MS) -> Installation:
    """The installation in `home`, where it is `from_ms` when it is opened, whatever the day is."""
    began = time.monotonic_ns()
    return opened(
        Settings(home, "", url, "Pilot District"),
        lambda: from_ms + (time.monotonic_ns() - began) // 1_000_000,
    )


def served_from_ms() -> int:
    """The moment at which every serving of the data begins: whoever is signed in is so anew."""
    return BEGUN_MS + _BUILT_IN_MS


def filled(inst: Installation) -> Owned:
    """An enterprise with its people, visits, prints and rounds; its jobs are done."""
    keys.ensure(inst)
    own = owned(inst, "Orchard", "13800138", "91350100M000100Y43")
    staff, owner = own.tenant.staff, accounts.account(inst, own.members[Role.OWNER])
    assert owner is not None
    logos.put(inst, staff, own.tenant.enterprise, _picture())
    place_pictures.put(inst, staff, own.tenant.venue, own.tenant.entrance, _picture())
    hook = webhooks.create(inst, owner, _RECEIVER, ["entry"]).webhook_id
    export = exporting.order(
        inst, staff, Filter(venue_id=own.tenant.venue), account_id=owner.id, form="csv", purpose="audit"
    )
    ids = {"webhook_id": hook, "delivery_id": webhooks.test(inst, staff, hook), "export_id": export}
    printing_working.work_off(inst)
    exporting_work.work_off(inst)
    return replace(own, ids={**own.ids, **ids})


def scanners(inst: Installation, app: Flask, own: Owned) -> dict[str, Scanner]:
    """Somebody who holds nothing but the links that visitors get, and the owner of the enterprise."""
    account = accounts.account(inst, own.members[Role.OWNER])
    assert account is not None
    secret = sessions.begin(inst, account, Way.TYPED, "Firefox", second_factor=True)
    link = visitors.renew_link(inst, own.tenant.staff, own.ids["visitor_id"])
    return {
        NOBODY: Scanner(
            {"Authorization": f"Bearer {link.rpartition('#')[2]}"}, tuple(_paths(inst, app, own, NOBODY))
        ),
        OWNER: Scanner(
            {"Cookie": f"__Host-session={secret}"},
            tuple(_paths(inst, app, own, OWNER)),
            (
                "/account/sessions/*",
                f"/staff/accounts/{quote(account.id)}/*",
                *(f"/staff/grants/{grant.id}/*" for grant in _grants(inst, account.id)),
            ),
        ),
    }


def may(who: str, access: Access, method: str) -> bool:
    """Whether the table lets a scanner make a request; calls of programs and kiosks are not its business."""
    if access.by_token:
        return False
    need = access.need(method)
    if isinstance(need, Right):
        return who == OWNER and need in RIGHTS[Role.OWNER]
    return need is Open.PUBLIC or (need is Open.SIGNED_IN and who == OWNER)


def _paths(inst: Installation, app: Flask, own: Owned, who: str) -> Iterator[str]:
    table = access_table(app)
    invited = invitations.link(inst, own.tenant.staff, own.ids["invitation_id"])
    symbols = {"checkin": poster_symbols(bytes.fromhex(own.ids["poster_id"]))}
    symbols |= {"privacy": symbols["checkin"], "invitation_door": invited.rpartition("/")[2]}
    found = set()
    for one in asked(app, own.ids, own.ids):
        if one.method == "GET" and may(who, table[one.endpoint], "GET"):
            given = symbols.get(one.endpoint.partition(".")[0], "")
            found.add(_REAL.get(one.endpoint, one.path).replace("A" * 26, given))
    leaves = int(log_proving.head(inst).split(b"\n")[1])
    found.add(SCRIPTS)
    found |= {f"/keeping/venue/{own.tenant.venue}", f"/log/tile/0/000.p/{leaves}"}
    yield from sorted(found)


def _grants(inst: Installation, account_id: str) -> Sequence[Record]:
    return inst.read(lambda connection: account_rows.grants_in_force(connection, account_id, inst.now_ms()))


def _picture() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (400, 300), (20, 90, 160)).save(made, "PNG")
    return made.getvalue()
