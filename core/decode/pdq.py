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

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from core.decode.jobs import Fingerprint
from core.decode.pixels import Pixels8

__all__ = ["BYTES", "fingerprint"]

BYTES = 32
SIDE = 64
KEPT = 16
LEAST = 5  # pixels: what is smaller has no hash
_PASSES = 2
_AT_ONCE = 1_000_000  # pixels that luminance is made for at a time
_ROUNDED_ABOVE = 1_000_000  # pixels: each point is the mean of so many that their rounding is lost in it

Floats = NDArray[np.float32]


def fingerprint(pixels: Pixels8) -> Fingerprint:
    """The hash of upright pixels (height × width × 3, RGB). Sides under 5 pixels: no bits set, quality 0."""
    height, width = pixels.shape[:2]
    if height < LEAST or width < LEAST:
        return Fingerprint(bytes(BYTES), 0)
    small = _reduced(pixels)
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
