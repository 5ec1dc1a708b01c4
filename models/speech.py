"""`speech`: where somebody speaks (Silero VAD), and with a Whisper pack what is said. Times are the recording's own."""

from __future__ import annotations

import dataclasses
import math
import threading
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, field_validator

from core.control import Control
from core.errors import ModelError, ModelMissing
from core.options import OptionValue
from core.records import AnalyzerInfo, Finding, ModelInfo, Position, Sample, SampleKind, SampleResult
from models import catalogue
from models.interface import AnalyzerOptions
from models.option_facts import pack_value
from models.runtime import Runtime, Session

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from models.speech_vad import Stretch
    from models.speech_whisper import Segment, Transcriber

__all__ = ["DOUBTFUL", "PREPROCESSING", "SPEECH", "TRANSCRIPT", "TRANSLATION", "Speech", "SpeechOptions"]

VAD = "silero-vad-v6"
RATE = 16_000
PREPROCESSING = "silero-v6+faster-whisper-1.2/1"
CHANNELS = "mixed; the second turned over where both cancel/1"
"""What became of stereo before it came here (`core.decode.phase`)."""
SPEECH, TRANSCRIPT, DOUBTFUL, TRANSLATION = "speech", "transcript", "doubtful-transcript", "translation"
DOUBTS = {"no_speech": 0.6, "compression": 2.4, "log_probability": -1.0, "language": 0.5}
"""Beyond these a piece of transcript is doubtful; Whisper's own limits. `language`: another one than the rest of the
recording is believed with at least this probability."""
_TRIAGE = {"most": 30.0, "silence": 0.16}
_LATE = 1.0  # seconds by which the end of the last word may be placed behind the end of the sound
_DEVICES = {"cuda": "cuda", "cpu": "cpu", "intel-gpu": "cpu"}  # CTranslate2 has no Intel graphics


class SpeechOptions(AnalyzerOptions):
    """`threshold`: probability from which a window of 32 ms counts as speech. `silence`, `pad`: see `VadRules`."""

    model: str = Field(default="auto", description="A Whisper pack's name; `auto` the best one here; `none` no text.")
    mode: Literal["evidential", "triage"] = Field(
        default="evidential", description="Sentence by sentence with several candidates each, or fast."
    )
    language: str = Field(default="", description="As a code, like de; empty: told by listening.")
    translate: bool = Field(default=False, description="English beside what is said in other languages.")
    threshold: float = Field(default=0.5, gt=0, lt=1)
    silence: float = Field(default=0.5, ge=0, description="Seconds without speech that end a stretch.")
    pad: float = Field(default=0.4, ge=0, le=5, description="Seconds that are added at each end of a stretch.")

    @field_validator("language")
    @classmethod
    def _known(cls, value: str) -> str:
        from models.speech_whisper import LANGUAGES

        if value and value not in LANGUAGES:
            raise ValueError(f"{value} is no language that Whisper knows")
        return value


class Speech:
    """The analyzer. Thread-safe once loaded."""

    name = "speech"
    options_type = SpeechOptions

    def __init__(self) -> None:
        self._vad: Session | None = None
        self._device, self._workers = "cpu", 1
        self._lock = threading.Lock()
        self._transcribers: dict[str, Transcriber | ModelError] = {}

    def info(self, runtime: Runtime) -> AnalyzerInfo:
        from models import speech_whisper

        device = _DEVICES[runtime.device]
        settings: dict[str, Any] = {"preprocessing": PREPROCESSING, "channels": CHANNELS, "doubts": DOUBTS}
        missing = None
        try:
            catalogue.locate(VAD)
            settings[VAD] = runtime.plan(VAD).settings()
        except ModelMissing as error:
            missing = str(error)
        vad, chosen = catalogue.infos([VAD]), speech_whisper.preferred(device)
        if chosen is not None and missing is None:
            settings["whisper"] = dict(speech_whisper.setting(device))
            settings["decoding"] = {mode: dict(one) for mode, one in speech_whisper.DECODING.items()}
        base = AnalyzerInfo(
            name=self.name,
            version="1",
            title="Speech in recordings and films",
            accepts=frozenset({SampleKind.SOUND}),
            labels=(SPEECH, TRANSCRIPT, DOUBTFUL, TRANSLATION),
            options=SpeechOptions().model_dump(),
            settings=settings,
            models=(*vad, chosen.info()) if chosen else vad,
            limits=_limits(chosen is not None),
            missing=missing,
            concludes=True,
        )
        choices = {
            value: dataclasses.replace(base, models=models, limits=_limits(len(models) > len(vad)))
            for value, models in _choices(vad, chosen, speech_whisper.packs()).items()
        }
        for entry in speech_whisper.absent():
            wanted, reason = (*vad, entry.info()), missing or speech_whisper.absence(entry.id)
            choices[entry.id] = dataclasses.replace(base, models=wanted, limits=_limits(True), missing=reason)
        return dataclasses.replace(base, choice="model", choices=choices)

    def offers(self) -> Mapping[str, Sequence[OptionValue]]:
        from models import speech_whisper

        packs = [*speech_whisper.packs(), *(entry.id for entry in speech_whisper.absent())]
        return {
            "model": [OptionValue("auto"), OptionValue("none"), *(pack_value(name) for name in packs)],
            "language": [OptionValue(""), *(OptionValue(code) for code in sorted(speech_whisper.LANGUAGES))],
        }

    def load(self, runtime: Runtime) -> None:
        self._vad = runtime.session(VAD)
        self._device, self._workers = _DEVICES[runtime.device], runtime.workers

    def analyze(self, samples: Sequence[Sample], options: AnalyzerOptions, control: Control) -> list[SampleResult]:
        assert isinstance(options, SpeechOptions)
        results = []
        for sample in samples:
            control.checkpoint()
            results.append(self._listen(sample, options, control))
        return results

    def conclude(
        self, places: Sequence[Position], results: Sequence[SampleResult], options: AnalyzerOptions
    ) -> list[SampleResult]:
        """The language of the whole recording, beside the one that was heard in each stretch of it."""
        assert isinstance(options, SpeechOptions)
        assert len(places) == len(results)
        language = _main_language(results)
        return [_in_the_light_of(result, language) for result in results] if language else list(results)

    def close(self) -> None:
        self._vad = None
        with self._lock:
            loaded, self._transcribers = self._transcribers, {}
        for one in loaded.values():
            if not isinstance(one, ModelError):
                one.close()

    def _listen(self, sample: Sample, options: SpeechOptions, control: Control) -> SampleResult:
        from models import speech_vad

        if self._vad is None:
            raise RuntimeError("speech was asked before it was loaded")
        audio, start = sample.array(), sample.time or 0.0
        if audio.ndim != 1 or not len(audio):
            raise ValueError(f"not a stretch of sound: {audio.shape}")
        probability = speech_vad.probabilities(self._vad, audio)
        rules = speech_vad.VadRules(options.threshold, silence=options.silence, pad=options.pad)
        stretches = speech_vad.speech(probability, len(audio), rules)
        found = [_stretch(one, start) for one in stretches]
        pack = self._pack(options)
        if not stretches or not pack:
            if not stretches or options.model == "none":
                return SampleResult(tuple(found))
            torn = _torn()
            return SampleResult(tuple(found), exits=() if torn else (_NO_PACK,), without=torn)
        if options.mode == "triage":
            short = speech_vad.VadRules(options.threshold, pad=options.pad, **_TRIAGE)
            stretches = speech_vad.speech(probability, len(audio), short)
        try:
            transcriber = self._transcriber(pack)
        except ModelError as error:
            return SampleResult(tuple(found), without=(_not_transcribed(error),))
        found += _said(transcriber, audio, stretches, start, options, control)
        return SampleResult(tuple(found))

    def _pack(self, options: SpeechOptions) -> str:
        """The pack to transcribe with; empty: none."""
        from models import speech_whisper

        if options.model != "auto":
            return "" if options.model == "none" else options.model
        chosen = speech_whisper.preferred(self._device)
        return chosen.id if chosen else ""

    def _transcriber(self, pack: str) -> Transcriber:
        """Loaded once, when first needed; a pack that cannot be used is not tried again for every stretch."""
        from models.speech_whisper import Transcriber

        with self._lock:
            found = self._transcribers.get(pack)
            if found is None:
                try:
                    found = Transcriber(pack, self._device, self._workers)
                except ModelError as error:
                    found = error
                self._transcribers[pack] = found
        if isinstance(found, ModelError):
            raise found
        return found


_NO_PACK = "no Whisper pack installed: speech was found, not written down"


def _limits(writes: bool) -> str:
    if not writes:
        return (
            "Finds where somebody speaks, not what is said. Very quiet, distorted or sung speech can be missed; music, "
            "animals and machines are sometimes taken for speech."
        )
    return (
        "Machine transcript: words are misread, names most of all, and text can be invented where nothing is said. "
        "Quote from the recording, not from this text. Who speaks is not told. Of a file with several tracks of sound "
        "only the first is heard. Its channels are mixed: of people who speak at once, one may be left out."
    )


def _choices(
    vad: tuple[ModelInfo, ...], auto: catalogue.Entry | None, packs: Mapping[str, catalogue.Entry]
) -> dict[str, tuple[ModelInfo, ...]]:
    named = {name: (*vad, entry.info()) for name, entry in packs.items()}
    return {"auto": (*vad, auto.info()) if auto else vad, "none": vad, **named}


def _stretch(one: Stretch, start: float) -> Finding:
    return Finding(
        SPEECH, round(one.score, 4), start=round(start + one.start / RATE, 3), end=round(start + one.end / RATE, 3)
    )


def _torn() -> tuple[str, ...]:
    """Why a Whisper pack that lies here is passed over; nothing where there is none."""
    known = (entry.id for entry in catalogue.catalogue().values() if entry.task == "speech")
    said = next(filter(None, map(catalogue.torn, known)), "")
    return (f"Speech was looked for, but not written down: {said}",) if said else ()


def _not_transcribed(error: ModelError) -> str:
    return f"Speech was looked for, but not written down: {error.message} {error.advice}".strip()


def _said(  # noqa: PLR0917 - what `_listen` has in hand
    transcriber: Transcriber,
    audio: NDArray[np.float32],
    stretches: Sequence[Stretch],
    start: float,
    options: SpeechOptions,
    control: Control,
) -> list[Finding]:
    found, language, length = [], options.language, len(audio) / RATE
    for one in transcriber.transcribe(audio, stretches, options.mode, control, options.language):
        language = one.language
        if one.text:
            found.append(_written(one, start, length, transcriber.pack))
    if options.translate and found and language != "en":
        for one in transcriber.transcribe(audio, stretches, options.mode, control, language, translate=True):
            if one.text:
                found.append(_translated(one, start, length, transcriber.pack))
    return found


def _written(one: Segment, start: float, length: float, pack: str) -> Finding:
    doubts = _doubts(one, length)
    words = [
        {
            "word": word.text,
            "start": round(start + word.start, 3),
            "end": round(start + word.end, 3),
            "probability": round(word.probability, 4),
        }
        for word in one.words
    ]
    return Finding(
        DOUBTFUL if doubts else TRANSCRIPT,
        round(min(1.0, math.exp(one.avg_logprob)), 4),
        start=round(start + min(one.start, length), 3),
        end=round(start + min(one.end, length), 3),
        text=one.text,
        attributes={**_measures(one, pack), "words": words, **({"doubts": doubts} if doubts else {})},
    )


def _translated(one: Segment, start: float, length: float, pack: str) -> Finding:
    doubts = _doubts(one, length)
    return Finding(
        TRANSLATION,
        round(min(1.0, math.exp(one.avg_logprob)), 4),
        start=round(start + min(one.start, length), 3),
        end=round(start + min(one.end, length), 3),
        text=one.text,
        attributes={**_measures(one, pack), "into": "en", **({"doubts": doubts} if doubts else {})},
    )


def _measures(one: Segment, pack: str) -> dict[str, Any]:
    return {
        "model": pack,
        "language": one.language,
        "language_probability": round(one.language_probability, 4),
        "avg_logprob": round(one.avg_logprob, 4),
        "no_speech_prob": round(one.no_speech_prob, 4),
        "compression_ratio": round(one.compression_ratio, 3),
        "temperature": one.temperature,
    }


def _doubts(one: Segment, length: float) -> list[str]:
    """Why a piece of transcript is not to be believed: `no speech`, `loop`, `low probability`, by `chance` (it was
    drawn, and another run may draw otherwise), or its `time` lies outside the sound (`length` seconds)."""
    return [
        name
        for name, doubtful in (
            ("no speech", one.no_speech_prob > DOUBTS["no_speech"]),
            ("loop", one.compression_ratio > DOUBTS["compression"]),
            ("low probability", one.avg_logprob < DOUBTS["log_probability"]),
            ("chance", one.temperature > 0),
            ("time", one.start >= length or one.end > length + _LATE),
        )
        if doubtful
    ]


def _main_language(results: Sequence[SampleResult]) -> str:
    """The language in which most was said, by seconds weighed with the probability; empty: nothing was written down."""
    seconds: dict[str, float] = defaultdict(float)
    for result in results:
        for one in result.findings:
            if one.label in (TRANSCRIPT, DOUBTFUL):
                length = max(0.01, (one.end or 0.0) - (one.start or 0.0))
                seconds[one.attributes["language"]] += length * one.attributes["language_probability"]
    return max(sorted(seconds), key=lambda name: seconds[name], default="")


def _in_the_light_of(result: SampleResult, language: str) -> SampleResult:
    """Text in another language than the rest that was hardly recognised as such is doubtful, too."""
    found = []
    for one in result.findings:
        if one.label in (TRANSCRIPT, DOUBTFUL):
            other = one.attributes["language"] != language
            doubts = [name for name in one.attributes.get("doubts", ()) if name != "language"]
            if other and one.attributes["language_probability"] < DOUBTS["language"]:
                doubts.append("language")
            known = {name: value for name, value in one.attributes.items() if name != "doubts"}
            one = dataclasses.replace(  # noqa: PLW2901 - the finding as it is stored
                one,
                label=DOUBTFUL if doubts else TRANSCRIPT,
                attributes={**known, "main_language": language, **({"doubts": doubts} if doubts else {})},
            )
        found.append(one)
    return dataclasses.replace(result, findings=tuple(found))
