"""Persons in a picture with YOLOX-S (COCO), as the OpenCV Zoo's demo runs it (Apache-2.0).

Letterbox at the top left of 640 × 640 (bilinear, padding 114), RGB 0–255. Of each cell: centre and size in strides of
8, 16, 32 still to be applied, objectness, 80 class scores. Class 0 is a person.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from core.records import Region
from models.owlv2 import suppress
from models.restraint_data import Persons
from models.runtime import Session

__all__ = ["PREPROCESSING", "SIDE", "Person", "decode", "find", "letterbox", "tiles"]

SIDE = 640
PREPROCESSING = "yolox/1"
_PAD = 114
_STRIDES = (8, 16, 32)
_TILE = 0.6  # of the side: two tiles overlap by a fifth of the picture


@dataclass(frozen=True, slots=True)
class Person:
    """A person's box relative to the picture, and how sure it is."""

    region: Region
    score: float


def find(session: Session, picture: NDArray[np.uint8], rules: Persons) -> list[Person]:
    """Persons in an upright RGB picture, the largest first; a large picture is also looked at in four tiles."""
    found = _look(session, picture, Region(0, 0, 1, 1), rules)
    if min(picture.shape[:2]) >= rules.tiles_from:
        for tile in tiles():
            found += _look(session, picture, tile, rules)
    kept = suppress([one.region for one in found], [one.score for one in found], rules.overlap)
    persons = [found[one] for one in kept]
    return sorted(persons, key=lambda one: (-one.region.w * one.region.h, one.region.x, one.region.y))[: rules.most]


def tiles() -> list[Region]:
    """2 × 2 overlapping tiles, relative."""
    return [Region(x, y, _TILE, _TILE) for y in (0.0, 1 - _TILE) for x in (0.0, 1 - _TILE)]


def letterbox(picture: NDArray[np.uint8]) -> tuple[NDArray[np.float32], float]:
    """To float32 [1, 3, 640, 640], and how many pixels of it one pixel of the picture is."""
    height, width = picture.shape[:2]
    factor = min(SIDE / height, SIDE / width)
    size = (max(1, int(width * factor)), max(1, int(height * factor)))
    canvas = np.full((SIDE, SIDE, 3), _PAD, np.uint8)
    canvas[: size[1], : size[0]] = cv2.resize(picture, size, interpolation=cv2.INTER_LINEAR)
    return np.ascontiguousarray(canvas.transpose(2, 0, 1)[None], dtype=np.float32), factor


def decode(answer: NDArray[np.float32]) -> NDArray[np.float64]:
    """[1, 8400, 85] as the graph gives it to [8400, 6]: left, top, right, bottom on the 640-square, objectness, and
    the score of a person."""
    rows = answer[0].astype(np.float64)
    grid, stride = _grid()
    centre = (rows[:, :2] + grid) * stride[:, None]
    size = np.exp(np.clip(rows[:, 2:4], -30.0, 30.0)) * stride[:, None]
    return np.column_stack([centre - size / 2, centre + size / 2, rows[:, 4], rows[:, 5]])


@functools.cache
def _grid() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    cells, strides = [], []
    for stride in _STRIDES:
        count = SIDE // stride
        x, y = np.meshgrid(np.arange(count, dtype=np.float64), np.arange(count, dtype=np.float64))
        cells.append(np.stack([x.ravel(), y.ravel()], axis=1))
        strides.append(np.full(count * count, float(stride)))
    return np.concatenate(cells), np.concatenate(strides)


def _look(session: Session, picture: NDArray[np.uint8], tile: Region, rules: Persons) -> list[Person]:
    from models.embedding_towers import crop

    part = crop(picture, tile)
    height, width = part.shape[:2]
    pixels, factor = letterbox(part)
    rows = decode(session.run({session.inputs[0].name: pixels})[0])
    sure = rows[:, 4] * rows[:, 5]
    rows, sure = (
        rows[(sure >= rules.score) & (rows[:, 4] >= rules.objectness)],
        sure[(sure >= rules.score) & (rows[:, 4] >= rules.objectness)],
    )
    boxes = np.clip(rows[:, :4] / factor / [width, height, width, height], 0.0, 1.0)
    regions = [_placed(box, tile) for box in boxes]
    kept = suppress(regions, [float(one) for one in sure], rules.overlap)
    return [Person(regions[one], float(sure[one])) for one in kept]


def _placed(box: NDArray[np.float64], tile: Region) -> Region:
    left, top, right, bottom = (float(value) for value in box)
    return Region(tile.x + left * tile.w, tile.y + top * tile.h, (right - left) * tile.w, (bottom - top) * tile.h)
