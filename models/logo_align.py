"""How a reference lies in a picture: from a first guess to the exact place (`models.logo_weigh`: how well the picture
bears that out). Places are looked at many at a time, none with regard to the others.

A place is a homography (3 × 3) from pixels of the reference to pixels of the frame. The outline is pulled onto the
edges of the picture along its normals, as active contours are (Blake and Isard 1998), by Gauss-Newton steps: first
six numbers (a plane seen from far away), at last all eight.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.logo_outlines import Outlines, Placed
from models.logo_reference import Prepared

__all__ = ["Edges", "corners", "median", "plausible", "refine", "warp"]

Matrix = NDArray[np.float64]
Points = NDArray[np.float64]
REACHES = ((0.09, 6), (0.07, 6), (0.06, 8), (0.05, 8), (0.04, 8), (0.03, 8), (0.02, 8))
"""How far from the outline an edge is looked for (of the logo's size), and how many numbers of the place are free."""
_WAYS = (3, 4, 6, 9, 14)
"""Samples to either side in which that reach is looked through: about one a pixel."""


class Edges:
    """The grey picture and its gradients, made once for all references."""

    def __init__(self, grey: NDArray[np.uint8]) -> None:
        import cv2

        self.grey = grey
        self.soft = np.asarray(cv2.GaussianBlur(grey, (0, 0), 1.0), np.float32)
        slopes = [cv2.Sobel(self.soft, cv2.CV_32F, *way, scale=1 / 8) for way in ((1, 0), (0, 1))]
        self.slopes = np.asarray(cv2.merge(slopes), np.float32)
        """Height × width × 2: how much brighter it grows to the right and downwards, grey levels a pixel."""
        self.height, self.width = grey.shape

    def at(self, layer: NDArray[np.float32], x: NDArray[np.floating], y: NDArray[np.floating]) -> NDArray[np.float32]:
        """Values between pixels of a layer (height × width, or × 2), at points of any shape with fewer than 32768 rows
        of fewer than 32768 numbers: larger tables OpenCV does not take."""
        import cv2

        if not x.size:
            return np.zeros((*x.shape, *layer.shape[2:]), np.float32)
        across, down = (np.asarray(one, np.float32).reshape(len(x), -1) for one in (x, y))
        found = np.asarray(cv2.remap(layer, across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE))
        return np.asarray(found.reshape(*x.shape, *layer.shape[2:]), np.float32)

    def inside(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.bool_]:
        return np.asarray((x >= 0) & (y >= 0) & (x <= self.width - 1) & (y <= self.height - 1))


def warp(place: Matrix, points: Points) -> Points:
    """Points (… × 2) of the reference in the frame."""
    homogeneous = points @ place[:, :2].T + place[:, 2]
    return np.asarray(homogeneous[..., :2] / homogeneous[..., 2:])


def corners(prepared: Prepared, place: Matrix) -> Points:
    """The four corners of the logo in the frame, from its top left, clockwise as the reference is seen."""
    left, top, right, bottom = prepared.box
    return warp(place, np.array([[left, top], [right, top], [right, bottom], [left, bottom]]))


def plausible(outlines: Outlines, which: NDArray[np.int64], places: Matrix, edges: Edges) -> NDArray[np.bool_]:
    """For m references (`which`) at m places (m × 3 × 3): whether a flat thing can look so. Convex, not mirrored, not
    too thin, too small or too far out of the picture."""
    good = np.isfinite(places).all((1, 2))
    box = outlines.box[which]
    with np.errstate(all="ignore"):  # what is not finite or flat is told by `good`
        x, y = box[:, (0, 2, 2, 0)], box[:, (1, 1, 3, 3)]
        depths = places[:, 2, :1] * x + places[:, 2, 1:2] * y + places[:, 2, 2:]
        good &= (depths.min(1) > 0) & (depths.max(1) <= 2.5 * depths.min(1))
        across = (places[:, 0, :1] * x + places[:, 0, 1:2] * y + places[:, 0, 2:]) / depths
        down = (places[:, 1, :1] * x + places[:, 1, 1:2] * y + places[:, 1, 2:]) / depths
        right, below = across[:, _NEXT] - across, down[:, _NEXT] - down
        turns = right * below[:, _NEXT] - below * right[:, _NEXT]
        lengths = np.hypot(right, below)
        scales = (lengths[:, :2] + lengths[:, 2:]) / 2 / (box[:, 2:] - box[:, :2])
        good &= (turns.min(1) > 0) & (scales.max(1) <= 4.5 * scales.min(1))
        good &= (lengths.min(1) >= 6) & (lengths.max(1) >= 16)
        good &= (turns / (lengths * lengths[:, _NEXT] + 1e-9)).min(1) >= 0.25
        middle = across.mean(1), down.mean(1)
        good &= (middle[0] >= 0) & (middle[0] <= edges.width - 1) & (middle[1] >= 0) & (middle[1] <= edges.height - 1)
        good &= lengths.max(1) < 1.5 * max(edges.width, edges.height)
    return np.asarray(good, np.bool_)


_NEXT = (1, 2, 3, 0)


def refine(
    outlines: Outlines, which: NDArray[np.int64], places: Matrix, edges: Edges, signs: Sequence[float]
) -> Matrix:
    """For m references (`which`) at m places (m × 3 × 3): the places at which their outlines lie on the edges of the
    picture. `signs` +1: the logo is brighter than its ground, −1: darker."""
    half, middle = outlines.half[which], outlines.middle[which]
    unit = np.zeros((len(which), 3, 3))
    unit[:, 0, 0] = unit[:, 1, 1] = 1 / half
    unit[:, :2, 2], unit[:, 2, 2] = -middle / half[:, None], 1.0
    sizes = np.sqrt(np.maximum(1.0, _areas(outlines.corners(which, places))))
    # Coordinates about −1…1, so that all numbers of the fit are of one size.
    within = np.matmul(places, np.linalg.inv(unit))
    sign = np.asarray(signs, np.float64)
    going = np.arange(len(which))
    for share, free in REACHES:
        reaches = np.clip(share * sizes[going], 2.5, 14.0)
        bins = np.searchsorted(_WAYS, np.ceil(reaches).astype(int))
        still = []
        for number in np.unique(bins):
            some = going[bins == number]
            ways = np.linspace(-1, 1, 2 * _WAYS[int(number)] + 1)
            step, moved = _step(
                outlines, which[some], within[some], unit[some], edges, sign[some], reaches[bins == number], ways, free
            )
            within[some] += step
            still.append(some[moved])
        going = np.sort(np.concatenate(still)) if still else going[:0]
    return np.asarray(np.matmul(within, unit), np.float64)


def _areas(quads: Points) -> NDArray[np.float64]:
    x, y = quads[..., 0], quads[..., 1]
    return np.asarray(np.abs((x * y[:, _NEXT] - y * x[:, _NEXT]).sum(1)) / 2, np.float64)


def median(values: NDArray[np.floating], used: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Of each row of m × n the median of the values that are used; NaN where none is."""
    ordered = np.sort(np.where(used, values, np.inf), axis=1)
    count = used.sum(1)
    row = np.arange(len(values))
    low, high = ordered[row, np.maximum(count - 1, 0) // 2], ordered[row, np.minimum(count // 2, values.shape[1] - 1)]
    return np.asarray(np.where(count > 0, (low.astype(np.float64) + high) / 2, np.nan), np.float64)


def _step(  # noqa: PLR0917 - the parts of one linear system
    outlines: Outlines,
    which: NDArray[np.int64],
    within: Matrix,
    unit: Matrix,
    edges: Edges,
    signs: NDArray[np.float64],
    reaches: NDArray[np.float64],
    ways: NDArray[np.float64],
    free: int,
) -> tuple[Matrix, NDArray[np.bool_]]:
    """One Gauss-Newton step for each: what moves the outline onto the strongest edge of the right direction in reach;
    and whether there were edges enough. Where not, the step is none."""
    there = outlines.there(which, np.matmul(within, unit))
    offsets = reaches[:, None] * ways
    strength, best = _strongest(there, offsets, ways, signs, edges)
    used = outlines.used[which]
    good = (strength > np.maximum(2.0, 0.3 * median(strength, used))[:, None]) & edges.inside(there.x, there.y) & used
    count = good.sum(1)
    moved = np.take_along_axis(offsets, best, 1)
    position = outlines.within[which]
    depth = np.matmul(position, within[:, 2, :2, None])[..., 0] + within[:, 2, 2:]
    system = _system(there, position[..., 0], position[..., 1], depth, free)
    weighted = np.empty(system.shape)  # point by point in memory, unlike `system`
    np.multiply(system, (good / (1 + (moved / (0.5 * reaches[:, None])) ** 2))[..., None], out=weighted)
    ridge = np.repeat(0.02 * np.maximum(count, 1)[:, None], free, axis=1)
    if free > 6:  # perspective only where the edges ask for it
        ridge[:, 6:] *= ((_deviation(there, good, count) + 1.0) ** 2)[:, None]
    left = np.matmul(weighted.swapaxes(1, 2), system) + np.eye(free) * (0.05 * ridge)[:, None]
    solved = np.linalg.solve(left, np.matmul(weighted.swapaxes(1, 2), moved[..., None]))[..., 0]
    enough = count >= 12
    step = np.zeros((len(which), 9))
    step[:, :free] = np.where(enough[:, None], solved, 0)
    return step.reshape(-1, 3, 3), enough


def _strongest(
    there: Placed, offsets: NDArray[np.float64], ways: NDArray[np.float64], signs: NDArray[np.float64], edges: Edges
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """How steep the strongest edge of the right direction is, near ones preferred, and which of the offsets (m × k) it
    has: m × n each."""
    slopes = edges.at(edges.slopes, *there.rays(offsets[:, :, None]))
    facing = [(signs[:, None] * one).astype(np.float32)[:, None] for one in (there.nx, there.ny)]
    slope = slopes[..., 0] * facing[0]
    slope += slopes[..., 1] * facing[1]
    best = (slope * np.exp(-0.5 * (ways / 0.6) ** 2).astype(np.float32)[:, None]).argmax(1)
    return np.take_along_axis(slope, best[:, None], 1)[:, 0], best


def _system(
    there: Placed, x: NDArray[np.float64], y: NDArray[np.float64], depth: NDArray[np.float64], free: int
) -> NDArray[np.float64]:
    """How far each point (m × n) goes along its normal for each of the free numbers of the place: m × n × free."""
    behind = -(there.nx * there.x + there.ny * there.y)
    one, nx, ny = np.ones(1), there.nx, there.ny
    ways = (x, nx), (y, nx), (one, nx), (x, ny), (y, ny), (one, ny), (x, behind), (y, behind)
    made = np.empty((free, *x.shape))  # number by number: thousands of points in one go, not eight at a time
    for row, (where, along) in zip(made, ways, strict=False):
        np.multiply(where, along, out=row)
    made /= depth
    return made.transpose(1, 2, 0)


def _deviation(there: Placed, good: NDArray[np.bool_], count: NDArray[np.int64]) -> NDArray[np.float64]:
    """How far the good points are spread, in pixels, both coordinates together."""
    many, both = 2 * np.maximum(count, 1), np.stack([there.x, there.y], axis=2).reshape(len(count), -1)
    twice = np.repeat(good, 2, axis=1)
    mean = (both * twice).sum(1) / many
    return np.asarray(np.sqrt((((both - mean[:, None]) ** 2) * twice).sum(1) / many))
