"""What roles and rights are called, in both languages."""

from __future__ import annotations

from collections.abc import Mapping

from domain.access import RIGHTS, Right, Role
from domain.wording import Sentence

ROLES: Mapping[Role, Sentence] = {
    Role.ADMIN: Sentence("Administrator", "管理员"),
    Role.OWNER: Sentence("Owner", "单位负责人"),
    Role.COMPLIANCE: Sentence("Compliance officer", "合规专员"),
    Role.AUDITOR: Sentence("Auditor", "审计员"),
    Role.LIAISON: Sentence("Liaison", "联络员"),
    Role.CLERK: Sentence("Clerk", "办事员"),
    Role.GUARD: Sentence("Guard", "门卫"),
}

# For whom a role is, in one line; read where it is given.
ABOUT: Mapping[Role, Sentence] = {
    Role.ADMIN: Sentence("looks after an area and everything in it", "管理一个区域及其全部内容"),
    Role.OWNER: Sentence("runs an enterprise: everything of it, staff too", "管理本单位全部事务，包括人员"),
    Role.COMPLIANCE: Sentence(
        "traces, holds, exports; needs a second factor", "追踪、管控和导出；须两步验证"
    ),
    Role.AUDITOR: Sentence(
        "looks at records and at who looked, changes nothing", "查看记录与查阅留痕，不能修改"
    ),
    Role.LIAISON: Sentence("visits enterprises and checks their posters", "走访单位，核查场所码"),
    Role.CLERK: Sentence("daily work: visitors, venues, kiosks, alerts", "日常事务：访客、场所、终端、预警"),
    Role.GUARD: Sentence("lets people in at the door and calls the roll", "门口登记放行，紧急清点"),
}

RIGHT_NAMES: Mapping[Right, Sentence] = {
    Right.SEE_PLACES: Sentence("see venues, entrances and their codes", "查看场所、出入口和场所码"),
    Right.EDIT_PLACES: Sentence("add and change venues and entrances", "新增和修改场所、出入口"),
    Right.EDIT_AREAS: Sentence("change areas, move enterprises", "调整区域、划转单位"),
    Right.REVIEW_CODES: Sentence("review applications for venue codes", "审核场所码申请"),
    Right.PRINT: Sentence("print codes, cards and notices", "打印场所码、卡片和告示"),
    Right.PATROL: Sentence("walk rounds", "巡查走访"),
    Right.SEE_PEOPLE: Sentence("see visitors, names masked", "查看访客（姓名脱敏）"),
    Right.EDIT_PEOPLE: Sentence("register and invite visitors", "登记和邀请访客"),
    Right.HOLD_PEOPLE: Sentence("put visitors on hold", "对访客采取管控"),
    Right.RECORD_PASSAGES: Sentence("record who comes and goes", "登记人员出入"),
    Right.SEE_RULES: Sentence("see the entry rules", "查看通行规则"),
    Right.EDIT_RULES: Sentence("change the entry rules", "修改通行规则"),
    Right.SEE_GATES: Sentence("see kiosks and their state", "查看扫码终端及状态"),
    Right.EDIT_GATES: Sentence("add, move and withdraw kiosks", "新增、移动和停用扫码终端"),
    Right.SEE_INSIDE: Sentence("see who is inside", "查看在场人员"),
    Right.CALL_ROLL: Sentence("call the roll in an emergency", "紧急清点人数"),
    Right.SEE_FIGURES: Sentence("see counts and figures", "查看统计数据"),
    Right.SEE_ENTRIES: Sentence("see entries, names masked", "查看出入记录（姓名脱敏）"),
    Right.HANDLE_ALERTS: Sentence("handle alerts", "处理预警"),
    Right.TRACE: Sentence("trace contacts", "追踪接触人员"),
    Right.EXPORT: Sentence("order files of entries", "导出出入记录"),
    Right.UNMASK: Sentence("see people in clear", "查看未脱敏的个人信息"),
    Right.PROVE: Sentence("take proofs out of the log", "出具存证证明"),
    Right.SEE_DEEDS: Sentence("see who looked at people's data", "查看个人信息的查阅记录"),
    Right.EDIT_STAFF: Sentence("invite staff, give and end roles", "邀请工作人员、授予和终止角色"),
    Right.EDIT_KEEPING: Sentence("decide how long data is kept", "设定个人信息保存期限"),
    Right.EDIT_KEYS: Sentence("renew and withdraw issuing keys", "更换和吊销签发密钥"),
    Right.CONNECT: Sentence("connect other programs", "接入其他系统"),
    Right.OWN_ACCOUNT: Sentence("use your own account", "使用本人账号"),
}


def holders(right: Right) -> tuple[Role, ...]:
    """The roles that hold a right, the most powerful first."""
    return tuple(role for role in Role if right in RIGHTS[role])


def who_can_help(right: Right) -> Sentence:
    """What to tell somebody whose role does not hold a right: what it is, and whom to ask."""
    english = ", ".join(ROLES[role].en.lower() for role in holders(right))
    chinese = "、".join(ROLES[role].zh for role in holders(right))
    what = RIGHT_NAMES[right]
    return Sentence(
        f"Your role does not let you {what.en}. Ask somebody who may: {english}. Nothing was changed.",
        f"您当前的角色不能{what.zh}，请联系{chinese}。未作任何更改。",
    )
