"""PDQ, the perceptual hash of Meta's ThreatExchange: 256 bits that stay nearly the same when a picture is resized,
recompressed or slightly retouched. Two pictures within 31 bits are near duplicates; unrelated ones differ by about 128.

Ported from `pdq/cpp/hashing/pdqhashing.cpp` and `pdq/cpp/downscaling/downscaling.cpp` (BSD-3-Clause): luminance, two
box filters along each axis, 64 × 64 points of the result, a DCT of which 16 × 16 values are kept, one bit each for
being above their median. Filtering and picking points are linear and act on each axis alone, so both are one banded
matrix an axis here: the same numbers without filtering pixels that nobody picks. The reference adds up in float32 and
drifts a little, so single bits next to the median can differ; Meta calls an implementation right within 10 bits.

Not robust to crops, large overlays and turns; EXIF turns are undone before pixels come here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from core.decode.jobs import Fingerprint
from core.decode.pixels import Pixels8

__all__ = ["BYTES", "CELLS", "Grey8", "fingerprint", "fingerprint_of_grey"]

BYTES = 32
SIDE = 64
KEPT = 16
LEAST = 5  # pixels: what is smaller has no hash
CELLS = 256
"""Points along each axis of an averaged picture; as many as it has pixels there, where those are less."""
_PASSES = 2
_AT_ONCE = 1_000_000  # pixels that luminance is made for at a time
_ROUNDED_ABOVE = 1_000_000  # pixels: each point is the mean of so many that their rounding is lost in it
_LONGEST = 4096  # pixels: beyond, half a pixel more or less is nothing
_BLOCK = 16  # rows of weights that are multiplied together
_NOTHING = 1e-4  # weights below that are left out: a picture has 8 bits

Floats = NDArray[np.float32]
Grey8 = NDArray[np.uint8]


def fingerprint(pixels: Pixels8) -> Fingerprint:
    """The hash of upright pixels (height × width × 3, RGB). Sides under 5 pixels: no bits set, quality 0."""
    height, width = pixels.shape[:2]
    if height < LEAST or width < LEAST:
        return Fingerprint(bytes(BYTES), 0)
    return _hashed(_reduced(pixels))


def fingerprint_of_grey(grey: Grey8, height: int, width: int) -> Fingerprint:
    """The hash of a picture of `height` × `width` pixels of which there is only its luminance (full range, upright),
    averaged over equal areas down to `min(side, CELLS)` points along each axis.

    For films: FFmpeg makes such a picture in a tenth of the time that the whole frame takes in RGB. Which pixels the
    reference picks depends on the size of the whole frame (it reads off up to two pixels beside the middle), so the
    weights are those for the whole frame, carried over to the averages. Within 10 bits of `fingerprint` of the whole
    frame, 3 on the average (quality 50 and more, docs/accuracy/films.md); the same bits where nothing is averaged.
    """
    if height < LEAST or width < LEAST:
        return Fingerprint(bytes(BYTES), 0)
    if grey.shape != (min(height, CELLS), min(width, CELLS)):
        raise ValueError(f"{grey.shape} is not the size of the averages of {height} × {width} pixels")
    values = grey.astype(np.float32)
    if (height, width) == (SIDE, SIDE):
        return _hashed(values)
    tall = _averaged_picking(min(height, _LONGEST)).times(values)
    return _hashed(_averaged_picking(min(width, _LONGEST)).across(tall))


def _hashed(small: Floats) -> Fingerprint:
    """From 64 × 64 points of luminance."""
    rows = _cosines()
    waves = rows @ small.astype(np.float64) @ rows.T
    flat = waves.ravel()
    median = np.partition(flat, flat.size // 2 - 1)[flat.size // 2 - 1]  # the lower one, as Torben's method gives it
    return Fingerprint(np.packbits((flat > median)[::-1]).tobytes(), _quality(small))


def _reduced(pixels: Pixels8) -> Floats:
    """Luminance, filtered and picked: 64 × 64."""
    height, width = pixels.shape[:2]
    if (height, width) == (SIDE, SIDE):
        return _luminance(pixels)  # the reference takes such a picture for reduced already
    down, across = _picking(height), _picking(width)
    step = max(1, _AT_ONCE // width)
    exact = height * width <= _ROUNDED_ABOVE
    tall = np.zeros((SIDE, width), np.float32)
    for top in range(0, height, step):
        weights = down[:, top : top + step]
        used = np.flatnonzero(weights.any(axis=1))  # a band: only these of the 64 rows draw on this part
        tall[used] += weights[used] @ _luminance(pixels[top : top + step], exact=exact)
    return np.asarray(tall @ across.T, np.float32)


def _luminance(pixels: Pixels8, *, exact: bool = True) -> Floats:
    """0.299 R + 0.587 G + 0.114 B; not `exact`: rounded, which costs a third."""
    values = pixels.astype(np.float32) if exact else np.ascontiguousarray(pixels)
    return np.asarray(cv2.cvtColor(values, cv2.COLOR_RGB2GRAY)).astype(np.float32, copy=False)


@lru_cache(maxsize=32)
def _picking(length: int) -> Floats:
    """64 × length: which input pixels make each output point along one axis.

    A window of `ceil(length / 128)`, run over the axis twice, read at the middle of each 64th. At the ends the window
    shrinks to what is there. For an even window the longer half lies to the right.
    """
    window = (length + 2 * SIDE - 1) // (2 * SIDE)
    right = (window + 2) // 2  # counted with the pixel itself
    place = np.arange(length)
    low, high = np.maximum(0, place - (window - right)), np.minimum(length, place + right)
    middles = ((np.arange(SIDE) + 0.5) * length / SIDE).astype(np.int64)
    steps = np.zeros((SIDE, length + 1))
    for point, middle in enumerate(middles):
        second = np.arange(low[middle], high[middle])
        share = 1.0 / len(second) / (high[second] - low[second])
        np.add.at(steps[point], low[second], share)
        np.add.at(steps[point], high[second], -share)
    return np.cumsum(steps, axis=1)[:, :length].astype(np.float32)


@dataclass(frozen=True, slots=True)
class _Band:
    """A matrix of 64 rows with something only near its diagonal: the columns that every few rows use, their weights,
    and the same weights turned."""

    blocks: tuple[tuple[slice, Floats, Floats], ...]

    def times(self, values: Floats) -> Floats:
        """The product of the matrix with values that have a row for each of its columns."""
        return np.concatenate([weights @ values[used] for used, weights, _ in self.blocks])

    def across(self, values: Floats) -> Floats:
        """The product of values, with a column for each of the matrix, and the turned matrix."""
        return np.concatenate([values[:, used] @ turned for used, _, turned in self.blocks], axis=1)


@lru_cache(maxsize=32)
def _averaged_picking(length: int) -> _Band:
    """`_picking(length)` for a picture that is averaged to `min(length, CELLS)` points: of all weights for averages
    those that come nearest to the weights for the pixels (least squares)."""
    weights = _picking(length).astype(np.float64)
    if length > CELLS:
        edges = np.arange(CELLS + 1) * length / CELLS
        pixel = np.arange(length)
        shared = np.minimum(edges[1:, None], pixel + 1) - np.maximum(edges[:-1, None], pixel)
        average = np.clip(shared, 0, 1) * CELLS / length
        weights = np.linalg.solve(average @ average.T, average @ weights.T).T
    weights[np.abs(weights) < _NOTHING] = 0
    blocks = []
    for top in range(0, SIDE, _BLOCK):
        columns = np.flatnonzero(weights[top : top + _BLOCK].any(axis=0))
        used = slice(int(columns[0]), int(columns[-1]) + 1)
        part = weights[top : top + _BLOCK, used]
        blocks.append((used, np.ascontiguousarray(part, np.float32), np.ascontiguousarray(part.T, np.float32)))
    return _Band(tuple(blocks))


@lru_cache(maxsize=1)
def _cosines() -> NDArray[np.float64]:
    """Rows 1–16 of the 64-point DCT."""
    row, column = np.arange(KEPT)[:, None], np.arange(SIDE)[None, :]
    return np.asarray(np.sqrt(2.0 / SIDE) * np.cos(np.pi / 2 / SIDE * (row + 1) * (2 * column + 1)))


def _quality(small: Floats) -> int:
    """How much changes between neighbours, in whole hundredths of the range: what is hardly there does not count."""
    total = 0
    for axis in (0, 1):
        total += int(np.abs(np.trunc(np.diff(small, axis=axis) * np.float32(100) / np.float32(255))).sum())
    return min(100, total // 90)
