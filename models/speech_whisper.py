"""What is said: Whisper as faster-whisper runs it, from a pack's folder and never from anywhere else.

faster-whisper fetches a tokenizer from the internet when a folder has none, so every file a folder needs is looked for
and checked before the library sees it. Speech is found by `models.speech_vad`; what is transcribed is the speech alone,
put together, and times are led back to the recording's own (as the library's `vad_filter` does it).
"""

from __future__ import annotations

import functools
import importlib.metadata
import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from core.control import Control
from core.errors import ModelError, ModelMissing
from models import catalogue
from models.speech_vad import RATE, Stretch

__all__ = [
    "DECODING",
    "LANGUAGES",
    "ORDER",
    "Mode",
    "Segment",
    "Transcriber",
    "Word",
    "absence",
    "absent",
    "compute_type",
    "packs",
    "preferred",
    "setting",
]

Mode = Literal["evidential", "triage"]
_NEEDED = ("model.bin", "config.json", "tokenizer.json")
_WINDOW = 30  # seconds that Whisper sees at once
_TEMPERATURES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
DECODING: Mapping[Mode, Mapping[str, Any]] = {
    "evidential": {
        "beam_size": 5,
        "word_timestamps": True,
        "condition_on_previous_text": False,
        "temperature": list(_TEMPERATURES),
        "compression_ratio_threshold": 2.4,
        "log_prob_threshold": -1.0,
        # The library would leave out what it takes for silence or for made up; here it is kept, and marked.
        "no_speech_threshold": None,
        "hallucination_silence_threshold": None,
    },
    "triage": {"beam_size": 1, "batch_size": 8, "word_timestamps": True, "temperature": [0.0]},
}
"""What faster-whisper is asked for. Part of the config."""
ORDER: Mapping[str, tuple[str, ...]] = {
    "cuda": ("large-v3-turbo", "large-v3", "medium", "small", "base", "tiny"),
    "cpu": ("small", "base", "tiny", "medium", "large-v3-turbo", "large-v3"),
}
"""Which pack is taken when several are there."""
_CODES = (
    "af am ar as az ba be bg bn bo br bs ca cs cy da de el en es et eu fa fi fo fr gl gu ha haw he hi hr ht "
    "hu hy id is it ja jw ka kk km kn ko la lb ln lo lt lv mg mi mk ml mn mr ms mt my ne nl nn no oc pa pl ps "
    "pt ro ru sa sd si sk sl sn so sq sr su sv sw ta te tg th tk tl tr tt uk ur uz vi yi yo zh yue"
)
LANGUAGES = frozenset(_CODES.split())
"""What Whisper can be told to expect; the library's own list."""
_now = threading.local()


@dataclass(frozen=True, slots=True)
class Word:
    """`start`, `end`: seconds from the beginning of the recording."""

    text: str
    start: float
    end: float
    probability: float


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of transcript as the library gives it; times in seconds from the beginning of the recording."""

    text: str
    start: float
    end: float
    language: str
    language_probability: float
    avg_logprob: float
    no_speech_prob: float
    compression_ratio: float
    temperature: float
    words: tuple[Word, ...] = field(default=())


def packs() -> dict[str, catalogue.Entry]:
    """The Whisper packs that are installed whole enough to be tried, by id."""
    found = {}
    for name, entry in catalogue.catalogue().items():
        folder = catalogue.folder_of(name)
        if entry.task == "speech" and entry.format == "ct2" and (folder / "model.bin").is_file():
            found[name] = entry
    return found


def absent() -> tuple[catalogue.Entry, ...]:
    """The Whisper packs that the catalogue knows and that are not here, the smallest first as it lists them."""
    there = packs()
    known = catalogue.catalogue().values()
    return tuple(one for one in known if one.task == "speech" and one.format == "ct2" and one.id not in there)


def absence(pack: str) -> str:
    """Why a pack that is not here cannot be asked for, as a sentence."""
    return (
        f"The Whisper pack {pack}, which this run asks for, is not installed. On a connected machine: "
        f"`models fetch {pack}`, `models pack {pack}`; here: `models import FILE`."
    )


def preferred(device: str) -> catalogue.Entry | None:
    """The pack that is taken when none is named: a laboratory's own, else the first in `ORDER`."""
    there = packs()
    known = [f"whisper-{name}" for name in ORDER["cuda" if device == "cuda" else "cpu"]]
    own = sorted(name for name in there if name not in known)
    chosen = next((name for name in [*own, *known] if name in there), None)
    return there[chosen] if chosen else None


def compute_type(device: str) -> str:
    """The arithmetic: whole numbers on a processor, half precision on an NVIDIA card; CTranslate2 knows no other."""
    return "float16" if device == "cuda" else "int8"


@functools.cache
def setting(device: str) -> Mapping[str, str]:
    """What Whisper runs on, as it stands in the config of a finding."""
    return {
        "engine": f"ctranslate2 {importlib.metadata.version('ctranslate2')}",
        "library": f"faster-whisper {importlib.metadata.version('faster-whisper')}",
        "device": "cuda" if device == "cuda" else "cpu",
        "precision": compute_type(device),
    }


def whole(pack: str) -> Path:
    """The folder of a pack with every file checked. Raises `ModelMissing`, `ModelError`."""
    entry, folder = catalogue.entry(pack), catalogue.folder_of(pack)
    listed = {one.name for one in entry.files}
    missing = [name for name in _NEEDED if name not in listed or not (folder / name).is_file()]
    if not any(name in listed and (folder / name).is_file() for name in ("vocabulary.txt", "vocabulary.json")):
        missing.append("vocabulary.txt")
    if missing:
        raise ModelMissing(
            f"The model pack {pack} lacks {', '.join(missing)}, so nothing is transcribed with it.",
            f"Import the pack again: `models import FILE`; on a connected machine `models fetch {pack}` makes it.",
        )
    for one in entry.files:
        catalogue.verify(f"{pack}:{one.part}" if one.part else pack)
    return folder


class Transcriber:
    """One loaded Whisper. Safe to use from several threads; each computes on one core."""

    def __init__(self, pack: str, device: str, workers: int) -> None:
        """Raises `ModelMissing` when the pack is not whole, `ModelError` when it cannot be loaded."""
        self.pack = pack
        self._model = _load(whole(pack), "cuda" if device == "cuda" else "cpu", workers)

    def transcribe(
        self,
        audio: NDArray[np.float32],
        stretches: Sequence[Stretch],
        mode: Mode,
        control: Control,
        language: str = "",
        *,
        translate: bool = False,
    ) -> Iterator[Segment]:
        """Segments of the speech in these stretches of `audio` (float32, 16 kHz), one after the other.

        For triage no stretch may be longer than half a minute: each is one window, with neighbours that fit in.
        `language`: as a code (`de`); empty: told by the first half minute of speech. `translate`: in English.
        Raises `Stopped` between two windows of half a minute when `control` is cancelled.
        """
        if not stretches:
            return
        _now.control = control
        try:
            found, info = self._ask(audio, stretches, mode, language or None, translate=translate)
            for one in found:
                control.checkpoint()
                yield _segment(one, info.language, float(info.language_probability))
        finally:
            _now.control = None

    def _ask(
        self,
        audio: NDArray[np.float32],
        stretches: Sequence[Stretch],
        mode: Mode,
        language: str | None,
        *,
        translate: bool,
    ) -> tuple[Iterator[Any], Any]:
        from faster_whisper.transcribe import (  # type: ignore[import-untyped]  # the library has no types
            BatchedInferencePipeline,
            restore_speech_timestamps,
        )

        chunks = [{"start": one.start, "end": one.end} for one in stretches]
        asked = {"task": "translate" if translate else "transcribe", "language": language, **DECODING[mode]}
        if mode == "triage":
            batched = BatchedInferencePipeline(self._model)  # holds where it is in a recording: one for each call
            parts = [{"start": one.start / RATE, "end": one.end / RATE} for one in _windows(stretches)]
            found, info = batched.transcribe(audio, vad_filter=False, clip_timestamps=parts, **asked)
            return iter(found), info
        heard = np.concatenate([audio[one["start"] : one["end"]] for one in chunks])
        found, info = self._model.transcribe(heard, vad_filter=False, **asked)
        return iter(restore_speech_timestamps(found, chunks, RATE)), info

    def close(self) -> None:
        """Give its memory back."""
        self._model.model.unload_model()


def _windows(stretches: Sequence[Stretch]) -> list[Stretch]:
    """Neighbours joined, with the silence between them, as long as they fit into one window."""
    joined: list[Stretch] = []
    for one in stretches:
        if joined and one.end - joined[-1].start <= _WINDOW * RATE:
            joined[-1] = Stretch(joined[-1].start, one.end)
        else:
            joined.append(Stretch(one.start, one.end))
    return joined


def _load(folder: Path, device: str, workers: int) -> Any:
    for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_HUB_DISABLE_TELEMETRY"):
        os.environ[name] = "1"  # before the import: the library reads them once
    import ctranslate2  # type: ignore[import-untyped]  # the library has no types
    from faster_whisper import WhisperModel, transcribe  # type: ignore[import-untyped]  # the library has no types

    # It makes a bar for every call, shown or not, and with the first one a lock between processes, which stays behind
    # when this process is ended from outside.
    transcribe.tqdm.set_lock(threading.RLock())

    class Stoppable(WhisperModel):  # type: ignore[misc]  # the library has no types
        """Looks whether it is to stop before each window of half a minute."""

        def encode(self, features: Any) -> Any:
            control = getattr(_now, "control", None)
            if control is not None:
                control.checkpoint()
            return super().encode(features)

    wanted = compute_type(device)
    try:
        if wanted not in ctranslate2.get_supported_compute_types(device):
            raise ModelError(
                f"Whisper was to compute with {wanted} on {device}, which this device cannot do.",
                "Nothing was transcribed. Choose the processor as device, or see `doctor`.",
            )
        return Stoppable(
            str(folder), device=device, compute_type=wanted, cpu_threads=1, num_workers=workers, local_files_only=True
        )
    except (RuntimeError, ValueError, OSError) as error:
        raise ModelError(
            f"The Whisper model in {folder.name} cannot be loaded; nothing was transcribed with it.",
            f"{str(error).strip()[:300]} Import the pack again, or see `doctor`.",
        ) from error


def _segment(one: Any, language: str, probability: float) -> Segment:
    words = tuple(
        Word(word.word, float(word.start), float(word.end), float(word.probability)) for word in one.words or ()
    )
    return Segment(
        one.text.strip(),
        float(one.start),
        float(one.end),
        language,
        probability,
        float(one.avg_logprob),
        float(one.no_speech_prob),
        float(one.compression_ratio),
        float(one.temperature or 0.0),
        words,
    )
