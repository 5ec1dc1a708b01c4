"""Which of a million 256-bit hashes lie within 31 bits of one: found through bands, not by comparing with all.

Multi-index hashing (Norouzi, Punjani and Fleet 2012): a hash is cut into 16 bands of 16 bits. Two hashes within 31 bits
agree in at least one band up to a single bit, because 16 bands with two or more differences each make 32. So for each
band the values with none or one bit turned are looked up, and only what is found there is compared. Nothing is missed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

__all__ = ["BYTES", "WITHIN", "NearIndex"]

WITHIN = 31
"""Bits in which near duplicates differ at most: what Meta recommends for PDQ."""
BYTES = 32
BANDS = 16
_VALUES = 1 << 16
_TURNED = np.array([0, *(1 << bit for bit in range(16))], np.uint16)
_LEAST_TAIL = 8192  # hashes that are compared one by one before they are put into the bands
_PIECE = 1 << 18  # comparisons made together: their hashes stay in the cache

Hashes = NDArray[np.uint64]


class NearIndex:
    """Hashes with their numbers; adding one costs about as much as looking for one.

    Newcomers wait in a tail that is compared as a whole. When it holds an eighth of what is in the bands, these are
    made anew, so that the work of that stays in proportion.
    """

    def __init__(self) -> None:
        self._numbers = np.empty(0, np.int64)
        self._hashes: Hashes = np.empty((0, 4), np.uint64)
        self._banded = 0
        self._length = 0
        self._order = np.empty(0, np.int32)
        self._starts = np.zeros((BANDS, _VALUES + 1), np.int64)

    def __len__(self) -> int:
        return self._length

    def extend(self, numbers: Sequence[int] | NDArray[np.int64], hashes: bytes) -> None:
        """Add many at once; `hashes` are 32 bytes each, one after the other."""
        found = np.frombuffer(hashes, np.uint64).reshape(-1, 4)
        if len(found) != len(numbers):
            raise ValueError(f"{len(numbers)} numbers for {len(found)} hashes")
        self._make_room(len(found))
        end = self._length + len(found)
        self._numbers[self._length : end] = numbers
        self._hashes[self._length : end] = found
        self._length = end
        if end - self._banded > max(_LEAST_TAIL, self._banded // 8):
            self._band()

    def add(self, number: int, bits: bytes) -> None:
        self.extend((number,), bits)

    def near(self, bits: bytes, within: int = WITHIN) -> NDArray[np.int64]:
        """The numbers of all hashes within so many bits of this one (31 at most), itself among them if it was added;
        ascending."""
        wanted: Hashes = np.frombuffer(bits, np.uint64).reshape(1, 4)
        tail = np.flatnonzero(_close(self._hashes[self._banded : self._length], wanted, within)) + self._banded
        places = np.concatenate((self._from_bands(wanted, within), tail)) if self._banded else tail
        return np.sort(self._numbers[places])

    def lowest(self, within: int = WITHIN) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
        """All hashes that have another one near: their numbers, and for each the lowest number within so many bits (31
        at most), itself included. Some at a time; a million hashes take a minute or two."""
        best = self._numbers[: self._length].copy()
        company = np.zeros(self._length, np.bool_)
        bands = _bands(self._hashes[: self._length])
        for band in range(BANDS if self._length else 0):
            for one, other in self._meetings(np.ascontiguousarray(bands[:, band]), within):
                company[one] = company[other] = True
                np.minimum.at(best, one, self._numbers[other])
                np.minimum.at(best, other, self._numbers[one])
        places = np.flatnonzero(company)
        for begin in range(0, len(places), _PIECE):
            some = places[begin : begin + _PIECE]
            yield self._numbers[some], best[some]

    # ------------------------------------------------------------------ inside

    def _make_room(self, more: int) -> None:
        needed = self._length + more
        if needed > len(self._numbers):
            room = max(needed, 2 * len(self._numbers), 1024)
            self._numbers = np.concatenate((self._numbers, np.empty(room - len(self._numbers), np.int64)))
            self._hashes = np.concatenate((self._hashes, np.empty((room - len(self._hashes), 4), np.uint64)))

    def _band(self) -> None:
        """Sort everything by each of its bands. One list for all bands, one line of beginnings for each."""
        bands = _bands(self._hashes[: self._length])
        order = np.empty((BANDS, self._length), np.int32)
        for band in range(BANDS):
            order[band] = np.argsort(bands[:, band], kind="stable")
            counts = np.bincount(bands[:, band], minlength=_VALUES)
            self._starts[band, 1:] = np.cumsum(counts) + band * self._length
            self._starts[band, 0] = band * self._length
        self._order = order.ravel()
        self._banded = self._length

    def _from_bands(self, bits: Hashes, within: int) -> NDArray[np.int64]:
        values = (_bands(bits)[0][:, None] ^ _TURNED).astype(np.int64)
        begins = np.take_along_axis(self._starts, values, axis=1)
        ends = np.take_along_axis(self._starts, values + 1, axis=1)
        _, places = _expanded(begins.ravel(), ends.ravel())
        candidates = np.unique(self._order[places])
        return candidates[_close(self._hashes.take(candidates, axis=0), bits, within)].astype(np.int64)

    def _meetings(
        self, values: NDArray[np.uint16], within: int
    ) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
        """Pairs of near places whose `values` in a band differ in one bit at most, some at a time. Hashes are laid out
        by value before: what is compared then lies side by side in memory."""
        order = np.argsort(values, kind="stable")
        hashes, sorted_values = self._hashes[: self._length].take(order, axis=0), values[order].astype(np.int64)
        starts = np.concatenate(([0], np.cumsum(np.bincount(values, minlength=_VALUES))))
        here = np.arange(self._length, dtype=np.int64)
        for mask in _TURNED.astype(np.int64):
            there = sorted_values ^ mask
            # Each pair once: of two values the lower one looks at the higher, within a value each at those behind it.
            begins, ends = (starts[there], starts[there + 1]) if mask else (here + 1, starts[there + 1])
            ends = np.where(there >= sorted_values, ends, begins)
            sums = np.cumsum(ends - begins)
            edges = [*np.searchsorted(sums, np.arange(0, int(sums[-1]), _PIECE)), self._length]
            for first, last in pairwise(edges):
                asked, places = _expanded(begins[first:last], ends[first:last])
                asked += first
                close = _close(hashes.take(places, axis=0), hashes.take(asked, axis=0), within)
                if close.any():
                    yield order[asked[close]], order[places[close]]


def _bands(hashes: Hashes) -> NDArray[np.uint16]:
    return np.ascontiguousarray(hashes).view(np.uint16).reshape(-1, BANDS)


def _close(hashes: Hashes, wanted: Hashes, within: int) -> NDArray[np.bool_]:
    """Which lie within so many bits. The four counts of a line are added in one multiplication; only where all 256 bits
    differ that overflows to 0, and there the first count is 64."""
    counts = np.bitwise_count(hashes ^ wanted)
    sums = (counts.view(np.uint32).ravel() * np.uint32(0x01010101)) >> np.uint32(24)
    return np.asarray((sums <= within) & (counts[:, 0] < 64))


def _expanded(begins: NDArray[np.int64], ends: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Ranges written out: which range, and each place in it."""
    counts = ends - begins
    before = np.cumsum(counts) - counts
    which = np.repeat(np.arange(len(begins), dtype=np.int64), counts)
    return which, np.arange(len(which), dtype=np.int64) + (begins - before)[which]
