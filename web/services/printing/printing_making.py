"""The files of print jobs, written page by page: posters of many entrances, cards of many visitors."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final
from zipfile import ZipFile, ZipInfo

from domain.errors import InputError
from domain.wording import Sentence
from printables.drawing import Drawing, Picture
from printables.kinds.kind import drawn
from printables.pdf import pdf, write_pdf
from printables.sheets import Layout, arranged, cut_sheet
from web.db.connection import Record
from web.services.errors import NotFoundError
from web.services.installation import Installation
from web.services.people import codes
from web.services.people.codes import NewCard
from web.services.places import logos, posters
from web.services.printing.printing import NO_POSTER, Options, kind_of
from web.services.printing.printing_folder import Progress
from web.store import printing
from web.store.scope import Scope

CARDS_PAPER: Final = "A4"
_AT_ONCE: Final = 200
_FORBIDDEN: Final = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')
_GONE = Sentence("It is not there any more.", "已不存在。")


@dataclass(slots=True)
class Run:
    """One run of a job: whose it is, where its file goes, and whom to tell how far it is.

    `tell` is called now and then; what it raises ends the run.
    """

    inst: Installation
    scope: Scope
    path: Path
    progress: Progress
    tell: Callable[[Progress], None]

    def printed(self) -> None:
        """One more was looked at and printed."""
        self._next(replace(self.progress, printed=self.progress.printed + 1))

    def refused(self, what: str, why: Sentence) -> None:
        """One more was looked at and not printed."""
        self._next(self.progress.with_problem(what, why))

    def _next(self, progress: Progress) -> None:
        self.progress = replace(progress, done=progress.done + 1)
        if self.progress.done % max(1, self.progress.total // 100) == 0:
            self.tell(self.progress)


def posters_made(run: Run, entrance_ids: list[str], options: Options, *, as_zip: bool, issue: bool) -> None:
    """Write the codes of these entrances into the run's file, as one PDF or a ZIP of one for each.

    With `issue` those without a code get one first. Memory does not grow with their number.
    """
    if issue:
        for ids in _in_parts(entrance_ids):
            posters.issue_missing(run.inst, run.scope, ids)
    pages = _poster_pages(run, entrance_ids, options)
    if as_zip:
        _zipped(run, pages)
        return
    layout = _layout(options)
    each = (page for _, drawings in pages for page in drawings)
    with run.path.open("wb") as file:
        count = write_pdf(arranged(each, layout) if layout else each, file, "场所码 Venue codes")
    run.progress = replace(run.progress, pages=count)


def cards_made(run: Run, visitor_ids: list[str], options: Options) -> None:
    """Write new cards of these visitors, ten to a sheet with their backs behind; they count from then on."""
    width, height = _card_size()
    layout = cut_sheet(CARDS_PAPER, width, height)
    new: list[NewCard] = []
    with run.path.open("wb") as file:
        count = write_pdf(_card_sheets(run, visitor_ids, options, layout, new), file, "访客卡 Visitor cards")
    run.progress = replace(run.progress, pages=count)
    # Last: until the file is whole, the cards that people have must stay good.
    for at in range(0, len(new), _AT_ONCE):
        codes.exchange(run.inst, new[at : at + _AT_ONCE])


def _poster_pages(
    run: Run, entrance_ids: list[str], options: Options
) -> Iterator[tuple[Record, tuple[Drawing, ...]]]:
    kind, fitted, logo = kind_of(options.kind), options.fitted(), _Logos(run)
    for row in _rows(run, entrance_ids):
        what = f"{row.venue_name} · {row.name}"
        if row.id is None:
            run.refused(what, NO_POSTER)
            continue
        try:
            content = posters.content_of(run.inst, row, row)
            pages = drawn(kind, content, fitted.look(logo.of(row.enterprise_id)))
        except InputError as refused:
            run.refused(what, refused.sentence)
            continue
        yield row, pages
        run.printed()


def _rows(run: Run, entrance_ids: list[str]) -> Iterator[Record]:
    """The entrances in the order they were chosen; those that went away meanwhile are told."""
    for ids in _in_parts(entrance_ids):
        rows = {row.entrance_id: row for row in _read_rows(run, ids)}
        for identity in ids:
            if identity in rows:
                yield rows[identity]
            else:
                run.refused(identity, _GONE)


def _read_rows(run: Run, ids: list[str]) -> list[Record]:
    return list(run.inst.read(lambda connection: printing.doors_called(connection, run.scope, ids)))


def _zipped(run: Run, pages: Iterator[tuple[Record, tuple[Drawing, ...]]]) -> None:
    count = 0
    with ZipFile(run.path, "w") as archive:
        for count, (row, drawings) in enumerate(pages, 1):
            archive.writestr(
                ZipInfo(f"{count:04d} {_file_name(f'{row.venue_name} {row.name}')}.pdf"), pdf(drawings)
            )
    run.progress = replace(run.progress, pages=count)


def _file_name(name: str) -> str:
    return _FORBIDDEN.sub("_", name)[:60].strip(" .") or "poster"


def _layout(options: Options) -> Layout | None:
    """The sheet that several share, measured by a sample."""
    fitted, kind = options.fitted(), kind_of(options.kind)
    sample = drawn(kind, kind.sample, fitted.look())[0]
    return fitted.sheet(sample.width, sample.height)


def _card_sheets(
    run: Run, visitor_ids: list[str], options: Options, layout: Layout, new: list[NewCard]
) -> Iterator[Drawing]:
    """For every ten cards the sheet of their fronts, then the mirrored sheet of their backs."""
    full, sides = len(layout.places), _card_sides(run, visitor_ids, options, new)
    waiting: list[tuple[Drawing, ...]] = []
    for pair in sides:
        waiting.append(pair)
        if len(waiting) == full:
            yield from _both_sides(waiting, layout)
            waiting = []
    if waiting:
        yield from _both_sides(waiting, layout)


def _both_sides(cards: list[tuple[Drawing, ...]], layout: Layout) -> Iterator[Drawing]:
    yield from arranged((front for front, _ in cards), layout)
    yield from arranged((back for _, back in cards), layout, mirrored=True)


def _card_sides(
    run: Run, visitor_ids: list[str], options: Options, new: list[NewCard]
) -> Iterator[tuple[Drawing, ...]]:
    kind, logo = kind_of("card"), _Logos(run)
    for identity in visitor_ids:
        try:
            card = codes.new_card(run.inst, run.scope, identity)
        except NotFoundError:
            run.refused(identity, _GONE)
            continue
        try:
            sides = drawn(kind, card.content, options.look(logo.of(card.visitor.enterprise_id)))
        except InputError as refused:
            run.refused(f"{card.visitor.masked_name} {card.visitor.short_number}", refused.sentence)
            continue
        new.append(card)
        yield sides
        run.printed()


class _Logos:
    """The logos of a run's enterprises, each asked for once."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._known: dict[str, Picture | None] = {}

    def of(self, enterprise_id: str) -> Picture | None:
        if enterprise_id not in self._known:
            self._known = {enterprise_id: logos.of_enterprise(self._run.inst, self._run.scope, enterprise_id)}
        return self._known[enterprise_id]


def _card_size() -> tuple[float, float]:
    kind = kind_of("card")
    front: Any = drawn(kind, kind.sample, Options("card").look())[0]
    return front.width, front.height


def _in_parts(ids: list[str]) -> Iterator[list[str]]:
    for at in range(0, len(ids), _AT_ONCE):
        yield ids[at : at + _AT_ONCE]
