"""Faces in tall, panoramic and large pictures, which are also looked at piece by piece (`models.tiles`).

Every detector here looks at about a thousand pixels. A face of 80 pixels in a panorama of 12 000 comes down to 7, in a
photo of 6000 × 4000 to 14, and nobody can see it. So pictures that are long and lose much by being reduced are also
looked at in squares along their length, and those of more than `closely_above` megapixels in the cells of a grid, in
which a face of 80 pixels is one of 40. That takes about five times as long for 24 megapixels (docs/accuracy/faces.md),
so it begins above what telephones usually make. The look at the whole picture stays: what is larger than the overlap of
two tiles may be cut in all of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from models.faces_boxes import Face, inside, iou, same_place
from models.tiles import TILING, Tile, grid, tiles

__all__ = ["SETTINGS", "Seen", "find", "tiles_of"]

LOOK = 1024
"""Pixels to which `faces_dlib` reduces a picture; the packs' own looks are about as large."""
LOSES = 1.5
"""Tiles are made of pictures that such a look reduces by more than this."""
CELL, CELL_OVERLAP = 2048, 300
"""Pixels of a grid's cells: reduced to a look they keep half of each pixel, and what is larger than their overlap is
seen in the whole picture."""
SETTINGS = {**TILING, "reduced_above": LOSES, "side_at_least": LOOK, "cell": CELL, "cell_overlap": CELL_OVERLAP}
"""As it stands in the settings of a finding."""
_OVERLAP = 0.3
_PART = 0.8
_EDGE = 2.0

Find = Callable[[NDArray[np.uint8], bool], list[Face]]
"""A detector's look at uint8 height × width × 3; True: a thorough one."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A face in pixels of the picture. `tile`: the number of the tile that showed it, None for the whole picture."""

    face: Face
    tile: int | None = None


def tiles_of(width: int, height: int, closely_above: float) -> tuple[Tile, ...]:
    """Where a picture of this size is looked at piece by piece; none where it is neither long nor large (more than so
    many megapixels), or loses little."""
    if max(width, height) <= LOSES * LOOK:
        return ()
    long = tiles(width, height, at_least=LOOK)
    if long or width * height <= closely_above * 1e6:
        return long
    cells = grid(width, height, CELL, CELL_OVERLAP)
    return tuple(cell.seen for cell in cells) if len(cells) > 1 else ()


def find(
    rgb: NDArray[np.uint8], look: Find, *, thorough: bool, between: Callable[[], None], closely_above: float
) -> tuple[list[Seen], int]:
    """Every face of uint8 height × width × 3, best first, and how many tiles there were. `between` is called before
    each tile and may raise. A thorough look, which takes seconds, is for the whole of pictures in which nothing else
    shows a face: at 24 tiles it would take minutes."""
    parts = tiles_of(rgb.shape[1], rgb.shape[0], closely_above)
    if not parts:
        return [Seen(face) for face in look(rgb, thorough)], 0
    found = _seen(rgb, parts, look, between)
    if not found and thorough:
        found = [Seen(face) for face in look(rgb, True)]
    return _merged(found, parts, rgb.shape[1], rgb.shape[0]), len(parts)


def _seen(rgb: NDArray[np.uint8], parts: tuple[Tile, ...], look: Find, between: Callable[[], None]) -> list[Seen]:
    found = [Seen(face) for face in look(rgb, False)]
    for number, part in enumerate(parts):
        between()
        inside = np.ascontiguousarray(rgb[part.top : part.bottom, part.left : part.right])
        found += [Seen(_moved(face, part), number) for face in look(inside, False)]
    return found


def _merged(found: list[Seen], parts: tuple[Tile, ...], width: int, height: int) -> list[Seen]:
    """One of each face. Whole ones before those that the edge of a tile cuts, whose box and landmarks are guesses; of
    whole ones the largest look, which is a tile's, because landmarks from the reduced picture are coarse."""

    ranked = [(_cut(one, parts, width, height), one.tile is None, -one.face.score, one) for one in found]
    kept: list[Seen] = []
    for cut, _, _, one in sorted(ranked, key=lambda ranks: ranks[:3]):
        if not any(_same(one, other, cut=cut) for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda one: -one.face.score)


def _same(one: Seen, other: Seen, *, cut: bool) -> bool:
    """Two faces of one look are two faces: that look has merged its own. What a cut leaves of a large face may be a
    small part of it."""
    if one.tile == other.tile:
        return False
    a, b = one.face.box, other.face.box
    return iou(a, b) > _OVERLAP or same_place(a, b) or (cut and inside(a, b) > _PART)


def _cut(one: Seen, parts: tuple[Tile, ...], width: int, height: int) -> bool:
    """Whether it touches an edge of its tile that is no edge of the picture."""
    if one.tile is None:
        return False
    part, (left, top, right, bottom) = parts[one.tile], one.face.box
    return (
        (part.left > 0 and left <= part.left + _EDGE)
        or (part.top > 0 and top <= part.top + _EDGE)
        or (part.right < width and right >= part.right - _EDGE)
        or (part.bottom < height and bottom >= part.bottom - _EDGE)
    )


def _moved(face: Face, part: Tile) -> Face:
    left, top, right, bottom = face.box
    box = (left + part.left, top + part.top, right + part.left, bottom + part.top)
    return replace(face, box=box, points=face.points + np.array((part.left, part.top)))
