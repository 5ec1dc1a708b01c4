"""`IsolatedBackend`: the same backend in a supervised child process.

A model that crashes, hangs or swallows memory takes only the child with it. Everything that was under way is then
looked at again in *quarantine*: one sample at a time, nothing else in the child. A sample that kills the child there is
the culprit and gets a failure; all others get their results, and the child is started anew.
"""

from __future__ import annotations

import contextlib
import itertools
import logging
import threading
import time
from collections.abc import Iterator, Sequence

import psutil
from pydantic import BaseModel, ConfigDict, Field

from core.control import Control
from core.errors import AsservatError, BackendCrashed, Stopped
from core.records import AnalyzerInfo, Failure, Options, Position, Sample, SampleKind, SampleResult, State
from models.isolated_notes import briefly
from models.isolated_process import Call, Child, Lost
from models.local import BackendSpec, LocalBackend

__all__ = ["IsolatedBackend", "IsolationLimits"]

_log = logging.getLogger(__name__)
_TICK = 0.2
_ATTEMPTS = 3
LARGE = 50_000_000  # bytes of weights; smaller ones are within the 1 GB that every child may have


class IsolationLimits(BaseModel):
    """How long and how much the child may take. Times in seconds of wall clock."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    start_seconds: float = Field(default=120.0, gt=0)
    load_seconds: float = Field(default=300.0, gt=0)
    batch_seconds: float = Field(default=60.0, gt=0)
    seconds_per_megapixel: float = Field(default=2.0, ge=0, description="Added for every picture of a batch.")
    seconds_per_sound_second: float = Field(
        default=20.0, ge=0, description="Added for every second of sound: the largest Whisper model on one slow core."
    )
    memory_bytes: int | None = Field(
        default=None,
        gt=0,
        description="Private memory above which the child is replaced between batches. Default: 1 GB + 1.25 GB a "
        "worker (the text detector needs 0.9 GB for the largest picture) + what large models need, at most 75 % of the "
        "machine's.",
    )

    def memory(self, workers: int, models: int = 0) -> int:
        """`models`: bytes that the sessions of large models are expected to need."""
        if self.memory_bytes is not None:
            return self.memory_bytes
        return min(1_000_000_000 + 1_250_000_000 * workers + models, int(psutil.virtual_memory().total * 0.75))

    def batch(self, samples: Sequence[Sample]) -> float:
        """Seconds one batch may take once its model is loaded."""
        heard = sum(sample.duration or 0.0 for sample in samples if sample.kind is SampleKind.SOUND)
        seen = sum(_megapixels(sample) for sample in samples)
        return self.batch_seconds + self.seconds_per_megapixel * seen + self.seconds_per_sound_second * heard


class IsolatedBackend:
    """A `core.interfaces.Backend`, safe to call from several threads; the child runs `spec.workers` of them at once."""

    def __init__(self, spec: BackendSpec | None = None, limits: IsolationLimits | None = None) -> None:
        self._spec = spec or BackendSpec()
        self._limits = limits or IsolationLimits()
        self._here = LocalBackend(self._spec)  # describes and checks options; never loads a model in this process
        self._turns = _Turns()
        self._lock = threading.Lock()
        self._child: Child | None = None
        self._closed = False
        self._numbers = itertools.count(1)
        self._infos: Sequence[AnalyzerInfo] | None = None

    def describe(self) -> Sequence[AnalyzerInfo]:
        if self._infos is None:
            self._infos = self._here.describe()
        return self._infos

    def prepare(self, analyzers: Sequence[str], control: Control) -> None:
        """Start the child and let it load these models while the first files are still being decoded."""
        ready = [info for info in self.describe() if info.name in analyzers and not info.missing]

        def load() -> None:
            with contextlib.suppress(AsservatError):  # said again, to somebody who can act, with the first sample
                for info in ready:
                    self._attempt(info.name, [], info.options, control, alone=False)

        threading.Thread(target=load, name="prepare", daemon=True).start()

    def analyze(
        self, analyzer: str, samples: Sequence[Sample], options: Options, control: Control
    ) -> list[SampleResult]:
        self._here.check(analyzer, options)
        if not samples:
            return []
        control.checkpoint()
        self._replace_fat_child(control)
        call = self._attempt(analyzer, samples, options, control, alone=False)
        if call.lost is None:
            return _answer(call)
        _log.warning("%s lost its process: %s", analyzer, _detail(call.lost))
        if call.lost.hung and call.lost.running and not call.lost.accompanied and len(samples) == 1:
            return [_convicted(analyzer, call)]
        return [self._alone(analyzer, sample, options, control) for sample in samples]

    def conclude(
        self, analyzer: str, places: Sequence[Position], results: Sequence[SampleResult], options: Options
    ) -> list[SampleResult]:
        return self._here.conclude(analyzer, places, results, options)

    def _seconds(self, analyzer: str, samples: Sequence[Sample], options: Options) -> float:
        """How long this batch may take before its model counts as hung."""
        info = next((one for one in self.describe() if one.name == analyzer), None)
        if info is not None and info.choice:
            info = info.choices.get(str(options.get(info.choice, info.options.get(info.choice))), info)
        patience = info.patience if info is not None else 0.0
        return self._limits.batch(samples) + patience * len(samples)

    def close(self) -> None:
        with self._lock:
            self._closed = True
            child, self._child = self._child, None
        if child is not None:
            child.stop()
        self._here.close()

    def _alone(self, analyzer: str, sample: Sample, options: Options, control: Control) -> SampleResult:
        """One sample with the child to itself. Raises `BackendCrashed` when the child dies before it sees it."""
        for _ in range(_ATTEMPTS):
            control.checkpoint()
            call = self._attempt(analyzer, [sample], options, control, alone=True)
            if call.lost is None:
                return _answer(call)[0]
            _log.warning("%s lost its process again, alone: %s", analyzer, _detail(call.lost))
            if call.lost.running:
                return _convicted(analyzer, call)
        raise BackendCrashed(
            f"The inference process for {analyzer} ended {_ATTEMPTS} times before it could look at anything "
            f"({call.lost.how if call.lost else ''}).",
            "Its libraries or its driver do not work on this machine; run `doctor`.",
        )

    def _attempt(
        self, analyzer: str, samples: Sequence[Sample], options: Options, control: Control, *, alone: bool
    ) -> Call:
        call = Call(next(self._numbers), analyzer, samples, options, self._seconds(analyzer, samples, options))
        with self._turns.alone(control) if alone else self._turns.together(control):
            child = self._living_child()
            while alone and child.busy and not child.dead:  # calls that were given up when their run was stopped
                _raise_if_cancelled(control)
                time.sleep(_TICK / 4)
            child.submit(call)
            while not call.finished.wait(_TICK):
                if control.cancelled:
                    child.cancel(call)
                    _raise_if_cancelled(control)
        return call

    def _living_child(self) -> Child:
        with self._lock:
            if self._closed:
                raise BackendCrashed(
                    "The inference process was closed while it was still needed.", "Start the run again."
                )
            if self._child is None or self._child.dead:
                limits = self._limits
                memory = limits.memory(self._spec.workers, self._models_memory())
                self._child = Child(self._spec, limits.start_seconds, limits.load_seconds, memory)
            return self._child

    def _models_memory(self) -> int:
        """What the large models that are installed may need, as far as the runtime lets them in together."""
        sizes = {model.name: model.bytes for info in self.describe() if not info.missing for model in info.models}
        need = sum(int(size * 2.5) for size in sizes.values() if size > LARGE)
        return min(need, self._here.runtime.shelf.budget or need)

    def _replace_fat_child(self, control: Control) -> None:
        child = self._child
        if child is None or not child.fat:
            return
        with self._turns.alone(control), self._lock:
            if self._child is child:
                child.stop()
                self._child = None


class _Turns:
    """Many callers together, or one alone; who wants to be alone goes first."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._together = 0
        self._waiting = 0
        self._taken = False

    @contextlib.contextmanager
    def together(self, control: Control) -> Iterator[None]:
        with self._condition:
            while self._taken or self._waiting:
                self._wait(control)
            self._together += 1
        try:
            yield
        finally:
            with self._condition:
                self._together -= 1
                self._condition.notify_all()

    @contextlib.contextmanager
    def alone(self, control: Control) -> Iterator[None]:
        with self._condition:
            self._waiting += 1
            try:
                while self._taken or self._together:
                    self._wait(control)
                self._taken = True
            finally:
                self._waiting -= 1
                self._condition.notify_all()
        try:
            yield
        finally:
            with self._condition:
                self._taken = False
                self._condition.notify_all()

    def _wait(self, control: Control) -> None:
        self._condition.wait(_TICK)
        _raise_if_cancelled(control)


def _raise_if_cancelled(control: Control) -> None:
    """As `Control.checkpoint`, but a paused run keeps waiting for what is already under way."""
    if control.cancelled:
        raise Stopped("The run was stopped.", "Start it again with `resume`: it goes on where it was.")


def _answer(call: Call) -> list[SampleResult]:
    if call.error is not None:
        raise call.error
    assert call.results is not None
    return call.results


def _convicted(analyzer: str, call: Call) -> SampleResult:
    lost = call.lost or Lost(running=True, hung=False, accompanied=False, how="")
    what = "sound" if any(sample.kind is SampleKind.SOUND for sample in call.samples) else "picture"
    stood = briefly(lost.stood)
    if lost.hung:
        where = f" (it stood at {stood})" if stood else ""
        reason = (
            f"{analyzer} did not come to an end with this {what} within {call.seconds:.0f} s{where} and was stopped; "
            "nothing is known about its content."
        )
        return SampleResult(
            failure=Failure(State.TIMED_OUT, "analyzer-hung", reason, _detail(lost)), seconds=call.seconds
        )
    how = f"{lost.how}; it stood at {stood}" if stood else lost.how
    reason = f"{analyzer} crashed at this {what} ({how}); nothing is known about its content."
    return SampleResult(failure=Failure(State.FAILED, "analyzer-crashed", reason, _detail(lost)))


def _detail(lost: Lost) -> str:
    return f"{lost.how}; it stood at {lost.stood}" if lost.stood else lost.how


def _megapixels(sample: Sample) -> float:
    shape = sample.pixels.shape
    return 0.0 if sample.kind is SampleKind.SOUND or len(shape) < 2 else shape[0] * shape[1] / 1e6
