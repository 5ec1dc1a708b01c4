"""A face as a detector leaves it, and which of several boxes are the same face."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

__all__ = ["Box", "Face", "inside", "iou", "merged", "same_place"]

_PART = 0.8
"""How much of the smaller box lies in the other when both are one face."""

Box = tuple[float, float, float, float]
"""Left, top, right, bottom in pixels of the picture."""


@dataclass(frozen=True, slots=True)
class Face:
    """One detected face. `points` (5 × 2) are pixels of the picture in the order of the detector's scheme, `score` is
    0–1, `by` names what found it, `turn`: quarter turns (counter-clockwise) after which it stands upright."""

    box: Box
    score: float
    points: NDArray[np.float64] = field(repr=False)
    by: str
    turn: int = 0
    margin: float | None = None
    """The detector's own unbounded number, where the score was made of one."""

    @property
    def size(self) -> float:
        """The shorter side of the box, pixels."""
        return min(self.box[2] - self.box[0], self.box[3] - self.box[1])


def iou(one: Box, other: Box) -> float:
    """Intersection over union, 0–1."""
    common = _common(one, other)
    return common / (_area(one) + _area(other) - common) if common else 0.0


def same_place(one: Box, other: Box) -> bool:
    """Whether two detectors mean the same face: they draw boxes of different sizes, so the middle counts as well."""
    if iou(one, other) > 0.25:
        return True
    small, large = sorted((one, other), key=_area)
    x, y = (small[0] + small[2]) / 2, (small[1] + small[3]) / 2
    inside = large[0] < x < large[2] and large[1] < y < large[3]
    return inside and _area(small) > 0.1 * _area(large)


def merged(faces: Sequence[Face], overlap: float) -> list[Face]:
    """Best first; of two that overlap more than `overlap` (IoU), or of which one lies in the other, the better one
    stays (a face cut by the edge of a tile is a part of the whole one). Equal scores keep their order."""
    kept: list[Face] = []
    for face in sorted(faces, key=lambda one: -one.score):
        if all(iou(face.box, one.box) <= overlap and inside(face.box, one.box) <= _PART for one in kept):
            kept.append(face)
    return kept


def inside(one: Box, other: Box) -> float:
    """Share of the smaller box that lies in the other."""
    return _common(one, other) / max(1e-9, min(_area(one), _area(other)))


def _common(one: Box, other: Box) -> float:
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    return width * height if width > 0 and height > 0 else 0.0


def _area(box: Box) -> float:
    return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])
