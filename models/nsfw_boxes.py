"""Picture to tensor and tensor to boxes for NudeNet, equal to the `nudenet` library 3.4.2 (AGPL-3.0; read, not copied).

The library pads the picture with zeros at the bottom and right to a square of side M = max(width, height), shrinks that
to 320 × 320 (bilinear, no antialiasing) and divides by 255. For a 12-megapixel photo the padding alone moves 100 MB, so
it is not made here: the picture itself is shrunk by the same factor, and only the one output row or column whose
neighbours straddle the picture's edge is computed by hand, in OpenCV's own fixed-point arithmetic.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["SIDE", "Box", "decode", "shrink", "tensor"]

SIDE = 320
_SCALE = np.float32(1 / 255.0)
_ONE = 2048  # OpenCV's bilinear weights are integers of 11 bits


@dataclass(frozen=True, slots=True)
class Box:
    """Pixels of the picture, clipped to it; `label` is the class number."""

    label: int
    score: float
    x: float
    y: float
    w: float
    h: float


def tensor(picture: NDArray[np.uint8], *, swap: bool) -> NDArray[np.float32]:
    """uint8 height × width × 3 RGB to float32 [1, 3, 320, 320] in 0…1; `swap`: blue first, as the library does."""
    made = np.zeros((1, 3, SIDE, SIDE), np.float32)
    seen = _within(picture)
    rows, columns = seen.shape[:2]
    planes = cv2.split(seen)
    # What `blobFromImage` computes, to the last bit, in a third of its time.
    for plane, target in zip(planes[::-1] if swap else planes, made[0], strict=True):
        np.multiply(plane, _SCALE, out=target[:rows, :columns], dtype=np.float32)
    return made


def shrink(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The picture, zero-padded at bottom and right to a square, at 320 × 320."""
    seen = _within(picture)
    if seen.shape[:2] == (SIDE, SIDE):
        return seen
    canvas = np.zeros((SIDE, SIDE, 3), np.uint8)
    canvas[: seen.shape[0], : seen.shape[1]] = seen
    return canvas


def _within(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The part of the shrunken square that is not nothing but padding."""
    height, width = picture.shape[:2]
    side = max(height, width)
    if side < 4 * SIDE:  # small: padding is cheaper than being clever; enlarging uses other arithmetic
        padded = cv2.copyMakeBorder(picture, 0, side - height, 0, side - width, cv2.BORDER_CONSTANT)
        return np.asarray(cv2.resize(padded, (SIDE, SIDE)), dtype=np.uint8)
    least = 2 * -(-side // SIDE)  # so that a picture a few pixels thin does not shrink to nothing
    if min(height, width) < least:
        below, beside = max(0, least - height), max(0, least - width)
        picture = np.asarray(cv2.copyMakeBorder(picture, 0, below, 0, beside, cv2.BORDER_CONSTANT), dtype=np.uint8)
        height, width = picture.shape[:2]
    factor = SIDE / side
    inner = np.asarray(cv2.resize(picture, None, fx=factor, fy=factor)[:SIDE, :SIDE], dtype=np.uint8)
    first, _ = _taps(side)
    everything = np.arange(SIDE)
    rows, columns = (int(np.count_nonzero(first < length)) for length in (height, width))
    last_row = np.flatnonzero(first == height - 1) if height < side else everything[:0]
    last_column = np.flatnonzero(first == width - 1) if width < side else everything[:0]
    if not len(last_row) and not len(last_column) and inner.shape[0] >= rows and inner.shape[1] >= columns:
        return inner[:rows, :columns]
    seen = np.zeros((rows, columns, 3), np.uint8)
    part = inner[:rows, :columns]
    seen[: part.shape[0], : part.shape[1]] = part
    if len(last_row):
        seen[last_row] = _sampled(picture, last_row, everything)
    if len(last_column):
        seen[:, last_column] = _sampled(picture, everything, last_column)
    return seen


@functools.lru_cache(maxsize=256)
def _taps(side: int) -> tuple[NDArray[np.intp], NDArray[np.int32]]:
    """For each of 320 outputs over `side` inputs: the left neighbour, and the right neighbour's weight of 2048."""
    place = ((np.arange(SIDE) + 0.5) * (1.0 / (SIDE / side)) - 0.5).astype(np.float32)
    first = np.floor(place).astype(np.intp)
    weight: NDArray[np.int32] = np.rint((place - first.astype(np.float32)) * np.float32(_ONE)).astype(np.int32)
    return first, weight


def _sampled(picture: NDArray[np.uint8], rows: NDArray[np.intp], columns: NDArray[np.intp]) -> NDArray[np.uint8]:
    """Output pixels rows × columns of the padded picture, as OpenCV's `resizeLinear` computes them for uint8."""
    height, width = picture.shape[:2]
    first, weight = _taps(max(height, width))

    def line(offset: int) -> NDArray[np.int32]:
        y = first[rows] + offset
        x = first[columns]
        left = _gather(picture, y, x)
        right = _gather(picture, y, x + 1)
        w = weight[columns][None, :, None]
        mixed: NDArray[np.int32] = left * (_ONE - w) + right * w
        return mixed

    w = weight[rows][:, None, None]
    upper, lower = ((_ONE - w) * (line(0) >> 4)) >> 16, (w * (line(1) >> 4)) >> 16
    return np.asarray(((upper + lower + 2) >> 2).clip(0, 255), dtype=np.uint8)


def _gather(picture: NDArray[np.uint8], y: NDArray[np.intp], x: NDArray[np.intp]) -> NDArray[np.int32]:
    height, width = picture.shape[:2]
    inside = (y < height)[:, None] & (x < width)[None, :]
    nearest = picture[np.minimum(y, height - 1)[:, None], np.minimum(x, width - 1)[None, :]]
    values: NDArray[np.int32] = nearest.astype(np.int32)
    values[~inside] = 0
    return values


def decode(
    answer: NDArray[np.float32], size: tuple[int, int], keep_score: float, overlap: float, *, by_class: bool
) -> list[Box]:
    """`answer` [1, 22, cells] (centre x, centre y, width, height on the 320-square, 18 scores) to boxes, best first.

    `size` is width, height of the picture in pixels. `by_class`: boxes of different labels never suppress each other.
    """
    scores = answer[0, 4:].max(axis=0)
    enough = scores >= keep_score
    if not enough.any():
        return []
    rows, scores = answer[0].T[enough], scores[enough]
    labels = rows[:, 4:].argmax(axis=1)
    boxes = _to_picture(rows[:, :4].astype(np.float64), *size)
    kept = _suppress(boxes, scores, labels if by_class else np.zeros_like(labels), keep_score, overlap)
    return [Box(int(labels[i]), float(scores[i]), *(float(value) for value in boxes[i])) for i in kept]


def _to_picture(rows: NDArray[np.float64], width: int, height: int) -> NDArray[np.float64]:
    """Centre boxes on the 320-square to left, top, width, height in the picture, clipped."""
    scale = max(width, height) / SIDE
    x = np.clip((rows[:, 0] - rows[:, 2] / 2) * scale, 0, width)
    y = np.clip((rows[:, 1] - rows[:, 3] / 2) * scale, 0, height)
    w = np.minimum(rows[:, 2] * scale, width - x)
    h = np.minimum(rows[:, 3] * scale, height - y)
    return np.stack([x, y, w, h], axis=1)


def _suppress(
    boxes: NDArray[np.float64],
    scores: NDArray[np.float32],
    labels: NDArray[np.intp],
    keep_score: float,
    overlap: float,
) -> list[int]:
    # OpenCV drops scores *equal* to its threshold; ours are all at or above it
    threshold = float(np.nextafter(np.float32(keep_score), np.float32(0)))
    kept = cv2.dnn.NMSBoxesBatched(boxes.tolist(), scores.tolist(), labels.tolist(), threshold, overlap)
    return sorted((int(i) for i in np.asarray(kept).reshape(-1)), key=lambda i: (-float(scores[i]), i))
