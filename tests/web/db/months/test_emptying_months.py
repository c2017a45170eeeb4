"""People's data of a month that is over: taken out as a whole, or row by row where somebody needs it."""

from __future__ import annotations

from functools import partial

from sqlalchemy import func, select

from tests.web.db.months.parts import DAY_MS, DAY_S, drawn, file_of, lie, named, receipt
from tests.web.log.tampering import findings
from tests.web.tenants import SettableClock, Tenant
from web.db.months import months
from web.db.months.months import Month
from web.db.tables import entry_people, leaves, legal_holds, purge_runs, stays
from web.services.installation import Installation
from web.services.keeping import legal_holds as holds
from web.services.keeping.legal_holds import Given
from web.services.keeping.purging import purging
from web.services.operations import months_ahead
from web.services.passing.recording import Receipt
from web.store.keeping.legal_holds import VENUE, VISITOR


def whole_month(site: Installation, park: Tenant, clock: SettableClock) -> Month:
    """A month of entries, and time passed until nothing of it is kept any more."""
    months_ahead.kept(site)
    clock.pass_s(30 * DAY_S)
    for seq in (1, 2, 3):
        receipt(site, park, seq, clock(), private={"visitor_id": f"visitor {seq}"})
    drawn(site)
    month = next(one for one in site.read(months.listed) if one.part == named(clock()))
    clock.pass_s(70 * DAY_S)
    receipt(site, park, 4, clock(), private={"visitor_id": "visitor 1"})
    return month


def files(site: Installation, month: Month) -> list[int]:
    """The files that a month's rows about people lie in: new ones when they were taken out as a whole."""
    return [site.read(partial(file_of, table=f"{table}{month.part}")) for table in (entry_people, stays)]


def test_a_month_without_a_hold_is_emptied_whole_and_its_certificate_stands_in_the_log(
    site: Installation, park: Tenant, clock: SettableClock
):
    month = whole_month(site, park, clock)
    before = files(site, month)
    assert lie(site, "stays")[month.part] == 3
    assert purging.purge(site) == (3, 0)
    assert not set(files(site, month)) & set(before)
    assert lie(site, "entry_people").get(month.part) is None
    assert lie(site, "stays").get(month.part) is None
    assert lie(site, "entries")[month.part] == 3
    (run,) = site.read(lambda c: c.execute(select(purge_runs)).all())
    assert f"erased passages 3 venue {park.venue} before" in run.certificate
    kinds = site.read(lambda c: c.scalars(select(leaves.c.kind).where(leaves.c.ref == run.id)).all())
    assert kinds == ["purge"]
    drawn(site)
    assert findings(site) == []
    assert purging.purge(site) == (0, 0)
    assert (
        receipt(site, park, 5, (month.since_ms or 0) + DAY_MS) is Receipt.STORED
    )  # from a gate that was cut off


def test_a_month_that_a_backup_reads_goes_row_by_row(site: Installation, park: Tenant, clock: SettableClock):
    month = whole_month(site, park, clock)
    before = files(site, month)
    with site.reading.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(entry_people)) == 4
        assert purging.purge(site) == (3, 0)
        assert connection.scalar(select(func.count()).select_from(entry_people)) == 4  # of its own moment
    assert files(site, month) == before
    assert lie(site, "entry_people").get(month.part) is None


def test_a_month_in_which_somebody_is_held_goes_row_by_row_but_for_them(
    site: Installation, park: Tenant, clock: SettableClock
):
    month = whole_month(site, park, clock)
    before = files(site, month)
    hold = {
        "id": "h",
        "subject": VISITOR,
        "subject_id": "visitor 2",
        "reason_sealed": b"",
        "set_by": "ann",
    }
    site.write(lambda c: c.execute(legal_holds.insert().values(**hold, set_ms=clock(), lifted_by="")))
    assert purging.purge(site) == (2, 0)
    assert files(site, month) == before
    assert lie(site, "entry_people")[month.part] == 1


def test_a_month_of_a_place_that_is_held_is_left_alone(
    site: Installation, park: Tenant, clock: SettableClock
):
    month = whole_month(site, park, clock)
    holds.set_hold(site, park.staff, "ann", Given(VENUE, park.venue, "a case"))
    assert purging.purge(site) == (0, 0)
    assert lie(site, "entry_people")[month.part] == 3
