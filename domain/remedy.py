"""What staff can do about an alert: which remedies each kind has, and what they are called."""

from __future__ import annotations

from enum import StrEnum

from domain.alert import AlertKind
from domain.wording import Sentence


class Remedy(StrEnum):
    """What staff can do about an alert. Values are stored: never rename, only add."""

    BOTH_RIGHT = "both_right"
    TAKE_FIRST_BACK = "take_first_back"
    TAKE_SECOND_BACK = "take_second_back"
    TAKE_BACK = "take_back"
    WITHDRAW_CODE = "withdraw_code"
    PROPOSE_HOLD = "propose_hold"
    SPOKEN_TO = "spoken_to"
    FIRST_COUNTS = "first_counts"
    REVOKE_KIOSK = "revoke_kiosk"
    RESTORED_ON_PURPOSE = "restored_on_purpose"
    ASK_AGAIN = "ask_again"
    ACCEPT_LOST = "accept_lost"
    CLOCK_CHECKED = "clock_checked"
    FILE_CHECKED = "file_checked"
    TAKE_IN = "take_in"
    DISMISS = "dismiss"
    LOG_PUT_BACK = "log_put_back"
    LOG_REOPENED = "log_reopened"
    TAKEN_DOWN = "taken_down"
    BELONGS_THERE = "belongs_there"
    REPLACE_POSTER = "replace_poster"
    BUSY_DAY = "busy_day"
    VENUE_SPOKEN_TO = "venue_spoken_to"
    AS_IT_SHOULD_BE = "as_it_should_be"


REMEDY_NAMES: dict[Remedy, Sentence] = {
    Remedy.BOTH_RIGHT: Sentence("Both are right: they went out unseen", "两次都属实，其间离开未登记"),
    Remedy.TAKE_FIRST_BACK: Sentence("Take the first entry back", "撤销第一条记录"),
    Remedy.TAKE_SECOND_BACK: Sentence("Take the second entry back", "撤销第二条记录"),
    Remedy.TAKE_BACK: Sentence("Take the entry back", "撤销该记录"),
    Remedy.WITHDRAW_CODE: Sentence("The code was lent: withdraw it", "码被转借：作废该码"),
    Remedy.PROPOSE_HOLD: Sentence("Go on to propose a hold", "前往提出管控"),
    Remedy.SPOKEN_TO: Sentence("Settled with the person", "已与本人核实"),
    Remedy.FIRST_COUNTS: Sentence("The first version counts", "以首次内容为准"),
    Remedy.REVOKE_KIOSK: Sentence("Withdraw the kiosk", "停用该终端"),
    Remedy.RESTORED_ON_PURPOSE: Sentence("It was restored on purpose", "系有意恢复旧状态"),
    Remedy.ASK_AGAIN: Sentence("Ask the kiosk again", "再次向终端索取"),
    Remedy.ACCEPT_LOST: Sentence("Accept that they are lost", "确认丢失"),
    Remedy.CLOCK_CHECKED: Sentence("The clock was checked", "时钟已检查"),
    Remedy.FILE_CHECKED: Sentence("The file was checked", "文件已核对"),
    Remedy.TAKE_IN: Sentence("Take it in as a new entry", "作为新记录收入"),
    Remedy.DISMISS: Sentence("Dismiss it", "不予收入"),
    Remedy.LOG_PUT_BACK: Sentence("The right database was put back", "已恢复正确的数据库"),
    Remedy.LOG_REOPENED: Sentence(
        "The log was reopened after a loss, and accepted at the gate", "日志丢失后已重新开启，并已在终端确认"
    ),
    Remedy.TAKEN_DOWN: Sentence("It was taken down", "已清除"),
    Remedy.BELONGS_THERE: Sentence("It may hang there", "允许张贴"),
    Remedy.REPLACE_POSTER: Sentence("Withdraw the poster and issue a new one", "作废该海报并签发新海报"),
    Remedy.BUSY_DAY: Sentence("They were there: a busy hour", "确为现场客流高峰"),
    Remedy.VENUE_SPOKEN_TO: Sentence("Settled with the venue", "已与场所核实处理"),
    Remedy.AS_IT_SHOULD_BE: Sentence("It is as it should be", "情况正常，无需处理"),
}
_ABOUT_A_VISITOR = (Remedy.SPOKEN_TO, Remedy.TAKE_BACK, Remedy.WITHDRAW_CODE, Remedy.PROPOSE_HOLD)
_ABOUT_A_VENUE = (Remedy.VENUE_SPOKEN_TO, Remedy.AS_IT_SHOULD_BE)
_ABOUT_A_COPY = (Remedy.RESTORED_ON_PURPOSE, Remedy.REVOKE_KIOSK)
REMEDIES: dict[AlertKind, tuple[Remedy, ...]] = {
    AlertKind.TWO_GATES: (
        Remedy.BOTH_RIGHT,
        Remedy.TAKE_FIRST_BACK,
        Remedy.TAKE_SECOND_BACK,
        Remedy.WITHDRAW_CODE,
        Remedy.PROPOSE_HOLD,
    ),
    AlertKind.ADMITTED_WITHDRAWN: (Remedy.SPOKEN_TO, Remedy.TAKE_BACK, Remedy.PROPOSE_HOLD),
    AlertKind.ADMITTED_ON_HOLD: (Remedy.SPOKEN_TO, Remedy.TAKE_BACK, Remedy.WITHDRAW_CODE),
    AlertKind.ADMITTED_AGAINST_RULES: _ABOUT_A_VISITOR,
    AlertKind.OVER_CAPACITY: _ABOUT_A_VENUE,
    AlertKind.CHANGED_BODY: (Remedy.FIRST_COUNTS, *_ABOUT_A_COPY),
    AlertKind.CLONED_DEVICE: _ABOUT_A_COPY,
    AlertKind.GAP: (Remedy.ASK_AGAIN, Remedy.ACCEPT_LOST, Remedy.REVOKE_KIOSK),
    AlertKind.NEW_EPOCH: (Remedy.ASK_AGAIN, Remedy.ACCEPT_LOST, Remedy.REVOKE_KIOSK),
    AlertKind.CLOCK_JUMP: (Remedy.CLOCK_CHECKED, Remedy.REVOKE_KIOSK),
    AlertKind.CLOCK_APART: (Remedy.CLOCK_CHECKED, Remedy.REVOKE_KIOSK),
    AlertKind.IMPORTED_AFTER_REVOCATION: (Remedy.FILE_CHECKED,),
    AlertKind.QUARANTINED: (Remedy.TAKE_IN, Remedy.DISMISS),
    AlertKind.LOG_REFUSED: (Remedy.LOG_PUT_BACK, Remedy.LOG_REOPENED, Remedy.REVOKE_KIOSK),
    AlertKind.FOREIGN_STICKER: (Remedy.TAKEN_DOWN, Remedy.BELONGS_THERE),
    AlertKind.POSTER_ELSEWHERE: (Remedy.REPLACE_POSTER, Remedy.BUSY_DAY),
    AlertKind.SILENT_VENUE: _ABOUT_A_VENUE,
    AlertKind.NEVER_USED: _ABOUT_A_VENUE,
    AlertKind.SUDDEN_FALL: _ABOUT_A_VENUE,
    AlertKind.AT_NIGHT: _ABOUT_A_VENUE,
    AlertKind.MANY_DOORS: (
        Remedy.AS_IT_SHOULD_BE,
        Remedy.SPOKEN_TO,
        Remedy.WITHDRAW_CODE,
        Remedy.PROPOSE_HOLD,
    ),
}
# A venue does not settle what the authority found out about its use of codes.
FOR_THE_AREA = frozenset(
    {AlertKind.SILENT_VENUE, AlertKind.NEVER_USED, AlertKind.SUDDEN_FALL, AlertKind.AT_NIGHT}
)
# Entries that nobody will ever see again are given up by somebody who says why.
NEEDS_NOTE = frozenset({Remedy.ACCEPT_LOST, Remedy.DISMISS, Remedy.LOG_PUT_BACK, Remedy.LOG_REOPENED})
# What was found is settled by what came later: an exit, a correction, the missing numbers.
EXPLAINED = "explained"
EXPLAINED_NAME = Sentence("Explained by what arrived later", "已由后到的记录说明")
