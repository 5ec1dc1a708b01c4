"""What has to wait until a run has stopped: closing the window, closing its case, opening another. And what closing the
window has to wait for beside it: a report that is being written, changes that are being stored."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QObject, QTimer
from PySide6.QtWidgets import QMessageBox, QWidget

from app.gui import focus, threads
from app.gui.context import Context
from app.gui.ending import Ending, Work

__all__ = ["Leaving"]

SLOW = 2_000  # milliseconds after which is said what closing the window waits for
BRIEF = 0.3  # seconds that closing the window waits without a word
HUNG = 10_000  # milliseconds after which a run that was told to stop no longer holds the window open


class Leaving(QObject):
    """One per window. `run_left`: the window is closed over a run that did not stop."""

    def __init__(self, context: Context, window: QWidget) -> None:
        super().__init__(window)
        self._context, self._window = context, window
        self.run_left = False
        self._afterwards: Callable[[], object] | None = None
        self.hung = QTimer(self, singleShot=True, interval=HUNG)
        self.hung.timeout.connect(self._give_up_run)
        self.slow = QTimer(self, singleShot=True, interval=SLOW)
        self.slow.timeout.connect(self._say_what)
        self.ending: Ending | None = None  # made when it is needed first
        context.run_state_changed.connect(self._run_state)

    def after_the_run(self, then: Callable[[], object]) -> None:
        """Do this now; with a run going on ask once whether it may stop, and do it as soon as it has. Meanwhile the
        window goes on working."""
        if self._afterwards is not None:  # asked already; the last wish counts
            self._afterwards = then
            return
        if self._context.run_state and not self._may_stop():
            return
        if not self._context.run_state:  # there was none, or it has ended beside the question
            then()
            return
        self._afterwards = then
        text = QCoreApplication.translate("MainWindow", "Stopping the run; what is in hand is finished first.")
        self._context.message.emit(text, None)
        self._context.cancel_run()

    def close(self) -> None:
        """Close the window after the run; a run that does not stop does not hold it for ever."""
        self.after_the_run(self._window.close)
        if self._afterwards is not None:
            self.hung.start()
            self.slow.start()

    def may_close(self) -> bool:
        """Whether nothing is being stored. Else it says what, and the window is closed when that is done."""
        until = time.monotonic() + BRIEF
        while threads.storing() and time.monotonic() < until:
            time.sleep(0.01)
        if not threads.storing():
            if self.ending is not None:
                self.ending.put_away()
            return True
        self._say_what()
        return False

    def _at_work(self) -> list[Work]:
        found = [Work(thread.kept, thread.stop) for thread in threads.storing()]
        if self._afterwards is not None and self._context.run_state and not self.run_left:
            text = QCoreApplication.translate("MainWindow", "The run is stopping; what is in hand is finished first.")
            found.insert(0, Work(text, self._leave_run))
        return found

    def _say_what(self) -> None:
        if not self._at_work():
            return
        if self.ending is None:
            self.ending = Ending(self._window, self._at_work)
            self.ending.over.connect(self._over)
            self.ending.stayed.connect(self._stay)
        self.ending.wait()

    def _over(self) -> None:
        """Nothing is left that could be waited for."""
        self.hung.stop()
        self._afterwards = None
        self._window.close()

    def _stay(self) -> None:
        """The window stays; a run that was told to stop stops all the same."""
        self.hung.stop()
        self.slow.stop()
        self._afterwards = None

    def _leave_run(self) -> None:
        self.run_left = True

    def _run_state(self, state: str) -> None:
        if not state and self._afterwards is not None:
            QTimer.singleShot(0, self, self._go_on)  # after everybody has heard that the run has ended

    def _go_on(self) -> None:
        self.hung.stop()
        self.slow.stop()
        then, self._afterwards = self._afterwards, None
        if then is not None:
            then()

    def _may_stop(self) -> bool:
        """Ask: stop the run (it is resumable) or stay."""
        title = QCoreApplication.translate("MainWindow", "A run is going on")
        box = QMessageBox(QMessageBox.Icon.Question, title, "", parent=focus.host(self._window))
        box.setText(QCoreApplication.translate("MainWindow", "The run is not finished."))
        box.setInformativeText(
            QCoreApplication.translate(
                "MainWindow",
                "It can stop now: what is done is stored, and it goes on from there whenever you resume it.",
            )
        )
        stop = box.addButton(
            QCoreApplication.translate("MainWindow", "Stop the run and leave"), QMessageBox.ButtonRole.AcceptRole
        )
        stay = box.addButton(QCoreApplication.translate("MainWindow", "Stay"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(stay)
        box.setEscapeButton(stay)
        box.exec()
        return box.clickedButton() is stop

    def _give_up_run(self) -> None:
        """The run does not stop. As after a crash, what it has stored is there, and it can be resumed."""
        self.slow.stop()
        self._afterwards = None
        self.run_left = True
        self._window.close()
