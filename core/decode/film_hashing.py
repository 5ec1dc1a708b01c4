"""Perceptual hashes of a film while it is sampled: of every frame that is looked at, and of some that are only passed.

Two encodings of a film have their keyframes at other places, so other moments are looked at, and what moves looks
different a tenth of a second later. Between keyframes that lie far apart every frame is decoded anyway; there the first
frame of every quarter of a second of the film is hashed, too: the same moments in both. That decodes nothing more.

No frame is hashed from its RGB: FFmpeg averages the luminance of the planes that it has decoded, of which the hash is
made (`pdq.fingerprint_of_grey`). In RGB a hash cost half as much as decoding the frame.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import av
import numpy as np
from av.video.reformatter import VideoReformatter

from core.decode.frames import grey, orientation_of, upright_size
from core.decode.jobs import Fingerprint
from core.decode.pdq import CELLS, Grey8, fingerprint_of_grey
from core.decode.pixels import orient, swaps_sides
from core.film_hashes import FilmHashes, differing

__all__ = ["FilmHashing"]

GAP = 0.25  # seconds between two hashes of frames that are only passed
MANY = 600  # passed frames: beyond, they are taken half as often
MOST = 30_000  # lines: beyond, every second one goes; they have to fit into one message
SAME = 4  # bits: a passed frame that shows nothing new is not kept


class FilmHashing:
    """Collects the hashes of one film. Frames come in the order in which they are shown."""

    def __init__(self, aspect: float) -> None:
        self._aspect = aspect
        self._scaler = VideoReformatter()
        self._gap = GAP
        self._cell = -1  # the quarter second that has its hash
        self._every = 1
        self._looked = 0
        self._lines: list[tuple[float, int, bytes]] = []
        self._passed: list[bool] = []
        self._count = 0  # of those that were only passed

    def looked_at(self, frame: Any, time: float) -> None:
        """A decoded frame that becomes a sample; seconds."""
        self._looked += 1
        self._cell = self._cell_of(time)
        found = self._hashed(frame) if self._looked % self._every == 0 else None
        if found is not None:
            self._add(time, found.quality, found.bits, passed=False)

    def passed(self, frame: Any, time: float) -> None:
        """A decoded frame that nobody looks at."""
        cell = self._cell_of(time)
        if cell == self._cell:
            return
        self._cell = cell
        found = self._hashed(frame)
        if found is not None and (not self._lines or differing(found.bits, self._lines[-1][2]) > SAME):
            self._add(time, found.quality, found.bits, passed=True)

    def hashes(self) -> FilmHashes | None:
        """All lines; None where there is not one."""
        return FilmHashes.of(self._lines) if self._lines else None

    def _hashed(self, frame: Any) -> Fingerprint | None:
        try:
            plane = grey(frame, self._aspect, CELLS, self._scaler)
        except (av.FFmpegError, ValueError):
            return None  # where it matters, with samples, this is said
        orientation = orientation_of(frame)
        width, height = upright_size(frame.width, frame.height, self._aspect, orientation)
        return fingerprint_of_grey(_upright(plane, orientation), height, width)

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


def _upright(plane: Grey8, orientation: int) -> Grey8:
    if orientation == 1:
        return plane
    height, width = plane.shape
    out = np.empty((width, height) if swaps_sides(orientation) else (height, width), np.uint8)
    orient(plane, orientation, out)
    return out
