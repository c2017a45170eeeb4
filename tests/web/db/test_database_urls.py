"""Which database is meant, and a sentence for what means none."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.errors import CodePlaceError, InputError
from tests.web.tenants import SettableClock
from web.services.installation import opened
from web.settings import ReadReplica, Settings, settings_from


def test_nothing_said_means_a_file_under_var():
    settings = settings_from({})
    assert settings.resolved_database_url == f"sqlite:///{Path('var/codeplace.db').absolute()}"
    assert (settings.base_url, settings.is_https) == ("http://127.0.0.1:8000", False)
    assert settings_from({"DATA_DIR": "", "DATABASE_URL": "", "BASE_URL": "", "OPERATOR": ""}) == settings


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_may_be_spelt_as_its_providers_do(scheme: str):
    settings = settings_from({"DATABASE_URL": f"{scheme}://u@db:5432/cp"})
    assert settings.resolved_database_url == "postgresql+psycopg://u@db:5432/cp"


@pytest.mark.parametrize(
    "url",
    ["nonsense", "mysql://x", "sqlite://", "postgresql:", "SQLITE:///x.db", " sqlite:///x.db", "sqlite:x.db"],
)
def test_another_scheme_is_refused_by_name(url: str):
    with pytest.raises(InputError, match="DATABASE_URL") as refused:
        settings_from({"DATABASE_URL": url})
    assert refused.value.field == "DATABASE_URL"


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:///",
        "sqlite:///:memory:",
        "sqlite:////no/such/folder/x.db",
        "postgresql://secret@host:notaport/x",
        "postgresql://secret@[::1/x",
        "postgresql://",
        "postgresql://secret@127.0.0.1:1/x",
        "postgresql://secret@/x?host=/no/such/socket",
        "postgresql://secret@127.0.0.1:1/x?nonsense=1",
    ],
)
def test_a_database_that_cannot_be_there_is_a_sentence(tmp_path: Path, clock: SettableClock, url: str):
    with pytest.raises(CodePlaceError) as refused:
        opened(settings_from({"DATABASE_URL": url, "DATA_DIR": str(tmp_path)}), clock)
    for said in (refused.value.sentence.en, refused.value.sentence.zh):
        assert "\n" not in said
        assert "secret@" not in said


def test_a_file_that_is_no_database_is_a_sentence_and_stays(tmp_path: Path, clock: SettableClock):
    path = tmp_path / "codeplace.db"
    path.write_text("not a database, only text that is long enough to be one " * 50)
    before = path.read_bytes()
    with pytest.raises(CodePlaceError, match="not a database"):
        opened(Settings(tmp_path), clock)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "url", ["park", "ftp://park.example", "http://", "http://x:99999", "javascript:alert(1)"]
)
def test_an_address_of_the_site_that_is_none_is_refused(url: str):
    with pytest.raises(InputError):
        settings_from({"BASE_URL": url})


def test_a_replica_is_spelt_as_its_database_is():
    told = {"DATABASE_URL": "postgres://u@db/cp", "DATABASE_REPLICA_URL": "postgres://u@second:5433/cp"}
    assert settings_from(told).replica == ReadReplica("postgresql+psycopg://u@second:5433/cp", 30)
    replica = settings_from({**told, "DATABASE_REPLICA_LIMIT_S": "5"}).replica
    assert replica is not None
    assert replica.limit_s == 5
    assert settings_from({"DATABASE_REPLICA_URL": ""}).replica is None


@pytest.mark.parametrize(
    ("named", "told"),
    [
        ("DATABASE_REPLICA_URL", {"DATABASE_URL": ""}),
        ("DATABASE_REPLICA_URL", {"DATABASE_URL": "sqlite:////data/x.db"}),
        ("DATABASE_REPLICA_URL", {"DATABASE_REPLICA_URL": "sqlite:////data/x.db"}),
        ("DATABASE_REPLICA_LIMIT_S", {"DATABASE_REPLICA_LIMIT_S": "0"}),
        ("DATABASE_REPLICA_LIMIT_S", {"DATABASE_REPLICA_LIMIT_S": "soon"}),
    ],
)
def test_a_replica_that_cannot_be_is_refused_by_name(named: str, told: dict[str, str]):
    good = {"DATABASE_URL": "postgresql://u@db/cp", "DATABASE_REPLICA_URL": "postgresql://u@second/cp"}
    with pytest.raises(InputError, match=named) as refused:
        settings_from({**good, **told})
    assert refused.value.field == named
    assert "SQLite" in refused.value.sentence.zh or "DATABASE_URL" not in told


def test_an_address_of_a_replica_that_is_none_is_a_sentence(
    postgres: str, tmp_path: Path, clock: SettableClock
):
    settings = Settings(
        tmp_path, postgres, replica=ReadReplica("postgresql+psycopg://secret@host:notaport/x")
    )
    with pytest.raises(InputError, match="DATABASE_REPLICA_URL") as refused:
        opened(settings, clock)
    assert "secret" not in refused.value.sentence.en
