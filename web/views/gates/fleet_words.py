"""How kiosks are, and what is wrong with them, as people read it in both languages."""

from __future__ import annotations

from domain.wording import Sentence
from web.services.gates.fleet.fleet_values import Need, Presence
from web.services.gates.fleet.silence import SPOKE_AGAIN
from web.settings import SITE_COMMAND
from web.store.gates.fleet import SILENT
from web.views.every_page.language import language, said

PRESENCES: dict[str, Sentence] = {
    Presence.ONLINE: Sentence("Online", "在线"),
    Presence.QUIET: Sentence("Not heard of just now", "暂无联系"),
    Presence.SILENT: Sentence("Silent", "失联"),
    Presence.NEVER: Sentence("Not started yet", "尚未启动"),
    Presence.WITHDRAWN: Sentence("Withdrawn", "已停用"),
}
NEEDS: dict[str, Sentence] = {
    Need.SILENT: Sentence("Not heard of for 7 minutes or more", "超过 7 分钟没有联系"),
    Need.CAMERA: Sentence("Its camera does not work", "摄像头异常"),
    Need.LOG: Sentence("It refuses this server’s log", "拒绝本服务器的存证日志"),
    Need.LOST: Sentence("Some of its entries were lost", "部分记录已丢失"),
    Need.CLOCK: Sentence("Its clock is wrong", "时钟偏差过大"),
    Need.RULES: Sentence("It does not get the newest rules", "未取得最新规则"),
    Need.WAITING: Sentence("Entries wait in it", "有记录等待上传"),
    Need.ASIDE: Sentence("Some of its entries could not be taken", "部分记录未能接收"),
    Need.SLOW: Sentence("Its camera is slow", "摄像头过慢"),
    Need.START: Sentence("Enrolled, but never started", "已登记，尚未启动"),
}
# What to do about it, for whoever stands in front of the kiosk or sits in the office.
REMEDIES: dict[str, Sentence] = {
    Need.SILENT: Sentence(
        "See whether it has power and network. It goes on deciding by itself and keeps its entries.",
        "请检查电源和网络。断网期间终端照常判定，记录保存在终端上。",
    ),
    Need.CAMERA: Sentence(
        "See whether the camera is plugged in, uncovered and lit. It starts again by itself.",
        "请检查摄像头是否接好、有无遮挡、光线是否合适，恢复后自动继续。",
    ),
    Need.LOG: Sentence(
        f"The log is not the one it saw. Run “{SITE_COMMAND} log fsck” and compare with the inbox’s head.",
        f"日志与其见过的不一致。请运行 {SITE_COMMAND} log fsck，并与待办中的日志头比对。",
    ),
    Need.LOST: Sentence(
        "They are named in the log as gaps. See what happened to the kiosk’s disk.",
        "缺失的记录已在存证日志中注明，请检查终端的磁盘。",
    ),
    Need.CLOCK: Sentence(
        "Set the computer’s clock, best by network time. Decisions go by the server’s time meanwhile.",
        "请校准电脑时钟，建议启用网络对时。在此期间按服务器时间判定。",
    ),
    Need.RULES: Sentence(
        "Its screen says why. If it goes on, start the kiosk again.",
        "原因见终端屏幕；如持续出现，请重新启动终端。",
    ),
    Need.WAITING: Sentence(
        "They come by themselves as soon as the kiosk has network again.", "网络恢复后会自动上传。"
    ),
    Need.ASIDE: Sentence(
        "They are kept as they came, for a person to look at.", "已按原样保留，等待人工处理。"
    ),
    Need.SLOW: Sentence(
        "More light, a lower resolution or a faster computer helps.",
        "请改善光线、降低分辨率，或更换性能更好的电脑。",
    ),
    Need.START: Sentence(
        "On its computer run “python -m kiosk run --source 0”.",
        "请在该电脑上运行 python -m kiosk run --source 0。",
    ),
}
SILENT_NAME = Sentence("Fell silent", "失联")
RESOLUTIONS: dict[str, Sentence] = {SPOKE_AGAIN: Sentence("spoke again", "恢复联系")}
ALERT_KINDS: dict[str, Sentence] = {SILENT: SILENT_NAME}
_UNITS = ((86_400, Sentence("d", "天")), (3_600, Sentence("h", "小时")), (60, Sentence("min", "分钟")))


def clock_offset(offset_ms: int) -> str:
    """How far a kiosk's clock is from the server's: ahead is positive."""
    seconds = abs(offset_ms) / 1000
    sign = "" if seconds < 0.05 else "+" if offset_ms > 0 else "−"
    if seconds < 60:
        return f"{sign}{seconds:.1f} s" if language() == "en" else f"{sign}{seconds:.1f} 秒"
    return sign + span(round(seconds))


def span(seconds: int) -> str:
    """A length of time in the largest unit that fits."""
    for size, unit in _UNITS:
        if seconds >= size:
            return f"{seconds // size} {said(unit)}"
    return f"{max(0, seconds)} {said(Sentence('s', '秒'))}"
