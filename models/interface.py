"""What every analyzer is. Lives here, not in `core`, because it speaks of runtimes and devices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, runtime_checkable

from pydantic import BaseModel, ConfigDict

from core.control import Control
from core.options import OptionValue
from core.records import AnalyzerInfo, Position, Sample, SampleResult
from models.runtime import Runtime

__all__ = ["Analyzer", "AnalyzerOptions", "Concluding", "Offering"]


class AnalyzerOptions(BaseModel):
    """Options of one call: frozen, checked, plain JSON values. Every analyzer has its own subclass."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Analyzer(Protocol):
    """One capability. An instance is used from several threads at once: sessions are shared, nothing of a call is
    kept in it. It touches no disk beside its weights, no database, no window and no network.

    A new one is a class like this in a module of its own and one line in `models.registry`; where it has weights to be
    installed, also an entry in `resources/models/catalogue`. Command line, desk and reports then show its options,
    findings and groups under their own names; ARCHITECTURE.md says where words in both languages stand.
    """

    name: str
    """Lower case, never changed again: results are stored under it."""
    options_type: type[AnalyzerOptions]

    def info(self, runtime: Runtime) -> AnalyzerInfo:
        """What it is and what it would run with here. Loads neither weights nor inference libraries.

        Where it cannot run here, `missing` says why; nothing is raised for that. `settings` has everything beside the
        options that changes a result (`runtime.plan(...).settings()`, the version of the preprocessing): results are
        stored under the hash of both, so what is in neither must not change one."""
        ...

    def load(self, runtime: Runtime) -> None:
        """Load the weights, once; later calls return at once. Raises `ModelMissing`, `ModelError`."""
        ...

    def analyze(self, samples: Sequence[Sample], options: AnalyzerOptions, control: Control) -> list[SampleResult]:
        """One result for each sample, in order. `core.records.Sample` says what a sample looks like, `accepts` of the
        info which kinds come here. `options` is an `options_type`.

        Regions and polygons are relative (0–1) to the upright picture, times in seconds of the medium. Scores are raw,
        and low ones are kept: thresholds are applied when reading. Time, frame and page of the sample are filled in by
        the backend. Calls `control.checkpoint()` before each long piece of work.

        An exception belongs to the batch it was raised for; the backend then asks again sample by sample and sets the
        bad one aside."""
        ...

    def close(self) -> None:
        """Forget sessions. Calling it twice is fine."""
        ...


@runtime_checkable
class Concluding(Protocol):
    """An analyzer that looks at all results of one content once more (see `core.interfaces.Backend.conclude`). It says
    so in its info (`concludes`)."""

    def conclude(
        self, places: Sequence[Position], results: Sequence[SampleResult], options: AnalyzerOptions
    ) -> list[SampleResult]:
        """As many results as were given, in order. Deterministic, without weights, quick: it runs in the process that
        drives the run."""
        ...


@runtime_checkable
class Offering(Protocol):
    """An analyzer with options whose values are not told by their type: packs, engines, languages."""

    def offers(self) -> Mapping[str, Sequence[OptionValue]]:
        """Option → the values there are, with what each lacks here. Loads nothing."""
        ...
