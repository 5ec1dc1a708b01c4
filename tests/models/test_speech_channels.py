"""Real voices on two channels, mixed by the decoder as in a run: opposite phase, and one caller on each side."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from core.control import Control
from core.decode.hearing import RATE, Ear
from core.decode.phase import Phase
from core.memory import LocalPixels
from core.records import Sample, SampleKind
from core.settings import SamplingPolicy
from models.local import LocalBackend

Voice = NDArray[np.int16]


class _Heard:
    capacity = 100_000_000

    def __init__(self) -> None:
        self.values: list[NDArray[np.float32]] = []

    def place_sound(self, count: int) -> NDArray[np.float32]:
        self.values.append(np.empty(count, np.float32))
        return self.values[-1]

    def add(self, *_: Any, **__: Any) -> None: ...

    def flush(self) -> None: ...


def voice(path: Path) -> Voice:
    parts = []
    with av.open(str(path)) as container:
        resampler = av.AudioResampler("s16", "mono", RATE)
        for frame in [*container.decode(audio=0), None]:
            parts += [one.to_ndarray()[0] for one in resampler.resample(frame)]
    return np.concatenate(parts)


def stretches(backend: LocalBackend, left: Voice, right: Voice) -> list[tuple[float, float]]:
    """Where somebody speaks, seconds."""
    sink = _Heard()
    ear = Ear(sink, SamplingPolicy(sound_seconds=600), 0.0)  # type: ignore[arg-type]  # a stand-in for the sink
    both = np.stack([left, right], axis=1).reshape(-1)
    for first in range(0, len(both), 2048):
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(both[None, first : first + 2048]), "s16", "stereo")
        frame.sample_rate = RATE
        ear.hear(frame)
    ear.finish()
    (values,) = sink.values
    sample = Sample("c", 0, SampleKind.SOUND, LocalPixels(values), time=0.0, duration=len(values) / RATE)
    (result,) = backend.analyze("speech", [sample], {"model": "none"}, Control())
    assert result.failure is None
    return [(one.start or 0.0, one.end or 0.0) for one in result.findings if one.label == "speech"]


def test_a_voice_in_opposite_phase_is_heard(
    backend: LocalBackend, shared_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = voice(shared_data / "speech" / "leopard_test.wav")
    mirrored = (-np.maximum(said, -32767)).astype(np.int16)
    alone = stretches(backend, said, said)
    assert alone
    assert stretches(backend, said, mirrored) == alone
    monkeypatch.setattr(Phase, "take", lambda self, frame: [frame])
    assert stretches(backend, said, mirrored) == []  # what mixing makes of it


@pytest.mark.parametrize("softer", [1.0, 0.1])
def test_two_callers_on_a_channel_each_are_both_heard(backend: LocalBackend, shared_data: Path, softer: float) -> None:
    one, two = (voice(shared_data / "speech" / name) for name in ("leopard_test.wav", "leopard_test_de.wav"))
    left, right = (np.zeros(len(one) + RATE + len(two), np.int16) for _ in range(2))
    left[: len(one)] = one
    right[len(one) + RATE :] = two * softer
    first, second = stretches(backend, left, right)
    assert first[1] <= len(one) / RATE + 0.5 <= second[0]
    assert second[1] - second[0] > 3.5
