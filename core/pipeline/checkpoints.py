"""Checkpoints inside long media: a film of three hours that is killed after two does not begin anew.

Whatever a content has been worked on for longer than `EVERY` seconds keeps its results as it goes; the next run takes
them from there and only decodes again, which is the cheap part. Shorter work is simply done again.
"""

from __future__ import annotations

import time
from collections.abc import Iterable

from core.case import parts
from core.case.database import Connection
from core.pipeline.task import Task
from core.records import Sample, SampleResult

__all__ = ["EVERY", "Checkpoints", "place_of"]

EVERY = 10.0  # seconds of work on one content: what a kill costs of it at most


def place_of(sample: Sample) -> str:
    """What tells a sample from all others of its content, in this run and in the next."""
    where = "" if sample.time is None else f"{sample.time:.6f}"
    return f"{sample.kind}@{where}#{'' if sample.page is None else sample.page}"


class Checkpoints:
    """Keeps and gives back results of unfinished contents; a part of the run's one writer."""

    def __init__(self, connection: Connection, every: float = EVERY) -> None:
        self._connection = connection
        self._every = every
        with connection.begin():
            self._left = parts.contents(connection)
        self._looked = time.monotonic()

    def take_up(self, task: Task) -> None:
        """Give a task what an earlier run has kept of it."""
        content = task.pending.content_id
        task.kept_at = time.monotonic()
        if content not in self._left:
            return
        with self._connection.begin():
            for name, (config, _) in task.steps.items():
                task.known[name] = parts.load(self._connection, content, config)

    def known(self, task: Task, analyzer: str, sample: Sample) -> SampleResult | None:
        return task.known.get(analyzer, {}).get(place_of(sample)) if task.known else None

    def note(self, task: Task, analyzer: str, sample: Sample, result: SampleResult) -> None:
        """A result came back. Failures are not kept: the next run tries those samples again. Nor is what a damaged pack
        took no part in: it may be whole by then."""
        if result.failure is None and not result.without:
            config, _ = task.steps[analyzer]
            task.fresh.append((task.pending.content_id, config, place_of(sample), result))

    def keep(self, tasks: Iterable[Task]) -> None:
        """Write what is due. Call it often; it decides."""
        now = time.monotonic()
        if now - self._looked < self._every / 10:
            return
        self._looked = now
        due = [task for task in tasks if task.fresh and now - task.kept_at >= self._every]
        if due:
            self._write(due)

    def stop(self, tasks: Iterable[Task]) -> None:
        """The run is being stopped: keep what there is of contents that would be worth it."""
        now = time.monotonic()
        self._write([task for task in tasks if task.fresh and (task.known or now - task.kept_at >= self._every / 10)])

    def _write(self, due: list[Task]) -> None:
        with self._connection.begin():
            for task in due:
                parts.add(self._connection, task.fresh)
                self._left.add(task.pending.content_id)
                task.fresh, task.kept_at = [], time.monotonic()

    def forget(self, task: Task) -> None:
        """Its decoder died over it, or its file changed: nothing that was seen counts any more."""
        if task.pending.content_id in self._left:
            with self._connection.begin():
                self.drop(task)
        task.fresh, task.known = [], {}

    def drop(self, task: Task) -> None:
        """It is finished. Called within a transaction."""
        task.fresh, task.known = [], {}
        if task.pending.content_id in self._left:
            self._left.discard(task.pending.content_id)
            parts.drop(self._connection, task.pending.content_id, [config for config, _ in task.steps.values()])
