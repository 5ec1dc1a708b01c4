"""Channels in opposite phase cancel each other when they are mixed: they are heard all the same, and it is said."""

from __future__ import annotations

import fractions
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from core.decode.hearing import RATE, Ear
from core.decode.jobs import PICTURES
from core.records import MediaKind, SampleKind, State
from core.settings import SamplingPolicy
from tests.core.decode.conftest import Outcome
from tests.support.sounds import SOUND, heard, noise, record

Decode = Callable[..., Outcome]


# ---------------------------------------------------------------------- channels that cancel each other


def _stereo(left: NDArray[np.int16], right: NDArray[np.int16]) -> NDArray[np.int16]:
    return np.stack([left, right], axis=1).reshape(-1)


def test_channels_in_opposite_phase_are_heard_and_it_is_said(decode: Decode, tmp_path: Path) -> None:
    """Mixed as they are, they leave silence."""
    values = noise(3)
    values[0] = -32768  # has no mirror image in 16 bits
    path = record(tmp_path / "a.wav", _stereo(values, -np.maximum(values, -32767)), channels=2)
    outcome = decode(path, wanted=SOUND)
    got = heard(outcome)
    assert got == pytest.approx(values.astype(np.float32) / 32768, abs=2e-4)
    (problem,) = outcome.decoded.problems
    assert problem.code == "opposite-phase"
    assert "3.0 seconds" in problem.message
    assert outcome.decoded.state is State.DONE


@pytest.mark.parametrize(
    ("codec", "rate", "kind"),
    [("flac", 44_100, "wav-like"), ("pcm_f32le", 48_000, "floats"), ("pcm_u8", 16_000, "bytes"), ("aac", 48_000, "")],
)
def test_opposite_phase_is_heard_in_every_format(
    decode: Decode, tmp_path: Path, codec: str, rate: int, kind: str
) -> None:
    moments = np.arange(2 * rate) / rate
    tone = (np.sin(moments * 2 * np.pi * 440) * 9000).astype(np.int16)
    path = tmp_path / "a.mka"
    with av.open(str(path), "w") as container:
        track: Any = container.add_stream(codec, rate=rate, layout="stereo")
        resampler = av.AudioResampler(track.format.name, "stereo", rate, track.codec_context.frame_size or 1024)
        frame = av.AudioFrame.from_ndarray(_stereo(tone, -tone)[None], "s16", "stereo")
        frame.sample_rate, frame.pts = rate, 0
        for part in (*resampler.resample(frame), *resampler.resample(None)):
            container.mux(track.encode(part))
        container.mux(track.encode(None))
    got = heard(decode(path, wanted=SOUND))
    loudness = float(np.sqrt(np.square(got[RATE // 2 : -RATE // 2]).mean()))
    assert loudness == pytest.approx(9000 / 32768 / np.sqrt(2), rel=0.03)


def test_the_sound_of_a_film_in_opposite_phase_is_heard_and_it_is_said(decode: Decode, tmp_path: Path) -> None:
    values, path = noise(3), tmp_path / "a.mkv"
    with av.open(str(path), "w") as container:
        pictures: Any = container.add_stream("mpeg4", rate=10)
        pictures.width, pictures.height, pictures.pix_fmt = 64, 48, "yuv420p"
        track: Any = container.add_stream("pcm_s16le", rate=RATE, layout="stereo")
        for number in range(30):
            picture = av.VideoFrame.from_ndarray(np.full((48, 64, 3), number * 7, np.uint8), format="rgb24")
            picture.pts = number
            container.mux(pictures.encode(picture))
        frame = av.AudioFrame.from_ndarray(_stereo(values, -values)[None], "s16", "stereo")
        frame.sample_rate, frame.pts = RATE, 0
        container.mux(track.encode(frame))
        container.mux(track.encode(None))
        container.mux(pictures.encode())
    outcome = decode(path, wanted=PICTURES | SOUND, kind=MediaKind.VIDEO)
    assert float(np.abs(heard(outcome)).mean()) > 0.05
    assert [problem.code for problem in outcome.decoded.problems] == ["opposite-phase"]


def test_a_recording_that_turns_over_in_the_middle_is_heard_from_end_to_end(decode: Decode, tmp_path: Path) -> None:
    values = noise(8)
    other = values.copy()
    other[3 * RATE : 5 * RATE] *= -1
    outcome = decode(record(tmp_path / "a.wav", _stereo(values, other), channels=2), wanted=SOUND)
    got = heard(outcome)
    assert len(got) == len(values)
    loud = np.sqrt(np.square(got.reshape(-1, RATE // 10)).mean(axis=1))
    assert (loud > 0.03).mean() > 0.9  # half a second at a border at most
    assert "2." in outcome.decoded.problems[0].message


@pytest.mark.parametrize("gap", [False, True])
def test_usual_stereo_is_mixed_bit_by_bit_as_before(monkeypatch: pytest.MonkeyPatch, gap: bool) -> None:
    """Two voices, one in the middle, one side silent, silence, one side softer and turned over."""
    from core.decode.phase import Phase

    one, two, none = noise(2, seed=1), noise(2, seed=2), np.zeros(2 * RATE, np.int16)
    pairs = [(one, two), (one, one), (one, none), (none, two), (none, none), (one, (one * -0.4).astype(np.int16))]
    frames = [
        _stereo(left[first : first + 1024], right[first : first + 1024])
        for left, right in pairs
        for first in range(0, len(left), 1024)
    ]

    def listen() -> list[tuple[float, bytes]]:
        sink = _Heard()
        ear, at = Ear(sink, SamplingPolicy(sound_seconds=60), 0.0), 0  # type: ignore[arg-type]  # a stand-in for the sink
        for number, values in enumerate(frames):
            frame = av.AudioFrame.from_ndarray(values[None], "s16", "stereo")
            at += RATE * 9 if gap and number == 70 else 0
            frame.sample_rate, frame.pts, frame.time_base = RATE, at, fractions.Fraction(1, RATE)
            at += frame.samples
            ear.hear(frame)
        ear.finish()
        assert ear.turned_seconds == 0
        return sink.heard

    found = listen()
    monkeypatch.setattr(Phase, "take", lambda self, frame: [frame])
    assert listen() == found
    assert len(found) == (2 if gap else 1)


class _Heard:
    """Takes what an ear hands over."""

    capacity = 100_000_000

    def __init__(self) -> None:
        self.heard: list[tuple[float, bytes]] = []

    def place_sound(self, count: int) -> NDArray[np.float32]:
        self._room = np.empty(count, np.float32)
        return self._room

    def add(self, kind: SampleKind, media_size: tuple[int, int], *, at: float, duration: float) -> None:
        self.heard.append((at, self._room.tobytes()))

    def flush(self) -> None:
        pass


def test_hours_of_stereo_are_held_for_half_a_second_at_most() -> None:
    from core.decode.phase import Phase

    phase, inside, most = Phase(), 0, 0
    for _ in range(2000):
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 2048), np.int16), "s16", "stereo")
        frame.sample_rate = RATE
        inside += 1 - len(phase.take(frame))
        most = max(most, inside)
    assert most * 1024 / RATE <= 0.6
    assert len(phase.rest()) == inside
