"""The desk on a large case: what an examiner waits for, beside the bare SQL of the same list.

    python -m benchmarks.desk FOLDER [--items 1000000] [--small 10000] [--rounds 7] [--json FILE]

FOLDER/million and FOLDER/small are made by `benchmarks.million` and kept. Everything is measured in this process, on a
real window under Qt's offscreen platform, through real events: a click on a header or a facet, a step of the scroll
bar, a digit key. `painted` ends when the paint event has drawn rows of the new list.
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, QEventLoop, QObject, Qt, QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtTest import QTest

import main as program
from app.gui.preferences import Preferences
from app.gui.preview import pixels_ready_for
from app.gui.start import SWITCH, make_application, make_window, set_aside
from app.gui.table_view import TableView
from app.gui.window import MainWindow
from app.parts import DeskWish
from benchmarks.million import ASKED, make
from core.settings import RunSettings

__all__ = ["measure"]

PATIENCE = 60.0
BARE = 4  # rounds of the bare SQL: its median is asked for, not its tail
LONG = 100.0  # milliseconds of bare SQL from which on a ratio says something


@dataclass(frozen=True, slots=True)
class Line:
    """One number: milliseconds, a ratio or megabytes, and the most it may be."""

    name: str
    value: float
    gate: float | None = None
    note: str = ""

    @property
    def missed(self) -> bool:
        return self.gate is not None and self.value > self.gate


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


class Watchdog(QObject):
    """How long the GUI thread ever was away: the longest gap between ticks of a timer."""

    EVERY = 5

    def __init__(self) -> None:
        super().__init__()
        self.gaps: list[float] = []
        self._last = time.perf_counter()
        self._timer = QTimer(self, interval=self.EVERY)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def _tick(self) -> None:
        now = time.perf_counter()
        self.gaps.append((now - self._last) * 1000 - self.EVERY)
        self._last = now

    def stop(self) -> float:
        self._timer.stop()
        return max(self.gaps, default=0.0)


def under_load(evidence: Path, settings: Path, steps: int) -> list[Line]:
    """A full run over real files, all cores busy: scrolling meanwhile, and the longest time the window was away."""
    from core.case.case import Case
    from core.case.runs import Runs

    with tempfile.TemporaryDirectory(prefix="asservat-desk-") as folder:
        case = Case.create(Path(folder) / "case")
        Runs(case).add_source(evidence, str(evidence))
        case.close()
        desk = Desk(Path(folder) / "case", settings)
        desk.window.open_case(desk.folder)
        watchdog = Watchdog()
        desk.context.start_run(RunSettings())
        desk.context.items.news_changed.connect(lambda news: desk.context.items.refresh() if news else None)
        until(lambda: len(desk.context.items) > 60 or not desk.context.run_state)
        times: list[float] = []
        began = time.perf_counter()
        while desk.context.run_state and time.perf_counter() - began < 300:
            times += desk.scroll("grid", 20)
        away = watchdog.stop()
        idle = desk.scroll("grid", steps)
        desk.close()
    return [
        Line("scroll step while a run goes on, p95", p95(times), None, f"{len(times)} steps"),
        Line("… ÷ idle", p95(times) / max(1e-6, p95(idle)), 2.0, f"idle p95 {p95(idle):.1f} ms"),
        Line("longest time the window was away", away, 100.0, f"{len(watchdog.gaps)} ticks"),
    ]


def start_seconds(rounds: int) -> float:
    """From a new process to a window that answers events, warm."""
    code = (
        "import time, psutil, sys, main\n"
        "from PySide6.QtCore import QTimer\n"
        "from app.gui import start, window\n"
        "shown = window.MainWindow.showEvent\n"
        "def show(self, event):\n"
        "    shown(self, event)\n"
        "    QTimer.singleShot(0, self, lambda: QTimer.singleShot(0, self, ready))\n"
        "def ready():\n"
        "    print(time.time() - psutil.Process().create_time(), flush=True)\n"
        "    import os; os._exit(0)\n"
        "window.MainWindow.showEvent = show\n"
        "main.main(['desk'])\n"
    )
    root = Path(__file__).resolve().parents[1]
    times = []
    with tempfile.TemporaryDirectory() as nowhere:
        environment = {**os.environ, "ASSERVAT_CONFIG_DIR": nowhere}
        for _ in range(rounds + 1):
            done = subprocess.run(
                [sys.executable, "-c", code], cwd=root, env=environment, capture_output=True, text=True, check=True
            )
            times.append(float(done.stdout.strip().splitlines()[-1]))
    return statistics.median(times[1:])


def memory(million: Path) -> float:
    """Resident megabytes of a desk that has gone through all the lists and scrolled, in a new process."""
    code = (
        "import sys\nfrom pathlib import Path\nfrom benchmarks import desk\n"
        "if __name__ == '__main__':\n    print(desk.used(Path(sys.argv[1])))\n"
    )
    root = Path(__file__).resolve().parents[1]
    with tempfile.TemporaryDirectory() as nowhere:
        script = Path(nowhere) / "used.py"  # a file: what it spawns imports it again
        script.write_text(code)
        environment = {**os.environ, "PYTHONPATH": str(root)}
        done = subprocess.run(
            [sys.executable, str(script), str(million)],
            cwd=root, env=environment, capture_output=True, text=True, check=True,
        )  # fmt: skip
    return float(done.stdout.strip().splitlines()[-1])


def used(million: Path) -> float:
    """Megabytes of this process with a desk on the case, after `ASKED` and some scrolling."""
    sys.setswitchinterval(SWITCH)
    make_application(DeskWish(theme="dark"))
    with tempfile.TemporaryDirectory(prefix="asservat-desk-") as nowhere:
        desk = Desk(million, Path(nowhere) / "desk.json")
        desk.open()
        for wanted, sort, *_ in ASKED.values():
            desk.context.set_list(wanted, sort)
            until(lambda: not desk.context.items.busy)
            desk.settle()
        desk.everything()
        for view in ("table", "grid"):
            desk.scroll(view, 200)
        resident = psutil.Process().memory_info().rss / 1e6
        desk.close()
    return resident


def measure(million: Path, small: Path, rounds: int, evidence: Path | None) -> list[Line]:
    """All of it; prints as it goes."""
    sys.setswitchinterval(SWITCH)
    make_application(DeskWish(theme="dark"))
    lines: list[Line] = []

    def tell(line: Line) -> None:
        lines.append(line)
        gate = f"≤ {line.gate:g}" if line.gate is not None else ""
        print(f"{line.name:58} {line.value:9.2f} {gate:9} {'MISSED' if line.missed else '':7} {line.note}", flush=True)

    tell(Line("window usable, seconds from a new process", start_seconds(3), 2.0, "median, warm"))
    with tempfile.TemporaryDirectory(prefix="asservat-desk-") as nowhere:
        settings = Path(nowhere) / "desk.json"
        desk = Desk(million, settings)
        tell(Line("open to first rows", desk.open(), 1500.0))
        desk.context.show_view("table")
        little = Desk(small, settings)
        little.open()
        little.context.show_view("table")
        for name, (_, _, _, indexed) in ASKED.items():
            # One list after the other on both: what else the machine does changes from minute to minute.
            on_small, _, _ = little.list_times(name, rounds)
            painted, ready, bare = desk.list_times(name, rounds)
            tell(Line(f"{name}: first rows painted, p95", p95(painted), 100.0 if indexed else 150.0))
            ours, theirs = statistics.median(ready), statistics.median(bare)
            gate = 1.2 if theirs >= LONG else None  # of a list that takes no time, the ratio says nothing
            tell(Line(f"{name}: list ready ÷ SQL", ours / theirs, gate, f"{ours:.0f} ms ÷ {theirs:.0f} ms"))
            tell(
                Line(
                    f"{name}: painted, large ÷ small",
                    p95(painted) / p95(on_small),
                    1.5,
                    f"small {p95(on_small):.0f} ms",
                )
            )
        little.close()
        desk.everything()
        tell(Line("grid, first paint", max(desk.first_paint() for _ in range(rounds)), 50.0, "worst"))
        tell(Line("grid, scroll step idle, p95", p95(desk.scroll("grid", 200)), 50.0))
        tell(Line("table, scroll step idle, p95", p95(desk.scroll("table", 200)), 50.0))
        visible, stored = desk.grade(2 * rounds)
        tell(Line("digit key to visible, p95", p95(visible), 50.0))
        tell(Line("digit key to stored, p95", p95(stored), 200.0))
        desk.close()
        tell(Line("memory of the desk, MB", memory(million), 400.0, "a process of its own, after all these lists"))
        if evidence is not None:
            for line in under_load(evidence, settings, 200):
                tell(line)
    return lines


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--items", type=int, default=1_000_000)
    parser.add_argument("--small", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--evidence", type=Path, help="real files to run over while scrolling")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    for name, items in (("million", given.items), ("small", given.small)):
        make(given.folder / name, items).close()
    lines = measure(given.folder / "million", given.folder / "small", given.rounds, given.evidence)
    if given.json:
        given.json.write_text(json.dumps([asdict(line) for line in lines], indent=1))
    return int(any(line.missed for line in lines))


if __name__ == "__main__":
    sys.exit(main())
