"""Who comes to the gate in a clip, with what, when, and how hard they make it for the camera."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from domain.errors import InputError


class Shown(StrEnum):
    """What a visitor holds up: a phone, a printed card, or a sign such as a payment code."""

    PHONE = "phone"
    CARD = "card"
    POSTER = "poster"


class Side(StrEnum):
    """Where a visitor comes from: an edge of the picture, or the passage at the back."""

    LEFT = "left"
    RIGHT = "right"
    BACK = "back"


@dataclass(frozen=True)
class Difficulty:
    """How a code is held. Angles are degrees; every value is 0 or 1 for a visitor who holds it well.

    `turn` is in the plane of the picture, `yaw` and `pitch` are away from it. `sway` is how far
    (metres) the hand swings `sway_hz` times a second, `brightness` scales the light of the screen
    or on the paper, `glare` is the strength of a lamp's reflection that wanders over it, `defocus`
    the blur in pixels (of a picture 1280 wide) the lens starts with before it finds its focus
    towards the end, `distance` scales how far from the lens it is held.
    """

    turn: float = 0.0
    yaw: float = 0.0
    pitch: float = 0.0
    sway: float = 0.0
    sway_hz: float = 1.0
    brightness: float = 1.0
    glare: float = 0.0
    defocus: float = 0.0
    distance: float = 1.0


DIFFICULTIES: Mapping[str, Difficulty] = MappingProxyType(
    {
        "plain": Difficulty(),
        "tilted": Difficulty(turn=24, yaw=27, pitch=17, distance=0.94),
        "moving": Difficulty(turn=6, yaw=6, sway=0.026, sway_hz=1.1),
        "dim": Difficulty(turn=-4, yaw=8, brightness=0.34),
        "glare": Difficulty(turn=3, pitch=8, glare=1.0),
        "blurred": Difficulty(turn=-6, yaw=-5, defocus=6.5, distance=0.92),
    }
)
"""The ways of holding a code that clips are made of, by name."""

STAY_S = 4.8
"""Seconds from when an ordinary visitor comes into the picture until they are out of it again."""
SHORTEST_STAY_S = 3.0
"""Below this nobody can walk up, hold a code still and leave."""


@dataclass(frozen=True)
class Appearance:
    """One visitor's way through the picture, with `text` as a QR code on what they hold.

    `starts_s` is the first moment they are in the picture, `stays_s` how long until they are out of
    it; InputError if that is shorter than anybody can walk.
    """

    shown: Shown
    text: str
    starts_s: float
    stays_s: float = STAY_S
    side: Side = Side.LEFT
    difficulty: Difficulty = field(default_factory=Difficulty)

    def __post_init__(self) -> None:
        if self.stays_s < SHORTEST_STAY_S:
            raise InputError(
                "stays_s",
                f"A visitor needs at least {SHORTEST_STAY_S:g} s in the picture, not {self.stays_s:g} s.",
                f"访客在画面中至少需要 {SHORTEST_STAY_S:g} 秒，而不是 {self.stays_s:g} 秒。",
            )

    @property
    def ends_s(self) -> float:
        """The moment the visitor is out of the picture."""
        return self.starts_s + self.stays_s

    @property
    def held_s(self) -> tuple[float, float]:
        """From when until when the code is held to the lens, in seconds of the clip."""
        holds = min(max(0.36 * self.stays_s, 1.2), 2.0)
        begins = self.starts_s + 0.7 * (self.stays_s - holds)
        return begins, begins + holds


def script(
    visits: Iterable[tuple[str, str, str]],
    *,
    first_s: float = 0.6,
    stays_s: float = STAY_S,
    gap_s: float = 0.7,
) -> tuple[Appearance, ...]:
    """Lay visitors out one after the other, the picture empty for `gap_s` seconds between them.

    A visit is (what is shown, text of the code, name of a difficulty); they come from the left, the
    right and the back in turn. InputError if a name is not known.
    """
    sides = tuple(Side)
    appearances = []
    for number, (shown, text, difficulty) in enumerate(visits):
        appearances.append(
            Appearance(
                shown=_shown(shown),
                text=text,
                starts_s=first_s + number * (stays_s + gap_s),
                stays_s=stays_s,
                side=sides[number % len(sides)],
                difficulty=_difficulty(difficulty),
            )
        )
    return tuple(appearances)


def length_s(appearances: Iterable[Appearance], gap_s: float = 0.7) -> float:
    """Return how many seconds a clip needs so that everybody is out of the picture for `gap_s` at its end."""
    return max((each.ends_s for each in appearances), default=0.0) + gap_s


def _shown(name: str) -> Shown:
    try:
        return Shown(name)
    except ValueError:
        raise _unknown("shown", name, Shown) from None


def _difficulty(name: str) -> Difficulty:
    if name not in DIFFICULTIES:
        raise _unknown("difficulty", name, DIFFICULTIES)
    return DIFFICULTIES[name]


def _unknown(what: str, name: str, known: Iterable[str]) -> InputError:
    names = ", ".join(known)
    return InputError(
        what,
        f"There is no {what} called {name!r}; choose one of {names}.",
        f"没有名为 {name!r} 的 {what}；请从 {names} 中选择。",
    )
