"""Flat parts of a picture: stretches of nearly one brightness with a sharp edge all around.

Such parts stand out at every threshold between their brightness and their surroundings (after Matas et al. 2002,
"maximally stable extremal regions", on a coarse scale of levels). A photograph has hundreds of them at each level, so
all of a level are measured in one go, and no part is looked at alone before it is known to be kept.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["EDGE", "Part", "connected", "frame", "stable"]

LEVEL, SMALLEST, NARROWEST, GROWTH = 16, 50, 5, 1.25
_PART = np.dtype(
    [(name, np.float64) for name in ("tone", "area", "x", "y", "growth", "steps")]
    + [(name, np.int64) for name in ("level", "left", "top", "right", "bottom", "seed")]
)
"""A part at one level. `tone`: 0 bright, 1 dark. `x`, `y`: its middle. `growth`: its area at the next level over its
own; `steps`: levels it has lasted; `right`, `bottom`: exclusive; `seed`: one of its pixels, counted row by row in the
picture with its frame; all else in pixels of the picture itself."""
EDGE = 2

Grey = NDArray[np.uint8]
Parts = NDArray[np.void]


@dataclass(frozen=True, slots=True)
class Part:
    """`mask`: its pixels in its box, whose corner lies at (`left`, `top`) of the picture."""

    mask: NDArray[np.bool_]
    left: int
    top: int


def stable(grey: Grey, at_most: int) -> list[Part]:
    """The most stable flat parts of a grey picture, bright ones and dark ones; those at its border are left out."""
    import cv2

    soft = np.asarray(cv2.GaussianBlur(grey, (0, 0), 0.7), np.uint8)
    framed = [frame(soft), frame(np.asarray(255 - soft, np.uint8))]
    found = [_lasting(one) for one in framed]
    for tone, some in enumerate(found):
        some["tone"] = tone
    parts = np.concatenate(found)
    order = np.lexsort([parts["y"], parts["x"], -parts["area"], parts["growth"], -parts["steps"]])
    return [_part(framed[int(one["tone"])], one) for one in _distinct(parts[order], at_most)]


def frame(grey: Grey) -> Grey:
    """The picture with dark pixels before each row and after the last one, so that no run of bright ones goes on from
    one row into the next. `EDGE` of them, because OpenCV numbers parts by blocks of 2 × 2: so as without a frame."""
    import cv2

    return np.asarray(cv2.copyMakeBorder(grey, 0, 1, EDGE, 0, cv2.BORDER_CONSTANT, value=0), np.uint8)


def _part(framed: Grey, one: np.void) -> Part:
    import cv2

    left, top, right, bottom, level = (int(one[name]) for name in ("left", "top", "right", "bottom", "level"))
    y, x = divmod(int(one["seed"]), framed.shape[1])
    bright = np.asarray(framed[top:bottom, left + EDGE : right + EDGE] >= level).view(np.uint8)
    labels = np.asarray(cv2.connectedComponents(bright, connectivity=8, ltype=cv2.CV_32S)[1])
    return Part(np.asarray(labels == int(labels[y - top, x - EDGE - left])), left, top)


def _lasting(framed: Grey) -> Parts:
    """Parts brighter than a level that hardly grow when the level falls."""
    found: list[Parts] = []
    before = np.zeros(0, _PART)
    for level in range(255 - LEVEL // 2, 4, -LEVEL):
        labels, areas, now = connected(framed, level)
        before["growth"] = areas[labels[before["seed"]]] / before["area"]  # over that of the part that swallowed it
        lasting = before[before["growth"] < GROWTH]
        now["level"], now["steps"] = level, _steps(lasting, now)
        found.append(lasting)
        before = now
    return np.concatenate(found)


def connected(framed: Grey, level: int) -> tuple[NDArray[np.int32], NDArray[np.float64], Parts]:
    """The connected parts (8 neighbours) of what is at least so bright in a framed picture: the label of each pixel,
    row by row; the area of each label; and the parts that are large enough, not half of the picture, and
    do not touch its border.

    `connectedComponentsWithStats` would tell the same, but takes five times as long as the labels alone, because it
    counts pixel by pixel. Here runs of bright pixels are counted, and measured only where the part is large enough."""
    import cv2

    bright = np.asarray(framed >= level).view(np.uint8)
    count, found = cv2.connectedComponents(bright, connectivity=8, ltype=cv2.CV_32S)
    labels, flat = np.asarray(found, np.int32).ravel(), bright.ravel()
    turns = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    starts, ends = turns[::2], turns[1::2]
    owners = labels[starts]
    areas = np.asarray(np.bincount(owners, ends - starts, count), np.float64)
    large = (areas >= SMALLEST) & (areas < 0.5 * (framed.shape[0] - 1) * (framed.shape[1] - EDGE))
    large[0] = False  # what is not so bright
    some = np.flatnonzero(large[owners])
    if not len(some):
        return labels, areas, np.zeros(0, _PART)
    # Numbered anew, so that the numbers are short: short ones are sorted by counting.
    numbers = np.cumsum(large, dtype=np.min_scalar_type(count))
    some = some[np.argsort(numbers[owners[some]], kind="stable")]
    return labels, areas, _measured(starts[some], ends[some], owners[some], areas, framed.shape)


def _measured(
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    owners: NDArray[np.int32],
    areas: NDArray[np.float64],
    shape: tuple[int, ...],
) -> Parts:
    """Parts from runs of pixels, sorted by the part that owns them and then row by row."""
    height, width = shape[0] - 1, shape[1] - EDGE
    first = np.flatnonzero(np.diff(owners, prepend=0))
    rows, columns = np.divmod(starts, shape[1])
    columns, long = columns - EDGE, ends - starts
    left, top = np.minimum.reduceat(columns, first), rows[first]
    right, bottom = np.maximum.reduceat(columns + long, first), rows[np.append(first[1:], len(rows)) - 1] + 1
    w, h, area = right - left, bottom - top, areas[owners[first]]
    good = (np.minimum(w, h) >= NARROWEST) & (area > np.minimum(w, h))  # a slanting line has one pixel in each row
    good &= (left > 0) & (top > 0) & (right < width) & (bottom < height)
    made = np.zeros(len(first), _PART)
    made["area"], made["seed"] = area, starts[first]
    made["left"], made["top"], made["right"], made["bottom"] = left, top, right, bottom
    # Sums of whole numbers: exact.
    made["x"] = np.add.reduceat(long * (2 * columns + long - 1), first) / 2 / area
    made["y"] = np.add.reduceat(long * rows, first) / area
    return np.asarray(made[good])


def _same(some: Parts, other: Parts | np.void) -> NDArray[np.bool_]:
    """Which of `some` nearly are the `other`."""
    near = 0.1 * np.sqrt(other["area"])
    off = np.abs(some["x"] - other["x"]) + np.abs(some["y"] - other["y"])
    alike = (some["tone"] == other["tone"]) & (np.abs(some["area"] / other["area"] - 1) < 0.15)
    return np.asarray(alike & (off < near))


def _steps(before: Parts, now: Parts) -> NDArray[np.float64]:
    """Levels that each has lasted: one more than the part that was there at the level before, nearly as it is now."""
    if not len(before) or not len(now):
        return np.ones(len(now))
    same = _same(now[:, None], before[None])
    return np.asarray(np.where(same.any(1), before["steps"][same.argmax(1)] + 1, 1.0))


def _distinct(parts: Parts, at_most: int) -> list[np.void]:
    """The first of those that nearly are one another."""
    open_ = np.ones(len(parts), np.bool_)
    kept: list[np.void] = []
    while len(kept) < at_most and open_.any():
        kept.append(parts[int(open_.argmax())])
        open_ &= ~_same(parts, kept[-1])  # itself as well
    return kept
