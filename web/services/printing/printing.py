"""What is printed for one entrance or from a form: content found, look checked, pages and files made."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from domain.errors import InputError
from domain.venue import PosterState
from domain.wording import Sentence
from printables.drawing import MM_PER_INCH, Drawing
from printables.formats import Format, rendered
from printables.kinds.day_sheet import DaySheetContent
from printables.kinds.kind import Look, drawn
from printables.kinds.poster import PosterContent
from printables.kinds.said import content_said
from printables.pdf import pdf
from printables.png import png
from web.db.connecting.connection import Connection, Record
from web.services.errors import NotFoundError
from web.services.installation import Installation
from web.services.keeping import rules
from web.services.places import logos
from web.services.places.posters import posters
from web.services.places.posters.posters import Artefact
from web.services.printing.printing_options import OF_ENTRANCE, Options, kind_of, pages_of
from web.store.places import places
from web.store.scope import Scope

_MOST_SHEETS: Final = 40
_LEAST_DPI, _MOST_DPI = 60, 200

NO_POSTER = Sentence("This entrance has no code yet. Issue one first.", "该出入口还没有场所码，请先签发。")
WAITS = Sentence(
    "This venue waits for review. Its codes can be printed once it is approved.",
    "该场所正在等待审核，审核通过后即可打印场所码。",
)


def of_entrance(
    inst: Installation,
    scope: Scope,
    entrance_id: str,
    options: Options,
    day: date | None = None,
    sheets: int = 1,
) -> tuple[Drawing, ...]:
    """A poster, label or table tent of the entrance's newest code, or its paper register.

    InputError when it has no code, or when the choice cannot be printed; NotFoundError outside the scope.
    """
    if options.kind not in OF_ENTRANCE:
        raise NotFoundError
    kind = kind_of(options.kind)
    door = inst.ask(lambda connection: places.entrance_row(connection, scope, entrance_id))
    if door is None:
        raise NotFoundError
    if options.kind == "day-sheet":
        if not 1 <= sheets <= _MOST_SHEETS:
            raise InputError("sheets", f"Give 1 to {_MOST_SHEETS} sheets.", f"张数应为 1 至 {_MOST_SHEETS}。")
        kept = rules.days_of_venue(inst, door.venue_id)
        content: Any = DaySheetContent(door.venue_name, door.name, day, sheets, kept)
        return pages_of(kind, content, options, None)
    content = poster_content(inst, scope, entrance_id)
    if content is None:
        raise InputError("kind", NO_POSTER.en, NO_POSTER.zh)
    return pages_of(kind, content, options, logos.of_enterprise(inst, scope, door.enterprise_id))


def poster_content(inst: Installation, scope: Scope, entrance_id: str) -> PosterContent | None:
    """What the newest poster of an entrance that counts says; None without one, or outside the scope."""

    def work(connection: Connection) -> PosterContent | None:
        door = places.entrance_row(connection, scope, entrance_id)
        row = _newest(connection, scope, door) if door else None
        if row is None or door is None:
            return None
        return posters.content_of(inst, row, door, rules.days_at(connection, door.venue_id))

    return inst.read(work)


def newest_poster(inst: Installation, scope: Scope, entrance_id: str) -> str | None:
    """The id of that poster."""

    def work(connection: Connection) -> str | None:
        door = places.entrance_row(connection, scope, entrance_id)
        row = _newest(connection, scope, door) if door else None
        return row.id if row else None

    return inst.read(work)


def _newest(connection: Connection, scope: Scope, door: Record) -> Record | None:
    rows = places.poster_rows(connection, scope, door.venue_id)
    alive = (row for row in rows if row.entrance_id == door.id and row.state != PosterState.REVOKED)
    return next(alive, None)


def from_form(
    inst: Installation, scope: Scope, said: Mapping[str, object], options: Options, enterprise_id: str
) -> tuple[Drawing, ...]:
    """A contact card or notice from what was typed, with the enterprise's logo; InputError names a field."""
    kind = kind_of(options.kind)
    logo = logos.of_enterprise(inst, scope, enterprise_id) if enterprise_id else None
    return pages_of(kind, content_said(kind, said), options, logo)


def preview(page: Drawing, pixels: int) -> bytes:
    """A page as a PNG about so many pixels wide."""
    dpi = round(pixels / page.width * MM_PER_INCH)
    return png(page, min(max(dpi, _LEAST_DPI), _MOST_DPI))


def sample_preview(name: str, languages: tuple[str, ...], pixels: int) -> bytes:
    """The example of a kind as a picture; NotFoundError for no kind."""
    kind = kind_of(name)
    return preview(drawn(kind, kind.sample, Look(languages))[0], pixels)


def as_file(pages: tuple[Drawing, ...], form: str, name: str) -> Artefact:
    """The pages as one file; InputError for an unknown format, or several pages as a picture."""
    if form not in set(Format):
        raise InputError("form", "Choose pdf, png or svg.", "请选择 pdf、png 或 svg。")
    kind = Format(form)
    if kind is not Format.PDF and len(pages) > 1:
        raise InputError(
            "form", "Several pages come as a PDF only; choose PDF.", "多页只能输出为 PDF，请选择 PDF。"
        )
    body = pdf(pages) if kind is Format.PDF else rendered(pages[0], kind)
    return Artefact(body, kind.media_type, f"{name}.{form}")


def remarks(pages: tuple[Drawing, ...]) -> tuple[Sentence, ...]:
    """What was replaced or shortened on the pages, each thing once."""
    return tuple(dict.fromkeys(found.sentence for page in pages for found in page.findings))
