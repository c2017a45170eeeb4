"""What the server found in the entries of gates that decided alone, and what staff can do about it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from domain.wording import Sentence


class AlertKind(StrEnum):
    """What staff have to look at. Values are stored: never rename, only add."""

    TWO_GATES = "two_gates"
    ADMITTED_WITHDRAWN = "admitted_withdrawn"
    ADMITTED_ON_HOLD = "admitted_on_hold"
    ADMITTED_AGAINST_RULES = "admitted_against_rules"
    CHANGED_BODY = "changed_body"
    CLONED_DEVICE = "cloned_device"
    GAP = "gap"
    NEW_EPOCH = "new_epoch"
    CLOCK_JUMP = "clock_jump"
    CLOCK_APART = "clock_apart"
    IMPORTED_AFTER_REVOCATION = "imported_after_revocation"
    QUARANTINED = "quarantined"
    LOG_REFUSED = "log_refused"
    FOREIGN_STICKER = "foreign_sticker"
    POSTER_ELSEWHERE = "poster_elsewhere"
    SILENT_VENUE = "silent_venue"
    NEVER_USED = "never_used"
    SUDDEN_FALL = "sudden_fall"
    AT_NIGHT = "at_night"
    MANY_DOORS = "many_doors"


KIND_NAMES: dict[AlertKind, Sentence] = {
    AlertKind.TWO_GATES: Sentence("One code at two gates", "一码两处进入"),
    AlertKind.ADMITTED_WITHDRAWN: Sentence("Admitted with a withdrawn code", "作废码放行"),
    AlertKind.ADMITTED_ON_HOLD: Sentence("Admitted while on hold", "管控中放行"),
    AlertKind.ADMITTED_AGAINST_RULES: Sentence("Admitted against the rules", "与规则不符的放行"),
    AlertKind.CHANGED_BODY: Sentence("An entry in two versions", "记录内容不一致"),
    AlertKind.CLONED_DEVICE: Sentence("A kiosk in two copies", "终端疑似被复制"),
    AlertKind.GAP: Sentence("Entries missing", "记录缺失"),
    AlertKind.NEW_EPOCH: Sentence("A kiosk lost its entries", "终端记录丢失"),
    AlertKind.CLOCK_JUMP: Sentence("A clock jumped", "时钟跳变"),
    AlertKind.CLOCK_APART: Sentence("A clock is wrong", "时钟偏差"),
    AlertKind.IMPORTED_AFTER_REVOCATION: Sentence("Entries of a withdrawn kiosk", "停用终端的导入记录"),
    AlertKind.QUARANTINED: Sentence("Could not be taken", "无法接收"),
    AlertKind.LOG_REFUSED: Sentence("A gate refuses the log", "终端拒绝存证日志"),
    AlertKind.FOREIGN_STICKER: Sentence("A foreign code at a door", "门口出现外来二维码"),
    AlertKind.POSTER_ELSEWHERE: Sentence("A poster used from elsewhere", "场所码疑似异地使用"),
    AlertKind.SILENT_VENUE: Sentence("No entries any more", "停止扫码"),
    AlertKind.NEVER_USED: Sentence("Open and never used", "开放后从未使用"),
    AlertKind.SUDDEN_FALL: Sentence("Far fewer entries than usual", "扫码骤降"),
    AlertKind.AT_NIGHT: Sentence("Entries outside opening hours", "非开放时间有人进入"),
    AlertKind.MANY_DOORS: Sentence("One person at many doors", "一人短时多处登记"),
}
# `{…}` are filled from the evidence by `alert_sentence`.
SENTENCES: dict[AlertKind, Sentence] = {
    AlertKind.TWO_GATES: Sentence(
        "The same visitor was let in at two gates, and nobody saw them leave in between. "
        "The gates could not know of each other.",
        "同一访客在两个终端先后进入，其间没有离开记录；两个终端当时互不知情。",
    ),
    AlertKind.ADMITTED_WITHDRAWN: Sentence(
        "A gate let somebody in with a code that had been withdrawn by then; it had not heard of it yet.",
        "终端放行了一张当时已作废的码，因其尚未收到作废通知。",
    ),
    AlertKind.ADMITTED_ON_HOLD: Sentence(
        "A gate let somebody in who was on hold by then; it had not heard of it yet.",
        "终端放行了一名当时已被管控的访客，因其尚未收到管控通知。",
    ),
    AlertKind.ADMITTED_AGAINST_RULES: Sentence(
        "A gate let somebody in; with what was known here, the answer would have been: {reason}",
        "终端已放行；按服务器当时掌握的情况，应答复：{reason}",
    ),
    AlertKind.CHANGED_BODY: Sentence(
        "An entry came again with other contents. The first version counts; the other is in quarantine.",
        "同一条记录再次上传时内容不同。以首次内容为准，另一份已隔离。",
    ),
    AlertKind.CLONED_DEVICE: Sentence(
        "A kiosk used number {seq} for two different entries. It was copied, or put back to an older state.",
        "终端将编号 {seq} 用于两条不同的记录，可能被复制或被恢复到旧状态。",
    ),
    AlertKind.GAP: Sentence(
        "Entries {first} to {last} of this kiosk never came.", "该终端第 {first} 至 {last} 条记录一直未到。"
    ),
    AlertKind.NEW_EPOCH: Sentence(
        "This kiosk lost the file with its entries {first} to {last}. Gone with it, never sent: {missing}.",
        "该终端保存第 {first} 至 {last} 条记录的文件丢失或损坏，其中未曾上传的有 {missing} 条。",
    ),
    AlertKind.CLOCK_JUMP: Sentence(
        "The kiosk’s clock jumped {minutes} minutes {way} between entries {first} and {last}.",
        "该终端第 {first} 与 {last} 条记录之间，时钟{way}了 {minutes} 分钟。",
    ),
    AlertKind.CLOCK_APART: Sentence(
        "The kiosk’s clock was {minutes} minutes {way}. Its entries are kept, with the true time beside.",
        "该终端时钟{way} {minutes} 分钟。记录均已保留，并附推算的真实时间。",
    ),
    AlertKind.IMPORTED_AFTER_REVOCATION: Sentence(
        "{stored} entries of a withdrawn kiosk were brought in from a file that only this kiosk can make. "
        "Check that nobody else had it in hand.",
        "从文件导入了一台已停用终端的 {stored} 条记录。该文件仅能由此终端生成，请核实终端未落入他人之手。",
    ),
    AlertKind.QUARANTINED: Sentence(
        "A kiosk sent something that could not be taken as an entry. It is kept for a person to look at.",
        "终端上传的内容无法作为记录接收，已保留在此，等待人工处理。",
    ),
    AlertKind.LOG_REFUSED: Sentence(
        "The gate saw a log of {size} records; this server shows one of {shown_size}. {because} "
        "The gate goes on deciding, and keeps its entries.",
        "该终端见过 {size} 条的存证日志，服务器出示的为 {shown_size} 条。{because}"
        "终端照常判定，并保留全部记录。",
    ),
    AlertKind.FOREIGN_STICKER: Sentence(
        "A code that is not of this site hangs at {entrance}. It leads to {host}. "
        "Visitors may take it for the venue code.",
        "{entrance}处贴有非本系统的二维码，指向 {host}，访客可能误扫。",
    ),
    AlertKind.POSTER_ELSEWHERE: Sentence(
        "Poster No. {serial} at {entrance} was used {uses} times from {networks} networks within an hour; "
        "in the week before, never from more than {usual}. A photograph of it may be going round.",
        "{entrance}的 {serial} 号海报一小时内在 {networks} 个网络被使用 {uses} 次，"
        "此前一周最多为 {usual} 个网络。海报照片可能已外传。",
    ),
    AlertKind.SILENT_VENUE: Sentence(
        "This venue is open and usually has entries, but nobody was checked in since {since}.",
        "该场所处于开放状态且平时有人登记，但自 {since} 起无人登记。",
    ),
    AlertKind.NEVER_USED: Sentence(
        "This venue has been open since {since}, and nobody has ever been checked in there.",
        "该场所自 {since} 起开放，至今无人登记。",
    ),
    AlertKind.SUDDEN_FALL: Sentence(
        "On {day} there were {entries} entries; the same day of the week usually has {median}.",
        "{day} 共 {entries} 条记录，通常同一星期几为 {median} 条。",
    ),
    AlertKind.AT_NIGHT: Sentence(
        "On {day}, {people} people went in at {hours}, when the venue is closed or nobody usually comes.",
        "{day} 有 {people} 人在 {hours} 进入，当时该场所未开放，或平时无人。",
    ),
    AlertKind.MANY_DOORS: Sentence(
        "One visitor was let in at {venues} venues in {minutes} min. "
        "A code may have been lent, or read from a photograph.",
        "同一访客在 {minutes} 分钟内进入 {venues} 个场所，其码可能被转借或翻拍。",
    ),
}


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
# Entries that nobody will ever see again are given up by somebody who says why.
NEEDS_NOTE = frozenset({Remedy.ACCEPT_LOST, Remedy.DISMISS, Remedy.LOG_PUT_BACK, Remedy.LOG_REOPENED})
# What was found is settled by what came later: an exit, a correction, the missing numbers.
EXPLAINED = "explained"
EXPLAINED_NAME = Sentence("Explained by what arrived later", "已由后到的记录说明")


def alert_sentence(kind: AlertKind, values: Mapping[str, str]) -> Sentence:
    """The alert's sentence with its places filled; what is not known becomes an ellipsis.

    A value that differs between the languages comes twice: `reason` and, for Chinese, `reason_zh`.
    """
    template = SENTENCES[kind]
    chinese = {name.removesuffix("_zh"): value for name, value in values.items() if name.endswith("_zh")}
    return Sentence(
        template.en.format_map(_Blank(values)), template.zh.format_map(_Blank({**values, **chinese}))
    )


class _Blank(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"
