"""How a picture becomes what the text models see, and how their boxes come back to the picture.

Equal to RapidOCR 3.10 (Apache-2.0, `rapidocr/utils/process_img.py`, `ch_ppocr_det/utils.py`), with three deliberate
differences: the factor back to the picture is kept as one number per axis (upstream loses the first one when a picture
is both reduced and enlarged, and its boxes are then off), normalising is one table look-up, and
tall strips are bounded (`detector_size`).
RapidOCR itself is not imported: its HTTP library opens a socket as soon as it is loaded.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["GRID", "Page", "detector_size", "full_size", "grey_tensor", "line_crop", "prepare", "to_tensor"]

LONGEST_SIDE = 2000
SHORTEST_SIDE = 30
DETECTOR_SIDE = 736
DETECTOR_PIXELS = 2048 * 2048
PAD_BELOW = 30
PAD_ASPECT = 8
GRID = 32

# In float64 and then rounded once, exactly as upstream computes it for every pixel.
_NORMALISED = ((np.arange(256).astype(np.float32) * np.float32(1 / 255.0) - np.float64(0.5)) / np.float64(0.5)).astype(
    np.float32
)


@dataclass(frozen=True, slots=True)
class Page:
    """A picture ready for the text models: BGR, sides within bounds, padded in height when it is a strip.

    `scale` (x, y): pixels of the original for one pixel here; `top`: rows of padding above. `size`: width, height of
    the original.
    """

    bgr: NDArray[np.uint8]
    scale: tuple[float, float]
    top: int
    size: tuple[int, int]

    def to_original(self, points: NDArray[np.float32]) -> NDArray[np.float64]:
        """Points (…, 2) on the page to pixels of the original, clipped to it."""
        moved = (points.astype(np.float64) - (0, self.top)) * self.scale
        clipped: NDArray[np.float64] = np.clip(moved, 0, self.size)
        return clipped


def prepare(rgb: NDArray[np.uint8]) -> Page:
    """uint8 height × width × 3 RGB to a page: longest side ≤ 2000, shortest ≥ 30, strips padded with black rows."""
    height, width = rgb.shape[:2]
    picture = rgb
    if max(height, width) > LONGEST_SIDE:
        picture = _resized(picture, LONGEST_SIDE / max(picture.shape[:2]))
    if min(picture.shape[:2]) < SHORTEST_SIDE:
        picture = _resized(picture, SHORTEST_SIDE / min(picture.shape[:2]))
    bgr = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2BGR), dtype=np.uint8)
    scale = (width / bgr.shape[1], height / bgr.shape[0])
    h, w = bgr.shape[:2]
    top = 0
    if h <= PAD_BELOW or w / h > PAD_ASPECT:
        top = int(abs(max(int(w / PAD_ASPECT), PAD_BELOW) * 2 - h) / 2)
        bgr = np.asarray(cv2.copyMakeBorder(bgr, top, top, 0, 0, cv2.BORDER_CONSTANT), dtype=np.uint8)
    return Page(bgr, scale, top, (width, height))


def full_size(rgb: NDArray[np.uint8]) -> Page:
    """The picture as a page without being reduced."""
    height, width = rgb.shape[:2]
    return Page(np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR), dtype=np.uint8), (1.0, 1.0), 0, (width, height))


def detector_size(page: Page, share: float = 1.0, extra: int = 0) -> tuple[int, int]:
    """Height, width at which the detector looks: shortest side at least 736, multiples of 32; times `share`,
    `extra` rows more.

    Never more than 4.2 megapixels, which only very long strips would need (upstream has no bound: 100 × 2000 would
    become 11 megapixels, and 300 × 1 even 23, which takes 5 GB).
    """
    h, w = page.bgr.shape[:2]
    ratio = max(1.0, DETECTOR_SIDE / min(h, w))
    if h * w * ratio**2 > DETECTOR_PIXELS:
        ratio = math.sqrt(DETECTOR_PIXELS / (h * w))
    return _on_grid(int(h * ratio) * share + extra), _on_grid(int(w * ratio) * share)


def to_tensor(bgr: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.float32]:
    """uint8 BGR to float32 [1, 3, height, width] in −1…1 at `size` (height, width)."""
    if bgr.shape[:2] != size:
        bgr = np.asarray(cv2.resize(bgr, (size[1], size[0])), dtype=np.uint8)
    tensor = np.empty((1, 3, *size), np.float32)
    for channel in range(3):
        cv2.LUT(cv2.extractChannel(bgr, channel), _NORMALISED, tensor[0, channel])
    return tensor


def grey_tensor(grey: NDArray[np.uint8]) -> NDArray[np.float32]:
    """uint8 height × width to float32 [1, 3, height, width] in −1…1: what `to_tensor` makes of three equal channels."""
    tensor = np.empty((1, 3, *grey.shape), np.float32)
    tensor[0] = cv2.LUT(grey, _NORMALISED)
    return tensor


def line_crop(bgr: NDArray[np.uint8], quad: NDArray[np.float32]) -> NDArray[np.uint8]:
    """The quadrilateral (4 × 2, clockwise from top left) straightened; turned a quarter when it stands upright."""
    width = int(max(np.linalg.norm(quad[0] - quad[1]), np.linalg.norm(quad[2] - quad[3])))
    height = int(max(np.linalg.norm(quad[0] - quad[3]), np.linalg.norm(quad[1] - quad[2])))
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(quad.astype(np.float32), target)
    crop = cv2.warpPerspective(bgr, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE, flags=cv2.INTER_CUBIC)
    if height / width >= 1.5:
        crop = np.rot90(crop)
    return np.asarray(crop, dtype=np.uint8)


def _resized(picture: NDArray[np.uint8], ratio: float) -> NDArray[np.uint8]:
    h, w = picture.shape[:2]
    size = _on_grid(int(w * ratio)), _on_grid(int(h * ratio))
    return np.asarray(cv2.resize(picture, size), dtype=np.uint8)


def _on_grid(length: float) -> int:
    # At least one cell: upstream refuses pictures so narrow that they would round to nothing.
    return max(GRID, round(length / GRID) * GRID)
