"""What a roll call is made of: who should be there, who was ticked off, and what that comes to."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum

from domain.wording import Sentence


class Mode(StrEnum):
    """Why a roll call is held. Values are stored."""

    DRILL = "drill"
    REAL = "real"


class Mark(StrEnum):
    """What a marshal says of somebody. Values are stored."""

    SAFE = "safe"
    NOT_HERE = "not_here"
    UNLISTED = "unlisted"


class Standing(StrEnum):
    """Where somebody on the list stands: `OUT` was scanned or swept out after the roll call began."""

    MISSING = "missing"
    SAFE = "safe"
    NOT_HERE = "not_here"
    OUT = "out"
    UNLISTED = "unlisted"


STANDINGS: Mapping[str, Sentence] = {
    Standing.MISSING: Sentence("Not found yet", "尚未找到"),
    Standing.SAFE: Sentence("Safe", "安全"),
    Standing.NOT_HERE: Sentence("Had left unseen", "此前已离开"),
    Standing.OUT: Sentence("Went out, scanned", "扫码离开"),
    Standing.UNLISTED: Sentence("Was not on the list", "名单之外"),
}
MODES: Mapping[str, Sentence] = {Mode.DRILL: Sentence("Drill", "演练"), Mode.REAL: Sentence("Real", "实战")}


@dataclass(frozen=True, slots=True)
class Listed:
    """Somebody who was inside when it began, by full name; `entry_id` is what they came in with.

    `out_ms` is when they were seen to go out after that, None otherwise.
    """

    entry_id: str
    name: str
    visitor_class: str
    people: int
    in_ms: int
    entrance_name: str
    out_ms: int | None
    visitor_id: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """A mark as a phone sends it; `at_ms` is by the server's clock, as near as that can be told."""

    id: str
    entry_id: str
    mark: Mark
    name: str
    people: int
    at_ms: int
    is_undone: bool


@dataclass(frozen=True, slots=True)
class Marked:
    """A mark that is kept, with who made it."""

    id: str
    entry_id: str
    mark: str
    name: str
    people: int
    at_ms: int
    by: str
    undone_ms: int | None


@dataclass(frozen=True, slots=True)
class Figures:
    """People, with those who came along: on the list, and what became of them; and how well exits are seen.

    `unnamed` were inside by number only when it began; of `disputed` marshals said different things.
    """

    listed: int = 0
    safe: int = 0
    not_here: int = 0
    out: int = 0
    unlisted: int = 0
    remaining: int = 0
    unnamed: int = 0
    exits_seen: int = 0
    exits: int = 0
    disputed: int = 0

    def json(self) -> dict[str, int]:
        """As it is kept."""
        return asdict(self)

    @property
    def counted(self) -> int:
        """Whom the marshals saw."""
        return self.safe + self.unlisted

    @property
    def difference(self) -> int:
        """How many more were listed than seen."""
        return self.listed - self.counted


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the list as it stands: somebody listed or unlisted.

    `otherwise` is what a marshal said before who saw it differently.
    """

    entry_id: str
    name: str
    visitor_class: str
    people: int
    in_ms: int | None
    entrance_name: str
    standing: Standing
    at_ms: int | None
    by: str
    otherwise: Marked | None = None


@dataclass(frozen=True, slots=True)
class RollCall:
    """A roll call with everything about it; the names are gone when they had to be forgotten.

    `surrounds`: its venue surrounded its area when it began; whoever went on into that is listed too.
    """

    id: str
    venue_id: str
    venue_name: str
    time_zone: str
    mode: str
    started_ms: int
    started_by: str
    ended_ms: int | None
    ended_by: str
    surrounds: bool
    listed: tuple[Listed, ...]
    marks: tuple[Marked, ...]
    figures: Figures

    @property
    def rows(self) -> tuple[Row, ...]:
        """Everybody who was listed, in the order of the list, then those who were not."""
        return rows_of(self.listed, self.marks)

    @property
    def outcome(self) -> tuple[Row, ...]:
        """The same, whoever was not found first."""
        return tuple(sorted(self.rows, key=lambda row: row.standing is not Standing.MISSING))

    def by_name(self) -> RollCall:
        """The same with the list in the order of names, as marshals call them from paper."""
        return replace(self, listed=tuple(sorted(self.listed, key=_called)))

    @property
    def places_by_name(self) -> Mapping[str, int]:
        """Which place in that order somebody has, by the entry they came in with."""
        return {one.entry_id: nth for nth, one in enumerate(self.by_name().listed)}


def rows_of(listed: Sequence[Listed], marks: Sequence[Marked]) -> tuple[Row, ...]:
    """Where everybody stands: of several marks about one the last that was not taken back."""
    valid = [mark for mark in marks if mark.undone_ms is None]
    said: dict[str, list[Marked]] = {}
    for mark in valid:
        said.setdefault(mark.entry_id, []).append(mark)
    found = [_row(one, said.get(one.entry_id, ())) for one in listed]
    found += [
        Row("", mark.name, "", mark.people, None, "", Standing.UNLISTED, mark.at_ms, mark.by)
        for mark in valid
        if mark.mark == Mark.UNLISTED
    ]
    return tuple(found)


def _called(one: Listed) -> tuple[bool, bytes]:
    """Where a name stands in the order of names: Latin letters, then Chinese by pinyin; without a name last.

    GB 18030 has the 3,755 most common characters in the order of their pinyin, and that is what is used.
    Surnames that are read otherwise than the character mostly is stand where that does (曾, 单, 翟), and
    rarer characters by radical after all of these (闫, 覃) or before them (喆).
    """
    name = unicodedata.normalize("NFKC", one.name).casefold()
    return not name, name.encode("gb18030", errors="replace")


def _row(one: Listed, said: Sequence[Marked]) -> Row:
    about = (one.entry_id, one.name, one.visitor_class, one.people, one.in_ms, one.entrance_name)
    if said and said[-1].mark in (Mark.SAFE, Mark.NOT_HERE):
        mark = said[-1]
        otherwise = next((other for other in reversed(said) if other.mark != mark.mark), None)
        return Row(*about, Standing(mark.mark), mark.at_ms, mark.by, otherwise)
    if one.out_ms is not None:
        return Row(*about, Standing.OUT, one.out_ms, "")
    return Row(*about, Standing.MISSING, None, "")


def figures_of(rows: Sequence[Row], unnamed: int, exits_seen: int, exits: int) -> Figures:
    """What the rows come to."""
    people = {standing: sum(row.people for row in rows if row.standing is standing) for standing in Standing}
    unlisted = people[Standing.UNLISTED]
    return Figures(
        listed=sum(people.values()) - unlisted,
        safe=people[Standing.SAFE],
        not_here=people[Standing.NOT_HERE],
        out=people[Standing.OUT],
        unlisted=unlisted,
        remaining=people[Standing.MISSING],
        unnamed=unnamed,
        exits_seen=exits_seen,
        exits=exits,
        disputed=sum(row.people for row in rows if row.otherwise is not None),
    )
