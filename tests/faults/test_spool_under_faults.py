"""The full runs are `python -m tests.faults.kills`, `.syscalls` and `.power_cuts`; two need strace."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest

from domain.errors import CodePlaceError, InputError
from kiosk.spool import file as spool_file
from kiosk.spool.file import FILE_NAME, SpoolError
from kiosk.spool.spool import Spool
from tests.faults.aftermath import Said, aftermath
from tests.faults.disk import Call, Cut, Disk, calls_of
from tests.faults.kills import killed
from tests.faults.writer import AT_MS, entry_numbered, sealed


def opened(folder: Path) -> Spool:
    return Spool(folder, lambda: AT_MS)


def committed(spool: Spool, count: int, said: Said) -> None:
    for _ in range(count):
        entry = spool.commit(entry_numbered, AT_MS, sealed)
        said.kept[entry.seq] = entry.id


def test_forty_killed_writers_lose_nothing_they_had_acknowledged(tmp_path: Path) -> None:
    said, left = killed(tmp_path / "spool", 40, seed=2)
    assert len(said.kept) >= 40
    assert said.other == []
    assert left.good, left


FULL_DISK = """
import resource, signal, sys
from tests.faults.writer import main
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))
sys.exit(main(sys.argv[1], 40))
"""


@pytest.mark.parametrize("room", [0, 500, 4096, 20_000, 32_768, 45_056, 50_001, 61_440])
def test_where_a_file_cannot_grow_the_spool_refuses_and_keeps_what_it_acknowledged(
    tmp_path: Path, room: int
) -> None:
    """At every size, down to none at all; output goes to a pipe, which has no size."""
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(tmp_path / "spool"), str(room)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr
    said = Said().hear(done.stdout.splitlines())
    assert any(line.startswith(("refused", "closed")) for line in said.other), said
    assert aftermath(tmp_path / "spool", said).good


@contextmanager
def small_disk(folder: Path, kilobytes: int) -> Iterator[None]:
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", folder], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", folder], check=True)


def may_mount(folder: Path) -> bool:
    try:
        with small_disk(folder / "tried", 64):
            return True
    except (OSError, subprocess.CalledProcessError):
        return False


def test_a_full_disk_refuses_and_when_there_is_room_again_the_gate_goes_on(tmp_path: Path) -> None:
    if not may_mount(tmp_path):
        limit_files_instead(tmp_path)
        return
    with small_disk(tmp_path / "disk", 200):
        said, other = Said(), tmp_path / "disk" / "somebody else's"
        spool = opened(tmp_path / "disk" / "spool")
        committed(spool, 5, said)
        other.write_bytes(bytes(disk_room(tmp_path / "disk")))
        with pytest.raises(SpoolError, match="full"):
            committed(spool, 500, said)
        with pytest.raises(SpoolError):
            spool.probe()
        other.unlink()
        spool.probe()
        committed(spool, 5, said)
        spool.close()
        assert aftermath(tmp_path / "disk" / "spool", said).good


def disk_room(folder: Path) -> int:
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize


def limit_files_instead(tmp_path: Path) -> None:
    """What the mounted disk shows, for those who may not mount: this process may not write large files."""
    said, spool = Said(), opened(tmp_path / "spool")
    committed(spool, 5, said)
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, ((tmp_path / "spool" / FILE_NAME).stat().st_size, most))
    try:
        with pytest.raises(SpoolError):
            committed(spool, 500, said)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    spool.probe()
    committed(spool, 5, said)
    spool.close()
    assert aftermath(tmp_path / "spool", said).good


def test_a_folder_that_cannot_be_made_or_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(SpoolError) as caught:
        opened(tmp_path / "file" / "spool")
    assert caught.value.sentence.zh
    # /proc takes no files from anybody, root included.
    with pytest.raises(CodePlaceError):
        opened(Path("/proc/self/spool") if Path("/proc/self").exists() else tmp_path / "file" / "other")


def test_a_hundred_thousand_entries_are_ready_within_three_seconds(tmp_path: Path) -> None:
    filled_quickly(tmp_path, 100_000)
    began = time.thread_time()  # of the processor: other programs do not lengthen it
    spool = opened(tmp_path)
    assert time.thread_time() - began <= 3.0
    assert (spool.counts().waiting, spool.notice) == (100_000, None)
    assert spool.commit(entry_numbered, AT_MS, sealed).seq == 100_001


def filled_quickly(folder: Path, count: int) -> None:
    """As `commit` fills it, in one transaction."""
    spool = opened(folder)
    first = entry_numbered(1)
    template, chain = sealed(first).decode(), spool_file.CHAIN_START
    with spool._statement():
        for seq in range(1, count + 1):
            identity = f"{first.id[:-12]}{seq:012x}"
            body = template.replace(first.id, identity).replace('"seq":1,', f'"seq":{seq},').encode()
            chain = spool_file.next_chain(chain, body)
            spool._connection.execute(
                "INSERT INTO entry (seq, id, epoch, judged_ms, body, chain) VALUES (?, ?, 1, ?, ?, ?)",
                (seq, identity, AT_MS, body, chain),
            )
    spool._mark(count)
    spool.close()


def test_every_changed_row_is_found_and_the_file_is_set_aside(tmp_path: Path) -> None:
    """600 bits are flipped, one at a time: no entry that was changed is ever taken for sound."""
    spool, said = opened(tmp_path / "spool"), Said()
    committed(spool, 60, said)
    spool.close()
    content = (tmp_path / "spool" / FILE_NAME).read_bytes()
    sound = bodies(tmp_path / "spool")
    random, found = Random(5), 0
    for number in range(600):
        folder = tmp_path / f"flipped-{number}"
        folder.mkdir()
        flipped = bytearray(content)
        # Every third flip hits the header, every third the first page, which describes the tables.
        reach = (100, 4096, len(content))[number % 3]
        flipped[random.randrange(reach)] ^= 1 << random.randrange(8)
        (folder / FILE_NAME).write_bytes(flipped)
        (folder / "high-water").write_bytes((tmp_path / "spool" / "high-water").read_bytes())
        try:
            after = opened(folder)
        except InputError:
            continue  # the format's number says "newer": the one number that must be believed
        assert after.commit(entry_numbered, AT_MS, sealed).seq == 61
        if after.notice:
            found += 1
            assert after.gaps(), "what is not here any more is recorded"
        else:
            assert after.bodies_since(0)[:60] == sound
        after.close()
    assert found > 200


def bodies(folder: Path) -> list[bytes]:
    spool = opened(folder)
    try:
        return spool.bodies_since(0)
    finally:
        spool.close()


@pytest.mark.parametrize("suffix", ["-journal", "-wal", "-shm"])
def test_what_lies_beside_the_file_and_is_not_its_own_changes_no_entry(tmp_path: Path, suffix: str) -> None:
    """A journal left over from another file, as after a copy put back in a hurry."""
    said, other = Said(), Said()
    first, second = opened(tmp_path / "spool"), opened(tmp_path / "other")
    committed(first, 8, said)
    committed(second, 3, other)
    for spool in (first, second):
        spool.close()
    stale = (tmp_path / "other" / FILE_NAME).read_bytes()
    for content in (b"", b"\0" * 512, Random(3).randbytes(9_000), stale):
        (tmp_path / "spool" / f"{FILE_NAME}{suffix}").write_bytes(content)
        assert aftermath(tmp_path / "spool", said).good


@pytest.mark.parametrize("share", [0.99, 0.7, 0.4, 0.1])
def test_a_file_that_was_cut_is_set_aside_and_what_it_held_is_a_gap(tmp_path: Path, share: float) -> None:
    spool, said = opened(tmp_path), Said()
    committed(spool, 60, said)
    spool.close()
    content = (tmp_path / FILE_NAME).read_bytes()
    (tmp_path / FILE_NAME).write_bytes(content[: int(len(content) * share)])
    spool = opened(tmp_path)
    assert spool.notice is not None
    (gap,) = spool.gaps()
    assert (gap.first, gap.last) == (1, 60)
    assert spool.commit(entry_numbered, AT_MS, sealed).seq == 61
    (aside,) = tmp_path.glob(f"{FILE_NAME}.damaged-*")
    assert aside.read_bytes(), "nothing is thrown away"


# A file of 2,048 bytes, of which two halves are written and only the first is synced.
TRACE = r"""
7  openat(AT_FDCWD<\x2f>, "\x2f\x64\x2f\x61", O_WRONLY|O_CREAT|O_CLOEXEC, 0600) = 3<\x2f\x64\x2f\x61>
7  pwrite64(3<\x2f\x64\x2f\x61>, "\x41\x41", 2, 0) = 2
7  fsync(3<\x2f\x64\x2f\x61>)  = 0
7  openat(AT_FDCWD<\x2f>, "\x2f\x64", O_RDONLY|O_CLOEXEC) = 4<\x2f\x64>
7  fsync(4<\x2f\x64>)        = 0
7  pwrite64(3<\x2f\x64\x2f\x61>, "\x42\x42", 2, 1) = -1 EIO (Input/output error)
7  pwrite64(3<\x2f\x64\x2f\x61>, "\x43\x43", 2, 2) = 2
7  rename("\x2f\x64\x2f\x61", "\x2f\x64\x2f\x62") = 0
7  ftruncate(3<\x2f\x64\x2f\x62>, 1)  = 0
"""


def disk_after(calls: list[Call]) -> Disk:
    disk = Disk("/d")
    for call in calls:
        disk.follow(call)
    return disk


def test_a_disk_keeps_what_was_synced_and_may_lose_the_rest() -> None:
    calls, random = list(calls_of(TRACE)), Random(1)
    assert [call.name for call in calls] == [
        "openat", "pwrite64", "fsync", "openat", "fsync", "pwrite64", "rename", "ftruncate",
    ]  # fmt: skip
    assert disk_after(calls[:3]).after(Cut.NONE, random) == {}, "its name is not safe yet"
    assert disk_after(calls[:5]).after(Cut.NONE, random) == {"a": b"AA"}
    assert disk_after(calls[:6]).after(Cut.ALL, random) == {"a": b"AACC"}
    whole = disk_after(calls)
    assert whole.after(Cut.NONE, random) == {"a": b"AA"}
    assert whole.after(Cut.ALL, random) == {"b": b"A"}
    some = {tuple(whole.after(Cut.SOME, random).items()) for _ in range(200)}
    assert some == {((name, content),) for name in "ab" for content in (b"AA", b"AACC", b"A")}


def test_a_torn_write_ends_at_a_sector() -> None:
    calls = [
        Call("openat", "/d/a", fd=3, flags="O_CREAT"), Call("fsync", "/d"),
        Call("pwrite64", "/d/a", b"x" * 4096, 0, 3),
    ]  # fmt: skip
    random, disk = Random(2), disk_after(calls)
    lengths = {len(disk.after(Cut.TORN, random)["a"]) for _ in range(200)}
    assert lengths == set(range(0, 4097, 512))
