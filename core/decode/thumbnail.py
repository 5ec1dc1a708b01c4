"""Small pictures for the desk and the report, made from what has been decoded anyway."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from typing import Any, Literal, get_args

import cv2
import numpy as np
import simplejpeg
from numpy.typing import NDArray
from PIL import Image

from core.decode.jpeg_size import jpeg_size
from core.decode.pixels import Pixels8, shrink
from core.errors import DecodeError
from core.records import Region

__all__ = ["CELLS", "SIDE", "encode", "jpeg_size", "redact", "shrunk", "storyboard", "thumbnail"]

SIDE = 256
QUALITY = 80
CELLS = 16
_GAP = 4
_REDACTED_SIDE = 16
_COVER_MORE = 0.1  # of its width and height, on every side: a detector's box is a little too small now and then
_LARGEST_JPEG = 64_000_000  # pixels: what `redact` is willing to open


PrintMode = Literal["full", "grey", "masked", "redacted"]


def encode(pixels: Pixels8, quality: int = QUALITY) -> bytes:
    """JPEG without any metadata from pixels (height × width × 3, RGB)."""
    jpeg: bytes = simplejpeg.encode_jpeg(
        np.ascontiguousarray(pixels), quality=quality, colorspace="RGB", colorsubsampling="420"
    )
    return jpeg


def shrunk(pixels: Pixels8, side: int, *, fine: bool = True) -> Pixels8:
    """A copy whose longer side is at most `side` pixels; each side at least one. Not `fine`: faster, rougher."""
    height, width = pixels.shape[:2]
    scale = side / max(height, width)
    if scale >= 1:
        return pixels.copy()
    target = max(1, round(width * scale)), max(1, round(height * scale))
    halvings = min(2 if fine else 1, int(1 / scale).bit_length() - 1)
    # Averaging over millions of pixels costs as much as decoding them. So 4 × 4 points (2 × 2) are taken for each pixel
    # of the result, and those are averaged; halving is the step that OpenCV does fastest.
    if halvings and min(target) > 1:
        size = target[0] << halvings, target[1] << halvings
        pixels = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_LINEAR), np.uint8)
    for _ in range(halvings if min(target) > 1 else 0):
        pixels = shrink(pixels, pixels.shape[1] // 2, pixels.shape[0] // 2)
    return shrink(pixels, *target).copy()


def thumbnail(pixels: Pixels8) -> bytes:
    """The thumbnail of an upright picture: JPEG, longer side at most 256 pixels."""
    return encode(shrunk(pixels, SIDE))


def storyboard(cells: Sequence[tuple[Pixels8, str]]) -> bytes | None:
    """A mosaic of up to 16 pictures in reading order, each with its label (`0:07`, `p. 3`); None for fewer than two.

    At most 4 × 4 cells of 256 pixels, grey ground.
    """
    cells = cells[:CELLS]
    if len(cells) < 2:
        return None
    small = [(pixels if max(pixels.shape) <= SIDE else shrunk(pixels, SIDE), label) for pixels, label in cells]
    columns = min(4, len(small))
    rows = -(-len(small) // columns)
    high = max(pixels.shape[0] for pixels, _ in small)
    wide = max(pixels.shape[1] for pixels, _ in small)
    board = np.full((rows * (high + _GAP) + _GAP, columns * (wide + _GAP) + _GAP, 3), 96, np.uint8)
    for number, (pixels, label) in enumerate(small):
        top = _GAP + number // columns * (high + _GAP) + (high - pixels.shape[0]) // 2
        left = _GAP + number % columns * (wide + _GAP) + (wide - pixels.shape[1]) // 2
        board[top : top + pixels.shape[0], left : left + pixels.shape[1]] = pixels
        _label(board, label, left + 3, top + pixels.shape[0] - 5)
    return encode(board)


def _label(board: Pixels8, text: str, left: int, bottom: int) -> None:
    for colour, thickness in (((0, 0, 0), 3), ((255, 255, 255), 1)):
        cv2.putText(board, text, (left, bottom), cv2.FONT_HERSHEY_SIMPLEX, 0.4, colour, thickness, cv2.LINE_AA)


def redact(jpeg: bytes, mode: PrintMode, masks: Sequence[Region] | None = None) -> bytes:
    """A thumbnail as it may go into a report. `full`: the same picture encoded anew: nothing but pixels is left.
    `grey`: the same without colour. `masked`: the boxes `masks` (relative to the upright picture) are black, a little
    larger than given; None: it is not known what to cover, and the whole picture is `redacted`.

    `redacted`: the pixels are destroyed, not covered: reduced to at most 16 on the longer side, then enlarged to the
    old size. What was there cannot be brought back from the result.
    Raises `DecodeError` when `jpeg` is not a JPEG.
    """
    if mode not in get_args(PrintMode):
        raise ValueError(f"unknown image mode: {mode}")
    try:
        with Image.open(io.BytesIO(jpeg), formats=["JPEG"]) as image:
            if image.width * image.height > _LARGEST_JPEG:
                raise DecodeError("This thumbnail is far too large to be one.")
            pixels = np.asarray(image.convert("RGB"))
    except (OSError, SyntaxError, ValueError) as error:
        raise DecodeError(
            "The thumbnail cannot be read.", "Delete the case's thumbnails; they are made again."
        ) from error
    if mode == "full":
        return encode(pixels, 85)
    if mode == "grey":
        return encode(np.repeat(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)[..., None], 3, axis=2), 85)
    if mode == "masked" and masks is not None:
        return encode(_covered(pixels, masks), 85)
    height, width = pixels.shape[:2]
    blocks: NDArray[Any] = shrunk(pixels, _REDACTED_SIDE)
    return encode(np.asarray(cv2.resize(blocks, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8))


def _covered(pixels: Pixels8, masks: Sequence[Region]) -> Pixels8:
    covered = pixels.copy()
    height, width = pixels.shape[:2]
    for box in masks:
        more_x, more_y = max(_COVER_MORE * box.w * width, 2.0), max(_COVER_MORE * box.h * height, 2.0)
        left, top = max(int(box.x * width - more_x), 0), max(int(box.y * height - more_y), 0)
        right, bottom = math.ceil((box.x + box.w) * width + more_x), math.ceil((box.y + box.h) * height + more_y)
        covered[top : max(bottom, 0), left : max(right, 0)] = 0
    return covered
