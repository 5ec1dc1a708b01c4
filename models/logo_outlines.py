"""The outlines of all references in tables of one shape, so that many places are looked at in one go.

A picture is asked about hundreds of guesses, and each of them is a few thousand numbers: done one by one, more time
would go into asking NumPy than into its arithmetic.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from models.logo_reference import OUTLINE, Prepared

__all__ = ["SECTORS", "Outlines", "Placed"]

SECTORS = 12
SPARSE = 6
"""For a rough look every sixth sample of an outline is enough."""

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]


class Placed(NamedTuple):
    """Outlines in the frame: points (`x`, `y`) and their unit normals towards the logo (`nx`, `ny`), m × n each."""

    x: Numbers
    y: Numbers
    nx: Numbers
    ny: Numbers

    def rays(self, ways: Numbers) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """x and y of what lies so far along the normals; `ways`: m × k × n, or what stretches to that; pixels."""
        size = np.broadcast_shapes(ways.shape, self.x[:, None].shape)
        x, y = np.empty(size, np.float32), np.empty(size, np.float32)
        np.add(self.x[:, None], ways * self.nx[:, None], out=x, casting="same_kind")
        np.add(self.y[:, None], ways * self.ny[:, None], out=y, casting="same_kind")
        return x, y


@dataclass(frozen=True, slots=True)
class Outlines:
    """One row for each of r references; rows are filled up with their last sample, `used` and `deep_used` say up to
    where (all False where a reference has no outline). Pixels of the reference.

    `within`: r × n × 2, the points in coordinates about −1…1 around the middle. `inner`, `outer`: r × n. `deep`: r × n
    × 2, points in the flat interior. `ahead`: r × 3 × 3n, homogeneous: the points, then half a pixel further along the
    outline, then half a pixel back. `sector`: r × n, which twelfth around the middle. `few`, `few_normals`, `few_used`:
    every `SPARSE`-th point. `length`, `box` (left, top, right, bottom), `middle`, `half` (half of the longer side): r
    rows."""

    within: Numbers
    inner: Numbers
    outer: Numbers
    used: Flags
    deep: Numbers
    deep_used: Flags
    ahead: Numbers
    sector: NDArray[np.int64]
    few: Numbers
    few_normals: Numbers
    few_used: Flags
    length: Numbers
    box: Numbers
    middle: Numbers
    half: Numbers

    @classmethod
    def of(cls, references: Sequence[Prepared]) -> Self:
        count = len(references)
        points, normals, deep = (np.zeros((count, OUTLINE, 2)) for _ in range(3))
        inner, outer = np.zeros((count, OUTLINE)), np.zeros((count, OUTLINE))
        used, deep_used = np.zeros((count, OUTLINE), np.bool_), np.zeros((count, OUTLINE), np.bool_)
        length = np.zeros(count)
        for row, reference in enumerate(references):
            outline = reference.outline
            if outline is None:
                continue
            n, m = len(outline.points), len(outline.inside)
            points[row], normals[row] = _filled(outline.points), _filled(outline.normals)
            inner[row, :n], outer[row, :n], used[row, :n] = outline.inner, outline.outer, True
            if m:
                deep[row], deep_used[row, :m] = _filled(outline.inside), True
            length[row] = outline.length
        sizes = np.array([reference.size for reference in references], np.float64).reshape(-1, 2)
        around = points - sizes[:, None] / 2
        turn = (np.arctan2(around[..., 1], around[..., 0]) + np.pi) / (2 * np.pi)
        tangents = np.stack([-normals[..., 1], normals[..., 0]], axis=-1)
        three = np.concatenate([points, points + 0.5 * tangents, points - 0.5 * tangents], axis=1)
        middle, half = sizes / 2, sizes.max(1) / 2 if count else np.zeros(0)
        return cls(
            (points - middle[:, None]) / half[:, None, None],
            inner,
            outer,
            used,
            deep,
            deep_used,
            np.concatenate([three.swapaxes(1, 2), np.ones((count, 1, three.shape[1]))], axis=1),
            np.minimum((turn * SECTORS).astype(np.int64), SECTORS - 1),
            np.ascontiguousarray(points[:, ::SPARSE]),
            np.ascontiguousarray(normals[:, ::SPARSE]),
            np.ascontiguousarray(used[:, ::SPARSE]),
            length,
            np.array([reference.box for reference in references], np.float64).reshape(-1, 4),
            middle,
            half,
        )

    def there(self, which: NDArray[np.int64], places: Numbers) -> Placed:
        """For m references at m places (m × 3 × 3)."""
        moved = np.matmul(places, self.ahead[which])
        x, y = moved[:, 0] / moved[:, 2], moved[:, 1] / moved[:, 2]
        ahead, back = slice(OUTLINE, 2 * OUTLINE), slice(2 * OUTLINE, None)
        along, down = x[:, ahead] - x[:, back], y[:, ahead] - y[:, back]
        length = np.hypot(along, down) + 1e-9
        return Placed(x[:, :OUTLINE], y[:, :OUTLINE], down / length, -along / length)

    def corners(self, which: NDArray[np.int64], places: Numbers) -> Numbers:
        """m × 4 × 2, from the top left, clockwise as the reference is seen."""
        box = self.box[which]
        square = np.ones((len(which), 4, 3))
        square[..., 0], square[..., 1] = box[:, (0, 2, 2, 0)], box[:, (1, 1, 3, 3)]
        moved = np.matmul(square, places.swapaxes(1, 2))
        return np.asarray(moved[..., :2] / moved[..., 2:])


def _filled(rows: Numbers) -> Numbers:
    return rows[np.minimum(np.arange(OUTLINE), len(rows) - 1)]
