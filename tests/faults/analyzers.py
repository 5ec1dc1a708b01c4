"""Analyzers that misbehave on demand: the colour of a sample's top left pixel says how.

Named in `BackendSpec.analyzers` as `tests.faults.analyzers:Faulty`.
"""

from __future__ import annotations

import ctypes
import os
import time
from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.control import Control
from core.memory import LocalPixels
from core.records import AnalyzerInfo, Finding, Sample, SampleKind, SampleResult
from models.interface import AnalyzerOptions
from models.runtime import Runtime

__all__ = ["COLOURS", "DiesLoading", "Faulty", "FaultyOptions", "picture"]

Fault = Literal["none", "segfault", "abort", "exit", "hang", "raise", "grow", "slow", "crowded"]
COLOURS: dict[Fault, tuple[int, int, int]] = {
    "none": (0, 0, 0),
    "segfault": (255, 0, 0),
    "abort": (0, 255, 0),
    "exit": (0, 0, 255),
    "hang": (255, 255, 0),
    "raise": (0, 255, 255),
    "grow": (255, 0, 255),
    "slow": (1, 2, 3),
    "crowded": (3, 2, 1),
}
_GROWTH = 200_000_000
_kept: list[bytearray] = []
_crowd: list[Sample] = []


def picture(fault: Fault = "none", index: int = 0) -> Sample:
    """A small grey sample that makes `Faulty` misbehave."""
    pixels: NDArray[np.uint8] = np.full((24, 32, 3), 128, np.uint8)
    pixels[0, 0] = COLOURS[fault]
    return Sample(f"{fault}-{index}", index, SampleKind.IMAGE, LocalPixels(pixels), (32, 24), time=1.5, frame=7)


class FaultyOptions(AnalyzerOptions):
    slow_seconds: float = 0.5


class Faulty:
    """Gives one finding `seen` for a well-behaved sample, with the id of the process that saw it."""

    name = "faulty"
    options_type: type[AnalyzerOptions] = FaultyOptions

    def info(self, runtime: Runtime) -> AnalyzerInfo:
        return AnalyzerInfo(
            name=self.name,
            version="1",
            title="Faults",
            accepts=frozenset({SampleKind.IMAGE, SampleKind.FRAME}),
            labels=("seen",),
            options=FaultyOptions().model_dump(),
            settings={},
        )

    def load(self, runtime: Runtime) -> None:
        pass

    def analyze(self, samples: Sequence[Sample], options: AnalyzerOptions, control: Control) -> list[SampleResult]:
        assert isinstance(options, FaultyOptions)
        return [self._look(sample, options) for sample in samples]

    def close(self) -> None:
        pass

    def _look(self, sample: Sample, options: FaultyOptions) -> SampleResult:
        colour = tuple(int(value) for value in sample.array()[0, 0])
        fault = next((name for name, value in COLOURS.items() if value == colour), "none")
        if fault == "segfault":
            ctypes.string_at(0)
        elif fault == "abort":
            os.abort()
        elif fault == "exit":
            os._exit(7)
        elif fault == "hang":
            while True:
                time.sleep(1)
        elif fault == "raise":
            raise ValueError("the faulty analyzer was asked to raise")
        elif fault == "grow":
            _kept.append(bytearray(os.urandom(1)) * _GROWTH)
        elif fault == "slow":
            time.sleep(options.slow_seconds)
        elif fault == "crowded":
            _alone(sample, options.slow_seconds)
        return SampleResult(findings=(Finding("seen", 1.0, attributes={"pid": os.getpid()}),))


def _alone(sample: Sample, seconds: float) -> None:
    """As two libraries that wait for each other: two samples at once never come back, one alone does."""
    _crowd.append(sample)
    end = time.monotonic() + seconds
    while time.monotonic() < end or len(_crowd) > 1:
        time.sleep(0.01)
    _crowd.remove(sample)


class DiesLoading(Faulty):
    """Kills its process before it has seen any sample."""

    name = "dies-loading"

    def load(self, runtime: Runtime) -> None:
        os._exit(9)
