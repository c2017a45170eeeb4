"""What a first look needs: an enterprise with its owner, a venue, three visitors, and an administrator."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from domain.access import Role
from domain.visitor import VisitorClass
from web.services import accounts
from web.services.gates import gates
from web.services.installation import Installation
from web.services.people import codes, visitors
from web.services.places import places
from web.services.places.posters import posters
from web.services.signing_in import passwords
from web.store.scope import PROGRAM, Scope

OWNER, ADMIN = "owner", "admin"
_PEOPLE = (
    ("张伟", "138 0013 8000", VisitorClass.EMPLOYEE, ""),
    ("Anna Lindqvist", "+46 70 123 45 67", VisitorClass.VISITOR, ""),
    ("王芳", "139 1234 5678", VisitorClass.COURIER, "苏A·12345"),
)


@dataclass(frozen=True, slots=True)
class Demo:
    """What the demo made, kept beside the data so that a second start finds it again."""

    venue_id: str
    entrance_id: str
    visitor_ids: tuple[str, ...]
    cards: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FirstLook:
    """What is said once, after the first start, and kept nowhere.

    The owner of the enterprise signs in with the password alone; the administrator of everything sets a
    second factor up at the first sign-in.
    """

    login: str
    password: str
    admin_login: str
    admin_password: str
    visitor_link: str


def seeded(inst: Installation) -> tuple[Demo, FirstLook | None]:
    """The demo's data; made when the installation has no account yet, else as the first start left it."""
    path = inst.settings.home / "demo.json"
    if path.exists():
        kept = json.loads(path.read_text(encoding="utf-8"))
        return Demo(
            kept["venue_id"], kept["entrance_id"], tuple(kept["visitor_ids"]), tuple(kept["cards"])
        ), None
    area_path = places.root(inst, PROGRAM)
    scope = Scope(area_path=area_path)
    demo, firm, link = _made(inst, scope)
    owner = _account(inst, OWNER, Role.OWNER, enterprise_id=firm)
    admin = _account(inst, ADMIN, Role.ADMIN, area_path=area_path)
    _keep(path, demo)
    return demo, FirstLook(*owner, *admin, link)


def enrolment(inst: Installation, demo: Demo) -> str:
    """A fresh enrolment text for the demo's gate."""
    return gates.new_enrolment(inst, PROGRAM, demo.entrance_id).text


def phone_codes(inst: Installation, visitor_id: str, from_s: int, hours: float) -> dict[int, str]:
    """The codes a visitor's phone will show, by the second each begins at."""
    found: dict[int, str] = {}
    first, windows = from_s // codes.STEP_S, int(hours * 3600) // codes.STEP_S
    for start in range(first, first + windows, codes.STRIP_MOST):
        count = min(codes.STRIP_MOST, first + windows - start)
        found.update(codes.phone_codes(inst, visitor_id, start, count))
    return found


def _account(inst: Installation, name: str, role: Role, **where: str) -> tuple[str, str]:
    password = passwords.random_password()
    login = name if accounts.is_free(inst, name) else f"{name}-{secrets.token_hex(2)}"
    accounts.create_account(inst, login, password, role, **where)
    return login, password


def _made(inst: Installation, scope: Scope) -> tuple[Demo, str, str]:
    firm = places.create_enterprise(inst, scope, "云杉科技有限公司 Spruce Technology")
    venue = places.create_venue(
        inst,
        scope,
        firm,
        name="云杉科技园 Spruce Science Park",
        address="云杉路 8 号 · 8 Spruce Road",
        kind="office",
    )
    doors = [
        places.create_entrance(inst, scope, venue, name) for name in ("南门 South gate", "北门 North gate")
    ]
    for door in doors:
        posters.issue(inst, scope, door)
    people = [
        visitors.register(inst, scope, visitors.Registration(firm, name, phone, kind, plate=plate))
        for name, phone, kind, plate in _PEOPLE
    ]
    cards = tuple(codes.card_text(inst, scope, person.visitor_id) for person in people)
    demo = Demo(venue, doors[0], tuple(person.visitor_id for person in people), cards)
    return demo, firm, people[0].link


def _keep(path: Path, demo: Demo) -> None:
    # The cards in it are as good as the printed ones: only the owner of the data may read them.
    with os.fdopen(
        os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
    ) as file:
        json.dump(asdict(demo), file, ensure_ascii=False)
