"""Pictures to what the face models see, and points back: letterbox, 5-point alignment, flipped views.

The target points are ArcFace's (InsightFace `utils/face_align.py`, MIT): person's right eye (left in the picture), left
eye, nose, right and left corner of the mouth on a 112 × 112 square. SFace uses the same ones (OpenCV
`FaceRecognizerSF.alignCrop`). The transform is a similarity (Umeyama 1991), never an affine one, which would squeeze
faces that look aside into frontal ones.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["SIDE", "TEMPLATE", "Letterbox", "aligned", "letterbox", "reduced", "similarity_transform"]

SIDE = 112
TEMPLATE: NDArray[np.float64] = np.array(
    [(38.2946, 51.6963), (73.5318, 51.5014), (56.0252, 71.7366), (41.5493, 92.3655), (70.7299, 92.2041)]
)


@dataclass(frozen=True, slots=True)
class Letterbox:
    """A picture on a canvas of a model's size, at its top left; `scale` (x, y): canvas pixels for one of it."""

    canvas: NDArray[np.uint8]
    scale: tuple[float, float]

    def to_picture(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Points (…, 2) on the canvas to pixels of the picture."""
        moved: NDArray[np.float64] = points / np.array(self.scale)
        return moved


def letterbox(rgb: NDArray[np.uint8], side: int, inner: int | None = None) -> Letterbox:
    """uint8 height × width × 3 into a black `side` × `side` canvas, its longer side `inner` pixels (default: all).

    Reducing averages the area (a bilinear one would drop most pixels of a large photo), enlarging is bilinear.
    """
    height, width = rgb.shape[:2]
    scale = (inner or side) / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    canvas = np.zeros((side, side, 3), np.uint8)
    canvas[: size[1], : size[0]] = cv2.resize(rgb, size, interpolation=how)
    return Letterbox(canvas, (size[0] / width, size[1] / height))


def reduced(rgb: NDArray[np.uint8], longest: int) -> tuple[NDArray[np.uint8], float]:
    """The picture with its longer side at most `longest` pixels, and its pixels for one of the original."""
    height, width = rgb.shape[:2]
    scale = longest / max(height, width)
    if scale >= 1:
        return np.ascontiguousarray(rgb), 1.0
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), dtype=np.uint8), scale


def similarity_transform(points: NDArray[np.float64], target: NDArray[np.float64] = TEMPLATE) -> NDArray[np.float64]:
    """The 2 × 3 matrix (turn, one scale, shift) that takes `points` (n × 2) closest to `target`: Umeyama, eq. 40–42."""
    from_mean, to_mean = points.mean(axis=0), target.mean(axis=0)
    source, wanted = points - from_mean, target - to_mean
    covariance = wanted.T @ source / len(points)
    u, singular, vt = np.linalg.svd(covariance)
    sign = np.array([1.0, np.sign(np.linalg.det(u @ vt)) or 1.0])
    turn = u @ np.diag(sign) @ vt
    spread = source.var(axis=0).sum()
    scale = float(singular @ sign / spread) if spread > 0 else 1.0
    matrix = np.empty((2, 3))
    matrix[:, :2] = scale * turn
    matrix[:, 2] = to_mean - matrix[:, :2] @ from_mean
    return matrix


def aligned(rgb: NDArray[np.uint8], points: NDArray[np.float64], side: int = SIDE) -> NDArray[np.uint8]:
    """The face upright on a `side` × `side` square, uint8 RGB, black beyond the picture.

    A face much larger than the square is reduced first: `warpAffine` looks at four pixels for each of its own, and
    everything between them would be lost (upstream loses it).
    """
    matrix = similarity_transform(points, TEMPLATE * (side / SIDE))
    size = float(np.hypot(matrix[0, 0], matrix[1, 0]))  # square's pixels for one of the picture
    if size < 0.5:
        x0, y0 = (
            np.floor(points.min(axis=0) - 1.5 * side / size).astype(int).clip(0, (rgb.shape[1] - 1, rgb.shape[0] - 1))
        )
        x1, y1 = np.ceil(points.max(axis=0) + 1.5 * side / size).astype(int).clip((x0 + 1, y0 + 1))
        part = rgb[y0:y1, x0:x1]
        width, height = max(1, round(part.shape[1] * size * 2)), max(1, round(part.shape[0] * size * 2))
        factor = np.array([width / part.shape[1], height / part.shape[0]])
        rgb = np.asarray(cv2.resize(part, (width, height), interpolation=cv2.INTER_AREA), dtype=np.uint8)
        # pixel centres: x lies at (x + ½)·factor − ½ in the smaller picture
        matrix = similarity_transform((points - (x0, y0) + 0.5) * factor - 0.5, TEMPLATE * (side / SIDE))
    return np.asarray(cv2.warpAffine(rgb, matrix, (side, side), borderValue=0), dtype=np.uint8)
