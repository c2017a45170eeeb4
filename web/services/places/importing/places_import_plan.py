"""What a table of places would make and change: worked out row by row, written only when it is applied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from domain.wording import Sentence
from web.services.places.importing.places_import_columns import Column
from web.services.places.importing.places_import_rows import Problem

Value = str | int | None


@dataclass(slots=True)
class Draft:
    """One thing as it stands and as the table wants it; `said_by` is the row that said a field."""

    id: str
    made_by: int = 0
    before: dict[str, Value] = field(default_factory=dict)
    after: dict[str, Value] = field(default_factory=dict)
    said_by: dict[str, int] = field(default_factory=dict)

    @property
    def is_new(self) -> bool:
        """Whether it is made by the table, and was not there."""
        return bool(self.made_by)

    def conflict(self, name: str, value: Value) -> int:
        """The earlier row that says otherwise, or 0."""
        return self.said_by[name] if name in self.said_by and self.after[name] != value else 0

    def say(self, name: str, value: Value, row: int) -> bool:
        """Want a field to have a value; whether this row changes what stands there."""
        changes = name not in self.said_by and not self.is_new and self.before.get(name) != value
        self.said_by.setdefault(name, row)
        self.after[name] = value
        return changes

    def changes(self) -> dict[str, Value]:
        """The fields that the table wants otherwise than they stand."""
        return {name: value for name, value in self.after.items() if self.before.get(name) != value}


@dataclass(frozen=True, slots=True)
class Told:
    """What becomes of one row: what it makes and changes, or what to mend in it."""

    number: int
    called: tuple[str, ...]
    makes: tuple[str, ...] = ()
    changes: tuple[Column, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """Every row's fate, and the drafts by the table that they belong to."""

    rows: tuple[Told, ...]
    drafts: Mapping[str, Sequence[Draft]]

    def made(self, table: str) -> int:
        """How many things of a table are new."""
        return sum(draft.is_new for draft in self.drafts[table])

    @property
    def changed(self) -> int:
        """How many things that are there are changed."""
        return sum(
            bool(draft.changes()) for each in self.drafts.values() for draft in each if not draft.is_new
        )

    @property
    def bad(self) -> int:
        """How many rows are left out."""
        return sum(bool(row.problems) for row in self.rows)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do."""
        return not self.changed and not any(self.made(table) for table in self.drafts)


OTHER_ROW = Sentence(
    "Row {row} says otherwise. Keep one of the two.", "与第 {row} 行不一致，请只保留一种写法。"
)
OTHER_CODE = Sentence(
    "An enterprise of this name has another credit code. Check both.",
    "同名单位的统一社会信用代码不同，请核对。",
)
SEVERAL = Sentence(
    "Several enterprises have this name. Give the credit code.", "有多家同名单位，请填写统一社会信用代码。"
)
NOT_YOURS = Sentence(
    "Your account is for one enterprise. Rows of others are left out.",
    "您的账号只属于一家单位，不能导入其他单位。",
)
NO_AREA = Sentence(
    "There is no such area, or several. Add it first, or write it like “street / community”.",
    "没有此区域或有多个同名区域。请先添加，或写成“街道 / 社区”的形式。",
)
OTHER_AREA = Sentence(
    "This enterprise is of another area. Move it on its page first.",
    "该单位属于其他区域，请先在单位页面移动。",
)
NO_ADDRESS = Sentence("A new venue needs its address.", "新场所须填写地址。")
SEVERAL_VENUES = Sentence(
    "Several venues of this enterprise have this name. Give the address of the one that is meant.",
    "该单位有多个同名场所，请填写地址以区分。",
)
NO_VENUE = Sentence("Give the name of the venue as well.", "请同时填写场所名称。")
LIAISON_ELSEWHERE = Sentence("This liaison looks after another area.", "该联络员负责其他区域。")
