"""A change reaches the gates that it concerns with their next contact, and no other gate asks for it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from sqlalchemy import text

from domain.access import Role
from domain.venue import VenueState
from tests.web.following import followed
from tests.web.members import member
from tests.web.tenants import SettableClock, Tenant, enrolled
from web.db.bringing.migrating import migrate, migrate_to
from web.db.connecting.engine import open_engine
from web.services.accounts import ADMIN, Account
from web.services.gates import gate_facts, gate_settings, gates
from web.services.gates.fleet import fleet
from web.services.gates.gate import Gate
from web.services.installation import Installation
from web.services.people import holds, own_data, visitors
from web.services.people.visitors import Registration
from web.services.places import moving, places, places_changing
from web.services.rules import policy_editing
from web.services.signing_keys import issuing, keys
from web.store.gates import changes, gate_news
from web.store.gates.gate_news import Newest
from web.store.scope import Scope

DAY_S = 86_400
HOLD = holds.Given("red", "Owes 3,000 yuan", "Call Ms Chen", "Write to us", "2026-11-30")


@dataclass(frozen=True)
class Town:
    """A park with two sites, its neighbour in the same area, the street above it, and a mill elsewhere."""

    inst: Installation
    park: Tenant
    gates: dict[str, Gate]
    street: Scope

    def numbers(self) -> dict[str, Newest]:
        """What each gate would be told to compare."""
        return {
            name: self.inst.read(
                lambda c, gate=gate: gate_news.newest(c, gate_facts.standing(c, gate))
            )
            for name, gate in self.gates.items()
        }  # fmt: skip

    def contents(self) -> dict[str, str]:
        """All of a gate's bundle but its number, its time, and how far its visitors go."""
        found: dict[str, str] = {}
        for name, gate in self.gates.items():
            note = gates.bundle(self.inst, gate, 0)
            assert note is not None
            value = json.loads(note.split(b"\n", 1)[0])
            for part in ("seq", "issued_ms", "facts"):
                value.pop(part)
            found[name] = json.dumps(value, sort_keys=True)
        return found

    def heard(self, change: Callable[[], object]) -> tuple[set[str], set[str]]:
        """The gates whose rules get another number by a change, and those whose visitors do.

        Whatever is in a bundle afterwards and was not before has another number: nobody misses anything.
        """
        before, were = self.numbers(), self.contents()
        change()
        after, are = self.numbers(), self.contents()
        for name in self.gates:
            assert after[name].rules >= before[name].rules
            assert after[name].visitors >= before[name].visitors
            assert are[name] == were[name] or after[name].rules > before[name].rules, name
        return (
            {name for name in self.gates if after[name].rules > before[name].rules},
            {name for name in self.gates if after[name].visitors > before[name].visitors},
        )


def gate_at(inst: Installation, scope: Scope, enterprise: str, name: str) -> Gate:
    venue = places.create_venue(inst, scope, enterprise, name=name, address="1 Road")
    return enrolled(inst, scope, places.create_entrance(inst, scope, venue, "Gate"))[0]


@pytest.fixture
def town(inst: Installation, park: Tenant, mill: Tenant) -> Town:
    street = Scope(area_path=park.area.area_path[: park.area.area_path.index("/", 1) + 1])
    above = places.create_enterprise(inst, street, "Street office")
    beside = places.create_enterprise(inst, park.area, "Neighbour Ltd")
    found = {
        "north": park.gate,
        "second": gate_at(inst, park.staff, park.enterprise, "Second site"),
        "neighbour": gate_at(inst, park.area, beside, "Beside"),
        "street": gate_at(inst, street, above, "Street office"),
        "elsewhere": mill.gate,
    }
    keys.ensure(inst)
    return Town(inst, park, found, street)


ALL = {"north", "second", "neighbour", "street", "elsewhere"}
NEAR = ALL - {"elsewhere"}
OWN = {"north", "second"}


def saved(town: Town, who: Account, level: str, identity: str) -> Callable[[], object]:
    def work() -> object:
        seen = policy_editing.page(town.inst, who, level, identity).version
        return policy_editing.save(
            town.inst, who, level, identity, {"capacity": 7, "temperature": "ask"}, seen
        )

    return work


def rules_of(town: Town) -> dict[str, tuple[Callable[[], object], set[str]]]:
    """Each change of rules, places and keys, and who is to fetch them."""
    inst, park, here = town.inst, town.park, {"north"}
    owner = Account("c1", "clerk", Role.OWNER, park.staff)
    admin = Account("a1", "admin", ADMIN, town.street)
    area = park.area.area_path.strip("/").split("/")
    return {
        "a notice": (lambda: gate_settings.add_notice(inst, park.staff, park.venue, "停", "Closed"), here),
        "a PIN": (lambda: gate_settings.set_pin(inst, park.staff, park.venue, "135790"), {"north"}),
        "a name": (lambda: places_changing.rename_entrance(inst, park.staff, park.entrance, "N"), {"north"}),
        "a state": (
            lambda: places.set_venue_state(inst, park.staff, park.venue, VenueState.PAUSED), {"north"}
        ),
        "rules of a door": (saved(town, owner, "entrance", park.entrance), {"north"}),
        "rules of a venue": (saved(town, owner, "venue", park.venue), {"north"}),
        "rules of a firm": (saved(town, owner, "enterprise", park.enterprise), OWN),
        "rules of an area": (saved(town, admin, "area", area[-1]), OWN | {"neighbour"}),
        "rules of a street": (saved(town, admin, "area", area[0]), ALL),
        "a key of a firm": (lambda: issuing.renew(inst, park.enterprise), NEAR),
        "a key of all": (lambda: issuing.renew(inst), ALL),
        "a kiosk that moves": (
            lambda: fleet.move(inst, park.staff, park.gate.id, park.side_entrance), {"north"}
        ),
        "a firm that moves": (
            lambda: moving.move_enterprise(inst, admin, park.enterprise, area[0]), ALL
        ),
    }  # fmt: skip


def test_a_change_of_rules_is_fetched_by_the_gates_it_concerns_alone(town: Town) -> None:
    visitors.register(
        town.inst, town.park.staff, Registration(town.park.enterprise, "Ann", "13800138000", "visitor")
    )
    for what, (change, expected) in rules_of(town).items():
        rules, _ = town.heard(change)
        assert rules == expected, what


def test_a_visitor_who_changes_is_asked_for_by_the_gates_that_know_them(town: Town) -> None:
    inst, park = town.inst, town.park
    for login in ("ann", "bob"):
        member(inst, login, Role.COMPLIANCE, park.staff)
    who = ""

    def comes() -> None:
        nonlocal who
        who = visitors.register(
            inst, park.staff, Registration(park.enterprise, "Wang Wei", "13800138000", "visitor")
        ).visitor_id

    def held() -> None:
        made = holds.propose(inst, park.staff, "ann", who, HOLD)
        holds.confirm(inst, park.staff, "bob", who, made)

    for change in (comes, held, lambda: own_data.withdraw(inst, who)):
        assert town.heard(change) == (set(), NEAR)

    def at_the_street() -> None:
        enterprise = next(
            row.id for row in places.enterprises(inst, town.street) if row.name == "Street office"
        )
        visitors.register(inst, town.street, Registration(enterprise, "Li Lei", "13900139000", "visitor"))

    assert town.heard(at_the_street) == (set(), ALL), "visitors of the street may come to all its parks"


def known_at_the_mill(town: Town) -> None:
    everything = Scope(everything=True)
    mill = next(row.id for row in places.enterprises(town.inst, everything) if "Mill" in row.name)
    visitors.register(town.inst, everything, Registration(mill, "Li Lei", "13900139000", "visitor"))


def test_a_gate_asks_for_no_page_without_anybody_it_knows(town: Town) -> None:
    inst, park = town.inst, town.park
    known_at_the_mill(town)
    elsewhere, here = followed(inst, town.gates["elsewhere"]), followed(inst, park.gate)
    for number in range(4):
        phone = f"1380013800{number}"
        visitors.register(inst, park.staff, Registration(park.enterprise, f"Ann {number}", phone, "visitor"))
        elsewhere.pages.clear()
        elsewhere.follows()
        here.follows()
        assert elsewhere.pages == []
    assert (len(here.visitors), len(elsewhere.visitors)) == (4, 1)
    assert elsewhere.place.seq < here.place.seq


def test_whoever_is_up_to_date_in_a_quiet_area_does_not_begin_again_when_others_are_forgotten(
    town: Town, clock: SettableClock
) -> None:
    """Those forgotten long ago are told no more: gates that never heard of it begin again, and only those."""
    inst, park = town.inst, town.park
    known_at_the_mill(town)
    quiet, late = followed(inst, town.gates["elsewhere"]), followed(inst, town.gates["neighbour"])
    who = visitors.register(inst, park.staff, Registration(park.enterprise, "Ann", "13800138000", "visitor"))
    busy = followed(inst, park.gate)
    late.follows()
    inst.write(lambda c: changes.buried(c, [who.visitor_id], clock.ms))
    busy.follows()
    clock.pass_s(91 * DAY_S)
    for one in (quiet, late, busy):
        gates.heard(inst, one.gate, gates.Heartbeat("1", "ok", 0, 1, 0, 0, one.place))
    assert gate_facts.forget_old(inst) == 1
    again = [
        inst.read(lambda c, gate=one.gate: gate_facts.place_of(c, gate)).epoch != one.place.epoch
        for one in (quiet, late, busy)
    ]
    assert again == [False, True, False]


def test_a_change_that_is_not_committed_holds_up_no_heartbeat(town: Town) -> None:
    """The order of changes is held until one is committed; gates read numbers and wait for nobody."""
    before = town.numbers()
    told: dict[str, Newest] = {}

    def work(connection: object) -> None:
        gate_news.everywhere(connection)  # type: ignore[arg-type]
        told.update(town.numbers())

    town.inst.write(work)
    assert told == before, "nobody hears of what may not come"
    assert all(town.numbers()[name].rules > before[name].rules for name in ALL)


def test_a_gate_from_a_later_state_of_the_server_is_told_a_higher_number_and_no_other_gate(
    town: Town,
) -> None:
    before = town.numbers()
    ahead = before["north"].rules + 5_000_000
    said = gates.Heartbeat("1", "ok", 0, ahead, 0)
    assert gates.heard(town.inst, town.park.gate, said).bundle_seq > ahead
    after = town.numbers()
    assert {name for name in ALL if after[name] != before[name]} == {"north"}
    rules, _ = town.heard(lambda: gate_settings.set_speaks(town.inst, town.park.staff, town.park.venue, True))
    assert rules == {"north"}, "the next change is above it"


def test_numbers_go_on_where_the_one_for_all_was(fresh_url: str) -> None:
    engine = open_engine(fresh_url)
    with engine.begin() as connection:
        migrate_to(connection, "0013")
        for name, value in (("bundle", 65_540), ("facts", 12)):
            connection.execute(
                text("INSERT INTO counters (name, value) VALUES (:name, :value)"),
                {"name": name, "value": value},
            )
    assert migrate(engine)
    with engine.begin() as connection:
        standing = gate_news.Standing("k", "v", "e", "/a/b/")
        assert gate_news.newest(connection, standing) == Newest(65_540, 12)
        assert gate_news.of_venue(connection, "v") > 65_540
        assert gate_news.newest(connection, replace(standing, venue_id="w")) == Newest(65_540, 12)
    engine.dispose()


def test_only_one_module_numbers_rules() -> None:
    """A number that is raised past it would be told to no gate."""
    root = Path(gate_news.__file__).parents[2]
    raising = re.compile(r"(raised|stepped)\(\s*\w+,\s*(counters\.)?BUNDLE\b")
    found = {path.name for path in root.rglob("*.py") if raising.search(path.read_text("utf-8"))}
    assert found == {"gate_news.py"}
