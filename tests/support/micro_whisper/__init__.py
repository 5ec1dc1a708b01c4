"""Micro-Whisper: a real, very small Whisper model made by this project, and speech that it understands.

README.md beside this file says how both were made. Tests need neither torch nor espeak-ng.
"""

import json
from dataclasses import dataclass
from pathlib import Path

MODEL = Path(__file__).parent / "model"  # what `faster_whisper.WhisperModel` loads
SPEECH = Path(__file__).parent / "speech"


@dataclass(frozen=True)
class SpokenWord:
    """A word and when it is spoken, in seconds from the beginning of the file."""

    text: str
    start: float
    end: float


@dataclass(frozen=True)
class Utterance:
    """A file of speech (FLAC, 16 kHz, mono) and what is said in it."""

    path: Path
    language: str
    seconds: float
    sentences: tuple[tuple[SpokenWord, ...], ...]

    @property
    def words(self) -> tuple[SpokenWord, ...]:
        """All words in order."""
        return tuple(word for sentence in self.sentences for word in sentence)

    @property
    def text(self) -> str:
        """All words in order, without stops."""
        return " ".join(word.text for word in self.words)


def utterances() -> list[Utterance]:
    """The utterances in `speech/`."""
    found = json.loads((SPEECH / "speech.json").read_text("utf-8"))
    return [
        Utterance(
            SPEECH / entry["file"],
            entry["language"],
            entry["seconds"],
            tuple(tuple(SpokenWord(*word) for word in sentence) for sentence in entry["sentences"]),
        )
        for entry in found
    ]


def bare(text: str) -> list[str]:
    """The words of a transcript without stops and capitals, for comparing."""
    return [word.strip(".,").casefold() for word in text.split() if word.strip(".,")]
