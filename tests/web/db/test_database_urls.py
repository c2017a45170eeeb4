"""Which database is meant, and a sentence for what means none."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.errors import CodePlaceError, InputError
from tests.web.tenants import SettableClock
from web.services.installation import opened
from web.settings import Settings, settings_from


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
