"""Samples on their way to the backend and back: bounded, in batches that form across files, from a few threads.

The threads only wait for the backend (another process, a graphics card, another machine); everything that is decided or
stored happens in the thread that drives the run.
"""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing import connection, get_context

from core.control import Control
from core.errors import DeviceExhausted, ModelError, Stopped
from core.interfaces import Backend
from core.pipeline.plan import Step
from core.records import Failure, Sample, SampleResult, State

__all__ = ["Answer", "Dispatcher", "Ticket"]


@dataclass(frozen=True, slots=True)
class Ticket:
    """One sample for one analyzer, and whose it is: the content's task number, its attempt, its slot."""

    task: int
    attempt: int
    slot: int
    sample: Sample


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for one ticket."""

    analyzer: str
    ticket: Ticket
    result: SampleResult


class Dispatcher:
    """Queues tickets per analyzer, keeps `lanes` calls under way, wakes the reactor through `waitable`."""

    def __init__(self, backend: Backend, steps: Sequence[Step], lanes: int, control: Control) -> None:
        self._backend = backend
        self._steps = {step.name: step for step in steps}
        self._control = control
        self._waiting: dict[str, deque[Ticket]] = {step.name: deque() for step in steps}
        self._answers: queue.SimpleQueue[list[Answer]] = queue.SimpleQueue()
        self._lanes = lanes
        self._busy = 0
        self._turn = 0
        self._threads = ThreadPoolExecutor(lanes, thread_name_prefix="look")
        self.waitable, self._bell = get_context("spawn").Pipe(duplex=False)
        self._bell_lock = threading.Lock()
        self.broken: dict[str, str] = {}
        self.question = ""

    def put(self, analyzer: str, ticket: Ticket) -> None:
        self._waiting[analyzer].append(ticket)

    def forget(self, task: int, attempt: int) -> list[Ticket]:
        """Take out what waits for this attempt of a task (it is being decoded again). Returns the tickets."""
        taken: list[Ticket] = []
        for name, waiting in self._waiting.items():
            kept: deque[Ticket] = deque()
            for ticket in waiting:
                (taken if (ticket.task, ticket.attempt) == (task, attempt) else kept).append(ticket)
            self._waiting[name] = kept
        return taken

    @property
    def idle(self) -> bool:
        return self._busy == 0 and not any(self._waiting.values())

    def push(self) -> None:
        """Hand waiting samples to free lanes, the analyzers taking turns; a batch is whatever waits, up to its size."""
        while self._busy < self._lanes and not self._control.paused:
            name = self._next()
            if name is None:
                return
            waiting = self._waiting[name]
            batch = [waiting.popleft() for _ in range(min(len(waiting), max(1, self._steps[name].info.batch)))]
            self._busy += 1
            self._threads.submit(self._look, name, batch)

    def _next(self) -> str | None:
        names = list(self._waiting)
        for offset in range(len(names)):
            name = names[(self._turn + offset) % len(names)]
            if self._waiting[name]:
                self._turn = (self._turn + offset + 1) % len(names)
                return name
        return None

    def _look(self, name: str, batch: list[Ticket]) -> None:
        results = self._results(name, [ticket.sample for ticket in batch])
        self._answers.put([Answer(name, ticket, result) for ticket, result in zip(batch, results, strict=True)])
        with self._bell_lock:
            self._bell.send_bytes(b"!")

    def _results(self, name: str, samples: list[Sample]) -> list[SampleResult]:
        broken = self.broken.get(name)
        if broken:
            return [_failed("stopped" if self._control.cancelled else "model-error", broken) for _ in samples]
        try:
            results = self._backend.analyze(name, samples, self._steps[name].options, self._control)
        except Stopped:
            return [_failed("stopped", "The run was stopped.") for _ in samples]
        except DeviceExhausted as error:
            # Failing file after file would hide it, going to the processor would change results: the examiner decides.
            self.broken[name] = self.question = str(error)
            self._control.cancel()
            return [_failed("stopped", str(error)) for _ in samples]
        except ModelError as error:
            # Without its model every further sample would fail the same way, after the same wait.
            self.broken[name] = str(error)
            return [_failed("model-error", str(error)) for _ in samples]
        except Exception as error:  # noqa: BLE001 - a mistake in an analyzer must cost these samples, not the run
            return [_failed("analyzer-error", f"{name} made a mistake of its own.", repr(error)) for _ in samples]
        if len(results) != len(samples):
            reason = f"{name} gave {len(results)} results for {len(samples)} samples."
            return [_failed("analyzer-error", reason) for _ in samples]
        return results

    def answers(self) -> list[Answer]:
        """Everything that has come back."""
        found: list[Answer] = []
        while True:
            try:
                batch = self._answers.get_nowait()
            except queue.Empty:
                break
            self._busy -= 1
            found.extend(batch)
        while connection.wait([self.waitable], timeout=0):
            self.waitable.recv_bytes()
        return found

    def close(self) -> None:
        """Wait for the calls under way; a cancelled `control` makes them return."""
        for waiting in self._waiting.values():
            waiting.clear()
        self._threads.shutdown(wait=True, cancel_futures=True)
        self.waitable.close()
        self._bell.close()


def _failed(code: str, reason: str, detail: str = "") -> SampleResult:
    return SampleResult(failure=Failure(State.FAILED, code, reason, detail))
