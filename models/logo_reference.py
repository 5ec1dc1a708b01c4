"""One reference picture of the gallery, made ready for comparing.

The plain border around it is cut off (so that the polygon of a match is the logo, not the sheet of paper that it was
printed on) and it is reduced to `LONGEST` pixels. Where logo and ground can be told apart, its outline is sampled: for
flat one-colour marks the outline is all there is.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models import logo_features, logo_shapes
from models.logo_shapes import Shapes

__all__ = ["LONGEST", "Outline", "Prepared", "prepare", "unpack"]

LONGEST, FEATURES, PARTS, OUTLINE = 320, 200, 8, 240
_HEADER = struct.Struct("<4sHII")
_MAGIC = b"LGR1"
_MARGIN = 0.04

Grey = NDArray[np.uint8]
Points = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Outline:
    """Samples of the edge between logo and ground, in pixels of the reference: `points` n × 2, `normals` n × 2 (unit,
    towards the logo), `inner` and `outer`: how far one can go that way before the next edge. `inside`: m × 2 points in
    the logo's flat interior. `length`: of all its edges together."""

    points: Points
    normals: Points
    inner: NDArray[np.float64]
    outer: NDArray[np.float64]
    inside: Points
    length: float


@dataclass(frozen=True, slots=True)
class Prepared:
    """`grey`: the trimmed picture. `mask`: where the logo is (0 or 255), all 0 where that cannot be told. `points`,
    `descriptors`: as in `logo_features.Features`. `parts`: silhouettes of its largest pieces and holes."""

    grey: Grey
    mask: Grey
    points: NDArray[np.float32]
    descriptors: NDArray[np.uint8]
    parts: Shapes
    outline: Outline | None
    box: tuple[float, float, float, float]
    """Left, top, right, bottom of the logo itself within `grey`; all of it where logo and ground look alike."""
    tone: float = -1.0
    """+1 where the logo is brighter than its ground, −1 where it is darker."""
    look: bytes = b""
    """Vectors of its views, as `logo_vectors.Look.pack` gives them; empty where no pack was there."""

    @property
    def size(self) -> tuple[int, int]:
        return self.grey.shape[1], self.grey.shape[0]

    @property
    def plain(self) -> bool:
        """Whether it is one common shape with hardly a corner, so that other things look the same."""
        common = logo_shapes.commonness(self.parts) if len(self.parts) == 1 else 0.0
        return common > 0.9 or (common > 0.75 and len(self.points) < 40)


def prepare(picture: NDArray[np.uint8], look: Callable[[NDArray[np.uint8]], bytes] | None = None) -> NDArray[np.uint8]:
    """A reference picture (RGB, uint8, height × width × 3) in the packed form that the case keeps. `look` makes of the
    picture, cut to the logo, what packs want to keep of it (`Prepared.look`). Raises `ValueError` when there is nothing
    on it."""
    import cv2

    if min(picture.shape[:2]) < 16:
        raise ValueError("it is smaller than 16 pixels")
    colour, grey, mask = _trimmed(picture)
    points, descriptors = logo_features.sift(grey, FEATURES)
    if len(points) < 4 and not mask.any() and (look is None or int(np.ptp(grey)) < 16):
        raise ValueError("there is nothing on it that could be recognised again")
    pieces = [bytes(cv2.imencode(".png", one)[1]) for one in (grey, mask)]
    head = _HEADER.pack(_MAGIC, len(points), len(pieces[0]), len(pieces[1]))
    packed = logo_features.pack_points(points, descriptors)
    return np.frombuffer(b"".join([head, packed, *pieces, look(colour) if look else b""]), np.uint8)


def unpack(data: bytes) -> Prepared:
    """What `prepare` made. Raises `ValueError` for anything else."""
    import cv2

    try:
        magic, count, first, second = _HEADER.unpack_from(data)
    except struct.error as error:
        raise ValueError("too short for a reference") from error
    ends = np.cumsum([_HEADER.size, count * 72, first, second])
    if magic != _MAGIC or len(data) < ends[-1]:
        raise ValueError("this is no reference of this version")
    points, descriptors = logo_features.unpack_points(data[ends[0] : ends[1]])
    pictures = [
        cv2.imdecode(np.frombuffer(data[start:end], np.uint8), cv2.IMREAD_GRAYSCALE)
        for start, end in ((ends[1], ends[2]), (ends[2], ends[3]))
    ]
    if any(one is None for one in pictures):
        raise ValueError("the picture in it cannot be read")
    grey, mask = (np.asarray(one, np.uint8) for one in pictures)
    outline = _outline(mask) if mask.any() else None
    left, top, width, height = cv2.boundingRect(mask) if mask.any() else (0, 0, grey.shape[1], grey.shape[0])
    box = float(left), float(top), float(left + width), float(top + height)
    return Prepared(grey, mask, points, descriptors, _parts(mask), outline, box, _tone(grey, mask), data[ends[3] :])


def _tone(grey: Grey, mask: Grey) -> float:
    logo, ground = grey[mask > 0], grey[mask == 0]
    return 1.0 if len(logo) and len(ground) and float(np.median(logo)) > float(np.median(ground)) else -1.0


# ---------------------------------------------------------------------- logo and ground


def _trimmed(picture: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], Grey, Grey]:
    """Picture, grey picture and mask, cut to the logo and reduced."""
    import cv2

    picture = _reduced(picture, 2 * LONGEST)
    mask = _told_apart(picture)
    grey = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8)
    if mask.any():
        grey = _contrasted(picture, grey, mask)
        left, top, width, height = cv2.boundingRect(mask)
        margin = round(_MARGIN * max(width, height)) + 1
        box = slice(max(0, top - margin), top + height + margin), slice(max(0, left - margin), left + width + margin)
        picture, grey, mask = (np.ascontiguousarray(one[box]) for one in (picture, grey, mask))
    grey, mask = _reduced(grey, LONGEST), _reduced(mask, LONGEST)
    return _reduced(picture, LONGEST), grey, np.asarray((mask > 127) * np.uint8(255), np.uint8)


def _reduced(picture: NDArray[np.uint8], longest: int) -> NDArray[np.uint8]:
    """To exactly that longer side: a small reference is enlarged, so that its outline can be sampled finely."""
    import cv2

    height, width = picture.shape[:2]
    scale = longest / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(picture, size, interpolation=way), np.uint8)


def _told_apart(picture: NDArray[np.uint8]) -> Grey:
    """The logo's pixels (255), where the picture has a plain border or two clearly different tones; else all 0."""
    import cv2

    border = np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]]).astype(np.int16)
    ground = np.median(border, axis=0)
    plain = (np.abs(border - ground).max(1) < 24).mean() >= 0.85
    if not plain:
        return np.zeros(picture.shape[:2], np.uint8)
    away = np.asarray(np.abs(picture.astype(np.int16) - ground).max(2), np.uint8)
    level, mask = cv2.threshold(away, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    share = (mask > 0).mean()
    if level < 12 or not 0.002 < share < 0.9:
        return np.zeros(picture.shape[:2], np.uint8)
    return np.asarray(mask, np.uint8)


def _contrasted(picture: NDArray[np.uint8], grey: Grey, mask: Grey) -> Grey:
    """The grey picture; where logo and ground are of equal brightness, the mask in its place (red on green)."""
    difference = abs(float(np.median(grey[mask > 0])) - float(np.median(grey[mask == 0])))
    return grey if difference >= 24 or picture.ndim != 3 else np.asarray(255 - mask, np.uint8)


def _parts(mask: Grey) -> Shapes:
    """The largest pieces of the logo, then the largest holes in it."""
    import cv2

    total, found = max(1, int((mask > 0).sum())), []
    for kind, layer in enumerate((mask, np.asarray(255 - mask, np.uint8))):
        count, labels, stats, _ = cv2.connectedComponentsWithStats(layer, connectivity=8, ltype=cv2.CV_32S)
        for number in range(1, count):
            x, y, w, h, area = (int(value) for value in stats[number])
            open_ground = x == 0 or y == 0 or x + w == mask.shape[1] or y + h == mask.shape[0]
            if area < max(30, 0.02 * total) or (kind == 1 and open_ground) or min(w, h) < 4:
                continue
            found.append((area, y, x, logo_shapes.describe(labels[y : y + h, x : x + w] == number, x, y)))
    found.sort(key=lambda one: (-one[0], one[1], one[2]))
    return Shapes.of([part for *_, part in found[:PARTS]])


def _outline(mask: Grey) -> Outline | None:
    import cv2

    signed = cv2.distanceTransform(mask, cv2.DIST_L2, 5) - cv2.distanceTransform(
        np.asarray(255 - mask, np.uint8), cv2.DIST_L2, 5
    )
    contours, _ = cv2.findContours(mask, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    chains = [np.asarray(one, np.float64)[:, 0] for one in contours if len(one) >= 12]
    if not chains:
        return None
    points = np.concatenate(chains)
    length = float(len(points))
    points = points[np.linspace(0, len(points) - 1, min(OUTLINE, len(points))).astype(int)]
    soft = cv2.GaussianBlur(signed, (0, 0), 1.5)
    slopes = np.stack([cv2.Sobel(soft, cv2.CV_32F, 1, 0), cv2.Sobel(soft, cv2.CV_32F, 0, 1)], axis=2)
    normals = slopes[points[:, 1].astype(int), points[:, 0].astype(int)].astype(np.float64)
    normals /= np.linalg.norm(normals, axis=1, keepdims=True) + 1e-9
    points = points - 0.5 * normals  # contours run through the outermost pixels of the logo; the edge is half further
    deep = np.argwhere(signed >= min(4.0, 0.6 * float(signed.max())))[:, ::-1].astype(np.float64)
    inside = deep[np.linspace(0, len(deep) - 1, min(OUTLINE, len(deep))).astype(int)]
    return Outline(points, normals, _way(signed, points, normals), _way(-signed, points, -normals), inside, length)


def _way(depth: NDArray[np.float32], points: Points, directions: Points) -> NDArray[np.float64]:
    """How far one can go from each point before the depth no longer grows, 16 pixels at most."""
    height, width = depth.shape
    way, open_ = np.zeros(len(points)), np.ones(len(points), np.bool_)
    last = np.full(len(points), -1.0)
    for step in range(1, 17):
        at = np.rint(points + step * directions).astype(int)
        out = (at[:, 0] < 0) | (at[:, 1] < 0) | (at[:, 0] >= width) | (at[:, 1] >= height)
        here = depth[np.clip(at[:, 1], 0, height - 1), np.clip(at[:, 0], 0, width - 1)]
        open_ &= out | (here > last + 0.3)  # beyond the cut the ground goes on
        way[open_] = step
        last = np.where(out, last, here)
    return way
