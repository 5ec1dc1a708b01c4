"""Slots of shared memory: each is in one place at a time, and there are only as many as this machine can hold."""

from __future__ import annotations

import sys
from collections import namedtuple
from pathlib import Path

import pytest

from core.decode import slots
from core.decode.slots import Slots
from core.errors import StorageError
from core.memory import attach

Usage = namedtuple("Usage", "total used free")
MIB = 1 << 20
SMALLEST = 12_000_000


def test_a_slot_is_free_taken_or_lent() -> None:
    with_two = Slots(2, SMALLEST, workers=1)
    try:
        assert {with_two.take(), with_two.take()} == {0, 1}
        assert with_two.take() is None
        with_two.put_back(1)
        assert with_two.take() == 1
        assert not with_two.release(1)  # it was taken, not lent
        with_two.lend(1)
        assert with_two.take() is None
        assert with_two.release(1)
        assert not with_two.release(1)  # twice would give it to two children
        assert with_two.take() == 1
        assert with_two.name(0) != with_two.name(1)
    finally:
        with_two.close()


def test_closing_removes_them_also_twice() -> None:
    one = Slots(1, SMALLEST, workers=1)
    name = one.name(0)
    one.close()
    one.close()
    assert one.take() is None
    with pytest.raises(FileNotFoundError):
        attach(name)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux says how much shared memory there is")
@pytest.mark.parametrize(
    ("free", "count", "size"),
    [
        (10_000 * MIB, 6, 100 * MIB),  # room for all
        (500 * MIB, 4, 100 * MIB),  # 450 can be used: fewer of them
        (200 * MIB, 3, 60 * MIB),  # one more than there are children, and smaller
    ],
)
def test_small_shared_memory_gives_fewer_and_smaller_ones(
    monkeypatch: pytest.MonkeyPatch, free: int, count: int, size: int
) -> None:
    monkeypatch.setattr(slots.shutil, "disk_usage", lambda _path: Usage(free, 0, free))
    monkeypatch.setattr(slots, "Segment", _Counted)
    _Counted.sizes.clear()
    Slots(6, 100 * MIB, workers=2).close()
    assert _Counted.sizes == [size] * count


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux says how much shared memory there is")
def test_too_little_shared_memory_is_said_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slots.shutil, "disk_usage", lambda _path: Usage(0, 0, 20 * MIB))
    with pytest.raises(StorageError, match="too little shared memory") as told:
        Slots(6, 100 * MIB, workers=2)
    assert "--shm-size" in told.value.advice
    assert Path("/dev/shm") == slots.SHARED_MEMORY


class _Counted:
    """Stands for a segment where only number and size matter."""

    sizes: list[int] = []  # noqa: RUF012 - one list for all of them is what is wanted

    def __init__(self, size: int) -> None:
        self.sizes.append(size)
        self.name = f"segment-{len(self.sizes)}"

    def close(self) -> None:
        return
