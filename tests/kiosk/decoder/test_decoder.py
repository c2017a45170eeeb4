from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
import segno
from numpy.typing import NDArray

from kiosk.decoder.decoder import DEADLINE, Decoded, Decoder
from reader.reading import Effort

Image = NDArray[np.uint8]
PATIENCE = 90.0
# A good picture takes a hundredth of it, on a machine that has time.
HUNG_AFTER = 2.0
NEXT_VISITOR = 2.0  # design §5.3: seconds in which the next code must be read

# What the child calls instead of the readers: the first pixel says what shall happen to it.
ODD_WORK = """
import os, time
from reader.reading import read

def work(image, *, effort):
    match int(image.flat[0]):
        case 1:
            raise ValueError("4294967295 is not a valid ZBarOrientation")
        case 2:
            while True:
                time.sleep(60)
        case 3:
            os.abort()
        case 4:
            os._exit(7)
        case 5:
            sum(range(10**12))  # C code that never gives the interpreter back
    return read(image, effort=effort)

def never_starts(image, *, effort):
    raise ImportError("libzbar0 is missing")
"""


def symbol(text: str, scale: int = 4) -> Image:
    rows = segno.make(text, micro=False).matrix_iter(scale=scale, border=4)
    return np.array([[0 if dark else 255 for dark in row] for row in rows], dtype=np.uint8)


def order(what: int) -> Image:
    image = symbol("never read")
    image[0, 0] = what
    return image


def answer_to(decoder: Decoder, image: Image) -> Decoded:
    assert decoder.wait_ready(PATIENCE)
    number = decoder.submit(image)
    assert number is not None
    end = time.monotonic() + PATIENCE
    while (decoded := decoder.wait(1.0)) is None:
        assert time.monotonic() < end
    assert decoded.number == number
    return decoded


def texts(decoded: Decoded) -> list[str | None]:
    return [reading.text for reading in decoded.readings]


@pytest.fixture(scope="module")
def odd_work(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Put the odd work where the child finds it: it inherits the module path."""
    folder = tmp_path_factory.mktemp("work")
    (folder / "odd_work.py").write_text(ODD_WORK)
    sys.path.insert(0, str(folder))
    yield "odd_work:work"
    sys.path.remove(str(folder))


@pytest.fixture(scope="module")
def decoder(odd_work: str) -> Iterator[Decoder]:
    with Decoder(clock=time.monotonic, work=odd_work, deadline=HUNG_AFTER) as running:
        yield running


def test_a_picture_is_read_in_another_process(decoder: Decoder) -> None:
    assert decoder.wait_ready(PATIENCE)
    assert decoder.pid != os.getpid()
    decoded = answer_to(decoder, symbol("CP1:ABC"))
    assert texts(decoded) == ["CP1:ABC"]
    assert decoded.ms > 0


@pytest.mark.parametrize("shape", [(90, 90), (90, 90, 3), (1080, 1920, 3), (300, 300)])
def test_grey_colour_and_larger_pictures_all_fit(decoder: Decoder, shape: tuple[int, ...]) -> None:
    image = np.full(shape, 255, dtype=np.uint8)
    code = symbol("CP1:FIT", scale=3)
    assert code.shape <= shape[:2]
    image[: code.shape[0], : code.shape[1]] = code if len(shape) == 2 else code[:, :, None]
    assert texts(answer_to(decoder, image)) == ["CP1:FIT"]


@pytest.mark.parametrize(
    ("what", "why"),
    [
        (1, "not a valid ZBarOrientation"),
        (2, "hung for more than 2 s"),
        (3, "exit status -6"),
        (4, "exit status 7"),
        (5, "hung for more than 2 s"),
    ],
)
def test_a_picture_that_breaks_the_child_costs_one_answer_and_the_next_is_read(
    decoder: Decoder, what: int, why: str
) -> None:
    restarts, broken = decoder.status().restarts, decoder.pid
    decoded = answer_to(decoder, order(what))
    assert decoded.readings == ()
    assert why in decoded.fault
    assert texts(answer_to(decoder, symbol("NEXT VISITOR"))) == ["NEXT VISITOR"]
    assert decoder.pid != broken
    status = decoder.status()
    assert status.restarts == restarts + 1
    assert why in status.last_error


def test_a_child_killed_while_it_reads_is_replaced(decoder: Decoder) -> None:
    assert decoder.wait_ready(PATIENCE)
    number = decoder.submit(order(2))
    assert decoder.pid is not None
    os.kill(decoder.pid, signal.SIGKILL)
    decoded = decoder.wait(PATIENCE)
    assert decoded is not None
    assert (decoded.number, decoded.readings) == (number, ())
    assert "exit status -9" in decoded.fault
    assert texts(answer_to(decoder, symbol("NEXT VISITOR"))) == ["NEXT VISITOR"]


def test_a_child_killed_while_idle_is_replaced_without_an_answer(decoder: Decoder) -> None:
    assert decoder.wait_ready(PATIENCE)
    restarts, killed = decoder.status().restarts, decoder.pid
    assert killed is not None
    os.kill(killed, signal.SIGKILL)
    end = time.monotonic() + PATIENCE
    while decoder.status().restarts == restarts:
        assert decoder.wait(0.05) is None
        assert time.monotonic() < end
    assert texts(answer_to(decoder, symbol("NEXT VISITOR"))) == ["NEXT VISITOR"]


def test_when_a_fault_is_told_the_next_child_is_already_starting(decoder: Decoder) -> None:
    assert decoder.wait_ready(PATIENCE)
    broken = decoder.pid
    assert decoder.submit(order(2)) is not None
    assert decoder.wait(PATIENCE) is not None
    assert decoder.pid not in (None, broken)
    assert DEADLINE <= NEXT_VISITOR / 2


def test_a_busy_child_takes_no_second_picture(decoder: Decoder) -> None:
    assert decoder.wait_ready(PATIENCE)
    assert decoder.idle
    assert decoder.submit(symbol("FIRST")) is not None
    assert not decoder.idle
    assert decoder.submit(symbol("SECOND")) is None
    decoded = decoder.wait(PATIENCE)
    assert decoded is not None
    assert texts(decoded) == ["FIRST"]


def test_an_empty_picture_is_not_taken(decoder: Decoder) -> None:
    assert decoder.wait_ready(PATIENCE)
    assert decoder.submit(np.zeros((0, 5), dtype=np.uint8)) is None


def test_the_callers_picture_may_change_as_soon_as_it_is_handed_over(decoder: Decoder) -> None:
    assert decoder.wait_ready(PATIENCE)
    image = symbol("CP1:ABC")
    assert decoder.submit(image) is not None
    image[:] = 255
    decoded = decoder.wait(PATIENCE)
    assert decoded is not None
    assert texts(decoded) == ["CP1:ABC"]


def test_structured_append_codes_are_survived_by_the_real_readers() -> None:
    parts = segno.make_sequence("an entry is never edited " * 4, symbol_count=3)
    with Decoder(clock=time.monotonic, deadline=PATIENCE) as decoder:
        for part in parts:
            rows = part.matrix_iter(scale=4, border=4)
            image = np.array([[0 if dark else 255 for dark in row] for row in rows], np.uint8)
            assert decoder.wait_ready(PATIENCE)
            assert decoder.submit(image, effort=Effort.THOROUGH) is not None
            decoded = decoder.wait(PATIENCE)
            assert decoded is not None
            assert decoded.fault == ""
        assert decoder.status().restarts == 0


def test_a_reader_that_never_starts_is_tried_again_and_says_so(
    odd_work: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with Decoder(clock=time.monotonic, work="odd_work:never_starts") as decoder:
        end = time.monotonic() + PATIENCE
        # One that takes long to end is not waited for, and its status not known.
        while decoder.status().restarts < 2 or "exit status 1" not in decoder.status().last_error:
            assert decoder.wait(0.1) is None
            assert time.monotonic() < end
        assert not decoder.status().ready
    assert "libzbar0 is missing" in capfd.readouterr().err


def test_stopping_twice_and_never_starting_are_harmless() -> None:
    decoder = Decoder(clock=time.monotonic)
    assert decoder.poll() is None
    decoder.stop()
    decoder.start()
    decoder.stop()
    decoder.stop()
    assert decoder.submit(symbol("LATE")) is None


PARENT = """
import os, signal, sys, time
from kiosk.decoder.decoder import Decoder
import numpy as np

if __name__ == "__main__":
    # A shell's background job, as the tests may be, begins with Ctrl-C ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    folder, state = sys.argv[1:]
    sys.path.insert(0, folder)
    deadline = 0.1 if state == "unwatched" else 30.0
    with Decoder(clock=time.monotonic, work="odd_work:work", deadline=deadline) as decoder:
        assert decoder.wait_ready(90)
        if state != "idle":
            decoder.submit(np.full((50, 50), 2, dtype=np.uint8))
        try:
            print(decoder.pid, flush=True)
            time.sleep(600 if state == "unwatched" else 0)
            while True:
                decoder.wait(0.1)
        except KeyboardInterrupt:
            pass
"""


@pytest.fixture
def parent(tmp_path: Path, odd_work: str) -> Iterator[Callable[[str], tuple[subprocess.Popen[str], int]]]:
    """Start a process of its own that runs a decoder, as a kiosk does; return it and its child."""
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    folder = next(path for path in sys.path if (Path(path) / "odd_work.py").exists())
    started: list[subprocess.Popen[str]] = []

    def start(state: str) -> tuple[subprocess.Popen[str], int]:
        process = subprocess.Popen(
            [sys.executable, str(script), folder, state],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(Path.cwd())},
            start_new_session=True,
        )
        started.append(process)
        assert process.stdout is not None
        return process, int(process.stdout.readline())

    yield start
    for process in started:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def gone(pid: int) -> bool:
    """Wait until a process that is not ours to reap has ended."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except FileNotFoundError:
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize("state", ["idle", "busy"])
def test_ctrl_c_for_the_whole_group_ends_quietly_and_leaves_nothing(
    parent: Callable[[str], tuple[subprocess.Popen[str], int]], state: str
) -> None:
    process, child = parent(state)
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert errors == ""  # neither a traceback nor the resource tracker's warning of leaked memory
    assert gone(child)


@pytest.mark.parametrize("state", ["idle", "unwatched"])
def test_the_child_goes_when_the_parent_is_killed_even_if_it_hangs(
    parent: Callable[[str], tuple[subprocess.Popen[str], int]], state: str
) -> None:
    process, child = parent(state)
    process.kill()
    process.communicate(timeout=PATIENCE)
    assert gone(child)
