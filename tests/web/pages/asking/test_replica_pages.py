"""Pages that look things up read a replica while it is close behind, say how old it is, and lose nothing."""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event

from tests.scratch import scratch_folder
from tests.web.conftest import CHEAP
from tests.web.pages.conftest import site_over
from tests.web.pages.site import Site, opened, poster_path, seen, sent, signed_in
from tests.web.replicas import RunningClock, Standby, standby_of
from tests.web.rows import Rows
from tests.web.tenants import Tenant, entry_item, tenant
from web.app import create_app
from web.services.desk import searching
from web.services.desk.filtering.filters import Filter
from web.services.gates import ingest
from web.services.installation import opened as opened_installation
from web.services.operations.doctor import doctor
from web.services.operations.doctor.check import Level
from web.services.people import visitors
from web.services.people.visitors import Registration
from web.services.signing_keys import keys
from web.settings import ReadReplica, Settings
from web.store.scope import PROGRAM

METRICS = "a token for tests only"
BEHIND = "Read from the main database: the replica is too far behind."


@pytest.fixture(scope="module")
def standby(migrated_postgres: str) -> Iterator[Standby]:
    with tempfile.TemporaryDirectory(prefix="codeplace-standby-", dir=scratch_folder()) as folder:
        made = standby_of(migrated_postgres, Path(folder) / "data")
        yield made
        made.kill()


@pytest.fixture
def desk(tmp_path: Path, migrated_postgres: str, rows: Rows, standby: Standby) -> Iterator[Site]:
    """A site over a database with a replica that follows it."""
    rows.empty()
    clock = RunningClock(0)
    told = ReadReplica(standby.url, 30)
    settings = Settings(
        tmp_path / "var", migrated_postgres, "https://park.example", "Pilot District", CHEAP,
        metrics_token=METRICS, replica=told,
    )  # fmt: skip
    inst = opened_installation(settings, clock)
    assert inst.replica is not None
    # Nothing draws here; what waits for it need not wait as long.
    inst.replica.drawn_ms = 200
    keys.ensure(inst)
    with site_over(inst, clock) as made:
        yield made
    standby.go_on()
    inst.close()


@pytest.fixture
def park(desk: Site) -> Tenant:
    return tenant(desk.inst, "East Area", "Park Ltd")


def until(is_so: Callable[[], bool]) -> None:
    ends = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < ends, "it never came to be"
        time.sleep(0.05)


def passed(site: Site, there: Tenant, number: int) -> str:
    """The id of an entry that a gate sent: nobody's session saved it."""
    item = entry_item(there.gate, number, site.clock())
    ingest.ingest(site.inst, there.gate, [item])
    return str(item["id"])


def shows(site: Site, client: FlaskClient, entry: str) -> bool:
    return f"/desk/entries/{entry}" in opened(site, client, "/desk").text


def says(site: Site, client: FlaskClient, path: str = "/desk") -> str:
    """What the page says of its age."""
    found = re.search(r"<p[^>]*data-age.*?</p>", opened(site, client, path).text, re.DOTALL)
    return seen(found.group()).strip() if found else ""


def test_a_desk_reads_from_the_replica_and_says_how_old_it_is(desk: Site, park: Tenant, standby: Standby):
    staff, first = signed_in(desk), passed(desk, park, 1)
    # Signing in is saved too: from then on it is the replica that answers.
    until(lambda: "s behind" in says(desk, staff) and shows(desk, staff, first))
    assert re.fullmatch(r"As of \d\d:\d\d:\d\d ?, \d+ s behind", says(desk, staff, "/desk/figures"))
    assert re.fullmatch(r"数据截至 \d\d:\d\d:\d\d ?，落后 \d+ 秒", says(desk, staff, "/desk?lang=zh"))
    opened(desk, staff, "/desk?lang=en")
    standby.hold()
    second = passed(desk, park, 2)
    assert not shows(desk, staff, second)
    assert "s behind" in says(desk, staff)
    ready = desk.client().get("/health/readiness").json
    assert ready is not None
    assert (ready["ready"], ready["replica"]) == (True, "follows")
    metrics = desk.client().get("/metrics", headers={"Authorization": f"Bearer {METRICS}"}).text
    assert "codeplace_replica_asked 1.0" in metrics
    assert "codeplace_replica_behind_seconds" in metrics
    standby.go_on()
    until(lambda: shows(desk, staff, second))


def test_an_idle_primary_is_no_slow_replica(desk: Site, park: Tenant):
    replica = desk.inst.replica
    assert replica is not None
    passed(desk, park, 1)
    last = replica.mark()
    # Nothing is written meanwhile, and the last commit grows old.
    until(lambda: replica.mark().at_ms - last.at_ms > 1_500)
    until(lambda: replica.age(fresh_ms=0).behind_ms == 0)


def test_a_file_is_made_from_a_replica_that_has_all_of_its_moment(desk: Site, park: Tenant, standby: Standby):
    replica = desk.inst.replica
    assert replica is not None
    assert replica.caught_up(60.0)
    standby.hold()
    passed(desk, park, 1)
    assert not replica.caught_up(0.2)


def test_a_replica_that_is_far_behind_is_not_asked(desk: Site, park: Tenant, standby: Standby):
    replica = desk.inst.replica
    assert replica is not None
    replica.limit_ms = 1_000
    staff = signed_in(desk)
    until(lambda: "s behind" in says(desk, staff))
    standby.hold()
    late = passed(desk, park, 1)
    until(lambda: replica.age(fresh_ms=0).behind_ms > 1_000)
    assert shows(desk, staff, late)
    assert says(desk, staff) == BEHIND
    assert doctored(desk, 1) == Level.WARN
    assert doctored(desk, 3_600) == Level.OK
    standby.go_on()
    until(lambda: "s behind" in says(desk, staff))


def doctored(site: Site, limit_s: int) -> Level:
    """What the doctor says of the replica with a limit."""
    told = site.inst.settings.replica
    assert told is not None
    settings = replace(site.inst.settings, replica=replace(told, limit_s=limit_s))
    return next(c.level for c in doctor.checked(settings, site.clock) if c.name.startswith("replica"))


def test_a_replica_that_is_away_or_none_of_ours_holds_nobody_up(desk: Site, park: Tenant, standby: Standby):
    told = "Read from the main database: the replica cannot be asked."
    # A server that follows nobody may have other people's data.
    for number, (url, level) in enumerate(
        ((f"{standby.url}nowhere", Level.WARN), (desk.inst.settings.database_url, Level.FAIL)), start=1
    ):
        settings = replace(desk.inst.settings, replica=ReadReplica(url))
        inst = opened_installation(settings, desk.clock)
        site = Site(inst, create_app(inst), desk.clock, desk.url)
        staff = signed_in(site)
        entry = passed(site, park, number)
        assert shows(site, staff, entry)
        assert says(site, staff) == told
        assert doctored(site, 30) == level
        ready = site.client().get("/health/readiness")
        assert ready.status_code == 200
        inst.close()


def test_what_i_just_saved_is_there_when_i_look(desk: Site, park: Tenant, standby: Standby):
    person = visitors.register(
        desk.inst, park.staff, Registration(park.enterprise, "Wang Wei", "13800138000", "courier")
    )
    me, other = signed_in(desk), signed_in(desk)
    until(lambda: "s behind" in says(desk, me) and "s behind" in says(desk, other))
    standby.hold()
    number = visitors.visitor(desk.inst, PROGRAM, person.visitor_id).short_number
    assert sent(desk, me, f"/entrances/{park.entrance}/passages", who=number).status_code == 303
    entry = searching.search(desk.inst, PROGRAM, Filter(venue_id=park.venue)).rows[0].id
    # Who saved it sees it at once, and it is now: nothing is said. Who did not, sees the replica's moment.
    assert shows(desk, me, entry)
    assert says(desk, me) == ""
    assert not shows(desk, other, entry)
    assert "s behind" in says(desk, other)
    # A link that somebody was sent is no "not found" because the replica has not got that far.
    assert opened(desk, other, f"/desk/entries/{entry}").status_code == 200
    standby.go_on()
    until(lambda: shows(desk, other, entry))
    until(lambda: "s behind" in says(desk, me))
    assert shows(desk, me, entry)


def test_what_decides_at_a_door_is_never_asked_of_a_replica(desk: Site, park: Tenant):
    replica = desk.inst.replica
    assert replica is not None
    asked: list[str] = []
    event.listen(replica._engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    gate = {"Authorization": f"Bearer {park.credential}"}
    beat = {"version": "1", "camera": "ok", "waiting": 0, "bundle_seq": 0, "foreign": 0}
    client = desk.client()
    assert client.post("/api/v1/kiosks/self/heartbeat", json=beat, headers=gate).status_code == 200
    item = entry_item(park.gate, 1, desk.clock())
    assert (
        client.post("/api/v1/kiosks/self/entries", json={"entries": [item]}, headers=gate).status_code == 200
    )
    for path in ("bundle?have=0", "facts?epoch=&after=0", "venue"):
        assert client.get(f"/api/v1/kiosks/self/{path}", headers=gate).status_code < 500
    assert opened(desk, client, poster_path(desk, park)).status_code == 200
    staff = signed_in(desk)
    for path in (
        "/",
        "/desk/inside",
        "/inbox",
        f"/entrances/{park.entrance}/passages",
        "/desk/sheet",
    ):
        assert opened(desk, staff, path).status_code == 200, path
    # Saying how it stands is no answer to anybody.
    assert [words for words in asked if "pg_last_wal_replay_lsn" not in words] == []
    until(lambda: "s behind" in says(desk, staff))
    assert [words for words in asked if "pg_last_wal_replay_lsn" not in words] != []
