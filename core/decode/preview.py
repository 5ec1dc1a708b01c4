"""Full pictures, exact frames and sound for somebody who looks at one item, decoded in a child process.

The desk never opens evidence and never decodes it: it asks here, off its GUI thread, and gets copies of plain pixels
and sound. A child that dies, hangs or balloons over a file costs that one answer; the next question gets a new child.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path

import numpy as np
import psutil
from numpy.typing import NDArray

from core.decode import preview_child
from core.decode.jobs import DecodeJob
from core.decode.limits import allowance
from core.decode.pipe import Inbox, Nonsense, end_child
from core.decode.preview_wire import (
    AS_IT_IS,
    Ask,
    Beat,
    Heard,
    PicturePlaced,
    Ready,
    Refused,
    Reply,
    SoundPlaced,
    Treatment,
    parse,
)
from core.errors import DecodeError, StorageError
from core.memory import Segment, own_bytes_now
from core.records import State
from core.settings import DecodeLimits

__all__ = [
    "AS_IT_IS",
    "SOUND_RATE",
    "CannotShow",
    "Loudness",
    "PreviewDecoder",
    "Shown",
    "SoundStretch",
    "Superseded",
    "Treatment",
]

SOUND_RATE = 48_000
_SEGMENT_BYTES = 100_000_000
_SMALLEST_SEGMENT = 6_000_000
_START_SECONDS = 60.0
_LOOK_EVERY = 0.05
_SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - where Linux keeps shared memory; only its size is asked


class CannotShow(DecodeError):
    """This cannot be shown or heard. `state`, `code` and `message` say why, in the words of the outcomes."""

    def __init__(self, message: str, state: State = State.FAILED, code: str = "") -> None:
        super().__init__(message)
        self.state = state
        self.code = code


class Superseded(DecodeError):
    """Nobody wants this answer any more (`PreviewDecoder.interrupt`)."""


@dataclass(frozen=True, slots=True)
class Shown:
    """Pixels to be shown: height × width × 3, uint8, RGB, upright; a copy that the caller owns.

    `size`: width, height of the upright original. `number` of `count`: page, animation frame or film frame (0-based).
    `time`: seconds at which a frame is shown. `end`, `rate`, `variable`, `has_sound`: of the film, None and False for
    pictures. `caution`: a sentence when this is not all or not exactly what was asked for, else empty.
    """

    pixels: NDArray[np.uint8] = field(repr=False)
    size: tuple[int, int]
    number: int
    count: int
    time: float | None = None
    end: float | None = None
    rate: float | None = None
    variable: bool = False
    has_sound: bool = False
    caution: str = ""


@dataclass(frozen=True, slots=True)
class Loudness:
    """Softest and loudest value (int8) for every `step` seconds. `done` False: the file is still being read."""

    step: float
    low: NDArray[np.int8] = field(repr=False)
    high: NDArray[np.int8] = field(repr=False)
    done: bool = True
    caution: str = ""


@dataclass(frozen=True, slots=True)
class SoundStretch:
    """16-bit stereo at 48 kHz, interleaved, little-endian as the machine has it; `frames` 0: the end is reached."""

    data: bytes = field(repr=False)
    frames: int
    time: float


class PreviewDecoder:
    """One preview child and the memory it answers in. Methods block; call them from one worker thread at a time.

    `interrupt` may be called from any other thread: the question under way then ends with `Superseded`.
    Raises `CannotShow` with the reason when a file cannot be shown, `StorageError` without any shared memory.
    """

    def __init__(self, limits: DecodeLimits | None = None) -> None:
        self._limits = limits or DecodeLimits()
        self._context = multiprocessing.get_context("spawn")
        self._lock = threading.Lock()
        self._interrupted = threading.Event()
        self._child: _Process | None = None
        self._segment: Segment | None = None
        self._serial = 0

    # ------------------------------------------------------------------ questions

    def picture(
        self, jobs: tuple[DecodeJob, ...], treatment: Treatment = AS_IT_IS, *, number: int = 0, most: int = 2_000_000
    ) -> Shown:
        """Page or animation frame `number` of a still picture, in at most `most` pixels."""
        return self._shown(Ask("picture", jobs, number=number, most=most, treatment=treatment))

    def frame(
        self,
        jobs: tuple[DecodeJob, ...],
        treatment: Treatment = AS_IT_IS,
        *,
        number: int = 0,
        at: float | None = None,
        slack: float = 0.0,
        most: int = 2_000_000,
    ) -> Shown:
        """Frame `number` of a film, or the one shown `at` this second; a keyframe within `slack` seconds will do."""
        ask = Ask("frame", jobs, number=number, time=at, slack=slack, most=most, treatment=treatment)
        return self._shown(ask)

    def loudness(self, jobs: tuple[DecodeJob, ...], growing: Callable[[Loudness], None] | None = None) -> Loudness:
        """How loud the sound is where; `growing` hears unfinished answers of long recordings."""

        def told(reply: Heard) -> None:
            if growing is not None:
                growing(_loudness(reply))

        reply = self._ask(Ask("peaks", jobs), told)
        if not isinstance(reply, Heard):
            raise self._nonsense()
        return _loudness(reply)

    def sound(self, jobs: tuple[DecodeJob, ...], at: float, seconds: float) -> SoundStretch:
        """Sound from `at` on, at most `seconds` of it."""
        reply = self._ask(Ask("sound", jobs, time=at, seconds=seconds))
        if not isinstance(reply, SoundPlaced):
            raise self._nonsense()
        return SoundStretch(self._copied(reply.frames * 4).tobytes(), reply.frames, reply.time)

    def interrupt(self) -> None:
        """End the question under way, if there is one, by ending its child."""
        self._interrupted.set()

    def close(self) -> None:
        """End the child and free the memory. Waits for a question under way, which is interrupted."""
        self.interrupt()
        with self._lock:
            self._drop()
            if self._segment is not None:
                self._segment.close()
                self._segment = None

    def warm_up(self) -> None:
        """Start the child now, so that the first question does not wait for it."""
        with self._lock:
            self._ready_child()

    # ------------------------------------------------------------------ how they are asked

    def _shown(self, ask: Ask) -> Shown:
        reply = self._ask(ask)
        if not isinstance(reply, PicturePlaced):
            raise self._nonsense()
        height, width, _ = reply.shape
        pixels = self._copied(height * width * 3).reshape(reply.shape)
        return Shown(
            pixels,
            reply.size,
            reply.number,
            reply.count,
            reply.time,
            reply.end,
            reply.rate,
            reply.variable,
            reply.has_sound,
            reply.caution,
        )

    def _copied(self, count: int) -> NDArray[np.uint8]:
        assert self._segment is not None
        from core.memory import attach

        buffer = attach(self._segment.name).buf
        assert buffer is not None
        return np.frombuffer(buffer, np.uint8, count).copy()

    def _ask(self, ask: Ask, growing: Callable[[Heard], None] | None = None) -> Reply:
        if not ask.jobs:
            raise CannotShow("No copy of this content could be read when the case was made.", code="no-copy")
        with self._lock:
            self._interrupted.clear()
            child = self._ready_child()
            assert self._segment is not None
            self._serial += 1
            child.say((self._serial, replace(ask, segment=self._segment.name, capacity=self._segment.size)))
            return self._awaited(child, ask.jobs[0], growing)

    def _ready_child(self) -> _Process:
        if self._segment is None:
            self._segment = Segment(_affordable())
        if self._child is None or not self._child.alive():
            self._drop()
            self._child = _Process(self._context, self._limits.memory_bytes)
        return self._child

    def _awaited(self, child: _Process, job: DecodeJob, growing: Callable[[Heard], None] | None) -> Reply:
        """Wait for the answer to the newest question and watch over the child meanwhile."""
        allowed = allowance(self._limits, job)
        deadline = time.monotonic() + allowed.wall + (0.0 if child.ready else _START_SECONDS)
        while True:
            for reply in self._heard(child):
                deadline = self._renewed(deadline, reply, allowed.step)
                child.ready = child.ready or isinstance(reply, Ready)
                if self._is_answer(reply, growing):
                    return reply
            if self._interrupted.is_set():
                self._drop()
                raise Superseded("Something else is looked at by now.")
            if time.monotonic() > deadline:
                self._drop()
                message = "The decoder did not get on with this file within its time limit and was stopped."
                raise CannotShow(message, State.TIMED_OUT, "decoder-hung")
            if child.memory() > allowed.memory:
                self._drop()
                raise CannotShow("The decoder needed more memory than it may have.", code="decoder-memory")
            wait(child.waitables, _LOOK_EVERY)

    def _is_answer(self, reply: Reply, growing: Callable[[Heard], None] | None) -> bool:
        """Whether this is all there is to say to the newest question; a part of it is handed to `growing`. Raises
        `CannotShow` where the child refuses."""
        if isinstance(reply, (Ready, Beat)) or reply.serial != self._serial:
            return False
        if isinstance(reply, Refused):
            raise CannotShow(reply.reason, reply.state, reply.code)
        if isinstance(reply, Heard) and not reply.done:
            if growing is not None:
                growing(reply)
            return False
        return True

    def _renewed(self, deadline: float, reply: Reply, step: float) -> float:
        return max(deadline, time.monotonic() + step) if isinstance(reply, (Beat, Heard, Ready)) else deadline

    def _heard(self, child: _Process) -> list[Reply]:
        assert self._segment is not None
        try:
            replies = [parse(message, self._segment.size) for message in child.inbox.messages()]
        except Nonsense:
            raise self._nonsense() from None
        if not replies and (child.inbox.ended or not child.alive()):
            self._drop()
            raise CannotShow("The decoder crashed on this file; it cannot be shown.", code="decoder-crashed")
        return replies

    def _nonsense(self) -> CannotShow:
        self._drop()
        return CannotShow("The decoder gave an answer that makes no sense and was stopped.", code="decoder-crashed")

    def _drop(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child = None


class _Process:
    """The child as its parent sees it."""

    def __init__(self, context: multiprocessing.context.SpawnContext, memory: int) -> None:
        theirs, self._outbox = context.Pipe(duplex=False)
        mine, their_outbox = context.Pipe(duplex=False)
        self._process: BaseProcess = context.Process(
            target=preview_child.main, args=(theirs, their_outbox, memory), name="asservat-preview", daemon=True
        )
        self._process.start()
        theirs.close()
        their_outbox.close()
        self.inbox = Inbox(mine)
        self.ready = False
        self._watch: psutil.Process | None = None
        with contextlib.suppress(psutil.Error):
            self._watch = psutil.Process(self._process.pid)

    @property
    def waitables(self) -> list[Connection | int]:
        return [self.inbox.connection, self._process.sentinel]

    def alive(self) -> bool:
        return self._process.is_alive()

    def say(self, message: object) -> None:
        with contextlib.suppress(OSError):  # one that is dead already is noticed when its answer does not come
            self._outbox.send(message)

    def memory(self) -> int:
        """Bytes of its own; 0 when it is gone."""
        return own_bytes_now(self._watch)

    def kill(self) -> None:
        """End it now. After this nobody writes into its segment any more."""
        end_child(self._process, self._outbox, self.inbox)


def _loudness(reply: Heard) -> Loudness:
    low, high = np.frombuffer(reply.low, np.int8), np.frombuffer(reply.high, np.int8)
    return Loudness(reply.step, low, high, reply.done, reply.caution)


def _affordable() -> int:
    """Bytes of the segment: a picture of 33 million pixels, less where shared memory is short."""
    size = _SEGMENT_BYTES
    if _SHARED_MEMORY.is_dir():
        size = min(size, shutil.disk_usage(_SHARED_MEMORY).free // 4)
    if size < _SMALLEST_SEGMENT:
        message = "There is not enough shared memory to show pictures."
        raise StorageError(message, "Close other programs, or give /dev/shm more room.")
    return size
