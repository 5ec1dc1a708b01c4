"""The first pass over a film: what pictures there are, when they are shown and where decoding may begin."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from core.decode.container import clock_start, plain_error
from core.decode.sink import Sink

__all__ = ["Index", "read_index", "rewound"]

_MOST_PACKETS = 20_000_000
_BEAT_EVERY = 256
_FALLBACK_RATE = 25


@dataclass(frozen=True, slots=True)
class Index:
    """All packets of one video stream, in the order in which they lie in the file.

    `first`: what the first packet can be recognised by. `pts`: presentation time in units of the stream's time base,
    made up where the file has none. `keys`: positions of keyframes. `shown`: the distinct `pts` of pictures that are
    shown, sorted: a picture's place there is its frame number. `times`: the same in seconds from the moment that a
    player calls 0:00. `end`: seconds at which the last picture ends. `error`: why reading ended early, else empty.
    """

    first: tuple[int | None, int | None, int, int | None]
    pts: NDArray[np.int64]
    keys: NDArray[np.int64]
    shown: NDArray[np.int64]
    times: NDArray[np.float64]
    end: float
    spoilt: int
    error: str

    def frame(self, pts: int) -> int:
        """Frame number in presentation order."""
        return min(int(self.shown.searchsorted(pts)), len(self.shown) - 1)

    def time(self, pts: int) -> float:
        """Seconds."""
        return max(0.0, float(self.times[self.frame(pts)]))

    def next_time(self, frame: int) -> float:
        """Seconds at which the picture after this one is shown."""
        return float(self.times[frame + 1]) if frame + 1 < len(self.times) else self.end


def read_index(container: Any, stream: Any, sink: Sink) -> Index | None:
    """Read all packets of the stream without decoding. None: there are none. `sink` is told how far it is."""
    base = float(stream.time_base or 1)
    start = clock_start(container)
    read = _read(container, stream, lambda stamp: sink.beat(0.0 if stamp is None else max(0.0, stamp * base - start)))
    if read.first is None:
        return None
    stamps = _complete(np.array(read.pts, np.int64), stream)
    marked = np.array(read.marks, np.int8)
    keys = np.flatnonzero(marked & 1)
    if not len(keys) or keys[0] != 0:
        keys = np.insert(keys, 0, 0)  # whatever comes first is tried
    shown = np.unique(stamps[(marked & 2) == 0] if (marked & 2 == 0).any() else stamps)
    if container.format.name == "avi":
        start = float(shown[0]) * base  # AVI has no presentation times: what libavformat makes up is late by its delay
    times = shown * base - start
    step = read.last_duration * base or (float(np.median(np.diff(times))) if len(times) > 1 else 1 / _FALLBACK_RATE)
    end = max(0.0, float(times[-1]) + step)
    return Index(read.first, stamps, keys, shown, times, end, read.spoilt, read.error)


@dataclass(slots=True)
class _Packets:
    """What was read of a stream, as it comes in the file. Stamps are in units of the stream's time base."""

    first: tuple[int | None, int | None, int, int | None] | None = None
    pts: array[int] = field(default_factory=lambda: array("q"))
    marks: array[int] = field(default_factory=lambda: array("b"))  # 1: a keyframe; 2: not to be shown
    spoilt: int = 0
    last_duration: int = 0
    error: str = ""


def _read(container: Any, stream: Any, tell: Callable[[int | None], None]) -> _Packets:
    """All packets up to the end, to an error or to the limit. `tell` hears a stamp now and then."""
    read = _Packets()
    try:
        for packet in container.demux(stream):
            if packet.size == 0 and packet.dts is None:
                continue  # the end marker that PyAV adds
            read.first = read.first or _mark(packet)
            stamp = packet.pts if packet.pts is not None else packet.dts
            read.pts.append(_NONE if stamp is None else stamp)
            read.marks.append(packet.is_keyframe + 2 * packet.is_discard)
            read.spoilt += packet.is_corrupt
            read.last_duration = packet.duration or read.last_duration
            if len(read.pts) % _BEAT_EVERY == 0:
                tell(stamp)
            if len(read.pts) >= _MOST_PACKETS:
                read.error = f"more than {_MOST_PACKETS} packets"
                break
    except av.error.MemoryError as failure:
        raise MemoryError from failure
    except av.FFmpegError as failure:
        read.error = plain_error(failure)
    return read


def rewound(container: Any, stream: Any, index: Index) -> bool:
    """Go back to the first packet of the stream without opening the file anew, which costs as much as three keyframes.

    False: this container cannot do that exactly (some cannot seek, others only to a later place).
    """
    if container.format.name not in _SEEKABLE or index.error:
        return False
    try:
        container.seek(int(index.pts.min()), stream=stream, backward=True)
        found = _mark(next(container.demux(stream))) == index.first
        if found:
            container.seek(int(index.pts.min()), stream=stream, backward=True)
            stream.codec_context.flush_buffers()
    except (av.FFmpegError, StopIteration):
        return False
    return found


def _mark(packet: Any) -> tuple[int | None, int | None, int, int | None]:
    return packet.pts, packet.dts, packet.size, packet.pos


_NONE = -(2**63)
_SEEKABLE = {"mov,mp4,m4a,3gp,3g2,mj2", "matroska,webm"}


def _complete(stamps: NDArray[np.int64], stream: Any) -> NDArray[np.int64]:
    """Times for packets that have none: counted on from the packet before at the stream's frame rate."""
    missing = stamps == _NONE
    if not missing.any():
        return stamps
    rate = float(stream.average_rate or stream.guessed_rate or _FALLBACK_RATE)
    step = max(1, round(1 / (rate * float(stream.time_base or 1)))) if rate > 0 else 1
    first = stream.start_time or 0
    places = np.arange(len(stamps))
    known = np.maximum.accumulate(np.where(missing, -1, places))
    base = np.where(known >= 0, stamps[np.maximum(known, 0)], first)
    filled: NDArray[np.int64] = np.where(missing, base + (places - np.maximum(known, 0)) * step, stamps)
    return filled
