"""The columns that a table of credentials may have, and what people call them."""

from __future__ import annotations

import re
import unicodedata
from enum import Enum

from domain.errors import InputError
from domain.wording import Sentence
from printables.batch.table import Record, refusal


class Column(Enum):
    """A column; the value is how pages and messages call it."""

    NUMBER = Sentence("visitor number", "访客编号")
    NAME = Sentence("name", "姓名")
    PHONE = Sentence("phone", "电话")
    ID_NUMBER = Sentence("identity number", "证件号码")
    KIND = Sentence("kind", "凭证种类")
    SINCE = Sentence("since", "起始时间")
    UNTIL = Sentence("until", "有效期至")


_NAMES = {
    Column.NUMBER: "visitor number; short number; number; 访客编号; 编号; 短号; 访客短号",
    Column.NAME: "name; full name; visitor; person; 姓名; 名字; 访客; 访客姓名",
    Column.PHONE: (
        "phone; phone number; mobile; mobile number; telephone; tel; "
        "电话; 手机; 手机号; 手机号码; 电话号码; 联系电话"
    ),
    Column.ID_NUMBER: (
        "identity number; id number; id; id card; id card number; passport; document number; "
        "证件号码; 证件号; 身份证; 身份证号; 身份证号码; 护照号"
    ),
    Column.KIND: "kind; type; credential; credential kind; 凭证种类; 种类; 类型; 凭证; 凭证类型; 项目",
    Column.SINCE: (
        "since; from; date; start; issued; sampled; sample time; valid from; "
        "起始时间; 开始时间; 起始日期; 开始日期; 日期; 采样时间; 接种日期; 签发日期; 发证日期; 生效日期; "
        "培训日期"
    ),
    Column.UNTIL: (
        "until; to; end; expires; expiry; expiry date; valid until; valid to; "
        "有效期至; 有效期; 截止时间; 截止日期; 到期时间; 到期日期; 失效日期; 结束时间; 结束日期"
    ),
}
_COLUMN_CALLED = {name.strip(): column for column, names in _NAMES.items() for name in names.split(";")}
_BETWEEN_WORDS = re.compile(r"[\s_\-/|()*:.·]+")
# “Phone 电话” is one column that is called by both its names.
_ONE_SCRIPT = re.compile(r"[\x00-\x7f]*[\x21-\x7f]|[^\x00-\x7f]+")
_LONGEST_SHOWN = 40


def columns_of(header: Record) -> tuple[Column | None, ...]:
    """Which column each cell of the first row names, in any order, case and language; None is left out.

    A column with a name that is not known is left out: tables come with remarks. InputError when one is
    there twice, or when the kind or every way to find the person is missing.
    """
    columns = tuple(_column(cell) for cell in header.cells)
    for column in Column:
        if columns.count(column) > 1:
            raise refusal(
                f"has the column “{column.value.en}” twice.", f"中“{column.value.zh}”列出现了两次。"
            )
    if Column.KIND not in columns:
        raise _without(Column.KIND, header)
    named = {Column.NUMBER, Column.ID_NUMBER} & set(columns)
    if not named and not {Column.NAME, Column.PHONE} <= set(columns):
        raise refusal(
            "does not say whom it is about: it needs the column “visitor number”, or “identity number”, "
            "or both “name” and “phone”.",
            "未说明是哪位访客：须有“访客编号”列、“证件号码”列，或“姓名”和“电话”两列。",
        )
    return columns


def ignored(header: Record, columns: tuple[Column | None, ...]) -> tuple[str, ...]:
    """The names above columns that are left out, short and on one line."""
    pairs = zip(header.cells, columns, strict=True)
    return tuple(_shown(cell) for cell, column in pairs if cell.strip() and column is None)


def _column(name: str) -> Column | None:
    plain = _BETWEEN_WORDS.sub(" ", unicodedata.normalize("NFKC", name).casefold()).strip()
    if plain in _COLUMN_CALLED:
        return _COLUMN_CALLED[plain]
    named = {_COLUMN_CALLED.get(part.strip()) for part in _ONE_SCRIPT.findall(plain)}
    return named.pop() if len(named) == 1 else None


def _without(column: Column, header: Record) -> InputError:
    first = _shown(header.cells[0])
    return refusal(
        f"has no column “{column.value.en}” (its first row begins with “{first}”). "
        "The first row holds the names of the columns.",
        f"缺少“{column.value.zh}”列（首行以“{first}”开头）。首行须为列名。",
    )


def _shown(cell: str) -> str:
    line = "".join(character if character.isprintable() else " " for character in cell.strip())
    return line if len(line) <= _LONGEST_SHOWN else line[: _LONGEST_SHOWN - 1] + "…"
