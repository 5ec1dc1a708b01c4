"""The run: one reactor that walks, hashes, decodes, looks and stores at the same time, and yields what happens.

Everything that is decided or written happens in the thread that iterates the generator, so there is one writer and no
lock. Reading bytes, decoding and looking happen in other processes; the queue of what is left is a query on the
case, so memory does not grow with it and a kill at any moment loses the work in hand, nothing else.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from typing import Any

from core.case.case import Case
from core.case.database import said_in_our_words
from core.case.list_watch import ListWatch
from core.case.references import options as gallery_options
from core.case.runs import Again, Runs, Source, outcome_counts, totals
from core.case.store import Store
from core.control import Control
from core.decode.jobs import Decoded, Retrying, SamplesReady
from core.decode.pool import DecodePool
from core.events import Event, KnownFound, ProblemNoted, RunFinished, RunStarted
from core.evidence.workers import HashPool
from core.interfaces import Backend
from core.memory import sweep
from core.pipeline.absent import Absent
from core.pipeline.ahead import Wanted
from core.pipeline.dispatch import Dispatcher, Ticket
from core.pipeline.intake import Intake
from core.pipeline.keep import Keeper
from core.pipeline.lost import Lost
from core.pipeline.plan import Step, make_steps, versions
from core.pipeline.progress import Meter
from core.pipeline.supply import Supply
from core.pipeline.task import Task
from core.records import Problem, Sample, SampleKind, SampleResult, State
from core.settings import RunSettings
from core.waiting import wait

__all__ = ["run"]

TICK = 0.2  # seconds between two looks at everything, and between two progress events
UNREADABLE = ("vanished", "changed", "unreadable", "link", "special")


def run(
    case: Case,
    sources: Sequence[Source],
    backend: Backend,
    settings: RunSettings,
    control: Control,
    *,
    first: Wanted | None = None,
) -> Iterator[Event]:
    """Do what has no outcome yet, and yield events: `RunStarted`, then problems, finished contents and progress (five a
    second at most), at the end `RunFinished`.

    Iterating drives the work; not iterating holds it. `control` pauses and cancels from outside; closing the generator
    stops as well. `first` says which contents go before their turn. Raises `UsageError` for an unknown analyzer,
    `CaseLocked` when another process runs on this case, `StorageError` when the case cannot be written; whatever was
    stored before stays.
    """
    with case.locked():
        sweep()
        yield from _Run(case, sources, backend, settings, control, first).events()


class _Run:
    def __init__(  # noqa: PLR0917 - what `run` was given
        self,
        case: Case,
        sources: Sequence[Source],
        backend: Backend,
        settings: RunSettings,
        control: Control,
        first: Wanted | None,
    ) -> None:
        self._case, self._sources, self._backend = case, sources, backend
        self._settings, self._control = settings, control
        self._runs = Runs(case)
        self._meter = Meter()
        self._tasks: dict[int, Task] = {}
        self._by_hash: dict[str, int] = {}
        self._slots: dict[int, int] = {}  # slot → tickets that still need its pixels
        self._first = first
        self._orphans: list[Task] = []  # their copy was lost; another may do
        self._problems = 0
        self._absent = Absent(self._runs.sources(), sources)

    # ------------------------------------------------------------------ from start to end

    def events(self) -> Iterator[Event]:
        """See `run`. However it ends, the run is recorded as finished or stopped before this is left."""
        steps = make_steps(self._backend, self._settings, gallery_options(self._case, self._settings.analyzers))
        resumed = self._runs.last() is not None
        number = self._runs.start(self._settings.model_dump(mode="json"), versions(), type(self._backend).__name__)
        state = "stopped"
        try:
            yield RunStarted(number, tuple(step.name for step in steps), resumed)
            with ExitStack() as stack:
                self._open(stack, number, steps)
                stack.push(self._cancel_on_error)
                yield from self._counted(self._absent.told(self._connection, self._store))
                yield from self._loop()
            state = "stopped" if self._control.cancelled else "finished"
        finally:
            summary = self._summary(number, state)
            self._runs.finish(number, state, self._meter.elapsed, summary)
        yield RunFinished(
            run=number,
            state=state,
            sources=summary["sources"],
            copies=summary["copies"],
            contents=summary["contents"],
            outcomes=summary["outcomes"],
            seconds=self._meter.elapsed,
            problems=self._problems,
            notes=tuple(f"{name}: {reason}" for name, reason in self._looking.broken.items()),
            question=self._looking.question,
            known=dict(self._lists.found),
        )

    def _open(self, stack: ExitStack, number: int, steps: Sequence[Step]) -> None:
        """Start the helpers. They are closed in reverse order, whatever happens."""
        workers = self._settings.workers
        self._connection = stack.enter_context(self._case.connected())
        with self._connection.begin():
            self._store = Store(self._connection, number)
            self._lists = ListWatch(self._case, self._connection, number)
            self._steps = {self._store.config(step.info, step.config): step for step in steps}
            _, self._meter.total_contents, self._meter.total_bytes = totals(self._connection)
        # The slowest start of all, so it goes first, and beside everything else.
        self._backend.prepare([step.name for step in steps if not step.info.missing], self._control)
        hashes = HashPool(workers)
        stack.callback(hashes.close)
        self._intake = Intake(self._absent.present(self._sources), hashes, self._meter, eager=not steps)
        # With nobody to look there is nothing to decode for: no children are started.
        self._decoding = DecodePool(
            workers if steps else 0, self._settings.limits, extra_decoders=self._settings.extra_decoders
        )
        stack.callback(self._decoding.close)
        self._looking = Dispatcher(self._backend, steps, workers + 1, self._control)
        stack.callback(self._looking.close)
        self._keeper = Keeper(self._case, self._store, self._meter, self._settings.sampling, self._backend)
        self._supply = Supply(
            self._connection,
            self._steps,
            self._intake,
            self._keeper,
            self._absent,
            self._meter,
            self._first,
            Again.of(self._settings),
            Lost(self._case.thumbnails, self._connection),
        )

    def _cancel_on_error(self, kind: type[BaseException] | None, *_: object) -> None:
        """An error or a closed generator: whoever still works for this run may stop, before the helpers are closed."""
        if kind is not None:
            self._control.cancel()

    def _loop(self) -> Iterator[Event]:
        told = 0.0
        while not self._control.cancelled:
            events: list[Event] = []
            with said_in_our_words(self._case.folder):
                if not self._control.paused:
                    events += self._take_in()
                    self._adopt()
                    self._take_up()
                events += self._hear()
                self._looking.push()
                done = self._done()
                events += self._keeper.keep(everything=done)
                events += self._look_up(everything=done)
                self._keeper.checkpoints.keep(self._tasks.values())
            yield from self._counted(events)
            if time.monotonic() - told >= TICK or done:
                told = time.monotonic()
                yield self._meter.tick(self._phase(), paused=self._control.paused, current=self._current())
            if done:
                return
            self._wait()
        with said_in_our_words(self._case.folder):
            yield from self._counted([*self._keeper.keep(everything=True), *self._look_up(everything=True)])
            self._keeper.checkpoints.stop(self._tasks.values())
        for sha256 in list(self._by_hash):
            self._decoding.discard(sha256)

    def _counted(self, events: Sequence[Event]) -> Sequence[Event]:
        self._problems += sum(isinstance(event, ProblemNoted) for event in events)
        return events

    def _done(self) -> bool:
        return (
            self._intake.finished
            and self._supply.empty
            and not self._tasks
            and self._looking.idle
            and not self._keeper.pending_outcomes
        )

    def _wait(self) -> None:
        """Sleep until somebody has something to say, a tick at most."""
        if (self._intake.hungry or self._supply.hungry) and not self._control.paused:
            return
        everything = [self._looking.waitable, *self._decoding.waitables()]
        if not self._control.paused:  # nobody reads those meanwhile, and they would not let us sleep
            everything += self._intake.waitables()
        wait(everything, TICK)

    # ------------------------------------------------------------------ what comes in

    def _take_in(self) -> list[Event]:
        """A piece of the listing, and its hashes."""
        if self._intake.finished:
            self._meter.listing_complete = True
            return []
        with self._connection.begin():
            events = self._intake.pump(self._store)
        self._supply.more_came()
        return events

    def _look_up(self, *, everything: bool) -> list[Event]:
        """Look up what came in in the hash lists of the case."""
        hits, problems = self._lists.look(everything=everything)
        if problems:
            with self._connection.begin():
                for _, problem in problems:
                    self._store.problem(problem, stage="case")
        if everything:
            self._lists.told()
        found = [KnownFound(hit.known.tag, hit.sha256) for hit in hits]
        return [*found, *(ProblemNoted(file, problem) for file, problem in problems)]

    def _take_up(self) -> None:
        """Give the decoders something to do, as long as they have room and there is something."""
        if not self._steps:
            self._supply.only_count()
            return
        self._supply.hurry()
        while self._decoding.room() > 0:
            task = self._supply.next()
            if task is None:
                return
            self._keeper.checkpoints.take_up(task)
            self._by_hash[task.pending.sha256] = task.number
            self._tasks[task.number] = task
            self._decoding.submit(task.job(self._settings.sampling))

    # ------------------------------------------------------------------ what comes back

    def _hear(self) -> list[Event]:
        """Decoded samples go to the analyzers, their answers to the tasks, and what a task was waiting for is kept."""
        events: list[Event] = []
        for event in self._decoding.poll(0):
            task = self._tasks.get(self._by_hash.get(event.job.content, -1))
            if isinstance(event, SamplesReady):
                self._samples(task, event)
            elif task is None:
                continue
            elif isinstance(event, Retrying):
                for ticket in self._looking.forget(task.number, task.attempt):
                    self._let_go(ticket.slot)
                self._start_over(task)
            else:
                events += self._decoded(task, event)
        for answer in self._looking.answers():
            self._let_go(answer.ticket.slot)
            task = self._tasks.get(answer.ticket.task)
            if task is not None and task.attempt == answer.ticket.attempt and not _stopped(answer.result):
                task.keep(answer.analyzer, answer.ticket.sample.index, answer.result)
                self._keeper.checkpoints.note(task, answer.analyzer, answer.ticket.sample, answer.result)
                self._finish(task)
        return events

    def _samples(self, task: Task | None, event: SamplesReady) -> None:
        """Hand the samples to every analyzer that reads their kind: one decode feeds them all."""
        tickets = [
            (name, sample)
            for sample in event.samples
            for name, (_, step) in (task.steps.items() if task else ())
            if _reads(step, sample.kind) and not self._known(task, name, sample)
        ]
        if task is None or not tickets:
            self._decoding.release(event.slot)
            return
        self._slots[event.slot] = len(tickets)
        task.open += len(tickets)
        for name, sample in tickets:
            self._looking.put(name, Ticket(task.number, task.attempt, event.slot, sample))

    def _known(self, task: Task | None, analyzer: str, sample: Sample) -> bool:
        """Whether a run that was killed has looked at this sample already; its result is taken over then."""
        result = self._keeper.checkpoints.known(task, analyzer, sample) if task else None
        if task is None or result is None:
            return False
        task.results.setdefault(analyzer, []).append((sample.index, result))
        return True

    def _start_over(self, task: Task) -> None:
        """Nothing that was seen of this attempt counts, also not what a checkpoint has kept of it."""
        task.start_over()
        self._keeper.checkpoints.forget(task)

    def _let_go(self, slot: int) -> None:
        self._slots[slot] -= 1
        if self._slots[slot] == 0:
            del self._slots[slot]
            self._decoding.release(slot)

    def _decoded(self, task: Task, event: Decoded) -> list[Event]:
        if event.state is State.FAILED and event.code in UNREADABLE:
            return self._unreadable(task, event)
        noted: list[Event] = [ProblemNoted(task.places[0].shown, problem) for problem in event.problems]
        task.decoded = event
        self._finish(task)
        return noted

    def _unreadable(self, task: Task, event: Decoded) -> list[Event]:
        """This copy cannot be read any more. Another copy has the same bytes; it may not even be listed yet."""
        place = task.places[0]
        problem = Problem(event.code, event.reason)
        with self._connection.begin():
            state = event.code if event.code in ("vanished", "changed") else "unreadable"
            self._store.mark_copy(place.copy_id, state, problem, place.source_id)
        for ticket in self._looking.forget(task.number, task.attempt):
            self._let_go(ticket.slot)
        self._start_over(task)  # what was seen of it may be of other bytes
        task.decoded = event
        self._orphans.append(task)
        return [ProblemNoted(place.shown, problem)]

    def _adopt(self) -> None:
        """Give contents whose copy was lost another one; those that have none end as they are."""
        self._supply.take_home()
        orphans, self._orphans = self._orphans, []
        for task in orphans:
            with self._connection.begin():
                where = self._absent.reachable(self._connection, task.pending.content_id)
            if where:
                task.places = where
                self._start_over(task)
                self._decoding.submit(task.job(self._settings.sampling))
            elif self._intake.finished:
                self._finish(task)
            else:
                self._orphans.append(task)

    def _finish(self, task: Task) -> None:
        if task.complete:
            del self._tasks[task.number]
            del self._by_hash[task.pending.sha256]
            self._keeper.finished(task)

    # ------------------------------------------------------------------ what is said

    def _phase(self) -> str:
        if self._control.paused:
            return "paused"
        return "analysing" if self._intake.finished else "listing and analysing"

    def _current(self) -> tuple[str, ...]:
        return tuple(task.places[0].shown for task in list(self._tasks.values())[: self._settings.workers])

    def _summary(self, number: int, state: str) -> dict[str, Any]:
        with self._case.reading() as connection:
            copies, contents, _ = totals(connection)
            names = {config: step.name for config, step in getattr(self, "_steps", {}).items()}
            return {
                "run": number,
                "state": state,
                "sources": len(self._runs.sources()),
                "copies": copies,
                "contents": contents,
                "outcomes": outcome_counts(connection, names),
                "seconds": round(self._meter.elapsed, 3),
                "known": dict(self._lists.found) if hasattr(self, "_lists") else {},
            }


def _reads(step: Step, kind: SampleKind) -> bool:
    return kind in step.info.accepts


def _stopped(result: SampleResult) -> bool:
    """The call was cut short by the examiner: no word about the sample, the next run looks again."""
    return result.failure is not None and result.failure.code == "stopped"
