"""The inference child: a `LocalBackend` with worker threads, fed through one pipe and answering through another.

It holds no handle on the case or on evidence: samples arrive as names of shared memory. It ends when its pipe closes,
so it never outlives the process that started it.

    parent → child   ("call", id, analyzer, samples, options) · ("cancel", id) · ("close",)
    child → parent   ("ready",) · ("loading", id) · ("started", id) · ("done", id, results) · ("raised", id, error)
"""

from __future__ import annotations

import os
import queue
import signal
import threading
from collections.abc import Sequence
from multiprocessing.connection import Connection
from typing import Any

from core.background import step_back
from core.control import Control
from core.errors import AsservatError, ModelError
from core.memory import SharedPixels, attach
from core.records import Options, Sample
from models import heap
from models.local import BackendSpec, LocalBackend
from models.offline import stay_offline

__all__ = ["run"]

_ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}


def run(spec: BackendSpec, calls: Connection, answers: Connection) -> None:
    """The child's main function; returns never."""
    stay_offline()
    os.environ.update(_ENVIRONMENT)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then closes the pipe
    step_back()
    heap.keep_pages()
    import cv2

    cv2.setNumThreads(1)
    _Server(spec, calls, answers).serve()
    os._exit(0)  # at once: some libraries crash when they are taken down in order


class _Server:
    def __init__(self, spec: BackendSpec, calls: Connection, answers: Connection) -> None:
        self._backend = LocalBackend(spec)
        self._calls = calls
        self._answers = answers
        self._sending = threading.Lock()
        self._attaching = threading.Lock()
        self._controls: dict[int, Control] = {}
        self._waiting: queue.SimpleQueue[tuple[int, str, Sequence[Sample], Options]] = queue.SimpleQueue()
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
                self._controls[rest[0]] = Control()
                self._waiting.put((rest[0], rest[1], rest[2], rest[3]))
            elif kind == "cancel":
                control = self._controls.get(rest[0])
                if control is not None:
                    control.cancel()
            else:
                return

    def _work(self) -> None:
        while True:
            number, analyzer, samples, options = self._waiting.get()
            try:
                self._send("loading", number)
                self._backend.load(analyzer)
                self._attach(samples)
                self._send("started", number)
                results = self._backend.analyze(analyzer, samples, options, self._controls[number])
                self._send("done", number, results)
            except AsservatError as error:
                self._send("raised", number, error)
            except Exception as error:  # noqa: BLE001 - may not be picklable; the parent gets its words
                self._send("raised", number, ModelError(f"{analyzer} cannot work.", repr(error)[:500]))
            finally:
                self._controls.pop(number, None)

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
