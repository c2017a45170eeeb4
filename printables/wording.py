"""What prints say, in both languages."""

from __future__ import annotations

from enum import StrEnum

from domain.errors import InputError
from domain.wording import Sentence


class Language(StrEnum):
    """A language that prints speak; the value is what options call it."""

    ZH = "zh"
    EN = "en"

    @property
    def tag(self) -> str:
        """The BCP 47 tag for files."""
        return "zh-CN" if self is Language.ZH else "en"

    def of(self, sentence: Sentence) -> str:
        """The sentence in this language."""
        return sentence.zh if self is Language.ZH else sentence.en


def languages_of(names: tuple[str, ...]) -> tuple[Language, ...]:
    """The languages called `names`, each once; InputError for another name or none at all."""
    try:
        chosen = tuple(dict.fromkeys(Language(name) for name in names))
    except ValueError:
        chosen = ()
    if not chosen:
        raise InputError(
            "languages",
            f"Languages are zh, en or both, not “{','.join(names)}”.",
            f"语言应为 zh、en 或两者，而不是“{','.join(names)}”。",
        )
    return chosen


POSTER_TITLE = Sentence("Venue code", "场所码")
POSTER_PURPOSE = Sentence("Scan to check in", "扫码登记")
POSTER_HOW = Sentence(
    "Use your phone camera. No app needed.",
    "打开手机相机扫码，无需安装应用。",
)
POSTER_NUMBER = Sentence("Cannot scan? Enter this number at", "扫不出来？打开网址输入此编号")
POSTER_NUMBER_ALONE = Sentence("Cannot scan? Enter this number.", "扫不出来？请输入此编号。")
POSTER_NO_PHONE = Sentence(
    "No phone? Show your visitor card at the kiosk, or ask our staff to check you in.",
    "没有手机？请在扫码终端出示访客卡，或请工作人员代为登记。",
)
POSTER_RUN_BY = Sentence("Run by {operator}. ", "由{operator}负责。")
POSTER_KEPT = Sentence("Personal details are deleted after {days} days.", "个人信息保留 {days} 天后删除。")
POSTER_HOST = Sentence("This code opens only {host}", "本码只打开 {host}")
POSTER_SERIAL = Sentence("Poster {serial}", "海报编号 {serial}")
POSTER_ISSUED = Sentence("Issued {date}", "签发 {date}")
POSTER_CODE_TOO_LARGE = Sentence(
    "The code is too large for this paper held across; use it upright or shorten the URL.",
    "二维码过大，横版放不下，请改用竖版或缩短网址。",
)

CARD_PURPOSE = Sentence("Visitor card", "访客卡")
CARD_VALID = Sentence("Valid until", "有效期至")
CARD_NUMBER = Sentence("Number", "编号")
CARD_STATIC = Sentence("Fixed code. Report loss at once.", "固定码，遗失请立即挂失")
CARD_HOW_TITLE = Sentence("How to use it", "使用方法")
CARD_HOW = Sentence(
    "Hold the code a hand's length from the kiosk's camera, or tell staff the number.",
    "将二维码置于扫码终端摄像头前约 15 厘米处，或向工作人员报编号。",
)
CARD_HOLDS = Sentence(
    "The code holds a random number and a date: no name, phone or health status.",
    "码内只有随机编号和有效期，不含姓名、电话或健康信息。",
)
CARD_LOST = Sentence(
    "Lost or found? Tell {issuer}. A lost card is withdrawn at once.",
    "遗失或拾获请告知{issuer}，遗失的卡会立即停用。",
)
CARD_LOST_ALONE = Sentence(
    "Lost or found? Tell the staff. A lost card is withdrawn at once.",
    "遗失或拾获请告知工作人员，遗失的卡会立即停用。",
)
