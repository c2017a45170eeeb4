"""What is left of a spool after a fault, held against what its writer had been told was kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.spool.spool import Spool
from tests.faults.writer import AT_MS, entry_numbered, opened_entry, sealed


@dataclass
class Said:
    """What a writer said: acknowledged ids by number, the number below which it forgets, and the rest."""

    kept: dict[int, str] = field(default_factory=dict)
    doubled: list[int] = field(default_factory=list)
    forgets_from: int = 0
    other: list[str] = field(default_factory=list)

    def hear(self, lines: Iterable[str]) -> Said:
        for line in lines:
            word, _, rest = line.partition(" ")
            if word == "kept":
                seq, identity = rest.split()
                if int(seq) in self.kept:
                    self.doubled.append(int(seq))
                self.kept[int(seq)] = identity
            elif word != "forgets":
                self.other.append(line)
        return self


@dataclass(frozen=True)
class Aftermath:
    """Acknowledged entries that are gone or changed, numbers given out twice, and what the spool says."""

    lost: tuple[int, ...]
    doubled: tuple[int, ...]
    notice: str
    next_seq: int

    @property
    def good(self) -> bool:
        """Nothing lost, nothing doubled, nothing to report, and the next number is a new one."""
        return not (self.lost or self.doubled or self.notice)


def aftermath(folder: Path, said: Said) -> Aftermath:
    """Open the spool again as a restarted kiosk does, and commit one more entry into it."""
    spool = Spool(folder, lambda: AT_MS + 999_999)
    try:
        found = {}
        for body in spool.bodies_since(0):
            entry = opened_entry(body)
            found[entry.seq] = entry.id
        # Entries are only ever forgotten from the oldest on, after the server took them.
        oldest = min(found, default=0)
        lost = [seq for seq, identity in said.kept.items() if seq >= oldest and found.get(seq) != identity]
        if oldest > 1 and not said.kept.keys() & found.keys():
            lost = sorted(said.kept)
        notice = spool.notice.en if spool.notice else ""
        fresh = spool.commit(entry_numbered, AT_MS, sealed).seq
        doubled = [*said.doubled, *([fresh] if fresh in said.kept else [])]
        return Aftermath(tuple(lost), tuple(doubled), notice, fresh)
    finally:
        spool.close()
