"""Hashing many files in child processes: more than one core, and a reader that dies or hangs costs one file.

The parent side, `HashPool`, is for one thread that waits on many things: it never blocks except in `poll`. The child
side imports only light modules, so that a child is at work within a few hundredths of a second.
"""

from __future__ import annotations

import contextlib
import itertools
import multiprocessing
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from queue import SimpleQueue
from typing import Any, NamedTuple

from core.background import lower_priority
from core.errors import EvidenceError
from core.evidence.hashing import Changed, hash_file
from core.evidence.opening import CannotOpen
from core.evidence.sniff import mismatch, sniff
from core.waiting import wait

__all__ = ["BatchDone", "Done", "HashPool", "Job", "batches"]

_ALONE = 64 * 1024 * 1024  # a file of this size or more is a batch of its own
_BATCH_BYTES = 16 * 1024 * 1024
_BATCH_FILES = 192
_AHEAD = 2  # batches given to one child: the one in work and the next, so that it never waits for the parent
_SIGN_OF_LIFE = 1.0  # seconds
_START_SECONDS = 60.0


class Job(NamedTuple):
    """One file to hash: `key` is the caller's, `path` absolute and exact, size and time as listed."""

    key: int
    path: str
    size: int
    modified_ns: int


class Done(NamedTuple):
    """What became of one job. `code` empty: it was read, and the hashes hold.

    Otherwise the hashes are empty, `code` is `vanished`, `unreadable`, `link`, `special`, `changed`, `reader-crashed`
    or `reader-stuck`, and `message` says it in a sentence.
    """

    key: int
    size: int = 0
    md5: str = ""
    sha1: str = ""
    sha256: str = ""
    mime: str = ""
    kind: str = ""  # the value of a MediaKind
    mismatch: str | None = None
    code: str = ""
    message: str = ""


class BatchDone(NamedTuple):
    """All jobs of one `submit`, in their order."""

    batch: int
    results: tuple[Done, ...]


def batches(jobs: Iterable[Job]) -> Iterator[list[Job]]:
    """Cut a stream of jobs into batches worth a message each: by number, by bytes, big files alone."""
    batch: list[Job] = []
    total = 0
    for job in jobs:
        if job.size >= _ALONE:
            yield [job]
            continue
        batch.append(job)
        total += job.size
        if len(batch) >= _BATCH_FILES or total >= _BATCH_BYTES:
            yield batch
            batch, total = [], 0
    if batch:
        yield batch


class _Batch:
    """A submitted batch and its results so far."""

    def __init__(self, number: int, jobs: Sequence[Job]) -> None:
        self.number = number
        self.jobs = tuple(jobs)
        self.results: dict[int, Done] = {}  # by position


class _Piece(NamedTuple):
    """What travels to a child at once: a batch, or (`suspect`) one job of a batch whose child died."""

    batch: _Batch
    positions: tuple[int, ...]
    suspect: bool = False


class _Child:
    def __init__(self, context: multiprocessing.context.SpawnContext) -> None:
        theirs_in, self.jobs = context.Pipe(duplex=False)
        self.results, theirs_out = context.Pipe(duplex=False)
        self.process: BaseProcess = context.Process(
            target=_serve, args=(theirs_in, theirs_out), daemon=True, name="asservat-hash"
        )
        self.process.start()
        theirs_in.close()
        theirs_out.close()
        self.pieces: deque[_Piece] = deque()
        self.ready = False
        self.heard = time.monotonic()

    def give(self, piece: _Piece) -> bool:
        if not self.pieces:
            self.heard = time.monotonic()
        self.pieces.append(piece)
        try:
            self.jobs.send([piece.batch.jobs[position] for position in piece.positions])
        except OSError:
            return False
        return True

    def end(self, patience: float) -> None:
        """Close the pipes, wait a little, then use force."""
        self.jobs.close()
        self.results.close()
        self.process.join(patience)
        if self.process.is_alive():
            self.process.kill()
            self.process.join(5)
        if not self.process.is_alive():  # a process stuck in a dead disk cannot even be killed: leave it behind
            self.process.close()


class HashPool:
    """Child processes that hash and sniff batches of files. Not to be shared between threads.

    `stuck_seconds`: a child that gives no sign of life for so long hangs in a read; it is replaced, and the file that
    it held is a problem.
    """

    def __init__(self, workers: int, *, stuck_seconds: float = 120.0) -> None:
        if workers < 1:
            raise ValueError("a pool needs at least one worker")
        self._workers = workers
        self._stuck_seconds = stuck_seconds
        self._context = multiprocessing.get_context("spawn")
        self._children: list[_Child] = []
        self._queue: deque[_Piece] = deque()
        self._again: deque[_Piece] = deque()  # single files of batches that lost their child: first in line
        self._numbers = itertools.count()
        self._open: dict[int, _Batch] = {}
        self._failed_starts = 0
        self._closed = False

    def room(self) -> int:
        """How many batches it would take now without piling them up."""
        return max(0, self._workers * _AHEAD - len(self._open))

    @property
    def unfinished(self) -> int:
        """Batches that were submitted and not yet returned by `poll`."""
        return len(self._open)

    def submit(self, jobs: Sequence[Job]) -> int:
        """Take a batch and return its number; `poll` will return it as a `BatchDone`. Takes more than `room` too."""
        if self._closed:
            raise RuntimeError("the pool is closed")
        batch = _Batch(next(self._numbers), jobs)
        self._open[batch.number] = batch
        if batch.jobs:
            self._queue.append(_Piece(batch, tuple(range(len(batch.jobs)))))
        self._hand_out()
        return batch.number

    def waitables(self) -> list[Any]:
        """What to wait on with `multiprocessing.connection.wait` before `poll(0)`. Ask again before each wait."""
        return [child.results for child in self._children]

    def poll(self, timeout: float = 0.0) -> list[BatchDone]:
        """The batches that are finished, after at most `timeout` seconds of waiting for the first sign of life.

        Raises `EvidenceError` when child processes cannot be started at all.
        """
        by_pipe = {child.results: child for child in self._children}
        for pipe in wait(list(by_pipe), timeout) if by_pipe else ():
            self._hear(by_pipe[pipe])
        self._notice_the_stuck()
        self._hand_out()
        finished = [batch for batch in self._open.values() if len(batch.results) == len(batch.jobs)]
        for batch in finished:
            del self._open[batch.number]
        return [BatchDone(b.number, tuple(b.results[i] for i in range(len(b.jobs)))) for b in finished]

    def close(self) -> None:
        """Stop the children; unfinished batches are forgotten. Calling it twice is fine."""
        self._closed = True
        self._open.clear()
        self._queue.clear()
        self._again.clear()
        children, self._children = self._children, []
        for child in children:
            child.jobs.close()  # all of them at once, so that they end side by side
        for child in children:
            child.end(2.0)

    def __enter__(self) -> HashPool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _hand_out(self) -> None:
        while self._again or self._queue:
            # A file under suspicion travels alone, so that nothing else goes down with it.
            idle = [child for child in self._children if not child.pieces]
            if self._again:
                if not idle and len(self._children) < self._workers:
                    idle = [self._start()]
                if not idle:
                    return
                self._give(idle[0], self._again.popleft())
                continue
            if len(self._children) < self._workers and not idle:
                idle = [self._start()]
            free = [c for c in self._children if len(c.pieces) < _AHEAD and not _is_suspect(c)]
            if not free:
                return
            self._give(min(free, key=lambda child: len(child.pieces)), self._queue.popleft())

    def _start(self) -> _Child:
        child = _Child(self._context)
        self._children.append(child)
        return child

    def _give(self, child: _Child, piece: _Piece) -> None:
        if not child.give(piece):
            self._bury(child, "")

    def _hear(self, child: _Child) -> None:
        if child not in self._children:
            return
        try:
            message = child.results.recv()
        except (EOFError, OSError):
            self._bury(child, "")
            return
        child.heard = time.monotonic()
        if message == "ready":
            child.ready, self._failed_starts = True, 0
        elif isinstance(message, list):
            piece = child.pieces.popleft()
            piece.batch.results.update(zip(piece.positions, message, strict=True))

    def _notice_the_stuck(self) -> None:
        now = time.monotonic()
        for child in list(self._children):
            patience = self._stuck_seconds if child.ready else max(_START_SECONDS, self._stuck_seconds)
            if child.pieces and now - child.heard > patience and not child.results.poll():
                child.process.kill()
                self._bury(child, f"{patience:.0f}")

    def _bury(self, child: _Child, silent: str) -> None:
        """The child is gone: what it held is tried again file by file; a file that goes down alone is the culprit."""
        self._children.remove(child)
        exit_code = child.process.exitcode if child.process.exitcode is not None else "unknown"
        child.end(0.5)
        held = child.pieces
        if not child.ready:
            self._failed_starts += 1
            if self._failed_starts >= 3:
                raise EvidenceError(
                    "The processes that read files could not be started three times in a row.",
                    "Restart the computer or free some memory, then run again: nothing is lost.",
                )
            self._queue.extendleft(reversed(held))
            return
        first, rest = held.popleft() if held else None, held
        self._queue.extendleft(reversed(rest))  # it had not begun with these
        if first is None:
            return
        if first.suspect:
            job = first.batch.jobs[first.positions[0]]
            first.batch.results[first.positions[0]] = _stuck(job, silent) if silent else _crashed(job, exit_code)
            return
        self._again.extend(_Piece(first.batch, (position,), suspect=True) for position in first.positions)


def _is_suspect(child: _Child) -> bool:
    return any(piece.suspect for piece in child.pieces)


def _stuck(job: Job, seconds: str) -> Done:
    told = f"Reading this file gave nothing for {seconds} seconds, so it was given up: the medium may be damaged."
    return Done(job.key, code="reader-stuck", message=told)


def _crashed(job: Job, exit_code: object) -> Done:
    told = f"The process that read this file ended without a word (exit code {exit_code}), so it has no hash."
    return Done(job.key, code="reader-crashed", message=told)


# ---- the child ----


def _serve(jobs: Connection, results: Connection) -> None:
    """Main function of a child: batches in, results out, until the parent closes the pipe or goes away."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides
    lower_priority()  # listing a large source must not hold up the analysis of what is already listed
    waiting: SimpleQueue[list[Job]] = SimpleQueue()
    voice = _Voice(results)
    with contextlib.suppress(BrokenPipeError, EOFError):
        voice.say("ready")
        # A thread takes the batches off the pipe, so that the parent never waits to get one in.
        threading.Thread(target=_take, args=(jobs, waiting), daemon=True).start()
        while True:
            voice.say([_done(job, voice) for job in waiting.get()])


def _take(jobs: Connection, waiting: SimpleQueue[list[Job]]) -> None:
    try:
        while True:
            waiting.put(jobs.recv())
    except (EOFError, OSError):
        os._exit(0)  # nothing here needs to be saved, and a read in progress must not keep the process


class _Voice:
    """Sends results, and a sign of life where they take longer."""

    def __init__(self, results: Connection) -> None:
        self._results = results
        self._spoke = time.monotonic()

    def say(self, message: object) -> None:
        self._results.send(message)
        self._spoke = time.monotonic()

    def alive(self, _bytes_read: int = 0) -> None:
        if time.monotonic() - self._spoke > _SIGN_OF_LIFE:
            self.say("alive")


def _done(job: Job, voice: _Voice) -> Done:
    voice.alive()
    try:
        found = hash_file(job.path, (job.size, job.modified_ns), alive=voice.alive)
    except (CannotOpen, Changed) as error:
        return Done(job.key, code=error.code, message=error.message)
    except (OSError, ValueError, MemoryError) as error:
        return Done(job.key, code="unreadable", message=f"The file could not be read ({error}), so it has no hash.")
    mime, kind = sniff(found.head, found.tail, found.size)
    odd = mismatch(job.path, mime)
    return Done(job.key, found.size, found.md5, found.sha1, found.sha256, mime, kind, odd)
