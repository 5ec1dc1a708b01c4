"""Recordings and films with sound, made on the spot, and what a decoder heard of them."""

from __future__ import annotations

import fractions
import wave
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from core.decode.hearing import RATE
from core.records import SampleKind
from tests.core.decode.conftest import Outcome

SOUND = frozenset({SampleKind.SOUND})


def noise(seconds: float, rate: int = RATE, seed: int = 0) -> NDArray[np.int16]:
    """Something that is nowhere quiet."""
    return (np.random.default_rng(seed).standard_normal(int(seconds * rate)) * 3000).astype(np.int16)


def record(path: Path, values: NDArray[np.int16], rate: int = RATE, channels: int = 1) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(values.astype("<i2").tobytes())
    return path


def film(path: Path, seconds: float, sound: NDArray[np.int16] | None, *, at: float = 0.0, codec: str = "aac") -> Path:
    """A film of ten pictures a second with a track of sound that begins at `at` seconds."""
    with av.open(str(path), "w") as container:
        pictures: Any = container.add_stream("mpeg4", rate=10)
        pictures.width, pictures.height, pictures.pix_fmt = 64, 48, "yuv420p"
        pictures.time_base = fractions.Fraction(1, 10)
        track: Any = container.add_stream(codec, rate=RATE, layout="mono") if sound is not None else None
        for number in range(int(seconds * 10)):
            frame = av.VideoFrame.from_ndarray(np.full((48, 64, 3), number * 7 % 256, np.uint8), format="rgb24")
            frame.pts = number
            container.mux(pictures.encode(frame))
        for first in range(0, len(sound) if sound is not None else 0, 1024):
            assert sound is not None
            part = av.AudioFrame.from_ndarray(sound[None, first : first + 1024], "s16", "mono")
            part.sample_rate, part.pts = RATE, round(at * RATE) + first
            container.mux(track.encode(part))
        if track is not None:
            container.mux(track.encode(None))
        container.mux(pictures.encode())
    return path


def heard(outcome: Outcome) -> NDArray[np.float32]:
    return np.concatenate([values for one, values in zip(outcome.samples, outcome.pixels, strict=True) if _is(one)])


def _is(sample: Any) -> bool:
    return sample.kind is SampleKind.SOUND


def spoil(path: Path, kind: str, part: float, spare: int = 16) -> None:
    """Overwrite the packets of one kind of stream, from this part of them on, but for their first bytes."""
    data = bytearray(path.read_bytes())
    with av.open(str(path)) as container:
        (stream,) = [one for one in container.streams if one.type == kind]
        places = [(packet.pos, packet.size) for packet in container.demux(stream) if packet.size and packet.pos]
    for position, size in places[int(len(places) * part) :]:
        data[position + spare : position + size] = (b"\xff" if spare else b"\0") * max(0, size - spare)
    path.write_bytes(bytes(data))


# ---------------------------------------------------------------------- the ear by itself


class Sink:
    """Keeps what is handed over."""

    capacity = 100 * RATE * 4

    def __init__(self) -> None:
        self.got: list[tuple[float, NDArray[np.float32]]] = []

    def place_sound(self, count: int) -> NDArray[np.float32]:
        self._room = np.empty(count, np.float32)
        return self._room

    def add(self, _kind: SampleKind, _size: tuple[int, int], *, at: float, duration: float) -> None:
        assert duration == len(self._room) / RATE
        self.got.append((at, self._room.copy()))

    def flush(self) -> None:
        pass
