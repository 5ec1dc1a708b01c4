"""The seams between the layers. Protocols live with their caller."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from core.control import Control
from core.records import AnalyzerInfo, Options, Position, Sample, SampleResult

__all__ = ["Backend"]


class Backend(Protocol):
    """Whatever can look at samples: this process, a supervised child, a machine in the next room.

    Callers may use one backend from several threads at once.
    """

    def describe(self) -> Sequence[AnalyzerInfo]:
        """Every analyzer it knows, runnable or not, with models and their SHA-256. Loads no weights into a device."""
        ...

    def analyze(
        self, analyzer: str, samples: Sequence[Sample], options: Options, control: Control
    ) -> list[SampleResult]:
        """One result for each sample, in order; `[]` for no samples.

        Findings come back with their place in the medium filled in (time, frame, page). A bad sample is a failure in
        its own result. Raises `UsageError` for an unknown analyzer or options that are none of its, `ModelMissing` when
        what the options ask for is not installed, `ModelError` when the model itself cannot work, `DeviceExhausted`
        when the card has no memory even for one sample, `BackendCrashed` (from another process) when that process died
        over these samples, `Stopped` when `control` was cancelled between samples.
        """
        ...

    def conclude(
        self, analyzer: str, places: Sequence[Position], results: Sequence[SampleResult], options: Options
    ) -> list[SampleResult]:
        """What the samples of one content say together (faces that are one track, one language for all speech).

        `places` and `results` are those of all samples that were looked at, in order, failures among them; as many
        come back, unchanged where the analyzer does not conclude (its info says so). Uses no weights and is quick."""
        ...

    def prepare(self, analyzers: Sequence[str], control: Control) -> None:
        """Begin to load what these analyzers need, so that the first sample does not wait for it. Returns at once;
        whatever goes wrong shows when a sample is looked at."""
        ...

    def close(self) -> None:
        """Release models and processes. Calling it twice is fine."""
        ...
