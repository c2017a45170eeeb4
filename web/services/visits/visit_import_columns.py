"""The columns that a table of expected visitors may have, and what people call them."""

from __future__ import annotations

from enum import Enum

from domain.wording import Sentence
from printables.batch.table import Record, refusal
from web.services.tables.table_headers import called, meant, shown


class Column(Enum):
    """A column; the value is how pages and messages call it."""

    NAME = Sentence("name", "姓名")
    PHONE = Sentence("phone", "电话")
    CLASS = Sentence("class", "人员类别")
    PLATE = Sentence("plate", "车牌")
    HOST = Sentence("host", "受访人")
    PURPOSE = Sentence("purpose", "事由")
    VENUE = Sentence("venue", "场所")
    DAY = Sentence("day", "来访日期")
    FROM = Sentence("from", "开始时间")
    UNTIL = Sentence("until", "结束时间")
    LAST_DAY = Sentence("last day", "截止日期")
    WEEKDAYS = Sentence("weekdays", "星期")


_NAMES = {
    Column.NAME: (
        "name; full name; visitor; visitor name; guest; person; 姓名; 名字; 访客; 访客姓名; 来访人; 来访人员"
    ),
    Column.PHONE: (
        "phone; phone number; mobile; mobile number; telephone; tel; "
        "电话; 手机; 手机号; 手机号码; 电话号码; 联系电话; 联系方式"
    ),
    Column.CLASS: "class; kind; type; category; 人员类别; 类别; 人员类型; 访客类型; 身份",
    Column.PLATE: (
        "plate; number plate; licence plate; license plate; car; vehicle; 车牌; 车牌号; 车牌号码; 车辆"
    ),
    Column.HOST: (
        "host; host name; to see; visits; contact; employee; "
        "接待人; 接待人员; 被访人; 受访人; 被拜访人; 拜访对象; 对接人; 联系人"
    ),
    Column.PURPOSE: "purpose; reason; why; subject; remark; 事由; 来访事由; 目的; 来访目的; 原因; 备注",
    Column.VENUE: "venue; place; site; building; location; 场所; 场所名称; 地点; 来访地点; 楼宇",
    Column.DAY: (
        "day; date; first day; visit date; start date; 来访日期; 日期; 到访日期; 拜访日期; 开始日期; 起始日期"
    ),
    Column.FROM: (
        "from; start; start time; arrival; time; begins; "
        "开始时间; 来访时间; 到访时间; 到达时间; 时间; 起始时间"
    ),
    Column.UNTIL: "until; to; end; end time; departure; leaves; ends; 结束时间; 离开时间; 截止时间",
    Column.LAST_DAY: "last day; end date; until date; last date; 截止日期; 结束日期; 终止日期",
    Column.WEEKDAYS: "weekdays; weekday; days; on; repeats; 星期; 周几; 每周; 重复",
}
_COLUMN_CALLED = called(_NAMES)
_NEEDED = (Column.NAME, Column.PHONE, Column.HOST)


def columns_of(header: Record) -> tuple[Column | None, ...]:
    """Which column each cell of the first row names, in any order, case and language; None is left out.

    InputError when one is there twice, or one that every visit needs is missing.
    """
    columns = tuple(meant(cell, _COLUMN_CALLED) for cell in header.cells)
    for column in Column:
        if columns.count(column) > 1:
            raise refusal(
                f"has the column “{column.value.en}” twice.", f"中“{column.value.zh}”列出现了两次。"
            )
    missing = [column for column in _NEEDED if column not in columns]
    if not {Column.DAY, Column.FROM} & set(columns):
        missing.append(Column.DAY)
    if missing:
        first = shown(header.cells[0])
        named_en = "”, “".join(column.value.en for column in missing)
        named_zh = "”“".join(column.value.zh for column in missing)
        raise refusal(
            f"lacks the column “{named_en}” (its first row begins with “{first}”). "
            "The first row holds the names of the columns.",
            f"缺少“{named_zh}”列（首行以“{first}”开头）。首行须为列名。",
        )
    return columns
