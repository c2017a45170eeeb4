"""Visitors, their papers and passages, asked for with another tenant's ids."""

from __future__ import annotations

from domain.errors import InputError
from tests.web.services.scopes.asking import Ask, Ids, some
from tests.web.services.scopes.belongings import HOLD, LINES, TODAY, TYPED
from web.services.installation import Installation
from web.services.passing import passages, simulating
from web.services.passing.paper import paper
from web.services.passing.simulating import Question
from web.services.people import codes, credential_import, credentials, holds, recognising, travels, visitors
from web.services.people.credential_import import Step
from web.services.people.credential_values import Dated, Given
from web.services.people.holds import HoldState
from web.services.people.visitors import Registration
from web.store.desk import searching
from web.store.desk.filtering import Wanted
from web.store.scope import PROGRAM, Scope

DATED = Dated("Site pass", None, None)


def by_hand(inst: Installation, ids: Ids) -> str:
    """The entry that the tenant's staff made by hand."""
    wanted = Wanted(entrance_id=ids["entrance"], ways=("staff",))
    rows = inst.read(lambda connection: searching.page(connection, PROGRAM, wanted))
    return next((row.id for row in rows if not row.corrects), "nothing")


def _meant(inst: Installation, scope: Scope, number: str) -> list[str]:
    """The visitors whom a table with this number means; one that is no table at all means nobody."""
    try:
        table = f"number,kind\n{number},Site pass\n".encode(errors="replace")
        return [step.visitor_id for step in credential_import.report(inst, scope, table).steps]
    except InputError:
        return []


REFUSED: dict[str, Ask] = {
    "credentials.add": lambda i, s, x: credentials.add(
        i, s, x["account"], x["visitor"], Given("Vaccination card")
    ),
    "credentials.verify": lambda i, s, x: credentials.verify(i, s, x["account"], x["visitor"], x["permit"]),
    "credentials.withdraw": lambda i, s, x: credentials.withdraw(i, s, x["visitor"], x["training"]),
    "holds.propose": lambda i, s, x: holds.propose(i, s, x["account"], x["visitor"], HOLD),
    "holds.confirm": lambda i, s, x: holds.confirm(i, s, x["account"], x["visitor"], x["hold"]),
    "holds.lift": lambda i, s, x: holds.lift(i, s, x["account"], x["visitor"], x["hold"]),
    "travels.note": lambda i, s, x: travels.note(i, s, x["account"], x["visitor"], "海滨街道", "2026-11-19"),
    "travels.remove": lambda i, s, x: travels.remove(i, s, x["visitor"], x["travel"]),
    "codes.card": lambda i, s, x: codes.card(i, s, x["visitor"], kind="png", languages=("en",)),
    "codes.card_text": lambda i, s, x: codes.card_text(i, s, x["visitor"]),
    "paper.keep": lambda i, s, x: paper.keep(i, s, x["entrance"], TODAY, LINES),
    "paper.tried": lambda i, s, x: paper.tried(i, s, x["entrance"], TODAY, LINES),
    "paper.undo": lambda i, s, x: paper.undo(i, s, x["entrance"], i.now_ms() - 1),
    "passages.desk": lambda i, s, x: passages.desk(i, s, x["entrance"]),
    "passages.record": lambda i, s, x: passages.record(i, s, x["entrance"], TYPED),
    "passages.take_back": lambda i, s, x: passages.take_back(i, s, x["entrance"], by_hand(i, x)),
    "codes.new_card": lambda i, s, x: codes.new_card(i, s, x["visitor"]),
    "simulating.door": lambda i, s, x: simulating.door(i, s, x["entrance"]),
    "simulating.simulated": lambda i, s, x: simulating.simulated(i, s, Question(x["entrance"], x["visitor"])),
    "simulating.visitor_id": lambda i, s, x: simulating.visitor_id(i, s, x["visitor"]),
    "visitors.register": lambda i, s, x: visitors.register(
        i, s, Registration(x["enterprise"], "Li", "13800138001", "visitor")
    ),
    "visitors.renew_link": lambda i, s, x: visitors.renew_link(i, s, x["visitor"]),
    "visitors.visitor": lambda i, s, x: visitors.visitor(i, s, x["visitor"]),
}

EMPTY: dict[str, Ask] = {
    "credentials.listed": lambda i, s, x: credentials.listed(i, s, x["visitor"]),
    "credential_import.report": lambda i, s, x: _meant(i, s, x["number"]),
    "credential_import.apply": lambda i, s, x: some(
        credential_import.apply(i, s, x["account"], [Step(x["visitor"], DATED)]).added
    ),
    "holds.counted": lambda i, s, x: some(holds.counted(i, s, HoldState.WAITING)),
    "holds.listed": lambda i, s, x: holds.listed(i, s, HoldState.WAITING),
    "holds.of_visitor": lambda i, s, x: holds.of_visitor(i, s, x["visitor"]),
    "travels.listed": lambda i, s, x: travels.listed(i, s, x["visitor"]),
    "paper.batches": lambda i, s, x: paper.batches(i, s, x["venue"]),
    "passages.told": lambda i, s, x: [
        told for told in [passages.told(i, s, x["entrance"], by_hand(i, x))] if told
    ],
    "simulating.candidates": lambda i, s, x: simulating.candidates(i, s, "Wang Wei"),
    "simulating.doors": lambda i, s, x: [d for d in simulating.doors(i, s) if d.id == x["entrance"]],
    "visitors.listed": lambda i, s, x: [
        row
        for text in ("", "Wang Wei", "Wang", "138 0013 8000", "苏A12345")
        for row in visitors.listed(i, s, text)
    ],
    "recognising.found_by_text": lambda i, s, x: i.read(
        lambda c: recognising.found_by_text(c, i.cipher, s, "13800138000")
    ),
    "recognising.same_person": lambda i, s, x: i.read(
        lambda c: recognising.same_person(
            c, i.cipher, s, visitors.checked(Registration("", "Wang Wei", "13800138000", "visitor"))
        )
    ),
}

# Gives nothing back when it is done.
SILENT = {
    *("credentials.add", "credentials.verify", "credentials.withdraw", "holds.confirm", "holds.lift"),
    *("travels.note", "travels.remove", "paper.undo"),
}
