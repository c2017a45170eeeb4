"""People who come and go by a poster, and the log drawn up to them."""

from __future__ import annotations

from tests.web.tenants import SettableClock, Tenant
from web.services.desk.projecting import projecting
from web.services.installation import Installation
from web.services.logs import sequencing
from web.services.passing import checkin
from web.services.passing.checkin import CheckIn

HOUR = 3_600


def came(inst: Installation, there: Tenant, name: str, phone: str, companions: str = "") -> str:
    """The entry of somebody who came in; without a name, as a confidential venue counts them."""
    return _passed(inst, there, name, phone, "in", companions)


def left(inst: Installation, there: Tenant, name: str, phone: str) -> str:
    """The entry of somebody who went out."""
    return _passed(inst, there, name, phone, "out", "")


def drawn(inst: Installation) -> None:
    """Bring figures and stays up to the last entry."""
    while sequencing.sequence(inst):
        pass
    while projecting.caught_up(inst):
        pass


def _passed(inst: Installation, there: Tenant, name: str, phone: str, direction: str, companions: str) -> str:
    given = CheckIn(
        checkin.new_entry_id(inst),
        name,
        phone,
        direction=direction,
        companions=companions,
        anonymous=not name,
    )
    done = checkin.check_in(inst, there.poster, given)
    assert done.decision.outcome == "admitted"
    # Nobody passes a door at the same moment as somebody else.
    assert isinstance(inst.now_ms, SettableClock)
    inst.now_ms.pass_s(1)
    return done.entry_id
