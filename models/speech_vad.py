"""Where somebody speaks: Silero VAD v6, with the arithmetic of faster-whisper 1.2.1 (`faster_whisper/vad.py`, MIT,
after snakers4/silero-vad, MIT), so that the stretches are the reference library's to the last sample.

The graph sees windows of 512 values (32 ms at 16 kHz) behind the last 64 of the window before, and gives one
probability for each. It carries its memory in `h` and `c`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.runtime import Session

__all__ = ["RATE", "Stretch", "VadRules", "probabilities", "speech"]

RATE = 16_000
WINDOW = 512
_CONTEXT = 64
_AT_ONCE = 10_000  # windows of one call, as the library does it: five minutes
_BREATH = RATE * 98 / 1000  # values of silence at which a stretch that is too long may be cut


@dataclass(frozen=True, slots=True)
class VadRules:
    """How probabilities become stretches; names and meaning are the library's `VadOptions`.

    `least`, `most`: length of a stretch in seconds; `silence`: seconds that end one; `pad`: seconds added at each end.
    """

    threshold: float = 0.5
    least: float = 0.0
    most: float = float("inf")
    silence: float = 2.0
    pad: float = 0.4

    @property
    def lower(self) -> float:
        """A window below it ends speech; one between the two thresholds goes on with what there was."""
        return max(self.threshold - 0.15, 0.01)


@dataclass(slots=True)
class Stretch:
    """Values `start` to `end` hold speech. `score`: mean probability, 0–1, before anything was added at the ends."""

    start: int
    end: int
    score: float = 0.0


def probabilities(session: Session, audio: NDArray[np.float32]) -> NDArray[np.float32]:
    """One probability for each window of `audio` (float32, 16 kHz, one-dimensional); the last is filled up."""
    windows = np.pad(audio, (0, WINDOW - len(audio) % WINDOW)).reshape(-1, WINDOW)
    # The library empties the end of the last window where it means the beginning of the first; its answers hold that.
    windows[-1, -_CONTEXT:] = 0
    before = np.concatenate([np.zeros((1, _CONTEXT), np.float32), windows[:-1, -_CONTEXT:]])
    seen = np.concatenate([before, windows], axis=1)
    h, c = np.zeros((1, 1, 128), np.float32), np.zeros((1, 1, 128), np.float32)
    parts = []
    for first in range(0, len(seen), _AT_ONCE):
        part, h, c = session.run({"input": seen[first : first + _AT_ONCE], "h": h, "c": c})
        parts.append(part)
    found: NDArray[np.float32] = np.concatenate(parts)
    return found


def speech(probability: NDArray[np.float32], length: int, rules: VadRules) -> list[Stretch]:
    """Stretches of speech in a recording of `length` values, from the probabilities of its windows."""
    found = _raw(probability, length, rules)
    for one in found:
        windows = probability[one.start // WINDOW : max(one.start // WINDOW + 1, -(-one.end // WINDOW))]
        one.score = float(windows.mean())
    _pad(found, length, rules.pad * RATE)
    return found


class _Listening:
    """The library's loop over the windows, with its variables under their own names."""

    def __init__(self, rules: VadRules) -> None:
        self.rules = rules
        self.found: list[Stretch] = []
        self.start: int | None = None
        self.triggered = False
        self.temp_end = self.prev_end = self.next_start = 0
        self.most = RATE * rules.most - WINDOW - 2 * rules.pad * RATE

    def take(self, at: int, value: float) -> None:
        """One window, beginning at the value `at`."""
        rules = self.rules
        if value >= rules.threshold and self.temp_end:
            self.temp_end = 0
            if self.next_start < self.prev_end:
                self.next_start = at
        if value >= rules.threshold and not self.triggered:
            self.triggered, self.start = True, at
            return
        if self.triggered and self.start is not None and at - self.start > self.most and self._cut(at):
            return
        if value < rules.lower and self.triggered:
            self._silent(at)

    def _cut(self, at: int) -> bool:
        """It has become too long: end it at the last breath, or here. True: the window is dealt with."""
        assert self.start is not None
        if not self.prev_end:
            self.found.append(Stretch(self.start, at))
            self._forget()
            return True
        self.found.append(Stretch(self.start, self.prev_end))
        self.start = None
        if self.next_start < self.prev_end:
            self.triggered = False
        else:
            self.start = self.next_start
        self.prev_end = self.next_start = self.temp_end = 0
        return False

    def _silent(self, at: int) -> None:
        self.temp_end = self.temp_end or at
        if at - self.temp_end > _BREATH:
            self.prev_end = self.temp_end
        if at - self.temp_end < self.rules.silence * RATE:
            return
        if self.start is not None and self.temp_end - self.start > self.rules.least * RATE:
            self.found.append(Stretch(self.start, self.temp_end))
        self._forget()

    def _forget(self) -> None:
        self.start, self.triggered = None, False
        self.temp_end = self.prev_end = self.next_start = 0


def _raw(probability: NDArray[np.float32], length: int, rules: VadRules) -> list[Stretch]:
    listening = _Listening(rules)
    for number, value in enumerate(probability.tolist()):
        listening.take(number * WINDOW, value)
    if listening.start is not None and length - listening.start > rules.least * RATE:
        listening.found.append(Stretch(listening.start, length))
    return listening.found


def _pad(found: list[Stretch], length: int, pad: float) -> None:
    """A little more at each end, shared fairly where two stretches are near each other."""
    for number, one in enumerate(found):
        if number == 0:
            one.start = int(max(0, one.start - pad))
        if number == len(found) - 1:
            one.end = int(min(length, one.end + pad))
            continue
        after = found[number + 1]
        silence = after.start - one.end
        if silence < 2 * pad:
            one.end += silence // 2
            after.start = max(0, after.start - silence // 2)
        else:
            one.end = int(min(length, one.end + pad))
            after.start = int(max(0, after.start - pad))
