"""Long pictures are read piece by piece, and the lines are put together in the order of the whole.

A page is made small enough for its longer side to be 2000 pixels. A long screenshot of a chat, 900 × 12 000, would
become 150 pixels wide, and nothing in it could be read; as pieces of 2000 it keeps every pixel. Pieces overlap, so
that each line is whole in one of them, and a line belongs to the piece in whose own part its middle lies.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from core.records import Finding, Region, SampleResult

__all__ = ["STRIPS", "Piece", "joined", "pieces"]

LENGTH = 2000
LONG_ABOVE = 2.5
_WORTH_IT = 1.25
_OVERLAP = 1 / 8
AT_MOST = 24
_DOUBT = 4
"""Pixels about the border of two pieces where both may keep a line: their boxes are not equal to the pixel."""
_SAME = 0.5
STRIPS = {"version": "strips/1", "aspect_above": LONG_ABOVE, "length": LENGTH, "at_most": AT_MOST, "overlap": "1/8"}
"""As it stands in the settings of a finding."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Pixels along the longer side: `start` to `end` (exclusive) are seen, `first` to `last` are its own part."""

    start: int
    end: int
    first: float
    last: float
    upright: bool
    """Whether the longer side is the height."""

    @property
    def rows(self) -> slice:
        return slice(self.start, self.end) if self.upright else slice(None)

    @property
    def columns(self) -> slice:
        return slice(None) if self.upright else slice(self.start, self.end)


def pieces(width: int, height: int) -> tuple[Piece, ...]:
    """The pieces of a picture from its start to its end; none when it is not long or small enough as it is."""
    short, long = sorted((width, height))
    if long <= LONG_ABOVE * short or long <= LENGTH * _WORTH_IT:
        return ()
    length = max(LENGTH, short, math.ceil(long / (1 + (AT_MOST - 1) * (1 - _OVERLAP))))
    count = math.ceil((long - length) / (length * (1 - _OVERLAP))) + 1
    starts = [round(number * (long - length) / (count - 1)) for number in range(count)]
    borders = [0.0, *((after + before + length) / 2 for before, after in itertools.pairwise(starts)), long]
    return tuple(
        Piece(start, start + length, borders[number], borders[number + 1], width < height)
        for number, start in enumerate(starts)
    )


def joined(parts: Sequence[tuple[Piece, SampleResult]], width: int, height: int) -> SampleResult:
    """What the pieces say, as of the whole picture. It was passed over when every piece was."""
    kept: list[Finding] = []
    for piece, result in parts:
        for finding in _own(piece, result, width, height):
            if not any(_twice(finding, other) for other in kept):
                kept.append(finding)
    order = 0
    for number, finding in enumerate(kept):
        if "order" in finding.attributes:
            kept[number] = replace(finding, attributes={**finding.attributes, "order": order})
            order += 1
    passed = all(result.exits for _, result in parts)
    return SampleResult(findings=tuple(kept), exits=parts[0][1].exits if passed else ())


def _own(piece: Piece, result: SampleResult, width: int, height: int) -> Iterator[Finding]:
    for finding in result.findings:
        moved = _moved(finding, piece, width, height)
        region = moved.region
        if region is None:
            continue
        middle = (region.y + region.h / 2) * height if piece.upright else (region.x + region.w / 2) * width
        if piece.first - _DOUBT <= middle < piece.last + _DOUBT:
            yield moved


def _moved(finding: Finding, piece: Piece, width: int, height: int) -> Finding:
    """The same with its place relative to the whole picture."""
    long = height if piece.upright else width
    share, before = (piece.end - piece.start) / long, piece.start / long
    left, top, across, down = (0.0, before, 1.0, share) if piece.upright else (before, 0.0, share, 1.0)
    region = finding.region
    return replace(
        finding,
        region=region and Region(left + region.x * across, top + region.y * down, region.w * across, region.h * down),
        polygon=finding.polygon and tuple((left + x * across, top + y * down) for x, y in finding.polygon),
    )


def _twice(one: Finding, other: Finding) -> bool:
    a, b = one.region, other.region
    if a is None or b is None or (one.text is None) != (other.text is None):
        return False
    wide = min(a.x + a.w, b.x + b.w) - max(a.x, b.x)
    high = min(a.y + a.h, b.y + b.h) - max(a.y, b.y)
    shared = max(0.0, wide) * max(0.0, high)
    return shared > _SAME * (a.w * a.h + b.w * b.h - shared)
