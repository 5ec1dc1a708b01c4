"""The table of a run: one line for the listing and one for each analyzer, in fixed columns."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QGridLayout, QLabel, QProgressBar, QWidget

from app.gui import theme
from app.gui.pages.page import label
from app.gui.pages.presets import duration
from app.gui.pages.wording import number
from app.gui.terms import analyzer_title
from core.case.overview import Standing

__all__ = ["Rate", "StageTable"]

WINDOW = 60.0  # seconds over which a rate is taken
EARLIEST = 10.0  # seconds before anything is said about the time left …
EARLIEST_SHARE = 0.03  # … or this share of the work
BARS_UP_TO = 1.5  # scale of the letters
SPREAD = (0.85, 1.35)  # what comes is not exactly like what was


@dataclass
class Rate:
    """How fast something counts up, over the last minute."""

    marks: deque[tuple[float, int]] = field(default_factory=deque)

    def add(self, moment: float, done: int) -> None:
        """`moment` in seconds, rising."""
        if self.marks and done < self.marks[-1][1]:
            self.marks.clear()
        self.marks.append((moment, done))
        while len(self.marks) > 2 and moment - self.marks[0][0] > WINDOW:
            self.marks.popleft()

    @property
    def per_second(self) -> float:
        if len(self.marks) < 2:
            return 0.0
        (began, first), (ended, last) = self.marks[0], self.marks[-1]
        return (last - first) / (ended - began) if ended > began else 0.0

    def left(self, total: int) -> tuple[float, float] | None:
        """Seconds to go, low and high; None while nothing can be said."""
        if len(self.marks) < 2 or not self.per_second:
            return None
        done = self.marks[-1][1]
        span = self.marks[-1][0] - self.marks[0][0]
        if span < EARLIEST and done < EARLIEST_SHARE * total:
            return None
        seconds = max(0, total - done) / self.per_second
        return seconds * SPREAD[0], seconds * SPREAD[1]


class _Row:
    def __init__(self, table: StageTable, grid: QGridLayout, row: int, title: str) -> None:
        self.rate = Rate()
        self.name = label(title, wrap=False)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(8)
        self.bar.setMinimumWidth(40)
        self.bar.setAccessibleName(title)
        self.cells = [_digits() for _ in range(3)]
        self.state = label("", "muted", wrap=False)
        self.problems = label("", "warning", wrap=False)
        places = (self.name, self.bar, *self.cells, self.state, self.problems)
        for column, widget in enumerate(places):
            grid.addWidget(widget, row, column)
        self._table = table

    def show(
        self, moment: float, done: int, total: int, *, problems: int, state: str, running: bool, skipped: int = 0
    ) -> None:
        """`skipped`: so many of the `done` ones were never looked at, and a full bar must not say that they were."""
        self.rate.add(moment, done)
        complete = total > 0 and done >= total
        done -= skipped
        self.bar.setRange(0, max(1, total))
        self.bar.setValue(min(done, total) if total else 0)
        self.cells[0].setText(f"{number(done)} / {number(total)}" if total else "–")
        speed, left = self.rate.per_second, self.rate.left(total)
        self.cells[1].setText(f"{number(speed, 1)} /s" if running and speed and not complete else "–")
        self.cells[2].setText(self._table.span(left) if running and left and not complete else "–")
        self.state.setText(self._state(complete, skipped, done) or state)
        self.state.setToolTip(
            QCoreApplication.translate(
                "StageTable",
                "Skipped is not “nothing found”: the step could not run. The page “Models” names what it needs.",
            )
            if skipped
            else ""
        )
        self.problems.setText(
            QCoreApplication.translate("StageTable", "%n problem(s)", "", problems) if problems else ""
        )

    def _state(self, complete: bool, skipped: int, looked: int) -> str:
        """What is known of a stage that has come to its end or has been passed over; "" for the state of the run."""
        if skipped and not looked:
            return QCoreApplication.translate("StageTable", "skipped")
        if complete and skipped:
            return QCoreApplication.translate("StageTable", "done; {0} skipped").format(number(skipped))
        return QCoreApplication.translate("StageTable", "done") if complete else ""


class StageTable(QWidget):
    """Filled from `core.case.overview.standing`, every few seconds while a run goes on."""

    def __init__(self) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 4, 0, 4)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(9)
        self._grid.setColumnStretch(1, 1)
        heads = (
            self.tr("Stage"),
            "",
            self.tr("done / total"),
            self.tr("rate"),
            self.tr("left"),
            self.tr("state"),
            "",
        )
        for column, text in enumerate(heads):
            head = label(text, "section", wrap=False)
            if 2 <= column <= 4:
                head.setAlignment(Qt.AlignmentFlag.AlignRight)
            self._grid.addWidget(head, 0, column)
        for column, width in ((2, 150), (3, 80), (4, 130), (5, 110)):
            self._grid.setColumnMinimumWidth(column, width)
        self.rows: dict[str, _Row] = {}
        theme.follow(self, self._fit)

    def _fit(self) -> None:
        """With large letters the numbers say it alone: a bar beside them would take the room of the words."""
        small = theme.current().scale <= BARS_UP_TO
        self._grid.setHorizontalSpacing(16 if small else 8)
        for row in self.rows.values():
            row.bar.setVisible(small)

    def show_standing(self, found: Standing, state: str, listed: bool, moment: float) -> None:
        """`state`: of the run ("" none); `listed`: the folders were walked to their end; `moment`: seconds, rising."""
        running = state == "running"
        said = {
            "running": self.tr("running"),
            "paused": self.tr("paused by you"),
            "stopping": self.tr("stopping"),
        }.get(state, self.tr("not finished"))
        self._row("", self.tr("Listing and hashes")).show(
            moment,
            found.copies,
            found.copies if listed or not running else 0,
            problems=found.unread,
            state=said if not listed else self.tr("done"),
            running=running,
        )
        for stage in found.stages:
            row = self._row(stage.analyzer, analyzer_title(stage.analyzer))
            row.show(
                moment,
                stage.done,
                found.contents,
                problems=stage.problems,
                state=said,
                running=running,
                skipped=stage.states.get("skipped", 0),
            )

    def _row(self, key: str, title: str) -> _Row:
        if key not in self.rows:
            self.rows[key] = _Row(self, self._grid, self._grid.rowCount(), title)
            self._fit()
        return self.rows[key]

    def start_over(self) -> None:
        """Another run: rates begin anew."""
        for row in self.rows.values():
            row.rate = Rate()

    def span(self, left: tuple[float, float] | None) -> str:
        """`12–18 min`, or one value where both are the same."""
        if left is None:
            return ""
        low, high = duration(left[0]), duration(left[1])
        if low == high:
            return low
        (least, *unit), (most, *other) = low.split(), high.split()
        if len(unit) == 1 and unit == other:
            return f"{least}–{most} {unit[0]}"
        return self.tr("{0} to {1}").format(low, high)


def _digits() -> QLabel:
    """A number in figures of equal width, to the right."""
    made = label("–", wrap=False)
    made.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    font = made.font()
    font.setFeature(QFont.Tag("tnum"), 1)
    made.setFont(font)
    return made
