"""How well speech is found in ../shared/data/speech, against the bare library and the ground truth.

    python -m benchmarks.speech_accuracy

Overlap is seconds that both call speech ÷ seconds that one of them does. With a Whisper pack installed, word error
rates are printed as well (insertions, deletions and substitutions ÷ words said; letters' case and stops left out).
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from core.control import Control
from core.pipeline.alone import look_at
from core.records import Finding
from core.settings import RunSettings
from models.local import BackendSpec, LocalBackend

RATE = 16_000
ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("ASSERVAT_SHARED_DATA", ROOT.parent / "shared" / "data"))
Spans = Sequence[tuple[float, float]]


def main() -> None:
    truth = json.loads((SHARED / "ground_truth" / "speech_transcripts.json").read_text(encoding="utf-8"))
    settings = RunSettings(analyzers=("speech",))
    backend = LocalBackend(BackendSpec(workers=settings.workers, analyzers=("models.speech:Speech",)))
    table = Table("file", "said", "stretches", "seconds", "of", "overlap with the library", "WER", box=None)
    clean: NDArray[np.bool_] | None = None
    for one in truth:
        path = SHARED / one["file"]
        found = [finding for r in look_at(path, backend, settings, Control()).results for finding in r.findings]
        spans = [(f.start or 0.0, f.end or 0.0) for f in found if f.label == "speech"]
        theirs, length = _library(path)
        mine = _mask(spans, length)
        note = f"{_overlap(mine, _mask(theirs, length)):.4f}"
        if path.name == "leopard_test.wav":
            clean = mine
        elif path.name.startswith("noisy") and clean is not None:
            note += f" (with the recording without noise: {_overlap(mine, clean):.3f})"
        seconds = sum(b - a for a, b in spans)
        words = len(one["transcript"].split())
        table.add_row(
            path.name, f"{words} words", str(len(spans)), f"{seconds:.2f}", f"{length:.2f}", note, _wer(one, found)
        )
    backend.close()
    Console(width=140).print(table)


def _library(path: Path) -> tuple[Spans, float]:
    from faster_whisper.audio import decode_audio
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    audio = decode_audio(str(path))
    found = get_speech_timestamps(audio, VadOptions(min_silence_duration_ms=500, speech_pad_ms=400))
    return [(one["start"] / RATE, one["end"] / RATE) for one in found], len(audio) / RATE


def _mask(spans: Spans, length: float) -> NDArray[np.bool_]:
    """One value a millisecond."""
    made = np.zeros(int(length * 1000) + 1, bool)
    for start, end in spans:
        made[round(start * 1000) : round(end * 1000)] = True
    return made


def _overlap(a: NDArray[np.bool_], b: NDArray[np.bool_]) -> float:
    either = int((a | b).sum())
    return int((a & b).sum()) / either if either else 1.0


def _wer(truth: dict[str, str], found: Sequence[Finding]) -> str:
    text = " ".join(one.text or "" for one in found if one.text and one.label != "translation")
    said, heard = (re.findall(r"\w+", part.casefold()) for part in (truth["transcript"], text))
    if not text:
        return ""
    costs = list(range(len(heard) + 1))
    for row, word in enumerate(said, 1):
        before, costs[0] = costs[0], row
        for column, other in enumerate(heard, 1):
            best = min(costs[column] + 1, costs[column - 1] + 1, before + (word != other))
            before, costs[column] = costs[column], best
    return f"{costs[-1] / max(1, len(said)):.2f}"


if __name__ == "__main__":
    main()
