"""Reasons in few words, for tables of many of them; to a person, a decision says its whole sentence."""

from __future__ import annotations

from domain.reason import Reason
from domain.wording import Sentence

REASON_NAMES: dict[Reason, Sentence] = {
    Reason.WELCOME: Sentence("Welcome", "放行进入"),
    Reason.GOODBYE: Sentence("Checked out", "登记离开"),
    Reason.VENUE_NOT_OPEN: Sentence("Venue not open", "场所未开放"),
    Reason.NOT_A_VISITOR_CODE: Sentence("Not a visitor code", "不是访客码"),
    Reason.CODE_DAMAGED: Sentence("Code damaged", "码已损坏"),
    Reason.CODE_FORGED: Sentence("Code not issued here", "非本处签发的码"),
    Reason.CODE_KEY_UNKNOWN: Sentence("Issuer of the code unknown", "码的签发方未知"),
    Reason.CODE_NOT_YET: Sentence("Code not valid yet", "码尚未生效"),
    Reason.CODE_EXPIRED: Sentence("Code expired", "码已过期"),
    Reason.CODE_REVOKED: Sentence("Code withdrawn", "码已作废"),
    Reason.RULES_OUT_OF_DATE: Sentence("Rules of the gate out of date", "终端规则过旧"),
    Reason.VISITOR_UNKNOWN: Sentence("Visitor unknown", "访客未知"),
    Reason.ON_HOLD: Sentence("On hold", "管控中"),
    Reason.CLASS_NOT_ACCEPTED: Sentence("Class not accepted", "人员类别不符"),
    Reason.OUTSIDE_HOURS: Sentence("Outside opening hours", "非开放时间"),
    Reason.CREDENTIAL_MISSING: Sentence("Credential missing", "缺少凭证"),
    Reason.CREDENTIAL_UNDATED: Sentence("Credential without a date", "凭证日期不明"),
    Reason.CREDENTIAL_TOO_OLD: Sentence("Credential too old", "凭证超过时限"),
    Reason.CREDENTIAL_ENDED: Sentence("Credential ended", "凭证已到期"),
    Reason.CREDENTIAL_NOT_YET: Sentence("Credential not valid yet", "凭证尚未生效"),
    Reason.CREDENTIAL_UNVERIFIED: Sentence("Credential not verified", "凭证未核验"),
    Reason.LISTED_AREA: Sentence("Was in a listed area", "到过名单内区域"),
    Reason.TEMPERATURE_NEEDED: Sentence("Temperature not taken", "未测体温"),
    Reason.TEMPERATURE_HIGH: Sentence("Abnormal temperature", "体温异常"),
    Reason.VEHICLE_INCOMPLETE: Sentence("Vehicle incomplete", "车辆信息不全"),
    Reason.ALREADY_INSIDE: Sentence("Already inside", "已在场内"),
    Reason.VENUE_FULL: Sentence("Venue full", "场所已满"),
    Reason.LOG_NOT_WRITABLE: Sentence("Gate could not record", "终端无法记录"),
    Reason.ONE_CODE_AT_A_TIME: Sentence("Several codes at once", "同时出示多码"),
    Reason.REFUSED_BY_STAFF: Sentence("Refused by staff", "工作人员劝返"),
    Reason.TAKEN_BACK: Sentence("Taken back", "已撤销"),
}
