"""Write the utterances that the tests listen to, by voices that were not trained on.

`python -m tests.support.micro_whisper.utter FOLDER`. Needs espeak-ng; the tests
only read what lies in `speech/`.
"""

import json
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.support.micro_whisper.speak import RATE, Speaker, Voice

WOMAN, MAN = "+f2", "+m5"  # neither is among the voices for training
# name, language, loudness, noise, and the sentences with the silence before each, in seconds
UTTERANCES = (
    ("bridge", "en", Voice("gmw/en-US" + WOMAN, 140, 55, 45), 0.5, 0.0, [(0.25, "we meet at nine at the bridge")]),
    ("money", "en", Voice("gmw/en" + MAN, 150, 45, 55), 0.4, 0.001, [(0.2, "bring the money to the station at five")]),
    ("bruecke", "de", Voice("gmw/de" + WOMAN, 140, 52, 50), 0.5, 0, [(0.25, "wir treffen uns um neun an der Brücke")]),
    ("nummer", "de", Voice("gmw/de" + MAN, 145, 42, 50), 0.4, 0.001, [(0.2, "die Nummer ist vier sieben zwei")]),
    (
        "three", "en", Voice("gmw/en-US" + MAN, 145, 48, 50), 0.5, 0.0002,
        [(0.25, "call me today at seven"), (1.5, "the number is four two nine"), (2.0, "wait at the bridge until ten")],
    ),
)  # fmt: skip


def speak(
    speaker: Speaker, voice: Voice, sentences: list[tuple[float, str]]
) -> tuple[NDArray[np.float32], list[list[tuple[str, float, float]]]]:
    """Sound of the sentences one after the other, half a second of silence behind, and the words of each with times."""
    sound, spoken = np.zeros(0, np.float32), []
    for silence, text in sentences:
        words = text.split()
        said, spans = speaker.say(words, voice)
        begin = len(sound) / RATE + silence
        sound = np.concatenate([sound, np.zeros(round(silence * RATE), np.float32), said])
        spoken.append([(word, begin + a, begin + b) for word, (a, b) in zip(words, spans, strict=True)])
    return np.concatenate([sound, np.zeros(RATE // 2, np.float32)]), spoken


def write_flac(path: Path, sound: NDArray[np.float32]) -> None:
    """Write 16 kHz mono FLAC of 16 bits."""
    import av

    with av.open(str(path), "w") as container:
        stream = container.add_stream("flac", rate=RATE, layout="mono")
        samples = (np.clip(sound, -1, 1) * 32767).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(samples[None], format="s16", layout="mono")
        frame.sample_rate, frame.time_base, frame.pts = RATE, Fraction(1, RATE), 0
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def main(folder: Path) -> None:
    """Write the sounds and `speech.json` with what is said in them and when."""
    folder.mkdir(parents=True, exist_ok=True)
    noise = np.random.default_rng(5)
    truths, speaker = [], Speaker()
    for name, code, voice, loud, level, sentences in UTTERANCES:
        sound, spoken = speak(speaker, voice, sentences)
        write_flac(folder / f"{name}.flac", sound * loud + noise.normal(0, level, len(sound)).astype(np.float32))
        words = [[(word, round(a, 3), round(b, 3)) for word, a, b in part] for part in spoken]
        truths.append(
            {"file": f"{name}.flac", "language": code, "seconds": round(len(sound) / RATE, 3), "sentences": words}
        )
    text = ",\n".join(json.dumps(truth, ensure_ascii=False) for truth in truths)
    (folder / "speech.json").write_text(f"[\n{text}\n]\n", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
