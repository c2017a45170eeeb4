"""Posters: each print its own id and number, in three formats, until it is revoked."""

from __future__ import annotations

import pytest

from domain.errors import InputError
from domain.venue import parsed_short_number, poster_id
from tests.web.tenants import Tenant
from web.services.errors import NotFoundError
from web.services.installation import Installation
from web.services.passing import poster_pages
from web.services.places import places
from web.services.places.posters import posters


def shown(inst: Installation, park: Tenant) -> list[places.PosterRow]:
    detail = places.venue(inst, park.staff, park.venue)
    return [poster for door in detail.entrances for poster in door.posters]


def test_every_print_is_a_poster_of_its_own(inst: Installation, park: Tenant):
    for _ in range(3):
        posters.issue(inst, park.staff, park.entrance)
    rows = shown(inst, park)
    assert [row.serial for row in rows] == [4, 3, 2, 1]
    assert len({row.id for row in rows} | {row.short_number for row in rows}) == 8
    for row in rows:
        assert parsed_short_number(row.short_number) == row.short_number
        assert poster_id(row.symbols) == bytes.fromhex(row.id)
        assert row.state == "issued"


def test_a_poster_leads_to_its_entrance_by_its_symbols_in_any_case_and_by_its_number(
    inst: Installation, park: Tenant
):
    [row] = shown(inst, park)
    for symbols in (row.symbols, row.symbols.lower(), f" {row.symbols} "):
        page = poster_pages.poster_page(inst, symbols)
        assert page is not None
        assert (page.poster_id, page.entrance_name, page.state) == (row.id, "North gate", "open")
        assert (page.venue_name, page.enterprise_name) == ("Park Ltd site", "Park Ltd")
    for typed in (
        row.short_number,
        row.short_number.lower(),
        f"{row.short_number[:4]}-{row.short_number[4:]}",
    ):
        assert poster_pages.poster_by_short_number(inst, typed) == row.symbols
    for unknown in ("", "x", "A" * 26, row.symbols[:-1], row.short_number[:-1], "2" * 8):
        assert poster_pages.poster_page(inst, unknown) is None
        assert poster_pages.poster_by_short_number(inst, unknown) is None


@pytest.mark.parametrize(
    ("kind", "mime", "begins"),
    [("pdf", "application/pdf", b"%PDF"), ("png", "image/png", b"\x89PNG"), ("svg", "image/svg+xml", b"<")],
)
def test_a_poster_is_drawn_in_each_format(
    embedded_park: tuple[Installation, Tenant], kind: str, mime: str, begins: bytes
):
    inst, park = embedded_park
    made = posters.artefact(inst, park.staff, park.poster, kind=kind, languages=("zh", "en"), size="a4")
    assert made.mime == mime
    assert made.body.lstrip().startswith(begins)
    assert made.filename == f"poster-00001-a4.{kind}"


@pytest.mark.parametrize(
    ("kind", "languages", "size"),
    [
        ("gif", ("en",), "a4"),
        ("png", ("xx",), "a4"),
        ("png", (), "a4"),
        ("png", ("en",), "a0"),
        ("", ("en",), ""),
    ],
)
def test_what_is_not_offered_is_a_sentence(
    embedded_park: tuple[Installation, Tenant], kind: str, languages: tuple[str, ...], size: str
):
    inst, park = embedded_park
    with pytest.raises(InputError) as refused:
        posters.artefact(inst, park.staff, park.poster, kind=kind, languages=languages, size=size)
    assert refused.value.sentence.zh


def test_a_revoked_poster_is_printed_no_more_and_says_so(inst: Installation, park: Tenant):
    [row] = shown(inst, park)
    posters.revoke(inst, park.staff, park.poster)
    with pytest.raises(NotFoundError):
        posters.artefact(inst, park.staff, park.poster, kind="svg", languages=("en",), size="a4")
    page = poster_pages.poster_page(inst, row.symbols)
    assert page is not None
    assert page.state == "revoked"
    assert [row.state for row in shown(inst, park)] == ["revoked"]
    again = posters.issue(inst, park.staff, park.entrance)
    assert again != park.poster
