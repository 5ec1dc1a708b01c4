"""JPEG files inside other files: the preview of a camera's raw file, and what kind of JPEG a JPEG is.

A raw file's first picture is often a thumbnail of 160 × 120 pixels, while a preview of full size lies further behind.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import TiffImagePlugin

__all__ = ["Frame", "frame_of", "is_reduced", "largest_jpeg"]

_MOST = 400  # beginnings that are looked at: bytes of a sensor's data can look like one
_PLAIN = {0xC0, 0xC1, 0xC2}  # baseline, extended, progressive
_KINDS = {0xC3: "lossless", 0xC5: "hierarchical", 0xC6: "hierarchical", 0xC7: "hierarchical", 0xCB: "lossless"}
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_ALONE = {0x01, *range(0xD0, 0xD9)}  # markers without a length
_SUBFILE, _REDUCED = 254, 1


@dataclass(frozen=True, slots=True)
class Frame:
    """What a JPEG says of its picture. `kind`: what is special about it, empty for what every viewer reads."""

    width: int
    height: int
    bits: int
    kind: str


def frame_of(data: bytes, at: int = 0) -> Frame | None:
    """Of the JPEG that begins there; None: there is none, or it has no picture."""
    place, end = at + 2, len(data)
    while place + 9 < end and data[place] == 0xFF:
        marker = data[place + 1]
        if marker == 0xFF or marker in _ALONE:
            place += 1 if marker == 0xFF else 2
            continue
        if marker in _FRAMES:
            height, width = (int.from_bytes(data[place + k : place + k + 2]) for k in (5, 7))
            bits = data[place + 4]
            kind = _KINDS.get(marker, f"{bits} bits" if bits != 8 else "")
            return Frame(width, height, bits, kind)
        if marker in (0xD9, 0xDA):
            return None
        place += 2 + max(2, int.from_bytes(data[place + 2 : place + 4]))
    return None


def largest_jpeg(data: bytes, most_pixels: int) -> tuple[int, Frame] | None:
    """Where the largest plain JPEG inside begins, and what it is."""
    best: tuple[int, Frame] | None = None
    at = data.find(b"\xff\xd8\xff")
    for _ in range(_MOST):
        if at < 0:
            break
        frame = frame_of(data, at)
        plain = frame is not None and not frame.kind and 0 < _area(frame) <= most_pixels
        if frame is not None and plain and (best is None or _area(frame) > _area(best[1])):
            best = at, frame
        at = data.find(b"\xff\xd8\xff", at + 2)
    return best


def _area(frame: Frame) -> int:
    return frame.width * frame.height


def is_reduced(data: bytes) -> bool:
    """Whether the first picture of a TIFF says of itself that it is a reduced one (a camera's thumbnail)."""
    if data[:4] not in (b"II*\0", b"MM\0*"):
        return False
    try:
        directory = TiffImagePlugin.ImageFileDirectory_v2(data[:8])
        file = io.BytesIO(data)
        file.seek(int.from_bytes(data[4:8], "little" if data[:1] == b"I" else "big"))
        directory.load(file)
        return bool(int(directory.get(_SUBFILE, 0)) & _REDUCED)
    except Exception:  # noqa: BLE001 - a directory that cannot be read says nothing
        return False
