"""Flat shapes in a picture: stretches of nearly one brightness with a sharp edge all around, and how alike two are.

A glyph in one colour has few corners, so local features alone do not find it. But its parts stand out from their
surroundings (`models.logo_parts`). They are described by their silhouette in coordinates in which their second moments
are round (Baumberg 2000): what is left of a plane seen from anywhere is then a turn, and turns are found by circular
correlation.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models import logo_parts

__all__ = [
    "ANGLES",
    "AT_MOST",
    "RINGS",
    "TURNED",
    "Shapes",
    "alike",
    "commonness",
    "describe",
    "find",
    "spectrum",
]

RINGS, ANGLES, REACH = 10, 48, 2.6
"""The polar grid of a silhouette; its outermost ring lies so many standard deviations from the middle."""
AT_MOST = 96
_RADII = (np.arange(RINGS) + 0.5) / RINGS * REACH
_TURNS = np.arange(ANGLES) * 2 * np.pi / ANGLES
_GRID = np.stack([np.outer(_RADII, np.cos(_TURNS)).ravel(), np.outer(_RADII, np.sin(_TURNS)).ravel()])
TURNED = np.stack([np.cos(_TURNS), -np.sin(_TURNS), np.sin(_TURNS), np.cos(_TURNS)], axis=1).reshape(-1, 2, 2)
"""The 2 × 2 matrices of all turns, one step each."""
WEIGHTS = (_RADII / _RADII.sum() / ANGLES).astype(np.float32)

Grey = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Shapes:
    """`masks`: n × RINGS × ANGLES, bool. `centres`: n × 2 (x, y). `spreads`: n × 3, the symmetric square root of the
    second moments (xx, xy, yy). Pixels of the picture they were found in."""

    masks: NDArray[np.bool_]
    centres: NDArray[np.float32]
    spreads: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.masks)

    def all_spreads(self) -> NDArray[np.float64]:
        """n × 2 × 2: from the round coordinates to pixels."""
        return self.spreads[:, (0, 1, 1, 2)].reshape(-1, 2, 2).astype(np.float64)

    @classmethod
    def of(cls, parts: list[tuple[NDArray[np.bool_], NDArray[np.float64], NDArray[np.float64]]]) -> Shapes:
        """From what `describe` gives."""
        if not parts:
            return cls(
                np.zeros((0, RINGS, ANGLES), np.bool_), np.zeros((0, 2), np.float32), np.zeros((0, 3), np.float32)
            )
        return cls(
            np.stack([mask for mask, _, _ in parts]),
            np.array([centre for _, centre, _ in parts], np.float32),
            np.array([[s[0, 0], s[0, 1], s[1, 1]] for _, _, s in parts], np.float32),
        )


def describe(
    mask: NDArray[np.bool_], left: int = 0, top: int = 0
) -> tuple[NDArray[np.bool_], NDArray[np.float64], NDArray[np.float64]]:
    """The silhouette, centre and spread (2 × 2) of the set pixels of `mask`, whose corner lies at (left, top)."""
    rows, columns = np.nonzero(mask)
    points = np.stack([columns, rows]).astype(np.float64)
    centre = points.mean(1)
    off = points - centre[:, None]
    # A pixel is a square, not a point: without its own spread a line of one pixel would have none across.
    moments = off @ off.T * np.true_divide(1, len(rows)) + np.eye(2) / 12
    values, axes = np.linalg.eigh(moments)
    spread = (axes * np.sqrt(values)) @ axes.T
    at = np.rint(centre[:, None] + spread @ _GRID).astype(np.int64)
    height, width = mask.shape
    inside = (at[0] >= 0) & (at[1] >= 0) & (at[0] < width) & (at[1] < height)
    silhouette = np.zeros(RINGS * ANGLES, np.bool_)
    silhouette[inside] = mask[at[1][inside], at[0][inside]]
    return silhouette.reshape(RINGS, ANGLES), centre + np.array([left, top]), spread


def find(grey: Grey, at_most: int = AT_MOST) -> Shapes:
    """The most stable flat parts of a grey picture, dark ones and bright ones; those at its border are left out."""
    return Shapes.of([describe(one.mask, one.left, one.top) for one in logo_parts.stable(grey, at_most)])


def spectrum(masks: NDArray[np.bool_]) -> tuple[NDArray[np.complex64], NDArray[np.float32]]:
    """What comparing needs of silhouettes: Fourier transform along the angle, weighted by ring, and weighted area."""
    weighted = masks.astype(np.float32) * np.sqrt(WEIGHTS)[None, :, None]
    return np.fft.rfft(weighted, axis=2).astype(np.complex64), (masks * WEIGHTS[None, :, None]).sum((1, 2))


def alike(
    mine: tuple[NDArray[np.complex64], NDArray[np.float32]], other: tuple[NDArray[np.complex64], NDArray[np.float32]]
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """For every pair the best overlap (intersection over union of the silhouettes, 0–1) over all turns, and that turn
    in steps of 360°/ANGLES, from `other` to `mine`."""
    (a, a_area), (b, b_area) = mine, other
    # One product a frequency: a stack of matrix products, which is quicker than the same as one sum.
    cross = np.matmul(a.transpose(2, 0, 1), b.conj().transpose(2, 1, 0))
    common = np.fft.irfft(cross.transpose(1, 2, 0), n=ANGLES, axis=2)
    best = common.max(2)
    return (best / (a_area[:, None] + b_area[None] - best + 1e-9)).astype(np.float32), common.argmax(2)


def commonness(shapes: Shapes) -> float:
    """How much the most special of these silhouettes is like a shape that is everywhere: disc, box, triangle, half
    disc, ring, crescent, each in any perspective (0–1)."""
    if not len(shapes):
        return 0.0
    overlap, _ = alike(spectrum(shapes.masks), _everywhere())
    return float(overlap.max(1).min())


@functools.cache
def _everywhere() -> tuple[NDArray[np.complex64], NDArray[np.float32]]:
    y, x = np.mgrid[-1.2:1.2:240j, -1.2:1.2:240j]
    disc = np.hypot(x, y) <= 1
    shapes = (
        disc,
        (np.abs(x) <= 0.8) & (np.abs(y) <= 0.8),
        (y <= 0.9) & (y >= np.abs(x) * 1.7 - 0.9),
        disc & (y >= 0),
        disc & (np.hypot(x, y) >= 0.7),
        disc & (np.hypot(x - 0.4, y) >= 0.95),
    )
    return spectrum(np.stack([describe(shape)[0] for shape in shapes]))
