"""Tall and panoramic pictures, cut into overlapping squares along their length; large ones, cut into a grid.

A page of 800 × 8000 pixels becomes a thread in whatever a model takes or a search reduces it to, and what is on it can
no longer be seen. So pictures longer than 2.5 times their width (or the other way round) are looked at piece by piece
as well. Used by `nsfw`, `logo` and `faces`; what the pieces show is put together by each of them.
`ocr` looks for small print in large pictures in the cells of a grid.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

__all__ = ["TILES_AT_MOST", "TILING", "Cell", "Tile", "grid", "tiles"]

LONG_ABOVE = 2.5
SMALLEST_TILE = 64
TILES_AT_MOST = 24
STEP = 2 / 3
TILING = {"version": "squares/1", "aspect_above": LONG_ABOVE, "at_most": TILES_AT_MOST, "overlap": "1/3"}
"""As it stands in the settings of a finding."""


@dataclass(frozen=True, slots=True)
class Tile:
    """Pixels of the picture: left, top, right and bottom (exclusive)."""

    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True, slots=True)
class Cell:
    """`seen`: what is looked at; `own`: the part of it that belongs to this cell alone, in pixels of the picture."""

    seen: Tile
    own: Tile


def tiles(width: int, height: int, at_least: int = 0) -> tuple[Tile, ...]:
    """The tiles of a picture, from its start to its end; none when it is not long or too narrow to show anything.

    Squares of the shorter side, each a third over the one before. Of pictures so long that they would be more than 24,
    the tiles are longer instead: there is never a gap between them. `at_least`: how long a tile is where the shorter
    side is less, for those whose look at a tile loses nothing up to that length.
    """
    short, long = sorted((width, height))
    if short < SMALLEST_TILE or long <= LONG_ABOVE * short:
        return ()
    side = max(short, min(at_least, long), math.ceil(long / (1 + (TILES_AT_MOST - 1) * STEP)))
    if side == long:
        return ()
    count = math.ceil((long - side) / (side * STEP)) + 1
    starts = [round(number * (long - side) / (count - 1)) for number in range(count)]
    if width < height:
        return tuple(Tile(0, start, width, start + side) for start in starts)
    return tuple(Tile(start, 0, start + side, height) for start in starts)


def grid(width: int, height: int, side: int, overlap: int) -> tuple[Cell, ...]:
    """Cells of equal size and at most `side` × `side` pixels, in rows from the top left. Neighbours overlap by about
    `overlap` pixels, and the border between their own parts lies in the middle of that."""
    return tuple(
        Cell(Tile(x.start, y.start, x.stop, y.stop), Tile(own_x.start, own_y.start, own_x.stop, own_y.stop))
        for y, own_y in _cuts(height, side, overlap)
        for x, own_x in _cuts(width, side, overlap)
    )


def _cuts(length: int, side: int, overlap: int) -> list[tuple[range, range]]:
    """(seen, own) along one side."""
    count = max(1, math.ceil((length - overlap) / (side - overlap)))
    each = min(length, math.ceil((length + (count - 1) * overlap) / count))
    starts = [round(number * (length - each) / max(1, count - 1)) for number in range(count)]
    borders = [0, *((after + before + each) // 2 for before, after in itertools.pairwise(starts)), length]
    return [
        (range(start, start + each), range(borders[number], borders[number + 1])) for number, start in enumerate(starts)
    ]
