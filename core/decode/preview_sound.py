"""The sound of a file: how loud it is where, and stretches of it to be played."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO, Protocol

import av
import numpy as np
from numpy.typing import NDArray

from core.decode import container as box
from core.decode.phase import Phase
from core.decode.reading import CannotDecode
from core.records import State

__all__ = ["CHANNELS", "RATE", "Peaks", "Sound"]

RATE = 48_000
CHANNELS = 2
_STEP = 0.02  # seconds that one peak stands for at first
_MOST_STEPS = 400_000  # then two steps become one: a recording of days costs no more than one of hours
_PEAK_RATE = 8_000  # loudness needs no more
_NEARLY = 0.25  # seconds before the wanted place where decoding begins, so that codecs that need a run-up are right


class Heart(Protocol):
    def beat(self, media_seconds: float) -> None: ...


class Peaks:
    """Loudest and softest value per step, −127…127, growing."""

    def __init__(self) -> None:
        self.step = _STEP
        self.low, self.high = array("b"), array("b")
        self._rest: NDArray[np.float32] = np.empty(0, np.float32)

    def add(self, samples: NDArray[np.float32]) -> None:
        """`samples`: mono, −1…1, at 8 kHz."""
        size = round(self.step * _PEAK_RATE)
        joined = np.concatenate([self._rest, samples])
        whole = len(joined) // size
        if whole:
            steps = np.clip(joined[: whole * size].reshape(whole, size) * 127, -127, 127)
            self.low.frombytes(steps.min(axis=1).astype(np.int8).tobytes())
            self.high.frombytes(steps.max(axis=1).astype(np.int8).tobytes())
        self._rest = joined[whole * size :]
        if len(self.low) > _MOST_STEPS:
            self._halve()

    def finish(self) -> None:
        if len(self._rest):
            self.add(np.zeros(round(self.step * _PEAK_RATE) - len(self._rest), np.float32))

    def _halve(self) -> None:
        even = len(self.low) // 2 * 2
        low = np.frombuffer(self.low, np.int8)[:even].reshape(-1, 2).min(axis=1)
        high = np.frombuffer(self.high, np.int8)[:even].reshape(-1, 2).max(axis=1)
        self.low, self.high = array("b", low.tobytes()), array("b", high.tobytes())
        self.step *= 2


def _add(peaks: Peaks, parts: Iterable[Any]) -> None:
    for part in parts:
        peaks.add(part.to_ndarray().reshape(-1))


class Sound:
    """The first sound stream of an open file. Raises `CannotDecode` when there is none that can be decoded."""

    def __init__(self, file: BinaryIO, heart: Heart) -> None:
        self._heart = heart
        self._container = box.open_container(file)
        if not self._container.streams.audio:
            raise CannotDecode("no-sound", "The file holds no sound.", State.UNSUPPORTED)
        self._stream = self._container.streams.audio[0]
        if self._stream.codec_context is None:
            raise box.unsupported_codec(self._stream)
        box.only(self._container, self._stream)
        self._start = box.clock_start(self._container)
        self._at: float | None = None  # where the next decoded frame begins; None: nowhere known
        self._flow: Iterator[tuple[float, Any]] = iter(())
        self._left: tuple[float, NDArray[np.int16]] | None = None
        self.error = ""

    def close(self) -> None:
        self._container.close()

    def peaks(self) -> Iterator[Peaks]:
        """The loudness from the beginning to the end; yields the growing answer about once per 100 packets."""
        peaks = Peaks()
        resampler = av.AudioResampler(format="flt", layout="mono", rate=_PEAK_RATE)
        phase = Phase()  # channels that cancel each other are no silence
        self._rewind(0.0)
        for count, (time, frame) in enumerate(self._frames()):
            for one in phase.take(frame):
                _add(peaks, resampler.resample(one))
            self._heart.beat(time)
            if count % 400 == 399:
                yield peaks
        for one in (*phase.rest(), None):
            _add(peaks, resampler.resample(one))
        peaks.finish()
        self._at = None
        if not len(peaks.low):
            raise CannotDecode("damaged", f"No sound can be decoded from this file ({self.error or 'it is empty'}).")
        yield peaks

    def stretch(self, time: float, seconds: float) -> tuple[float, NDArray[np.int16]]:
        """(seconds where it begins, frames × 2 values, 16 bit, 48 kHz). Fewer frames at the end; none behind it."""
        if self._at is None or abs(self._at - time) > 0.005:
            self._rewind(max(0.0, time - _NEARLY))
            self._flow = self._resampled()
            self._left = None
        parts: list[NDArray[np.int16]] = []
        begin, have, wanted = time, 0, round(seconds * RATE)
        while have < wanted:
            at, values = self._left or next(self._flow, (0.0, np.empty((0, CHANNELS), np.int16)))
            self._left = None
            if not len(values):
                break
            skip = max(0, round((time - at) * RATE)) if not parts else 0
            values = values[skip:]
            if not len(values):
                continue
            begin = max(time, at) if not parts else begin
            take = values[: wanted - have]
            parts.append(take)
            have += len(take)
            if len(take) < len(values):
                self._left = (at + (skip + len(take)) / RATE, values[len(take) :])
        self._at = begin + have / RATE
        return begin, np.concatenate(parts) if parts else np.empty((0, CHANNELS), np.int16)

    def _resampled(self) -> Iterator[tuple[float, NDArray[np.int16]]]:
        resampler = av.AudioResampler(format="s16", layout="stereo", rate=RATE)
        at: float | None = None
        for time, frame in self._frames():
            at = time if at is None else at
            for part in resampler.resample(frame):
                values = part.to_ndarray().reshape(-1, CHANNELS)
                yield at, values
                at += len(values) / RATE

    def _rewind(self, time: float) -> None:
        self._stream.codec_context.flush_buffers()
        try:
            self._container.seek(round((time + self._start) * av.time_base), backward=True)
        except av.FFmpegError as error:
            if time > 0:
                raise CannotDecode("not-seekable", "This recording can only be read from its start.") from error

    def _frames(self) -> Iterator[tuple[float, Any]]:
        """(seconds, frame) as they come; broken packets are passed over."""
        base = float(self._stream.time_base or 1)
        following = 0.0
        packets = self._container.demux(self._stream)
        while True:
            try:
                packet = next(packets)
                frames = packet.decode()
            except (StopIteration, EOFError):
                return
            except av.error.MemoryError as error:
                raise MemoryError from error
            except av.FFmpegError as error:
                self.error = self.error or box.plain_error(error)
                if isinstance(error, av.InvalidDataError):
                    continue
                return
            for frame in frames:
                time = frame.pts * base - self._start if frame.pts is not None else following
                following = time + frame.samples / (frame.sample_rate or RATE)
                yield max(0.0, time), frame
