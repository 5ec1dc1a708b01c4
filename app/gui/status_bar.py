"""The line at the bottom: what was just done, the run, problems, the network that is off, exposure."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton, QStatusBar, QToolButton, QWidget

from app.gui import icons
from app.gui.columns import amount, clock
from core.events import Progress

if TYPE_CHECKING:
    from app.gui.context import Changes, Context

__all__ = ["StatusBar", "span"]

ASK_AGAIN = 5_000  # milliseconds between two looks at what another program does
TOLD_FOR = 10_000  # milliseconds a message with an undo stays


class StatusBar(QStatusBar):
    """Fixed places, so that nothing jumps while a run counts."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._undo: Callable[[], object] | None = None
        self._elsewhere = False  # another program analyses the open case
        self._again = QTimer(self, singleShot=True, interval=ASK_AGAIN)
        self._again.timeout.connect(self._count_problems)
        self.setSizeGripEnabled(False)
        self._add_message()
        self._add_run()
        self._add_rest()
        context.message.connect(self.tell)
        context.progress.connect(self._show_progress)
        context.run_state_changed.connect(self._show_run)
        context.case_opened.connect(self._count_problems)
        context.case_opened.connect(self._show_readonly)
        context.case_closed.connect(self._no_case)
        context.changed.connect(self._changed)
        self._show_run(context.run_state)

    # ------------------------------------------------------------------ messages

    def _add_message(self) -> None:
        self._text = QLabel()
        self._text.setContentsMargins(10, 3, 6, 3)
        self._back = QPushButton(self.tr("Undo"))
        self._back.setProperty("quiet", True)
        self._back.clicked.connect(self._take_back)
        self._back.hide()
        self._quiet = QTimer(self, singleShot=True, interval=TOLD_FOR)
        self._quiet.timeout.connect(lambda: self.tell("", None))
        self.addWidget(self._text)
        self.addWidget(self._back)

    def tell(self, text: str, undo: object) -> None:
        """Show a sentence for ten seconds, with a button that takes back what it says."""
        self._undo = undo if callable(undo) else None
        self._text.setText(text)
        self._back.setVisible(self._undo is not None)
        if text:
            self._quiet.start()

    def _take_back(self) -> None:
        undo, self._undo = self._undo, None
        self._back.hide()
        if undo is not None:
            undo()

    # ------------------------------------------------------------------ the run

    def _add_run(self) -> None:
        self._run = QToolButton()
        self._run.setAccessibleName(self.tr("The run"))
        self._run.setToolTip(self.tr("Show the run"))
        self._run.clicked.connect(lambda: self._context.show_view("run"))
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedSize(120, 6)
        self._bar.setAccessibleName(self.tr("Progress of the run"))
        self._pause = QToolButton()
        self._pause.clicked.connect(self._toggle)
        for widget in (self._bar, self._run, self._pause):
            self.addPermanentWidget(widget)

    def _show_run(self, state: str) -> None:
        running = bool(state)
        self._bar.setVisible(running)
        self._pause.setVisible(state in ("running", "paused"))
        icons.put(self._pause, "play" if state == "paused" else "pause", "muted")
        name = self.tr("Go on with the run") if state == "paused" else self.tr("Pause the run")
        self._pause.setAccessibleName(name)
        self._pause.setToolTip(name)
        self._bar.setRange(0, 0 if state == "running" and not self._bar.value() else 1000)
        if not running:
            self._bar.setValue(0)
        texts = {
            "": self.tr("Another program is analysing") if self._elsewhere else self.tr("No run"),
            "running": self.tr("Run: starting"),
            "paused": self.tr("Run: paused"),
            "stopping": self.tr("Run: stopping"),
        }
        self._run.setText(texts.get(state, state))
        self._run.setVisible(running or self._context.case is not None)

    def _show_progress(self, event: object) -> None:
        if not isinstance(event, Progress) or self._context.run_state != "running":
            return
        if event.listing_complete and event.total_contents:
            done = event.contents / event.total_contents
            self._bar.setRange(0, 1000)
            self._bar.setValue(max(self._bar.value(), round(1000 * done)))
            left = span(event.remaining)
            text = self.tr("Run: {0} %").format(int(100 * done))
            self._run.setText(f"{text} · {left}" if left else text)
        else:
            self._bar.setRange(0, 0)
            self._run.setText(self.tr("Run: {0} files so far").format(amount(event.total_copies)))

    def _toggle(self) -> None:
        if self._context.run_state == "paused":
            self._context.resume_run()
        else:
            self._context.pause_run()

    # ------------------------------------------------------------------ what stays the same

    def _add_rest(self) -> None:
        from app.gui.exposure import ExposureChip

        self._problems = QToolButton()
        self._problems.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._problems.setToolTip(self.tr("Show the problems"))
        icons.put(self._problems, "problems", "warning")
        self._problems.clicked.connect(lambda: self._context.show_view("problems"))
        self._problems.hide()
        self._readonly = QToolButton()
        self._readonly.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._readonly.setText(self.tr("Case cannot be written"))
        self._readonly.setToolTip(
            self.tr("It lies on a medium without the right to write: it can be looked at, nothing can be decided.")
        )
        self._readonly.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        icons.put(self._readonly, "lock", "warning")
        self._readonly.hide()
        self._network = QToolButton()
        self._network.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._network.setText(self.tr("Network off"))
        self._network.setToolTip(self.tr("This program opens no connection: nothing leaves this computer."))
        self._network.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        icons.put(self._network, "network-off", "muted")
        for widget in (self._readonly, self._problems, self._network, ExposureChip(self._context)):
            self.addPermanentWidget(widget)

    def _show_readonly(self) -> None:
        case = self._context.case
        self._readonly.setVisible(case is not None and case.readonly)

    def _changed(self, changes: Changes) -> None:
        if changes.problems:
            self._count_problems()

    def _count_problems(self) -> None:
        self._show_run(self._context.run_state)

        case, own = self._context.case, bool(self._context.run_state)
        if case is None:
            return

        def work(connection: Any) -> tuple[int, bool]:
            from core.case.overview import at_work, count_troubles

            return count_troubles(connection), not own and at_work(connection, case.folder)

        self._context.query(work, self._counted, key="status-problems")

    def _counted(self, found: tuple[int, bool]) -> None:
        """A run of another program says nothing: while there is one, it is asked about again."""
        count, self._elsewhere = found
        self._show_problems(count)
        self._show_run(self._context.run_state)
        if self._elsewhere:
            self._again.start()

    def _show_problems(self, count: int) -> None:
        self._problems.setText(self.tr("%n problem(s)", "", count))
        self._problems.setAccessibleName(self._problems.text())
        self._problems.setVisible(count > 0)

    def _no_case(self) -> None:
        """What was said of it goes with it: its "undo" would take something back in the next case."""
        self._elsewhere = False
        self._again.stop()
        self.tell("", None)
        self._problems.hide()
        self._readonly.hide()
        self._show_run("")


def span(remaining: tuple[float, float] | None) -> str:
    """A range of seconds as `18–24 min`, nothing where nothing can be said yet."""
    from PySide6.QtCore import QCoreApplication

    if remaining is None:
        return ""
    low, high = remaining
    if high < 60:
        return QCoreApplication.translate("StatusBar", "less than a minute")
    if high < 5400:
        fewest, most = round(low / 60), max(1, round(high / 60))
        text = f"{fewest}–{most}" if fewest != most else f"{most}"
        return QCoreApplication.translate("StatusBar", "{0} min left").format(text)
    most_hours = clock(high)[:-3]
    if low < 3600:  # without its hours `6:37` would be six of them
        return QCoreApplication.translate("StatusBar", "{0} min to {1} h left").format(round(low / 60), most_hours)
    return QCoreApplication.translate("StatusBar", "{0} to {1} h left").format(clock(low)[:-3], most_hours)
