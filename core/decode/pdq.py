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
_MIDDLE = KEPT * KEPT // 2 - 1
_AT_ONCE = 100_000  # values that are weighed at a time, about: what fits into a processor's second cache
_IN_ORDER = 1_000_000  # pixels that were weighed at a time when hashes were first made
_ORDER = 1e-3  # of a grey level, or of a hundredth: more than the order of adding up ever changes
_LEFT_OVER = 1e-12  # weights below that are what rounding left of nothing
_ROUNDED_ABOVE = 1_000_000  # pixels: each point is the mean of so many that their rounding is lost in it
_LONG = 16_384  # pixels along an axis: from there on in pieces
_PIECE = 4  # points at a time
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
    waves = _waves(small)
    median = np.partition(waves, _MIDDLE)[_MIDDLE]  # the lower one, as Torben's method gives it
    return Fingerprint(np.packbits((waves > median)[::-1]).tobytes(), _quality(_steps(small)))


def _waves(small: Floats) -> NDArray[np.float64]:
    rows = _cosines()
    return np.asarray(rows @ small.astype(np.float64) @ rows.T).ravel()


def _settled(small: Floats) -> bool:
    """Whether the hash stays what it is when the points change by what the order of adding up can change in them.

    A bit turns only where the two values beside the median change places; the quality where a step comes to another
    whole hundredth. On 282 real pictures the two orders here were never further apart than 2e-4 in a value."""
    lower, upper = np.partition(_waves(small), (_MIDDLE, _MIDDLE + 1))[_MIDDLE : _MIDDLE + 2]
    if upper - lower < 2 * _ORDER:
        return False
    steps = _steps(small)
    doubtful = int(((np.abs(steps - np.rint(steps)) < _ORDER) & (np.rint(steps) != 0)).sum())
    return _quality(steps) == _quality(steps, -doubtful) == _quality(steps, doubtful)


def _reduced(pixels: Pixels8) -> Floats:
    """Luminance, filtered and picked: 64 × 64."""
    height, width = pixels.shape[:2]
    if (height, width) == (SIDE, SIDE):
        return _luminance(pixels)  # the reference takes such a picture for reduced already
    if max(height, width) > _LONG:
        return _reduced_piecewise(pixels)
    small = np.asarray(_tall(pixels) @ _picking(width).T, np.float32)
    return small if _settled(small) else _reduced_in_order(pixels)


def _reduced_piecewise(pixels: Pixels8) -> Floats:
    """`_reduced` of a very long picture, a few points along its width at a time: whole rows and whole weights of
    hundreds of thousands of pixels would take gigabytes. The order of adding up is its own here."""
    height, width = pixels.shape[:2]
    parts = [_tall(pixels[:, used], height * width) @ weights.T for _, used, weights in _strips(width, _PIECE)]
    return np.asarray(np.concatenate(parts, axis=1), np.float32)


def _tall(pixels: Pixels8, area: int = 0) -> Floats:
    """Luminance, filtered and picked from top to bottom: 64 × width. `area`: pixels of the whole picture, where these
    are a piece of it.

    A few points at a time, so that what they are made of stays in the processor's cache from the first step to the
    last. Where luminance is not rounded it is made last, of what is left."""
    height, width = pixels.shape[:2]
    rounded = (area or height * width) > _ROUNDED_ABOVE
    values = width if rounded else 3 * width
    strips = _strips(height, _points(height, values))
    most = max(weights.shape[1] for _, _, weights in strips)
    room, grey = np.empty((most, values), np.float32), np.empty((most, width), np.uint8)
    tall = np.empty((SIDE, width), np.float32)
    for points, rows, weights in strips:
        count = rows.stop - rows.start
        part = np.ascontiguousarray(pixels[rows])
        if rounded:
            np.copyto(room[:count], cv2.cvtColor(part, cv2.COLOR_RGB2GRAY, dst=grey[:count]))
            np.matmul(weights, room[:count], out=tall[points])
        else:
            np.copyto(room[:count], part.reshape(count, values))
            tall[points] = _luminance((weights @ room[:count]).reshape(-1, width, 3))
    return tall


def _points(height: int, values: int) -> int:
    """How many of the 64 points are made at a time, where a row has so many values."""
    points = 1
    while points < SIDE and 2 * points * height * values <= SIDE * _AT_ONCE:
        points *= 2
    return points


@lru_cache(maxsize=64)
def _strips(height: int, points: int) -> tuple[tuple[slice, slice, Floats], ...]:
    """`_picking(height)`, so many points at a time: which points, the rows that they draw on, the weights of those."""
    strips = []
    for top in range(0, SIDE, points):
        which = slice(top, top + points)
        first, down = _weights(height, range(top, top + points))
        used = np.flatnonzero((down > _LEFT_OVER).any(axis=0))
        rows = slice(int(used[0]), int(used[-1]) + 1)
        strips.append((which, slice(first + rows.start, first + rows.stop), down[:, rows].copy()))
    return tuple(strips)


def _reduced_in_order(pixels: Pixels8) -> Floats:
    """`_reduced`, added up in the order in which hashes were first made: where the order decides, they stay what they
    are in cases that have them. Takes two to three times as long."""
    height, width = pixels.shape[:2]
    down, across = _picking(height), _picking(width)
    step = max(1, _IN_ORDER // width)
    exact = height * width <= _ROUNDED_ABOVE
    tall = np.zeros((SIDE, width), np.float32)
    for top in range(0, height, step):
        weights = down[:, top : top + step]
        used = np.flatnonzero(weights.any(axis=1))
        tall[used] += weights[used] @ _luminance(pixels[top : top + step], exact=exact)
    return np.asarray(tall @ across.T, np.float32)


def _luminance(pixels: Pixels8 | Floats, *, exact: bool = True) -> Floats:
    """0.299 R + 0.587 G + 0.114 B; not `exact`: rounded, which costs a third."""
    values = np.asarray(pixels, np.float32) if exact else np.ascontiguousarray(pixels, np.uint8)
    return np.asarray(cv2.cvtColor(values, cv2.COLOR_RGB2GRAY)).astype(np.float32, copy=False)


@lru_cache(maxsize=32)
def _picking(length: int) -> Floats:
    """64 × length: which input pixels make each output point along one axis. Of `_LONG` pixels at most.

    A window of `ceil(length / 128)`, run over the axis twice, read at the middle of each 64th. At the ends the window
    shrinks to what is there. For an even window the longer half lies to the right.
    """
    whole = np.zeros((SIDE, length), np.float32)
    first, weights = _weights(length, range(SIDE))
    whole[:, first : first + weights.shape[1]] = weights
    return whole


def _weights(length: int, points: range) -> tuple[int, Floats]:
    """The rows of `_picking(length)` for these points: the first column that is not all zero, and the columns from
    there to the last such one."""
    window = (length + 2 * SIDE - 1) // (2 * SIDE)
    right = (window + 2) // 2  # counted with the pixel itself
    middles = ((np.arange(SIDE) + 0.5) * length / SIDE).astype(np.int64)

    def low(place: int) -> int:
        return max(0, place - (window - right))

    def high(place: int) -> int:
        return min(length, place + right)

    first = low(low(int(middles[points.start])))
    last = high(high(int(middles[points.stop - 1])) - 1)
    steps = np.zeros((len(points), last - first + 1))
    for row, middle in enumerate(map(int, middles[points.start : points.stop])):
        second = np.arange(low(middle), high(middle))
        begins, ends = np.maximum(0, second - (window - right)), np.minimum(length, second + right)
        share = 1.0 / len(second) / (ends - begins)
        np.add.at(steps[row], begins - first, share)
        np.add.at(steps[row], ends - first, -share)
    return first, np.cumsum(steps, axis=1)[:, :-1].astype(np.float32)


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


def _steps(small: Floats) -> Floats:
    """How much changes between neighbours, in hundredths of the range."""
    steps = [np.diff(small, axis=axis).ravel() * np.float32(100) / np.float32(255) for axis in (0, 1)]
    return np.asarray(np.concatenate(steps), np.float32)


def _quality(steps: Floats, more: int = 0) -> int:
    """The sum of the whole hundredths: what is hardly there does not count."""
    return max(0, min(100, (int(np.abs(np.trunc(steps)).sum()) + more) // 90))
