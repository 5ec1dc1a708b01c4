"""Speech: what an hour of silence costs, and what the analyzer adds to faster-whisper's own call.

The second needs a Whisper pack: the best one that is installed, else the small one that the tests bring. The words that
both sides give are compared first.
"""

from __future__ import annotations

import os
import wave
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.measuring import Row, in_pairs, median_wall, most_foreign, ratios
from core.control import Control
from core.memory import LocalPixels
from core.pipeline.alone import look_at
from core.records import Sample, SampleKind
from core.settings import RunSettings
from models import catalogue, speech_whisper
from models.local import BackendSpec, LocalBackend

RATE = 16_000
HOUR = 3600.0
ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("ASSERVAT_SHARED_DATA", ROOT.parent / "shared" / "data"))
SPEECH = "models.speech:Speech"


def silence(folder: Path, _scale: float, pairs: int) -> list[Row]:
    """From the opened file to the outcome: an hour of digital silence; bare is the library's decoding and detector."""
    path = folder / "hour.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        for _ in range(60):
            file.writeframes(bytes(2 * 60 * RATE))
    settings = RunSettings(analyzers=("speech",))
    backend = LocalBackend(BackendSpec(workers=settings.workers, analyzers=(SPEECH,)))
    found: list[int] = []

    def ours() -> None:
        looked = look_at(path, backend, settings, Control())
        found.append(sum(len(result.findings) for result in looked.results))

    def bare() -> None:
        from faster_whisper.audio import decode_audio
        from faster_whisper.vad import get_speech_timestamps

        get_speech_timestamps(decode_audio(str(path)))

    mine, other = in_pairs(ours, bare, max(1, min(3, pairs)))
    backend.close()
    note = f"{settings.workers} workers, foreign load {most_foreign(mine, other):.0%}"
    agreement = "no speech" if not any(found) else f"{max(found)} FINDINGS IN SILENCE"
    factors = sorted(one.wall / HOUR for one in mine)
    times = [f"{median_wall(group):.1f} s" for group in (mine, other)]
    real = Row("an hour of silence, wall ÷ its length", *times, factors[len(factors) // 2], factors[-1], 0.005, 0.005)
    real.agreement, real.note = agreement, note
    speed, worst = ratios(mine, other)
    return [
        real,
        Row("the same, against the library's own calls", *times, speed, worst, agreement=agreement, note=note),
    ]


def against_library(folder: Path, scale: float, pairs: int) -> list[Row]:
    """Wall time of the analyzer and of `WhisperModel.transcribe` with the same options on the same speech."""
    pack = _pack(folder)
    if pack is None:
        print("no Whisper pack is installed, and the tests' own is not there: nothing to compare")
        return []
    audio = _speech(folder, scale)
    control, said, heard = Control(), [""], [""]
    backend = LocalBackend(BackendSpec(workers=1, analyzers=(SPEECH,)))
    sample = Sample("bench", 0, SampleKind.SOUND, LocalPixels(audio), time=0.0, duration=len(audio) / RATE)
    options = {"model": pack, "language": "en"}
    library = speech_whisper.Transcriber(pack, "cpu", 1)._model

    def ours() -> None:
        (result,) = backend.analyze("speech", [sample], options, control)
        said[0] = " ".join(one.text for one in result.findings if one.text)

    def bare() -> None:
        asked: dict[str, Any] = dict(speech_whisper.DECODING["evidential"])
        detector = {"min_silence_duration_ms": 500, "speech_pad_ms": 400}
        found, _ = library.transcribe(audio, language="en", vad_filter=True, vad_parameters=detector, **asked)
        heard[0] = " ".join(text for one in found if (text := one.text.strip()))

    mine, other = in_pairs(ours, bare, pairs)
    backend.close()
    ratio, worst = ratios(mine, other)
    times = [f"{median_wall(group):.2f} s" for group in (mine, other)]
    same = "the same words" if said[0] == heard[0] else "OTHER WORDS"
    note = f"{pack}, {len(audio) / RATE:.0f} s of sound, foreign load {most_foreign(mine, other):.0%}"
    return [Row("speech against faster-whisper's own call", *times, ratio, worst, 1.05, 1.0, agreement=same, note=note)]


def _pack(folder: Path) -> str | None:
    """An installed pack, else the tests' own one, which knows two dozen words: enough to be timed."""
    chosen = speech_whisper.preferred("cpu")
    if chosen is not None:
        return chosen.id
    try:
        from tests.support import whisper_pack
    except ImportError:
        return None
    os.environ["ASSERVAT_PACKS"] = str(folder / "packs")
    name = whisper_pack.install(folder / "packs")
    catalogue.forget()
    return name


def _speech(folder: Path, scale: float) -> NDArray[np.float32]:
    """Recordings one after the other, two minutes of them at scale 1: what the tests' own Whisper understands, else the
    shared ones."""
    seconds = max(20.0, 120.0 * min(1.0, scale * 5))
    paths = sorted((ROOT / "tests/support/micro_whisper/speech").glob("*.flac"))
    if not os.environ.get("ASSERVAT_PACKS", "").startswith(str(folder)):
        paths = sorted((SHARED / "speech").glob("leopard_test*.wav")) or paths
    from faster_whisper.audio import decode_audio

    once = np.concatenate([decode_audio(str(path)) for path in paths])
    return np.tile(once, int(seconds * RATE / len(once)) + 1)[: int(seconds * RATE)]
