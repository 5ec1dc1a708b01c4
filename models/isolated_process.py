"""The parent's end of one inference child: what was asked, what came back, and how it died."""

from __future__ import annotations

import contextlib
import multiprocessing
import pickle
import signal
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import psutil

from core import scratch
from core.background import patience
from core.memory import own_bytes
from core.records import Options, Sample, SampleResult
from models import isolated_child
from models.isolated_notes import read_stacks
from models.local import BackendSpec

__all__ = ["Call", "Child", "Lost"]

_TICK = 0.2
_WEIGH_EVERY = 1.0
_context = multiprocessing.get_context("spawn")


@dataclass(frozen=True, slots=True)
class Lost:
    """Why a call got no answer. `running`: its samples were being looked at. `hung`: it is this call that overran.
    `accompanied`: another call ran beside it at some time, which may be the one to blame."""

    running: bool
    hung: bool
    accompanied: bool
    how: str
    stood: str = ""
    """What it was doing, innermost function first, where that is known."""


@dataclass(eq=False, slots=True)
class Call:
    """One batch under way. `finished` is set when `results`, `error` or `lost` is."""

    number: int
    analyzer: str
    samples: Sequence[Sample]
    options: Options
    seconds: float
    phase: Literal["waiting", "loading", "running"] = "waiting"
    accompanied: bool = False
    since: float = 0.0
    limit: float = float("inf")
    finished: threading.Event = field(default_factory=threading.Event)
    results: list[SampleResult] | None = None
    error: Exception | None = None
    lost: Lost | None = None


class Child:
    """One process and the thread that listens to it. Once dead it stays dead; the backend makes another."""

    def __init__(self, spec: BackendSpec, start_seconds: float, load_seconds: float, memory_bytes: int) -> None:
        to_child, self._out = _context.Pipe(duplex=False)
        self._in, from_child = _context.Pipe(duplex=False)
        self._load_seconds = load_seconds
        self._memory_bytes = memory_bytes
        self._calls: dict[int, Call] = {}
        self._lock = threading.Lock()
        self._sending = threading.Lock()
        self._hung: set[int] = set()
        self._ready_before = time.monotonic() + start_seconds
        self._weighed = time.monotonic()
        self.fat = False
        self.dead = False
        self._tidying = contextlib.ExitStack()
        self._notes = self._tidying.enter_context(scratch.folder("inference")) / "stacks"
        self.process = _context.Process(
            target=isolated_child.run,
            args=(pickle.dumps(spec), to_child, from_child, self._notes),
            name="asservat-inference",
            daemon=True,
        )
        self.process.start()
        to_child.close()
        from_child.close()
        self._listener = threading.Thread(target=self._listen, name="inference-listener", daemon=True)
        self._listener.start()

    @property
    def busy(self) -> bool:
        with self._lock:
            return bool(self._calls)

    def submit(self, call: Call) -> None:
        """Hand over a call. A child that died meanwhile marks it as lost, like every other."""
        with self._lock:
            if self.dead:
                self._lose(call, "it had ended before")
                return
            self._calls[call.number] = call
        self._send("call", call.number, call.analyzer, call.samples, call.options, call.seconds)

    def cancel(self, call: Call) -> None:
        """Tell the child that nobody waits for this call any more."""
        self._send("cancel", call.number)

    def stop(self) -> None:
        """End the process: politely, then not."""
        self._send("close")
        self.process.join(2.0)
        self.kill()
        self._listener.join(5.0)

    def kill(self) -> None:
        if self.process.is_alive():
            self.process.kill()

    def _send(self, *message: Any) -> None:
        with self._sending, contextlib.suppress(OSError):  # a broken pipe is noticed by the listener
            self._out.send(message)

    def _listen(self) -> None:
        with contextlib.suppress(EOFError, OSError):
            while True:
                if self._in.poll(_TICK):
                    kind, *rest = self._in.recv()
                    self._take(kind, rest)
                self._enforce()
        self.process.join()
        how, stood = _ending(self.process.exitcode), read_stacks(self._notes)
        self._tidying.close()
        with self._lock:
            self.dead = True
            calls, self._calls = list(self._calls.values()), {}
            for call in calls:
                self._lose(call, how, stood)
        self._in.close()
        with self._sending:
            self._out.close()

    def _take(self, kind: str, rest: list[Any]) -> None:
        now = time.monotonic()
        if kind == "ready":
            self._ready_before = float("inf")
            return
        with self._lock:
            call = self._calls[rest[0]]
            if kind == "loading":
                call.phase, call.since, call.limit = "loading", now, self._load_seconds
                return
            if kind == "started":
                call.phase, call.since, call.limit = "running", now, call.seconds
                together = [one for one in self._calls.values() if one.phase == "running"]
                for one in together:
                    one.accompanied |= len(together) > 1
                return
            del self._calls[call.number]
        if kind == "done":
            call.results = rest[1]
        else:
            call.error = rest[1]
        self._weigh(now)
        call.finished.set()

    def _enforce(self) -> None:
        now = time.monotonic()
        with self._lock:
            over = [call for call in self._calls.values() if now > call.since + call.limit]
        if over:
            longer = patience()
            over = [call for call in over if now > call.since + call.limit * longer]
        if over or now > self._ready_before:
            for call in over:
                call.seconds = now - call.since
            self._hung |= {call.number for call in over}
            self.kill()

    def _weigh(self, now: float) -> None:
        if now - self._weighed < _WEIGH_EVERY:
            return
        self._weighed = now
        with contextlib.suppress(psutil.Error):
            self.fat = own_bytes(psutil.Process(self.process.pid)) > self._memory_bytes

    def _lose(self, call: Call, how: str, stood: str = "") -> None:
        call.lost = Lost(call.phase == "running", call.number in self._hung, call.accompanied, how, stood)
        call.finished.set()


def _ending(code: int | None) -> str:
    """An exit code in words."""
    if code is None:
        return "it ended for an unknown reason"
    if code >= 0:
        return f"it ended with exit code {code}"
    with contextlib.suppress(ValueError):
        return f"it was ended by signal {-code} ({signal.Signals(-code).name})"
    return f"it was ended by signal {-code}"
