"""A poster used from many networks raises an alert, a crowd behind one address does not (V5)."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from sqlalchemy import select

from domain.alert import AlertKind
from tests.web.services.poster_uses import used
from tests.web.tenants import SettableClock, Tenant
from web.db.tables import poster_uses
from web.services.findings import alerts
from web.services.findings.alert_rows import AlertRow
from web.services.installation import Installation
from web.services.keeping.purging import purging
from web.services.passing.poster_watch import NETWORKS_LEAST, NETWORKS_LEAST_NEW
from web.services.places import places

HOUR_S, DAY_S = 3600, 86_400


def addresses(count: int, first: int = 0) -> Iterator[str]:
    """Addresses of as many networks."""
    return (f"10.{nth // 250}.{nth % 250}.7" for nth in range(first, first + count))


def told(inst: Installation, park: Tenant) -> list[AlertRow]:
    found = alerts.listed(inst, park.staff, alerts.Wanted()).rows
    return [row for row in found if row.kind is AlertKind.POSTER_ELSEWHERE]


def a_usual_week(inst: Installation, park: Tenant, clock: SettableClock, networks: int) -> None:
    for _ in range(5):
        used(inst, park.poster, *addresses(networks))
        clock.pass_s(DAY_S)


def test_fifty_networks_in_a_minute_are_told_once_where_a_few_are_usual(
    inst: Installation, park: Tenant, mill: Tenant, clock: SettableClock
) -> None:
    a_usual_week(inst, park, clock, networks=4)
    clock.pass_s(HOUR_S - 1)  # just before the full hour
    for address in addresses(50):
        used(inst, park.poster, address)
        clock.pass_s(1.2)
    [row] = told(inst, park)
    assert "Poster No. 1 at North gate was used" in row.sentence.en
    assert "never from more than 4." in row.sentence.en
    assert told(inst, mill) == []


def test_a_busy_poster_may_have_three_times_its_busiest_hour(
    inst: Installation, park: Tenant, clock: SettableClock
) -> None:
    a_usual_week(inst, park, clock, networks=30)
    used(inst, park.poster, *addresses(89))
    assert told(inst, park) == []
    used(inst, park.poster, *addresses(1, first=89))
    assert len(told(inst, park)) == 1


def test_300_phones_behind_one_address_and_a_new_posters_opening_day_are_no_alert(
    inst: Installation, park: Tenant, clock: SettableClock
) -> None:
    used(inst, park.poster, *(f"203.0.113.{nth % 250}" for nth in range(300)))
    used(inst, park.poster, *(f"2001:db8:1:{nth:x}::1" for nth in range(100)))
    used(inst, park.poster, *addresses(NETWORKS_LEAST))
    assert told(inst, park) == []
    networks = inst.read(lambda c: c.execute(select(poster_uses.c.uses)).scalars().all())
    assert sorted(networks)[-2:] == [100, 300]
    used(inst, park.poster, *addresses(NETWORKS_LEAST_NEW))
    assert len(told(inst, park)) == 1


def test_far_more_than_the_usual_rate_is_told_though_it_is_one_network(
    inst: Installation, park: Tenant, clock: SettableClock
) -> None:
    for _ in range(5):
        used(inst, park.poster, *["203.0.113.1"] * 20)
        clock.pass_s(DAY_S)
    used(inst, park.poster, *["203.0.113.1"] * 550)
    assert told(inst, park) == []
    used(inst, park.poster, *["203.0.113.1"] * 50)
    assert len(told(inst, park)) == 1


def test_no_address_is_kept_and_what_is_kept_is_another_every_day_and_gone_after_eight(
    inst: Installation, park: Tenant, clock: SettableClock, capfd: pytest.CaptureFixture[str]
) -> None:
    kept = set()
    for _ in range(2):
        used(inst, park.poster, "198.51.100.77", "::ffff:198.51.100.78", "not an address")
        rows = inst.read(lambda c: c.execute(select(poster_uses)).all())
        kept |= {bytes(row.network) for row in rows}
        clock.pass_s(DAY_S)
    assert len(kept) == 4  # two networks on two days
    assert "198.51" not in repr(rows)
    assert "198.51" not in "".join(capfd.readouterr())
    if not inst.settings.database_url:
        files = [path for path in inst.settings.home.rglob("*") if path.is_file()]
        assert files
        assert all(b"198.51.100" not in path.read_bytes() for path in files)
    clock.pass_s(6 * DAY_S + HOUR_S)
    purging.purge(inst)
    assert len(inst.read(lambda c: c.execute(select(poster_uses)).all())) == 2
    clock.pass_s(DAY_S)
    purging.purge(inst)
    assert inst.read(lambda c: c.execute(select(poster_uses)).all()) == []


def test_settling_it_withdraws_the_poster_and_issues_a_new_one_once(inst: Installation, park: Tenant) -> None:
    used(inst, park.poster, *addresses(NETWORKS_LEAST_NEW))
    for _ in range(2):
        [row] = told(inst, park)
        alerts.settle(inst, park.staff, "clerk", row.id, "replace_poster")
        doors = places.venue(inst, park.staff, park.venue).entrances
        [door] = [one for one in doors if one.id == park.entrance]
        assert [poster.state for poster in door.posters] == ["issued", "revoked"]
        alerts.reopen(inst, park.staff, row.id)


def test_a_rush_that_was_right_stays_settled_that_day(
    inst: Installation, park: Tenant, clock: SettableClock
) -> None:
    used(inst, park.poster, *addresses(NETWORKS_LEAST_NEW))
    [row] = told(inst, park)
    alerts.settle(inst, park.staff, "clerk", row.id, "busy_day")
    used(inst, park.poster, *addresses(20, first=NETWORKS_LEAST_NEW))
    assert told(inst, park) == []
    evidence = alerts.detail(inst, park.staff, row.id).evidence
    assert json.dumps(evidence["networks"]) == str(NETWORKS_LEAST_NEW)
