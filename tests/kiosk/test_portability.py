"""Many gates have a Windows laptop: what only Linux has is asked for first, or not used at all."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

from tests.source_reading import names_used, uses

ROOT = Path(__file__).parent.parent.parent
PACKAGES = ("domain", "machine", "reader", "kiosk")
SOURCES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))

# Not there on Windows, as the Python documentation says of each ("Availability: Unix").
UNIX_MODULES = {
    *(
        "fcntl",
        "grp",
        "posix",
        "pty",
        "pwd",
        "resource",
        "select.epoll",
        "select.poll",
        "syslog",
        "termios",
        "tty",
    ),
}
UNIX_NAMES = {
    *(
        "os.fork",
        "os.forkpty",
        "os.chown",
        "os.chroot",
        "os.getegid",
        "os.geteuid",
        "os.getgid",
        "os.getpgid",
    ),
    *("os.getuid", "os.killpg", "os.mkfifo", "os.nice", "os.openpty", "os.pipe2", "os.pread", "os.pwrite"),
    *("os.sched_getaffinity", "os.sched_setaffinity", "os.setpgid", "os.setsid", "os.statvfs", "os.sync"),
    *("os.uname", "os.wait", "os.waitid", "os.O_NONBLOCK", "os.O_NOCTTY", "os.O_CLOEXEC", "os.O_DIRECTORY"),
    *("os.O_DSYNC", "os.O_SYNC", "os.O_NOFOLLOW", "os.fdatasync", "os.fchmod", "os.fchown"),
    *(
        "signal.SIGKILL",
        "signal.SIGHUP",
        "signal.SIGUSR1",
        "signal.SIGUSR2",
        "signal.SIGCHLD",
        "signal.SIGALRM",
    ),
    *("signal.SIGSTOP", "signal.alarm", "signal.setitimer", "signal.pause", "signal.pthread_sigmask"),
    *(
        "signal.pthread_kill",
        "signal.sigwait",
        "signal.SIG_BLOCK",
        "signal.SIG_UNBLOCK",
        "signal.SIG_SETMASK",
    ),
    *("socket.AF_UNIX", "socket.socketpair", "time.clock_gettime", "time.clock_gettime_ns", "time.tzset"),
    *("multiprocessing.Process", "multiprocessing.Pool", "concurrent.futures.ProcessPoolExecutor"),
    *("asyncio.create_subprocess_exec", "faulthandler.register"),
}
# Each is used only where the system has it, and what happens elsewhere.
ASKED_FIRST = {
    "kiosk/decoder/child.py": (
        {"signal.pthread_sigmask", "signal.SIG_UNBLOCK"},
        "hasattr: Ctrl-C is not held back",
    ),
    "kiosk/decoder/process.py": (
        {"signal.pthread_sigmask", "signal.SIG_BLOCK", "signal.SIG_SETMASK"},
        "hasattr: Ctrl-C is not held back",
    ),
    "kiosk/host/machine.py": ({"time.clock_gettime_ns"}, "getattr of CLOCK_BOOTTIME: the monotonic clock"),
    "kiosk/desk/thermometer.py": (
        {"termios", "os.O_NONBLOCK", "os.O_NOCTTY"},
        "sys.platform: refused in a sentence",
    ),
    "machine/notifying.py": ({"socket.AF_UNIX"}, "hasattr: there is no systemd to tell"),
    "kiosk/privacy/tags.py": (
        {"os.getuid", "os.O_NOFOLLOW"},
        "sys.platform: the key is of the process alone",
    ),
}


def test_nothing_is_used_that_windows_does_not_have() -> None:
    found = {}
    for path in SOURCES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        used = uses(names_used(tree), UNIX_MODULES | UNIX_NAMES)
        if used:
            found[path.relative_to(ROOT).as_posix()] = used
    assert found == {name: used for name, (used, _) in ASKED_FIRST.items()}


def test_every_path_of_linux_is_only_a_help_or_has_another_way() -> None:
    spoken = {
        (path.relative_to(ROOT).as_posix(), node.value)
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value.startswith(("/proc", "/sys", "/dev", "/tmp", "/var", "/etc", "/run"))
    }
    assert spoken == {
        ("kiosk/host/machine.py", "/proc/sys/kernel/random/boot_id"),  # elsewhere the id is made and kept
        ("kiosk/camera/source.py", "/dev/video"),  # one of two ways to name a camera
        ("kiosk/commands/run.py", "/dev/shm"),  # without it the tags' key is of the process alone
        ("kiosk/privacy/tags.py", "/proc/self/mounts"),  # without it no folder counts as one in memory
    }


def test_processes_are_spawned_and_never_forked() -> None:
    makers = [path for path in SOURCES if "multiprocessing" in path.read_text(encoding="utf-8")]
    assert makers == [ROOT / "kiosk/decoder/child.py", ROOT / "kiosk/decoder/process.py"]
    assert 'multiprocessing.get_context("spawn")' in makers[1].read_text("utf-8")


# A Python from which everything is taken that is not there on Windows. The standard library was imported
# before, and keeps what it needs here.
ELSEWHERE = """
import importlib, pathlib, sys
import asyncio, concurrent.futures, multiprocessing.connection, os, select, signal, socket, subprocess
import tempfile, time
import click, cryptography, cv2, flask, httpx, numpy, pyzbar.pyzbar, sqlite3, waitress, zxingcpp
from multiprocessing import popen_spawn_posix, resource_tracker, shared_memory, spawn, util

gone_modules, gone_names, folder = sys.argv[1].split(), sys.argv[2].split(), pathlib.Path(sys.argv[3])
for name in gone_modules:
    module, _, attribute = name.partition(".")
    if attribute:
        vars(importlib.import_module(module)).pop(attribute, None)
    else:
        sys.modules[name] = None
for name in gone_names:
    module, _, attribute = name.rpartition(".")
    if attribute not in ("Process", "Pool", "ProcessPoolExecutor"):  # there, but not for us
        vars(importlib.import_module(module)).pop(attribute, None)
del time.CLOCK_BOOTTIME

for path in sorted(pathlib.Path("kiosk").rglob("*.py")):
    if path.name != "__main__.py":
        importlib.import_module(".".join(path.with_suffix("").parts))

from kiosk.host import machine
from kiosk.spool.spool import Spool
from tests.faults.writer import entry_numbered

clocks = machine.this_machine(folder)
assert not clocks.counts_sleep and clocks.boot_ms() > 0
spool = Spool(folder / "spool", machine.wall_ms)
assert spool.commit(entry_numbered, 1).seq == 1
spool.close()
print("works")
"""


def test_the_kiosk_loads_and_keeps_an_entry_where_none_of_it_is(tmp_path: Path) -> None:
    used = " ".join(sorted(UNIX_MODULES - {"posix"})), " ".join(sorted(UNIX_NAMES))
    done = subprocess.run(
        [sys.executable, "-c", ELSEWHERE, *used, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.strip() == "works", done.stderr
