"""Work that is no question to the case (counting a folder, measuring a model, writing a report), off the GUI thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Signal

from app.gui import threads
from core.control import Control
from core.errors import AsservatError, Stopped

__all__ = ["Job"]

T = TypeVar("T")


class Job(QObject):
    """One piece of work on a thread of its own. Its owner lives in the GUI thread and hears the result there; an owner
    that is gone by then hears nothing. `work` gets the control and should ask it often (`checkpoint`)."""

    _ended = Signal(object, object)
    said = Signal(object)
    """Whatever the work told through `tell`, in the GUI thread."""

    def __init__(
        self,
        owner: QObject,
        work: Callable[[Job], T],
        done: Callable[[T], None],
        failed: Callable[[AsservatError], None] | None = None,
        *,
        kept: str = "",
        stoppable: bool = False,
    ) -> None:
        """`kept`: it stores something that must be whole, in a sentence that says so, so the end of the program waits
        for it; `stoppable`: but cancelling it leaves nothing half-made."""
        super().__init__(owner)
        self.control = Control()
        self._work, self._done, self._failed = work, done, failed
        self._ended.connect(self._deliver)
        self._thread: threads.DeskThread | None = None
        self._kept, self._stoppable = kept, stoppable

    def start(self) -> Job:
        stop = self.cancel if self._stoppable else None
        self._thread = threads.begin(self._run, "job", None if self._kept else self.cancel, kept=self._kept, stop=stop)
        return self

    def cancel(self) -> None:
        """Stop soon; nothing is delivered any more."""
        self.control.cancel()

    def wait(self, seconds: float) -> None:
        if self._thread is not None:
            self._thread.join(seconds)

    def tell(self, value: object) -> None:
        """Called by the work: an intermediate result, delivered through `said`."""
        if shiboken6.isValid(self) and not self.control.cancelled:
            self.said.emit(value)

    def _run(self) -> None:
        result: Any = None
        error: AsservatError | None = None
        try:
            result = self._work(self)
        except Stopped:
            self.control.cancel()
        except AsservatError as said:
            error = said
        except Exception as said:  # noqa: BLE001 - a thread has no caller; the examiner must read what happened
            error = AsservatError(f"This did not work: {type(said).__name__}: {said}.", "Nothing was changed.")
        try:
            self._ended.emit(result, error)
        except RuntimeError:  # the owner was closed meanwhile: there is nobody to tell
            return

    def _deliver(self, result: Any, error: AsservatError | None) -> None:
        if not self.control.cancelled:
            if error is None:
                self._done(result)
            elif self._failed is not None:
                self._failed(error)
        self.deleteLater()
