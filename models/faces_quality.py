"""How much a face can be relied on: size, sharpness, pose, light, and the detector's own score, each 0–1.

None of it was trained; the curves are set by what spoils recognition first. `quality` is the smallest of them, because
a large sharp face from the side is as little use as a small one from the front. It never hides a finding: it is stored
beside it, and decides which face of a picture or of a track is the best one, and what a likeness to others is worth
(`core.likeness`).
"""

from __future__ import annotations

from collections.abc import Mapping

import cv2
import numpy as np
from numpy.typing import NDArray

from models.faces_boxes import Face

__all__ = ["Eyes", "eyes", "quality"]


Eyes = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]
"""Left eye in the picture, right eye in the picture, nose: three points of 2."""

_CROP = 96


def eyes(points: NDArray[np.float64], scheme: str) -> Eyes:
    """The three points that every scheme has. `dlib`: person's left outer and inner corner, right outer and inner
    corner, bottom of the nose. `arcface`: person's right eye, left eye, nose, right and left corner of the mouth."""
    if scheme == "dlib":
        return (points[2] + points[3]) / 2, (points[0] + points[1]) / 2, points[4]
    return points[0], points[1], points[2]


def quality(rgb: NDArray[np.uint8], face: Face, scheme: str) -> Mapping[str, float]:
    """Numbers of uint8 height × width × 3 at a face: `quality` (0–1) and what it is made of.

    `pixels`: shorter side of the box. `sharpness`: 0–1. `yaw`: −1…1, 0 from the front, about ±0.5 in half profile.
    `roll`: degrees, clockwise. `light`: 0–1, low when nearly black or white, or flat.
    """
    left, right, nose = eyes(face.points, scheme)
    across = right - left
    distance = float(np.hypot(*across)) or 1e-6
    yaw = float(((nose - (left + right) / 2) @ across) / distance**2)
    grey = _crop(rgb, face)
    sharp, light = _sharpness(grey), _light(grey)
    parts = {
        "size": float(np.clip((face.size - 12) / 60, 0, 1)),
        "sharp": sharp,
        "front": float(np.clip(1.25 - 2.0 * abs(yaw), 0, 1)),
        "light": light,
        "sure": face.score,
    }
    return {
        "quality": round(min(parts.values()), 3),
        "pixels": round(face.size, 1),
        "sharpness": round(sharp, 3),
        "yaw": round(max(-1.0, min(1.0, yaw)), 3),
        "roll": round(float(np.degrees(np.arctan2(across[1], across[0]))), 1),
        "light": round(light, 3),
    }


def _crop(rgb: NDArray[np.uint8], face: Face) -> NDArray[np.float32]:
    height, width = rgb.shape[:2]
    left, top = (int(np.clip(value, 0, limit - 1)) for value, limit in zip(face.box[:2], (width, height), strict=True))
    right, bottom = max(left + 1, min(width, int(face.box[2]))), max(top + 1, min(height, int(face.box[3])))
    part = rgb[top:bottom, left:right]
    size = max(part.shape[:2])
    if size > _CROP:  # sharpness of the face as the model sees it, not of the grain of a large photo
        scale = _CROP / size
        to = max(1, round(part.shape[1] * scale)), max(1, round(part.shape[0] * scale))
        part = np.asarray(cv2.resize(part, to, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    return np.asarray(cv2.cvtColor(np.ascontiguousarray(part), cv2.COLOR_RGB2GRAY), dtype=np.float32)


def _sharpness(grey: NDArray[np.float32]) -> float:
    """Energy of the Laplacian beside the contrast: 0.02 of a strong blur, 0.3 and more of a sharp face."""
    spread = float(grey.var())
    if spread < 1.0 or min(grey.shape) < 3:
        return 0.0
    edges = float(cv2.Laplacian(grey, cv2.CV_32F).var())
    return float(np.clip(edges / spread / 0.3, 0, 1))


def _light(grey: NDArray[np.float32]) -> float:
    mean, spread = float(grey.mean()), float(grey.std())
    exposed = min(mean / 50.0, (255.0 - mean) / 35.0)
    return float(np.clip(min(exposed, spread / 25.0), 0, 1))
