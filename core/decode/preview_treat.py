"""Taking away from pixels what need not be seen, in the child, so that the desk never holds more than it shows."""

from __future__ import annotations

import math
from collections.abc import Sequence

import cv2
import numpy as np

from core.decode.pixels import Pixels8, shrink
from core.decode.preview_wire import Treatment
from core.decode.thumbnail import shrunk
from core.records import Region

__all__ = ["treated"]

_BLUR_FORMS = 24  # pixels that are left of the longer side: bodies and rooms can be told, faces and details cannot
_BLURRED_SIDE = 960


def treated(pixels: Pixels8, treatment: Treatment) -> Pixels8:
    """A picture (height × width × 3, RGB) with less in it; may be smaller, when cropped of other proportions. Not in
    place."""
    if treatment.masks:
        pixels = _masked(pixels, treatment.masks)
    if treatment.crop is not None:
        pixels = _cropped(pixels, treatment.crop)
    if treatment.side:
        pixels = shrunk(pixels, treatment.side)
    if treatment.grey:
        pixels = np.asarray(cv2.cvtColor(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB), np.uint8)
    if treatment.blur:
        pixels = _blurred(pixels)
    return pixels


def _blurred(pixels: Pixels8) -> Pixels8:
    """Averaged to a few forms and enlarged again: what was there cannot be computed back."""
    height, width = pixels.shape[:2]
    scale = min(1.0, _BLURRED_SIDE / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    few = min(_BLUR_FORMS, max(2, max(size) // 4)) / max(height, width)
    # Area averages and nothing sharper: points picked from fine patterns would show as patterns of their own.
    forms = shrink(pixels, max(1, round(width * few)), max(1, round(height * few)))
    soft = cv2.resize(forms, size, interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.GaussianBlur(soft, (0, 0), max(size) / 60), np.uint8)


def _cropped(pixels: Pixels8, region: Region) -> Pixels8:
    """The region as far as it lies in the picture; at least one pixel."""
    height, width = pixels.shape[:2]
    left = min(width - 1, max(0, math.floor(region.x * width)))
    top = min(height - 1, max(0, math.floor(region.y * height)))
    right = min(width, max(left + 1, math.ceil((region.x + region.w) * width)))
    bottom = min(height, max(top + 1, math.ceil((region.y + region.h) * height)))
    return np.ascontiguousarray(pixels[top:bottom, left:right])


def _masked(pixels: Pixels8, masks: Sequence[Region]) -> Pixels8:
    covered = pixels.copy()
    height, width = pixels.shape[:2]
    for region in masks:
        left, top = max(0, math.floor(region.x * width)), max(0, math.floor(region.y * height))
        right = min(width, math.ceil((region.x + region.w) * width))
        bottom = min(height, math.ceil((region.y + region.h) * height))
        if right > left and bottom > top:
            inside = pixels[top:bottom, left:right]
            covered[top:bottom, left:right] = np.asarray(cv2.mean(inside)[:3]).astype(np.uint8)
    return covered
