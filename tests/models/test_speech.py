"""The analyzer speech: stretches without a pack, transcript with one, doubts marked, nothing ever fetched."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from core.control import Control
from core.errors import ModelError, ModelMissing, Stopped, UsageError
from core.memory import LocalPixels
from core.pipeline.plan import make_steps
from core.records import Finding, Sample, SampleKind, SampleResult, State, canonical_json
from core.settings import RunSettings
from models import catalogue, speech, speech_whisper
from models.local import BackendSpec, LocalBackend
from models.speech import Speech, SpeechOptions
from models.speech_vad import Stretch
from models.speech_whisper import Segment
from tests.models.speaking import RATE, SURE, Scripted, Voice, sound, spoken


@pytest.fixture
def packs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("ASSERVAT_PACKS", str(tmp_path / "packs"))
    catalogue.forget()
    yield tmp_path / "packs"
    catalogue.forget()


def install(packs: Path, name: str, without: str = "") -> Path:
    """Files of a pack by name only; what is in them is for the loader to refuse."""
    folder = packs / name
    folder.mkdir(parents=True)
    for one in catalogue.entry(name).files:
        if one.name != without:
            (folder / one.name).write_bytes(b"not the real one")
    return folder


@pytest.fixture
def scripted(packs: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Speech]:
    """The analyzer with a scripted voice detector and a scripted Whisper."""
    install(packs, "whisper-small")
    monkeypatch.setattr(speech_whisper, "Transcriber", Scripted)
    monkeypatch.setattr(Scripted, "said", (SURE,))
    made = Speech()
    made._vad = Voice()  # type: ignore[assignment]  # stands in for the model
    yield made
    made.close()


def listen(analyzer: Speech, audio: NDArray[np.float32], time: float = 0.0, **options: Any) -> SampleResult:
    (result,) = analyzer.analyze([sound(audio, time=time)], SpeechOptions(**options), Control())
    return result


# ---------------------------------------------------------------------- without a pack


def test_describes_itself_with_and_without_a_pack(packs: Path) -> None:
    backend = LocalBackend(BackendSpec(analyzers=("models.speech:Speech",)))
    (info,) = backend.describe()
    assert info.missing is None
    assert [one.name for one in info.models] == ["silero-vad-v6"]
    assert len(info.models[0].sha256) == 64
    assert info.accepts == {SampleKind.SOUND}
    assert "not what is said" in info.limits
    assert {name for name, one in info.choices.items() if one.missing is None} == {"auto", "none"}
    install(packs, "whisper-tiny")
    install(packs, "whisper-small")
    (richer,) = backend.describe()
    assert [one.name for one in richer.models] == ["silero-vad-v6", "whisper-small"]
    there = {name for name, one in richer.choices.items() if one.missing is None}
    assert there == {"auto", "none", "whisper-tiny", "whisper-small"}
    assert richer.settings["whisper"]["precision"] == "int8"
    assert richer.settings["whisper"]["engine"].startswith("ctranslate2 ")
    assert "invented" in richer.limits
    said = canonical_json({"settings": richer.settings, "options": richer.options})
    assert "fp32" in said
    assert "workers" not in said
    backend.close()


def test_describing_it_loads_no_heavy_library() -> None:
    asked = (
        "import sys; from models.speech import Speech; from models.runtime import Runtime; Speech().info(Runtime());"
        "print([one for one in ('faster_whisper', 'ctranslate2', 'onnxruntime', 'torch', 'av') if one in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_model_that_is_chosen_stands_in_the_config(packs: Path) -> None:
    install(packs, "whisper-tiny")
    install(packs, "whisper-small")
    backend = LocalBackend(BackendSpec(analyzers=("models.speech:Speech",)))

    def step(**options: Any) -> Any:
        return make_steps(backend, RunSettings(analyzers=("speech",), options={"speech": options}))[0]

    tiny, small = (catalogue.entry(f"whisper-{name}").sha256 for name in ("tiny", "small"))
    assert step().config["models"]["whisper-small"] == small
    assert step(model="whisper-tiny").config["models"].keys() == {"silero-vad-v6", "whisper-tiny"}
    assert step(model="whisper-tiny").config["models"]["whisper-tiny"] == tiny
    assert list(step(model="none").config["models"]) == ["silero-vad-v6"]
    assert step().config["sampling"] == {"sound_seconds": 300.0}
    assert "whisper-base" in step(model="whisper-base").info.missing  # skipped with this reason, not refused
    with pytest.raises(UsageError, match="whisper-none"):
        step(model="whisper-none")
    with pytest.raises(UsageError, match="mode"):
        step(mode="quick")
    with pytest.raises(UsageError, match="xx is no language"):
        step(language="xx")
    assert step(language="de").options["language"] == "de"
    backend.close()


def test_stretches_are_findings_without_a_pack(packs: Path) -> None:
    analyzer = Speech()
    analyzer._vad = Voice()  # type: ignore[assignment]  # stands in for the model
    result = listen(analyzer, spoken((3, 5), (10, 12)), time=600.0)
    assert [one.label for one in result.findings] == ["speech", "speech"]
    assert [(one.start, one.end) for one in result.findings] == [
        (pytest.approx(602.6, abs=0.05), pytest.approx(605.4, abs=0.05)),
        (pytest.approx(609.6, abs=0.05), pytest.approx(612.4, abs=0.05)),
    ]
    assert all(one.score == pytest.approx(0.9, abs=0.05) for one in result.findings)
    assert result.exits == (speech._NO_PACK,)
    assert result.failure is None
    assert listen(analyzer, spoken((3, 5)), model="none").exits == ()
    assert listen(analyzer, spoken()) == SampleResult()


def test_the_real_detector_hears_nothing_in_silence_and_noise(packs: Path) -> None:
    backend = LocalBackend(BackendSpec(analyzers=("models.speech:Speech",)))
    noise = np.random.default_rng(0).normal(0, 0.05, RATE * 4)
    results = backend.analyze("speech", [sound(np.zeros(RATE * 3)), sound(noise, 1)], {}, Control())
    assert [(result.findings, result.failure) for result in results] == [((), None), ((), None)]
    assert backend.analyze("speech", [], {}, Control()) == []
    backend.close()
    assert backend.analyze("speech", [sound(np.zeros(100))], {}, Control())[0].failure is None
    backend.close()
    backend.close()


def test_one_bad_sample_among_good_ones(packs: Path) -> None:
    backend = LocalBackend(BackendSpec(analyzers=("models.speech:Speech",)))
    good, bad = sound(np.zeros(RATE)), Sample("c", 1, SampleKind.SOUND, LocalPixels(np.zeros((4, 4, 3), np.uint8)))
    results = backend.analyze("speech", [good, bad, sound(np.zeros(0), 2), good], {}, Control())
    states = [result.failure.state if result.failure else None for result in results]
    assert states == [None, State.FAILED, State.FAILED, None]
    assert results[1].failure is not None
    assert "this sound" in results[1].failure.reason
    backend.close()


# ---------------------------------------------------------------------- with a pack


def test_what_is_said_is_on_the_mediums_own_clock(scripted: Speech) -> None:
    result = listen(scripted, spoken((1, 2)), time=300.0)
    assert [one.label for one in result.findings] == ["speech", "transcript"]
    said = result.findings[1]
    assert (said.text, said.start, said.end) == ("Guten Tag.", 301.0, 302.0)
    assert said.score == pytest.approx(np.exp(-0.2), abs=1e-4)
    assert said.attributes == {
        "model": "whisper-small",
        "language": "de",
        "language_probability": 0.95,
        "avg_logprob": -0.2,
        "no_speech_prob": 0.01,
        "compression_ratio": 1.1,
        "temperature": 0.0,
        "words": [{"word": " Guten", "start": 301.0, "end": 301.4, "probability": 0.9}],
    }
    json.dumps(said.attributes)
    assert result.exits == ()


@pytest.mark.parametrize(
    ("change", "doubts"),
    [
        ({"no_speech_prob": 0.61}, ["no speech"]),
        ({"compression_ratio": 2.41}, ["loop"]),
        ({"avg_logprob": -1.01}, ["low probability"]),
        ({"temperature": 0.2}, ["chance"]),
        ({"end": 21.5}, ["time"]),
        ({"no_speech_prob": 0.9, "avg_logprob": -2.0}, ["no speech", "low probability"]),
        ({"no_speech_prob": 0.6, "compression_ratio": 2.4, "avg_logprob": -1.0}, []),
    ],
)
def test_doubtful_text_is_marked_and_stays(
    scripted: Speech, monkeypatch: pytest.MonkeyPatch, change: dict[str, float], doubts: list[str]
) -> None:
    monkeypatch.setattr(Scripted, "said", (replace(SURE, **change),))  # type: ignore[arg-type]  # values of its fields, by their names
    said = listen(scripted, spoken((1, 2))).findings[1]
    assert said.label == ("doubtful-transcript" if doubts else "transcript")
    assert said.text == "Guten Tag."
    assert said.attributes.get("doubts", []) == doubts


def test_where_nobody_speaks_whisper_is_not_asked(scripted: Speech) -> None:
    listen(scripted, spoken((1, 2)))
    asked = len(Scripted.asked)
    assert listen(scripted, spoken()).findings == ()
    assert listen(scripted, spoken((1, 2)), model="none").findings[0].label == "speech"
    assert len(Scripted.asked) == asked


def test_translation_stands_beside_the_original(scripted: Speech, monkeypatch: pytest.MonkeyPatch) -> None:
    found = listen(scripted, spoken((1, 2)), translate=True).findings
    assert [(one.label, one.text) for one in found[1:]] == [("transcript", "Guten Tag."), ("translation", "Good day.")]
    assert [(one["language"], one["to en"]) for one in Scripted.asked] == [("", False), ("de", True)]
    monkeypatch.setattr(Scripted, "said", (replace(SURE, language="en"),))
    assert [one.label for one in listen(scripted, spoken((1, 2)), translate=True).findings] == ["speech", "transcript"]


def test_triage_gets_windows_of_half_a_minute(scripted: Speech) -> None:
    listen(scripted, spoken((1, 75), seconds=80), mode="triage")
    stretches = Scripted.asked[-1]["stretches"]
    assert len(stretches) >= 3
    assert all(one.end - one.start <= 30 * RATE for one in stretches)
    listen(scripted, spoken((1, 75), seconds=80))
    assert len(Scripted.asked[-1]["stretches"]) == 1


def test_neighbours_share_a_window() -> None:
    made = [
        Stretch(0, 5 * RATE),
        Stretch(6 * RATE, 20 * RATE),
        Stretch(25 * RATE, 31 * RATE),
        Stretch(40 * RATE, 41 * RATE),
    ]
    joined = speech_whisper._windows(made)
    assert [(one.start / RATE, one.end / RATE) for one in joined] == [(0, 20), (25, 41)]


def test_the_recordings_language_is_that_of_most_of_it(scripted: Speech) -> None:
    def said(language: str, sure: float, seconds: float, **more: Any) -> Finding:
        known = {"language": language, "language_probability": sure, **more}
        return Finding("transcript", 0.8, start=0.0, end=seconds, text="…", attributes=known)

    speech_only = Finding("speech", 0.9, start=0.0, end=9.0)
    results = [
        SampleResult((speech_only, said("de", 0.9, 100.0))),
        SampleResult((said("nl", 0.4, 20.0),)),
        SampleResult((said("fr", 0.9, 30.0),)),
    ]
    places = [(number, number * 300.0, None, None) for number in range(3)]
    found = scripted.conclude(places, results, SpeechOptions())
    assert found[0].findings[0] == speech_only
    assert [one.findings[-1].attributes["main_language"] for one in found] == ["de", "de", "de"]
    assert [one.findings[-1].label for one in found] == ["transcript", "doubtful-transcript", "transcript"]
    assert found[1].findings[0].attributes["doubts"] == ["language"]
    assert scripted.conclude(places, found, SpeechOptions()) == found  # doing it twice changes nothing
    assert scripted.conclude([], [], SpeechOptions()) == []


def test_it_can_be_cancelled_inside(scripted: Speech, monkeypatch: pytest.MonkeyPatch) -> None:
    control, said = Control(), 0

    class Slow(Sequence[Segment]):
        def __len__(self) -> int:
            return 1000

        def __getitem__(self, index: Any) -> Any:
            nonlocal said
            said += 1
            time.sleep(0.01)
            return SURE

    monkeypatch.setattr(Scripted, "said", Slow())
    threading.Timer(0.1, control.cancel).start()
    with pytest.raises(Stopped):
        scripted.analyze([sound(spoken((1, 2)))], SpeechOptions(), control)
    assert said < 500


# ---------------------------------------------------------------------- packs that are not what they should be


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.mark.parametrize("file", ["tokenizer.json", "config.json", "vocabulary.txt"])
@pytest.mark.usefixtures("no_network")
def test_a_missing_file_is_said_and_nothing_is_fetched(packs: Path, file: str) -> None:
    install(packs, "whisper-tiny", without=file)
    with pytest.raises(ModelMissing, match=f"whisper-tiny lacks {file}"):
        speech_whisper.Transcriber("whisper-tiny", "cpu", 1)


@pytest.mark.usefixtures("no_network")
def test_other_bytes_are_refused_and_the_stretches_stay(packs: Path) -> None:
    install(packs, "whisper-tiny")
    with pytest.raises(ModelError, match="not the file they should be"):
        speech_whisper.whole("whisper-tiny")
    analyzer = Speech()
    analyzer._vad = Voice()  # type: ignore[assignment]  # stands in for the model
    result = listen(analyzer, spoken((1, 2)))
    assert [one.label for one in result.findings] == ["speech"]
    assert result.failure is None
    assert "not written down" in result.without[0]
    assert "whisper-tiny" in result.without[0]
    analyzer.close()


def test_languages_are_the_librarys() -> None:
    tokenizer = pytest.importorskip("faster_whisper.tokenizer")
    assert set(tokenizer._LANGUAGE_CODES) == speech_whisper.LANGUAGES


def test_which_pack_is_taken(packs: Path) -> None:
    assert speech_whisper.preferred("cpu") is None
    for name in ("whisper-large-v3-turbo", "whisper-tiny", "whisper-small"):
        install(packs, name)
    taken = {device: speech_whisper.preferred(device) for device in ("cpu", "cuda", "intel-gpu")}
    assert {device: one.id for device, one in taken.items() if one} == {
        "cpu": "whisper-small",
        "cuda": "whisper-large-v3-turbo",
        "intel-gpu": "whisper-small",
    }
    assert [speech_whisper.compute_type(device) for device in ("cpu", "cuda")] == ["int8", "float16"]


def test_every_published_pack_is_whole() -> None:
    for name, entry in catalogue.catalogue().items():
        if entry.task == "speech" and entry.format == "ct2":
            files = {one.name for one in entry.files}
            assert {"model.bin", "config.json", "tokenizer.json"} <= files
            assert files & {"vocabulary.txt", "vocabulary.json"}
            assert ("preprocessor_config.json" in files) == ("large" in name)  # 128 bands of the spectrogram
            assert len(entry.revision) == 40
            assert all(one.sha256 and entry.revision in one.urls[0] for one in entry.files)
