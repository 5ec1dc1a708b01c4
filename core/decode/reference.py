"""A reference picture that the examiner brings along: read in this process, because it is theirs and not evidence.

It comes out as evidence pictures do (RGB, upright, opaque), with one difference: what is transparent becomes white or
black, whichever leaves the more to see. A white mark on nothing would vanish on white.
"""

from __future__ import annotations

import io

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from core.decode.images import FORMATS
from core.decode.pixels import Pixels8
from core.errors import UsageError

__all__ = ["LARGEST_FILE", "read_reference"]

LARGEST_FILE = 64_000_000  # bytes
_LARGEST, _SIDE = 100_000_000, 1600  # pixels of the file, longer side of what comes out


def read_reference(data: bytes, name: str) -> Pixels8:
    """RGB, height × width × 3, the longer side 1600 pixels at most. Raises `UsageError` when it cannot be read; `name`
    is how it is called in that sentence."""
    if len(data) > LARGEST_FILE:
        raise UsageError(f"{name} is too large for a reference picture.", "Save a smaller copy as PNG or JPEG.")
    try:
        image = Image.open(io.BytesIO(data), formats=[one for one in FORMATS if one in Image.OPEN])
        if image.width * image.height > _LARGEST:
            raise UsageError(f"{name} has too many pixels for a reference picture.", "Save a smaller copy of it.")
        image.draft("RGB", (_SIDE, _SIDE))
        upright = ImageOps.exif_transpose(image)
        upright.thumbnail((_SIDE, _SIDE), Image.Resampling.BOX, reducing_gap=2.0)
        return _opaque(upright)
    except UsageError:
        raise
    except UnidentifiedImageError as error:  # its words name an object in memory
        raise UsageError(f"{name} is not a picture that can be read.", "Save it as PNG or JPEG.") from error
    except Exception as error:
        raise UsageError(f"{name} is not a picture that can be read ({error}).", "Save it as PNG or JPEG.") from error


def _opaque(image: Image.Image) -> Pixels8:
    if not image.has_transparency_data:
        return np.asarray(image.convert("RGB"))
    coloured = np.asarray(image.convert("RGBA")).astype(np.float32)
    alpha = coloured[..., 3:] / 255
    if not alpha.any():
        return np.asarray(image.convert("RGB"))
    brightness = float((coloured[..., :3].mean(2, keepdims=True) * alpha).sum() / alpha.sum())
    ground = 255.0 if brightness < 140 else 0.0
    return np.asarray(np.rint(coloured[..., :3] * alpha + ground * (1 - alpha)), np.uint8)
