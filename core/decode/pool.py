"""The decode children: hands out jobs and slots, checks every answer, and replaces children that die, hang or balloon.

    submit(job) ─► pending ─► Worker (child) ─► SamplesReady … ─► Decoded
                      ▲            │ dies, hangs, balloons, answers nonsense
                      └─ Retrying ─┘ (a fresh child; the last attempt ends as Decoded FAILED or TIMED_OUT)

Of the slots of shared memory (`core.decode.slots`) a child has at most one in hand, the caller has those of
`SamplesReady` until `release`. A child without a slot waits, and its clock with it: that is the back pressure.
"""

from __future__ import annotations

import itertools
import multiprocessing
import threading
import time
from collections import deque
from multiprocessing.connection import Connection

from core.decode import wire
from core.decode.jobs import Decoded, DecodeEvent, DecodeJob, Retrying, SamplesReady
from core.decode.pipe import Nonsense
from core.decode.slots import SHARED_MEMORY, SLOT_BYTES, Slots
from core.decode.worker import Fault, Task, Worker
from core.errors import DecodeError, StorageError
from core.memory import SharedPixels
from core.records import MediaKind, Sample, SampleKind, State
from core.settings import DecodeLimits
from core.waiting import wait

__all__ = ["DecodePool"]

_FILES_PER_CHILD = 2000  # a leak in a decoder must not add up over a long run
_FAILED_STARTS = 5
_LOOK_EVERY = 0.2  # seconds between two looks at memory and time
_ABSENCE = 5.0  # seconds without a poll that are not the children's fault


class DecodePool:
    """Decodes files in isolated children. All methods may be called from any thread, `poll` from one at a time.

    `workers` children are started at once and kept. `extra_decoders` are `module:function` names of
    `core.decode.reading.DecoderFactory`, asked before the built-in decoders.
    Raises `StorageError` when there is not enough shared memory to work at all.
    """

    def __init__(
        self,
        workers: int,
        limits: DecodeLimits,
        *,
        slots: int | None = None,
        slot_bytes: int = SLOT_BYTES,
        extra_decoders: tuple[str, ...] = (),
    ) -> None:
        self._limits = limits
        self._extra = extra_decoders
        self._context = multiprocessing.get_context("spawn")
        self._lock = threading.RLock()
        self._pending: deque[Task] = deque()
        self._events: deque[DecodeEvent] = deque()
        self._serials = itertools.count(1)
        self._failed_starts = 0
        self._looked = self._polled = time.monotonic()
        self._closed = False
        self._slots = Slots(max(slots or workers * 2 + 2, workers), slot_bytes, workers)
        self._leaving: list[Worker] = []
        self._workers: list[Worker] = []
        try:
            for _ in range(workers):
                self._workers.append(self._start())
        except BaseException:  # no more processes or files for this program: nobody could close what there is
            self.close()
            raise

    def room(self) -> int:
        """How many jobs may be submitted now so that every child is busy and has one more at hand."""
        with self._lock:
            return max(0, 2 * len(self._workers) - self._in_hand())

    def _in_hand(self) -> int:
        return len(self._pending) + sum(len(worker.tasks) for worker in self._workers)

    def submit(self, job: DecodeJob) -> None:
        """Take on a job. It ends in exactly one `Decoded`, unless it is discarded."""
        with self._lock:
            self._pending.append(Task(job, next(self._serials)))
            self._assign()

    def waitables(self) -> list[Connection | int]:
        """What `multiprocessing.connection.wait` can wait on: something is readable when `poll` has work to do."""
        with self._lock:
            return [waitable for worker in self._workers for waitable in worker.waitables]

    def poll(self, timeout: float = 0.0) -> list[DecodeEvent]:
        """What has happened, after waiting up to `timeout` seconds for something. Also watches over the children: call
        it at least every 0.25 s. Raises `DecodeError` when children cannot be started at all, `StorageError` when they
        find no shared memory any more: that says nothing about the file they died over."""
        if timeout > 0 and not self._events:
            wait(self.waitables(), timeout)
        with self._lock:
            self._note_absence()
            for worker in list(self._workers):
                self._listen(worker)
            self._look_after()
            self._assign()
            events = list(self._events)
            self._events.clear()
            return events

    def release(self, slot: int) -> None:
        """The pixels of this slot are no longer needed."""
        with self._lock:
            if self._slots.release(slot):
                self._grant()

    def discard(self, content: str) -> None:
        """Drop the jobs of this content; no event of theirs follows. Slots already handed out stay to be released."""
        with self._lock:
            self._pending = deque(task for task in self._pending if task.job.content != content)
            self._events = deque(event for event in self._events if not self._drops(event, content))
            for worker in list(self._workers):
                for task in worker.tasks:
                    task.discarded = task.discarded or task.job.content == content
                if worker.current is not None and worker.current.discarded:
                    self._replace(worker)
            self._assign()

    def _drops(self, event: DecodeEvent, content: str) -> bool:
        if event.job.content != content:
            return False
        if isinstance(event, SamplesReady):
            self.release(event.slot)
        return True

    def idle(self) -> bool:
        """Nothing is under way and nothing is left to be told."""
        with self._lock:
            return not self._in_hand() and not self._events

    def close(self) -> None:
        """End the children and remove the shared memory. Calling it twice is fine."""
        with self._lock:
            self._closed = True
            for worker in [*self._workers, *self._leaving]:
                worker.kill()
            self._workers, self._leaving = [], []
            self._pending.clear()
            self._slots.close()

    def __enter__(self) -> DecodePool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _start(self) -> Worker:
        return Worker(self._context, self._limits, self._slots.slot_bytes, self._extra)

    def _assign(self) -> None:
        """Jobs to idle children first, then one in advance behind a picture. Behind a film, which is long, none."""
        if self._closed:
            return
        while self._pending:
            open_ones = [worker for worker in self._workers if not worker.retiring]
            worker = next((one for one in open_ones if not one.tasks), None) or next(
                (one for one in open_ones if len(one.tasks) == 1 and _is_short(one.tasks[0])), None
            )
            if worker is None:
                break
            worker.give(self._pending.popleft())
        self._grant()

    def _grant(self) -> None:
        """Free slots to children without one; those that wait come first."""
        empty = [worker for worker in self._workers if worker.slot is None and not worker.retiring]
        for worker in sorted(empty, key=lambda one: (not one.waiting, not one.tasks)):
            number = self._slots.take()
            if number is None:
                break
            worker.grant(number, self._slots.name(number))

    def _listen(self, worker: Worker) -> None:
        try:
            for message in worker.inbox.messages():
                self._hear(worker, wire.parse(message, self._slots.slot_bytes))
                if worker not in self._workers:
                    return
        except Nonsense as error:
            self._lose(worker, Fault("decoder-crashed", f"The decoder answered nonsense about this file ({error})"))
            return
        if worker.inbox.ended or worker.gone():
            # It may have said its last words between the reading above and its end.
            if not worker.inbox.ended:
                self._listen_again(worker)
            if worker in self._workers:
                self._lose(worker, worker.how_it_ended())

    def _listen_again(self, worker: Worker) -> None:
        try:
            for message in worker.inbox.messages():
                self._hear(worker, wire.parse(message, self._slots.slot_bytes))
        except Nonsense:
            return

    def _hear(self, worker: Worker, message: wire.Message) -> None:
        if isinstance(message, wire.Ready):
            worker.heard_ready()
            return
        task = worker.current
        if task is None or task.serial != message.serial:
            raise Nonsense("an answer to a question that was not asked")
        match message:
            case wire.Beat():
                worker.heard_progress(message.at)
            case wire.Waiting():
                worker.heard_waiting()
                self._grant()
            case wire.OutOfMemory():
                size = self._limits.memory_bytes / 1024**3
                self._lose(worker, Fault("decoder-memory", f"The decoder needed more than {size:.1f} GB of memory"))
            case wire.Filled():
                self._filled(worker, task, message)
            case wire.Done():
                self._done(worker, message)

    def _filled(self, worker: Worker, task: Task, message: wire.Filled) -> None:
        slot = worker.slot
        if slot is None:
            raise Nonsense("samples without a slot")
        first = len(task.positions)
        if [sample.index for sample in message.samples] != list(range(first, first + len(message.samples))):
            raise Nonsense("samples are missing or doubled")
        worker.slot = None
        worker.heard_progress(message.at)
        task.positions.extend((one.index, one.time, one.frame, one.page) for one in message.samples)
        if task.discarded or not task.job.wanted:
            self._slots.put_back(slot)
        else:
            self._slots.lend(slot)
            samples = tuple(self._sample(task, slot, placed) for placed in message.samples)
            self._events.append(SamplesReady(task.job, task.attempt, samples, slot))
        self._grant()

    def _sample(self, task: Task, slot: int, placed: wire.Placed) -> Sample:
        return Sample(
            content=task.job.content,
            index=placed.index,
            kind=placed.kind,
            pixels=SharedPixels(
                self._slots.name(slot), placed.offset, placed.shape, "<f4" if placed.kind is SampleKind.SOUND else "|u1"
            ),
            media_size=placed.size,
            time=placed.time,
            frame=placed.frame,
            page=placed.page,
            duration=placed.duration,
        )

    def _done(self, worker: Worker, message: wire.Done) -> None:
        task = worker.finish()
        self._failed_starts = 0
        if not task.discarded:
            self._events.append(
                Decoded(
                    job=task.job,
                    attempt=task.attempt,
                    state=message.state,
                    code=message.code,
                    reason=message.reason,
                    facts=message.facts,
                    thumbnail=message.thumbnail,
                    storyboard=message.storyboard,
                    problems=message.problems,
                    samples=len(task.positions),
                    positions=tuple(task.positions),
                    seconds=message.seconds,
                    media_seconds=message.media_seconds,
                    decodes=message.decodes,
                    fingerprint=message.fingerprint,
                    film_hashes=message.film_hashes,
                )
            )
        if worker.current is not None and worker.current.discarded:
            self._replace(worker)
        elif worker.finished >= _FILES_PER_CHILD and not worker.tasks:
            worker.retire()
            self._leaving.append(worker)
            self._take_back(worker)
            self._workers[self._workers.index(worker)] = self._start()

    def _lose(self, worker: Worker, fault: Fault) -> None:
        """A child is lost: the file it held is tried again or given up, everything else goes on."""
        if fault.code == "decoder-crashed" and worker.lacked_shared_memory(SHARED_MEMORY):
            raise StorageError(
                f"The shared memory of this machine ({SHARED_MEMORY}) is full: another program or run fills it.",
                "Make room there or make it larger (in a container: --shm-size=2g), then `resume`; nothing is lost.",
            )
        task = worker.current if worker.ready else None
        if not worker.ready:
            self._failed_starts += 1
            if self._failed_starts >= _FAILED_STARTS:
                message = f"The decoders cannot be started: {_FAILED_STARTS} in a row ended before they were ready."
                raise DecodeError(message, "Run `doctor` to see what is missing.")
        if task is not None:
            worker.tasks.popleft()
        fresh = self._replace(worker)
        if task is None or task.discarded:
            return
        if task.attempt < self._limits.attempts:
            again = Task(task.job, next(self._serials), task.attempt + 1)
            self._events.append(Retrying(task.job, again.attempt, f"{fault.reason}; it is tried once more."))
            fresh.give(again)
        else:
            self._events.append(_given_up(task, fault))

    def _replace(self, worker: Worker) -> Worker:
        """A fresh child for this one, which is killed. What it had not begun goes back to the head of the queue."""
        worker.kill()
        self._take_back(worker)
        for task in reversed(worker.tasks):
            if not task.discarded:
                self._pending.appendleft(Task(task.job, next(self._serials), task.attempt))
        worker.tasks.clear()
        fresh = self._start()
        self._workers[self._workers.index(worker)] = fresh
        return fresh

    def _take_back(self, worker: Worker) -> None:
        if worker.slot is not None:
            self._slots.put_back(worker.slot)
            worker.slot = None

    def _look_after(self) -> None:
        now = time.monotonic()
        if now - self._looked < _LOOK_EVERY:
            return
        self._looked = now
        for worker in list(self._workers):
            fault = worker.overstepped()
            if fault is not None:
                self._lose(worker, fault)
        for worker in list(self._leaving):
            if not worker.process.is_alive():
                worker.kill()
                self._leaving.remove(worker)

    def _note_absence(self) -> None:
        now = time.monotonic()
        away, self._polled = now - self._polled, now
        if away > _ABSENCE:
            for worker in self._workers:
                worker.excuse(away)


def _is_short(task: Task) -> bool:
    return task.job.kind not in (MediaKind.VIDEO, MediaKind.AUDIO)


def _given_up(task: Task, fault: Fault) -> Decoded:
    """The end of a job whose last attempt was lost. What was handed over before stands, but the file has failed."""
    tried = f" (tried {task.attempt} times)" if task.attempt > 1 else ""
    state = State.TIMED_OUT if fault.code == "decoder-hung" else State.FAILED
    if task.positions:
        reason = f"{fault.reason}{tried}; the first {len(task.positions)} samples were looked at, the rest was not."
    else:
        reason = f"{fault.reason}{tried}; this file was not analysed."
    return Decoded(
        task.job,
        task.attempt,
        state,
        fault.code,
        reason,
        samples=len(task.positions),
        positions=tuple(task.positions),
    )
