"""Pictures that Pillow does not read: TIFF of floating-point colour and other rare numbers (OpenCV); OpenEXR, Radiance,
PFM, PAM, DPX and Photoshop files of 16 bits (FFmpeg). They come out in 8 bits; how is written down with the picture.

What is brighter than white has no place in 8 bits. Light (floating-point colour) is cut above the brightest half per
cent, so that a lamp does not leave the rest black, and gets the curve of a screen (gamma 2.2), as its own viewers show
it. In TIFF, values of 0 to 1 or 0 to 255 are taken as they are; greys and whole numbers of any other range from the
lowest to the highest.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import av
import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import TiffImagePlugin

from core.decode.pixels import Pixels8

__all__ = ["AT_MOST", "NotRead", "Page", "Rare", "TooLarge", "recognised", "toned"]

AT_MOST = 400_000_000  # bytes of a file: it is decoded from memory
_BRIGHTEST = 99.5
_ABSURD = 1e4
_GAMMA = 2.2
_WIDTH, _HEIGHT, _ORIENTATION = 256, 257, 274  # TIFF tags
_MOST = 1000  # pages
_USUAL = (1.0, 255.0)  # white, in files that hold no light
_MAGIC = (
    (b"\x76\x2f\x31\x01", "exr"),
    (b"#?RADIANCE", "hdr"),
    (b"#?RGBE", "hdr"),
    (b"PF", "pfm"),
    (b"P7", "pam"),
    (b"SDPX", "dpx"),
    (b"XPDS", "dpx"),
)
_LIGHT = ("exr", "hdr", "pfm")


@dataclass(frozen=True, slots=True)
class Page:
    """`pixels`: uint8 height × width × 3, RGB. `how` they became 8 bits (empty: they were). `orientation`: the EXIF
    value by which they are still to be turned. `damage`: why a part is missing."""

    pixels: Pixels8
    how: str
    orientation: int = 1
    damage: str = ""


@dataclass(frozen=True, slots=True)
class Rare:
    """A file that was recognised: the name of its format, how many pictures it holds, and these, one after the other;
    taking one raises `ValueError` where it is damaged."""

    name: str
    count: int
    pages: Iterator[Page]


class TooLarge(Exception):
    """It claims more pixels than the limit: its size in words."""


class NotRead(Exception):
    """It is whole, but of a kind that nothing here reads; the kind in words."""


def recognised(data: bytes, most_pixels: int) -> Rare | None:
    """The pictures of a whole file; None: it is not one of these. Raises `TooLarge`, `NotRead`, and `ValueError` for a
    damaged one."""
    if data[:4] in (b"II*\0", b"MM\0*"):
        return _tiff(data, most_pixels)
    kind = next((name for magic, name in _MAGIC if data.startswith(magic)), "")
    if data.startswith(b"8BPS") and data[22:24] == b"\0\x10":  # of 8 bits: what Pillow refuses is damaged
        kind = "psd"
    return Rare(kind.upper(), 1, _one(data, kind, most_pixels)) if kind else None


def _one(data: bytes, kind: str, most_pixels: int) -> Iterator[Page]:
    limits = {"max_pixels": str(most_pixels), "threads": "1", "err_detect": "explode"}
    try:
        with av.open(io.BytesIO(data), format=f"{kind}_pipe", stream_options=[limits]) as box:
            context = box.streams.video[0].codec_context
            if context.width * context.height > most_pixels:
                raise TooLarge(f"{context.width} × {context.height}")
            context.options = limits
            values = next(box.decode(video=0)).to_ndarray()
    except av.error.MemoryError as error:
        raise MemoryError from error
    except av.error.ArgumentError as error:  # how FFmpeg refuses a size
        raise TooLarge("its header") from error
    except (av.FFmpegError, StopIteration, IndexError) as error:
        raise ValueError(f"{kind}: {getattr(error, 'strerror', None) or error}") from error
    damage = "image file is truncated" if kind == "exr" and _cut(data) else ""  # FFmpeg leaves the rest black
    yield Page(*toned(_with_colour(values), light=kind in _LIGHT), damage=damage)


def _cut(data: bytes) -> bool:
    """Whether a piece of an OpenEXR file lies beyond its end. The table of their places stands between the header and
    the first of them (8 bytes each); a piece begins with its line and its length (4 bytes each)."""
    place = 8
    while data[place : place + 1] not in (b"\0", b""):
        place = data.find(b"\0", data.find(b"\0", place) + 1) + 1  # behind the attribute's name and type
        place += 4 + int.from_bytes(data[place : place + 4], "little")
    table = place + 1
    first = int.from_bytes(data[table : table + 8], "little")
    count = max(0, min(first, len(data)) - table) // 8
    places = np.frombuffer(data, "<u8", count, table)
    last = int(places.max(initial=0))
    return last + 8 + int.from_bytes(data[last + 4 : last + 8], "little") > len(data)


def _with_colour(values: NDArray[Any]) -> NDArray[Any]:
    return values[:, :, 0] if values.ndim == 3 and values.shape[2] == 2 else values


def toned(values: NDArray[Any], *, light: bool) -> tuple[Pixels8, str]:
    """Height × width [× 3 or 4] of any type of number to uint8 height × width × 3, and how (empty: unchanged). `light`:
    floating-point colour that is proportional to light. A fourth channel is left out: what it hides is looked at."""
    colour = values[:, :, :3] if values.ndim == 3 else np.repeat(values[:, :, None], 3, axis=2)
    if colour.dtype == np.uint8:
        return np.ascontiguousarray(colour), ""
    if colour.dtype == np.uint16:
        return np.asarray(np.rint(colour / 257), np.uint8), "values 0 to 65535 scaled to 8 bits"
    finite = np.isfinite(colour)
    known = colour[finite] if not finite.all() else colour.reshape(-1)
    low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 0.0)
    usual = next((top for top in _USUAL if low >= 0 and top / 4 < high <= top), 0.0)
    if usual and not light:
        return _scaled(colour, 0.0, usual, 1.0), f"values 0 to {usual:g} scaled to 8 bits"
    if values.ndim < 3 or colour.dtype.kind != "f":
        few, most = (float(one) for one in np.percentile(known, (0.1, _BRIGHTEST))) if known.size else (low, high)
        if high - low > _ABSURD * (most - few) > 0:  # a few numbers that mean nothing would hide all others
            low, high = few, most
        return _scaled(colour, low, high, 1.0), f"values {low:g} to {high:g} scaled to 8 bits"
    bottom = min(low, 0.0)
    top = 1.0 if high <= 1 else float(np.percentile(known, _BRIGHTEST))
    top = top if top > bottom else high
    said = f"light {bottom:g} to {top:g} (of {low:g} to {high:g}) brought to 8 bits with gamma {_GAMMA:g}"
    return _scaled(colour, bottom, top, 1 / _GAMMA), said


def _scaled(values: NDArray[Any], low: float, high: float, power: float) -> Pixels8:
    span = high - low if high > low else 1.0
    out = np.empty(values.shape, np.uint8)
    for row in range(0, values.shape[0], 256):  # the intermediate forms of a huge picture never exist as a whole
        part = np.nan_to_num((values[row : row + 256].astype(np.float64) - low) / span, nan=0.0, posinf=1.0, neginf=0.0)
        out[row : row + 256] = np.rint(np.clip(part, 0, 1) ** power * 255)
    return out


# ---------------------------------------------------------------------- TIFF


def _tiff(data: bytes, most_pixels: int) -> Rare | None:
    found = list(_directories(data))
    if not found:
        return None
    for directory in found:
        width, height = int(directory.get(_WIDTH, 0)), int(directory.get(_HEIGHT, 0))
        if width * height > most_pixels:
            raise TooLarge(f"{width} × {height}")
    return Rare("TIFF", len(found), _tiff_pages(data, found))


def _tiff_pages(data: bytes, found: list[TiffImagePlugin.ImageFileDirectory_v2]) -> Iterator[Page]:
    buffer = np.frombuffer(data, np.uint8)
    for number, directory in enumerate(found):
        how = cv2.IMREAD_UNCHANGED | cv2.IMREAD_ANYDEPTH | cv2.IMREAD_ANYCOLOR
        try:
            read, some = cv2.imdecodemulti(buffer, how, range=(number, number + 1))
        except cv2.error:
            read, some = False, ()
        if not read or not some:
            if _whole(directory, len(data)):
                raise NotRead(_words(directory))
            raise ValueError(f"page {number + 1} lies beyond the end of the file")
        values = np.asarray(some[0])
        values = values[:, :, [2, 1, 0]] if values.ndim == 3 else values
        orientation = int(directory.get(_ORIENTATION, 1) or 1)
        yield Page(*toned(values, light=False), orientation if 1 <= orientation <= 8 else 1)


def _directories(data: bytes) -> Iterator[TiffImagePlugin.ImageFileDirectory_v2]:
    """Those that can be read, in the order of the file."""
    file = io.BytesIO(data)
    place = int.from_bytes(data[4:8], "little" if data[:1] == b"I" else "big")
    seen: set[int] = set()
    while place and place not in seen and place + 2 < len(data) and len(seen) < _MOST:
        seen.add(place)
        directory = TiffImagePlugin.ImageFileDirectory_v2(data[:8])
        file.seek(place)
        try:
            directory.load(file)
            directory.get(_WIDTH)
        except Exception:  # noqa: BLE001 - a directory that Pillow cannot read in whatever way ends the list
            return
        yield directory
        place = int(directory.next or 0)


def _whole(directory: TiffImagePlugin.ImageFileDirectory_v2, size: int) -> bool:
    """Whether all of the picture lies within the file."""
    places, lengths = (_numbers(directory.get(a) or directory.get(b)) for a, b in ((273, 324), (279, 325)))
    return bool(places) and all(place + length <= size for place, length in zip(places, lengths, strict=False))


def _numbers(value: object) -> tuple[int, ...]:
    return (
        tuple(int(one) for one in value)
        if isinstance(value, tuple)
        else (int(value),)
        if isinstance(value, int)
        else ()
    )


def _words(directory: TiffImagePlugin.ImageFileDirectory_v2) -> str:
    bits = "/".join(dict.fromkeys(map(str, _numbers(directory.get(258, 1)))))
    return f"{int(directory.get(277, 1))} channels of {bits} bits"
