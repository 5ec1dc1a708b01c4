"""How well a picture bears out that references lie at places in it: the last word on every guess."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.logo_align import Edges, Matrix, median, warp
from models.logo_outlines import SECTORS, Outlines, Placed
from models.logo_reference import Prepared

__all__ = ["Fit", "weigh", "whole"]

_NEAR = 1.6
"""An edge this far from the outline, in pixels of the frame, still is the outline."""
IF_IT_IS, BY_CHANCE = 0.96, 0.62
"""Share of the samples of an outline that find an edge of the right direction: where the logo is, and in photographs
without it, after the outline was pulled onto what edges there are."""
HIDDEN = 0.7
"""What it costs the evidence to assume that a twelfth of the outline is hidden."""
_MOST = 2.5


@dataclass(frozen=True, slots=True)
class Fit:
    """How well a reference fits at a place.

    `edges`: share of the outline that lies on an edge of the right direction (0–1). `evidence`: how much more likely
    these edges are with the logo there than without, as a natural logarithm. `contrast`: grey levels between logo and
    ground. `uneven`: spread of the brightness within the logo over that contrast. `likeness`: correlation (0–1) of
    brightness, the sign of a negative dropped. `points`: how many samples of the outline could be told apart;
    `length`: their share of it, in pixels."""

    place: Matrix
    edges: float
    evidence: float
    contrast: float
    uneven: float
    likeness: float
    points: int
    length: float


def weigh(outlines: Outlines, which: NDArray[np.int64], places: Matrix, edges: Edges) -> list[Fit]:
    """For m references with an outline (`which`) at m plausible places (m × 3 × 3)."""
    if not len(which):
        return []
    there = outlines.there(which, places)
    used, inner, outer = outlines.used[which], outlines.inner[which], outlines.outer[which]
    total = used.sum(1)
    scale = _scales(outlines, which, places)
    inside = edges.inside(there.x, there.y) & used
    seen = (np.minimum(inner, outer) * scale[:, None] >= 1.0) & inside
    count = seen.sum(1)
    enough = (count >= 24) & (inside.sum(1) >= 0.6 * total)
    towards = np.stack(
        [np.minimum(_MOST, 0.8 * inner * scale[:, None]), -np.minimum(_MOST, 0.8 * outer * scale[:, None])], axis=1
    )
    sides = edges.at(edges.soft, *there.rays(towards))
    steps = sides[:, 0] - sides[:, 1]
    signs = np.where(median(steps, seen) >= 0, 1.0, -1.0)
    contrast = median(np.abs(steps), seen)
    hit = _on_edge(there, edges, signs, seen)
    length = outlines.length[which] * scale * count / np.maximum(total, 1)
    evidence = _evidence(hit, seen, outlines.sector[which], np.minimum(count / 6, length / 5))
    uneven = _spread(outlines, which, places, edges) / np.maximum(contrast, 1.0)
    likeness = _likeness(sides, seen, count)
    share = (hit & seen).sum(1) / np.maximum(count, 1)
    table = np.stack([share, evidence, contrast, uneven, likeness, length], axis=1).tolist()
    return [
        Fit(place, row[0], row[1], row[2], row[3], row[4], number, row[5])
        if good
        else Fit(place, 0.0, -9.0, 0.0, 9.0, 0.0, number, 0.0)
        for place, row, number, good in zip(places, table, count.tolist(), enough.tolist(), strict=True)
    ]


def _scales(outlines: Outlines, which: NDArray[np.int64], places: Matrix) -> NDArray[np.float64]:
    """Pixels of the frame to one of the reference."""
    quad, box = outlines.corners(which, places), outlines.box[which]
    x, y = quad[..., 0], quad[..., 1]
    areas = np.abs((x * np.roll(y, -1, 1) - y * np.roll(x, -1, 1)).sum(1)) / 2
    return np.asarray(np.sqrt(areas / ((box[:, 2] - box[:, 0]) * (box[:, 3] - box[:, 1]))))


def _spread(outlines: Outlines, which: NDArray[np.int64], places: Matrix, edges: Edges) -> NDArray[np.float64]:
    """How uneven the brightness is in the flat interior, in grey levels."""
    moved = np.matmul(outlines.deep[which], places[:, :, :2].swapaxes(1, 2)) + places[:, None, :, 2]
    interior = edges.at(edges.soft, moved[..., 0] / moved[..., 2], moved[..., 1] / moved[..., 2])
    used = outlines.deep_used[which]
    return median(np.abs(interior - median(interior, used)[:, None]), used)


def _likeness(sides: NDArray[np.float32], seen: NDArray[np.bool_], count: NDArray[np.int64]) -> NDArray[np.float64]:
    """Correlation of the brightness with being in the logo (1) or beside it (0)."""
    many = np.maximum(count, 1)
    values = np.where(seen[:, None], sides, 0).astype(np.float64)
    mean = values.sum((1, 2)) / (2 * many)
    common = (values[:, 0] - values[:, 1]).sum(1) / 2
    squares = (((values - mean[:, None, None]) ** 2) * seen[:, None]).sum((1, 2))
    return np.asarray(np.abs(common) / (np.sqrt(squares * many / 2) + 1e-6))


def _evidence(
    hit: NDArray[np.bool_], seen: NDArray[np.bool_], sector: NDArray[np.int64], independent: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Sector by sector around the middle, the log-likelihood ratio of its hits: an outline that is there (`IF_IT_IS`)
    against edges that chance laid there (`BY_CHANCE`). A sector that speaks against it costs no more than being hidden
    does. Neighbouring samples are not independent: `independent` says how many all of them are worth."""
    cell = sector + SECTORS * np.arange(len(hit))[:, None]
    size = SECTORS * len(hit)
    hits = np.bincount(cell[hit & seen], minlength=size).reshape(-1, SECTORS)
    misses = np.bincount(cell[~hit & seen], minlength=size).reshape(-1, SECTORS)
    ratio = hits * np.log(IF_IT_IS / BY_CHANCE) + misses * np.log((1 - IF_IT_IS) / (1 - BY_CHANCE))
    worth = independent / np.maximum(seen.sum(1), 1)
    return np.asarray(np.maximum(ratio * worth[:, None], -HIDDEN).sum(1))


def _on_edge(there: Placed, edges: Edges, signs: NDArray[np.float64], seen: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Where the picture has its steepest slope within `_NEAR` pixels, and it runs across the outline (± 25°)."""
    ways = np.linspace(-2 * _NEAR, 2 * _NEAR, 9)
    slopes = edges.at(edges.slopes, *there.rays(ways[:, None]))
    facing = [(signs[:, None] * one).astype(np.float32)[:, None] for one in (there.nx, there.ny)]
    across = slopes[..., 0] * facing[0] + slopes[..., 1] * facing[1]
    best = across.argmax(1)[:, None]
    strength = np.take_along_axis(across, best, 1)[:, 0]
    steepest = np.take_along_axis(slopes, best[..., None], 1)[:, 0]
    length = np.hypot(steepest[..., 0], steepest[..., 1])
    near = np.abs(ways)[best[:, 0]] <= _NEAR
    least = np.maximum(1.5, 0.3 * median(strength, seen))
    return np.asarray(near & (strength > least[:, None]) & (strength > 0.9 * length) & seen, np.bool_)


def whole(prepared: Prepared, place: Matrix, edges: Edges) -> Fit:
    """For a reference without an outline: correlation of brightness over all of it (24 × 24 samples)."""
    width, height = prepared.size
    grid = np.stack(np.meshgrid(np.linspace(2, width - 3, 24), np.linspace(2, height - 3, 24)), axis=-1).reshape(-1, 2)
    there = warp(place, grid)
    inside = edges.inside(there[:, 0], there[:, 1])
    likeness = 0.0
    if inside.mean() >= 0.6:
        mine = Edges(prepared.grey)
        seen, own = edges.at(edges.soft, *there[inside].T), mine.at(mine.soft, *grid[inside].T)
        likeness = abs(_correlation(seen, own))
    return Fit(place, 0.0, 0.0, 0.0, 0.0, likeness, 0, 0.0)


def _correlation(a: NDArray[np.floating], b: NDArray[np.floating]) -> float:
    a, b = a - a.mean(), b - b.mean()
    return float((a * b).sum() / (np.sqrt((a * a).sum() * (b * b).sum()) + 1e-6))
