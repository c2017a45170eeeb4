"""Who walks up in the demo's clip, with codes that are good at the time the clip will be played."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from demo.scene import Appearance, length_s, script

# What other people's codes at a gate look like: nobody of ours, and nothing for the log.
FOREIGN = ("https://pay.example/m/8XK2P4", "WIFI:S:Spruce-Guest;T:WPA;P:welcome-2026;;")

_STEP_S = 30
_GAP_AFTER_S = 1.2


def planned(
    phones: Sequence[Mapping[int, str]], cards: Sequence[str], plays_at_s: float
) -> tuple[tuple[Appearance, ...], float]:
    """The appearances and the length of a clip whose first frame is played at `plays_at_s` (Unix seconds).

    `phones` are the codes of each phone by the second they begin at; `cards` one text per card holder.
    """
    order = [
        ("phone", 0, "plain"),
        ("card", 1, "tilted"),
        ("poster", 0, "plain"),
        ("phone", 2, "dim"),
        ("card", 0, "moving"),
        ("phone", 1, "blurred"),
        ("poster", 1, "tilted"),
        ("card", 2, "glare"),
    ]
    # Laid out once with placeholders to learn when each visitor holds the code up.
    times = [each.held_s[0] for each in script((shown, "-", how) for shown, _, how in order)]
    visits = [
        (shown, _text(shown, who, phones, cards, plays_at_s + at_s), how)
        for (shown, who, how), at_s in zip(order, times, strict=True)
    ]
    appearances = script(visits)
    return appearances, length_s(appearances, _GAP_AFTER_S)


def _text(
    shown: str, who: int, phones: Sequence[Mapping[int, str]], cards: Sequence[str], at_s: float
) -> str:
    if shown == "poster":
        return FOREIGN[who]
    if shown == "card":
        return cards[who]
    # The window that began last: good for at least half a minute more, should the player be late.
    return phones[who][int(at_s) // _STEP_S * _STEP_S]
