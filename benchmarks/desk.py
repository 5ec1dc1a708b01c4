"""The desk on a large case: what an examiner waits for, beside the bare SQL of the same list.

    python -m benchmarks.desk FOLDER [--items 1000000] [--small 10000] [--rounds 20] [--json FILE]

FOLDER/million and FOLDER/small are made by `benchmarks.million` and kept. Everything is measured in this process, on a
real window under Qt's offscreen platform, through real events: a click on a header or a facet, a step of the scroll
bar, a digit key. `painted` ends when the paint event has drawn rows of the new list.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QObject, Qt, QTimer

from app.gui.start import SWITCH, make_application
from app.parts import DeskWish
from benchmarks.desk_driver import Desk, p95, until
from benchmarks.million import ASKED, make
from core.settings import RunSettings

__all__ = ["measure"]

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
    for line in _measured(million, small, rounds, evidence):
        lines.append(line)
        gate = f"≤ {line.gate:g}" if line.gate is not None else ""
        print(f"{line.name:58} {line.value:9.2f} {gate:9} {'MISSED' if line.missed else '':7} {line.note}", flush=True)
    return lines


def _measured(million: Path, small: Path, rounds: int, evidence: Path | None) -> Iterator[Line]:
    yield Line("window usable, seconds from a new process", start_seconds(3), 2.0, "median, warm")
    with tempfile.TemporaryDirectory(prefix="asservat-desk-") as nowhere:
        settings = Path(nowhere) / "desk.json"
        desk = Desk(million, settings)
        yield Line("open to first rows", desk.open(), 1500.0)
        desk.context.show_view("table")
        yield from _lists(desk, small, settings, rounds)
        desk.everything()
        yield from _gestures(desk, rounds)
        desk.close()
        yield Line("memory of the desk, MB", memory(million), 400.0, "a process of its own, after all these lists")
        if evidence is not None:
            yield from under_load(evidence, settings, 200)


def _lists(desk: Desk, small: Path, settings: Path, rounds: int) -> Iterator[Line]:
    """All of `ASKED` on the large case, with the small one beside it."""
    little = Desk(small, settings)
    little.open()
    little.context.show_view("table")
    for name, (_, _, _, indexed) in ASKED.items():
        # One list after the other on both: what else the machine does changes from minute to minute.
        on_small, _, _ = little.list_times(name, rounds)
        painted, ready, bare = desk.list_times(name, rounds)
        yield Line(f"{name}: first rows painted, p95", p95(painted), 100.0 if indexed else 150.0)
        ours, theirs = statistics.median(ready), statistics.median(bare)
        gate = 1.2 if theirs >= LONG else None  # of a list that takes no time, the ratio says nothing
        yield Line(f"{name}: list ready ÷ SQL", ours / theirs, gate, f"{ours:.0f} ms ÷ {theirs:.0f} ms")
        small_says = f"small {p95(on_small):.0f} ms"
        yield Line(f"{name}: painted, large ÷ small", p95(painted) / p95(on_small), 1.5, small_says)
    little.close()


def _gestures(desk: Desk, rounds: int) -> Iterator[Line]:
    """Scrolling and grading over the whole list."""
    yield Line("grid, first paint", max(desk.first_paint() for _ in range(rounds)), 50.0, "worst")
    yield Line("grid, scroll step idle, p95", p95(desk.scroll("grid", 200)), 50.0)
    yield Line("table, scroll step idle, p95", p95(desk.scroll("table", 200)), 50.0)
    visible, stored = desk.grade(2 * rounds)
    yield Line("digit key to visible, p95", p95(visible), 50.0)
    yield Line("digit key to stored, p95", p95(stored), 200.0)


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
