"""Personal data at rest: closed to whoever has the database only, and bound to its place (A5 to A7)."""

from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import TamperedError, UnavailableError
from domain.visitor import normalised_phone
from tests.web.tenants import SettableClock
from web.services.installation import opened
from web.services.signing_keys import keys
from web.settings import Settings
from web.store.sealing import FieldCipher, master_key, token_hash

CIPHER = FieldCipher(b"k" * 32)
SPELLINGS = [
    "13800138000",
    "138 0013 8000",
    "+86 138-0013-8000",
    "0086 13800138000",
    "(138) 0013-8000",
    "１３８００１３８０００",
]


@given(st.binary(max_size=300), st.text(max_size=40))
def test_what_is_sealed_opens_again_and_never_looks_the_same_twice(plain: bytes, name: str):
    place = f"visitors|name|{name.encode('utf-8', 'replace').decode()}"
    sealed = CIPHER.sealed(plain, place)
    assert CIPHER.opened(sealed, place) == plain
    assert CIPHER.sealed(plain, place) != sealed


@pytest.mark.parametrize(
    "elsewhere", ["visitors|name|b", "visitors|phone|a", "entry_people|name|a", "", "visitors|name|A"]
)
def test_a_field_moved_to_another_row_or_column_does_not_open(elsewhere: str):
    sealed = CIPHER.sealed("张三".encode(), "visitors|name|a")
    with pytest.raises(TamperedError, match="does not open"):
        CIPHER.opened(sealed, elsewhere)


def test_a_field_changed_in_any_byte_or_cut_does_not_open():
    sealed = CIPHER.sealed(b"13800138000", "visitors|phone|a")
    changed = [sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :] for at in range(len(sealed))]
    cut = [sealed[:length] for length in range(len(sealed))]
    for damaged in [*changed, *cut]:
        with pytest.raises(TamperedError):
            CIPHER.opened(damaged, "visitors|phone|a")


def test_another_master_key_opens_nothing_and_finds_nobody():
    other = FieldCipher(b"K" * 32)
    with pytest.raises(TamperedError):
        other.opened(CIPHER.sealed(b"x", "p"), "p")
    assert other.digest("phone", "+8613800138000") != CIPHER.digest("phone", "+8613800138000")
    with pytest.raises(ValueError, match="32 bytes"):
        FieldCipher(b"short")


def test_six_spellings_of_one_phone_have_one_digest_and_another_phone_has_another():
    digests = {CIPHER.digest("phone", normalised_phone(typed)) for typed in SPELLINGS}
    assert len(digests) == 1
    assert CIPHER.digest("phone", normalised_phone("13800138001")) not in digests


def test_digests_ignore_case_and_width_and_say_which_field_they_are_of():
    assert CIPHER.digest("name", "Ｌi Ming") == CIPHER.digest("name", "li ming")
    assert CIPHER.digest("name", "123456") != CIPHER.digest("plate", "123456")
    assert len(CIPHER.digest("name", "\ud800 is not text")) == 16


def test_a_token_that_is_no_text_matches_nothing_and_breaks_nothing():
    assert token_hash("\ud800") != token_hash("x")


def test_the_master_key_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path):
    folder = tmp_path / "secrets"
    key = master_key(folder)
    assert len(key) == 32
    assert master_key(folder) == key
    assert [path.name for path in folder.iterdir()] == ["master.key"]
    assert stat.S_IMODE((folder / "master.key").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_whoever_makes_the_master_key_at_the_same_time_gets_the_same_one(tmp_path: Path):
    made: list[bytes] = []
    start = threading.Barrier(8)

    def make() -> None:
        start.wait()
        made.append(master_key(tmp_path))

    threads = [threading.Thread(target=make) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 8
    assert len({*made}) == 1


@pytest.mark.parametrize("content", ["", "00", "zz" * 32, "00" * 31, "\u00e9" * 64])
def test_a_damaged_master_key_is_a_sentence_and_is_not_replaced(tmp_path: Path, content: str):
    (tmp_path / "master.key").write_text(content, encoding="utf-8")
    with pytest.raises(UnavailableError, match=r"master\.key"):
        master_key(tmp_path)
    assert (tmp_path / "master.key").read_text(encoding="utf-8") == content


def test_a_folder_that_cannot_keep_the_master_key_is_a_sentence(tmp_path: Path):
    (tmp_path / "secrets").write_text("in the way")
    with pytest.raises(UnavailableError, match="DATA_DIR"):
        master_key(tmp_path / "secrets")


@pytest.mark.parametrize("becomes", ["", "11" * 32])
def test_a_database_in_use_is_not_opened_with_a_lost_or_foreign_master_key(
    tmp_path: Path, database_url: str, clock: SettableClock, becomes: str
):
    settings = Settings(tmp_path, database_url)
    first = opened(settings, clock)
    keys.ensure(first)
    first.close()
    path = settings.secrets / "master.key"
    kept = path.read_text()
    path.unlink()
    if becomes:
        path.write_text(becomes)
    with pytest.raises(UnavailableError, match="from its backup"):
        opened(settings, clock)
    assert path.exists() == bool(becomes)  # nothing is made that would stand in the backup's way
    path.write_text(kept)
    opened(settings, clock).close()
