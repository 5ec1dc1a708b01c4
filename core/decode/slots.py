"""The shared memory that decode children write into: made, counted and removed here."""

from __future__ import annotations

import shutil
import sys
from collections import deque
from pathlib import Path

from core.errors import StorageError
from core.memory import Segment

__all__ = ["SHARED_MEMORY", "SLOT_BYTES", "Slots"]

SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - where Linux keeps shared memory; only its size is asked
SLOT_BYTES = 100_000_000  # room for one picture of `SamplingPolicy.sample_pixels`
_SMALLEST_SLOT = 12_000_000


class Slots:
    """Segments of equal size, named by numbers from 0. Each is free, with a child (taken), or with the caller (lent).

    Not safe for threads by itself: the pool asks under its own lock.
    """

    def __init__(self, count: int, slot_bytes: int, workers: int) -> None:
        """`count` slots of `slot_bytes` bytes for `workers` children; fewer or smaller ones where the shared memory of
        this machine is small. Raises `StorageError` where they would be smaller than a decoder can work with."""
        count, self.slot_bytes = _affordable(count, slot_bytes, workers)
        self._segments = _segments(count, self.slot_bytes)
        self._free = deque(range(count))
        self._lent: set[int] = set()

    def name(self, number: int) -> str:
        """What the segment of this slot is called."""
        return self._segments[number].name

    def take(self) -> int | None:
        """A free slot, for a child; None: there is none."""
        return self._free.popleft() if self._free else None

    def put_back(self, number: int) -> None:
        """A slot that was taken is free again; nobody else was told of it."""
        self._free.append(number)

    def lend(self, number: int) -> None:
        """A slot that was taken is the caller's until `release`."""
        self._lent.add(number)

    def release(self, number: int) -> bool:
        """The caller has done with it. False: it was not lent, and nothing changes."""
        if number not in self._lent:
            return False
        self._lent.remove(number)
        self._free.append(number)
        return True

    def close(self) -> None:
        """Remove all of them. Calling it twice is fine."""
        for segment in self._segments:
            segment.close()
        self._segments = []
        self._free.clear()
        self._lent.clear()


def _segments(count: int, slot_bytes: int) -> list[Segment]:
    made: list[Segment] = []
    try:
        for _ in range(count):
            made.append(Segment(slot_bytes))
    except OSError as error:
        for segment in made:
            segment.close()
        raise StorageError(
            f"There is no shared memory to decode into ({error.strerror or error}).",
            f"Make {SHARED_MEMORY} usable (in a container: --shm-size=2g), or restart the computer.",
        ) from error
    return made


def _affordable(count: int, slot_bytes: int, workers: int) -> tuple[int, int]:
    """As many slots of that size as the shared memory of this machine holds, fewer or smaller where it is small."""
    if not sys.platform.startswith("linux") or not SHARED_MEMORY.is_dir():
        return count, slot_bytes
    free = int(shutil.disk_usage(SHARED_MEMORY).free * 0.9)
    if count * slot_bytes > free:
        count = max(workers + 1, min(count, free // slot_bytes))
        slot_bytes = min(slot_bytes, free // count)
    if slot_bytes < _SMALLEST_SLOT:
        raise StorageError(
            f"There is too little shared memory ({free // 1_000_000} MB free in {SHARED_MEMORY}).",
            "Make it larger (in a container: --shm-size=2g) or use fewer workers.",
        )
    return count, slot_bytes
