"""From a decoded video frame to a sample: RGB, upright, with square pixels."""

from __future__ import annotations

import math
import struct
from typing import Any

import numpy as np
from av.video.reformatter import VideoReformatter

from core.decode.pixels import Pixels8, fit, swaps_sides

__all__ = ["grey", "orientation_of", "pixel_aspect", "rgb", "rotation", "upright_size"]

_ANAMORPHIC = 0.05  # a pixel aspect nearer to 1 than this is left alone
_SANE_ASPECT = 4.0
_ROTATIONS = {1: 0, 2: 0, 3: 180, 4: 180, 5: 90, 6: 90, 7: 270, 8: 270}


def orientation_of(frame: Any) -> int:
    """The EXIF code (1–8) of the display matrix that comes with the frame; 1 where there is none.

    The matrix is libavutil's: x' = a·x + c·y, y' = b·x + d·y, row by row a b u / c d v. Odd angles go to the nearest.
    """
    for data in frame.side_data:
        if data.type.name == "DISPLAYMATRIX" and len(bytes(data)) >= 36:
            a, b, _, c, d = struct.unpack_from("=5i", bytes(data))
            if abs(a) + abs(d) >= abs(b) + abs(c):
                return {(True, True): 1, (False, True): 2, (False, False): 3, (True, False): 4}[(a >= 0, d >= 0)]
            return {(True, True): 5, (True, False): 6, (False, False): 7, (False, True): 8}[(b >= 0, c >= 0)]
    return 1


def rotation(orientation: int) -> int:
    """Degrees clockwise by which players turn it."""
    return _ROTATIONS[orientation]


def pixel_aspect(stream: Any) -> float:
    """Width of a pixel divided by its height; 1 where it is that, nearly that, or impossible."""
    aspect = float(stream.sample_aspect_ratio or 1)
    if not math.isfinite(aspect) or not 1 / _SANE_ASPECT <= aspect <= _SANE_ASPECT or abs(aspect - 1) < _ANAMORPHIC:
        return 1.0
    return aspect


def upright_size(width: int, height: int, aspect: float, orientation: int) -> tuple[int, int]:
    """(width, height) as shown: pixels made square, then turned."""
    wide = max(1, round(width * aspect))
    return (height, wide) if swaps_sides(orientation) else (wide, height)


def rgb(frame: Any, aspect: float, most: int, scaler: VideoReformatter | None = None) -> Pixels8:
    """The frame in RGB, full range, pixels square, at most `most` pixels, not yet turned.

    A `scaler` that is used for all frames of a film works out the weights for scaling once, not for every frame anew.
    """
    width, height = fit(max(1, round(frame.width * aspect)), frame.height, most)
    small = width * height < frame.width * frame.height
    how = "AREA" if small else "BICUBIC"
    scaler = scaler or VideoReformatter()
    picture = scaler.reformat(frame, width=width, height=height, format="rgb24", interpolation=how, threads=1)
    plane: Any = picture.planes[0]
    rows = np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)[:height, : width * 3]
    return rows.reshape(height, width, 3) if plane.line_size == width * 3 else _packed(rows, height, width)


def grey(frame: Any, aspect: float, side: int, scaler: VideoReformatter) -> Pixels8:
    """Luminance of the frame (ITU-R BT.601, full range, whatever the frame's own colours are), pixels square, averaged
    over equal areas to at most `side` points along each axis, not yet turned: height × width. `scaler`: as in `rgb`."""
    width, height = min(side, max(1, round(frame.width * aspect))), min(side, frame.height)
    small = width <= frame.width and height <= frame.height
    how = "AREA" if small else "BICUBIC"
    picture = scaler.reformat(frame, width=width, height=height, format="gray", interpolation=how, threads=1)
    plane: Any = picture.planes[0]
    return np.frombuffer(plane, np.uint8).reshape(-1, plane.line_size)[:height, :width]


def _packed(rows: Pixels8, height: int, width: int) -> Pixels8:
    return np.lib.stride_tricks.as_strided(rows, (height, width, 3), (rows.strides[0], 3, 1), writeable=False)
