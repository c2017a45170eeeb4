"""`python -m tests.faults.crafted_symbols`: symbols made to break readers, through the kiosk's decoder.

Each picture is read LIVE, as the kiosk reads frames, and every few also THOROUGH, as it reads photographs.
After each fault and every hundred pictures the next visitor's code must be read within two seconds. The
process that plays the kiosk is one of its own, so that its end would be seen. Ends in a line of JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from itertools import chain

import click

from kiosk.decoder.decoder import DEADLINE, Decoded, Decoder
from reader.reading import Effort
from tests.faults.crafted_pictures import GOOD_TEXT, Picture, good_picture, named_pictures, random_pictures

NEXT_VISITOR_S = 2.0  # design §5.3
_CHECK_EVERY = 100
_PHOTOGRAPH_S = 30.0  # what `python -m kiosk read` allows
_PATIENCE_S = 60.0


@dataclass
class Tally:
    """What is known so far; `slowest_s` is the longest that a next visitor waited for being read."""

    pictures: int = 0
    live: int = 0
    thorough: int = 0
    read: int = 0
    not_taken: int = 0
    faults: dict[str, int] = field(default_factory=dict)
    restarts: int = 0
    visitors: int = 0
    visitors_late: int = 0
    slowest_s: float = 0.0

    def add(self, other: dict[str, object]) -> None:
        for name, value in other.items():
            mine = getattr(self, name)
            if isinstance(value, dict):
                for fault, count in value.items():
                    self.fell(fault, count)
            else:
                setattr(self, name, max(mine, value) if name == "slowest_s" else mine + value)

    def fell(self, fault: str, count: int = 1) -> None:
        self.faults[fault] = self.faults.get(fault, 0) + count

    def told(self) -> str:
        """As one process tells another."""
        return json.dumps(asdict(self))


class Stand:
    """A decoder as the kiosk has one, shown one picture after another."""

    def __init__(self, effort: Effort, tally: Tally) -> None:
        deadline = DEADLINE if effort is Effort.LIVE else _PHOTOGRAPH_S
        self.decoder = Decoder(clock=time.monotonic, deadline=deadline)
        self._effort = effort
        self._tally = tally
        self._good = good_picture()

    def show(self, picture: Picture) -> Decoded | None:
        """What became of a picture; the next visitor is served at once when it did harm."""
        decoded = self._decoded(picture)
        if decoded is None:
            self._tally.not_taken += 1
        elif decoded.fault:
            self._tally.fell(f"{self._effort}: {decoded.fault}"[:120])
            self.next_visitor()
        else:
            self._tally.read += bool(decoded.readings)
        return decoded

    def next_visitor(self) -> None:
        """Show the good code until it is read, and note how long that took."""
        began = time.monotonic()
        while True:
            decoded = self._decoded(self._good)
            if decoded and GOOD_TEXT in {reading.text for reading in decoded.readings}:
                break
            assert time.monotonic() - began < _PATIENCE_S, "the next visitor was never served"
        waited = time.monotonic() - began
        self._tally.visitors += 1
        self._tally.visitors_late += waited > NEXT_VISITOR_S
        self._tally.slowest_s = max(self._tally.slowest_s, round(waited, 3))

    def _decoded(self, picture: Picture) -> Decoded | None:
        assert self.decoder.wait_ready(_PATIENCE_S), self.decoder.status()
        number = self.decoder.submit(picture.image, effort=self._effort)
        if number is None:
            return None
        while (decoded := self.decoder.wait(_PATIENCE_S)) is None or decoded.number != number:
            continue
        return decoded


def attacked(pictures: Iterable[Picture], thorough_every: int) -> Tally:
    """Show pictures to a LIVE decoder, and every `thorough_every`th to a THOROUGH one, too."""
    tally = Tally()
    live, thorough = Stand(Effort.LIVE, tally), Stand(Effort.THOROUGH, tally)
    with live.decoder, thorough.decoder:
        for picture in pictures:
            tally.pictures += 1
            tally.live += 1
            live.show(picture)
            if tally.pictures % thorough_every == 0:
                tally.thorough += 1
                thorough.show(picture)
            if tally.pictures % _CHECK_EVERY == 0:
                live.next_visitor()
        live.next_visitor()
        thorough.next_visitor()
        tally.restarts = live.decoder.status().restarts + thorough.decoder.status().restarts
    return tally


@click.command()
@click.option("--count", type=click.IntRange(1), default=40_000, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--first", type=click.IntRange(0), default=0, help="Begin at this symbol of the seed.")
@click.option("--thorough-every", type=click.IntRange(1), default=8, show_default=True)
@click.option("--kiosks", type=click.IntRange(1), default=2, show_default=True, help="Processes at once.")
@click.option("--inside", is_flag=True, hidden=True, help="Be one of the processes.")
def command(count: int, seed: int, first: int, thorough_every: int, kiosks: int, inside: bool) -> None:
    """Count what crafted symbols did to the decoder; status 1 if it fell or kept a visitor waiting."""
    if inside:
        named = named_pictures() if first == 0 else ()
        tally = attacked(chain(named, random_pictures(seed, first, count)), thorough_every)
        click.echo(tally.told())
        return
    tally, exits, began = Tally(), 0, time.monotonic()
    share = -(-count // kiosks)
    started = [
        _started(start, min(share, first + count - start), seed, thorough_every)
        for start in range(first, first + count, share)
    ]
    for process in started:
        output, _ = process.communicate()
        exits += process.returncode != 0
        if process.returncode == 0:
            tally.add(json.loads(output))
    figures = {"crafted": count, "kiosk_exits": exits, **asdict(tally), "s": round(time.monotonic() - began)}
    click.echo(json.dumps(figures))
    sys.exit(1 if exits or tally.visitors_late else 0)


def _started(first: int, count: int, seed: int, thorough_every: int) -> subprocess.Popen[str]:
    options = {"--first": first, "--count": count, "--seed": seed, "--thorough-every": thorough_every}
    words = [str(word) for pair in options.items() for word in pair]
    return subprocess.Popen(
        [sys.executable, "-m", "tests.faults.crafted_symbols", "--inside", *words],
        stdout=subprocess.PIPE,
        text=True,
    )


if __name__ == "__main__":
    command()
