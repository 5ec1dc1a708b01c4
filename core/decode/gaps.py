"""What is missing inside a recording, and how long that was.

Where a container gives its packets times (Ogg, Matroska, MP4, MPEG-TS), a gap between them tells it. Raw MP3 and AAC
have no times: the library counts frames, so whatever cannot be decoded would make all that follows come too early.
There the spoilt bytes are reckoned as time, at the rate of the good ones; bytes that are not there leave no trace.
"""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["COUNTED", "GAP", "UNBROKEN", "Gaps", "Spoilt"]

GAP = 0.1  # seconds: smaller ones are the jitter of containers that round their times
COUNTED = frozenset({"mp3", "aac", "loas", "ac3", "eac3"})
"""Formats without times, by FFmpeg's name."""
UNBROKEN = frozenset({"ogg", "flac", *COUNTED})
"""Formats in which a recording has no gaps by itself: one is damage."""


@dataclass(slots=True)
class Gaps:
    """Gaps in one stream of sound, as (second at which it begins, its length)."""

    found: list[tuple[float, float]] = field(default_factory=list)

    def add(self, at: float, seconds: float) -> None:
        self.found.append((at, seconds))

    @property
    def seconds(self) -> float:
        return sum(length for _, length in self.found)

    @property
    def first(self) -> float:
        return self.found[0][0] if self.found else 0.0


@dataclass(slots=True)
class Spoilt:
    """Reckons spoilt bytes as time, for one stream without times. `shift`: seconds by which what comes now is later
    than the library counts. `at`: where the first damage lies, seconds."""

    shift: float = 0.0
    at: float | None = None
    _bytes: int = 0
    _seconds: float = 0.0
    _lost_bytes: int = 0
    _lost_seconds: float = 0.0

    def packet(self, size: int, seconds: float, at: float, *, good: bool) -> None:
        """A packet of so many bytes that the library counts for so long."""
        if not good:
            self._lost_bytes += size
            self._lost_seconds += seconds
            self.at = at if self.at is None else self.at
            return
        if self._lost_bytes and self._bytes and self._seconds:
            missing = self._lost_bytes * self._seconds / self._bytes - self._lost_seconds
            if missing > GAP:
                self.shift += missing
            self._lost_bytes, self._lost_seconds = 0, 0.0
        self._bytes += size
        self._seconds += seconds
