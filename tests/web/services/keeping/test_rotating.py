"""The master key is exchanged while all goes on: nothing is lost, everybody is found, the old key goes."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import LargeBinary, select

from domain.errors import InputError, TamperedError, UnavailableError
from tests.web.services.keeping.killing import handed_over, until_it_is_done
from tests.web.services.plain_people import PEOPLE, live
from tests.web.tenants import Tenant
from web.db.connecting.connection import Connection
from web.db.tables import metadata
from web.services import accounts
from web.services.desk import searching
from web.services.desk.exporting import exporting_stream
from web.services.desk.filtering import filters_people, saved
from web.services.desk.filtering.filters import Filter
from web.services.desk.filtering.filters_people import Part
from web.services.installation import Installation
from web.services.keeping import legal_holds, rotating
from web.services.keeping.legal_holds import Given
from web.services.people import visitors
from web.services.visits import invitations
from web.services.visits.announcing_times import When
from web.services.visits.invitations import Given as Invited
from web.settings import MasterKey, Settings, settings_from
from web.store.keeping import keeping_rotation
from web.store.keeping.keeping_rotation import SEALED, WRITTEN
from web.store.master_keys import master_keys_of
from web.store.sealing import Keyring, keyring


def filled(inst: Installation, park: Tenant) -> str:
    """Everything that seals: people in all places, a hold, an invitation, a saved filter; the invitation."""
    live(inst, park)
    who = filters_people.sealed_term(inst, "guard", Part.WHO, PEOPLE[0][0])
    saved.kept(inst, "guard", "one", f"who={who}&period=today")
    legal_holds.set_hold(inst, park.staff, "ann", Given("venue", park.venue, "Case 12"))
    given = Invited("Chen Hong", When("2026-11-21", "09:00", "10:00"), "3")
    return invitations.create(inst, park.staff, "ann", park.enterprise, given)


def sealed_with(inst: Installation, key: bytes) -> list[str]:
    """Every sealed field, by its place, that this key alone opens."""
    only = type(inst.cipher)(key)

    def work(connection: Connection) -> list[str]:
        found = []
        for table in SEALED:
            for row in connection.execute(select(metadata.tables[table])):
                for column in SEALED[table]:
                    if not getattr(row, column):
                        continue
                    place = keeping_rotation.place_of(table, column, row)
                    try:
                        only.opened(getattr(row, column), place)
                    except TamperedError:
                        continue
                    found.append(place)
        return found

    return inst.read(work)


def expect_all_there(inst: Installation, park: Tenant, invitation: str, link: str) -> None:
    for name, phone, id_number, plate in PEOPLE:
        for typed in (name, phone, id_number, plate):
            if typed:
                assert visitors.listed(inst, park.staff, typed), typed
        who = filters_people.sealed_term(inst, "guard", Part.WHO, plate)
        page = searching.search(inst, park.staff, Filter(venue_id=park.venue, who=who), account_id="guard")
        assert page.rows, plate
    (kept,) = saved.listed(inst, "guard")
    token = kept.query.partition("who=")[2].partition("&")[0]
    assert filters_people.opened_term(inst, "guard", Part.WHO, token) == PEOPLE[0][0]
    assert invitations.link(inst, park.staff, invitation) == link
    assert legal_holds.listed(inst, park.staff)[0].reason == "Case 12"
    assert exporting_stream.csv(inst, park.staff, Filter(venue_id=park.venue))


def test_every_field_is_sealed_anew_and_everybody_is_found_before_during_and_after(
    inst: Installation, park: Tenant
) -> None:
    accounts.create_account(inst, "ann", "a sentence works well", accounts.CLERK)
    invitation = filled(inst, park)
    link = invitations.link(inst, park.staff, invitation)
    old = master_keys_of(inst.settings, may_make=False).keys[0]
    before = sealed_with(inst, old)
    assert len({place.partition("|")[0] for place in before}) >= 10
    assert rotating.ordered(inst.settings).is_announced
    assert not rotating.work_off(inst), "the old key still seals"
    expect_all_there(inst, park, invitation, link)
    ring = rotating.ordered(inst.settings)
    assert ring.is_rotating
    assert rotating.ordered(inst.settings) == ring, "ordered twice it is one exchange"
    rotating.refreshed(inst)
    expect_all_there(inst, park, invitation, link)
    halfway = iter((False,) * 20)
    assert not rotating.work_off(inst, lambda: next(halfway, True))
    expect_all_there(inst, park, invitation, link)
    assert rotating.work_off(inst)
    assert master_keys_of(inst.settings, may_make=False) == Keyring(ring.keys[:1])
    assert inst.cipher.fingerprints == type(inst.cipher)(ring.keys[0]).fingerprints
    assert sealed_with(inst, old) == []
    after = sealed_with(inst, ring.keys[0])
    assert {*before} <= {*after}, "searches were noted meanwhile"
    expect_all_there(inst, park, invitation, link)
    assert not rotating.progress(inst).is_going_on


def test_an_exchange_that_is_killed_again_and_again_comes_to_its_end(
    embedded_park: tuple[Installation, Tenant],
) -> None:
    inst, park = embedded_park
    invitation = filled(inst, park)
    link = invitations.link(inst, park.staff, invitation)
    old = master_keys_of(inst.settings, may_make=False).keys[0]
    rotating.ordered(inst.settings)
    rotating.ordered(inst.settings)
    killed: list[int] = []
    inst = handed_over(inst, lambda home, now: killed.append(until_it_is_done("rotate", home, now, stride=4)))
    try:
        assert killed[0] >= 3
        assert sealed_with(inst, old) == []
        expect_all_there(inst, park, invitation, link)
    finally:
        inst.close()


def test_no_sealed_column_is_forgotten() -> None:
    sealed = {
        (table.name, column.name)
        for table in metadata.sorted_tables
        for column in table.c
        if column.name.endswith("_sealed") and isinstance(column.type, LargeBinary)
    }
    assert sealed == {(table, column) for table, columns in SEALED.items() for column in columns}
    assert all(column in metadata.tables[table].c for table, column in WRITTEN.items())


@pytest.mark.parametrize("source", ["text", "file", "command"])
def test_the_key_comes_from_a_variable_a_file_or_a_command(tmp_path: Path, source: str) -> None:
    key = tmp_path / "kept elsewhere"
    key.write_text("ab" * 32 + "\n" + "cd" * 32 + "\n")
    value = {"text": key.read_text(), "file": str(key), "command": f"cat '{key}'"}[source]
    name = {"text": "MASTER_KEY", "file": "MASTER_KEY_FILE", "command": "MASTER_KEY_COMMAND"}[source]
    settings = settings_from({"DATA_DIR": str(tmp_path), name: value})
    found = master_keys_of(settings, may_make=True)
    assert found == Keyring((bytes.fromhex("ab" * 32), bytes.fromhex("cd" * 32)))
    assert found.is_rotating
    assert "abab" not in repr(settings)
    if source != "file":
        with pytest.raises(InputError):
            rotating.ordered(settings)


@pytest.mark.parametrize("given", [MasterKey("x"), MasterKey(command="false"), MasterKey(command="no such")])
def test_a_source_that_gives_no_key_is_a_sentence(tmp_path: Path, given: MasterKey) -> None:
    with pytest.raises(UnavailableError, match="MASTER_KEY"):
        master_keys_of(Settings(tmp_path, master_key=given), may_make=True)


@pytest.mark.parametrize("text", ["", "ab", "xy" * 32, "next:" + "ab" * 32, " ".join(["ab" * 32] * 4)])
def test_what_is_no_keyring_is_none(text: str) -> None:
    assert keyring(text) is None


def test_a_keyring_is_written_as_it_is_read() -> None:
    ring = Keyring((bytes(32), bytes([1]) * 32), is_announced=True)
    assert keyring(ring.text) == ring
    assert not ring.is_rotating
