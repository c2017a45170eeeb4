"""A PostgreSQL killed under the site: what it had in hand is refused with 503, and taken when it is back."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.faults.stage import Postgres
from tests.scratch import scratch_folder
from tests.web.tenants import SettableClock, entry_item, tenant
from web.app import create_app
from web.services.installation import Installation, opened
from web.services.signing_keys import keys
from web.settings import Settings


@pytest.fixture
def database() -> Iterator[Postgres]:
    # Not pytest's own folder, which any other run of pytest closes to all but its own user.
    with tempfile.TemporaryDirectory(prefix="codeplace-away-", dir=scratch_folder()) as folder:
        made = Postgres(Path(folder) / "database")
        yield made
        made.kill()


@pytest.fixture
def inst(database: Postgres, tmp_path: Path) -> Iterator[Installation]:
    made = opened(Settings(tmp_path / "var", database.url), SettableClock(1_795_140_000_000))
    keys.ensure(made)
    yield made
    made.close()


def test_a_batch_is_refused_while_the_database_is_away_and_taken_when_it_is_back(
    database: Postgres, inst: Installation
) -> None:
    park = tenant(inst, "East Area", "Park Ltd")
    client = create_app(inst).test_client()
    head = {"Authorization": f"Bearer {park.credential}"}
    batch = {"entries": [entry_item(park.gate, seq, inst.now_ms() + seq) for seq in range(1, 20)]}

    def sent() -> tuple[int, set[str]]:
        answer = client.post("/api/v1/kiosks/self/entries", json=batch, headers=head)
        told = answer.get_json()
        return answer.status_code, {result["status"] for result in told.get("results", ())}

    assert inst.leases.has("sequencer")
    database.kill()
    assert sent() == (503, set())
    assert not inst.leases.keeps("sequencer")
    database.start()
    assert sent() == (200, {"stored"})
    assert sent() == (200, {"duplicate"})
    assert inst.leases.has("sequencer")
