"""The nearest vectors, searched exactly: every stored vector is compared, piece by piece, in a bounded memory.

Vectors have length 1 (models see to that), so nearness is the cosine: 1 the same, 0 nothing in common. Half a million
vectors of 768 numbers take about a second; an approximate index (hnswlib) would be faster and is not needed for that.
Pure arithmetic: where vectors come from and what they stand for is the case's business.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Chunk", "Hit", "mean_query", "nearest"]

_ROOM = 4  # times as many owners as are wanted are kept before the far ones are dropped


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some stored vectors: owner (content id) and sample number of each, and float16 [rows, dimensions]."""

    owners: NDArray[np.int64]
    samples: NDArray[np.int64]
    values: NDArray[np.float16]


@dataclass(frozen=True, slots=True, order=False)
class Hit:
    """The best sample of one owner: `score` is the cosine to the nearest of the queries, −1…1."""

    owner: int
    sample: int
    score: float


def nearest(
    chunks: Iterable[Chunk],
    queries: NDArray[np.float32],
    wanted: int,
    at_least: float = -1.0,
    without: frozenset[int] = frozenset(),
) -> list[Hit]:
    """The `wanted` owners with the highest cosine to any query, best first; one hit an owner, its best sample.

    `queries` float32 [queries, dimensions]; `without`: owners that are not looked for (the item itself). Equal scores
    are ordered by owner and sample, so the same question has the same answer.
    """
    best: dict[int, tuple[float, int]] = {}
    floor = at_least
    for chunk in chunks:
        if not len(chunk.owners) or chunk.values.shape[1] != queries.shape[1]:
            continue
        scores = (chunk.values.astype(np.float32) @ queries.T).max(axis=1)
        for row in np.flatnonzero(scores >= floor):
            owner, score, sample = int(chunk.owners[row]), float(scores[row]), int(chunk.samples[row])
            known = best.get(owner)
            if owner not in without and (known is None or (score, -sample) > (known[0], -known[1])):
                best[owner] = (score, sample)
        if len(best) > _ROOM * wanted:
            best = dict(_first(best, wanted))
            floor = max(floor, min(score for score, _ in best.values()))
    return [Hit(owner, sample, score) for owner, (score, sample) in _first(best, wanted)]


def mean_query(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Several vectors as one question (several wordings of a sentence): their mean, at length 1 again, [1, dims]."""
    mean = values.astype(np.float32).mean(axis=0, keepdims=True)
    return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-12), dtype=np.float32)


def _first(best: dict[int, tuple[float, int]], wanted: int) -> list[tuple[int, tuple[float, int]]]:
    return sorted(best.items(), key=lambda one: (-one[1][0], one[0], one[1][1]))[:wanted]
