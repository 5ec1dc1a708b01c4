"""Picture to tensor for a laboratory's detector, and the way back from the model's rectangle to the picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from models.detector_description import InputSpec

__all__ = ["Placement", "feeds", "fitted"]

_RESAMPLE = {"bilinear": cv2.INTER_LINEAR, "area": cv2.INTER_AREA}


@dataclass(frozen=True, slots=True)
class Placement:
    """Where the picture lies in the model's rectangle: rectangle = picture × scale + offset, all in pixels."""

    size: tuple[int, int]
    """Width, height of the picture."""
    rectangle: tuple[int, int]
    scale: tuple[float, float]
    offset: tuple[float, float]

    def back(self, corners: NDArray[np.float64]) -> NDArray[np.float64]:
        """[n, 4] x1, y1, x2, y2 in the rectangle → relative to the picture, clipped to 0–1."""
        width, height = self.size
        x = (corners[:, [0, 2]] - self.offset[0]) / (self.scale[0] * width)
        y = (corners[:, [1, 3]] - self.offset[1]) / (self.scale[1] * height)
        return np.clip(np.stack([x[:, 0], y[:, 0], x[:, 1], y[:, 1]], axis=1), 0.0, 1.0)


def feeds(picture: NDArray[np.uint8], spec: InputSpec) -> tuple[dict[str, NDArray[Any]], Placement]:
    """Every input of the graph by name, and where the picture lies in the first. `picture`: RGB, height × width × 3."""
    canvas, placement = fitted(picture, spec)
    values: dict[str, NDArray[Any]] = {spec.name: _values(canvas, spec)}
    width, height = spec.size
    if spec.mask:
        values[spec.mask] = np.ones((1, height, width), np.int64)
    if spec.sizes:
        values[spec.sizes] = np.array([[width, height]], np.int64)
    return values, placement


def fitted(picture: NDArray[np.uint8], spec: InputSpec) -> tuple[NDArray[np.uint8], Placement]:
    """The picture in the model's rectangle, RGB.

    `topleft` cuts the new sides to whole pixels (YOLOX's `preproc`), `center` rounds them and the border
    (Ultralytics' `LetterBox`); both map boxes back with the unrounded scale, as those libraries do.
    """
    height, width = picture.shape[:2]
    across, down = spec.size
    mode = spec.letterbox.mode
    if mode == "squash":
        return _resized(picture, (across, down), spec), Placement(
            (width, height), spec.size, (across / width, down / height), (0.0, 0.0)
        )
    scale = min(across / width, down / height)
    whole = int if mode == "topleft" else round
    inner = (max(1, whole(width * scale)), max(1, whole(height * scale)))
    left, top = (0, 0) if mode == "topleft" else _border(inner, spec.size)
    canvas = np.full((down, across, 3), spec.letterbox.pad, np.uint8)
    canvas[top : top + inner[1], left : left + inner[0]] = _resized(picture, inner, spec)
    return canvas, Placement((width, height), spec.size, (scale, scale), (float(left), float(top)))


def _border(inner: tuple[int, int], outer: tuple[int, int]) -> tuple[int, int]:
    """Half the difference, the odd pixel at right and bottom (Ultralytics rounds half − 0.1)."""
    return round((outer[0] - inner[0]) / 2 - 0.1), round((outer[1] - inner[1]) / 2 - 0.1)


def _resized(picture: NDArray[np.uint8], size: tuple[int, int], spec: InputSpec) -> NDArray[np.uint8]:
    if (picture.shape[1], picture.shape[0]) == size:
        return picture
    return np.asarray(cv2.resize(picture, size, interpolation=_RESAMPLE[spec.resample]), dtype=np.uint8)


def _values(canvas: NDArray[np.uint8], spec: InputSpec) -> NDArray[Any]:
    ordered = canvas[:, :, ::-1] if spec.color == "BGR" else canvas
    if spec.layout == "NCHW":
        ordered = ordered.transpose(2, 0, 1)
    if spec.dtype == "uint8":
        return np.ascontiguousarray(ordered[None])
    shape = (3, 1, 1) if spec.layout == "NCHW" else (1, 1, 3)
    mean = np.array(spec.mean, np.float32).reshape(shape)
    std = np.array(spec.std, np.float32).reshape(shape)
    values = (ordered.astype(np.float32) * np.float32(spec.scale) - mean) / std
    return np.ascontiguousarray(values[None].astype(spec.dtype))
