"""A backend without weights: it measures brightness, so that every pipeline test runs in moments and can be checked."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence

from core.control import Control
from core.errors import ModelError
from core.records import (
    AnalyzerInfo,
    Failure,
    Finding,
    ModelInfo,
    Options,
    Position,
    Region,
    Sample,
    SampleKind,
    SampleResult,
    State,
)

PICTURES = frozenset({SampleKind.IMAGE, SampleKind.FRAME, SampleKind.PAGE})


def info(name: str = "bright", *, version: str = "1", missing: str | None = None, batch: int = 1) -> AnalyzerInfo:
    return AnalyzerInfo(
        name=name,
        version=version,
        title=f"How {name} a picture is",
        accepts=PICTURES,
        labels=("bright", "dark"),
        options={"threshold": 0.5},
        settings={"preprocessing": "mean of all values"},
        models=(ModelInfo("mean", "1", "ab" * 32, 1, "CC0", "made here"),),
        groups={"bright": "light"},
        missing=missing,
        batch=batch,
    )


class FakeBackend:
    """Every analyzer gives one finding a sample: bright or dark, with the mean as score. Thread-safe, remembers calls.

    `trouble(analyzer, sample)` may return a failure, raise, or sleep before the answer is made.
    """

    def __init__(
        self,
        *infos: AnalyzerInfo,
        seconds: float = 0.0,
        trouble: Callable[[str, Sample], Failure | None] | None = None,
    ) -> None:
        self.infos = infos or (info(),)
        self.calls: list[tuple[str, str, int]] = []
        self.closed = False
        self._seconds = seconds
        self._trouble = trouble
        self._lock = threading.Lock()

    def describe(self) -> Sequence[AnalyzerInfo]:
        return self.infos

    def prepare(self, analyzers: Sequence[str], control: Control) -> None:
        self.prepared = tuple(analyzers)

    def analyze(
        self, analyzer: str, samples: Sequence[Sample], options: Options, control: Control
    ) -> list[SampleResult]:
        return [self._one(analyzer, sample, control) for sample in samples]

    def _one(self, analyzer: str, sample: Sample, control: Control) -> SampleResult:
        control.checkpoint()
        with self._lock:
            self.calls.append((analyzer, sample.content, sample.index))
        time.sleep(self._seconds)
        failure = self._trouble(analyzer, sample) if self._trouble else None
        if failure:
            return SampleResult(failure=failure)
        mean = float(sample.array().mean()) / 255
        found = Finding(
            "bright" if mean >= 0.5 else "dark",
            round(mean, 6),
            Region(0.0, 0.0, 1.0, 1.0),
            start=sample.time,
            end=sample.time,
            frame=sample.frame,
            page=sample.page,
            text=f"Helligkeit {round(mean, 3)} Müller" if analyzer == "reader" else None,
        )
        return SampleResult((found,), seconds=0.001)

    def conclude(
        self, analyzer: str, places: Sequence[Position], results: Sequence[SampleResult], options: Options
    ) -> list[SampleResult]:
        return list(results)

    def close(self) -> None:
        self.closed = True


def broken_model(analyzer: str, _sample: Sample) -> Failure | None:
    if analyzer == "broken":
        raise ModelError("The weights of broken cannot be read.", "Install them again.")
    return None


def refuse(code: str = "analyzer-error", state: State = State.FAILED) -> Failure:
    return Failure(state, code, "This sample could not be looked at.")
