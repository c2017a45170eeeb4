"""What somebody may take a private record out for: a closed list, for the log keeps the purpose for ever."""

from __future__ import annotations

from collections.abc import Mapping

from domain.errors import InputError
from domain.wording import Sentence

# Free text would sooner or later hold somebody's name, and no leaf can be changed.
PURPOSES: Mapping[str, Sentence] = {
    "own_request": Sentence("The person asked for it", "本人申请"),
    "dispute": Sentence("A dispute about this entry", "对该记录有争议"),
    "authority": Sentence("An authority asked for it", "主管机关调取"),
}

# What a file of entries is for.
EXPORT_PURPOSES: Mapping[str, Sentence] = {
    "investigation": Sentence("An investigation of contacts", "流行病学调查"),
    "authority": Sentence("An authority asked for it", "主管机关调取"),
    "incident": Sentence("An incident at this place", "现场事件处置"),
    "audit": Sentence("An audit", "审计检查"),
    "own_request": Sentence("The person asked for it", "本人申请"),
}
NAMES: Mapping[str, Sentence] = {**PURPOSES, **EXPORT_PURPOSES}


def checked(purpose: str) -> str:
    """The purpose, if it is one of the list; InputError names the choices otherwise."""
    if purpose not in PURPOSES:
        choices = ", ".join(PURPOSES)
        raise InputError(
            "purpose",
            f"Say what the private record is for: {choices}.",
            f"请说明调取个人信息的用途：{choices}。",
        )
    return purpose
