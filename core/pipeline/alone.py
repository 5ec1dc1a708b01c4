"""One file looked at by one analyzer, without a case, with an outcome as a run would store it: what `transcribe` does.

For several files, of which only the results are wanted, see `core.pipeline.apart`.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from core.control import Control
from core.decode.jobs import Decoded, DecodeJob, Retrying, SamplesReady
from core.decode.pool import DecodePool
from core.errors import EvidenceError
from core.evidence.opening import open_readonly
from core.evidence.sniff import sniff
from core.interfaces import Backend
from core.pipeline.plan import Step, make_steps
from core.pipeline.task import settle
from core.records import MediaKind, Outcome, Sample, SampleResult
from core.settings import RunSettings

__all__ = ["Looked", "look_at"]

_CHUNK = 1 << 20
_HEADER = 4096
_TICK = 0.1


@dataclass(frozen=True, slots=True)
class Looked:
    """`step`: the analyzer with its options and models. `results`: one for each sample, in order, after it has put
    them together. `sha256`: of the file's bytes."""

    sha256: str
    step: Step
    decoded: Decoded
    outcome: Outcome
    results: tuple[SampleResult, ...]


def look_at(
    path: Path,
    backend: Backend,
    settings: RunSettings,
    control: Control,
    told: Callable[[float], None] = lambda _seconds: None,
) -> Looked:
    """Have the first analyzer of `settings` look at this file. Nothing is written anywhere. `told` is called, from any
    thread, with the seconds of sound that were just looked at.

    Raises `UsageError` for options that cannot be used, `EvidenceError` when the file cannot be read, `ModelError` when
    a model does not work, `Stopped` when `control` is cancelled.
    """
    step = make_steps(backend, settings)[0]
    job = _job(path, step, settings, control)
    with (
        DecodePool(1, settings.limits, extra_decoders=settings.extra_decoders) as pool,
        ThreadPoolExecutor(settings.workers, thread_name_prefix="look") as threads,
    ):
        decoded, results = _Looking(pool, threads, backend, step, control, told).run(job)
    if step.info.concludes and results:
        places = [decoded.positions[index] for index in range(len(results))]
        results = backend.conclude(step.name, places, results, step.options)
    outcome = settle(step, decoded, list(enumerate(results)))
    return Looked(job.content, step, decoded, outcome, tuple(results))


def _job(path: Path, step: Step, settings: RunSettings, control: Control) -> DecodeJob:
    digest, head = hashlib.sha256(), b""
    try:
        with os.fdopen(open_readonly(str(path)), "rb") as file:
            about = os.fstat(file.fileno())
            while chunk := file.read(_CHUNK):
                control.checkpoint()
                head = head or chunk[:_HEADER]
                digest.update(chunk)
    except OSError as error:
        raise EvidenceError(
            f"The file cannot be read ({error.strerror}).", "Look whether the medium is there."
        ) from error
    mime, kind = sniff(head, size=about.st_size)
    return DecodeJob(
        digest.hexdigest(),
        str(path.absolute()),
        about.st_size,
        about.st_mtime_ns,
        MediaKind(kind),
        mime,
        settings.sampling,
        step.info.accepts,
    )


class _Looking:
    """Decoding in one process, looking in a few threads; at most a slot of shared memory each."""

    def __init__(  # noqa: PLR0917 - what `look_at` has in hand
        self,
        pool: DecodePool,
        threads: ThreadPoolExecutor,
        backend: Backend,
        step: Step,
        control: Control,
        told: Callable[[float], None],
    ) -> None:
        self._pool, self._threads, self._backend = pool, threads, backend
        self._step, self._control, self._told = step, control, told
        self._asked: list[Future[list[SampleResult]]] = []

    def run(self, job: DecodeJob) -> tuple[Decoded, list[SampleResult]]:
        self._pool.submit(job)
        end: Decoded | None = None
        try:
            while end is None:
                self._control.checkpoint()
                for event in self._pool.poll(_TICK):
                    if isinstance(event, SamplesReady):
                        self._asked.append(self._threads.submit(self._look, event.samples, event.slot))
                    elif isinstance(event, Retrying):
                        self._give_up()
                    else:
                        end = event
            return end, [result for asked in self._asked for result in self._answer(asked)]
        except BaseException:
            self._give_up()
            raise

    def _look(self, samples: Sequence[Sample], slot: int) -> list[SampleResult]:
        try:
            found = self._backend.analyze(self._step.name, samples, self._step.options, self._control)
            self._told(sum(sample.duration or 0.0 for sample in samples))
            return found
        finally:
            self._pool.release(slot)

    def _answer(self, asked: Future[list[SampleResult]]) -> list[SampleResult]:
        while True:
            self._pool.poll(0)  # its children are watched over, also while they have nothing to do
            try:
                return asked.result(_TICK)
            except TimeoutError:
                if asked.done():
                    raise
                self._control.checkpoint()

    def _give_up(self) -> None:
        """What was seen of an attempt that broke off does not count."""
        for asked in self._asked:
            asked.cancel()
        self._asked = []
