"""Perceptual hashes of a film while it is sampled: of every frame that is looked at, and of some that are only passed.

Two encodings of a film have their keyframes at other places, so other moments are looked at, and what moves looks
different a tenth of a second later. Between keyframes that lie far apart every frame is decoded anyway; there the first
frame of every quarter of a second of the film is hashed, too: the same moments in both. That decodes nothing more.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import av
import numpy as np

from core.decode.frames import orientation_of, rgb
from core.decode.pdq import fingerprint
from core.decode.pixels import Pixels8, orient, swaps_sides
from core.film_hashes import FilmHashes, differing

__all__ = ["FilmHashing"]

GAP = 0.25  # seconds between two hashes of frames that are only passed
MANY = 600  # passed frames: beyond, they are taken half as often
MOST = 30_000  # lines: beyond, every second one goes; they have to fit into one message
SAME = 4  # bits: a passed frame that shows nothing new is not kept
_PIXELS = 200_000  # of a passed frame: the hash itself reduces to 64 × 64


class FilmHashing:
    """Collects the hashes of one film. Frames come in the order in which they are shown."""

    def __init__(self, aspect: float) -> None:
        self._aspect = aspect
        self._gap = GAP
        self._cell = -1  # the quarter second that has its hash
        self._every = 1
        self._looked = 0
        self._lines: list[tuple[float, int, bytes]] = []
        self._passed: list[bool] = []
        self._count = 0  # of those that were only passed

    def looked_at(self, pixels: Pixels8, time: float) -> None:
        """A frame that becomes a sample: upright pixels, seconds."""
        self._looked += 1
        self._cell = self._cell_of(time)
        if self._looked % self._every == 0:
            found = fingerprint(pixels)
            self._add(time, found.quality, found.bits, passed=False)

    def passed(self, frame: Any, time: float) -> None:
        """A decoded frame that nobody looks at."""
        cell = self._cell_of(time)
        if cell == self._cell:
            return
        self._cell = cell
        try:
            pixels = rgb(frame, self._aspect, _PIXELS)
        except (av.FFmpegError, ValueError):
            return  # where it matters, with samples, this is said
        found = fingerprint(_upright(pixels, orientation_of(frame)))
        if not self._lines or differing(found.bits, self._lines[-1][2]) > SAME:
            self._add(time, found.quality, found.bits, passed=True)

    def hashes(self) -> FilmHashes | None:
        """All lines; None where there is not one."""
        return FilmHashes.of(self._lines) if self._lines else None

    def _add(self, time: float, quality: int, bits: bytes, *, passed: bool) -> None:
        self._lines.append((round(time, 6), quality, bits))
        self._passed.append(passed)
        self._count += passed
        if self._count > MANY:
            self._keep([not passed or self._cell_of(line[0]) % 2 == 0 for line, passed in self._both()])
            self._gap *= 2
            self._cell = self._cell_of(time)
        if len(self._lines) > MOST:
            self._keep([number % 2 == 0 for number in range(len(self._lines))])
            self._every *= 2

    def _both(self) -> Iterator[tuple[tuple[float, int, bytes], bool]]:
        return zip(self._lines, self._passed, strict=True)

    def _cell_of(self, time: float) -> int:
        return int((time + 1e-4) / self._gap)

    def _keep(self, which: list[bool]) -> None:
        kept = [number for number, keep in enumerate(which) if keep]
        self._lines = [self._lines[number] for number in kept]
        self._passed = [self._passed[number] for number in kept]
        self._count = sum(self._passed)


def _upright(pixels: Pixels8, orientation: int) -> Pixels8:
    if orientation == 1:
        return pixels
    height, width = pixels.shape[:2]
    out = np.empty((width, height, 3) if swaps_sides(orientation) else (height, width, 3), np.uint8)
    orient(pixels, orientation, out)
    return out
