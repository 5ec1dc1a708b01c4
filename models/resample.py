"""Resizing with antialiasing, as the libraries do it that image models were trained with.

OpenCV's bilinear and bicubic look at 2 or 4 pixels however much a picture shrinks; the models of this program were
made with filters that grow with the shrinking. Two of those are here, as weighted sums over rows and columns:

    pillow    Pillow's `Image.resize` for 8-bit pictures, bit for bit: triangle or Keys cubic (a = −0.5), weights in
              fixed point of 22 bits, rounded to uint8 after each pass, columns first. So up to Pillow 12, with which
              the models were made; Pillow 13 takes the rows first for some sizes, which differs by a few of 255.
    blurred   gaussian of σ = (factor − 1) / 2, then bilinear: `scipy.ndimage` as Owlv2ImageProcessor and scikit-image
              call it (mirrored edges, 4 σ, pixel centres at one half), in float.

Ported from the documented arithmetic of Pillow (MIT-CMU) and scikit-image (BSD-3-Clause).
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["Kernel", "blurred", "pad_square", "pillow", "planes"]

Kernel = Literal["bilinear", "bicubic"]
_Value = TypeVar("_Value", np.uint8, np.float32)
_SUPPORT = {"bilinear": 1.0, "bicubic": 2.0}
_FLOATS = 2_000_000  # at once
_ONE = float(1 << 22)  # Pillow's weights are integers of 22 bits
_DOUBT = 2e-3  # four times what a float32 sum of 64 weights can be off
_TRUNCATE = 4.0  # scipy's gaussian ends at this many σ


@dataclass(frozen=True)
class _Bands:
    """For each output the first input it sees and the weights from there on."""

    first: tuple[int, ...]
    weights: tuple[NDArray[np.float32], ...]

    @functools.cached_property
    def starts(self) -> NDArray[np.int64]:
        return np.array(self.first, np.int64)

    @functools.cached_property
    def table(self) -> NDArray[np.float64]:
        """The weights of all outputs, filled up with zeros to the longest."""
        table = np.zeros((len(self.weights), max(map(len, self.weights))))
        for row, weights in zip(table, self.weights, strict=True):
            row[: len(weights)] = weights
        return table


def pillow(picture: NDArray[np.uint8], size: tuple[int, int], kernel: Kernel) -> NDArray[np.uint8]:
    """uint8 height × width × 3 to `size` (width, height), as `Image.resize(size, BILINEAR or BICUBIC)`."""
    height, width = picture.shape[:2]
    if width != size[0]:
        picture = _turned(_fixed_point(_turned(picture), _pillow_bands(width, size[0], kernel)))
    if height != size[1]:
        picture = _fixed_point(np.ascontiguousarray(picture), _pillow_bands(height, size[1], kernel))
    return np.ascontiguousarray(picture)


def blurred(picture: NDArray[np.uint8], side: int) -> NDArray[np.float32]:
    """uint8 height × width × 3, padded at bottom and right with zeros to a square, to float32 `side` × `side` × 3 in
    0…255. The padding is not made: what it adds to a sum is nothing."""
    height, width = picture.shape[:2]
    square = max(height, width)
    down = _along_rows(np.ascontiguousarray(picture), _blurred_bands(square, side, height))
    return _turned(_along_rows(_turned(down), _blurred_bands(square, side, width)))


def pad_square(picture: NDArray[np.uint8], value: int) -> NDArray[np.uint8]:
    """The picture in the middle of a square of its longer side, the rest `value`; an odd pixel goes right or below."""
    height, width = picture.shape[:2]
    side = max(height, width)
    top, left = (side - height) // 2, (side - width) // 2
    padded = cv2.copyMakeBorder(
        picture, top, side - height - top, left, side - width - left, cv2.BORDER_CONSTANT, value=(value,) * 3
    )
    return np.asarray(padded, dtype=np.uint8)


def planes(
    picture: NDArray[np.uint8] | NDArray[np.float32], mean: Sequence[float], std: Sequence[float]
) -> NDArray[np.float32]:
    """Height × width × 3 in 0…255 to [3, height, width]: (value / 255 − mean) / std, as a multiply and an add."""
    scale = (1.0 / 255.0 / np.asarray(std, np.float64)).astype(np.float32)
    shift = (-np.asarray(mean, np.float64) / np.asarray(std, np.float64)).astype(np.float32)
    return np.ascontiguousarray((picture * scale + shift).transpose(2, 0, 1), dtype=np.float32)


def _along_rows(picture: NDArray[np.uint8] | NDArray[np.float32], bands: _Bands) -> NDArray[np.float32]:
    """Weighted sums of rows: [rows, columns, 3] to [outputs, columns, 3], some columns at a time, so that the floats
    stay few."""
    rows = picture.reshape(picture.shape[0], -1)
    result = np.empty((len(bands.first), rows.shape[1]), np.float32)
    step = max(96, _FLOATS // len(rows))
    for left in range(0, rows.shape[1], step):
        part = rows[:, left : left + step].astype(np.float32)
        for number, (first, weights) in enumerate(zip(bands.first, bands.weights, strict=True)):
            np.dot(weights, part[first : first + len(weights)], out=result[number, left : left + step])
    return result.reshape(len(bands.first), *picture.shape[1:])


def _fixed_point(picture: NDArray[np.uint8], bands: _Bands) -> NDArray[np.uint8]:
    """The same, rounded as whole numbers are: what lies too near to a half for a float32 is summed again exactly."""
    shape = (len(bands.first), *picture.shape[1:])
    raised = _along_rows(picture, bands).reshape(len(bands.first), -1)
    raised += np.float32(0.5)
    outputs, columns = np.nonzero(np.abs(raised - np.rint(raised)) < _DOUBT)
    if len(outputs):
        rows = picture.reshape(picture.shape[0], -1)
        taps = np.minimum(bands.starts[outputs, None] + np.arange(bands.table.shape[1]), len(rows) - 1)
        exact = (bands.table[outputs] * rows[taps, columns[:, None]]).sum(axis=1)  # multiples of 2⁻²²: no error
        raised[outputs, columns] = np.floor(exact + 0.5)
    np.clip(raised, 0.0, 255.0, out=raised)
    return raised.astype(np.uint8).reshape(shape)


def _turned(picture: NDArray[_Value]) -> NDArray[_Value]:
    """Rows for columns; OpenCV does it in blocks, where numpy's copy would jump from row to row."""
    turned: NDArray[_Value] = np.asarray(cv2.transpose(picture), dtype=picture.dtype)
    return turned.reshape(picture.shape[1], picture.shape[0], 3)


@functools.lru_cache(maxsize=64)
def _pillow_bands(length: int, outputs: int, kernel: Kernel) -> _Bands:
    scale = length / outputs
    widened = max(scale, 1.0)
    support = _SUPPORT[kernel] * widened
    first, weights = [], []
    for number in range(outputs):
        centre = (number + 0.5) * scale
        low = max(0, int(centre - support + 0.5))
        high = min(length, int(centre + support + 0.5))
        values = _filter((np.arange(low, high, dtype=np.float64) - centre + 0.5) / widened, kernel)
        first.append(low)
        exact = values / values.sum() * _ONE
        weights.append((np.trunc(exact + np.copysign(0.5, exact)) / _ONE).astype(np.float32))  # fits: 22 of 24 bits
    return _Bands(tuple(first), tuple(weights))


def _filter(x: NDArray[np.float64], kernel: Kernel) -> NDArray[np.float64]:
    x = np.abs(x)
    if kernel == "bilinear":
        return np.clip(1.0 - x, 0.0, None)
    a = -0.5
    near = ((a + 2.0) * x - (a + 3.0)) * x * x + 1.0
    far = (((x - 5.0) * x + 8.0) * x - 4.0) * a
    return np.where(x < 1.0, near, np.where(x < 2.0, far, 0.0))


@functools.lru_cache(maxsize=64)
def _blurred_bands(length: int, outputs: int, there: int) -> _Bands:
    """`length` inputs of which only the first `there` are not zero."""
    scale = length / outputs
    taps = _gaussian((scale - 1.0) / 2.0)
    radius = len(taps) // 2
    first, weights = [], []
    for number in range(outputs):
        place = abs((number + 0.5) * scale - 0.5)
        place = min(place, abs(2.0 * (length - 1) - place))  # beyond an edge it is reflected, as its neighbours are
        left = int(place)
        share = place - left
        places = np.arange(left - radius, left + radius + 2)
        values = np.concatenate([taps * (1.0 - share), [0.0]]) + np.concatenate([[0.0], taps * share])
        row = np.zeros(length)
        np.add.at(row, _mirrored(places, length), values)
        used = np.flatnonzero(row[:there])
        low, high = (int(used[0]), int(used[-1]) + 1) if len(used) else (0, 1)
        first.append(low)
        weights.append(row[low:high].astype(np.float32))
    return _Bands(tuple(first), tuple(weights))


def _gaussian(sigma: float) -> NDArray[np.float64]:
    if sigma <= 0:
        return np.ones(1)
    radius = int(_TRUNCATE * sigma + 0.5)
    values = np.exp(-0.5 * (np.arange(-radius, radius + 1) / sigma) ** 2)
    result: NDArray[np.float64] = values / values.sum()
    return result


def _mirrored(places: NDArray[np.int64], length: int) -> NDArray[np.int64]:
    """Places beyond the ends, reflected about the centre of the outermost pixel (`d c b | a b c d | c b a`)."""
    if length == 1:
        return np.zeros_like(places)
    period = 2 * (length - 1)
    folded = np.mod(places, period)
    return np.where(folded < length, folded, period - folded)
