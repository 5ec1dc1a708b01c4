"""Whisper for real: the tests' own small model, against what faster-whisper itself makes of it."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from core.control import Control
from core.errors import ModelMissing, Stopped
from core.records import Finding, SampleResult
from models import catalogue, speech_whisper
from models.local import BackendSpec, LocalBackend
from models.speech import DOUBTFUL, TRANSCRIPT, TRANSLATION, SpeechOptions
from models.speech_whisper import DECODING, Transcriber
from tests.models.speaking import RATE, sound
from tests.support import whisper_pack
from tests.support.micro_whisper import MODEL, Utterance, bare, utterances

if not (MODEL / "model.bin").is_file():
    pytest.skip("the tests' own small Whisper is not made yet", allow_module_level=True)

ROOT = Path(__file__).resolve().parents[2]
SPEC = BackendSpec(workers=2, analyzers=("models.speech:Speech",))
UTTERANCES = utterances()
NAMES = [one.path.stem for one in UTTERANCES]
SENTENCES = [one for one in UTTERANCES if len(one.sentences) == 1]  # of several at once micro-Whisper loses some


@pytest.fixture(scope="module")
def packs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("packs")
    whisper_pack.install(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ASSERVAT_PACKS", str(folder))
        catalogue.forget()
        yield folder
    catalogue.forget()


@pytest.fixture(scope="module")
def listening(packs: Path) -> Iterator[LocalBackend]:
    backend = LocalBackend(SPEC)
    yield backend
    backend.close()


def audio(utterance: Utterance) -> NDArray[np.float32]:
    from faster_whisper.audio import decode_audio

    return np.asarray(decode_audio(str(utterance.path)), np.float32)


def listen(backend: LocalBackend, values: NDArray[np.float32], at: float = 0.0, **options: Any) -> SampleResult:
    (result,) = backend.analyze("speech", [sound(values, time=at)], options, Control())
    assert result.failure is None
    return result


def written(result: SampleResult, *labels: str) -> list[Finding]:
    return [one for one in result.findings if one.label in (labels or (TRANSCRIPT, DOUBTFUL))]


@pytest.fixture(scope="module")
def library(packs: Path) -> Any:
    """The bare reference library on the same folder."""
    from faster_whisper import WhisperModel

    folder = packs / whisper_pack.NAME
    return WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=1, local_files_only=True)


def test_the_library_s_hidden_bars_make_no_lock_between_processes(listening: LocalBackend) -> None:
    """It would stay behind when a process is ended from outside, and Python would complain of it on the terminal."""
    from tqdm import tqdm

    listen(listening, audio(UTTERANCES[0]))
    assert isinstance(tqdm.get_lock(), type(threading.RLock()))


@pytest.mark.parametrize("utterance", SENTENCES, ids=lambda one: one.path.stem)
def test_right_words_at_right_times(listening: LocalBackend, utterance: Utterance) -> None:
    found = written(listen(listening, audio(utterance), at=100.0))
    assert [word for one in found for word in bare(one.text or "")] == bare(utterance.text)
    assert {one.attributes["language"] for one in found} == {utterance.language}
    words = [word for one in found for word in one.attributes["words"]]
    assert len(words) == len(utterance.words)
    for heard, spoken in zip(words, utterance.words, strict=True):
        assert heard["start"] - 100 == pytest.approx(spoken.start, abs=0.3)
        assert heard["end"] - 100 == pytest.approx(spoken.end, abs=0.3)
        assert 0 < heard["probability"] <= 1
    for one in found:
        assert one.start is not None
        assert one.end is not None
        assert 100.0 <= one.start < one.end <= 100 + utterance.seconds + 0.1


@pytest.mark.parametrize("utterance", UTTERANCES, ids=NAMES)
def test_the_same_as_the_librarys_own_call(listening: LocalBackend, library: Any, utterance: Utterance) -> None:
    values, options = audio(utterance), SpeechOptions()
    asked: dict[str, Any] = dict(DECODING["evidential"])
    detector = {"min_silence_duration_ms": int(options.silence * 1000), "speech_pad_ms": int(options.pad * 1000)}
    segments, info = library.transcribe(values, vad_filter=True, vad_parameters=detector, **asked)
    expected = [one for one in segments if one.text.strip()]
    found = written(listen(listening, values))
    assert [one.text for one in found] == [one.text.strip() for one in expected]
    assert [(one.start, one.end) for one in found] == [
        (pytest.approx(one.start, abs=1e-3), pytest.approx(one.end, abs=1e-3)) for one in expected
    ]
    for one, other in zip(found, expected, strict=True):
        assert one.attributes["language"] == info.language
        assert one.attributes["language_probability"] == pytest.approx(info.language_probability, abs=1e-4)
        assert one.attributes["avg_logprob"] == pytest.approx(other.avg_logprob, abs=1e-3)
        assert one.attributes["no_speech_prob"] == pytest.approx(other.no_speech_prob, abs=1e-4)
        assert one.attributes["compression_ratio"] == pytest.approx(other.compression_ratio, abs=1e-3)
        heard = [(word["word"], word["start"], word["end"]) for word in one.attributes["words"]]
        assert heard == [(word.word, pytest.approx(word.start), pytest.approx(word.end)) for word in other.words]


def test_triage_hears_the_same_words_in_one_window(listening: LocalBackend) -> None:
    long = max(UTTERANCES, key=lambda one: one.seconds)
    found = written(listen(listening, audio(long), mode="triage"))
    assert set(bare(long.text)) >= {word for one in found for word in bare(one.text or "")}
    assert found


def test_english_beside_german(listening: LocalBackend) -> None:
    german = next(one for one in UTTERANCES if one.language == "de")
    result = listen(listening, audio(german), translate=True)
    assert written(result)
    translated = written(result, TRANSLATION)
    assert translated
    assert all(one.attributes["into"] == "en" for one in translated)
    english = next(one for one in UTTERANCES if one.language == "en")
    assert written(listen(listening, audio(english), translate=True), TRANSLATION) == []


def test_a_language_that_is_known_is_not_guessed(listening: LocalBackend) -> None:
    german = next(one for one in UTTERANCES if one.language == "de")
    (first, *_) = written(listen(listening, audio(german), language="de"))
    assert first.attributes["language"] == "de"
    assert first.attributes["language_probability"] == 1


def test_silence_is_not_transcribed(listening: LocalBackend) -> None:
    assert listen(listening, np.zeros(5 * RATE, np.float32)).findings == ()


def test_two_at_once_hear_what_one_hears(listening: LocalBackend) -> None:
    values = [audio(one) for one in UTTERANCES[:2]]
    alone = [listen(listening, one).findings for one in values]
    found: dict[int, Any] = {}
    threads = [
        threading.Thread(target=lambda n=n, one=one: found.update({n: listen(listening, one).findings}))
        for n, one in enumerate(values * 2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [found[number] for number in range(4)] == alone * 2


def test_cancelled_between_two_windows(packs: Path) -> None:
    """Nothing is said in the first windows, so that only the model itself can notice."""
    transcriber, control = Transcriber(whisper_pack.NAME, "cpu", 1), Control()
    from models.speech_vad import Stretch

    values = np.tile(audio(UTTERANCES[0]), 200)[: 300 * RATE]
    control.cancel()
    began = time.process_time()
    with pytest.raises(Stopped):
        list(transcriber.transcribe(values, [Stretch(0, len(values))], "evidential", control))
    assert time.process_time() - began < 5
    transcriber.close()


CLOSING = """
import gc, json, sys
import psutil
from models.local import LocalBackend
from tests.models.test_speech_whisper import SPEC, UTTERANCES, audio, listen
backend, values, process = LocalBackend(SPEC), audio(UTTERANCES[0]), psutil.Process()
heard, sizes, threads = [], [], []
for _ in range(7):
    heard.append([one.text for one in listen(backend, values).findings])
    backend.close()
    gc.collect()
    sizes.append(process.memory_info().rss)
    threads.append(process.num_threads())
json.dump({"heard": heard, "sizes": sizes, "threads": threads}, sys.stdout)
"""


def test_closing_gives_the_memory_back_and_it_loads_again(packs: Path) -> None:
    """In a process of its own: in one that did much else the allocator's own moves are larger than this model."""
    done = subprocess.run([sys.executable, "-c", CLOSING], cwd=ROOT, capture_output=True, text=True, check=True)
    told = json.loads(done.stdout)
    assert told["heard"][0]
    assert told["heard"] == told["heard"][:1] * 7
    # a model that stays alive keeps its workers, and the library's buffers with them
    assert told["threads"][1:] == told["threads"][1:2] * 6
    assert told["sizes"][-1] - told["sizes"][1] < 20e6


def test_without_a_tokenizer_no_socket_is_opened(packs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The library itself would go and fetch one."""
    whisper_pack.install(tmp_path)
    (tmp_path / whisper_pack.NAME / "tokenizer.json").unlink()
    monkeypatch.setenv("ASSERVAT_PACKS", str(tmp_path))
    catalogue.forget()
    opened: list[object] = []
    monkeypatch.setattr(socket, "socket", lambda *arguments, **_: opened.append(arguments))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *arguments, **_: opened.append(arguments))
    with pytest.raises(ModelMissing, match="tokenizer"):
        Transcriber(whisper_pack.NAME, "cpu", 1)
    backend = LocalBackend(SPEC)
    (result,) = backend.analyze("speech", [sound(audio(UTTERANCES[0]))], {}, Control())
    assert result.failure is None  # speech is found all the same, and the outcome says without what
    assert "tokenizer.json" in " ".join(result.without)
    assert all(one.label == "speech" for one in result.findings)
    assert opened == []
    backend.close()
    monkeypatch.undo()
    catalogue.forget()


def test_the_pack_is_described_as_it_is(listening: LocalBackend, packs: Path) -> None:
    (info,) = listening.describe()
    assert [one.name for one in info.models] == ["silero-vad-v6", whisper_pack.NAME]
    assert info.models[1].sha256 == catalogue.entry(whisper_pack.NAME).sha256
    assert speech_whisper.whole(whisper_pack.NAME) == packs / whisper_pack.NAME
