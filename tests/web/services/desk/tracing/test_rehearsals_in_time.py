"""When the monthly rehearsal of a trace takes place: in the night, where a site has nights."""

from __future__ import annotations

from tests.web.alone import DAY, HOUR, Holder
from tests.web.tenants import SettableClock, Tenant
from web.services.desk.tracing import tracing_rehearsal
from web.services.installation import Installation


def test_a_new_month_is_rehearsed_in_its_first_night_and_not_in_the_rush_of_the_morning(
    inst: Installation, park: Tenant, town: dict[str, Holder], clock: SettableClock
):
    tracing_rehearsal.due(inst)
    clock.ms += 10 * DAY + 23 * HOUR  # the first of December, nine in the morning in Shanghai
    assert tracing_rehearsal.due(inst) == 0
    clock.ms += 17 * HOUR + HOUR // 2
    assert tracing_rehearsal.due(inst) == 1
    assert tracing_rehearsal.due(inst) == 0


def test_a_site_that_is_off_at_night_rehearses_by_day_from_the_fourth_on(
    inst: Installation, park: Tenant, town: dict[str, Holder], clock: SettableClock
):
    tracing_rehearsal.due(inst)
    clock.ms += 12 * DAY + 23 * HOUR
    assert tracing_rehearsal.due(inst) == 0
    clock.ms += DAY
    assert tracing_rehearsal.due(inst) == 1
