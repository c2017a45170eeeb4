"""Enterprises, their venues and the venues' entrances."""

from __future__ import annotations

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

from domain.errors import InputError
from domain.venue import Entrance, VenueState
from domain.visitor import cleaned
from domain.wording import Sentence, in_order
from web.db.connecting.connection import Connection, Record
from web.db.connecting.turns import Turn, taken
from web.services.errors import NotFoundError
from web.services.installation import Installation, new_id, start_of_day_ms
from web.services.places.importing.already_there import expect_new_entrance, expect_new_venue, expect_own_code
from web.services.places.place_rows import (
    EnterpriseRow,
    EntranceDetail,
    VenueDetail,
    VenueRow,
    enterprise_shown,
    kiosk_shown,
    poster_shown,
    venue_shown,
)
from web.store.gates import gate_news, kiosks
from web.store.places import applications, areas, places
from web.store.scope import Scope

DEFAULT_ZONE = "Asia/Shanghai"
VENUE_KINDS: dict[str, Sentence] = {
    "office": Sentence("Office or park", "办公楼、园区"),
    "factory": Sentence("Factory", "工厂"),
    "site": Sentence("Building site", "建筑工地"),
    "community": Sentence("Residential community", "住宅小区"),
    "hospital": Sentence("Hospital or clinic", "医院、诊所"),
    "school": Sentence("School", "学校"),
    "shop": Sentence("Shop or restaurant", "商店、餐饮"),
    "event": Sentence("Event", "活动"),
    "other": Sentence("Other", "其他"),
}


def root(inst: Installation, scope: Scope) -> str:
    """The path of the scope's top area; the installation's first one is made when there is none."""

    def work(connection: Connection) -> str:
        taken(connection, Turn.FOUNDING)
        row = places.top_area(connection, scope)
        return str(row.path) if row else places.area_added(connection, new_id(), inst.settings.operator)

    return inst.write(work)


def enterprises(inst: Installation, scope: Scope) -> list[EnterpriseRow]:
    """The enterprises in scope, by name."""
    today = start_of_day_ms(inst.now_ms(), DEFAULT_ZONE)
    rows = inst.ask(lambda connection: places.enterprise_rows(connection, scope, today))
    return sorted((enterprise_shown(row) for row in rows), key=lambda row: in_order(row.name))


def enterprises_of_area(inst: Installation, scope: Scope, area_id: str) -> list[EnterpriseRow]:
    """The enterprises in scope that are of one area itself, by name."""
    return [row for row in enterprises(inst, scope) if row.area_id == area_id]


def enterprise(inst: Installation, scope: Scope, enterprise_id: str) -> EnterpriseRow:
    """One enterprise; NotFoundError outside the scope."""
    today = start_of_day_ms(inst.now_ms(), DEFAULT_ZONE)
    rows = inst.ask(lambda connection: places.enterprise_rows(connection, scope, today, enterprise_id))
    if not rows:
        raise NotFoundError
    return enterprise_shown(rows[0])


def create_enterprise(
    inst: Installation, scope: Scope, name: str, credit_code: str = "", area_id: str = ""
) -> str:
    """The id of a new enterprise in an area in scope, its top one if none is named."""
    values = {"name": cleaned(name, "name"), "credit_code": checked_credit_code(credit_code)}
    identity = new_id()

    def work(connection: Connection) -> None:
        top = places.top_area(connection, scope)
        area = areas.row(connection, scope, area_id) if area_id else top
        if area is None:
            raise NotFoundError
        expect_own_code(connection, scope, values["credit_code"])
        places.enterprise_added(connection, id=identity, area_id=area.id, created_ms=inst.now_ms(), **values)

    inst.write(work)
    return identity


def venues(inst: Installation, scope: Scope, enterprise_id: str | None = None) -> list[VenueRow]:
    """The venues in scope, or those of one enterprise, by name."""
    today = start_of_day_ms(inst.now_ms(), DEFAULT_ZONE)
    rows = inst.ask(
        lambda connection: places.venue_rows(connection, scope, today, enterprise_id=enterprise_id or "")
    )
    return sorted((venue_shown(row) for row in rows), key=lambda row: in_order(row.name))


def venue(inst: Installation, scope: Scope, venue_id: str) -> VenueDetail:
    """One venue with entrances, posters and kiosks; NotFoundError outside the scope."""
    today = start_of_day_ms(inst.now_ms(), DEFAULT_ZONE)

    def work(connection: Connection) -> VenueDetail:
        rows = places.venue_rows(connection, scope, today, venue_id=venue_id)
        if not rows:
            raise NotFoundError
        doors = places.entrance_rows(connection, scope, venue_id)
        posters = places.poster_rows(connection, scope, venue_id)
        used = applications.first_uses(connection, venue_id)
        gates = kiosks.rows(connection, scope, venue_id)
        details = (
            EntranceDetail(
                door.id,
                door.name,
                tuple(poster_shown(inst, p, used.get(p.id)) for p in posters if p.entrance_id == door.id),
                tuple(kiosk_shown(k) for k in gates if k.entrance_id == door.id),
            )
            for door in doors
        )
        return VenueDetail(venue_shown(rows[0]), rows[0].capacity, bool(rows[0].surrounds), tuple(details))

    return inst.read(work)


def create_venue(
    inst: Installation,
    scope: Scope,
    enterprise_id: str,
    *,
    name: str,
    address: str,
    kind: str = "other",
    capacity: int | None = None,
    time_zone: str = DEFAULT_ZONE,
    surrounds: bool = False,
    applies: bool = False,
) -> str:
    """The id of a new venue of an enterprise in scope, open at once unless it `applies` for its codes.

    InputError names a bad field, ExistsError the venue that is there already.
    """
    enterprise(inst, scope, enterprise_id)
    identity, now_ms = new_id(), inst.now_ms()
    checked = venue_values(name, address, kind, capacity, time_zone)
    values = {
        "id": identity,
        "enterprise_id": enterprise_id,
        **checked,
        "surrounds": int(surrounds),
        "state": VenueState.APPLIED if applies else VenueState.OPEN,
        "applied_ms": now_ms if applies else None,
        "created_ms": now_ms,
    }

    def work(connection: Connection) -> None:
        expect_new_venue(connection, enterprise_id, str(checked["name"]), str(checked["address"]))
        places.venue_added(connection, **values)

    inst.write(work)
    return identity


def venue_values(
    name: str, address: str, kind: str, capacity: int | None, time_zone: str
) -> dict[str, str | int | None]:
    """What a venue is, checked, by column; InputError names a bad field."""
    if kind not in VENUE_KINDS:
        raise InputError("kind", "Choose one of the kinds in the list.", "请从列表中选择场所类型。")
    if capacity is not None and not 1 <= capacity <= 1_000_000:
        raise InputError(
            "capacity", "Give a number from 1 to 1,000,000, or nothing.", "请填 1 至 1000000，或留空。"
        )
    return {
        "name": cleaned(name, "name"),
        "address": cleaned(address, "address"),
        "kind": kind,
        "capacity": capacity,
        "time_zone": checked_zone(time_zone),
    }


def set_venue_state(inst: Installation, scope: Scope, venue_id: str, state: str) -> None:
    """Open, pause or close a venue; ExistsError names the one that took the name of a closed one since."""

    def work(connection: Connection) -> None:
        taken(connection, Turn.FOUNDING)
        row = next(iter(places.venue_rows(connection, scope, inst.now_ms(), venue_id=venue_id)), None)
        if row is None:
            raise NotFoundError
        if row.state == VenueState.APPLIED:
            raise InputError("state", "This venue waits for review.", "该场所正在等待审核。")
        if row.state == VenueState.CLOSED and state != VenueState.CLOSED:
            expect_new_venue(connection, row.enterprise_id, row.name, row.address)
        places.venue_changed(connection, scope, venue_id, state=VenueState(state))
        gate_news.of_venue(connection, venue_id)

    if state not in (VenueState.OPEN, VenueState.PAUSED, VenueState.CLOSED):
        raise InputError("state", "A venue is open, paused or closed.", "场所状态只能是开放、暂停或关闭。")
    inst.write(work)


def create_entrance(inst: Installation, scope: Scope, venue_id: str, name: str) -> str:
    """The id of a new entrance of a venue in scope; ExistsError names the one that is there already."""
    identity, cleaned_name = new_id(), cleaned(name, "name")

    def work(connection: Connection) -> None:
        if not places.venue_rows(connection, scope, inst.now_ms(), venue_id=venue_id):
            raise NotFoundError
        expect_new_entrance(connection, venue_id, cleaned_name)
        places.entrance_added(
            connection, id=identity, venue_id=venue_id, name=cleaned_name, created_ms=inst.now_ms()
        )

    inst.write(work)
    return identity


def entrance_of(row: Record) -> Entrance:
    """The domain's entrance out of a row of `places.entrance_row`."""
    return Entrance(row.id, row.name, row.venue_id, row.venue_name, VenueState(row.state), row.time_zone)


def checked_credit_code(typed: str) -> str:
    """The unified social credit code in its form, "" when left out; InputError when its check fails."""
    if not typed.strip():
        return ""
    try:
        return str(uscc.validate(typed.strip()))
    except ValidationError:
        raise InputError(
            "credit_code",
            "This credit code has a mistake: 18 letters and digits, the last one checks the others.",
            "统一社会信用代码有误：应为 18 位，最后一位是校验位，请核对。",
        ) from None


def checked_zone(name: str) -> str:
    """A time zone by its name; InputError when there is none."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: a folder of zones, or too long
        raise InputError(
            "time_zone", "Give a zone such as Asia/Shanghai.", "请填写如 Asia/Shanghai 的时区。"
        ) from None
    return name
