"""What is kept of a picture, and of its tiles where it is long.

The picture as a whole is reduced to 800 pixels before logos are looked for, so a mark of 150 pixels on a panorama of
6000 comes down to 20 and is gone. Long pictures that lose much by that are therefore kept in tiles as well
(`models.tiles`, which `nsfw` uses too). All of it lies in one row of bytes, so one sample stays one row of the case and
a reference that is added later is compared with the tiles too. Of all other pictures exactly what `logo_features.pack`
gives is kept, now as before there were tiles.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models import logo_features
from models.logo_features import Features
from models.tiles import TILING, Tile, tiles

__all__ = ["SETTINGS", "View", "finest", "keep", "tiles_of", "views"]

LOSES = 1.5
"""Tiles are made of pictures that the frame reduces by more than this."""
SETTINGS = {**TILING, "reduced_above": LOSES, "side_at_least": logo_features.FRAME}
_HEADER = struct.Struct("<4sHII")
_PLACE = struct.Struct("<IIIII")
_MAGIC = b"LGT1"

Points = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class View:
    """A look at the picture or at one tile of it. `low` and `high`: its top left and bottom right corner, relative to
    the picture (x, y). `tile`: its number, None for the whole."""

    features: Features
    low: tuple[float, float] = (0.0, 0.0)
    high: tuple[float, float] = (1.0, 1.0)
    tile: int | None = None

    def outside(self, points: Points) -> Points:
        """Points (… × 2) in pixels of the frame, relative to the picture; not clipped."""
        low, high = np.array(self.low), np.array(self.high)
        return np.asarray(low + points / self.features.size * (high - low))

    def inside(self, points: Points) -> Points:
        """Points (… × 2) relative to the picture, in pixels of the frame."""
        low, high = np.array(self.low), np.array(self.high)
        return np.asarray((points - low) / (high - low) * self.features.size)

    def cuts(self, points: Points) -> bool:
        """Whether points relative to the picture reach over an edge of the tile that is none of the picture."""
        low, high = points.min(0), points.max(0)
        return any(
            (begin > 0 and low[axis] < begin) or (end < 1 and high[axis] > end)
            for axis, (begin, end) in enumerate(zip(self.low, self.high, strict=True))
        )


def tiles_of(width: int, height: int) -> tuple[Tile, ...]:
    """Where a picture of this size is looked at piece by piece; none where it is not long, or loses little."""
    if max(width, height) <= LOSES * logo_features.FRAME:
        return ()
    return tiles(width, height, at_least=logo_features.FRAME)


def keep(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """An RGB picture (uint8, height × width × 3) as one row of bytes, for `core.records.Vector`."""
    whole = logo_features.pack(logo_features.extract(picture))
    height, width = picture.shape[:2]
    parts = tiles_of(width, height)
    if not parts:
        return whole
    packed = [
        logo_features.pack(logo_features.extract(picture[one.top : one.bottom, one.left : one.right])).tobytes()
        for one in parts
    ]
    places = [
        _PLACE.pack(one.left, one.top, one.right, one.bottom, len(data))
        for one, data in zip(parts, packed, strict=True)
    ]
    head = _HEADER.pack(_MAGIC, len(parts), width, height)
    return np.frombuffer(b"".join([head, *places, *packed, whole.tobytes()]), np.uint8)


def views(values: NDArray[np.uint8]) -> tuple[View, ...]:
    """What `keep` made: the whole first, then the tiles. Raises `ValueError` for anything else."""
    data = values.tobytes()
    if data[:4] != _MAGIC:
        return (View(logo_features.unpack(values)),)
    try:
        _, count, width, height = _HEADER.unpack_from(data)
        places = [_PLACE.unpack_from(data, _HEADER.size + number * _PLACE.size) for number in range(count)]
    except struct.error as error:
        raise ValueError("too short for tiles") from error
    begin, found = _HEADER.size + count * _PLACE.size, []
    for number, (left, top, right, bottom, length) in enumerate(places):
        if not (0 <= left < right <= width and 0 <= top < bottom <= height):
            raise ValueError("these are no tiles of this version")
        features = logo_features.unpack(values[begin : begin + length])
        found.append(View(features, (left / width, top / height), (right / width, bottom / height), number))
        begin += length
    return (View(logo_features.unpack(values[begin:])), *found)


def finest(looks: Sequence[View], low: Points, high: Points) -> View:
    """The view that shows a box (relative to the picture) as a whole and largest."""
    whole = [
        one
        for one in looks
        if one.tile is None or (np.all(low >= np.array(one.low)) and np.all(high <= np.array(one.high)))
    ]
    return max(whole, key=lambda one: float(np.prod(one.inside(high) - one.inside(low))))
