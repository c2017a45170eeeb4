"""The columns that every table of figures has, in both languages, and the cells below them."""

from __future__ import annotations

from domain.hours import local_time
from domain.wording import Sentence
from web.services.desk.figures.figures_values import Sums

PLACES: tuple[Sentence, ...] = (
    Sentence("area", "区域"),
    Sentence("enterprise", "企业"),
    Sentence("venue", "场所"),
)
SUMS: tuple[Sentence, ...] = (
    Sentence("people checked", "检查人员（人次）"),
    Sentence("in", "进入（人次）"),
    Sentence("out", "离开（人次）"),
    Sentence("people turned back", "劝返人员（人次）"),
    Sentence("people sent to staff", "转人工（人次）"),
    Sentence("abnormal temperatures", "体温异常（人次）"),
    Sentence("vehicles checked", "检查车辆（辆次）"),
    Sentence("vehicles turned back", "劝返车辆（辆次）"),
)
TOTAL = Sentence("Total", "合计")
# In every row, as the days are: a line of its own would be no row of the table.
AS_OF = Sentence("counted until", "统计截至")


def as_of(at_ms: int, zone: str) -> str:
    """What stands below `AS_OF`: local time with its offset."""
    return local_time(at_ms, zone).isoformat(timespec="seconds")


def cells(sums: Sums, feverish: int) -> list[str]:
    """What stands below `SUMS`."""
    numbers = (
        sums.people,
        sums.people_in,
        sums.people_out,
        sums.people_refused,
        sums.people_referred,
        feverish,
        sums.vehicles,
        sums.vehicles_refused,
    )
    return [str(number) for number in numbers]


def in_language(names: tuple[Sentence, ...], *, chinese: bool) -> list[str]:
    """The line above a table."""
    return [name.zh if chinese else name.en for name in names]
