"""The files of print jobs: things are looked up here, one by one, and drawn beside the site."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from domain.keeping import DEFAULT_DAYS
from domain.venue import VenueState
from domain.wording import Sentence
from printables.drawing import Picture
from web.db.connecting.connection import Record
from web.services.errors import NotFoundError
from web.services.installation import Installation
from web.services.keeping import rules
from web.services.people import codes
from web.services.people.codes import NewCard
from web.services.places import logos
from web.services.places.posters import posters
from web.services.printing.printing import NO_POSTER, WAITS
from web.services.printing.printing_drawing import Drawer, Item
from web.services.printing.printing_folder import Progress
from web.services.printing.printing_options import Options
from web.store.printing import printing
from web.store.scope import Scope

_AT_ONCE: Final = 200
_GONE = Sentence("It is not there any more.", "已不存在。")


@dataclass(slots=True)
class Run:
    """One run of a job: whose it is, who draws it, and whom to tell how far it is.

    `tell` is called now and then; what it raises ends the run. `posters` are the ids of those that were
    drawn.
    """

    inst: Installation
    scope: Scope
    drawer: Drawer
    progress: Progress
    tell: Callable[[Progress], None]
    posters: list[str] = field(default_factory=list)

    def printed(self) -> None:
        """One more was looked at and printed."""
        self._next(replace(self.progress, printed=self.progress.printed + 1))

    def refused(self, what: str, why: Sentence) -> None:
        """One more was looked at and not printed."""
        self._next(self.progress.with_problem(what, why))

    def end(self) -> None:
        """Finish the file."""
        self.progress = replace(self.progress, pages=self.drawer.end())

    def _next(self, progress: Progress) -> None:
        self.progress = replace(progress, done=progress.done + 1)
        if self.progress.done % max(1, self.progress.total // 100) == 0:
            self.tell(self.progress)


def posters_made(
    run: Run, entrance_ids: list[str], *, issue: bool, refused: Sequence[Sequence[str]] = ()
) -> None:
    """Draw the codes of these entrances into the run's file, in this order.

    `refused` are rows of a table that were left out before: what, and why in English and Chinese. With
    `issue` those without a code get one first. Memory does not grow with their number, but for the ids.
    """
    if issue:
        for ids in _in_parts(entrance_ids):
            posters.issue_missing(run.inst, run.scope, ids)
    for what, en, zh in refused:
        run.refused(what, Sentence(en, zh))
    for item, why in run.drawer.drawn(_posters(run, entrance_ids)):
        if why:
            run.refused(item.name, why)
        else:
            run.posters.append(item.of)
            run.printed()
    run.end()


def cards_made(run: Run, visitor_ids: list[str]) -> None:
    """Draw new cards of these visitors, ten to a sheet with their backs behind; they count from then on."""
    new: list[NewCard] = []
    for item, refused in run.drawer.drawn(_cards(run, visitor_ids)):
        if refused:
            run.refused(item.name, refused)
        else:
            new.append(item.of)
            run.printed()
    run.end()
    # Last: until the file is whole, the cards that people have must stay good.
    for at in range(0, len(new), _AT_ONCE):
        codes.exchange(run.inst, new[at : at + _AT_ONCE])


def _posters(run: Run, entrance_ids: list[str]) -> Iterator[Item[str]]:
    logo, days = _Logos(run), rules.days_of_venues(run.inst)
    for row in _rows(run, entrance_ids):
        what = f"{row.venue_name} · {row.name}"
        if row.id is None:
            run.refused(what, WAITS if row.state == VenueState.APPLIED else NO_POSTER)
        else:
            content = posters.content_of(run.inst, row, row, days.get(row.venue_id, DEFAULT_DAYS))
            yield Item(row.id, what, content, logo.of(row.enterprise_id))


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
    return list(run.inst.ask(lambda connection: printing.doors_called(connection, run.scope, ids)))


def _cards(run: Run, visitor_ids: list[str]) -> Iterator[Item[NewCard]]:
    logo = _Logos(run)
    for identity in visitor_ids:
        try:
            card = codes.new_card(run.inst, run.scope, identity)
        except NotFoundError:
            run.refused(identity, _GONE)
            continue
        what = f"{card.visitor.masked_name} {card.visitor.short_number}"
        yield Item(card, what, card.content, logo.of(card.visitor.enterprise_id))


class _Logos:
    """The logos of a run's enterprises, each asked for once."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._known: dict[str, Picture | None] = {}

    def of(self, enterprise_id: str) -> Picture | None:
        if enterprise_id not in self._known:
            self._known = {enterprise_id: logos.of_enterprise(self._run.inst, self._run.scope, enterprise_id)}
        return self._known[enterprise_id]


def _in_parts(ids: list[str]) -> Iterator[list[str]]:
    for at in range(0, len(ids), _AT_ONCE):
        yield ids[at : at + _AT_ONCE]


def options_of(order: dict[str, Any]) -> Options:
    """How an order is to look."""
    said = order["options"]
    return Options(**{**said, "languages": tuple(said["languages"])})
