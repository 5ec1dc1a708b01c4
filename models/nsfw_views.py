"""Tall and panoramic pictures are also looked at piece by piece, and what the pieces show is put together.

Every model here looks at a small square. A page of 800 × 8000 pixels becomes a thread of 32 in it, and whatever is on
it can no longer be seen; so pictures longer than 2.5 times their width (or the other way round) are also seen as
overlapping squares along their length. The look at the whole picture always stays: a tile can add a region or raise
the score of one, never take one away.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from models.nsfw_boxes import Box
from models.tiles import TILES_AT_MOST, TILING, Tile, tiles

__all__ = ["TILES_AT_MOST", "TILING", "Seen", "Tile", "merged", "tiles"]

FRAGMENT = 0.7
_EDGE = 2.0


@dataclass(frozen=True, slots=True)
class Seen:
    """A region in pixels of the picture. `tile`: the number of the tile that showed it, None for the whole picture;
    `whole_score`: what the whole picture said where a tile raised the score of its region."""

    box: Box
    tile: int | None = None
    whole_score: float | None = None


def merged(
    whole: Sequence[Box],
    parts: Sequence[tuple[Tile, Sequence[Box]]],
    size: tuple[int, int],
    overlap: float,
    *,
    by_class: bool,
) -> list[Seen]:
    """Everything the whole picture showed, then what only tiles showed; best first.

    `parts`: tiles with their boxes in pixels of the tile; `size` width, height of the picture. Two boxes are the same
    region when they overlap more than `overlap` (IoU) or one lies almost inside the other, which is what a region cut
    by the edge of a tile looks like; boxes cut so are the last to be kept.
    """
    kept = [Seen(box) for box in whole]
    candidates = [
        (_is_cut(box, tile, size), Seen(_moved(box, tile), number))
        for number, (tile, boxes) in enumerate(parts)
        for box in boxes
    ]
    for _, one in sorted(candidates, key=lambda found: (found[0], -found[1].box.score)):
        same = [i for i, other in enumerate(kept) if _same(other.box, one.box, overlap, by_class=by_class)]
        if not same:
            kept.append(one)
        for i in same:
            if kept[i].box.label == one.box.label and one.box.score > kept[i].box.score:
                kept[i] = _raised(kept[i], one)
    return sorted(kept, key=lambda one: -one.box.score)


def _raised(known: Seen, better: Seen) -> Seen:
    """The region stays where it was seen first; its score is the best of all looks."""
    whole_score = known.box.score if known.tile is None and known.whole_score is None else known.whole_score
    return Seen(dataclasses.replace(known.box, score=better.box.score), better.tile, whole_score)


def _moved(box: Box, tile: Tile) -> Box:
    return dataclasses.replace(box, x=box.x + tile.left, y=box.y + tile.top)


def _is_cut(box: Box, tile: Tile, size: tuple[int, int]) -> bool:
    """Whether it touches an edge of the tile that is no edge of the picture."""
    return (
        (box.x <= _EDGE and tile.left > 0)
        or (box.y <= _EDGE and tile.top > 0)
        or (box.x + box.w >= tile.right - tile.left - _EDGE and tile.right < size[0])
        or (box.y + box.h >= tile.bottom - tile.top - _EDGE and tile.bottom < size[1])
    )


def _same(a: Box, b: Box, overlap: float, *, by_class: bool) -> bool:
    if by_class and a.label != b.label:
        return False
    shared = max(0.0, min(a.x + a.w, b.x + b.w) - max(a.x, b.x)) * max(0.0, min(a.y + a.h, b.y + b.h) - max(a.y, b.y))
    areas = a.w * a.h, b.w * b.h
    together = sum(areas) - shared
    if shared <= 0 or together <= 0:
        return False
    return shared / together > overlap or (a.label == b.label and shared / min(areas) > FRAGMENT)
