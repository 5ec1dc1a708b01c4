"""The run inside the desk: a thread that iterates the core's generator and says at most ten things a second.

It has no slots of its own; pause and cancel set the token directly. Findings never travel through its signals: it tells
that something has changed, and whoever shows it asks the case.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QThread, Signal

from core.case.case import Case
from core.control import Control
from core.errors import AsservatError, ModelError
from core.events import (
    ContentFinished,
    Event,
    KnownFound,
    ProblemNoted,
    Progress,
    RunFinished,
    RunStarted,
    SourceListed,
)
from core.interfaces import Backend
from core.records import State
from core.settings import RunSettings

if TYPE_CHECKING:
    from core.case.runs import Source

__all__ = ["PipelineThread"]

TROUBLES = (State.PARTIAL, State.TIMED_OUT, State.FAILED)  # outcomes that the page of problems lists
SPEAK_EVERY = 0.25  # seconds between two words; each is two signals at most, so eight a second


class PipelineThread(QThread):
    """One run. `state` is running, paused or stopping."""

    told = Signal(object)  # Progress | RunStarted | RunFinished
    noticed = Signal(bool, bool, bool)  # contents, findings, problems: what has changed since the last time
    failed = Signal(object)  # AsservatError
    state_changed = Signal(str)

    def __init__(
        self,
        case: Case,
        open_backend: Callable[[RunSettings], Backend],
        settings: RunSettings,
        sources: Sequence[Source] | None = None,
        parent: QObject | None = None,
    ) -> None:
        """`sources` None: all of the case. The case object is shared with the desk, so that the audit trail has one
        writer in this process."""
        super().__init__(parent)
        self.settings = settings
        self.first: Sequence[int] = ()
        """Content ids that go before their turn; set from the GUI thread, read by the run."""
        self._case, self._open_backend, self._sources = case, open_backend, sources
        self._control = Control()
        self._latest: Progress | None = None
        self._contents = self._findings = self._problems = False
        self._spoken = 0.0

    @property
    def state(self) -> str:
        if self._control.cancelled:
            return "stopping"
        return "paused" if self._control.paused else "running"

    def pause(self) -> None:
        self._control.pause()
        self.state_changed.emit(self.state)

    def resume(self) -> None:
        self._control.resume()
        self.state_changed.emit(self.state)

    def cancel(self) -> None:
        """Ask it to stop soon; what is finished is stored."""
        self._control.cancel()
        self.state_changed.emit(self.state)

    def run(self) -> None:
        """The thread's own main function."""
        try:
            self._iterate()
        except AsservatError as error:
            self.failed.emit(error)
        except Exception as error:  # noqa: BLE001 - a thread has no caller; the examiner must read that the run ended
            self.failed.emit(
                ModelError(f"The run ended early: {error}.", "What is finished is stored; resume the run.")
            )
        self._speak(now=True)

    def _iterate(self) -> None:
        from core.case.runs import Runs
        from core.pipeline.run import run

        sources = Runs(self._case).sources() if self._sources is None else self._sources
        backend = self._open_backend(self.settings)
        try:
            for event in run(self._case, sources, backend, self.settings, self._control, first=lambda: self.first):
                self._hear(event)
        finally:
            backend.close()

    def _hear(self, event: Event) -> None:
        match event:
            case Progress():
                self._latest = event
            case ContentFinished():
                self._contents = True
                self._findings = self._findings or event.findings > 0
                self._problems = self._problems or event.worst in TROUBLES
            case SourceListed() | KnownFound():
                self._contents = True
            case ProblemNoted():
                self._problems = True
            case RunStarted():
                self.told.emit(event)
            case RunFinished():
                self._speak(now=True)
                self.told.emit(event)
        self._speak()

    def _speak(self, *, now: bool = False) -> None:
        moment = time.monotonic()
        if not now and moment - self._spoken < SPEAK_EVERY:
            return
        self._spoken = moment
        if self._latest is not None:
            self.told.emit(self._latest)
            self._contents = self._contents or not self._latest.listing_complete
            self._latest = None
        if self._contents or self._findings or self._problems:
            self.noticed.emit(self._contents, self._findings, self._problems)
            self._contents = self._findings = self._problems = False
