"""One read, three hashes; a file that is not what was listed has none."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from core.evidence import hashing
from core.evidence.hashing import HEAD, TAIL, Changed, hash_file
from core.evidence.opening import CannotOpen

SIZES = [0, 1, TAIL - 1, HEAD, HEAD + 1, 256 * 1024, 256 * 1024 + 5, 4 * 1024 * 1024, 4 * 1024 * 1024 + 1, 9_000_001]


@pytest.mark.parametrize("size", SIZES)
def test_the_hashes_are_right(tmp_path: Path, size: int) -> None:
    data = (b"Asservat" * (size // 8 + 1))[:size]
    path = tmp_path / "a"
    path.write_bytes(data)
    found = hash_file(str(path), (size, path.stat().st_mtime_ns))
    assert found.size == size
    assert found.md5 == hashlib.md5(data).hexdigest()
    assert found.sha1 == hashlib.sha1(data).hexdigest()
    assert found.sha256 == hashlib.sha256(data).hexdigest()
    assert found.head == data[:HEAD]
    assert found.tail == data[-TAIL:]


@pytest.mark.parametrize("size", [10, 5_000_000])
def test_only_what_is_asked_for(tmp_path: Path, size: int) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"x" * size)
    found = hash_file(os.fsencode(path), algorithms=("sha256",))
    assert found.sha256 == hashlib.sha256(b"x" * size).hexdigest()
    assert (found.md5, found.sha1) == ("", "")


def test_signs_of_life_on_the_way(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"x" * 5_000_000)
    seen: list[int] = []
    hash_file(str(path), alive=seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == 5_000_000
    assert len(seen) >= 5


def test_a_file_that_is_not_as_listed(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"12345")
    when = path.stat().st_mtime_ns
    for expected in ((4, when), (5, when - 1)):
        with pytest.raises(Changed) as caught:
            hash_file(str(path), expected)
        assert caught.value.code == "changed"


@pytest.mark.parametrize("size", [100, 5_000_000])
def test_a_file_that_grows_under_the_reading(tmp_path: Path, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"x" * size)
    genuine = hashing._read_into
    calls: list[int] = []

    def growing(descriptor: int, view: memoryview[int]) -> int:
        if not calls:
            with path.open("ab") as file:
                file.write(b"more")
        calls.append(1)
        return genuine(descriptor, view)

    monkeypatch.setattr(hashing, "_read_into", growing)
    with pytest.raises(Changed):
        hash_file(str(path))


@pytest.mark.parametrize("size", [100, 5_000_000])
def test_a_medium_that_fails(tmp_path: Path, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"x" * size)
    genuine = hashing._read_into
    left = [1]

    def failing(descriptor: int, view: memoryview[int]) -> int:
        if not left:
            raise OSError(5, "Input/output error")
        left.pop()
        return genuine(descriptor, view)

    monkeypatch.setattr(hashing, "_read_into", failing)
    with pytest.raises(CannotOpen, match="Input/output error") as caught:
        hash_file(str(path))
    assert caught.value.code == "unreadable"


def test_nothing_is_left_open(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"x")
    first = os.open(path, os.O_RDONLY)
    os.close(first)
    hash_file(str(path))
    with pytest.raises(Changed):
        hash_file(str(path), (7, 7))
    second = os.open(path, os.O_RDONLY)
    os.close(second)
    assert first == second
