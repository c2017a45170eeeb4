"""What the server found in the entries of gates that decided alone, and the sentence for each finding."""

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
    OVER_CAPACITY = "over_capacity"
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
    AlertKind.OVER_CAPACITY: Sentence("Fuller than allowed", "超出容量"),
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
    AlertKind.OVER_CAPACITY: Sentence(
        "On {day} from {time}, up to {people} people were inside at once; {capacity} are allowed. "
        "A gate without network let some of them in and could not know of the others.",
        "{day} {time} 起，场所内同时最多有 {people} 人，容量为 {capacity} 人。"
        "部分人员由离线终端放行，该终端当时不知其他出入口的情况。",
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
        "{day} 仅 {entries} 条记录，以往每周同一天通常为 {median} 条。",
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
