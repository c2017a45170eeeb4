"""The layers of docs/architecture.md, the roots and the empty packages, held by the tests themselves."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import grimp
import pytest

from tests.source_reading import names_used, uses

ROOT = Path(__file__).parent.parent
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
PACKAGES: list[str] = SETTINGS["root_packages"]
CONTRACTS = {contract["name"]: contract for contract in SETTINGS["contracts"]}
SOURCES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))

# Third-party packages that the pure layer stands on, and nothing else of that kind.
DOMAIN_NEEDS = {"cryptography", "cbor2", "base45", "orjson", "stdnum", "phonenumbers"}
# Standard modules by which a value could depend on where and when it is made. `hours` and `policy` take a
# time that they are given and turn it into a time of day.
IMPURE = {
    *("asyncio", "ctypes", "glob", "http", "importlib", "io", "logging", "multiprocessing", "os", "pathlib"),
    *(
        "platform",
        "random",
        "secrets",
        "select",
        "shutil",
        "signal",
        "socket",
        "sqlite3",
        "ssl",
        "subprocess",
    ),
    *("sys", "tempfile", "threading", "time", "urllib"),
}
# What tells the time of the world or of the process, or reads the environment. perf_counter only measures.
TELLING = {
    *("time.time", "time.time_ns", "time.localtime", "time.gmtime", "time.ctime", "time.clock_gettime"),
    *("time.clock_gettime_ns", "time.monotonic", "time.monotonic_ns", "time.boottime"),
    *("datetime.datetime.now", "datetime.datetime.utcnow", "datetime.datetime.today", "datetime.date.today"),
    *("os.environ", "os.environb", "os.getenv", "os.getenvb", "os.putenv"),
}
RANDOM = {"random", "secrets", "os.urandom", "uuid.uuid1", "uuid.uuid4", "numpy.random"}

# Who may read the clock or the environment besides the roots (`__main__.py`, web/app.py), and why.
CLOCKS = {
    "kiosk/host/machine.py": "is the gate's clocks: what the other modules are given",
    "kiosk/running/assembly.py": "puts the gate together for __main__ and hands the clocks down",
    "kiosk/commands/enrol.py": "is a command, which hands the clocks to camera, decoder and portal",
    "kiosk/commands/read.py": "is a command, which bounds the patience with its decoder",
    "reader/opencv.py": "must set OpenCV's limits before OpenCV is loaded",
    "bench/sync/headless.py": "puts a gate without camera and screen together, and hands the clocks down",
    "bench/sync/gate_process.py": "is the root of such a gate's process",
    "bench/sync/programs.py": "passes the environment on to the processes that it starts",
    "bench/real_postgres.py": "lets PostgreSQL be set up alike, whatever this machine's language is",
    "demo/kiosk_stand.py": "is a kiosk's root for pictures and tests, and hands the clocks down",
    "web/commands/key_commands.py": "is a command, whose rehearsal runs on clocks of its own",
    "web/db/connecting/engine.py": "measures how long a connection was idle, before it is trusted",
    "web/views/operations/metrics.py": "measures how long requests take, which no answer depends on",
    "web/settings.py": "must know how a command is typed here before the sentences that say so are made",
    "web/services/operations/processes.py": "passes the environment on to the processes that it starts",
    "demo/replay.py": "acts visitors in real time, and hands its clock to nobody",
    "demo/screens.py": "is a command of its own, which photographs the running product",
    "demo/lighthouse.py": "passes the environment on to npm and Lighthouse, and finds the user's cache",
    "demo/phone_pages.py": "opens an installation for its command, and hands it the clock",
    "demo/processes.py": "passes the environment on to the processes that it starts",
}


def module_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


@dataclass(frozen=True)
class Facts:
    """What the tests ask of a module."""

    sentence: str
    statements: int
    used: frozenset[str]
    bare: tuple[int, ...]


@cache
def facts_of(path: Path) -> Facts:
    """What a module says and uses, and in which lines it catches errors without their names; read once."""
    tree = tree_of(path)
    bare = (node for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler) and node.type is None)
    return Facts(
        (ast.get_docstring(tree) or "").split("\n")[0],
        len(tree.body),
        frozenset(names_used(tree)),
        tuple(node.lineno for node in bare),
    )


def is_root(path: Path) -> bool:
    return path.name == "__main__.py" or path == ROOT / "web" / "app.py"


def test_the_import_contracts_are_kept(tmp_path: Path):
    for package in PACKAGES:
        (tmp_path / package).symlink_to(ROOT / package, target_is_directory=True)
    assert [name for name, verdict in linted(tmp_path).items() if verdict == "BROKEN"] == []


def test_every_package_of_the_repository_has_its_layer():
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py") if path.parent.name != "tests"}
    contract = CONTRACTS["Lower packages never import higher ones"]
    layers = [name for layer in contract["layers"] for name in layer.split(" | ")]
    assert packages == set(PACKAGES) == set(layers)
    assert len(layers) == len(PACKAGES)


def test_every_folder_with_modules_is_a_package():
    folders = {path.parent for path in SOURCES if "migrations" not in path.parts}
    assert [module_of(folder) for folder in folders if not (folder / "__init__.py").exists()] == []


def test_the_packages_themselves_are_empty_but_for_a_sentence():
    packages = {module_of(path): facts_of(path) for path in SOURCES if path.name == "__init__.py"}
    assert [name for name, found in packages.items() if found.statements > bool(found.sentence)] == []


def test_every_folder_of_kiosk_and_web_says_what_is_in_it_and_can_be_taken_in_at_a_glance():
    folders = [
        path.parent
        for root in (ROOT / "kiosk", ROOT / "web")
        for path in root.rglob("__init__.py")
        if "migrations" not in path.parts and path.parent != ROOT / "kiosk"
    ]
    silent = [module_of(path) for path in folders if not facts_of(path / "__init__.py").sentence]
    modules = {module_of(path): len(list(path.glob("*.py"))) - 1 for path in folders}
    assert silent == []
    assert {name: count for name, count in modules.items() if count > 14} == {}
    assert {path.name for path in (ROOT / "kiosk").glob("*.py")} == {"__init__.py", "__main__.py"}


def test_domain_stands_on_six_packages_and_computes_only():
    graph = grimp.build_graph("domain", include_external_packages=True, cache_dir=None)
    at_home = {"domain", *sys.stdlib_module_names}
    assert {name for name in graph.modules if name.split(".")[0] not in at_home} == DOMAIN_NEEDS
    reached = {path.name: uses(facts_of(path).used, IMPURE) for path in (ROOT / "domain").glob("*.py")}
    assert {name: found for name, found in reached.items() if found} == {}


def test_only_roots_read_the_clock_and_the_environment():
    readers = {
        module_of(path) for path in SOURCES if not is_root(path) and uses(facts_of(path).used, TELLING)
    }
    assert readers - set(CLOCKS) == set(), (
        "pass a clock or a setting down from the root, or state why not in CLOCKS"
    )
    assert set(CLOCKS) - readers == set(), "these need no permission any more"


@pytest.mark.parametrize("package", ["domain", "reader", "printables"])
def test_what_is_computed_is_computed_without_chance(package: str):
    below = [path for path in (ROOT / package).rglob("*.py") if not is_root(path)]
    chancy = {module_of(path): uses(facts_of(path).used, RANDOM) for path in below}
    assert {name: found for name, found in chancy.items() if found} == {}


def test_no_error_is_caught_without_its_name():
    assert [f"{module_of(path)}:{line}" for path in SOURCES for line in facts_of(path).bare] == []


def test_every_module_says_in_a_sentence_what_it_is():
    first_lines = {module_of(path): facts_of(path).sentence for path in SOURCES if path.name != "__init__.py"}
    assert [name for name, line in first_lines.items() if not line.endswith((".", ":"))] == []


def test_no_file_of_tests_reaches_into_another():
    # What several share lies in a module of its own or in a conftest.py, where a test may change freely.
    reaching = re.compile(r"^ *(?:from|import) +(?:\w+\.)*test_\w+", re.M)
    files = [path for path in (ROOT / "tests").rglob("*.py") if reaching.search(path.read_text("utf-8"))]
    assert files == []
    assert reaching.search("x = 1\nfrom tests.web.services.places.test_places import there\n")


def linted(folder: Path) -> dict[str, str]:
    """The verdict on each contract for the packages in `folder`, from a process that knows no others."""
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()"]
    shutil.copy(ROOT / "pyproject.toml", folder)
    environment = {**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "200"}
    done = subprocess.run(
        [*command, "--no-cache"], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    print(done.stdout)  # shows which line broke a contract when a test fails
    found = re.findall(r"^(.+?) (KEPT|BROKEN)\b", done.stdout, re.MULTILINE)
    assert {name for name, _ in found} == set(CONTRACTS), done.stdout + done.stderr
    return dict(found)


@pytest.fixture
def skeleton(tmp_path: Path) -> Path:
    """The repository's modules, empty but for the imports that the contracts let be."""
    for path in SOURCES:
        copy = tmp_path / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.touch()
    for contract in SETTINGS["contracts"]:
        for ignored in contract.get("ignore_imports", []):
            importer, imported = ignored.split(" -> ")
            add_import(tmp_path, importer.replace(".**", ".any"), imported)
    return tmp_path


def add_import(folder: Path, importer: str, imported: str) -> None:
    with (folder / importer.replace(".", os.sep)).with_suffix(".py").open("a", encoding="utf-8") as file:
        file.write(f"import {imported}\n")


def test_a_skeleton_keeps_every_contract(skeleton: Path):
    assert set(linted(skeleton).values()) == {"KEPT"}


def test_each_contract_notices_what_it_forbids(skeleton: Path):
    forbidden = {
        "Lower packages never import higher ones": ("reader.reading", "kiosk.running.loop"),
        "A kiosk prints nothing": ("kiosk.gate.gate", "printables.pdf"),
        "Every module of domain has its layer": ("domain.newcomer", "domain.errors"),
        "Every folder of kiosk has its layer": ("kiosk.newcomer", "kiosk.host.clock"),
        "Every module of web has its layer": ("web.newcomer", "web.settings"),
        "Only the reader names the decoders": ("kiosk.decoder.decoder", "pyzbar"),
        "OpenCV is for the reader, cameras, the demo and benches": ("web.app", "reader.opencv"),
        "Only one module makes QR symbols": ("printables.kinds.poster", "segno"),
        "Only store and db speak SQL": ("web.views.logs.log", "sqlalchemy"),
        "What is no service knows no web framework": ("domain.code", "flask"),
    }
    assert set(forbidden) == set(CONTRACTS)
    for importer, imported in forbidden.values():
        add_import(skeleton, importer, imported)
    assert set(linted(skeleton).values()) == {"BROKEN"}


@pytest.mark.parametrize(
    ("contract", "importer", "imported"),
    [
        ("Lower packages never import higher ones", "web.services.places.places", "kiosk.running.loop"),
        ("Lower packages never import higher ones", "domain.code", "reader.reading"),
        ("Every module of domain has its layer", "domain.code", "domain.decision"),
        ("Every module of domain has its layer", "domain.venue", "domain.visitor"),
        ("Every folder of kiosk has its layer", "kiosk.spool.spool", "kiosk.gate.register"),
        ("Every folder of kiosk has its layer", "kiosk.uplink.uplink", "kiosk.desk.desk"),
        ("Every module of web has its layer", "web.store.places.places", "web.services.places.places"),
        ("Every module of web has its layer", "web.views.logs.log", "web.cli"),
    ],
)
def test_a_step_up_or_aside_breaks_its_contract_alone(
    skeleton: Path, contract: str, importer: str, imported: str
):
    add_import(skeleton, importer, imported)
    assert [name for name, verdict in linted(skeleton).items() if verdict == "BROKEN"] == [contract]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import time\ntime.time()", {"time.time"}),
        ("from time import time as now\nnow()", {"time.time"}),
        ("import datetime as d\nd.datetime.now()", {"datetime.datetime.now"}),
        ("from datetime import datetime\nx = datetime.now", {"datetime.datetime.now"}),
        ("import os\nos.environ['A']", {"os.environ"}),
        ("from os import environ\nenviron.get('A')", {"os.environ"}),
        ("import time\nrun(clock=time.monotonic)", {"time.monotonic"}),
        ("import time\ntime.sleep(1); time.perf_counter()", set()),
        ("def f(time):\n    return clock.time()", set()),
    ],
)
def test_a_clock_is_found_under_any_name(source: str, found: set[str]):
    assert uses(names_used(ast.parse(source)), TELLING) == found
