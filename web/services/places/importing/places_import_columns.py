"""The columns that a table of enterprises, venues and entrances may have, and what people call them."""

from __future__ import annotations

from enum import Enum

from domain.wording import Sentence
from printables.batch.table import Record, refusal
from web.services.places.enterprises_details import ENTERPRISE_KINDS, SIZE_CLASSES
from web.services.places.places import VENUE_KINDS
from web.services.tables.table_headers import called, meant, plain, shown


class Column(Enum):
    """A column; the value is how pages and messages call it."""

    ENTERPRISE = Sentence("enterprise", "单位名称")
    CREDIT_CODE = Sentence("credit code", "统一社会信用代码")
    ENTERPRISE_KIND = Sentence("kind of enterprise", "单位类型")
    SIZE = Sentence("size", "规模")
    CONTACT = Sentence("contact", "单位联系人")
    CONTACT_PHONE = Sentence("contact phone", "联系电话")
    LIAISON = Sentence("liaison", "驻企联络员")
    LIAISON_PHONE = Sentence("liaison phone", "联络员电话")
    AREA = Sentence("area", "区域")
    VENUE = Sentence("venue", "场所名称")
    ADDRESS = Sentence("address", "地址")
    VENUE_KIND = Sentence("kind of venue", "场所类型")
    CAPACITY = Sentence("capacity", "容纳人数")
    ZONE = Sentence("time zone", "时区")
    SURROUNDS = Sentence("surrounds its area", "围合本区域")
    ENTRANCE = Sentence("entrance", "出入口")


_NAMES = {
    Column.ENTERPRISE: "enterprise; enterprise name; company; organisation; organization; "
    "单位名称; 单位; 企业; 企业名称; 公司; 公司名称",
    Column.CREDIT_CODE: "credit code; unified social credit code; uscc; "
    "统一社会信用代码; 信用代码; 社会信用代码",
    Column.ENTERPRISE_KIND: "kind of enterprise; enterprise kind; enterprise type; "
    "单位类型; 企业类型; 单位性质",
    Column.SIZE: "size; size class; 规模; 企业规模; 单位规模",
    Column.CONTACT: "contact; contact person; contact name; 单位联系人; 联系人; 联系人姓名; 负责人",
    Column.CONTACT_PHONE: "contact phone; phone; contact number; 联系电话; 电话; 联系人电话; 手机",
    Column.LIAISON: "liaison; liaison name; 驻企联络员; 联络员; 联络员姓名; 包保责任人",
    Column.LIAISON_PHONE: "liaison phone; liaison number; 联络员电话; 驻企联络员电话; 联络员手机",
    Column.AREA: "area; district; street; grid; 区域; 所属区域; 街道; 社区; 园区; 网格",
    Column.VENUE: "venue; venue name; place; site; 场所名称; 场所; 地点",
    Column.ADDRESS: "address; venue address; 地址; 场所地址; 详细地址",
    Column.VENUE_KIND: "kind of venue; venue kind; venue type; 场所类型; 场所类别",
    Column.CAPACITY: "capacity; room; people at most; 容纳人数; 最大人数; 限流人数",
    Column.ZONE: "time zone; zone; 时区",
    Column.SURROUNDS: "surrounds its area; surrounds; 围合本区域; 围合区域",
    Column.ENTRANCE: "entrance; door; gate; entrance name; 出入口; 出入口名称; 门岗; 门",
}
_COLUMN_CALLED = called(_NAMES)
# By the number that is kept.
YES_OR_NO = {"1": Sentence("yes", "是"), "0": Sentence("no", "否")}


def columns_of(header: Record) -> tuple[Column | None, ...]:
    """Which column each cell of the first row names; InputError when one is twice or missing."""
    columns = tuple(meant(cell, _COLUMN_CALLED) for cell in header.cells)
    for column in Column:
        if columns.count(column) > 1:
            raise refusal(
                f"has the column “{column.value.en}” twice.", f"中“{column.value.zh}”列出现了两次。"
            )
    if Column.ENTERPRISE not in columns:
        first = shown(header.cells[0])
        raise refusal(
            f"has no column “enterprise” (its first row begins with “{first}”). "
            "The first row holds the names of the columns.",
            f"缺少“单位名称”列（首行以“{first}”开头）。首行须为列名。",
        )
    return columns


def value_of(column: Column, written: str) -> str:
    """The kind or size that a cell names, in either language; what is not known stays as it was written."""
    return _VALUES[column].get(plain(written), written)


def _values(names: dict[str, Sentence]) -> dict[str, str]:
    """By both names, and by each part of names that say several things."""
    found: dict[str, str] = {}
    for value, name in names.items():
        parts = (value, name.en, name.zh, *name.en.split(" or "), *name.zh.split("、"))
        found |= {plain(part): value for part in parts}
    return found


_VALUES = {
    Column.ENTERPRISE_KIND: _values(ENTERPRISE_KINDS),
    Column.SIZE: _values(SIZE_CLASSES),
    Column.VENUE_KIND: _values(VENUE_KINDS),
    Column.SURROUNDS: _values(YES_OR_NO),
}
