"""Large pictures are also read at their full size, so that small print in them is not lost.

A page is made small enough for its longer side to be 2000 pixels. Print 20 pixels high in a photo of 48 megapixels
comes down to 6, and what is read there is half guessed. At full size the detector looks at the cells of a grid, for two
reasons: it needs 200 bytes a pixel, and a few letters among millions of pixels without any do not light up enough for a
box. For that second reason each cell has an example line below it, too, as the text gate has. What the cells show is
one map again before lines are drawn, so that no line is cut by a cell's edge.

The look at the whole picture stays: letters as large as cells can only be seen there, and of a line that both read the
surer reading counts.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from core.records import Finding, SampleResult
from models.tiles import Cell, grid

__all__ = ["CLOSE", "cells", "together"]

SIDE = 1536
OVERLAP = 160
HIGHEST = 100
"""Pixels from which letters are better seen in the whole picture."""
_BETTER = 0.005
"""By how much the close look must be surer of a line."""
_AS_MUCH = 0.8
_MUCH_MORE = 1.3
_STANDS = 1.5
CLOSE = {"version": "close/1", "side": SIDE, "overlap": OVERLAP, "highest": HIGHEST, "better_by": _BETTER}
"""As it stands in the settings of a finding."""

Corners = tuple[tuple[float, float], ...]


def cells(width: int, height: int, above: float) -> tuple[Cell, ...]:
    """Where a picture is looked at closely; none when it has no more than `above` megapixels."""
    if width * height <= above * 1e6:
        return ()
    return grid(width, height, SIDE, OVERLAP)


def together(whole: SampleResult, close: SampleResult, width: int, height: int) -> SampleResult:
    """What both looks at a picture of this size say. It was passed over when both passed it over."""
    if not close.findings:
        return whole if close.exits else replace(whole, exits=())
    corners = _in_pixels(width, height)
    large, small = list(whole.findings), list(close.findings)
    for one in whole.findings:
        rivals = [other for other in small if _same(corners(one), corners(other))]
        if not rivals:
            continue
        if _height(corners(one)) > HIGHEST or not _better(rivals, one):
            small = [other for other in small if not any(other is rival for rival in rivals)]
        else:
            large = [other for other in large if other is not one]
    if not large:
        return SampleResult(findings=tuple(_numbered(small)))
    ordered = large if not small else _ordered([*large, *small], width, height)
    return SampleResult(findings=tuple(_numbered(ordered)))


def _better(rivals: Sequence[Finding], one: Finding) -> bool:
    """Whether the close look read the same line better: surer, and most of it; or far more of it, nearly as sure."""
    letters = sum(len(other.text or "") for other in rivals)
    if not one.text:
        return letters > 0
    if not letters:
        return False
    sure = sum(len(other.text or "") * (other.score or 0.0) for other in rivals) / letters
    known = one.score or 0.0
    return (sure > known + _BETTER and letters >= _AS_MUCH * len(one.text)) or (
        sure > known - _BETTER and letters > _MUCH_MORE * len(one.text)
    )


def _ordered(found: Sequence[Finding], width: int, height: int) -> list[Finding]:
    """Rows from top to bottom, each from left to right; of a page that lies on its side or stands on its head, as it
    is read when it is held upright."""
    placed = [(one, _in_pixels(width, height)(one)) for one in found]
    aside = 2 * sum(_across(corners) * _STANDS <= _down(corners) for _, corners in placed) > len(placed)
    lines = []
    for one, corners in placed:
        x, y = _middle(corners)
        down, across = (-x, min(point[1] for point in corners)) if aside else (y, min(point[0] for point in corners))
        lines.append((down, across, _height(corners), one))
    rows: list[list[tuple[float, Finding]]] = []
    begin = -math.inf
    for down, across, letters, one in sorted(lines, key=lambda line: line[:3]):
        if down - begin > letters / 2:
            begin = down
            rows.append([])
        rows[-1].append((across, one))
    ordered = [one for row in rows for _, one in sorted(row, key=lambda pair: pair[0])]
    over = sum(bool(one.attributes.get("upside_down")) for one in ordered)
    return ordered[::-1] if 2 * over > len(ordered) else ordered


def _numbered(found: Iterable[Finding]) -> Iterable[Finding]:
    order = 0
    for one in found:
        if "order" not in one.attributes:
            yield one
            continue
        yield replace(one, attributes={**one.attributes, "order": order})
        order += 1


def _same(one: Corners, other: Corners) -> bool:
    """Whether the middle of either lies in the other. Lines run at an angle: their upright boxes would tell nothing."""
    return _holds(one, _middle(other)) or _holds(other, _middle(one))


def _holds(corners: Corners, point: tuple[float, float]) -> bool:
    """Whether a point lies in a polygon that is convex."""
    sides = [
        (b[0] - a[0]) * (point[1] - a[1]) - (b[1] - a[1]) * (point[0] - a[0])
        for a, b in zip(corners, (*corners[1:], corners[0]), strict=True)
    ]
    return all(side >= 0 for side in sides) or all(side <= 0 for side in sides)


def _in_pixels(width: int, height: int) -> Callable[[Finding], Corners]:
    def corners(one: Finding) -> Corners:
        assert one.polygon is not None
        return tuple((x * width, y * height) for x, y in one.polygon)

    return corners


def _middle(corners: Corners) -> tuple[float, float]:
    return sum(x for x, _ in corners) / len(corners), sum(y for _, y in corners) / len(corners)


def _across(corners: Corners) -> float:
    return math.dist(corners[0], corners[1])


def _down(corners: Corners) -> float:
    return math.dist(corners[0], corners[3])


def _height(corners: Corners) -> float:
    """Of the letters, pixels."""
    return min(_across(corners), _down(corners))
