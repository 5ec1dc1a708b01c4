"""Keys of films on disk: sorted runs in a file without a name beside the database, looked up through a memory map.

A hundred thousand films have 40 million keys, which are 320 MB. Of them only one bit for every sixteen possible keys
is held in memory (32 MB): of the keys of a film it lets one in eight through, and only those are looked up in the file.
The file is gone with the process, however that ends.
"""

from __future__ import annotations

import contextlib
import mmap
import tempfile
import weakref
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

__all__ = ["FilmRuns", "Films", "Keys", "places"]

Keys = NDArray[np.uint32]
Films = NDArray[np.int32]

_COARSE = np.uint32(4)  # bits of a key that the filter leaves out
_EIGHT = np.uint32(3)
_PAIR = 8  # bytes of a key and the number of its film


def places(keys: Keys, run: Keys) -> NDArray[np.int64]:
    """The places in a sorted run that hold one of these keys."""
    begins, ends = np.searchsorted(run, keys, "left"), np.searchsorted(run, keys, "right")
    counts = ends - begins
    before = np.cumsum(counts) - counts
    return np.asarray(np.arange(int(counts.sum())) + np.repeat(begins - before, counts), np.int64)


class FilmRuns:
    """Runs that no longer change. `folder` is made where it is missing."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file: IO[bytes] | None = None
        self._map: mmap.mmap | None = None
        self._runs: list[tuple[int, int]] = []  # where each begins, in bytes, and how many keys it has
        self._filter = np.zeros(0, np.uint8)

    @property
    def holds(self) -> bool:
        """Whether anything was added."""
        return bool(self._runs)

    def add(self, keys: Keys, films: Films) -> None:
        """Write a run, sorted by keys. Raises `OSError` when there is no room; then nothing was added."""
        if self._file is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._file = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115 (it lives as long as this object)
            weakref.finalize(self, self._file.close)
            self._filter = np.zeros(1 << (32 - int(_COARSE) - int(_EIGHT)), np.uint8)
        at = sum(_padded(count) for _, count in self._runs)
        self._file.seek(at)
        self._file.write(keys.astype("<u4", copy=False).tobytes())
        self._file.write(films.astype("<i4", copy=False).tobytes())
        self._file.write(bytes(_padded(len(keys)) - len(keys) * _PAIR))
        self._file.flush()
        self._map = mmap.mmap(self._file.fileno(), at + _padded(len(keys)), access=mmap.ACCESS_READ)
        self._runs.append((at, len(keys)))
        self._let_through(keys)

    def met(self, keys: Keys) -> list[Films]:
        """For every run the numbers of films that have one of these ascending keys, once for each key."""
        if self._map is None:
            return []
        coarse = keys >> _COARSE
        some = keys[(self._filter[coarse >> _EIGHT] >> (coarse & 7).astype(np.uint8)) & 1 == 1]
        found = []
        for at, count in self._runs:
            run = np.frombuffer(self._map, "<u4", count, at)
            films = np.frombuffer(self._map, "<i4", count, at + 4 * count)
            found.append(films[places(some, run)].astype(np.int32, copy=False))
            self._release(at, count)
        return found

    def _let_through(self, keys: Keys) -> None:
        bits = keys >> _COARSE
        cells = bits >> _EIGHT
        values = np.left_shift(np.uint8(1), (bits & 7).astype(np.uint8))
        begins = np.flatnonzero(np.diff(cells, prepend=np.uint32(0xFFFFFFFF)))
        self._filter[cells[begins]] |= np.bitwise_or.reduceat(values, begins)

    def _release(self, at: int, count: int) -> None:
        """The pages stay in the system's cache, but they do not count as memory of this process."""
        if self._map is not None and hasattr(mmap, "MADV_DONTNEED"):
            with contextlib.suppress(OSError):
                self._map.madvise(mmap.MADV_DONTNEED, at, _padded(count))


def _padded(count: int) -> int:
    """Bytes of a run up to where the next one may begin in a map."""
    return -(-count * _PAIR // mmap.ALLOCATIONGRANULARITY) * mmap.ALLOCATIONGRANULARITY
