"""How a reference lies in a picture: from a first guess to the exact place, and how well the picture bears it out.

A place is a homography (3 × 3) from pixels of the reference to pixels of the frame. The outline is pulled onto the
edges of the picture along its normals, as active contours are (Blake and Isard 1998), by Gauss-Newton steps: first
six numbers (a plane seen from far away), at last all eight.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.logo_reference import Outline, Prepared

__all__ = ["Edges", "Fit", "corners", "plausible", "refine", "warp", "weigh"]

Matrix = NDArray[np.float64]
Points = NDArray[np.float64]
_NEAR = 1.6
"""An edge this far from the outline, in pixels of the frame, still is the outline."""

SECTORS = 12
IF_IT_IS, BY_CHANCE = 0.96, 0.62
"""Share of the samples of an outline that find an edge of the right direction: where the logo is, and in photographs
without it, after the outline was pulled onto what edges there are."""
REACHES = ((0.09, 6), (0.07, 6), (0.06, 8), (0.05, 8), (0.04, 8), (0.03, 8), (0.02, 8))
"""How far from the outline an edge is looked for (of the logo's size), and how many numbers of the place are free."""
HIDDEN = 0.7
"""What it costs the evidence to assume that a twelfth of the outline is hidden."""


class Edges:
    """The grey picture and its gradients, made once for all references."""

    def __init__(self, grey: NDArray[np.uint8]) -> None:
        import cv2

        self.grey = grey
        self.soft = np.asarray(cv2.GaussianBlur(grey, (0, 0), 1.0), np.float32)
        self.x = np.asarray(cv2.Sobel(self.soft, cv2.CV_32F, 1, 0, scale=1 / 8), np.float32)
        self.y = np.asarray(cv2.Sobel(self.soft, cv2.CV_32F, 0, 1, scale=1 / 8), np.float32)
        self.height, self.width = grey.shape

    def at(self, layer: NDArray[np.float32], points: Points) -> NDArray[np.float32]:
        """Values between pixels, at points of any shape … × 2."""
        import cv2

        flat = points.reshape(-1, 2).astype(np.float32)
        # remap takes tables of fewer than 32768 rows and columns: laid out as a sheet instead of one long column.
        wide = 4096
        rows = -(-len(flat) // wide)
        sheet = np.zeros((rows * wide, 2), np.float32)
        sheet[: len(flat)] = flat
        tables = sheet.reshape(rows, wide, 2)
        found = cv2.remap(layer, tables[..., 0], tables[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(found, np.float32).ravel()[: len(flat)].reshape(points.shape[:-1])

    def inside(self, points: Points) -> NDArray[np.bool_]:
        x, y = points[..., 0], points[..., 1]
        return np.asarray((x >= 0) & (y >= 0) & (x <= self.width - 1) & (y <= self.height - 1))


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


def warp(place: Matrix, points: Points) -> Points:
    """Points (… × 2) of the reference in the frame."""
    homogeneous = points @ place[:, :2].T + place[:, 2]
    return np.asarray(homogeneous[..., :2] / homogeneous[..., 2:])


def corners(prepared: Prepared, place: Matrix) -> Points:
    """The four corners of the logo in the frame, from its top left, clockwise as the reference is seen."""
    left, top, right, bottom = prepared.box
    return warp(place, np.array([[left, top], [right, top], [right, bottom], [left, bottom]]))


def plausible(prepared: Prepared, place: Matrix, edges: Edges) -> bool:
    """Whether a flat thing can look so: convex, not mirrored, not too thin, too small or too far out of the picture.

    Asked of hundreds of guesses in every picture, so in plain numbers: numpy takes ten times as long for four corners.
    """
    left, top, right, bottom = prepared.box
    numbers: list[float] = place.ravel().tolist()
    if not all(map(math.isfinite, numbers)):
        return False
    a, b, c, d, e, f, g, h, i = numbers
    square = ((left, top), (right, top), (right, bottom), (left, bottom))
    depths = [g * x + h * y + i for x, y in square]
    if min(depths) <= 0 or max(depths) > 2.5 * min(depths):
        return False
    quad = [((a * x + b * y + c) / z, (d * x + e * y + f) / z) for (x, y), z in zip(square, depths, strict=True)]
    sides = [(quad[(n + 1) % 4][0] - x, quad[(n + 1) % 4][1] - y) for n, (x, y) in enumerate(quad)]
    turns = [x * sides[(n + 1) % 4][1] - y * sides[(n + 1) % 4][0] for n, (x, y) in enumerate(sides)]
    if min(turns) <= 0:
        return False
    lengths = [math.hypot(x, y) for x, y in sides]
    across = (lengths[0] + lengths[2]) / 2 / (right - left), (lengths[1] + lengths[3]) / 2 / (bottom - top)
    if max(across) > 4.5 * min(across) or min(lengths) < 6 or max(lengths) < 16:
        return False
    if min(turn / (lengths[n] * lengths[(n + 1) % 4] + 1e-9) for n, turn in enumerate(turns)) < 0.25:
        return False
    x, y = sum(x for x, _ in quad) / 4, sum(y for _, y in quad) / 4
    within = 0 <= x <= edges.width - 1 and 0 <= y <= edges.height - 1
    return bool(within and max(lengths) < 1.5 * max(edges.width, edges.height))


def refine(prepared: Prepared, place: Matrix, edges: Edges, sign: float) -> Matrix:
    """The place at which the outline lies on the edges of the picture. `sign` +1: the logo is brighter than its ground,
    −1: darker. Without an outline the place is returned as it is."""
    outline = prepared.outline
    if outline is None:
        return place
    unit = _unit(prepared)
    within = place @ np.linalg.inv(unit)  # coordinates about −1…1, so that all numbers of the fit are of one size
    points = warp(unit, outline.points)
    size = float(np.sqrt(max(1.0, _area(corners(prepared, place)))))
    for reach, free in REACHES:
        step = _step(within, points, outline, unit, edges, sign, max(2.5, min(14.0, reach * size)), free)
        if step is None:
            break
        within = within + step
    return within @ unit


def _median(values: NDArray[np.floating]) -> float:
    """As `np.median` for numbers, without what it does for everything else."""
    half = len(values) // 2
    if not len(values):
        return math.nan
    if len(values) % 2:
        return float(np.partition(values, half)[half])
    low, high = np.partition(values, (half - 1, half))[half - 1 : half + 1]
    return float((low + high) / 2)


def _unit(prepared: Prepared) -> Matrix:
    width, height = prepared.size
    half = max(width, height) / 2
    return np.array([[1 / half, 0, -width / 2 / half], [0, 1 / half, -height / 2 / half], [0, 0, 1.0]])


def _area(quad: Points) -> float:
    x, y = quad[:, 0], quad[:, 1]
    return float(abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2)


def _normals(within: Matrix, points: Points, outline: Outline, unit: Matrix) -> tuple[Points, Points]:
    """Points and unit normals (towards the logo) in the frame."""
    there = warp(within, points)
    tangents = np.stack([-outline.normals[:, 1], outline.normals[:, 0]], axis=1) * unit[0, 0]
    ahead = warp(within, points + 0.5 * tangents) - warp(within, points - 0.5 * tangents)
    normals = np.stack([ahead[:, 1], -ahead[:, 0]], axis=1)
    return there, normals / (np.linalg.norm(normals, axis=1, keepdims=True) + 1e-9)


def _step(  # noqa: PLR0917 - the parts of one linear system
    within: Matrix,
    points: Points,
    outline: Outline,
    unit: Matrix,
    edges: Edges,
    sign: float,
    reach: float,
    free: int,
) -> Matrix | None:
    """One Gauss-Newton step: what moves the outline onto the strongest edge of the right direction in reach."""
    there, normals = _normals(within, points, outline, unit)
    ways = np.linspace(-reach, reach, 2 * int(np.ceil(reach)) + 1)
    probes = there[:, None] + ways[None, :, None] * normals[:, None]
    slope = sign * (edges.at(edges.x, probes) * normals[:, None, 0] + edges.at(edges.y, probes) * normals[:, None, 1])
    favoured = slope * np.exp(-0.5 * (ways / (0.6 * reach)) ** 2)
    best = favoured.argmax(1)
    strength = slope[np.arange(len(points)), best]
    good = (strength > max(2.0, 0.3 * _median(strength))) & edges.inside(there)
    if good.sum() < 12:
        return None
    moved, normal, at, position = ways[best][good], normals[good], there[good], points[good]
    depth = position @ within[2, :2] + within[2, 2]
    ones = np.concatenate([position, np.ones((len(position), 1))], axis=1)
    along = (normal * at).sum(1)
    system = (
        np.concatenate([ones * normal[:, :1], ones * normal[:, 1:], -position * along[:, None]], axis=1)
        / depth[:, None]
    )
    system = system[:, :free]
    weights = 1 / (1 + (moved / (0.5 * reach)) ** 2)
    ridge = np.full(free, 0.02 * len(position))
    ridge[6:] *= (at.std() + 1.0) ** 2  # perspective only where the edges ask for it
    left = (system * weights[:, None]).T @ system + np.diag(ridge * 0.05)
    solved = np.linalg.solve(left, (system * weights[:, None]).T @ moved)
    step = np.zeros(9)
    step[:free] = solved
    return step.reshape(3, 3)


def weigh(prepared: Prepared, place: Matrix, edges: Edges) -> Fit:
    """How well the picture bears out that the reference lies there."""
    outline = prepared.outline
    if outline is None:
        return Fit(place, 0.0, 0.0, 0.0, 0.0, _likeness_whole(prepared, place, edges), 0, 0.0)
    unit = np.eye(3)
    there, normals = _normals(place, outline.points, outline, unit)
    left, top, right, bottom = prepared.box
    scale = float(np.sqrt(_area(corners(prepared, place)) / ((right - left) * (bottom - top))))
    seen = (np.minimum(outline.inner, outline.outer) * scale >= 1.0) & edges.inside(there)
    if seen.sum() < 24 or edges.inside(there).mean() < 0.6:
        return Fit(place, 0.0, -9.0, 0.0, 9.0, 0.0, int(seen.sum()), 0.0)
    there, normals, inner, outer = there[seen], normals[seen], outline.inner[seen], outline.outer[seen]
    most = 2.5
    within = edges.at(edges.soft, there + np.minimum(most, 0.8 * inner * scale)[:, None] * normals)
    beyond = edges.at(edges.soft, there - np.minimum(most, 0.8 * outer * scale)[:, None] * normals)
    sign = 1.0 if _median(within - beyond) >= 0 else -1.0
    contrast = _median(np.abs(within - beyond))
    hit = _on_edge(there, normals, edges, sign)
    length = outline.length * scale * float(seen.mean())
    around = outline.points[seen] - np.array(prepared.size) / 2
    interior = edges.at(edges.soft, warp(place, outline.inside))
    spread = _median(np.abs(interior - np.float32(_median(interior)))) / max(contrast, 1.0)
    return Fit(
        place,
        float(hit.mean()),
        _evidence(hit, np.arctan2(around[:, 1], around[:, 0]), min(int(seen.sum()) / 6, length / 5)),
        contrast,
        spread,
        abs(_correlation(np.concatenate([within, beyond]), np.repeat([1.0, 0.0], len(within)))),
        int(seen.sum()),
        length,
    )


def _evidence(hit: NDArray[np.bool_], angles: NDArray[np.float64], independent: float) -> float:
    """Sector by sector around the middle, the log-likelihood ratio of its hits: an outline that is there (`IF_IT_IS`)
    against edges that chance laid there (`BY_CHANCE`). A sector that speaks against it costs no more than being hidden
    does. Neighbouring samples are not independent: `independent` says how many all of them are worth."""
    sector = np.minimum(((angles + np.pi) / (2 * np.pi) * SECTORS).astype(int), SECTORS - 1)
    hits, misses = np.bincount(sector[hit], minlength=SECTORS), np.bincount(sector[~hit], minlength=SECTORS)
    ratio = hits * np.log(IF_IT_IS / BY_CHANCE) + misses * np.log((1 - IF_IT_IS) / (1 - BY_CHANCE))
    return float(np.maximum(ratio * independent / len(hit), -HIDDEN).sum())


def _on_edge(there: Points, normals: Points, edges: Edges, sign: float) -> NDArray[np.bool_]:
    """Where the picture has its steepest slope within `_NEAR` pixels, and it runs across the outline (± 25°)."""
    ways = np.linspace(-2 * _NEAR, 2 * _NEAR, 9)
    probes = there[:, None] + ways[None, :, None] * normals[:, None]
    x, y = sign * edges.at(edges.x, probes), sign * edges.at(edges.y, probes)
    across = x * normals[:, None, 0] + y * normals[:, None, 1]
    best = across.argmax(1)
    row = np.arange(len(there))
    strength, length = across[row, best], np.hypot(x[row, best], y[row, best])
    near = np.abs(ways[best]) <= _NEAR
    return np.asarray(near & (strength > max(1.5, 0.3 * _median(strength))) & (strength > 0.9 * length), np.bool_)


def _likeness_whole(prepared: Prepared, place: Matrix, edges: Edges) -> float:
    """Correlation of brightness over the whole reference (24 × 24 samples); for references without a plain ground."""
    width, height = prepared.size
    grid = np.stack(np.meshgrid(np.linspace(2, width - 3, 24), np.linspace(2, height - 3, 24)), axis=-1).reshape(-1, 2)
    there = warp(place, grid)
    inside = edges.inside(there)
    if inside.mean() < 0.6:
        return 0.0
    mine = Edges(prepared.grey)
    return abs(_correlation(edges.at(edges.soft, there[inside]), mine.at(mine.soft, grid[inside])))


def _correlation(a: NDArray[np.floating], b: NDArray[np.floating]) -> float:
    a, b = a - a.mean(), b - b.mean()
    return float((a * b).sum() / (np.sqrt((a * a).sum() * (b * b).sum()) + 1e-6))
