"""Where a run stands: counts, rates over the last minute, and a range for the time left."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass

from core.events import Progress

__all__ = ["Meter"]

WINDOW = 60.0
ENOUGH = 5.0  # seconds of work before anything is said about the time left


@dataclass(slots=True)
class _Mark:
    at: float
    contents: int
    bytes: int


class Meter:
    """Counts what is done. `tick` makes a `Progress`; it is cheap, but call it a few times a second at most."""

    def __init__(self) -> None:
        self.copies = self.total_copies = 0
        self.contents = self.total_contents = 0
        self.bytes = self.total_bytes = 0  # of contents: what there is to analyse
        self.listed_bytes = 0  # of copies: what was seen in the sources
        self.media_seconds = 0.0
        self.listing_complete = False
        self._settled = self._settled_bytes = 0
        self._started = time.monotonic()
        self._marks: deque[_Mark] = deque()

    def settled(self, contents: int, size: int) -> None:
        """Contents that an earlier run had finished: done, but they say nothing about this run's speed."""
        self._settled += contents
        self._settled_bytes += size
        self.contents += contents
        self.bytes += size

    def finished(self, size: int, media_seconds: float = 0.0) -> None:
        self.contents += 1
        self.bytes += size
        self.media_seconds += media_seconds

    @property
    def elapsed(self) -> float:
        return time.monotonic() - self._started

    def tick(self, phase: str, *, paused: bool, current: tuple[str, ...]) -> Progress:
        now = time.monotonic()
        self._marks.append(_Mark(now, self.contents - self._settled, self.bytes - self._settled_bytes))
        while now - self._marks[0].at > WINDOW:
            self._marks.popleft()
        first = self._marks[0]
        span = now - first.at
        if span < 1.0:
            first, span = _Mark(self._started, 0, 0), max(now - self._started, 1e-3)
        return Progress(
            phase=phase,
            copies=self.copies,
            total_copies=self.total_copies,
            contents=self.contents,
            total_contents=self.total_contents,
            bytes=self.bytes,
            total_bytes=self.total_bytes,
            media_seconds=self.media_seconds,
            listing_complete=self.listing_complete,
            contents_per_second=(self.contents - self._settled - first.contents) / span,
            bytes_per_second=(self.bytes - self._settled_bytes - first.bytes) / span,
            elapsed=now - self._started,
            remaining=self._remaining(span, first),
            paused=paused,
            current=current,
        )

    def _remaining(self, span: float, first: _Mark) -> tuple[float, float] | None:
        """Files are not alike, so one number would be a lie: the lowest and highest of four guesses (by files, by
        bytes; over the last minute, over the whole run), widened by a tenth."""
        done, size = self.contents - self._settled, self.bytes - self._settled_bytes
        if not self.listing_complete or self.elapsed < ENOUGH or done == 0:
            return None
        left, left_bytes = max(0, self.total_contents - self.contents), max(0, self.total_bytes - self.bytes)
        guesses = [left * self.elapsed / done]
        if size:
            guesses.append(left_bytes * self.elapsed / size)
        if done > first.contents:
            guesses.append(left * span / (done - first.contents))
        if size > first.bytes:
            guesses.append(left_bytes * span / (size - first.bytes))
        return min(guesses) * 0.9, max(guesses) * 1.1
