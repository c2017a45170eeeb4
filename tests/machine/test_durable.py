"""A small file is replaced whole and for its owner alone, or stays as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from machine.durable import make_folder_durably, write_durably


def test_a_file_is_replaced_and_only_its_owner_reads_it(tmp_path: Path):
    path = tmp_path / "new" / "file"
    for content in (b"first", b""):
        write_durably(path, content)
        assert path.read_bytes() == content
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_what_cannot_be_written_leaves_nothing_behind(tmp_path: Path):
    path = tmp_path / "folder"
    make_folder_durably(path / "in it")
    with pytest.raises(OSError, match="directory"):
        write_durably(path, b"never")
    assert [each.name for each in tmp_path.iterdir()] == ["folder"]
