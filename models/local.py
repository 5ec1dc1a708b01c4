"""`LocalBackend`: the analyzers in this very process. The isolated backend and a remote server run the same code."""

from __future__ import annotations

import dataclasses
import logging
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from core.control import Control
from core.errors import DeviceExhausted, ModelMissing, Stopped, UsageError
from core.records import AnalyzerInfo, Failure, Finding, Options, Position, Sample, SampleKind, SampleResult, State
from models import registry
from models.interface import Analyzer, AnalyzerOptions, Concluding
from models.isolated_notes import raised_at
from models.option_facts import facts
from models.runtime import Device, Precision, Runtime

__all__ = ["BackendSpec", "LocalBackend", "unreadable_reason"]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class BackendSpec:
    """All it takes to make a backend, in this process or in another.

    `workers`: how many threads will call it at once. `analyzers`: `module:attribute` of each (see `models.registry`).
    """

    precision: Precision = "strict"
    workers: int = 1
    device: Device = "auto"
    analyzers: tuple[str, ...] = registry.ANALYZERS


class LocalBackend:
    """A `core.interfaces.Backend` whose models live here. Models are loaded at the first call that needs them."""

    def __init__(self, spec: BackendSpec | None = None, runtime: Runtime | None = None) -> None:
        """`runtime`: in place of the one that `spec` describes."""
        spec = spec or BackendSpec()
        self._runtime = runtime or Runtime(spec.precision, spec.workers, spec.device)
        self._analyzers: dict[str, Analyzer] = {}
        for place in spec.analyzers:
            analyzer = registry.make(place)
            self._analyzers[analyzer.name] = analyzer
        self._loading = threading.Lock()
        self._ready: set[str] = set()

    def describe(self) -> Sequence[AnalyzerInfo]:
        return [self._described(analyzer) for analyzer in self._analyzers.values()]

    def _described(self, analyzer: Analyzer) -> AnalyzerInfo:
        info = analyzer.info(self._runtime)
        return dataclasses.replace(info, facts=facts(analyzer, info.unkeyed, info.choice, info.choices))

    @property
    def runtime(self) -> Runtime:
        return self._runtime

    def check(self, analyzer: str, options: Options) -> AnalyzerOptions:
        """The options as the analyzer's own frozen type. Raises `UsageError` for unknown analyzers and bad values."""
        known = self._known(analyzer)
        try:
            return known.options_type.model_validate(dict(options))
        except ValidationError as error:
            told = [
                (".".join(map(str, one["loc"])), one["msg"].removeprefix("Value error, ")) for one in error.errors()
            ]
            what = "; ".join(f"{where}: {said}" for where, said in told)
            raise UsageError(f"These options of {analyzer} cannot be used: {what}.", "See `models`.") from error

    def load(self, analyzer: str) -> None:
        """Load its weights now, if they are not. Raises `ModelMissing`, `ModelError`."""
        known = self._known(analyzer)
        with self._loading:
            if analyzer in self._ready:
                return
            missing = known.info(self._runtime).missing
            if missing:
                raise ModelMissing(f"{analyzer} cannot run here: {missing}")
            known.load(self._runtime)
            self._ready.add(analyzer)

    def prepare(self, analyzers: Sequence[str], control: Control) -> None:
        """Nothing to do ahead of time: here loading would take the time of whoever asks for it."""

    def analyze(
        self, analyzer: str, samples: Sequence[Sample], options: Options, control: Control
    ) -> list[SampleResult]:
        checked = self.check(analyzer, options)
        if not samples:
            return []
        self.load(analyzer)
        known = self._analyzers[analyzer]
        if self._runtime.batch > 1 and len(samples) > 1:
            together = _together(known, samples, checked, control)
            if together is not None:
                return together
        results = []
        for sample in samples:
            control.checkpoint()
            results.append(_one(known, sample, checked, control))
        return results

    def conclude(
        self, analyzer: str, places: Sequence[Position], results: Sequence[SampleResult], options: Options
    ) -> list[SampleResult]:
        known = self._known(analyzer)
        if not isinstance(known, Concluding):
            return list(results)
        return known.conclude(places, results, self.check(analyzer, options))

    def close(self) -> None:
        with self._loading:
            for analyzer in self._analyzers.values():
                analyzer.close()
            self._runtime.close()
            self._ready.clear()

    def _known(self, analyzer: str) -> Analyzer:
        known = self._analyzers.get(analyzer)
        if known is None:
            raise UsageError(
                f"There is no analyzer called {analyzer}.", "Known are: " + ", ".join(self._analyzers) + "."
            )
        return known


def unreadable_reason(analyzer: str, error: BaseException, what: str = "picture") -> str:
    """The plain sentence for a sample at which an analyzer raised."""
    return (
        f"{analyzer} could not look at this {what} because of an error of its own ({raised_at(error)}); "
        "nothing is known about its content."
    )


def _together(
    analyzer: Analyzer, samples: Sequence[Sample], options: AnalyzerOptions, control: Control
) -> list[SampleResult] | None:
    """A whole batch in one call, as pays off on a graphics card; None when one of its samples spoils it for all."""
    control.checkpoint()
    start = time.perf_counter()
    try:
        results = analyzer.analyze(samples, options, control)
    except (Stopped, DeviceExhausted, ModelMissing):
        raise
    except Exception as error:  # noqa: BLE001 - looked at again one by one, where only the culprit fails
        _log.info("%s raised at a batch of %d", analyzer.name, len(samples), exc_info=error)
        return None
    each = (time.perf_counter() - start) / len(samples)
    return [
        dataclasses.replace(result, findings=tuple(_placed(one, sample) for one in result.findings), seconds=each)
        for sample, result in zip(samples, results, strict=True)
    ]


def _one(analyzer: Analyzer, sample: Sample, options: AnalyzerOptions, control: Control) -> SampleResult:
    """One sample, on its own: on the CPU a batch is not faster, and its neighbours cannot touch its result."""
    start = time.perf_counter()
    try:
        (result,) = analyzer.analyze([sample], options, control)
    except (Stopped, DeviceExhausted, ModelMissing):  # missing: what the options ask for, and that for every sample
        raise
    except Exception as error:  # noqa: BLE001 - whatever a sample provokes in a model must cost only that sample
        _log.info("%s raised at %s sample %d", analyzer.name, sample.content, sample.index, exc_info=error)
        what = "sound" if sample.kind is SampleKind.SOUND else "picture"
        failure = Failure(
            State.FAILED, "analyzer-error", unreadable_reason(analyzer.name, error, what), repr(error)[:500]
        )
        return SampleResult(failure=failure, seconds=time.perf_counter() - start)
    findings = tuple(_placed(finding, sample) for finding in result.findings)
    return dataclasses.replace(result, findings=findings, seconds=time.perf_counter() - start)


def _placed(finding: Finding, sample: Sample) -> Finding:
    """The finding with its place in the medium, as far as the analyzer left it open."""
    return dataclasses.replace(
        finding,
        start=finding.start if finding.start is not None else sample.time,
        end=finding.end if finding.end is not None else _end(sample),
        frame=finding.frame if finding.frame is not None else sample.frame,
        page=finding.page if finding.page is not None else sample.page,
    )


def _end(sample: Sample) -> float | None:
    if sample.time is None:
        return None
    return sample.time + (sample.duration or 0.0)
