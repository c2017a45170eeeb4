"""What the child calls instead of the readers, so that it fails in every way."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

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


@pytest.fixture(scope="module")
def odd_work(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Put the odd work where the child finds it: it inherits the module path."""
    folder = tmp_path_factory.mktemp("work")
    (folder / "odd_work.py").write_text(ODD_WORK)
    sys.path.insert(0, str(folder))
    yield "odd_work:work"
    sys.path.remove(str(folder))
