"""Two readings of one picture beside each other: which lines of the second engine belong to which of the first."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.ocr_easy import SecondLine

__all__ = ["agreement", "matched"]


def matched(
    quads: Sequence[NDArray[np.float32]], second: Sequence[SecondLine]
) -> tuple[list[list[SecondLine]], list[SecondLine]]:
    """For each quad (4 × 2) of the first engine the second's lines whose middle lies in its box, from left to right;
    and those that lie in none. All in the same pixels."""
    found: list[list[SecondLine]] = [[] for _ in quads]
    alone = []
    boxes = [(quad.min(axis=0), quad.max(axis=0)) for quad in quads]
    for line in second:
        middle = line.quad.mean(axis=0)
        inside = [i for i, (low, high) in enumerate(boxes) if (low <= middle).all() and (middle <= high).all()]
        if not inside:
            alone.append(line)
            continue
        nearest = min(inside, key=lambda i: float(np.hypot(*(quads[i].mean(axis=0) - middle))))
        found[nearest].append(line)
    for lines in found:
        lines.sort(key=lambda line: float(line.quad[:, 0].mean()))
    return found, alone


def agreement(first: str, second: str) -> float:
    """0…1: 1 − edit distance / length of the longer, letters without case, spaces left out (engines part words
    differently)."""
    a, b = ("".join(text.split()).casefold() for text in (first, second))
    longest = max(len(a), len(b))
    return 1.0 if not longest else 1 - _edits(a, b) / longest


def _edits(a: str, b: str) -> int:
    row = list(range(len(b) + 1))
    for i, left in enumerate(a, start=1):
        previous, row[0] = row[0], i
        for j, right in enumerate(b, start=1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (left != right))
    return row[-1]
