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

CARD_PURPOSE = Sentence("Visitor card", "访客卡")
CARD_VALID = Sentence("Valid until", "有效期至")
CARD_NUMBER = Sentence("Number", "编号")
CARD_STATIC = Sentence("Fixed code. Report loss at once.", "固定码，遗失请立即挂失")
