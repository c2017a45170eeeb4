"""The versions of the decoders, and the advice for an old zbar."""

from __future__ import annotations

import re

import pytest

from reader import versions


def test_every_library_tells_its_version():
    found = {library.name: library for library in versions.libraries()}
    assert set(found) == {"zxing-cpp", "zbar", "pyzbar", "OpenCV"}
    assert all(re.fullmatch(r"\d+(\.\d+)+", library.version) for library in found.values())


@pytest.mark.parametrize(
    ("version", "is_old"), [((0, 10, 0), True), ((0, 23, 0), True), ((0, 23, 92), False), ((0, 24, 1), False)]
)
def test_an_old_zbar_is_to_be_updated(
    version: tuple[int, int, int], is_old: bool, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(versions, "zbar_version", lambda: version)
    zbar = next(library for library in versions.libraries() if library.name == "zbar")
    assert (zbar.advice is not None) == is_old
