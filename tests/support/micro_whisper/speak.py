"""Speech from espeak-ng with the time of each word, and its log-mel picture. No torch here.

`python -m tests.support.micro_whisper.speak FOLDER` fills FOLDER with the training utterances.
espeak-ng's library reports where each word begins; where a word ends is read from the sound itself.
"""

import ctypes
import json
import random
import sys
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.support.micro_whisper import language

RATE = 16_000
VOICES = {"en": ("gmw/en-US", "gmw/en", "gmw/en-GB-x-rp"), "de": ("gmw/de",)}
VARIANTS = ("", "+m1", "+m2", "+m3", "+m4", "+m6", "+m7", "+f1", "+f3", "+f4", "+f5")  # +m5 and +f2 are for the test

_RETRIEVAL, _WORD, _LIST_END = 1, 1, 0
_SPEED, _PITCH, _RANGE = 1, 3, 4
_UTF8, _SYNCHRONOUS_POSITION = 1, 1


class _EventId(ctypes.Union):
    _fields_ = (("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8))


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),  # in characters, from 1
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),  # milliseconds
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _EventId),
    )


_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event))


@dataclass(frozen=True)
class Voice:
    """How a sentence is spoken; speed in words per minute, pitch and range 0 to 100, all as espeak-ng has them."""

    name: str
    speed: int = 150
    pitch: int = 50
    spread: int = 50


class Speaker:
    """espeak-ng as a library. One per process: it hangs when it is begun twice."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL("libespeak-ng.so.1")
        self._rate = self._library.espeak_Initialize(_RETRIEVAL, 500, None, 0)
        self._sound: list[NDArray[np.int16]] = []
        self._starts: dict[int, float] = {}  # text position: seconds
        self._callback = _CALLBACK(self._take)
        self._library.espeak_SetSynthCallback(self._callback)

    def _take(self, samples: "ctypes._Pointer[ctypes.c_short]", count: int, events: "ctypes._Pointer[_Event]") -> int:
        if samples and count:
            self._sound.append(np.ctypeslib.as_array(samples, (count,)).copy())
        place = 0
        while events[place].type != _LIST_END:
            if events[place].type == _WORD:
                self._starts[events[place].text_position - 1] = events[place].audio_position / 1000
            place += 1
        return 0

    def say(self, words: list[str], voice: Voice) -> tuple[NDArray[np.float32], list[tuple[float, float]]]:
        """The sound of the words at 16 kHz, peak 1, and start and end of each in seconds."""
        self._sound, self._starts = [], {}
        if self._library.espeak_SetVoiceByName(voice.name.encode()) != 0:
            raise ValueError(f"espeak-ng has no voice {voice.name}")
        for parameter, value in ((_SPEED, voice.speed), (_PITCH, voice.pitch), (_RANGE, voice.spread)):
            self._library.espeak_SetParameter(parameter, value, 0)
        text = " ".join(words)
        data = text.encode()
        self._library.espeak_Synth(data, len(data) + 1, 0, _SYNCHRONOUS_POSITION, 0, _UTF8, None, None)
        self._library.espeak_Synchronize()
        sound = _resampled(np.concatenate(self._sound).astype(np.float32), self._rate)
        sound /= max(float(np.abs(sound).max()), 1.0)
        return sound, _spans(words, self._starts, sound)


def _resampled(sound: NDArray[np.float32], rate: int) -> NDArray[np.float32]:
    """The sound at 16 kHz, by cutting its spectrum; silence around it keeps the ends clean."""
    block = rate // 50  # 20 ms: lengths then divide evenly at both rates
    sound = np.pad(sound, (block, block + -len(sound) % block))
    count = len(sound) // block * (RATE // 50)
    spectrum = np.fft.rfft(sound)[: count // 2 + 1]
    return (np.fft.irfft(spectrum, count) * (count / len(sound)))[RATE // 50 :].astype(np.float32)


def _spans(words: list[str], starts: dict[int, float], sound: NDArray[np.float32]) -> list[tuple[float, float]]:
    """Start and end per word. espeak-ng joins some small words in one event: they share its time by their letters."""
    places = np.cumsum([0, *(len(word) + 1 for word in words)])[:-1]
    frame = RATE // 100
    loud = np.abs(sound[: len(sound) // frame * frame]).reshape(-1, frame).max(1) > 0.02
    last = (int(np.flatnonzero(loud)[-1]) + 1) / 100
    anchors = [(n, starts[int(place)]) for n, place in enumerate(places) if int(place) in starts]
    if not anchors or anchors[0][0] != 0:
        anchors.insert(0, (0, int(np.flatnonzero(loud)[0]) / 100))
    anchors.append((len(words), last))
    spans: list[tuple[float, float]] = []
    for (first, begin), (after, end) in pairwise(anchors):
        shares = np.cumsum([0.0, *(len(word) for word in words[first:after])])
        edges = begin + (max(end, begin + 0.02) - begin) * shares / shares[-1]
        spans += [(float(a), float(b)) for a, b in pairwise(edges)]
    return [_trimmed(span, loud) for span in spans]


def _trimmed(span: tuple[float, float], loud: NDArray[np.bool_]) -> tuple[float, float]:
    """The span without the silence at its ends."""
    inside = np.flatnonzero(loud[int(span[0] * 100) : int(span[1] * 100) + 1])
    if not len(inside):
        return span
    return span[0] + int(inside[0]) / 100, min(span[1], span[0] + (int(inside[-1]) + 1) / 100)


def log_mel(sound: NDArray[np.float32]) -> NDArray[np.float32]:
    """Log10 mel power [80, frames of 10 ms] as Whisper has it, before its clamp and scaling (1e-10 is silence)."""
    from faster_whisper.feature_extractor import FeatureExtractor

    extractor = FeatureExtractor()
    window = np.hanning(401)[:-1].astype(np.float32)
    spectrum = extractor.stft(sound, 400, 160, window=window, return_complex=True)
    power = extractor.mel_filters @ (np.abs(spectrum[..., :-1]).astype(np.float32) ** 2)
    return np.log10(np.maximum(power, 1e-10)).astype(np.float32)


def voice(code: str, chance: random.Random) -> Voice:
    """A voice for training by chance."""
    name = chance.choice(VOICES[code]) + chance.choice(VARIANTS)
    return Voice(name, chance.randint(105, 185), chance.randint(25, 75), chance.randint(20, 80))


def main(folder: Path, count: int, seed: int) -> None:
    """Write `count` utterances: one big array of mel frames and an index beside it."""
    chance = random.Random(seed)
    speaker = Speaker()
    mels, index = [], []
    for number in range(count):
        said = language.sentence("de" if number % 2 else "en", chance)
        sound, spans = speaker.say(said.spoken, voice(said.language, chance))
        mel = log_mel(sound)
        index.append({**asdict(said), "spans": spans, "frames": mel.shape[1]})
        mels.append(mel.astype(np.float16))
        if number % 500 == 0:
            print(number, said.language, " ".join(said.spoken), [f"{a:.2f}-{b:.2f}" for a, b in spans], flush=True)
    folder.mkdir(parents=True, exist_ok=True)
    np.save(folder / "mels.npy", np.concatenate(mels, 1))
    (folder / "index.json").write_text(json.dumps(index), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 5000, 7)
