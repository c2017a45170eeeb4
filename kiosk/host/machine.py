"""What this computer says about time, on Linux and elsewhere, and what is kept of it between two starts."""

from __future__ import annotations

import json
import time
import uuid
from pathlib import Path

from domain.canonical import canonical_json
from kiosk.host.clock import Anchor, Machine
from machine.durable import write_durably

_FILE = "clock.json"
_LINUX_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_SAME_BOOT_MS = 5_000


def this_machine(home: Path) -> Machine:
    """The clocks of this computer. `home` remembers the boot id where the system has none."""
    boot_clock = getattr(time, "CLOCK_BOOTTIME", None)
    if boot_clock is None:
        return Machine(wall_ms, _monotonic_ms, _boot_id(home, _monotonic_ms()), counts_sleep=False)

    def boot_ms() -> int:
        return time.clock_gettime_ns(boot_clock) // 1_000_000

    return Machine(wall_ms, boot_ms, _boot_id(home, boot_ms()))


def wall_ms() -> int:
    """The wall clock in Unix milliseconds."""
    return time.time_ns() // 1_000_000


def kept_anchor(home: Path) -> Anchor | None:
    """The last measurement that was kept, if the file holds one; a damaged file holds none."""
    try:
        value = json.loads((home / _FILE).read_text("utf-8"))["anchor"]
        return Anchor(
            str(value["boot_id"]), int(value["boot_ms"]), int(value["wall_ms"]), int(value["server_ms"])
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def keep_anchor(home: Path, anchor: Anchor) -> None:
    """Keep a measurement for the next start of the program; OSError if the disk refuses."""
    value = {
        "boot_id": anchor.boot_id,
        "boot_ms": anchor.boot_ms,
        "wall_ms": anchor.wall_ms,
        "server_ms": anchor.server_ms,
    }
    write_durably(home / _FILE, canonical_json({"v": 1, "anchor": value}) + b"\n")


def _monotonic_ms() -> int:
    return time.monotonic_ns() // 1_000_000


def _boot_id(home: Path, boot_ms: int) -> str:
    try:
        return str(uuid.UUID(_LINUX_BOOT_ID.read_text("ascii").strip()))
    except (OSError, ValueError):
        return _remembered_boot_id(home / "boot.json", wall_ms() - boot_ms)


def _remembered_boot_id(path: Path, booted_ms: int) -> str:
    """A random id that stays the same while the computed time of the boot does (Windows, macOS)."""
    try:
        value = json.loads(path.read_text("utf-8"))
        if abs(int(value["booted_ms"]) - booted_ms) <= _SAME_BOOT_MS:
            return str(uuid.UUID(value["boot_id"]))
    except (OSError, ValueError, KeyError, TypeError):
        pass
    boot_id = str(uuid.uuid4())
    write_durably(path, canonical_json({"booted_ms": booted_ms, "boot_id": boot_id}))
    return boot_id
