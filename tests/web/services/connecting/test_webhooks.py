"""Webhooks: what is told to whom, in which order, how often; on both databases with a real receiver."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from domain.access import Role
from domain.errors import InputError
from tests.web.members import member
from tests.web.services.connecting.receiving import Receiver, receiver
from tests.web.tenants import SettableClock, Tenant, entry_item
from web.services import accounts
from web.services.accounts import Account
from web.services.connecting import delivering, signing, webhooks
from web.services.connecting.events import CHOICES, Event
from web.services.errors import NotFoundError
from web.services.gates import gates, ingest
from web.services.gates.fleet import silence
from web.services.installation import Installation
from web.services.passing import passages
from web.services.passing.checkin import new_entry_id
from web.services.passing.passage_typing import Typed
from web.store.scope import Scope

EVERYTHING = [event.value for event in CHOICES]


@pytest.fixture
def outward(inst: Installation) -> Installation:
    """The installation, allowed to send to this machine."""
    return replace(inst, settings=replace(inst.settings, webhooks_inside=True))


@pytest.fixture
def there() -> Iterator[Receiver]:
    with receiver() as here:
        yield here


def _account(inst: Installation, scope: Scope, name: str = "owner") -> Account:
    found = accounts.account(inst, member(inst, name, Role.OWNER, scope))
    assert found is not None
    return found


def _told(there: Receiver) -> list[dict[str, object]]:
    return [json.loads(got.body) for got in there.got]


def _passed(inst: Installation, park: Tenant, clock: SettableClock) -> str:
    """The id of an entry of somebody whom staff let in by name."""
    typed = Typed(new_entry_id(inst), name="Wang Wei", phone="13800138000")
    done = passages.record(inst, park.staff, park.entrance, typed)
    assert isinstance(done, passages.Recorded)
    clock.pass_s(1)
    return done.entry_id


def test_an_entry_is_told_once_signed_and_without_anybodys_name(
    outward: Installation, park: Tenant, clock: SettableClock, there: Receiver
) -> None:
    made = webhooks.create(outward, _account(outward, park.staff), there.url, EVERYTHING)
    entry_id = _passed(outward, park, clock)
    assert delivering.work_off(outward) == 1
    (got,) = there.got
    assert got.path == "/hook?a=b"
    body = json.loads(got.body)
    assert (body["type"], body["data"]["entry_id"], body["id"]) == (
        "entry",
        entry_id,
        got.headers["webhook-id"],
    )
    assert body["data"]["enterprise_id"] == park.enterprise
    for name in ("Wang", "13800138000", "W**"):
        assert name not in got.body.decode()
    told = f"{got.headers['webhook-id']}.{got.headers['webhook-timestamp']}.".encode() + got.body
    key = base64.b64decode(made.secret.removeprefix("whsec_"))
    signed = base64.b64encode(hmac.new(key, told, hashlib.sha256).digest()).decode()
    assert got.headers["webhook-signature"] == f"v1,{signed}"
    assert int(got.headers["webhook-timestamp"]) == clock() // 1000
    assert delivering.work_off(outward) == 0


def test_only_what_was_asked_for_in_ones_own_scope_is_told(
    outward: Installation, park: Tenant, mill: Tenant, clock: SettableClock, there: Receiver
) -> None:
    webhooks.create(outward, _account(outward, park.staff), there.url, ["correction"])
    webhooks.create(outward, _account(outward, mill.staff, "miller"), there.url, EVERYTHING)
    webhooks.create(outward, _account(outward, park.area, "area"), there.url, ["exit"])
    entry_id = _passed(outward, park, clock)
    passages.take_back(outward, park.staff, park.entrance, entry_id)
    delivering.work_off(outward)
    (told,) = _told(there)
    assert (told["type"], told["data"]["corrects"]) == ("correction", entry_id)  # type: ignore[index]


def test_refusals_exits_alerts_and_silent_kiosks_are_told_each_with_its_name(
    outward: Installation, park: Tenant, clock: SettableClock, there: Receiver
) -> None:
    webhooks.create(outward, _account(outward, park.area), there.url, EVERYTHING)
    gates.heard(outward, park.gate, gates.heartbeat_of(_BEAT))
    items = [
        entry_item(park.gate, 1, clock(), outcome="refused", reason="class_not_accepted"),
        entry_item(park.gate, 2, clock(), direction="out"),
        entry_item(park.gate, 3, clock(), outcome="referred", reason="visitor_unknown"),
    ]
    ingest.ingest(outward, park.gate, items)
    changed = {**items[1], "direction": "in"}
    ingest.ingest(outward, park.gate, [changed])
    clock.pass_s(8 * 60)
    silence.watched(outward)
    gates.heard(outward, park.gate, gates.heartbeat_of(_BEAT))
    silence.watched(outward)
    delivering.work_off(outward)
    events = [told["type"] for told in _told(there)]
    assert {*events} >= {"refusal", "exit", "referral", "alert", "kiosk_down", "kiosk_up"}
    assert events.index("kiosk_down") < events.index("kiosk_up")
    assert events.index("exit") < events.index("alert")


def test_what_is_not_taken_is_tried_again_later_and_at_last_given_up(
    outward: Installation, park: Tenant, clock: SettableClock, there: Receiver
) -> None:
    made = webhooks.create(outward, _account(outward, park.staff), there.url, EVERYTHING)
    _passed(outward, park, clock)
    there.answers = [500] * delivering.TRIES_MOST
    for tries in range(1, delivering.TRIES_MOST + 1):
        assert delivering.work_off(outward) == 1
        (shown,), _ = webhooks.deliveries(outward, park.staff, made.webhook_id)
        assert (shown.attempts, shown.status) == (tries, 500)
        clock.pass_s(40_000)
    assert shown.state == "dead"
    assert sum(delivering.PAUSES_S) == 86_400
    webhooks.retry(outward, park.staff, made.webhook_id, shown.id)
    assert delivering.work_off(outward) == 1
    assert webhooks.deliveries(outward, park.staff, made.webhook_id)[0][0].state == "done"
    assert {got.headers["webhook-id"] for got in there.got} == {shown.id}


def test_what_is_told_of_one_entry_keeps_its_order_while_others_go_on(
    outward: Installation, park: Tenant, clock: SettableClock, there: Receiver
) -> None:
    webhooks.create(outward, _account(outward, park.staff), there.url, EVERYTHING)
    entry_id = _passed(outward, park, clock)
    there.answers = [503]
    delivering.work_off(outward)
    passages.take_back(outward, park.staff, park.entrance, entry_id)
    other = _passed(outward, park, clock)
    delivering.work_off(outward)
    clock.pass_s(10)
    delivering.work_off(outward)
    delivering.work_off(outward)
    told = [(one["type"], one["data"]["entry_id"]) for one in _told(there)]  # type: ignore[index]
    assert told[0] == ("entry", entry_id)
    assert ("entry", other) == told[1]
    assert [event for event, _ in told[2:]] == ["entry", "correction"]


def test_two_processes_send_a_delivery_once(
    outward: Installation, park: Tenant, clock: SettableClock, there: Receiver
) -> None:
    webhooks.create(outward, _account(outward, park.staff), there.url, EVERYTHING)
    _passed(outward, park, clock)
    due = outward.read(lambda connection: delivering.rows.due(connection, clock(), 9))
    assert [delivering._claimed(outward, row) for row in (*due, *due)] == [True, False]
    assert delivering.work_off(outward) == 0
    # The one that claimed it died: another takes it up.
    clock.pass_s(61)
    assert delivering.work_off(outward) == 1


def test_a_renewed_secret_overlaps_with_the_one_before_for_a_day(
    outward: Installation, park: Tenant, clock: SettableClock, there: Receiver
) -> None:
    made = webhooks.create(outward, _account(outward, park.staff), there.url, EVERYTHING)
    new = webhooks.renew(outward, park.staff, made.webhook_id)
    for passed_s, secrets in ((0, [new, made.secret]), (86_400, [new])):
        clock.pass_s(passed_s)
        webhooks.test(outward, park.staff, made.webhook_id)
        delivering.work_off(outward)
        got = there.got[-1]
        stamp, identity = got.headers["webhook-timestamp"], got.headers["webhook-id"]
        wanted = [signing.signature(secret, identity, stamp, got.body) for secret in secrets]
        assert got.headers["webhook-signature"].split() == wanted


def test_a_receiver_that_is_gone_or_leads_elsewhere_is_not_followed(
    outward: Installation, park: Tenant, there: Receiver
) -> None:
    made = webhooks.create(outward, _account(outward, park.staff), there.url, EVERYTHING)
    there.answers = [302, 410]
    webhooks.test(outward, park.staff, made.webhook_id)
    delivering.work_off(outward)
    assert [got.path for got in there.got] == ["/hook?a=b"]
    webhooks.test(outward, park.staff, made.webhook_id)
    delivering.work_off(outward)
    assert webhooks.webhook(outward, park.staff, made.webhook_id).paused_ms is not None
    webhooks.test(outward, park.staff, made.webhook_id)
    assert delivering.work_off(outward) == 0


def test_nothing_is_sent_into_the_own_network(inst: Installation, park: Tenant, there: Receiver) -> None:
    account = _account(inst, park.staff)
    with pytest.raises(InputError):
        webhooks.create(inst, account, there.url, EVERYTHING)
    made = webhooks.create(inst, account, there.url.replace("http:", "https:"), EVERYTHING)
    webhooks.test(inst, park.staff, made.webhook_id)
    delivering.work_off(inst)
    (shown,), _ = webhooks.deliveries(inst, park.staff, made.webhook_id)
    assert (shown.status, there.got) == (0, [])
    assert "private network" in shown.fault


def test_webhooks_of_others_are_unknown(outward: Installation, park: Tenant, mill: Tenant) -> None:
    made = webhooks.create(outward, _account(outward, mill.staff), "https://mill.example/", EVERYTHING)
    sent = webhooks.test(outward, mill.staff, made.webhook_id)
    of_mill = webhooks.create(outward, _account(outward, mill.area, "area"), "https://a.example/", EVERYTHING)
    assert len(webhooks.listed(outward, mill.area)) == 2
    assert [one.id for one in webhooks.listed(outward, mill.staff)] == [made.webhook_id]
    assert webhooks.listed(outward, park.staff) == webhooks.listed(outward, park.area) == []
    asks: list[Callable[[Scope, str], object]] = [
        lambda scope, name: webhooks.webhook(outward, scope, name),
        lambda scope, name: webhooks.change(outward, scope, name, "https://x.example/", EVERYTHING),
        lambda scope, name: webhooks.renew(outward, scope, name),
        lambda scope, name: webhooks.pause(outward, scope, name, paused=True),
        lambda scope, name: webhooks.remove(outward, scope, name),
        lambda scope, name: webhooks.test(outward, scope, name),
        lambda scope, name: webhooks.deliveries(outward, scope, name),
        lambda scope, name: webhooks.body_of(outward, scope, name, sent),
        lambda scope, name: webhooks.retry(outward, scope, name, sent),
    ]
    for stranger, hook in ((park.staff, made), (park.area, made), (mill.staff, of_mill)):
        for ask in asks:
            with pytest.raises(NotFoundError):
                ask(stranger, hook.webhook_id)


def test_a_webhook_that_was_removed_or_paused_hears_nothing(
    outward: Installation, park: Tenant, clock: SettableClock, there: Receiver
) -> None:
    account = _account(outward, park.staff)
    gone, quiet = (webhooks.create(outward, account, there.url, EVERYTHING).webhook_id for _ in range(2))
    _passed(outward, park, clock)
    webhooks.remove(outward, park.staff, gone)
    webhooks.pause(outward, park.staff, quiet, paused=True)
    _passed(outward, park, clock)
    assert delivering.work_off(outward) == 0
    webhooks.pause(outward, park.staff, quiet, paused=False)
    assert delivering.work_off(outward) == 1
    clock.pass_s(31 * 86_400)
    assert delivering.pruned(outward) == 1


def test_events_and_addresses_have_a_form(inst: Installation, park: Tenant) -> None:
    account = _account(inst, park.staff)
    for events in ([], ["test"], ["entry", "nothing"]):
        with pytest.raises(InputError):
            webhooks.create(inst, account, "https://a.example/", events)
    assert Event.TEST not in CHOICES


_BEAT = {
    "version": "1.0", "camera": "ok", "waiting": 0, "bundle_seq": 1, "foreign": 0, "settled_seq": 0,
    "facts_epoch": "", "facts_seq": 0,
}  # fmt: skip
