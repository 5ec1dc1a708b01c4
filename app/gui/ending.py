"""What the end of the program waits for, said while it waits, with a choice: stay, or leave without waiting."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from app.gui.pages.page import button, label

__all__ = ["Ending", "Work"]

LOOK = 150  # milliseconds between two looks at what is left


@dataclass(frozen=True, slots=True)
class Work:
    """One thing that is waited for, in a sentence. `stop` ends it without harm; None: it must come to its end."""

    text: str
    stop: Callable[[], None] | None = None


class Ending(QDialog):
    """Over its window until nothing is left, then `over`. `stayed`: the examiner has changed their mind."""

    over = Signal()
    stayed = Signal()

    def __init__(self, window: QWidget, ask: Callable[[], Sequence[Work]]) -> None:
        """`ask`: what is still at work; asked again and again."""
        super().__init__(window)
        self._ask = ask
        self._stopping = False
        self.setModal(True)
        self.setWindowTitle(self.tr("Before the program ends"))
        self.setMinimumWidth(round(34 * self.fontMetrics().height()))
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        column.addWidget(label(self.tr("Something is not finished yet"), "heading"))
        self.works = label("")
        column.addWidget(self.works)
        bar = QProgressBar()
        bar.setRange(0, 0)
        bar.setTextVisible(False)
        bar.setFixedHeight(6)
        bar.setAccessibleName(self.tr("Waiting"))
        column.addWidget(bar)
        self.what = label("", "muted")
        column.addWidget(self.what)
        self.stay_button = button(self.tr("Stay"), self.stay)
        self.leave_button = button(self.tr("Do not wait"), self.stop)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.leave_button)
        row.addWidget(self.stay_button)
        column.addLayout(row)
        self._timer = QTimer(self, interval=LOOK)
        self._timer.timeout.connect(self.look)
        self.rejected.connect(self._rejected)

    def wait(self) -> None:
        """Come up, and say `over` when nothing is left."""
        if not self.isVisible():
            self._stopping = False
            self.look()
            if self._ask():
                self._timer.start()
                self.open()
                self.stay_button.setFocus()

    def put_away(self) -> None:
        """The window closes."""
        self._timer.stop()
        self.hide()

    def look(self) -> None:
        left = self._ask()
        if not left:
            self.put_away()
            self.over.emit()
            return
        self.works.setText("\n".join(f"•  {work.text}" for work in left))
        may = all(work.stop is not None for work in left)
        self.leave_button.setEnabled(may and not self._stopping)
        if self._stopping:
            said = self.tr("It is being stopped.")
        elif may:
            said = self.tr(
                "The window closes by itself when it is done. Without waiting, a report that is not finished is thrown"
                " away, and a run is left as after a crash: what it has stored is there, and it can be resumed."
            )
        else:
            said = self.tr("The window closes by itself when it is done. This must not be cut off: it takes a moment.")
        if self.what.text() != said:
            self.what.setText(said)
            self._fit()

    def _fit(self) -> None:
        """As high as the words need: Qt asks wrapped labels only once, before they have any."""
        layout = self.layout()
        if layout is not None:
            layout.activate()
            width = max(self.minimumWidth(), self.sizeHint().width())
            self.resize(width, layout.totalHeightForWidth(width))

    def stop(self) -> None:
        """End all of it that is still at work."""
        self._stopping = True
        for work in self._ask():
            if work.stop is not None:
                work.stop()
        self.look()

    def stay(self) -> None:
        self.reject()

    def _rejected(self) -> None:
        self._timer.stop()
        self.stayed.emit()
