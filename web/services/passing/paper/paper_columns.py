"""The columns of a paper register that was typed into a table, and the words people write in them."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

from domain.decision import Outcome
from domain.venue import Direction
from domain.visitor import CLASS_NAMES, VisitorClass
from domain.wording import Sentence
from printables.batch.table import Record, refusal
from printables.kinds.register_table import COLUMNS


class Column(StrEnum):
    """A column of the printed register, by its key."""

    ROW = "row"
    TIME = "time"
    DIRECTION = "direction"
    NAME = "name"
    PHONE = "phone"
    CLASS = "class"
    PLATE = "plate"
    TEMPERATURE = "temperature"
    DECISION = "decision"
    NOTE = "note"


# What stands above the columns of the printed form, so that form and table cannot drift apart.
CALLED: dict[Column, Sentence] = {Column(column.key): column.called for column in COLUMNS}
_ALSO_CALLED = {
    Column.ROW: "no; no.; number; row; 序号; 行号; 编号",
    Column.TIME: "time; 时间; 时刻; 登记时间",
    Column.DIRECTION: "direction; in/out; 方向; 进出; 进/出; 出入",
    Column.NAME: "name; full name; 姓名; 名字",
    Column.PHONE: "phone; phone number; mobile; tel; 电话; 手机; 手机号; 电话号码; 联系电话",
    Column.CLASS: "class; category; 类别; 人员类别",
    Column.PLATE: "plate; number plate; car; 车牌; 车牌号",
    Column.TEMPERATURE: "temperature; temp; temp °c; 体温; 体温 °c; 温度",
    Column.DECISION: "decision; outcome; 判定; 结果; 处理",
    Column.NOTE: "note; notes; remark; remarks; why; 备注; 说明; 原因",
}
_NEEDED = (Column.TIME, Column.DIRECTION)
_MARKS = re.compile(r"[\s_\-|/·:：]+")
_SCRIPTS = re.compile(r"[\x00-\x7f°℃]*[\x21-\x7f°℃]|[^\x00-\x7f]+")

_DIRECTION_WORDS = {
    Direction.IN: "in; entry; entered; 进; 入; 进入; 进场; 入场; 来",
    Direction.OUT: "out; exit; left; 出; 离; 离开; 出场; 离场; 走",
}
_DECISION_WORDS = {
    Outcome.ADMITTED: "admit; admitted; yes; ok; 放行; 准入; 通过; 是",
    Outcome.REFUSED: "refuse; refused; no; 劝返; 拒绝; 否",
    Outcome.REFERRED: "refer; referred; staff; 转人工; 待核实",
}


def _plain(text: str) -> str:
    return _MARKS.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()


def _table(words: dict[Column, str]) -> dict[str, Column]:
    return {_plain(word): column for column, listed in words.items() for word in listed.split(";")}


_COLUMNS = _table(_ALSO_CALLED) | {
    _plain(name): column for column, called in CALLED.items() for name in (called.en, called.zh)
}
_DIRECTIONS = {_plain(word): way for way, words in _DIRECTION_WORDS.items() for word in words.split(";")}
_DECISIONS = {_plain(word): made for made, words in _DECISION_WORDS.items() for word in words.split(";")}
_CLASSES = {
    _plain(word): value
    for value, called in CLASS_NAMES.items()
    for word in (value.value, called.en, called.zh)
}


def columns_of(header: Record) -> tuple[Column | None, ...]:
    """Which column each cell of the first row names, in either language; None is left out.

    InputError when one is there twice, or when time or direction is missing.
    """
    found = tuple(_column(cell) for cell in header.cells)
    for column in Column:
        called = CALLED[column]
        if found.count(column) > 1:
            raise refusal(f"has the column “{called.en}” twice.", f"中“{called.zh}”列出现了两次。")
        if column in _NEEDED and column not in found:
            raise refusal(
                f"has no column “{called.en}”. Its first row must hold the names of the columns, "
                "as they are printed on the register.",
                f"缺少“{called.zh}”列。首行须为列名，与登记表上印的相同。",
            )
    return found


def _column(cell: str) -> Column | None:
    plain = _plain(cell)
    if plain in _COLUMNS:
        return _COLUMNS[plain]
    # “Time 时间” is one column that is called by both its names.
    named = {_COLUMNS.get(part.strip()) for part in _SCRIPTS.findall(plain)}
    return named.pop() if len(named) == 1 else None


def direction_of(text: str) -> Direction | None:
    """Which way a cell says; None when it says neither."""
    return _DIRECTIONS.get(_plain(text))


def decision_of(text: str) -> Outcome | None:
    """What a cell says that the person at the door decided; None when it is none of these words."""
    return _DECISIONS.get(_plain(text))


def class_of(text: str) -> VisitorClass | None:
    """The class that a cell names; None for a word that is none."""
    return _CLASSES.get(_plain(text))
