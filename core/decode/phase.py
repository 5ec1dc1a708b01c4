"""Stereo whose two channels run against each other: mixed into one they cancel, and nothing would be heard.

A wire soldered the wrong way round, or a balanced signal taken for stereo, gives two channels that are mirror images.
So the frames of half a second are looked at together before they are mixed: where the sum of both channels holds
hardly anything of what they hold apart, the second one is turned over. All other frames go on as they came.
"""

from __future__ import annotations

from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

__all__ = ["Phase"]

WINDOW = 0.5
"""Seconds that are judged together: a moment of a stage effect must not turn a recording over."""
CANCELS = 0.1
"""Energy of the sum beside that of both channels apart: about 1 of two voices, 2 of one in the middle, 0 of mirror
images. Below this a mix is at least 10 dB too quiet, and its channels are correlated by less than −0.9."""
RECOVERS = 1.2
_BALANCED = 0.05
_AUDIBLE = 1e-4
"""Of full scale, root of the mean square: −80 dB."""
_EVERY, _LOOKS = 4, 256
"""Which frames are looked at, and how many of their values, more or less: an hour costs a second."""
_FORMATS = frozenset({"u8", "s16", "s32", "flt", "dbl"})


class Phase:
    """Frames of one stream go in and come out again, at most half a second later. `seconds`: how much was turned."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._turned = False
        self._held: list[Any] = []
        self._length = 0.0
        self._energy = np.zeros(3)  # of the first channel, the second, their sum
        self._count = 0

    def take(self, frame: Any) -> list[Any]:
        """A decoded frame; what can be mixed now."""
        if len(frame.layout.channels) != 2 or frame.format.name.rstrip("p") not in _FORMATS:
            return [*self.rest(), frame]
        self._held.append(frame)
        self._length += frame.samples / frame.sample_rate
        if len(self._held) % _EVERY == 1:
            self._look(frame)
        return self.rest() if self._length >= WINDOW else []

    def _look(self, frame: Any) -> None:
        left, right = _channels(frame)
        step = max(1, len(left) // _LOOKS)
        a, b = left[::step].astype(np.float32), right[::step].astype(np.float32)
        if frame.format.name.startswith("u"):
            a, b = a - 128, b - 128
        both = a + b
        self._energy += (float(a @ a), float(b @ b), float(both @ both))
        self._count += len(a)

    def rest(self) -> list[Any]:
        """What is still held."""
        held, self._held = self._held, []
        if not held:
            return held
        self._turned = self._judged(_full_scale(held[0]))
        if self._turned:
            self.seconds += self._length
            held = [_turned_over(frame) for frame in held]
        self._energy[:] = 0
        self._count, self._length = 0, 0.0
        return held

    def _judged(self, scale: float) -> bool:
        """Whether these frames are to be turned; as those before where they are silent or it is not clear."""
        first, second, together = self._energy.tolist()
        apart = first + second
        if apart < 2 * self._count * (_AUDIBLE * scale) ** 2:
            return self._turned
        if self._turned:
            return bool(together <= RECOVERS * apart)
        return bool(together < CANCELS * apart and min(first, second) > _BALANCED * max(first, second))


def _channels(frame: Any) -> tuple[NDArray[Any], NDArray[Any]]:
    values = frame.to_ndarray()
    return (values[0], values[1]) if frame.format.is_planar else (values[0, 0::2], values[0, 1::2])


def _full_scale(frame: Any) -> float:
    return {"u8": 128.0, "s16": 32768.0, "s32": 2147483648.0}.get(frame.format.name.rstrip("p"), 1.0)


def _turned_over(frame: Any) -> Any:
    """The same with its second channel the other way round."""
    values = frame.to_ndarray().copy()
    second = values[1] if frame.format.is_planar else values[0, 1::2]
    if values.dtype.kind == "u":
        second[:] = 255 - np.maximum(second, 1) + 1
    elif values.dtype.kind == "i":
        second[:] = -np.maximum(second, -np.iinfo(values.dtype).max)
    else:
        second[:] = -second
    made = av.AudioFrame.from_ndarray(values, frame.format.name, frame.layout.name)
    made.sample_rate = frame.sample_rate
    if frame.pts is not None and frame.time_base is not None:
        made.pts, made.time_base = frame.pts, frame.time_base
    return made
