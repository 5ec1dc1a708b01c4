"""A window on a case that is driven through real events, and how long it takes to answer them."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEventLoop, Qt, QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtTest import QTest

import main as program
from app.gui.preferences import Preferences
from app.gui.preview import pixels_ready_for
from app.gui.start import make_window, set_aside
from app.gui.table_view import TableView
from app.gui.window import MainWindow
from benchmarks.million import ASKED

__all__ = ["Desk", "p95", "until"]

PATIENCE = 60.0  # seconds
BARE = 4  # rounds of the bare SQL: its median is asked for, not its tail


def until(done: Callable[[], bool]) -> None:
    """Run the event loop until it is so; raises after a minute."""
    if done():
        return
    loop, timer, began = QEventLoop(), QTimer(interval=1), time.perf_counter()
    timer.setTimerType(Qt.TimerType.PreciseTimer)

    def look() -> None:
        if done():
            loop.exit(0)
        elif time.perf_counter() - began > PATIENCE:
            loop.exit(1)

    timer.timeout.connect(look)
    timer.start()
    late = loop.exec()  # not `processEvents`: that keeps Python's interpreter lock while it waits
    timer.stop()
    if late:
        raise TimeoutError("the desk did not answer")


def wait(seconds: float) -> None:
    """Let the event loop run for so long."""
    ends = time.perf_counter() + seconds
    until(lambda: time.perf_counter() >= ends)


def p95(values: list[float]) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))]


class Desk:
    """A window on a case, and what is done with it."""

    def __init__(self, folder: Path, settings: Path) -> None:
        self.window: MainWindow = make_window(program.parts(), Preferences(settings))
        self.window.resize(1366, 768)
        self.window.show()
        set_aside(self.window)
        self.folder = folder
        self.context = self.window.context
        self._came: list[str] = []
        self.context.items.arrived.connect(self._came.append)
        self._painted = 0.0
        self._tell_paints()

    def _tell_paints(self) -> None:
        """Remember when the table was painted for the first time with rows of the list that was asked for."""
        view, paint = self.window.review.table, TableView.paintEvent

        def painted(table: TableView, event: QPaintEvent) -> None:
            paint(table, event)
            if table is view and not self._painted and "new" in self._came and self._has_rows():
                self._painted = time.perf_counter()

        TableView.paintEvent = painted  # type: ignore[method-assign]  # counted, then done as before

    def open(self) -> float:
        """Milliseconds from the wish to rows on the screen."""
        began = time.perf_counter()
        self.window.open_case(self.folder)
        grid = self.window.review.grid
        until(lambda: self.context.items.rowCount() > 0 and self.context.items.row(0) is not None)
        grid.viewport().repaint()
        shown = (time.perf_counter() - began) * 1000
        self.settle()
        return shown

    def settle(self) -> None:
        until(lambda: not self.context.items.busy and not self.context.busy())

    def list_times(self, name: str, rounds: int) -> tuple[list[float], list[float], list[float]]:
        """For one of `ASKED`: until its first rows are painted, until the whole list is ready, the bare SQL."""
        wanted, sort, sql, _ = ASKED[name]
        painted, ready, bare = [], [], []
        with closing(sqlite3.connect(f"file:{self.folder / 'case.db'}?mode=ro", uri=True)) as connection:
            connection.execute("PRAGMA cache_size = -32000")
            for number in range(rounds + 1):
                self._elsewhere()
                self._came.clear()
                self._painted = 0.0
                began = time.perf_counter()
                self.context.set_list(wanted, sort)
                until(lambda: bool(self._painted))
                painted.append((self._painted - began) * 1000)
                until(lambda: not self.context.items.busy)
                ready.append((time.perf_counter() - began) * 1000)
                self.settle()
                if number > BARE:
                    continue
                began = time.perf_counter()
                connection.execute(sql).fetchall()
                bare.append((time.perf_counter() - began) * 1000)
        return painted[1:], ready[1:], bare[1:]

    def _has_rows(self) -> bool:
        return not len(self.context.items) or self.context.items.row(0) is not None

    def _elsewhere(self) -> None:
        """Another list than the one that is measured, so that there is something to do."""
        from core.case import filters
        from core.case.filters import Filter, Sort

        self.context.set_list(Filter((filters.kind("audio"),)), Sort("copies", descending=True))
        self.settle()
        wait(0.3)  # what follows a list (facets, marks, counts) is over as well
        self.settle()

    def everything(self) -> None:
        from core.case.filters import Filter, Sort

        self.context.set_list(Filter(), Sort())
        self.settle()

    def scroll(self, view: str, steps: int) -> list[float]:
        """Milliseconds of each step: from the wheel to the paint, rows or not."""
        self.context.show_view(view)
        widget = getattr(self.window.review, view)
        bar, times = widget.verticalScrollBar(), []
        stride = max(1, bar.maximum() // 997)
        for step in range(steps):
            began = time.perf_counter()
            bar.setValue((bar.value() + (bar.singleStep() * 3 if step % 10 else stride * 31)) % (bar.maximum() or 1))
            widget.viewport().repaint()
            times.append((time.perf_counter() - began) * 1000)
            QCoreApplication.processEvents()
            time.sleep(0.004)
        return times

    def first_paint(self) -> float:
        """The grid with the whole list, from hidden to painted, without waiting for thumbnails."""
        self.context.show_view("table")
        QCoreApplication.processEvents()
        began = time.perf_counter()
        self.context.show_view("grid")
        self.window.review.grid.viewport().repaint()
        return (time.perf_counter() - began) * 1000

    def grade(self, rounds: int) -> tuple[list[float], list[float]]:
        """A digit key on the current item: until the model shows it, until it is in the database."""
        self.context.show_view("grid")
        self.window.activateWindow()
        until(self.window.isActiveWindow)  # shortcuts live in the active window
        visible, stored = [], []
        with closing(sqlite3.connect(f"file:{self.folder / 'case.db'}?mode=ro", uri=True)) as connection:
            for number in range(rounds):
                content = self.context.items.id_at(number)
                assert content is not None
                self.context.set_current(content)
                self.context.selection.set((content,))
                until(lambda content=content: self.context.items.cached(content) is not None)
                until(lambda content=content: pixels_ready_for(self.context, content))
                before_grade = getattr(self.context.items.cached(content), "grade", None)
                digit = next(digit for digit in "12345" if digit != before_grade)
                before = self._decisions(connection)
                began = time.perf_counter()
                QTest.keyClick(self.window.review.grid, Qt.Key(Qt.Key.Key_0 + int(digit)))
                until(
                    lambda content=content, digit=digit: (
                        getattr(self.context.items.cached(content), "grade", "") == digit
                    )
                )
                self.window.review.grid.viewport().repaint()
                visible.append((time.perf_counter() - began) * 1000)
                until(lambda before=before: self._decisions(connection) > before)
                stored.append((time.perf_counter() - began) * 1000)
        return visible, stored

    @staticmethod
    def _decisions(connection: sqlite3.Connection) -> int:
        return int(connection.execute("SELECT coalesce(max(id), 0) FROM decision").fetchone()[0])

    def close(self) -> None:
        self.window.close()
        QCoreApplication.processEvents()
