"""The columns that a table of credentials may have, and what people call them."""

from __future__ import annotations

from enum import Enum

from domain.errors import InputError
from domain.wording import Sentence
from printables.batch.table import Record, refusal
from web.services.tables.table_headers import called, meant, shown


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
_COLUMN_CALLED = called(_NAMES)


def columns_of(header: Record) -> tuple[Column | None, ...]:
    """Which column each cell of the first row names, in any order, case and language; None is left out.

    A column with a name that is not known is left out: tables come with remarks. InputError when one is
    there twice, or when the kind or every way to find the person is missing.
    """
    columns = tuple(meant(cell, _COLUMN_CALLED) for cell in header.cells)
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


def _without(column: Column, header: Record) -> InputError:
    first = shown(header.cells[0])
    return refusal(
        f"has no column “{column.value.en}” (its first row begins with “{first}”). "
        "The first row holds the names of the columns.",
        f"缺少“{column.value.zh}”列（首行以“{first}”开头）。首行须为列名。",
    )
