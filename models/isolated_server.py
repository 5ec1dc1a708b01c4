"""The inference child: a `LocalBackend` with worker threads, fed through one pipe and answering through another.

It holds no handle on the case or on evidence: samples arrive as names of shared memory. It ends when its pipe closes,
so it never outlives the process that started it.

    parent → child   ("call", id, analyzer, samples, options, seconds) · ("cancel", id) · ("close",)
    child → parent   ("ready",) · ("loading", id) · ("started", id) · ("done", id, results) · ("raised", id, error)
"""

from __future__ import annotations

import os
import queue
import threading
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple

from core.control import Control
from core.errors import AsservatError, ModelError
from core.memory import SharedPixels, attach
from core.records import Options, Sample, SampleResult
from models.isolated_notes import StackNotes
from models.local import BackendSpec, LocalBackend

__all__ = ["Server"]


class _Job(NamedTuple):
    number: int
    analyzer: str
    samples: Sequence[Sample]
    options: Options
    seconds: float


class Server:
    """Answers until the pipe closes. `notes`: where stacks of calls that overrun are written."""

    def __init__(self, spec: BackendSpec, calls: Connection, answers: Connection, notes: Path) -> None:
        self._backend = LocalBackend(spec)
        self._calls = calls
        self._answers = answers
        self._notes = StackNotes(notes)
        self._sending = threading.Lock()
        self._attaching = threading.Lock()
        self._controls: dict[int, Control] = {}
        self._waiting: queue.SimpleQueue[_Job] = queue.SimpleQueue()
        for number in range(spec.workers):
            threading.Thread(target=self._work, name=f"inference-{number}", daemon=True).start()

    def serve(self) -> None:
        self._send("ready")
        while True:
            try:
                kind, *rest = self._calls.recv()
            except (EOFError, OSError):
                return
            if kind == "call":
                job = _Job(*rest)
                self._controls[job.number] = Control()
                self._waiting.put(job)
            elif kind == "cancel":
                control = self._controls.get(rest[0])
                if control is not None:
                    control.cancel()
            else:
                return

    def _work(self) -> None:
        while True:
            job = self._waiting.get()
            try:
                self._send("loading", job.number)
                self._backend.load(job.analyzer)
                self._attach(job.samples)
                self._send("started", job.number)
                self._notes.begin(job.number, job.seconds)
                self._send("done", job.number, self._look(job))
            except AsservatError as error:
                self._send("raised", job.number, error)
            except Exception as error:  # noqa: BLE001 - may not be picklable; the parent gets its words
                self._send("raised", job.number, ModelError(f"{job.analyzer} cannot work.", repr(error)[:500]))
            finally:
                self._controls.pop(job.number, None)

    def _look(self, job: _Job) -> list[SampleResult]:
        try:
            return self._backend.analyze(job.analyzer, job.samples, job.options, self._controls[job.number])
        finally:
            self._notes.end(job.number)

    def _attach(self, samples: Sequence[Sample]) -> None:
        with self._attaching:  # the list of mapped segments in core.memory is not made for several threads
            for sample in samples:
                if isinstance(sample.pixels, SharedPixels):
                    attach(sample.pixels.segment)

    def _send(self, *message: Any) -> None:
        with self._sending:
            try:
                self._answers.send(message)
            except OSError:
                os._exit(0)  # nobody listens any more
