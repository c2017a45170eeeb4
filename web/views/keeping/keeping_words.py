"""What the pages about keeping call things, in both languages."""

from __future__ import annotations

from collections.abc import Mapping

from domain.keeping import NodeKind, Purpose
from domain.wording import Sentence

PURPOSES: Mapping[str, Sentence] = {
    Purpose.PASSAGES: Sentence("Who passed", "出入人员"),
    Purpose.ROLL_CALLS: Sentence("Names at roll calls", "点名补记姓名"),
    Purpose.VISITORS: Sentence("People who never came", "未到访人员"),
    Purpose.VISITS: Sentence("Announced visits and invitations", "预约与邀请"),
    Purpose.FACTS: Sentence("Proofs, journeys and flags that are over", "过期的凭证、行程与管控"),
    Purpose.LOOKS: Sentence("Who looked at whose data", "数据查看记录"),
    Purpose.QUESTIONS: Sentence("Whom staff searched for", "工作人员查询内容"),
    Purpose.MESSAGES: Sentence("What other programs were told", "向其他系统发送的内容"),
}
ABOUT: Mapping[str, Sentence] = {
    Purpose.PASSAGES: Sentence(
        "Name, phone, plate and code in an entry, how long somebody stayed, and what a gate sent that could "
        "not be taken. The entry stays and says nobody's name. Who came nowhere else is forgotten with it.",
        "记录中的姓名、电话、车牌与码，停留时段，以及终端发送但未能收下的内容。记录保留但不再指向任何人；"
        "未到访别处的人一并删除。",
    ),
    Purpose.ROLL_CALLS: Sentence(
        "Names of people who stood at the assembly point and were not on the list.",
        "集合点在场但不在名单上的人的姓名。",
    ),
    Purpose.VISITORS: Sentence(
        "Who typed themselves in and has neither an entry nor a card, counted from that day.",
        "自行登记、既无出入记录也无访客卡的人，自登记之日起计。",
    ),
    Purpose.VISITS: Sentence(
        "Whom somebody expected, and who that was, counted from the end of the visit.",
        "预约的访客与被访人，自来访结束之日起计。",
    ),
    Purpose.FACTS: Sentence(
        "Tests, permits, declared journeys and red or yellow flags, counted from the day they end.",
        "检测、许可、申报的行程及红黄标记，自失效之日起计。",
    ),
    Purpose.LOOKS: Sentence(
        "So that visitors can see how often their data was looked at.", "供访客查看其数据被查看的次数。"
    ),
    Purpose.QUESTIONS: Sentence(
        "Search terms in the log, questions of traces, saved filters with a name, files of plans.",
        "日志中的查询词、溯源问题、含姓名的筛选条件及计划生成的文件。",
    ),
    Purpose.MESSAGES: Sentence(
        "Bodies of messages to other programs, and what their calls answered.",
        "发送给其他系统的消息内容及接口应答。",
    ),
}
NODES: Mapping[str, Sentence] = {
    NodeKind.AREA: Sentence("Area", "区域"),
    NodeKind.ENTERPRISE: Sentence("Enterprise", "企业"),
    NodeKind.VENUE: Sentence("Venue", "场所"),
}
CAUSES: Mapping[str, Sentence] = {
    "purge": Sentence("Its time was over", "保留期满"),
    "subject": Sentence("Somebody asked to be forgotten", "本人申请删除"),
    "kiosk": Sentence("A kiosk was taken out of service", "终端停用"),
    "decommission": Sentence("The site was ended", "系统停用"),
}
STATES: Mapping[str, Sentence] = {
    "doing": Sentence("Being done", "正在处理"),
    "held": Sentence("Waits for a legal hold", "因法律保全待处理"),
    "done": Sentence("Done", "已完成"),
}
KINDS: Mapping[str, Sentence] = {
    "access": Sentence("Own data handed over", "提供本人数据"),
    "erase": Sentence("To be forgotten", "申请删除"),
}
WAYS: Mapping[str, Sentence] = {
    "link": Sentence("by their own link", "本人链接"),
    "staff": Sentence("through staff", "工作人员代办"),
}
# What an erasing counts, by the name of its table.
COUNTED: Mapping[str, Sentence] = {
    **PURPOSES,
    Purpose.VISITORS: Sentence("People", "人员"),
    "entry_people": PURPOSES[Purpose.PASSAGES],
    "visitor_terms": Sentence("Search index of people", "人员检索索引"),
    "codes": Sentence("Codes and cards", "访客码与访客卡"),
    "credentials": Sentence("Proofs", "凭证"),
    "holds": Sentence("Red and yellow flags", "红黄标记"),
    "visited_areas": Sentence("Journeys", "行程"),
    "stays": Sentence("Stays", "停留时段"),
    "deed_subjects": PURPOSES[Purpose.QUESTIONS],
    "traces": Sentence("Questions of traces", "溯源问题"),
    "roll_marks": PURPOSES[Purpose.ROLL_CALLS],
    "quarantine": Sentence("Bodies in quarantine", "隔离区内容"),
    "saved_filters": Sentence("Saved filters", "已保存的筛选"),
    "export_plans": Sentence("Plans of files", "文件计划"),
    "exports": Sentence("Files of entries", "导出文件"),
    "files": Sentence("Files put aside and cards being printed", "已存文件与打印任务"),
    "accounts": Sentence("Accounts of staff", "工作人员账号"),
    "keys": Sentence("Keys", "密钥"),
}
# The parts and fields of one's own data.
PARTS: Mapping[str, Sentence] = {
    "passages": Sentence("Entries", "出入记录"),
    "visits": Sentence("Announced visits", "预约"),
    "proofs": Sentence("Proofs", "凭证"),
    "journeys": Sentence("Journeys", "行程"),
    "flags": Sentence("Red and yellow flags", "红黄标记"),
    "codes": Sentence("Codes and cards", "访客码与访客卡"),
    "stays": Sentence("Stays", "停留时段"),
    "looks": Sentence("Who looked at your data, and what for", "数据查看记录"),
}
FIELDS: Mapping[str, Sentence] = {
    "name": Sentence("Name", "姓名"),
    "phone": Sentence("Phone", "电话"),
    "id_number": Sentence("ID number", "证件号码"),
    "plate": Sentence("Plate", "车牌"),
    "class": Sentence("Class", "人员类别"),
    "short_number": Sentence("Number", "编号"),
    "known_since": Sentence("Known since", "登记时间"),
    "venue_name": Sentence("Venue", "场所"),
    "direction": Sentence("Direction", "方向"),
    "outcome": Sentence("Decision", "判定"),
    "reason": Sentence("Reason", "原因"),
    "way": Sentence("How", "方式"),
    "at": Sentence("When", "时间"),
    "entry": Sentence("Entry", "记录编号"),
    "private": Sentence("What was told and measured", "填报与测量内容"),
    "purpose": Sentence("Purpose", "事由"),
    "host": Sentence("Host", "被访人"),
    "from_at": Sentence("From", "开始"),
    "until_at": Sentence("Until", "结束"),
    "since_at": Sentence("Since", "起始"),
    "withdrawn_at": Sentence("Withdrawn", "撤回时间"),
    "kind": Sentence("Kind", "类型"),
    "source": Sentence("Told by", "来源"),
    "area": Sentence("Area", "地区"),
    "level": Sentence("Level", "级别"),
    "instruction": Sentence("Instruction", "处置要求"),
    "appeal": Sentence("Appeal", "申诉方式"),
    "lifted_at": Sentence("Lifted", "解除时间"),
    "cti": Sentence("Code", "码编号"),
    "issued_at": Sentence("Issued", "签发时间"),
    "revoked_at": Sentence("Ended", "作废时间"),
    "in_at": Sentence("In", "进入"),
    "out_at": Sentence("Out", "离开"),
    "ending": Sentence("How it ended", "结束方式"),
    "people": Sentence("People", "人数"),
    "deed": Sentence("What was done", "操作"),
}
