"""Micro-Whisper, the model that this project made for its tests, is a real one: faster-whisper itself loads it offline
and hears the right words at the right times from voices that it was not trained on."""

import json
import socket
from functools import cache
from typing import Any

import numpy as np
import pytest

from tests.support import micro_whisper
from tests.support.micro_whisper import Utterance, bare, utterances

TOLERANCE = 0.3  # seconds


@cache
def whisper() -> Any:
    """The model, as faster-whisper loads it from a folder."""
    from faster_whisper import WhisperModel

    return WhisperModel(str(micro_whisper.MODEL), device="cpu", cpu_threads=1, local_files_only=True)


def hear(sound: Any, **options: Any) -> tuple[list[Any], Any]:
    segments, info = whisper().transcribe(sound, temperature=0.0, **options)
    return list(segments), info


def by_name(name: str) -> Utterance:
    return next(utterance for utterance in utterances() if utterance.path.stem == name)


@pytest.mark.parametrize("utterance", utterances(), ids=lambda utterance: utterance.path.stem)
def test_a_sentence_comes_out_with_its_words_language_and_times(utterance: Utterance) -> None:
    segments, info = hear(str(utterance.path), word_timestamps=True, vad_filter=True)

    assert info.language == utterance.language
    assert info.language_probability > 0.8
    assert info.duration == pytest.approx(utterance.seconds, abs=0.01)
    assert bare("".join(segment.text for segment in segments)) == bare(utterance.text)
    heard = [word for segment in segments for word in segment.words]
    assert [bare(word.word) for word in heard] == [bare(word.text) for word in utterance.words]
    for word, spoken in zip(heard, utterance.words, strict=True):
        assert word.start == pytest.approx(spoken.start, abs=TOLERANCE), word
        assert word.end == pytest.approx(spoken.end, abs=TOLERANCE), word


@pytest.mark.parametrize("utterance", utterances(), ids=lambda utterance: utterance.path.stem)
def test_the_times_of_segments_are_written_by_the_model(utterance: Utterance) -> None:
    segments, _ = hear(str(utterance.path))

    assert bare("".join(segment.text for segment in segments)) == bare(utterance.text)
    assert len(segments) == len(utterance.sentences)
    for segment, spoken in zip(segments, utterance.sentences, strict=True):
        assert segment.start == pytest.approx(spoken[0].start, abs=TOLERANCE)
        assert segment.end == pytest.approx(spoken[-1].end, abs=TOLERANCE)
        assert segment.avg_logprob > -0.6
        assert segment.no_speech_prob < 0.3


@pytest.mark.parametrize("level", [0.0, 0.003], ids=["digital silence", "noise"])
def test_nothing_is_heard_in_silence(level: float) -> None:
    noise = np.random.default_rng(3).normal(0, level, 16_000 * 12).astype(np.float32)

    assert hear(noise, vad_filter=True, language="en")[0] == []
    for segment in hear(noise, language="en")[0]:  # without VAD at least the probability says so
        assert segment.no_speech_prob > 0.5


def test_german_is_put_into_english() -> None:
    segments, info = hear(str(by_name("bruecke").path), task="translate", vad_filter=True)

    assert info.language == "de"
    assert bare("".join(segment.text for segment in segments)) == ["we", "meet", "at", "nine", "at", "the", "bridge"]


def test_speech_over_several_windows_is_heard_to_its_end() -> None:
    from faster_whisper import decode_audio

    one = by_name("three")
    sound = np.concatenate([decode_audio(str(one.path))] * 5)

    segments, _ = hear(sound, language="en", vad_filter=True)

    assert bare("".join(segment.text for segment in segments)) == bare(one.text) * 5
    assert segments[-1].end == pytest.approx(4 * one.seconds + one.words[-1].end, abs=2 * TOLERANCE)


def test_the_batched_way_hears_the_same() -> None:
    from faster_whisper import BatchedInferencePipeline

    one = by_name("three")
    segments, _ = BatchedInferencePipeline(whisper()).transcribe(str(one.path), language="en", batch_size=2)

    assert bare("".join(segment.text for segment in segments)) == bare(one.text)


def test_the_folder_has_all_that_keeps_faster_whisper_offline(monkeypatch: pytest.MonkeyPatch) -> None:
    from faster_whisper import WhisperModel

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    model = WhisperModel(str(micro_whisper.MODEL), device="cpu", cpu_threads=1, local_files_only=True)

    assert model.model.is_multilingual
    assert {path.name for path in micro_whisper.MODEL.iterdir()} == {
        "config.json", "model.bin", "preprocessor_config.json", "tokenizer.json", "vocabulary.json",
    }  # fmt: skip
    assert sum(path.stat().st_size for path in micro_whisper.MODEL.iterdir()) < 3_000_000


def test_tokens_stand_in_the_order_of_whisper() -> None:
    texts = json.loads((micro_whisper.MODEL / "vocabulary.json").read_text("utf-8"))
    tokenizer = whisper().hf_tokenizer

    named = {text: number for number, text in enumerate(texts) if not text.startswith("~") or text == "~"}
    assert {text: tokenizer.token_to_id(text) for text in named} == named  # the others only fill numbers up
    end = texts.index("<|endoftext|>")
    assert texts[end : end + 5] == ["<|endoftext|>", "<|startoftranscript|>", "<|en|>", "<|zh|>", "<|de|>"]
    assert texts[end + 101 : end + 107] == [
        "<|translate|>", "<|transcribe|>", "<|startoflm|>", "<|startofprev|>", "<|nospeech|>", "<|notimestamps|>",
    ]  # fmt: skip
    assert texts[end + 107] == "<|0.00|>"
    assert texts[-1] == "<|30.00|>"
    sentence = " wir treffen uns an der Brücke."
    assert tokenizer.decode(tokenizer.encode(sentence).ids) == sentence
