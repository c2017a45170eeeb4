"""What a run has to say, line by line, to the person who started it."""

from __future__ import annotations

from collections.abc import Iterator

from domain.wording import Sentence
from printables.batch.job import Outcome
from printables.batch.venues import RowFinding


def results(outcome: Outcome, out_name: str) -> Iterator[Sentence]:
    """What was made: the posters, and the codes that must be registered."""
    if outcome.printed:
        posters, sheets = _counted(outcome.printed, "poster"), _counted(outcome.pages, "sheet")
        on, on_zh = (
            ("", "") if outcome.pages == outcome.printed else (f" on {sheets}", f"，共 {outcome.pages} 页")
        )
        yield Sentence(f"{out_name}: {posters}{on}.", f"{out_name}：{outcome.printed} 张海报{on_zh}。")
    if outcome.codes:
        name, new = outcome.codes.name, _counted(outcome.minted, "poster")
        yield Sentence(
            f"{name}: new codes of {new}. Register them before the posters go up; "
            "until then nobody can check in with them.",
            f"{name}：{outcome.minted} 张海报的新码。请先登记再张贴，登记前无法扫码登记。",
        )
    if outcome.codes and outcome.aside:
        kept, name = outcome.aside.name, outcome.codes.name
        yield Sentence(f"{kept}: the earlier {name}, kept.", f"{kept}：此前的 {name}，已保留。")


def problems(findings: tuple[RowFinding, ...], outcome: Outcome, table_name: str) -> Iterator[Sentence]:
    """What is wrong, in the order of the rows: those not printed, then remarks about others."""
    refused = sorted((*findings, *outcome.refused), key=lambda found: found.number)
    for found in refused:
        yield _about_row(found, table_name)
    if refused:
        rows = len({found.number for found in refused})
        verb = "was" if rows == 1 else "were"
        yield Sentence(f"{_counted(rows, 'row')} {verb} not printed.", f"{rows} 行未打印。")
    for remark in outcome.remarks:
        yield _about_row(remark, table_name)


def _about_row(found: RowFinding, table_name: str) -> Sentence:
    if found.column is None:
        en, zh = "", ""
    else:
        en, zh = f", {found.column.value.en}", f"，{found.column.value.zh}"
    return Sentence(
        f"{table_name}, row {found.number}{en}: {found.sentence.en}",
        f"{table_name}，第 {found.number} 行{zh}：{found.sentence.zh}",
    )


def _counted(number: int, thing: str) -> str:
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"
