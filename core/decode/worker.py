"""The parent's view of one decode child: its process, its pipes, what it holds, whether it keeps within its limits."""

from __future__ import annotations

import contextlib
import shutil
import signal
import sys
import time
from collections import deque
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import psutil

from core.background import patience
from core.decode import child
from core.decode.jobs import DecodeJob, Position
from core.decode.limits import Allowance, allowance
from core.decode.pipe import Inbox, end_child
from core.memory import own_bytes_now
from core.settings import DecodeLimits

__all__ = ["Fault", "Task", "Worker"]

_START_SECONDS = 120.0
_LACK = 8 * 1024 * 1024  # bytes of shared memory: with less, nobody decodes a picture
_IN_TIME = {
    "decoder-hung": "The decoder did not get on with this file within its time limit and was stopped",
    "decoder-cpu": "The decoder used up its computing time on this file without getting on and was stopped",
}


@dataclass(slots=True)
class Task:
    """A job on its way through the pool. `positions` are those of the samples handed over in this attempt."""

    job: DecodeJob
    serial: int
    attempt: int = 1
    discarded: bool = False
    positions: list[Position] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Fault:
    """How a child was lost. `code` is decoder-crashed, decoder-memory or decoder-hung; `reason` is a plain sentence."""

    code: str
    reason: str


class Worker:
    """One child. The pool tells it what to do; nothing here decides what happens to a job."""

    def __init__(self, context: SpawnContext, limits: DecodeLimits, slot_bytes: int, extra: tuple[str, ...]) -> None:
        self.limits = limits
        self.tasks: deque[Task] = deque()
        self.slot: int | None = None
        self.waiting = False
        self.ready = False
        self.finished = 0
        self.retiring = False
        self._at = -1.0
        self._allowed: Allowance | None = None
        self._wall = _START_SECONDS
        self._since = time.monotonic()
        self._cpu = 0.0
        their_end, self._outbox = context.Pipe(duplex=False)
        inbox, their_outbox = context.Pipe(duplex=False)
        self.process: BaseProcess = context.Process(
            target=child.main,
            args=(their_end, their_outbox, limits.memory_bytes, slot_bytes, extra),
            name="asservat-decode",
            daemon=True,
        )
        self.process.start()
        their_end.close()
        their_outbox.close()
        self.inbox = Inbox(inbox)
        self._watch: psutil.Process | None = None
        with contextlib.suppress(psutil.Error):
            self._watch = psutil.Process(self.process.pid)

    @property
    def current(self) -> Task | None:
        """What it is working on, as far as the parent knows."""
        return self.tasks[0] if self.tasks else None

    @property
    def waitables(self) -> list[Connection | int]:
        """Readable when the child has said something or has ended."""
        return [self.inbox.connection, self.process.sentinel]

    def give(self, task: Task) -> None:
        """Hand over a job; at most one more than it is working on."""
        self.tasks.append(task)
        self._say(("job", task.serial, task.job, allowance(self.limits, task.job).cpu))
        if len(self.tasks) == 1 and self.ready:
            self._begin()

    def grant(self, number: int, name: str) -> None:
        """Hand over a slot of shared memory. A child that waited for it starts its clock anew."""
        self.slot = number
        self._say(("slot", name))
        if self.waiting:
            self.waiting = False
            self._restart(self._allowed.step if self._allowed else _START_SECONDS)

    def retire(self) -> None:
        """Let it end by itself; it has nothing to do any more."""
        self.retiring = True
        self._say(("stop",))

    def _say(self, message: tuple[Any, ...]) -> None:
        # A child that is already dead is noticed and dealt with by the pool's watch.
        with contextlib.suppress(OSError):
            self._outbox.send(message)

    def heard_ready(self) -> None:
        self.ready = True
        self._begin()

    def heard_waiting(self) -> None:
        """It waits for a slot, unless one is under way to it: that time is not its own."""
        self.waiting = self.slot is None

    def heard_progress(self, at: float) -> None:
        """It has got to `at` seconds in its medium. Only getting further earns more time."""
        if at > self._at and self._allowed:
            self._at = at
            self._restart(self._allowed.step)

    def finish(self) -> Task:
        """Its current task is done; the next one, if there is one, begins."""
        task = self.tasks.popleft()
        self.finished += 1
        self._begin()
        return task

    def _begin(self) -> None:
        self.waiting = False
        self._at = -1.0
        self._allowed = allowance(self.limits, self.tasks[0].job) if self.tasks else None
        self._restart(self._allowed.wall if self._allowed else _START_SECONDS)

    def _restart(self, wall: float) -> None:
        self._wall = wall
        self._since = time.monotonic()
        self._cpu = self._cpu_seconds()

    def excuse(self, seconds: float) -> None:
        """The parent itself was away for so long (laptop asleep, process stopped): do not count that."""
        self._since += seconds

    def _cpu_seconds(self) -> float:
        if self._watch is None:
            return 0.0
        try:
            spent = self._watch.cpu_times()
        except psutil.Error:
            return self._cpu
        return float(spent.user + spent.system)

    def overstepped(self) -> Fault | None:
        """What limit it breaks right now, if any."""
        if self.waiting or (self.ready and not self.tasks):
            return None
        if own_bytes_now(self._watch) > self.limits.memory_bytes:
            return Fault("decoder-memory", f"The decoder needed more than {_size(self.limits.memory_bytes)} of memory")
        waited = time.monotonic() - self._since
        if waited > self._wall and waited > self._wall * patience():
            return Fault("decoder-hung", f"{_IN_TIME['decoder-hung']} ({waited:.0f} s)")
        if self._allowed and self.ready and self._cpu_seconds() - self._cpu > self._allowed.cpu:
            return Fault("decoder-hung", f"{_IN_TIME['decoder-cpu']} ({self._allowed.cpu:.0f} s)")
        return None

    def gone(self) -> bool:
        """Whether the process has ended, or is just about to: its pipes close a little before it can be waited for."""
        if not wait([self.process.sentinel], 0):
            return False
        self.process.join(1.0)
        return True

    def how_it_ended(self) -> Fault:
        """Why a child that is dead died, in plain words."""
        self.process.join(1.0)
        code = self.process.exitcode
        if sys.platform != "win32" and code is not None and code < 0:
            if code == -signal.SIGXCPU:
                return Fault("decoder-hung", _IN_TIME["decoder-cpu"])
            if code == -signal.SIGKILL:
                return Fault("decoder-memory", "The system killed the decoder, most likely for want of memory")
            return Fault("decoder-crashed", f"The decoder crashed on this file ({_signal_name(-code)})")
        return Fault("decoder-crashed", f"The decoder ended on this file without an answer (exit code {code})")

    def lacked_shared_memory(self, place: Path) -> bool:
        """Whether it died of a page that the system could not give it: shared memory is promised when it is made, and
        given when it is written to. `place`: where the system keeps it."""
        bus_error = getattr(signal, "SIGBUS", None)
        if bus_error is None or self.process.exitcode != -bus_error:
            return False
        try:
            return shutil.disk_usage(place).free < _LACK
        except OSError:
            return False

    def kill(self) -> None:
        """End it now. After this nobody writes into its slot any more."""
        end_child(self.process, self._outbox, self.inbox)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _size(count: int) -> str:
    return f"{count / 1024**3:.1f} GB" if count >= 1024**3 else f"{count / 1024**2:.0f} MB"
