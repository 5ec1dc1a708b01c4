"""The perceptual hashes of a film's frames: what decoding tells, the case keeps and the search compares.

One line a frame that was looked at: its seconds (PTS), its quality (0-100) and its PDQ hash (32 bytes). The same that
vPDQ of Meta's ThreatExchange calls the features of a video.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

__all__ = ["BYTES", "LEAST_QUALITY", "FilmHashes", "differing"]

BYTES = 32
LEAST_QUALITY = 50
"""Hashes of less quality say too little (black, blank): vPDQ's quality tolerance."""
_LINE = 8 + 1 + BYTES
_LONGEST = 10.0**9  # seconds


@dataclass(frozen=True, slots=True)
class FilmHashes:
    """`times`: seconds, float64, ascending as they were looked at; `qualities`: uint8; `hashes`: frames × 32 bytes."""

    times: NDArray[np.float64] = field(repr=False)
    qualities: NDArray[np.uint8] = field(repr=False)
    hashes: NDArray[np.uint8] = field(repr=False)

    @classmethod
    def of(cls, lines: Sequence[tuple[float, int, bytes]]) -> FilmHashes:
        """From (seconds, quality, hash) a frame."""
        return cls(
            np.array([line[0] for line in lines], np.float64),
            np.array([line[1] for line in lines], np.uint8),
            np.frombuffer(b"".join(line[2] for line in lines), np.uint8).reshape(-1, BYTES),
        )

    @classmethod
    def unpack(cls, data: bytes) -> FilmHashes:
        """What `pack` made. Raises `ValueError` for anything else."""
        count, rest = divmod(len(data), _LINE)
        if rest:
            raise ValueError(f"{len(data)} bytes are no hashes of frames")
        times = np.frombuffer(data, "<f8", count)
        qualities = np.frombuffer(data, np.uint8, count, 8 * count)
        # A NaN fails the first comparison, too.
        if not bool(((times >= 0) & (times <= _LONGEST)).all()) or bool((qualities > 100).any()):
            raise ValueError("a time or a quality that cannot be")
        return cls(times, qualities, np.frombuffer(data, np.uint8, count * BYTES, 9 * count).reshape(-1, BYTES))

    def pack(self) -> bytes:
        """41 bytes a frame: all times, all qualities, all hashes."""
        return self.times.astype("<f8").tobytes() + self.qualities.tobytes() + self.hashes.tobytes()

    def __len__(self) -> int:
        return len(self.times)

    def good(self) -> FilmHashes:
        """Only the frames with something on them."""
        kept = self.qualities >= LEAST_QUALITY
        return FilmHashes(self.times[kept], self.qualities[kept], self.hashes[kept])

    def same(self, other: FilmHashes) -> bool:
        """Whether both say the same of the same moments."""
        return self.pack() == other.pack()


def differing(one: bytes, other: bytes) -> int:
    """In how many bits two hashes differ."""
    return (int.from_bytes(one, "big") ^ int.from_bytes(other, "big")).bit_count()
