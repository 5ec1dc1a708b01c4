"""From whatever a library decodes to what an analyzer sees: uint8, height × width × 3, RGB, upright, opaque."""

from __future__ import annotations

import math
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms

__all__ = ["Pixels8", "fit", "orient", "rgb_array", "shrink", "swaps_sides"]

Pixels8 = NDArray[np.uint8]

_BAND_PIXELS = 8_000_000  # converted at once: the intermediate forms of a huge picture never exist as a whole
_NUMERIC = {"I", "F", "I;16", "I;16L", "I;16B", "I;16N"}
_WHITE = 255
_NAMES = {_WHITE: "white", 0: "black", 128: "grey"}  # grounds, in the order in which they are preferred
_HIDDEN = "composited on {}: on white its outlines would be lost"
_STANDS_OUT = 48  # levels of grey between an outline and its ground
_MUCH = 0.3  # of the outlines
_GROUND_PIXELS = 1_000_000  # of a picture that are looked at for that
_DEPTHS = ((255, 8), (4095, 12), (16383, 14), (65535, 16))

cv2.setNumThreads(1)


def fit(width: int, height: int, most: int) -> tuple[int, int]:
    """The largest (width, height) of the same shape with at most `most` pixels, never larger than it is, never zero."""
    if width * height <= most:
        return width, height
    scale = math.sqrt(most / (width * height))
    small_width, small_height = max(1, int(width * scale)), max(1, int(height * scale))
    return min(small_width, most // small_height or 1), min(small_height, most // small_width or 1)


def swaps_sides(orientation: int) -> bool:
    """Whether making this EXIF orientation upright exchanges width and height."""
    return orientation >= 5


def orient(source: Pixels8, orientation: int, out: Pixels8) -> None:
    """Write `source` (with or without channels) upright into `out`, of the upright shape. `orientation` is EXIF 1–8."""
    match orientation:
        case 2:
            cv2.flip(source, 1, dst=out)
        case 3:
            cv2.rotate(source, cv2.ROTATE_180, dst=out)
        case 4:
            cv2.flip(source, 0, dst=out)
        case 5:
            cv2.transpose(source, dst=out)
        case 6:
            cv2.rotate(source, cv2.ROTATE_90_CLOCKWISE, dst=out)
        case 7:
            out[...] = source.swapaxes(0, 1)[::-1, ::-1]
        case 8:
            cv2.rotate(source, cv2.ROTATE_90_COUNTERCLOCKWISE, dst=out)
        case _:
            np.copyto(out, source)


def shrink(source: Pixels8, width: int, height: int) -> Pixels8:
    """Area-averaged to that size; the array itself when it has it already."""
    if source.shape[1::-1] == (width, height):
        return source
    return np.asarray(cv2.resize(source, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def rgb_array(image: Image.Image, most: int, notes: dict[str, Any]) -> Pixels8:
    """The loaded picture in RGB, not yet upright, reduced to at most `most` pixels.

    Equals `image.convert("RGB")` where Pillow defines that. Alpha is composited on white, or on black or grey where the
    outlines would be lost on white (a fully transparent picture is shown without its alpha: what is hidden is looked
    at). Whole-number and floating-point greys are scaled to their range instead of clipped; LAB goes through ICC. What
    was done is written into `notes`.
    """
    width, height = image.size
    target = fit(width, height, most)
    if image.mode == "RGB" and "transparency" not in image.info and target == image.size:
        return np.asarray(image)
    convert = _converter(image, notes)
    step = max(1, width // target[0])
    rows = max(step, _BAND_PIXELS // width // step * step)
    if height <= rows:
        return shrink(convert(image), *target)
    bands = []
    for top in range(0, height, rows):
        bottom = min(height, top + rows)
        band = convert(image.crop((0, top, width, bottom)))
        if step > 1:
            band = shrink(band, math.ceil(width / step), math.ceil((bottom - top) / step))
        bands.append(band)
    return shrink(np.concatenate(bands), *target)


def _converter(image: Image.Image, notes: dict[str, Any]) -> Any:
    if image.mode in _NUMERIC:
        return _scaled(image, notes)
    if image.mode == "LAB":
        transform = ImageCms.buildTransform(ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB"), "LAB", "RGB")
        return lambda band: np.asarray(ImageCms.applyTransform(band, transform))
    if image.has_transparency_data:
        return _composited(image, notes)
    return lambda band: np.asarray(band.convert("RGB"))


def _composited(image: Image.Image, notes: dict[str, Any]) -> Any:
    bands = image.getbands()
    ground = _WHITE
    if "A" in bands and image.getchannel("A").getextrema() == (0, 0):
        notes["alpha"] = "fully transparent; shown without its transparency"
        if image.mode in ("RGBA", "LA"):
            return lambda band: np.asarray(band.convert("RGB"))
    else:
        ground = _ground(image)
        notes["alpha"] = "composited on white" if ground == _WHITE else _HIDDEN.format(_NAMES[ground])

    def on_ground(band: Image.Image) -> Pixels8:
        coloured = _with_alpha(band)
        canvas = Image.new("RGB", coloured.size, (ground, ground, ground))
        canvas.paste(coloured, mask=coloured.getchannel("A"))
        return np.asarray(canvas)

    return on_ground


def _with_alpha(image: Image.Image) -> Image.Image:
    return (image.convert("LA") if image.mode == "La" else image).convert("RGBA")


def _ground(image: Image.Image) -> int:
    """The grey on which the outlines of what is not transparent can be seen: white, unless they would vanish on it
    (white writing on nothing, made for a dark page)."""
    width, height = fit(*image.size, _GROUND_PIXELS)
    small = image.resize((width, height), Image.Resampling.NEAREST) if (width, height) != image.size else image
    rgba = np.asarray(_with_alpha(small))
    alpha = rgba[..., 3]
    solid = alpha > max(int(alpha.max()) // 2, 1)
    clear = cv2.dilate((~solid).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    rim = cv2.cvtColor(np.ascontiguousarray(rgba[..., :3]), cv2.COLOR_RGB2GRAY)[solid & clear].astype(np.int16)
    if not rim.size:
        return _WHITE
    seen = {ground: float((np.abs(rim - ground) >= _STANDS_OUT).mean()) for ground in _NAMES}
    best = max(_NAMES, key=lambda ground: seen[ground])  # of equals the first
    return best if seen[best] - seen[_WHITE] > _MUCH else _WHITE


def _scaled(image: Image.Image, notes: dict[str, Any]) -> Any:
    """Greys of more than 8 bits, or floating point. A camera with 12 bits in 16 would come out black otherwise."""
    low, high = _range(image)
    if image.mode == "F" and low >= 0 and high <= 1:
        top, bottom = 1.0, 0.0
    elif image.mode == "F" and not (low >= 0 and 64 < high <= 255):  # measured, or light: no depth of a camera
        top, bottom = high, low
    elif low >= 0 and high <= _DEPTHS[-1][0]:
        top, bottom = next(float(limit) for limit, _ in _DEPTHS if high <= limit), 0.0
    else:
        top, bottom = high, low
    notes["scaled"] = f"grey values {bottom:g} to {top:g} scaled to 8 bits"
    factor = 255.0 / (top - bottom) if top > bottom else 0.0

    def to_grey(band: Image.Image) -> Pixels8:
        values = np.nan_to_num(np.asarray(band).astype(np.float32), nan=bottom, posinf=top, neginf=bottom)
        grey = np.clip(np.rint((values - bottom) * factor), 0, 255).astype(np.uint8)
        return np.repeat(grey[:, :, None], 3, axis=2)

    return to_grey


def _range(image: Image.Image) -> tuple[float, float]:
    values = np.asarray(image)
    if image.mode == "F":
        values = values[np.isfinite(values)]
    return (float(values.min()), float(values.max())) if values.size else (0.0, 0.0)
