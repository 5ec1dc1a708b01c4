"""A file of hashes finds what is in it and nothing else, in however many pieces it was written."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

from core.case import kept_hashes
from core.case.kept_hashes import KeptHashes, KeptWriter, sha256_of


def some(count: int, width: int, seed: int) -> list[bytes]:
    lines = np.random.default_rng(seed).integers(0, 256, (count, width), np.uint8)
    lines[::5, :8] = lines[0, :8]  # many that begin alike
    return [line.tobytes() for line in lines]


@pytest.mark.parametrize("run", [7, 100, 10_000])
def test_what_is_in_it_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: int) -> None:
    monkeypatch.setattr(kept_hashes, "_RUN", run)
    lists = {width: some(500, width, width) for width in (16, 20, 32)}
    path = tmp_path / "a.hashes"
    with KeptWriter(path) as writer:
        for width, lines in lists.items():
            for begin in range(0, 500, 13):
                writer.add(width, b"".join(lines[begin : begin + 13]))
        digest = writer.close()
    assert digest == sha256_of(path) == hashlib.sha256(path.read_bytes()).hexdigest()
    kept = KeptHashes(path)
    for width, lines in lists.items():
        strangers = [line[:-1] + bytes([line[-1] ^ 1]) for line in lines[:50]] + some(50, width, 99)
        asked = [*strangers, *lines]
        known = set(lines)
        assert kept.among(width, asked).tolist() == [one in known for one in asked]
        assert kept.among(width, []).tolist() == []


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.hashes"
    for data in (b"", b"x" * 7, b"x" * 100):
        path.write_bytes(data)
        with pytest.raises(ValueError, match="no kept list"):
            KeptHashes(path)


def test_what_was_broken_off_is_taken_away(tmp_path: Path) -> None:
    path = tmp_path / "a.hashes"

    def write() -> None:
        with KeptWriter(path) as writer:
            writer.add(16, b"x" * 16)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        write()
    assert not path.exists()
