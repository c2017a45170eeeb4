"""An installation of schema 0008, with people, a hold, what was forgotten and a signed log, comes up whole.

Its rows were written by that version's own services (the last program before schema 0009).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Boolean, Connection, MetaData, insert

from tests.web.tenants import SettableClock
from web.db.bringing.loading import counted_on
from web.db.bringing.migrating import migrate_to
from web.db.connecting.engine import open_engine
from web.services.desk.filtering.filters import Filter
from web.services.desk.projecting import projecting
from web.services.desk.searching import search
from web.services.installation import Installation, opened
from web.services.logs import sequencing
from web.services.logs.checking import log_fsck
from web.services.logs.checking.log_checks import Finding
from web.services.operations.doctor import doctor
from web.services.operations.doctor.check import Level
from web.services.signing_keys import keys
from web.settings import Settings
from web.store.scope import PROGRAM

KEPT: dict[str, Any] = json.loads(
    Path(__file__).with_name("installation_of_schema_0008.json").read_text("utf-8")
)


@pytest.fixture
def early(tmp_path: Path, fresh_url: str) -> Settings:
    """The installation as that version left it."""
    home = tmp_path / "var"
    (home / "secrets").mkdir(parents=True)
    (home / "secrets" / "master.key").write_bytes(bytes.fromhex(KEPT["master_key"]))
    (home / "log-head").write_text(KEPT["log_head"], "utf-8")
    engine = open_engine(fresh_url)
    with engine.begin() as connection:
        migrate_to(connection, "0008")
        _filled(connection)
    engine.dispose()
    return Settings(home, fresh_url)


def _filled(connection: Connection) -> None:
    metadata = MetaData()
    metadata.reflect(connection)
    for table in metadata.sorted_tables:
        rows = KEPT["rows"].get(table.name, [])
        for row in rows:
            values = {name: _value(value, table.c[name].type) for name, value in row.items()}
            connection.execute(insert(table), values)
        if rows and connection.dialect.name == "postgresql":
            counted_on(connection, table.name, list(rows[0]))


def _value(value: Any, of: object) -> Any:
    if isinstance(of, Boolean):
        return bool(value)
    return bytes.fromhex(value["hex"]) if isinstance(value, dict) else value


@pytest.fixture
def inst(early: Settings, clock: SettableClock) -> Iterator[Installation]:
    """The same, opened by this program."""
    made = opened(early, clock)
    yield made
    made.close()


def test_an_installation_of_schema_0008_comes_up_whole(inst: Installation) -> None:
    keys.ensure(inst)
    found: list[Finding] = []
    assert log_fsck.checked(inst, found.append).leaves == 11
    assert sequencing.sequence(inst) > 0
    assert log_fsck.checked(inst, found.append).leaves > 11
    assert found == []
    while projecting.caught_up(inst):
        pass
    people = [row.masked_name for row in search(inst, PROGRAM, Filter()).rows]
    assert sorted(people) == ["", "", "", "", "王*", "王*", "韩**", "韩**", "韩**", "韩**"]
    looked_at = {check.name.split()[0]: check.level for check in doctor.checked(inst.settings, inst.now_ms)}
    assert [looked_at[part] for part in ("master", "log", "signing")] == [Level.OK] * 3
