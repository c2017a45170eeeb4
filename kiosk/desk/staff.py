"""The staff's side put together: its door, its acts, what it shows, the test of prints, the thermometer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from domain.venue import Direction
from kiosk.desk.desk import Desk
from kiosk.desk.door import Door
from kiosk.desk.overview import Overview
from kiosk.desk.thermometer import Thermometer
from kiosk.gate.answer import Answer
from kiosk.gate.gate import Gate
from kiosk.gate.register import Register
from kiosk.print_test.session import SheetTest
from kiosk.print_test.text_kind import TextKind, kind_of


@dataclass(frozen=True, slots=True)
class Staff:
    """What the staff's side is made of."""

    door: Door
    desk: Desk
    overview: Overview
    sheets: SheetTest
    thermometer: Thermometer | None = None

    def start(self) -> None:
        """Begin to measure."""
        if self.thermometer is not None:
            self.thermometer.start()

    def stop(self) -> None:
        """Let the thermometer go."""
        if self.thermometer is not None:
            self.thermometer.stop()


def joined_staff(
    register: Register,
    gate: Gate,
    show: Callable[[Answer], None],
    keep_direction: Callable[[Direction], None],
    thermometer: Path | None = None,
    host: str = "",
) -> Staff:
    """The staff's side of this gate; `show` and `keep_direction` as `Desk` takes them.

    `host` is the site's own, which its venue codes name.
    """
    desk = Desk(register, gate, show, keep_direction)
    measuring = Thermometer(thermometer, desk.thermometer_measured) if thermometer else None
    overview = Overview(register, gate, desk, lambda: measuring.notice if measuring else None)
    door = Door(lambda: register.rules.settings.pin, register.boot_ms)
    return Staff(door, desk, overview, _sheets(register, host), measuring)


def _sheets(register: Register, host: str) -> SheetTest:
    def kind(text: str | None) -> TextKind:
        return kind_of(text, host, register.rules.keys, register.now_ms() // 1000)

    return SheetTest(register.boot_ms, kind)
