"""Voice detection is faster-whisper's own to the last sample: the windows, the loop, the padding."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from models.runtime import Runtime, Session
from models.speech import VAD
from models.speech_vad import WINDOW, VadRules, probabilities, speech

vad = pytest.importorskip("faster_whisper.vad")
RULES = (
    {},
    {"min_silence_duration_ms": 500, "speech_pad_ms": 400},
    {"min_silence_duration_ms": 160, "max_speech_duration_s": 30.0},
    {"min_silence_duration_ms": 300, "max_speech_duration_s": 2.0, "speech_pad_ms": 30},
    {"threshold": 0.3, "min_speech_duration_ms": 500, "speech_pad_ms": 0},
    {"min_silence_duration_ms": 2000, "max_speech_duration_s": 1.2, "speech_pad_ms": 100},
)


@pytest.fixture(scope="module")
def session() -> Session:
    return Runtime().session(VAD)


def rules(asked: dict[str, float]) -> VadRules:
    return VadRules(
        asked.get("threshold", 0.5),
        asked.get("min_speech_duration_ms", 0) / 1000,
        asked.get("max_speech_duration_s", float("inf")),
        asked.get("min_silence_duration_ms", 2000) / 1000,
        asked.get("speech_pad_ms", 400) / 1000,
    )


def library(audio: NDArray[np.float32], asked: dict[str, float]) -> list[tuple[int, int]]:
    found = vad.get_speech_timestamps(audio.copy(), vad.VadOptions(**asked))
    return [(one["start"], one["end"]) for one in found]


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("asked", RULES)
def test_any_probabilities_become_the_same_stretches(
    seed: int, asked: dict[str, float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Random walks between silence and speech, so that every branch of the library's loop is taken."""
    random = np.random.default_rng(seed)
    windows = int(random.integers(1, 600))
    walk = np.cumsum(random.normal(0, 0.25, windows))
    made = (0.5 + 0.5 * np.sin(walk) * random.choice([1.0, 0.6, 1.0], windows)).astype(np.float32)
    length = windows * WINDOW - int(random.integers(1, WINDOW + 1))
    monkeypatch.setattr(vad, "get_vad_model", lambda: lambda padded: made[: len(padded) // WINDOW])
    audio = np.zeros(length, np.float32)
    assert [(one.start, one.end) for one in speech(made, length, rules(asked))] == library(audio, asked)


@pytest.mark.parametrize("seconds", [0.01, 0.5, 0.512, 3.0, 7.77])
def test_the_graph_is_asked_as_the_library_asks_it(session: Session, seconds: float) -> None:
    random = np.random.default_rng(int(seconds * 100))
    hum = np.sin(np.arange(int(seconds * 16_000)) / 20).astype(np.float32)
    audio = (0.3 * hum * random.standard_normal(len(hum))).astype(np.float32)
    padded = np.pad(audio, (0, WINDOW - len(audio) % WINDOW))
    assert np.array_equal(probabilities(session, audio), vad.get_vad_model()(padded.copy()))


def test_more_windows_than_one_call_takes(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    audio = np.random.default_rng(1).normal(0, 0.1, 16_000 * 4).astype(np.float32)
    whole = probabilities(session, audio)
    monkeypatch.setattr("models.speech_vad._AT_ONCE", 50)
    assert np.allclose(probabilities(session, audio), whole, atol=1e-5)


def test_silence_and_noise_hold_no_speech(session: Session) -> None:
    for audio in (np.zeros(48_000), np.random.default_rng(0).normal(0, 0.05, 48_000)):
        found = probabilities(session, audio.astype(np.float32))
        assert float(found.max()) < 0.3
        assert speech(found, len(audio), VadRules()) == []


def test_made_speech_is_found_where_the_library_finds_it(session: Session) -> None:
    """Two voices of buzz and formants, as the sample evidence has them."""
    from resources.sample_case import _speech

    audio = _speech(np.random.default_rng(1), 40)
    found = speech(probabilities(session, audio), len(audio), rules(RULES[1]))
    assert [(one.start, one.end) for one in found] == library(audio, RULES[1])
    assert sum(one.end - one.start for one in found) > len(audio) / 2


def test_the_score_is_the_mean_of_what_was_heard() -> None:
    made = np.array([0.1, 0.9, 0.7, 0.1, 0.1], np.float32)
    (one,) = speech(made, 5 * WINDOW, VadRules(silence=0.03, pad=0.0))
    assert (one.start, one.end) == (WINDOW, 3 * WINDOW)
    assert one.score == pytest.approx(0.8)


@pytest.mark.parametrize("asked", [RULES[0], *(pytest.param(one, marks=pytest.mark.slow) for one in RULES[1:4])])
def test_real_recordings(session: Session, shared_data: Path, asked: dict[str, Any]) -> None:
    from faster_whisper.audio import decode_audio

    found = {}
    for path in sorted((shared_data / "speech").iterdir()):
        audio = decode_audio(str(path))
        ours = [(one.start, one.end) for one in speech(probabilities(session, audio), len(audio), rules(asked))]
        assert ours == library(audio, asked), path.name
        found[path.name] = len(ours)
    assert found.pop("silence_3s.wav") == found.pop("leopard_empty_noise_only.wav") == 0
    assert all(found.values())
