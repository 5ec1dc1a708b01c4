"""Reading a source again: what is as it was, what differs, and what cannot be read; also where paths are very long."""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

import pytest

from core.evidence.integrity import Registered, SourceState, reread

BYTES = b"evidence"


def registered(folder: Path, path: str, data: bytes = BYTES) -> Registered:
    return Registered(7, os.fsencode(folder), os.fsencode(path), hashlib.sha256(data).hexdigest())


def test_what_is_as_it_was_what_differs_and_what_is_gone(tmp_path: Path) -> None:
    (tmp_path / "same").write_bytes(BYTES)
    (tmp_path / "other").write_bytes(b"changed")
    copies = [registered(tmp_path, name) for name in ("same", "other", "gone")]
    seen: list[int] = []
    assert reread(copies, 1, seen.append) == {7: SourceState(checked=3, changed=1, missing=1)}
    assert seen[-1] == 3


@pytest.mark.skipif(sys.platform == "win32", reason="folders are made one inside the other by descriptors")
def test_a_path_longer_than_the_system_takes_at_once_is_read(tmp_path: Path) -> None:
    """The listing finds such files and hashes them, so reading them again must not call them unreadable."""
    parts = ["d" * 200] * 22
    folder = os.open(tmp_path, os.O_RDONLY)
    for part in parts:
        os.mkdir(part, dir_fd=folder)
        inner = os.open(part, os.O_RDONLY, dir_fd=folder)
        os.close(folder)
        folder = inner
    with open(os.open("deep", os.O_WRONLY | os.O_CREAT, dir_fd=folder), "wb") as file:
        file.write(BYTES)
    os.close(folder)
    path = "/".join([*parts, "deep"])
    assert len(path) > 4096
    assert reread([registered(tmp_path, path)], 1) == {7: SourceState(checked=1)}
