"""What is kept of a picture so that logos can be looked for in it, now and later: local features (SIFT), flat shapes,
and a small grey copy for the last check.

Everything is found in one *frame*: the grey picture, reduced so that its longer side has at most `FRAME` pixels. What
is compared is always what comes back from the packed form, so a reference that is added a year later meets exactly what
one meets today.

Packed, a picture takes 72 bytes a feature (300 at most), 76 bytes a shape (96 at most) and the copy, about 50 KB for a
photograph full of detail and 15 KB for a calm one.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models import logo_shapes
from models.logo_shapes import Shapes

if TYPE_CHECKING:
    import cv2

__all__ = ["FEATURES", "FRAME", "PREPROCESSING", "SPACE", "Features", "extract", "frame_of", "pack", "sift", "unpack"]

FRAME, FEATURES, QUALITY = 800, 300, 40
PREPROCESSING = f"rootsift4+shapes/{FRAME}/1"
SPACE = f"sift/{PREPROCESSING}"
"""The space of the vector in which a sample's features are kept."""
_HEADER = struct.Struct("<4sHHHHI")
_MAGIC = b"LGO1"
_GRAIN = 64
"""Positions and sizes are kept in 1/64 pixel."""
_TURN = 65536 / 360

Grey = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Features:
    """`size`: width, height of the frame. `copy`: the frame as a JPEG file. `points`: n × 4 float32, x, y, size in
    pixels of the frame, angle in degrees. `descriptors`: n × 128, uint8, 0–15: the square root of the SIFT histogram
    (Arandjelović and Zisserman 2012) in sixteen steps."""

    size: tuple[int, int]
    copy: bytes
    points: NDArray[np.float32]
    descriptors: NDArray[np.uint8]
    shapes: Shapes

    def grey(self) -> Grey:
        """The frame, read from its copy. Raises `ValueError` when that is damaged."""
        grey = _jpeg_grey(self.copy)
        if grey.shape != self.size[::-1]:
            raise ValueError("the copy has another size than it should")
        return grey


def frame_of(picture: NDArray[np.uint8], longest: int = FRAME) -> Grey:
    """The grey frame of an RGB picture: reduced by area, never enlarged."""
    import cv2

    height, width = picture.shape[:2]
    scale = min(1.0, longest / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    # Reduced first: three channels are quicker to shrink than a large picture is to grey.
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA) if scale < 1 else picture
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), np.uint8)


def extract(picture: NDArray[np.uint8]) -> Features:
    """The features of an RGB picture (uint8, height × width × 3). A picture without any detail has none."""
    grey = frame_of(picture)
    points, descriptors = sift(grey, FEATURES)
    return Features(grey.shape[::-1], _grey_jpeg(grey), points, descriptors, logo_shapes.find(grey))


def sift(grey: Grey, at_most: int) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """The strongest local features, spread over the picture: points and descriptors as in `Features`."""
    import cv2

    if min(grey.shape) < 16:
        return np.zeros((0, 4), np.float32), np.zeros((0, 128), np.uint8)
    finder = cv2.SIFT.create(nfeatures=0, contrastThreshold=0.03)
    chosen = _spread(finder.detect(grey, None), grey.shape, at_most)
    if not chosen:
        return np.zeros((0, 4), np.float32), np.zeros((0, 128), np.uint8)
    described, raw = finder.compute(grey, chosen)
    points = np.array([(*one.pt, one.size, one.angle) for one in described], np.float32)
    return points, _rooted(np.asarray(raw, np.float32))


def _rooted(raw: NDArray[np.float32]) -> NDArray[np.uint8]:
    rooted = np.sqrt(raw / np.maximum(raw.sum(1, keepdims=True), 1e-6))
    return np.asarray(np.minimum(np.rint(rooted * 48), 15), np.uint8)


def _spread(found: Sequence[cv2.KeyPoint], shape: tuple[int, ...], at_most: int) -> list[cv2.KeyPoint]:
    """The strongest, but of each cell of an 8 × 8 grid only its fair share before the others have had theirs, so that
    one bush does not use up all of them."""
    if len(found) <= at_most:
        return list(found)
    import cv2

    where = np.asarray(cv2.KeyPoint.convert(found), np.float64)
    strength = np.array([one.response for one in found])
    cells = (where[:, 1] * 8 // shape[0]).astype(int) * 8 + (where[:, 0] * 8 // shape[1]).astype(int)
    order = np.lexsort((where[:, 0], where[:, 1], -strength))
    by_cell = np.argsort(cells[order], kind="stable")
    rows = cells[order][by_cell]
    rank = np.empty(len(found), int)
    rank[by_cell] = np.arange(len(found)) - np.searchsorted(rows, rows)
    share = max(1, at_most // 32)  # half of all go by cell, the rest by strength alone
    first = rank < share // 2
    chosen = np.concatenate([order[first], order[~first]])[:at_most]
    return [found[number] for number in np.sort(chosen).tolist()]


# ---------------------------------------------------------------------- how it is stored


def pack(features: Features) -> NDArray[np.uint8]:
    """One row of bytes, for `core.records.Vector`."""
    shapes = features.shapes
    pieces = [
        _HEADER.pack(_MAGIC, *features.size, len(features.points), len(shapes), len(features.copy)),
        pack_points(features.points, features.descriptors),
        np.packbits(shapes.masks.reshape(len(shapes), logo_shapes.RINGS * logo_shapes.ANGLES), axis=1).tobytes(),
        np.rint(np.clip(shapes.centres, 0, 1000) * _GRAIN).astype("<u2").tobytes(),
        shapes.spreads.astype("<f4").tobytes(),
        features.copy,
    ]
    return np.frombuffer(b"".join(pieces), np.uint8)


def unpack(values: NDArray[np.uint8]) -> Features:
    """What `pack` made. Raises `ValueError` for anything else."""
    data = values.tobytes()
    try:
        magic, width, height, points, shapes, size = _HEADER.unpack_from(data)
    except struct.error as error:
        raise ValueError("too short for features") from error
    bits = logo_shapes.RINGS * logo_shapes.ANGLES
    ends = np.cumsum([_HEADER.size, points * 72, shapes * bits // 8, shapes * 4, shapes * 12, size])
    if magic != _MAGIC or len(data) != ends[-1]:
        raise ValueError("these are no features of this version")
    where, descriptors = unpack_points(data[ends[0] : ends[1]])
    masks = np.unpackbits(np.frombuffer(data[ends[1] : ends[2]], np.uint8).reshape(shapes, bits // 8), axis=1)
    return Features(
        (width, height),
        data[ends[4] :],
        where,
        descriptors,
        Shapes(
            masks.astype(np.bool_).reshape(-1, logo_shapes.RINGS, logo_shapes.ANGLES),
            np.frombuffer(data[ends[2] : ends[3]], "<u2").reshape(-1, 2).astype(np.float32) / np.float32(_GRAIN),
            np.frombuffer(data[ends[3] : ends[4]], "<f4").reshape(-1, 3).astype(np.float32),
        ),
    )


def pack_points(points: NDArray[np.float32], descriptors: NDArray[np.uint8]) -> bytes:
    """72 bytes each: x, y, size, angle as 16 bits, then two steps of the descriptor a byte."""
    fixed = np.clip(np.rint(points[:, :3] * _GRAIN), 0, 65535).astype("<u2")
    angle = (np.rint(points[:, 3] * _TURN).astype(np.int64) % 65536).astype("<u2")
    halves = (descriptors[:, 0::2] << 4) | descriptors[:, 1::2]
    return np.concatenate([fixed.view(np.uint8), angle[:, None].view(np.uint8), halves], axis=1).tobytes()


def unpack_points(data: bytes) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    rows = np.frombuffer(data, np.uint8).reshape(-1, 72)
    fixed = np.ascontiguousarray(rows[:, :8]).view("<u2").astype(np.float32)
    points = np.concatenate([fixed[:, :3] / _GRAIN, fixed[:, 3:] / np.float32(_TURN)], axis=1).astype(np.float32)
    descriptors = np.empty((len(rows), 128), np.uint8)
    descriptors[:, 0::2], descriptors[:, 1::2] = rows[:, 8:] >> 4, rows[:, 8:] & 15
    return points, descriptors


def _grey_jpeg(grey: Grey) -> bytes:
    import cv2

    done, data = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    if not done:
        raise ValueError("the grey copy cannot be made")
    return bytes(data)


def _jpeg_grey(data: bytes) -> Grey:
    import cv2

    try:
        grey = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
    except cv2.error as error:
        raise ValueError("the copy cannot be read") from error
    if grey is None:
        raise ValueError("the copy cannot be read")
    return np.asarray(grey, np.uint8)
