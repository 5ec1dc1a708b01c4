"""Which of a hundred thousand films show the same as one: by the perceptual hashes of their frames.

How two films are compared is vPDQ of Meta's ThreatExchange (`vpdq/cpp/hashing/matchTwoHash.cpp`, BSD-3-Clause): frames
of less than quality 50 do not count, two frames match within 31 bits, order and times do not matter, and what is told
is which share of either film's frames has a match in the other. Near duplicates are films of which one is found in the
other by three quarters (vPDQ: 80 %, but there both are hashed at the same moments; here every encoding has moments of
its own beside those). So a film and a piece of it are near duplicates as well.

Comparing with all others is out of the question: a hundred thousand films have millions of frames. Who may be near at
all is asked of an index of keys. A hash is cut into 8 bands of 32 bits; each band gives 32 keys, in each of which
another bit is left out. Two hashes have a key in common where a band of them differs in one bit at most. That misses
frames that differ in many bits; but a film has many frames, and one key is enough. Of the keys of a film only those
are kept that are divisible by a power of two, so that a few hundred remain: of a short film more for each frame than of
a long one, and whatever is kept for the long one is kept for its pieces, too (as FracMinHash does: Irber and others
2022). So whether two films meet does not depend on which of them came first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.film_hashes import FilmHashes
from core.search.film_runs import FilmRuns, Films, Keys, places
from core.search.near import WITHIN

__all__ = ["ENOUGH", "FilmIndex", "Keys", "Likeness", "comparable", "keys_of", "likeness"]

ENOUGH = 0.75
"""Share of the frames of one film that have a match in the other, from which both are near duplicates."""
HALF = 0.5
SEVERAL = 3  # good frames that a film needs to be known by them as a part of another
MOST_KEYS = 512  # a film
MOST_MET = 1000  # films that are compared with one: those that share most keys with it
_COMPARED = 1 << 20  # frames with frames, at once
_FRAMES = 1024  # that keys are made of at once
_BANDS = 8
_BUFFER = 1 << 16  # keys that wait before they are sorted in
_LARGEST_RUN = 1 << 20  # keys that are sorted together: more would need much memory for a moment

Hashes = NDArray[np.uint64]


# ---------------------------------------------------------------------- two films


@dataclass(frozen=True, slots=True)
class Likeness:
    """`first`, `second`: which share (0-1) of the good frames of each has a match in the other within 31 bits. `bits`:
    in how many bits matching frames may differ at least, so that both are near duplicates; None: they are not."""

    first: float
    second: float
    bits: int | None

    @property
    def near(self) -> bool:
        return self.bits is not None


def likeness(first: FilmHashes, second: FilmHashes) -> Likeness:
    """How much of two films is the same, frame by frame.

    A film that has less than three good frames is near another one only when each is found in the other, and one that
    shows the same picture all the time only when at least half of the other is found in it: a title card says too
    little about what comes before and after it. Where the most of such a film is black, it says nothing at all.
    """
    one, other = _Frames(first), _Frames(second)
    if not one.fit or not other.fit:
        return Likeness(0.0, 0.0, None)
    left, right = _nearest(one.hashes, other.hashes)
    if (int(left.min()) if len(left) else WITHIN + 1) > WITHIN:
        return Likeness(0.0, 0.0, None)
    # The shares at every tolerance from 0 to 31; they only grow.
    shares = one.shares(left), other.shares(right)
    near = np.minimum(*shares) >= ENOUGH
    for film, share in zip((one, other), shares, strict=True):
        near |= (share >= ENOUGH) & (film.telling or film.several & (np.minimum(*shares) >= HALF))
    bits = int(near.argmax()) if near.any() else None
    return Likeness(float(shares[0][WITHIN]), float(shares[1][WITHIN]), bits)


def comparable(film: FilmHashes) -> bool:
    """Whether this film can be compared at all, or is too dark or blank for that."""
    return _Frames(film).fit


class _Frames:
    """The good frames of a film: each hash once, with how many frames have it. `telling`: it shows enough to be known
    by that as a part of something longer. `fit`: it can be compared at all."""

    def __init__(self, film: FilmHashes) -> None:
        every = _words(film.good())
        self.hashes, self._weights = np.unique(every, axis=0, return_counts=True)
        self._count = len(every)
        self.several = self._count >= SEVERAL
        self.telling = self.several and bool((_differences(every[:1], self.hashes) > WITHIN).any())
        self.fit = self._count > 0 and (self.telling or 2 * self._count >= len(film))

    def shares(self, distances: NDArray[np.int64]) -> NDArray[np.float64]:
        """By tolerance (0 to 31): the share of frames that have a match."""
        counts = np.bincount(np.minimum(distances, WITHIN + 1), self._weights, WITHIN + 2)
        return np.asarray(np.cumsum(counts)[: WITHIN + 1] / self._count)


def _words(film: FilmHashes) -> Hashes:
    return np.ascontiguousarray(film.hashes).view(np.uint64).reshape(-1, 4)


def _differences(some: Hashes, others: Hashes) -> NDArray[np.int64]:
    return np.asarray(np.bitwise_count(some[:, None, :] ^ others[None, :, :]).sum(axis=2, dtype=np.int64))


def _nearest(one: Hashes, other: Hashes) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For each hash the distance to the nearest one on the other side."""
    left, right = np.empty(len(one), np.int64), np.full(len(other), 256, np.int64)
    step = max(1, _COMPARED // max(1, len(other)))
    for begin in range(0, len(one), step):
        distances = _differences(one[begin : begin + step], other)
        left[begin : begin + step] = distances.min(axis=1)
        np.minimum(right, distances.min(axis=0), out=right)
    return left, right


# ---------------------------------------------------------------------- who may be near


def keys_of(film: FilmHashes) -> Keys:
    """What a film is found by: at most 512 numbers, ascending. None for a film without good frames."""
    hashes = np.unique(_words(film.good()), axis=0)
    zeros = max(0, (len(hashes) * _BANDS * 32 // (32 * MOST_KEYS)).bit_length() - 1)
    parts = [_some(hashes[begin : begin + _FRAMES], zeros) for begin in range(0, len(hashes), _FRAMES)]
    keys = np.unique(np.concatenate(parts)) if parts else np.empty(0, np.uint64)
    while len(keys) > MOST_KEYS:
        zeros += 1
        keys = keys[_divisible(keys, zeros)]
    return np.unique((keys & np.uint64(0xFFFFFFFF)).astype(np.uint32))


def _some(hashes: Hashes, zeros: int) -> NDArray[np.uint64]:
    """Those keys of these hashes that are divisible by so many twos, in 64 bits."""
    bands = np.ascontiguousarray(hashes).view(np.uint32).reshape(-1, _BANDS).astype(np.uint64)
    bit = np.arange(32, dtype=np.uint64)
    left_out = ~(np.uint64(1) << bit) & np.uint64(0xFFFFFFFF)
    which = ((np.arange(_BANDS, dtype=np.uint64)[:, None] << np.uint64(5)) | bit) << np.uint64(32)
    keys = _mixed(((bands[:, :, None] & left_out) | which).ravel())
    return keys[_divisible(keys, zeros)]


def _mixed(keys: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The finaliser of splitmix64 (Steele, Lea and Flood 2014): bits as good as drawn by chance."""
    keys = (keys ^ (keys >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    keys = (keys ^ (keys >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(keys ^ (keys >> np.uint64(31)))


def _divisible(keys: NDArray[np.uint64], zeros: int) -> NDArray[np.bool_]:
    """By the upper half, because the lower one is what is kept of a key."""
    return np.asarray(((keys >> np.uint64(32)) & np.uint64((1 << zeros) - 1)) == 0)


class FilmIndex:
    """Films by their keys: sorted runs that grow by being merged, as in a log-structured tree, and a few that wait.
    Adding a film costs no more than looking for one. Runs that have become large go into a file in `folder`; without
    one, or where it has no room, they stay in memory: 320 MB for the 40 million keys of a hundred thousand films."""

    def __init__(self, folder: Path | None = None) -> None:
        self._kept = FilmRuns(folder) if folder is not None else None
        self._runs: list[tuple[Keys, Films]] = []
        self._waiting: list[tuple[Keys, int]] = []
        self._held = 0

    @property
    def in_memory(self) -> int:
        """Keys that are not in the file."""
        return self._held + sum(len(keys) for keys, _ in self._runs)

    def add(self, number: int, keys: Keys) -> None:
        self.extend([(number, keys)])

    def extend(self, films: Iterable[tuple[int, Keys]]) -> None:
        """Add many at once, each with its number."""
        for number, keys in films:
            self._waiting.append((keys, number))
            self._held += len(keys)
            if self._held >= _LARGEST_RUN // 4:
                self._settle()
        if self._held >= _BUFFER:
            self._settle()

    def met(self, keys: Keys) -> list[int]:
        """The numbers of films that share keys with this one: at most 1000, those that share most first, of equals the
        lowest number first."""
        if not len(keys):
            return []
        found = [films[places(keys, run)] for run, films in self._runs]
        found += self._kept.met(keys) if self._kept is not None else []
        if self._waiting:
            waiting, films = _joined(self._waiting)
            near = np.minimum(np.searchsorted(keys, waiting), len(keys) - 1)
            found.append(films[keys[near] == waiting])
        numbers, counts = np.unique(np.concatenate(found), return_counts=True) if found else (_NONE, _NONE)
        order = np.lexsort((numbers, -counts))[:MOST_MET]
        return [int(number) for number in numbers[order]]

    def _settle(self) -> None:
        keys, films = _joined(self._waiting)
        self._waiting, self._held = [], 0
        self._runs.append(_sorted(keys, films))
        while len(self._runs) > 1:
            (last, last_films), (before, before_films) = self._runs[-1], self._runs[-2]
            if len(before) > 2 * len(last) or len(before) + len(last) > _LARGEST_RUN:
                break
            self._runs[-2:] = [_sorted(np.concatenate((before, last)), np.concatenate((before_films, last_films)))]
        self._put_away()

    def _put_away(self) -> None:
        """Runs that will hardly be merged any more go into the file."""
        if self._kept is None:
            return
        try:
            while self._runs and len(self._runs[0][0]) > _LARGEST_RUN // 2:
                self._kept.add(*self._runs[0])
                del self._runs[0]
        except OSError:
            self._kept = self._kept if self._kept.holds else None


_NONE = np.empty(0, np.int64)


def _joined(films: Sequence[tuple[Keys, int]]) -> tuple[Keys, Films]:
    lengths = [len(keys) for keys, _ in films]
    numbers = np.array([number for _, number in films], np.int32)
    return np.concatenate([keys for keys, _ in films]), np.repeat(numbers, lengths)


def _sorted(keys: Keys, films: Films) -> tuple[Keys, Films]:
    order = np.argsort(keys, kind="stable")
    return keys[order], films[order]
