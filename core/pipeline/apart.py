"""Pictures and films from outside of a case, looked at by one analyzer: `faces compare`, searches with a file.

Decoded in isolated children, stored nowhere, told as they are done. For one file with its outcome see
`core.pipeline.alone`.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.control import Control
from core.decode.jobs import Decoded, DecodeJob, Retrying, SamplesReady
from core.decode.pool import DecodePool
from core.errors import EvidenceError, ModelError, Stopped
from core.evidence.hashing import hash_file
from core.evidence.sniff import sniff
from core.interfaces import Backend
from core.records import MediaKind, SampleResult, State
from core.settings import RunSettings

__all__ = ["Looked", "look_at"]

_SEEN = {MediaKind.IMAGE, MediaKind.VIDEO}
_TICK = 0.05


@dataclass(frozen=True, slots=True)
class Looked:
    """What became of one file. `results`: one for each sample, in order. `reason`: why nothing, or not everything,
    could be looked at; empty when all of it was."""

    path: Path
    results: tuple[SampleResult, ...] = ()
    reason: str = ""


@dataclass(slots=True)
class _Open:
    path: Path
    attempt: int = 1
    results: dict[int, SampleResult] = field(default_factory=dict)
    waiting: int = 0
    ended: Decoded | None = None


def look_at(
    paths: Sequence[Path],
    analyzer: str,
    options: Mapping[str, Any],
    backend: Backend,
    *,
    settings: RunSettings,
    control: Control,
) -> Iterator[Looked]:
    """One `Looked` for each path (each path once), in the order in which they are done. A file that cannot be read or
    decoded costs nothing else. Raises `ModelError` when the analyzer itself cannot work, `Stopped` when cancelled."""
    with DecodePool(settings.workers, settings.limits) as pool, ThreadPoolExecutor(settings.workers) as threads:
        yield from _Looking(analyzer, options, backend, settings, control, pool, threads).over(paths)


class _Looking:
    def __init__(  # noqa: PLR0917 - what `look_at` was given, and its helpers
        self,
        analyzer: str,
        options: Mapping[str, Any],
        backend: Backend,
        settings: RunSettings,
        control: Control,
        pool: DecodePool,
        threads: ThreadPoolExecutor,
    ) -> None:
        self._analyzer, self._options, self._backend = analyzer, options, backend
        self._settings, self._control, self._pool, self._threads = settings, control, pool, threads
        self._open: dict[str, _Open] = {}
        self._back: deque[tuple[str, int, int, SampleResult | Exception]] = deque()
        self._lock = threading.Lock()

    def over(self, paths: Sequence[Path]) -> Iterator[Looked]:
        left = deque(dict.fromkeys(paths))
        number = 0
        while left or self._open:
            self._control.checkpoint()
            while left and self._pool.room():
                number += 1
                done = self._begin(str(number), left.popleft())
                if done is not None:
                    yield done
            for event in self._pool.poll(_TICK):
                self._hear(event)
            self._collect()
            yield from self._finished()

    def _begin(self, name: str, path: Path) -> Looked | None:
        if not path.exists():
            return Looked(path, reason="There is no such file.")
        try:
            hashed = hash_file(os.fsencode(path.resolve()), algorithms=("sha256",))
            modified = path.stat().st_mtime_ns
        except (EvidenceError, OSError) as error:
            return Looked(path, reason=str(error))
        mime, kind_name = sniff(hashed.head, hashed.tail, hashed.size)
        kind = MediaKind(kind_name)
        if kind not in _SEEN:
            what = "an empty file" if hashed.size == 0 else mime
            return Looked(path, reason=f"This is {what}, no picture and no film.")
        self._open[name] = _Open(path)
        where = str(path.resolve())
        self._pool.submit(DecodeJob(name, where, hashed.size, modified, kind, mime, self._settings.sampling))
        return None

    def _hear(self, event: SamplesReady | Retrying | Decoded) -> None:
        task = self._open[event.job.content]
        if isinstance(event, Retrying):
            task.attempt, task.results, task.waiting = event.attempt, {}, 0
        elif isinstance(event, Decoded):
            task.ended = event
        else:
            task.waiting += len(event.samples)
            self._threads.submit(self._look, event)

    def _look(self, event: SamplesReady) -> None:
        """In a thread: it only waits for the backend."""
        try:
            seen: list[SampleResult] | Exception = self._backend.analyze(
                self._analyzer, event.samples, self._options, self._control
            )
        except Exception as error:  # noqa: BLE001 - handed to the thread that asked, which raises it
            seen = error
        self._pool.release(event.slot)
        with self._lock:
            for place, sample in enumerate(event.samples):
                one = seen if isinstance(seen, Exception) else seen[place]
                self._back.append((event.job.content, event.attempt, sample.index, one))

    def _collect(self) -> None:
        with self._lock:
            back, self._back = self._back, deque()
        for name, attempt, index, result in back:
            if isinstance(result, ModelError | Stopped):
                raise result
            task = self._open.get(name)
            if task is None or task.attempt != attempt:
                continue
            if isinstance(result, Exception):
                raise result
            task.waiting -= 1
            task.results[index] = result

    def _finished(self) -> Iterator[Looked]:
        for name, task in list(self._open.items()):
            if task.ended is not None and task.waiting == 0:
                del self._open[name]
                results = tuple(task.results[index] for index in sorted(task.results))
                yield Looked(task.path, results, _reason(task.ended, results))


def _reason(ended: Decoded, results: Sequence[SampleResult]) -> str:
    if ended.state is not State.DONE:
        return ended.reason
    return next((result.failure.reason for result in results if result.failure is not None), "")
