"""The names of closed enums as people read them, in both languages."""

from __future__ import annotations

from collections.abc import Mapping

from domain.credential import KINDS
from domain.decision import Outcome, Presence
from domain.entry import Way
from domain.hold import HoldLevel
from domain.venue import Direction, PosterState, VenueState
from domain.visitor import CLASS_NAMES
from domain.wording import Sentence
from web.services.desk.inside.roll_call_values import MODES
from web.services.logs.purposes import NAMES as PURPOSES
from web.services.people.credential_import import Fate
from web.services.people.credential_values import State
from web.services.people.holds import HoldState
from web.services.visits.announcing_expected import Standing
from web.services.visits.invitations import State as InvitationState

OUTCOMES: dict[str, Sentence] = {
    Outcome.ADMITTED: Sentence("Admitted", "放行"),
    Outcome.REFUSED: Sentence("Refused", "劝返"),
    Outcome.REFERRED: Sentence("See staff", "转人工"),
}
# What an outcome looks like; the colour alone never says it (design §11).
OUTCOME_ICONS: dict[str, str] = {
    Outcome.ADMITTED: "check",
    Outcome.REFUSED: "cross",
    Outcome.REFERRED: "person",
}
DIRECTIONS: dict[str, Sentence] = {
    Direction.IN: Sentence("In", "进"),
    Direction.OUT: Sentence("Out", "出"),
}
PRESENCES: dict[str, Sentence] = {
    Presence.ROTATING: Sentence("Code on a phone", "手机访客码"),
    Presence.STATIC: Sentence("Visitor card", "访客卡"),
    Presence.POSTER_STATIC: Sentence("Printed venue code", "纸质场所码"),
    Presence.POSTER_ROTATING: Sentence("Venue code on a screen", "屏幕场所码"),
    Presence.STAFF: Sentence("Seen by staff", "工作人员登记"),
    Presence.PAPER: Sentence("Paper list", "纸质登记"),
}
WAYS: dict[str, Sentence] = {
    Way.KIOSK: Sentence("Kiosk", "扫码终端"),
    Way.POSTER: Sentence("Phone", "手机扫码"),
    Way.STAFF: Sentence("Staff", "工作人员"),
    Way.IMPORT: Sentence("Import", "导入"),
    Way.PAPER: Sentence("Paper", "纸质"),
    Way.SWEEP: Sentence("Sweep", "清场"),
}
ENDINGS: dict[str, Sentence] = {
    "": Sentence("Still inside", "仍在场内"),
    "scanned": Sentence("Exit scanned", "扫码离开"),
    "swept": Sentence("Swept by a guard", "保安清场"),
    "elsewhere": Sentence("Assumed: seen elsewhere", "推定：在别处出现"),
    "again": Sentence("Assumed: came in again", "推定：再次进入"),
    "rule": Sentence("Assumed: the venue’s hour", "推定：到达闭场时间"),
}
VENUE_STATES: dict[str, Sentence] = {
    VenueState.APPLIED: Sentence("Applied", "已申请"),
    VenueState.APPROVED: Sentence("Approved", "已核准"),
    VenueState.OPEN: Sentence("Open", "开放"),
    VenueState.PAUSED: Sentence("Paused", "暂停"),
    VenueState.CLOSED: Sentence("Closed", "关闭"),
}
POSTER_STATES: dict[str, Sentence] = {
    PosterState.ISSUED: Sentence("Issued", "已签发"),
    PosterState.PRINTED: Sentence("Printed", "已打印"),
    PosterState.POSTED: Sentence("Posted", "已张贴"),
    PosterState.REVOKED: Sentence("Withdrawn", "已作废"),
}
CLASSES: dict[str, Sentence] = {value.value: name for value, name in CLASS_NAMES.items()}
# What a kiosk says of its camera in its heartbeat.
CAMERAS: dict[str, Sentence] = {
    "ok": Sentence("good", "正常"),
    "lost": Sentence("lost", "丢失"),
    "frozen": Sentence("frozen", "画面静止"),
    "black": Sentence("black", "画面全黑"),
    "bright": Sentence("too bright", "过亮"),
    "dark": Sentence("too dark", "过暗"),
    "slow": Sentence("too slow", "过慢"),
    "opening": Sentence("starting", "正在启动"),
    "ended": Sentence("recording ended", "录像已播完"),
}
CREDENTIAL_STATES: dict[str, Sentence] = {
    State.VERIFIED: Sentence("Verified", "已核验"),
    State.UNSEEN: Sentence("Not yet seen by staff", "待工作人员核验"),
    State.ENDED: Sentence("Ended", "已到期"),
    State.WITHDRAWN: Sentence("Withdrawn", "已作废"),
}
SOURCES: dict[str, Sentence] = {
    "staff": Sentence("entered by staff", "工作人员录入"),
    "self": Sentence("declared by the visitor", "访客申报"),
    "import": Sentence("imported", "批量导入"),
}
HOLD_STATES: dict[str, Sentence] = {
    HoldState.WAITING: Sentence("Waiting for confirmation", "待确认"),
    HoldState.IN_FORCE: Sentence("In force", "生效中"),
    HoldState.OVER: Sentence("Over", "已结束"),
}
HOLD_LEVELS: dict[str, Sentence] = {
    HoldLevel.YELLOW: Sentence("Yellow hold", "黄色管控"),
    HoldLevel.RED: Sentence("Red hold", "红色管控"),
}
FATES: dict[str, Sentence] = {
    Fate.ADD: Sentence("Will be added", "将添加"),
    Fate.VERIFY: Sentence("Will be verified", "将核验"),
    Fate.THERE: Sentence("Is there already", "已有，不变"),
    Fate.REFUSED: Sentence("Will be left out", "将跳过"),
}
# What figures are told by.
PLACE_LEVELS: dict[str, Sentence] = {
    "area": Sentence("Area", "区域"),
    "enterprise": Sentence("Enterprise", "企业"),
    "venue": Sentence("Venue", "场所"),
    "entrance": Sentence("Entrance", "出入口"),
}
VISIT_STANDINGS: dict[str, Sentence] = {
    Standing.EXPECTED: Sentence("Expected", "待到访"),
    Standing.TURNED_AWAY: Sentence("Not let in yet", "未获放行"),
    Standing.INSIDE: Sentence("Inside", "在场内"),
    Standing.LEFT: Sentence("Left", "已离开"),
    Standing.NOT_COME: Sentence("Not come", "未到访"),
    Standing.WITHDRAWN: Sentence("Withdrawn", "已撤销"),
}
INVITATION_STATES: dict[str, Sentence] = {
    InvitationState.OPEN: Sentence("Open", "可用"),
    InvitationState.USED: Sentence("Used up", "已用完"),
    InvitationState.OVER: Sentence("Over", "已过期"),
    InvitationState.WITHDRAWN: Sentence("Withdrawn", "已撤销"),
}

# What is done about a venue that is silent or strange.
CARE_STEPS: dict[str, Sentence] = {
    "remind": Sentence("Remind", "提醒"),
    "warn": Sentence("Warn", "警告"),
    "visit": Sentence("Visit", "上门"),
    "settled": Sentence("Over", "已结束"),
}

_TABLES: Mapping[str, Mapping[str, Sentence]] = {
    "outcome": OUTCOMES,
    "direction": DIRECTIONS,
    "ending": ENDINGS,
    "roll_mode": MODES,
    "presence": PRESENCES,
    "way": WAYS,
    "venue": VENUE_STATES,
    "poster": POSTER_STATES,
    "class": CLASSES,
    "camera": CAMERAS,
    "kind": KINDS,
    "credential": CREDENTIAL_STATES,
    "source": SOURCES,
    "hold": HOLD_STATES,
    "level": HOLD_LEVELS,
    "fate": FATES,
    "visit": VISIT_STANDINGS,
    "invitation": INVITATION_STATES,
    "level_of_place": PLACE_LEVELS,
    "care_step": CARE_STEPS,
    "purpose": PURPOSES,
}


def named(value: str, table: str) -> Sentence:
    """The name of an enum's value; a value of a newer version is shown as it is written."""
    return _TABLES[table].get(value, Sentence(value, value))
