"""Flat shapes in a picture: stretches of nearly one brightness with a sharp edge all around, and how alike two are.

A glyph in one colour has few corners, so local features alone do not find it. But its parts stand out at every
threshold between its brightness and its surroundings. Such stable parts (after Matas et al. 2002, "maximally stable
extremal regions", on a coarse scale of levels) are described by their silhouette in coordinates in which their second
moments are round (Baumberg 2000): what is left of a plane seen from anywhere is then a turn, and turns are found by
circular correlation.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

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
LEVEL, SMALLEST, NARROWEST, GROWTH = 16, 50, 5, 1.25
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
    import cv2

    soft = np.asarray(cv2.GaussianBlur(grey, (0, 0), 0.7), np.uint8)
    found = _stable(soft, 0) + _stable(np.asarray(255 - soft, np.uint8), 1)
    found.sort(key=lambda one: (-one.steps, one.growth, -one.area, one.x, one.y))
    return Shapes.of([describe(one.mask, one.left, one.top) for one in _distinct(found, at_most)])


@dataclass(slots=True)
class _Part:
    """A part at one level. `growth`: its area at the next level over its own; `steps`: levels it has lasted; `seed`:
    one of its pixels (x, y)."""

    tone: int
    growth: float
    area: int
    x: float
    y: float
    left: int
    top: int
    mask: NDArray[np.bool_]
    seed: tuple[int, int]
    steps: int = 1


def _measures(parts: Sequence[_Part]) -> NDArray[np.float64]:
    """Tone, area and middle of each: what tells parts apart."""
    return np.array([(one.tone, one.area, one.x, one.y) for one in parts], np.float64).reshape(-1, 4)


def _same(some: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which of `some` nearly are the `other` (measures in the last axis)."""
    near = 0.1 * np.sqrt(other[..., 1])
    off = np.abs(some[..., 2] - other[..., 2]) + np.abs(some[..., 3] - other[..., 3])
    alike_ = (some[..., 0] == other[..., 0]) & (np.abs(some[..., 1] / other[..., 1] - 1) < 0.15)
    return np.asarray(alike_ & (off < near))


def _distinct(parts: Sequence[_Part], at_most: int) -> list[_Part]:
    """The first of those that nearly are one another."""
    measures, open_ = _measures(parts), np.ones(len(parts), np.bool_)
    kept: list[_Part] = []
    while len(kept) < at_most and open_.any():
        number = int(open_.argmax())
        kept.append(parts[number])
        open_[number] = False
        open_ &= ~_same(measures, measures[number])
    return kept


class _Components:
    """The connected parts (8 neighbours) of a picture of zeros and ones: boxes of all, pixels of those asked for.

    `connectedComponentsWithStats` would tell area and box at once, but counts every pixel for it, which takes six times
    as long as labels and outlines together; and nearly all parts are too small to be of interest."""

    def __init__(self, bright: Grey) -> None:
        import cv2

        count, labels = cv2.connectedComponents(bright, connectivity=8, ltype=cv2.CV_32S)
        self.labels: NDArray[np.int32] = np.asarray(labels, np.int32)
        self.boxes = np.zeros((count, 4), np.int64)
        """Left, top, right, bottom (exclusive) by label; 0 is what is not set. All 0 for dots and straight lines."""
        self.seeds = np.zeros((count, 2), np.int64)
        self._areas: dict[int, int] = {}
        if count > 1:
            outlines, tree = cv2.findContours(bright, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
            outside = np.flatnonzero(np.asarray(tree)[0, :, 3] < 0).tolist()
            outer = [line for n in outside if len(line := outlines[n]) > 2]  # others are dots and straight lines
            if not outer:
                return
            points = np.asarray(np.concatenate(outer), np.int32).reshape(-1, 2)
            starts = np.cumsum([0, *map(len, outer)])[:-1]
            seeds = points[starts]
            which = self.labels[seeds[:, 1], seeds[:, 0]]
            self.seeds[which] = seeds
            self.boxes[which, :2] = np.minimum.reduceat(points, starts)
            self.boxes[which, 2:] = np.maximum.reduceat(points, starts) + 1

    def mask(self, label: int) -> NDArray[np.bool_]:
        """Its pixels, in its box."""
        left, top, right, bottom = self.boxes[label]
        return np.asarray(self.labels[top:bottom, left:right] == label)

    def area(self, label: int) -> int:
        if label not in self._areas:
            self._areas[label] = int(np.count_nonzero(self.mask(label)))
        return self._areas[label]

    def parts(self, tone: int) -> list[_Part]:
        """Those that are large enough, not half of the picture, and do not touch its border."""
        import cv2

        height, width = self.labels.shape
        left, top, right, bottom = self.boxes.T
        w, h = right - left, bottom - top
        fits = (np.minimum(w, h) >= NARROWEST) & (w * h >= SMALLEST)
        fits &= (left > 0) & (top > 0) & (right < width) & (bottom < height)
        labels = np.flatnonzero(fits)
        boxes, seeds = self.boxes[labels].tolist(), self.seeds[labels].tolist()
        found, largest = [], 0.5 * self.labels.size
        for label, (x, y, right_, bottom_), seed in zip(labels.tolist(), boxes, seeds, strict=True):
            mask = self.labels[y:bottom_, x:right_] == label
            moments = cv2.moments(mask.view(np.uint8), True)  # of whole numbers: exact
            area = self._areas[label] = int(moments["m00"])
            if SMALLEST <= area < largest:
                middle = (moments["m10"] + x * area) / area, (moments["m01"] + y * area) / area
                found.append(_Part(tone, 0.0, area, *middle, x, y, mask, (seed[0], seed[1])))
        return found


def _stable(grey: Grey, tone: int) -> list[_Part]:
    """Parts brighter than a level that hardly grow when the level falls."""
    found: list[_Part] = []
    before: list[_Part] = []
    for level in range(255 - LEVEL // 2, 4, -LEVEL):
        components = _Components(np.asarray(grey >= level, np.uint8))
        for part in before:  # which part of this level has swallowed it
            x, y = part.seed
            part.growth = float(components.area(int(components.labels[y, x]))) / part.area
            if part.growth < GROWTH:
                found.append(part)
        now = components.parts(tone)
        _count_steps([old for old in before if old.growth < GROWTH], now)
        before = now
    return found


def _count_steps(before: Sequence[_Part], now: Sequence[_Part]) -> None:
    """A part that was there at the level before, nearly as it is now, has lasted one more."""
    if before and now:
        same = _same(_measures(now)[:, None], _measures(before)[None])
        for part, row in zip(now, same, strict=True):
            if row.any():
                part.steps = before[int(row.argmax())].steps + 1


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
