"""Sound becomes samples: mono, 16 kHz, in stretches of a few minutes that end at a quiet place.

Resampled exactly as faster-whisper's `decode_audio` does it (16-bit integers, then divided by 32768), so that what an
analyzer hears is what the reference library would hear. Times are those of the medium's own clock: where the stream has
a gap, there is silence, or a new stretch when the gap is long. One thing is done otherwise than the library does it:
channels that would cancel each other are heard (`core.decode.phase`).
"""

from __future__ import annotations

from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from core.decode.gaps import GAP, Gaps
from core.decode.phase import Phase
from core.decode.sink import Sink
from core.records import SampleKind
from core.settings import SamplingPolicy

__all__ = ["RATE", "Ear", "mixed", "quietest"]

RATE = 16_000
_FILLED = 5.0  # seconds of gap that are filled with silence; a longer one begins a new stretch
_LOOK_BACK = 30.0  # seconds before the end of a full stretch in which a quiet place is looked for
_FRAME = RATE // 50
_QUIET_FRAMES = 25  # half a second: shorter quiet is a breath inside a word
_LEAST = RATE // 100  # less than ten milliseconds is the rest of a resampler, not sound


class Ear:
    """Takes decoded frames of one stream and hands stretches to the sink. `seconds`: what was handed over in all."""

    def __init__(self, sink: Sink, policy: SamplingPolicy, clock_start: float) -> None:
        self.seconds = 0.0
        self._sink = sink
        self._clock_start = clock_start
        # A machine with little shared memory gets shorter stretches, as it gets smaller pictures.
        self._buffer = np.empty(min(int(policy.sound_seconds * RATE), sink.capacity // 4), np.float32)
        self._used = 0
        self._start: float | None = None  # seconds at which the buffer begins
        self._now = 0.0  # seconds up to which frames have come
        self._resampler: Any = None
        self._mixing = False
        self._phase = Phase()
        self.gaps = Gaps()
        self.shift = 0.0
        """Seconds by which frames are later than they say (`core.decode.gaps`)."""

    @property
    def turned_seconds(self) -> float:
        """How much was heard only because one of two channels was turned over."""
        return self._phase.seconds

    def hear(self, frame: Any) -> None:
        """One decoded frame. Its time, where it has one, is compared with the sound that came before."""
        time = None if frame.pts is None else float(frame.pts * frame.time_base) - self._clock_start + self.shift
        if self._start is None:
            self._start = self._now = max(0.0, time or 0.0)
        elif time is not None and time - self._now > GAP:
            self._skip(time)
        self._now += frame.samples / frame.sample_rate
        frame.pts = None  # the resampler would fill gaps by itself, and refuse times that go back
        for one in self._phase.take(frame):
            self._resample(one)

    def finish(self) -> None:
        """Hand over the rest."""
        self._flush()
        if self._used >= _LEAST:
            self._hand_over(self._used)
        self._used = 0

    def _skip(self, time: float) -> None:
        """Nothing is there from now until `time`."""
        self.gaps.add(self._now, time - self._now)
        gap, self._now = time - self._now, time
        self._flush()
        if gap <= _FILLED:
            self._push(np.zeros(round(gap * RATE), np.float32))
            return
        if self._used >= _LEAST:
            self._hand_over(self._used)
        self._used, self._start = 0, time

    def _resample(self, frame: Any) -> None:
        for one in self._resampled(frame):
            self._push(one.to_ndarray().reshape(-1).astype(np.float32) / np.float32(32768))

    def _resampled(self, frame: Any) -> list[Any]:
        """16-bit mono frames at 16 kHz. None: those still inside the resampler."""
        if self._mixing and frame is not None:
            frame = mixed(frame)
        if self._resampler is not None:
            try:
                return list(self._resampler.resample(frame))
            except (ValueError, av.FFmpegError):
                # Rate or channels change in mid-stream: what is left inside is lost, a few milliseconds.
                self._resampler = None
        if frame is None:
            return []
        for mixing in (self._mixing, True):  # of nine channels and more nobody knows which is where: all count alike
            heard = mixed(frame) if mixing and not self._mixing else frame
            self._mixing = mixing
            self._resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
            try:
                return list(self._resampler.resample(heard))
            except (ValueError, av.FFmpegError):
                self._resampler = None
        return []

    def _flush(self) -> None:
        for one in self._phase.rest():
            self._resample(one)
        if self._resampler is not None:
            self._resample(None)
            self._resampler = None

    def _push(self, values: NDArray[np.float32]) -> None:
        while len(values):
            count = min(len(values), len(self._buffer) - self._used)
            self._buffer[self._used : self._used + count] = values[:count]
            self._used += count
            values = values[count:]
            if self._used == len(self._buffer):
                self._hand_over(quietest(self._buffer))

    def _hand_over(self, count: int) -> None:
        """The first `count` values become a sample; the rest begins the next stretch."""
        assert self._start is not None
        self._sink.place_sound(count)[:] = self._buffer[:count]
        seconds = count / RATE
        self._sink.add(SampleKind.SOUND, (0, 0), at=round(self._start, 6), duration=seconds)
        self._sink.flush()  # minutes of work for whoever listens: it need not wait for the next stretch
        self._buffer[: self._used - count] = self._buffer[count : self._used].copy()
        self._used -= count
        self._start += seconds
        self.seconds += seconds


def mixed(frame: Any) -> Any:
    """The frame with all its channels mixed into one, each as loud as the others."""
    values, channels = frame.to_ndarray(), len(frame.layout.channels)
    lanes = values if frame.format.is_planar else values.reshape(-1, channels).T
    scale = 1.0 if lanes.dtype.kind == "f" else float(np.iinfo(lanes.dtype).max)
    offset = scale if lanes.dtype.kind == "u" else 0.0
    scale = scale / 2 if offset else scale
    mono = ((lanes.mean(axis=0, dtype=np.float64) - offset / 2) / scale).astype(np.float32)
    made = av.AudioFrame.from_ndarray(mono[None], "flt", "mono")
    made.sample_rate = frame.sample_rate
    return made


def quietest(values: NDArray[np.float32]) -> int:
    """Where to cut: the middle of the quietest half second of the last thirty (of the second half, if that is less)."""
    first = max(len(values) // 2, len(values) - int(_LOOK_BACK * RATE))
    frames = (len(values) - first) // _FRAME
    if frames <= _QUIET_FRAMES:
        return len(values)
    loudness = np.square(values[first : first + frames * _FRAME].reshape(frames, _FRAME)).mean(axis=1, dtype=np.float64)
    sums = np.concatenate([[0.0], np.cumsum(loudness)])
    windows = sums[_QUIET_FRAMES:] - sums[:-_QUIET_FRAMES]
    return first + (int(np.argmin(windows)) * 2 + _QUIET_FRAMES) * _FRAME // 2
