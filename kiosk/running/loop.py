"""The chain of small steps from a frame to an answer; it never waits for the network."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence

from kiosk.camera.camera import Camera, Frame
from kiosk.decoder.decoder import Decoded, Decoder
from kiosk.facts.trust import Trust
from kiosk.gate.answer import Answer, crowd, foreign
from kiosk.gate.gate import Gate
from kiosk.hint.hinting import Hinting
from kiosk.print_test.session import SheetTest
from kiosk.screen.board import Board
from kiosk.sightings.recognition import Recognition
from kiosk.sightings.sightings import Event, EventKind, Sightings
from reader.reading import Reading

_FRAME_PATIENCE_S = 0.1
_STEP_PATIENCE_S = 0.25
_START_PATIENCE_S = 5.0
_MOST_SCANNED = 8
_STALE_HINT_S = 1.0


class Loop:
    """Frame → readings → sightings → gate → screen, in one thread."""

    def __init__(
        self,
        camera: Camera,
        decoder: Decoder,
        recognition: Recognition,
        sightings: Sightings,
        trust: Trust,
        gate: Gate,
        board: Board,
        sheets: SheetTest,
        answered: Callable[[Answer], None],
        seconds: Callable[[], float],
    ) -> None:
        """`answered` is told of every answer after it is on the screen; `seconds` is monotonic."""
        self._camera = camera
        self._decoder = decoder
        self._recognition = recognition
        self._sightings = sightings
        self._trust = trust
        self._gate = gate
        self._board = board
        self._sheets = sheets
        self._answered = answered
        self._seconds = seconds
        self._hinting = Hinting()
        self._frame: Frame | None = None
        self._scanned: queue.Queue[str] = queue.Queue(_MOST_SCANNED)
        self.started = threading.Event()
        self.steps = 0  # those that went well; whoever watches the kiosk sees it rise

    def run(self, stopping: threading.Event, failed: Callable[[Exception], None]) -> None:
        """Start the camera as soon as it can be read, then step until `stopping`.

        An unforeseen error is reported to `failed` and does not stop the gate.
        """
        with self._decoder:
            # A recording must not run away while the reader starts.
            self._decoder.wait_ready(_START_PATIENCE_S)
            self._camera.start()
            self.started.set()
            while not stopping.is_set():
                try:
                    self.step()
                    self.steps += 1
                except Exception as error:
                    failed(error)
                    stopping.wait(_STEP_PATIENCE_S)

    def step(self) -> None:
        """Take one frame through the chain; comes back within a fraction of a second."""
        self._take_scanned()
        if self._decoder.idle:
            frame = self._camera.take(_FRAME_PATIENCE_S)
            if frame is None:
                self._decoder.poll()
                self._without_frame()
                return
            self._frame = frame
            self._decoder.submit(frame.image, inspects=self._sheets.running)
        decoded = self._decoder.wait(_STEP_PATIENCE_S)
        if decoded is not None:
            self._take(decoded)

    def _take(self, decoded: Decoded) -> None:
        """Answer what is shown, unless it is a print that the staff test."""
        texts = [_text(reading) for reading in decoded.readings]
        if self._sheets.running:
            self._sheets.saw(texts, decoded.shown)
            self.read([])
            self._board.give(None)
            return
        self.read(self._sheets.of_visitors(texts))
        if self._frame is not None:
            self._board.give(self._hinting.step(self._frame.image, bool(texts), self._seconds()))

    def scanned(self, text: str) -> bool:
        """Take a code from a hand scanner; any thread may. False when too many wait already."""
        try:
            self._scanned.put_nowait(text)
        except queue.Full:
            return False
        return True

    def _without_frame(self) -> None:
        # A slow camera gives none for a while; only one that is gone makes the hint stale.
        if self._frame is not None and self._seconds() - self._frame.at > _STALE_HINT_S:
            self._board.give(None)

    def _take_scanned(self) -> None:
        while not self._scanned.empty():
            self.read([self._scanned.get_nowait()])

    def read(self, texts: Sequence[str]) -> None:
        """Answer the codes of one frame, or of one scan."""
        seen = self._recognition.seen(texts, self._trust.rules)
        for event in self._sightings.step(seen, self._seconds()):
            answer = self._of(event)
            self._board.show(answer)
            self._answered(answer)

    def _of(self, event: Event) -> Answer:
        if event.kind is EventKind.FOREIGN:
            return foreign()
        return crowd() if event.kind is EventKind.CROWD else self._gate.step(event)


def _text(reading: Reading) -> str:
    # Bytes that are no text are a foreign code like any other, told apart by what they hold.
    return reading.text if reading.text is not None else f"hex:{reading.raw.hex()}"
