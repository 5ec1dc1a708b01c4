"""Sound of which is known where somebody speaks, and stand-ins for who hears it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.control import Control
from core.memory import LocalPixels
from core.records import Sample, SampleKind
from models.speech_vad import Stretch
from models.speech_whisper import Segment, Word

RATE = 16_000


def sound(values: NDArray[Any], index: int = 0, time: float = 0.0) -> Sample:
    audio = np.asarray(values, np.float32)
    return Sample("c", index, SampleKind.SOUND, LocalPixels(audio), time=time, duration=len(audio) / RATE)


class Voice:
    """Stands for the voice detector: speech is where the sound is loud."""

    def run(self, feeds: dict[str, NDArray[Any]]) -> list[NDArray[Any]]:
        loud = np.abs(feeds["input"]).max(axis=1) > 0.2
        return [np.where(loud, 0.9, 0.05).astype(np.float32), feeds["h"], feeds["c"]]


def spoken(*stretches: tuple[float, float], seconds: float = 20.0) -> NDArray[np.float32]:
    audio = np.zeros(int(seconds * RATE), np.float32)
    for start, end in stretches:
        audio[int(start * RATE) : int(end * RATE)] = 0.5
    return audio


SURE = Segment("Guten Tag.", 1.0, 2.0, "de", 0.95, -0.2, 0.01, 1.1, 0.0, (Word(" Guten", 1.0, 1.4, 0.9),))


class Scripted:
    """Stands for a loaded Whisper: says what it is told to."""

    said: Sequence[Segment] = (SURE,)
    asked: list[dict[str, Any]]

    def __init__(self, pack: str, device: str, workers: int) -> None:
        self.pack = pack
        Scripted.asked = []

    def transcribe(
        self,
        audio: NDArray[np.float32],
        stretches: Sequence[Stretch],
        mode: str,
        control: Control,
        language: str = "",
        *,
        translate: bool = False,
    ) -> Iterator[Segment]:
        Scripted.asked.append({"stretches": list(stretches), "mode": mode, "language": language, "to en": translate})
        for one in self.said:
            control.checkpoint()
            yield replace(one, text="Good day.") if translate else one

    def close(self) -> None:
        pass
