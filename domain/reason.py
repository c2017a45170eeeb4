"""The closed list of reasons for a decision, and the sentence each one says to the person."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from domain.code import CodeFault
from domain.wording import Sentence


class Reason(StrEnum):
    """Why somebody was admitted, refused or referred. Values are stored: never rename, only add."""

    WELCOME = "welcome"
    GOODBYE = "goodbye"
    VENUE_NOT_OPEN = "venue_not_open"
    NOT_A_VISITOR_CODE = "not_a_visitor_code"
    CODE_DAMAGED = "code_damaged"
    CODE_FORGED = "code_forged"
    CODE_KEY_UNKNOWN = "code_key_unknown"
    CODE_NOT_YET = "code_not_yet"
    CODE_EXPIRED = "code_expired"
    CODE_REVOKED = "code_revoked"
    RULES_OUT_OF_DATE = "rules_out_of_date"
    VISITOR_UNKNOWN = "visitor_unknown"
    ON_HOLD = "on_hold"
    CLASS_NOT_ACCEPTED = "class_not_accepted"
    OUTSIDE_HOURS = "outside_hours"
    CREDENTIAL_MISSING = "credential_missing"
    CREDENTIAL_UNDATED = "credential_undated"
    CREDENTIAL_TOO_OLD = "credential_too_old"
    CREDENTIAL_ENDED = "credential_ended"
    CREDENTIAL_NOT_YET = "credential_not_yet"
    CREDENTIAL_UNVERIFIED = "credential_unverified"
    LISTED_AREA = "listed_area"
    TEMPERATURE_NEEDED = "temperature_needed"
    TEMPERATURE_HIGH = "temperature_high"
    VEHICLE_INCOMPLETE = "vehicle_incomplete"
    ALREADY_INSIDE = "already_inside"
    VENUE_FULL = "venue_full"
    LOG_NOT_WRITABLE = "log_not_writable"
    ONE_CODE_AT_A_TIME = "one_code_at_a_time"
    REFUSED_BY_STAFF = "refused_by_staff"
    TAKEN_BACK = "taken_back"


SENTENCES: dict[Reason, Sentence] = {
    Reason.WELCOME: Sentence("Welcome, please come in.", "欢迎，请进。"),
    Reason.GOODBYE: Sentence("You are checked out. Goodbye.", "已登记离开，再见。"),
    Reason.VENUE_NOT_OPEN: Sentence(
        "This venue is not open. Please ask its staff when it will be.",
        "该场所暂未开放，请向工作人员询问开放时间。",
    ),
    Reason.NOT_A_VISITOR_CODE: Sentence(
        "This is not a visitor code. Please show the code from your visitor page or card.",
        "这不是访客码，请出示访客页面或访客卡上的二维码。",
    ),
    Reason.CODE_DAMAGED: Sentence(
        "This visitor code is damaged. Please reload your visitor page or get a new card.",
        "访客码已损坏，请刷新访客页面或补办访客卡。",
    ),
    Reason.CODE_FORGED: Sentence(
        "This code was not issued here. Please get a visitor code from the staff.",
        "此码并非本处签发，请向工作人员领取访客码。",
    ),
    Reason.CODE_KEY_UNKNOWN: Sentence(
        "This gate does not know who issued this code. Please ask the staff.",
        "本终端无法识别此码的签发方，请联系工作人员。",
    ),
    Reason.CODE_NOT_YET: Sentence(
        "This code is not valid yet. Please reload your visitor page.",
        "此码尚未生效，请刷新访客页面。",
    ),
    Reason.CODE_EXPIRED: Sentence(
        "This code has expired. Please reload your visitor page, or get a new card.",
        "此码已过期，请刷新访客页面，或补办访客卡。",
    ),
    Reason.CODE_REVOKED: Sentence(
        "This code was withdrawn. Please get a new one from the staff.",
        "此码已作废，请向工作人员领取新码。",
    ),
    Reason.RULES_OUT_OF_DATE: Sentence(
        "This gate has been without contact for too long to decide alone. Please ask the staff.",
        "本终端离线过久，无法自行判定，请联系工作人员。",
    ),
    Reason.VISITOR_UNKNOWN: Sentence(
        "You are not registered at this gate yet. Please ask the staff.",
        "本终端尚无您的登记信息，请联系工作人员。",
    ),
    Reason.ON_HOLD: Sentence("Please speak to the staff here.", "请与现场工作人员联系。"),
    Reason.CLASS_NOT_ACCEPTED: Sentence(
        "This entrance is not for your visitor class. Please use another entrance or ask the staff.",
        "此出入口不接待您的访客类别，请走其他出入口或询问工作人员。",
    ),
    Reason.OUTSIDE_HOURS: Sentence(
        "This entrance is closed now. It opens {opens}.", "此出入口现已关闭，开放时间：{opens}。"
    ),
    Reason.CREDENTIAL_MISSING: Sentence("Please show this first: {credential}.", "请先出示：{credential}。"),
    Reason.CREDENTIAL_UNDATED: Sentence(
        "The date of this is not known: {credential}. Please show it to the staff.",
        "以下凭证日期不明：{credential}，请交工作人员核对。",
    ),
    Reason.CREDENTIAL_TOO_OLD: Sentence(
        "This is older than {hours} hours: {credential}. Please renew it.",
        "{credential}已超过 {hours} 小时，请更新。",
    ),
    Reason.CREDENTIAL_ENDED: Sentence(
        "This is over or due again: {credential}. Please renew it.",
        "{credential}已到期，请更新后再来。",
    ),
    Reason.CREDENTIAL_NOT_YET: Sentence(
        "This is not valid yet: {credential}. Please come back when it is, or ask the staff.",
        "{credential}尚未生效，请在生效后再来，或询问工作人员。",
    ),
    Reason.CREDENTIAL_UNVERIFIED: Sentence(
        "The staff have not seen this yet: {credential}. Please show it to them.",
        "{credential}尚未核验，请交工作人员查看。",
    ),
    Reason.LISTED_AREA: Sentence(
        "You were in a listed area in the last {days} days. Please speak to the staff.",
        "您近 {days} 天到过名单内地区，请与工作人员联系。",
    ),
    Reason.TEMPERATURE_NEEDED: Sentence("Please have your temperature taken first.", "请先测量体温。"),
    Reason.TEMPERATURE_HIGH: Sentence(
        "Your temperature is {limit} °C or more. Please rest and have it taken again by the staff.",
        "体温达到或超过 {limit} °C，请稍事休息，由工作人员复测。",
    ),
    Reason.VEHICLE_INCOMPLETE: Sentence(
        "For a vehicle we need its plate and a phone for every person in it. Missing: {missing}.",
        "车辆须登记车牌和车上每个人的电话，缺少：{missing}。",
    ),
    Reason.ALREADY_INSIDE: Sentence(
        "You are already checked in. Please check out first, or ask the staff.",
        "您已登记进入，请先登记离开，或询问工作人员。",
    ),
    Reason.VENUE_FULL: Sentence(
        "The venue is full ({capacity} people). Please wait until somebody leaves.",
        "场所已满（{capacity} 人），请等候有人离开。",
    ),
    Reason.LOG_NOT_WRITABLE: Sentence(
        "This gate cannot write its log. Please ask the staff to register you on paper.",
        "本终端无法写入记录，请联系工作人员进行纸质登记。",
    ),
    Reason.REFUSED_BY_STAFF: Sentence(
        "The staff cannot let you in: {why}. Please ask them what would help.",
        "工作人员未予放行：{why}。请向其询问如何办理。",
    ),
    Reason.TAKEN_BACK: Sentence(
        "The staff took the last entry back; it does not count. Please show your code again.",
        "工作人员已撤销上一条记录，不计入统计，请重新出示访客码。",
    ),
    Reason.ONE_CODE_AT_A_TIME: Sentence("Please show one code at a time.", "请一次只出示一个码。"),
}

_OF_FAULT: dict[CodeFault, Reason] = {
    CodeFault.FOREIGN: Reason.NOT_A_VISITOR_CODE,
    CodeFault.KEY_UNKNOWN: Reason.CODE_KEY_UNKNOWN,
    CodeFault.KEY_DATES: Reason.CODE_EXPIRED,
    CodeFault.SIGNATURE: Reason.CODE_FORGED,
    CodeFault.NOT_CANONICAL: Reason.CODE_FORGED,
    CodeFault.CLAIMS: Reason.CODE_FORGED,
    CodeFault.LIFETIME: Reason.CODE_FORGED,
    CodeFault.OTHERS_KEY: Reason.CODE_FORGED,
    CodeFault.NOT_YET: Reason.CODE_NOT_YET,
    CodeFault.EXPIRED: Reason.CODE_EXPIRED,
    CodeFault.REVOKED: Reason.CODE_REVOKED,
}


class _Blank(dict[str, str]):
    """Fills a place whose value is not known any more with an ellipsis."""

    def __missing__(self, key: str) -> str:
        return "…"


def sentence_of(reason: Reason, values: Mapping[str, str]) -> Sentence:
    """The reason's sentence with its places filled; the values themselves are never read as templates.

    A value that differs between the languages comes twice: `missing` and, for Chinese, `missing_zh`.
    """
    template = SENTENCES[reason]
    chinese = {name.removesuffix("_zh"): value for name, value in values.items() if name.endswith("_zh")}
    return Sentence(
        template.en.format_map(_Blank(values)), template.zh.format_map(_Blank({**values, **chinese}))
    )


def reason_of(fault: CodeFault) -> Reason:
    """What to tell the person whose code failed at this step of the parser."""
    return _OF_FAULT.get(fault, Reason.CODE_DAMAGED)
