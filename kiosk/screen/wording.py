"""The words of the screen's state: link, camera, what is in the way, notices; as a page gets them."""

from __future__ import annotations

import hashlib

from domain.gate_settings import GateSettings
from domain.reason import SENTENCES, Reason
from domain.wording import Sentence
from kiosk.camera.camera import CameraState, CameraStatus
from kiosk.spool.values import Counts
from kiosk.uplink.uplink import Link, LinkState

LINK_WORDS: dict[LinkState, Sentence] = {
    LinkState.CONNECTING: Sentence("Connecting", "正在连接"),
    LinkState.ONLINE: Sentence("Online", "在线"),
    LinkState.OFFLINE: Sentence("Offline", "离线"),
    LinkState.NOT_ALLOWED: Sentence("Rejected", "被拒绝"),
}
CAMERA_WORDS: dict[CameraState, Sentence] = {
    CameraState.ENDED: Sentence("ended", "录像结束"),
    CameraState.LOST: Sentence("lost", "无画面"),
    CameraState.OPENING: Sentence("starting", "启动中"),
    CameraState.BLACK: Sentence("black", "全黑"),
    CameraState.BRIGHT: Sentence("too bright", "过亮"),
    CameraState.FROZEN: Sentence("frozen", "画面停住"),
    CameraState.DARK: Sentence("too dark", "过暗"),
    CameraState.SLOW: Sentence("slow", "过慢"),
    CameraState.OK: Sentence("working", "正常"),
}
_BLIND = (
    CameraState.LOST, CameraState.BLACK, CameraState.BRIGHT, CameraState.FROZEN, CameraState.ENDED,
    CameraState.OPENING,
)  # fmt: skip
_NO_LOG = Sentence("The log cannot be written", "无法写入记录")
_NO_PICTURE = Sentence("Please ask the staff", "请联系工作人员")
_STARTING = Sentence("One moment please", "请稍候")
_BUNDLE_REFUSED = Sentence(
    "New rules from the server were refused: not signed for this kiosk, or older. Please tell the office.",
    "服务器下发的规则未被接受（签名不符或版本较旧），请通知管理员。",
)
_NOT_ALLOWED = Sentence(
    "The server does not accept this kiosk any more. Its entries are kept here. Please tell the office.",
    "服务器不再接受本终端，记录仍保存在此。请通知管理员。",
)
_HELD = Sentence(
    "The server did not take some entries. They are kept here. Please tell the office.",
    "服务器未接收部分记录，记录仍保存在此。请通知管理员。",
)
_GAP = Sentence(
    "The server misses entries that are no longer on this kiosk. Please tell the office.",
    "服务器缺少的部分记录已不在本终端，请通知管理员。",
)


def pair(sentence: Sentence) -> dict[str, str]:
    """A sentence as a page gets it."""
    return {"zh": sentence.zh, "en": sentence.en}


def idle(settings: GateSettings) -> list[dict[str, str]]:
    """The venue's own notices; a picture's address changes with the picture."""
    return [
        {
            "zh": notice.zh,
            "en": notice.en,
            "picture": f"/notices/{number}?v={hashlib.sha256(notice.picture).hexdigest()[:12]}"
            if notice.picture
            else "",
        }
        for number, notice in enumerate(settings.notices)
    ]


def trouble(camera: CameraStatus, writable: bool) -> dict[str, object] | None:
    """What stands in the way of the next visitor, in place of the invitation to show a code."""
    if not writable:
        sentence = SENTENCES[Reason.LOG_NOT_WRITABLE]
        return {"kind": "log", "word": pair(_NO_LOG), "sentence": pair(sentence)}
    if camera.state not in _BLIND:
        return None
    starting = camera.state is CameraState.OPENING
    word = _STARTING if starting else _NO_PICTURE
    kind = "starting" if starting else "camera"
    return {"kind": kind, "word": pair(word), "sentence": pair(camera.sentence)}


def camera_json(camera: CameraStatus) -> dict[str, object]:
    """How the camera is, for the state line."""
    return {
        "state": camera.state.value,
        "fps": round(camera.fps, 1),
        "size": list(camera.size),
        **pair(CAMERA_WORDS[camera.state]),
    }


def own_notices(link: Link, counts: Counts, has_gap: bool) -> tuple[Sentence, ...]:
    """What staff should tell the office, by the link and by what the server did not take."""
    told = (
        (link.state is LinkState.NOT_ALLOWED, _NOT_ALLOWED),
        (link.bundle_refused, _BUNDLE_REFUSED),
        (counts.quarantined > 0, _HELD),
        (has_gap, _GAP),
    )
    return tuple(sentence for holds, sentence in told if holds)
