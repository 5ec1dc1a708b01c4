"""Measure the model on sentences by the voices that were not trained on: words, language, times.

`python -m tests.support.micro_whisper.evaluate MODEL [COUNT]`. Needs espeak-ng.
"""

import random
import sys

import numpy as np

from tests.support.micro_whisper import bare, language
from tests.support.micro_whisper.speak import RATE, Speaker, Voice
from tests.support.micro_whisper.utter import MAN, WOMAN


def errors(said: list[str], heard: list[str]) -> int:
    """How many words were replaced, left out or put in (edit distance)."""
    row = list(range(len(heard) + 1))
    for place, word in enumerate(said, 1):
        above, row[0] = row[0], place
        for n, other in enumerate(heard, 1):
            above, row[n] = row[n], min(row[n] + 1, row[n - 1] + 1, above + (word != other))
    return row[-1]


def main(folder: str, count: int) -> None:
    """Print what comes out wrong and the sums."""
    from faster_whisper import WhisperModel

    model = WhisperModel(folder, device="cpu", cpu_threads=1, local_files_only=True, compute_type="int8")
    speaker, chance = Speaker(), random.Random(99)
    words = wrong = languages = 0
    segment_times: list[float] = []
    word_times: list[float] = []
    for number in range(count):
        code = ("en", "de")[number % 2]
        said = language.sentence(code, chance).spoken
        name = ("gmw/de" if code == "de" else chance.choice(("gmw/en-US", "gmw/en"))) + chance.choice((MAN, WOMAN))
        sound, spans = speaker.say(said, Voice(name, chance.randint(125, 165), chance.randint(40, 60), 50))
        lead = chance.uniform(0.1, 0.9)
        silence = np.zeros(round(lead * RATE), np.float32)
        noise = np.random.default_rng(number).normal(0, chance.choice((0, 0.001, 0.004)), len(sound) + len(silence))
        heard, info = model.transcribe(
            np.concatenate([silence, sound * 0.5]) + noise.astype(np.float32), word_timestamps=True, temperature=0.0
        )
        segments = list(heard)
        text = bare(" ".join(segment.text for segment in segments))
        missed = errors([word.casefold() for word in said], text)
        words, wrong, languages = words + len(said), wrong + missed, languages + (info.language == code)
        if missed:
            print(code, name, "said", " ".join(said), "| heard", " ".join(text))
        elif segments:
            found = [(word.start, word.end) for segment in segments for word in segment.words]
            word_times += [
                abs(a - b - lead)
                for pair, span in zip(found, spans, strict=True)
                for a, b in zip(pair, span, strict=True)
            ]
            segment_times += [abs(segments[0].start - spans[0][0] - lead), abs(segments[-1].end - spans[-1][1] - lead)]
    print(f"{count} sentences, {words} words: {wrong} wrong ({wrong / words:.1%}); language right in {languages}")
    for kind, times in (("segments", segment_times), ("words", word_times)):
        if times:
            middle, high = np.quantile(times, (0.5, 0.95))
            print(f"times of {kind}: median {middle:.2f} s, 95 % within {high:.2f} s, most {max(times):.2f} s")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 60)
