"""JPEG, the format that matters most: the fast way for plain files, Pillow's way for all others.

The fast way is libjpeg-turbo through simplejpeg, whole and exact (no scaling, slow integer DCT, smooth upsampling): it
gives the same bytes as Pillow, which the tests check, two to three times faster and straight into shared memory.
"""

from __future__ import annotations

import math

import numpy as np
import simplejpeg
from PIL import Image

from core.decode.pixels import Pixels8

__all__ = ["Damaged", "decode", "draft"]

# libjpeg warns of these and goes on; only what spoils pixels makes a picture partial.
_SPOILS = ("premature end", "bad huffman", "corrupt jpeg data: bad", "inconsistent progression", "arithmetic")


class Damaged(Exception):
    """libjpeg is not happy with this file. `lasting`: a part of the picture is spoilt (empty: it is not)."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail
        self.lasting = detail if any(sign in detail.lower() for sign in _SPOILS) else ""
        what = "a part of the picture is spoilt" if self.lasting else "the picture itself can be read"
        self.message = f"The JPEG data is irregular ({detail}); {what}."


def decode(data: bytes, image: Image.Image, out: Pixels8 | None) -> Pixels8 | None:
    """Decode the whole file the fast way, into `out` (height × width × 3) where given, not turned upright.

    None: not a plain JPEG (CMYK, RGB without transform, odd precision); nothing was decoded.
    Raises `Damaged` when libjpeg complains; Pillow may still make something of it.
    """
    if image.mode not in ("RGB", "L") or image.info.get("adobe_transform") == 0:
        return None
    try:
        height, width, colours, _ = simplejpeg.decode_jpeg_header(data)
    except ValueError:
        return None
    if (width, height) != image.size or colours not in ("YCbCr", "Gray"):
        return None
    if out is None:
        out = np.empty((height, width, 3), np.uint8)
    try:
        simplejpeg.decode_jpeg(data, "RGB", buffer=out)
    except ValueError as error:
        raise Damaged(str(error)) from error
    return out


def draft(image: Image.Image, most: int) -> None:
    """Have Pillow decode a larger JPEG at 1/2, 1/4 or 1/8, the smallest that still has at least `most` pixels."""
    width, height = image.size
    scale = math.sqrt(most / (width * height))
    image.draft(None, (math.ceil(width * scale), math.ceil(height * scale)))
