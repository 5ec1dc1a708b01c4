"""A run and its window: what it tells, how it is paused, cancelled and closed over."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from app.gui.context import Context
from app.gui.pipeline_thread import PipelineThread
from app.gui.window import MainWindow
from core.case.case import Case
from core.case.runs import Runs
from core.control import Control
from core.errors import CaseNotFound
from core.events import ContentFinished, Progress, RunFinished
from core.interfaces import Backend
from core.records import Options, Sample, SampleResult
from core.settings import RunSettings
from tests.app.gui.conftest import ITEMS
from tests.support.backend import FakeBackend
from tests.support.media import picture

SETTINGS = RunSettings(analyzers=("bright",), workers=1)


# ---------------------------------------------------------------------- runs


def with_backend(window_context: Context, backend: Backend) -> None:
    window_context.parts = replace(window_context.parts, open_backend=lambda _settings: backend)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "evidence"
    folder.mkdir()
    for number in range(6):
        picture(folder / f"p{number}.png", 40 * number, seed=number)
    return folder


def start(window: MainWindow, source: Path) -> None:
    case = window.context.case
    assert case is not None
    entry = Runs(case).add_source(source, str(source))
    window.context.start_run(SETTINGS, [entry])


def test_a_run_tells_its_way_and_its_items_wait_to_be_shown(desk: MainWindow, source: Path, qtbot: QtBot) -> None:
    heard: list[object] = []
    threads: set[int] = set()

    def hear(event: object) -> None:
        heard.append(event)
        threads.add(threading.get_ident())

    desk.context.progress.connect(hear)
    with qtbot.waitSignal(desk.context.items.news_changed, timeout=30_000):
        start(desk, source)
        assert desk.context.run_state == "running"
    qtbot.waitUntil(lambda: desk.context.run_state == "", timeout=30_000)
    qtbot.waitUntil(lambda: desk.context.items.news == 6)
    assert any(isinstance(event, Progress) for event in heard)
    assert isinstance(heard[-1], RunFinished)
    assert threads == {threading.get_ident()}
    assert len(desk.context.items) == ITEMS
    QTest.mouseClick(desk.review._pill, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(desk.context.items) == ITEMS + 6)


def test_what_fails_is_counted_while_the_run_goes_on(opened: Context) -> None:
    """The number of problems in the status bar is not only right when the run has ended."""
    assert opened.case is not None
    thread = PipelineThread(opened.case, opened.parts.open_backend, SETTINGS)
    heard: list[tuple[bool, bool, bool]] = []
    thread.noticed.connect(lambda *changed: heard.append(changed))
    for worst in ("failed", "partial", "done"):
        thread._spoken = 0.0
        thread._hear(ContentFinished("ab", 0, worst))
    assert heard == [(True, False, True), (True, False, True), (True, False, False)]


def test_a_run_speaks_at_most_ten_times_a_second(desk: MainWindow, source: Path, qtbot: QtBot) -> None:
    times: list[float] = []
    desk.context.progress.connect(lambda _event: times.append(time.monotonic()))
    desk.context.changed.connect(lambda _changes: times.append(time.monotonic()))
    with_backend(desk.context, FakeBackend(seconds=0.25))
    start(desk, source)
    qtbot.waitUntil(lambda: desk.context.run_state == "", timeout=30_000)
    middle = times[2:-4]  # the words about beginning and end are said at once
    busiest = max((sum(begin <= other < begin + 1 for other in middle) for begin in middle), default=0)
    assert busiest <= 10


def test_pause_holds_and_cancel_leaves_a_resumable_case(desk: MainWindow, source: Path, qtbot: QtBot) -> None:
    gate = threading.Event()

    def trouble(_analyzer: str, _sample: Sample) -> None:
        gate.wait(20)

    with_backend(desk.context, FakeBackend(trouble=trouble))
    start(desk, source)
    desk.context.pause_run()
    assert desk.context.run_state == "paused"
    desk.context.resume_run()
    desk.context.cancel_run()
    assert desk.context.run_state == "stopping"
    gate.set()
    qtbot.waitUntil(lambda: desk.context.run_state == "", timeout=30_000)
    assert desk.context.case is not None
    last = Runs(desk.context.case).last()
    assert last is not None
    assert last["state"] == "stopped"


def answer(text: str) -> Callable[[], None]:
    """Press the button of the question that is on the screen."""

    def press() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        button = next(one for one in box.buttons() if text in one.text())
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    return press


def test_closing_while_running_asks_once_and_leaves_a_resumable_state(
    desk: MainWindow, source: Path, case_folder: Path, qtbot: QtBot
) -> None:
    with_backend(desk.context, FakeBackend(seconds=0.3))
    start(desk, source)
    qtbot.waitUntil(lambda: desk.context.pipeline is not None and desk.context.pipeline.isRunning())
    QTimer.singleShot(100, answer("Stay"))
    desk.close()
    assert desk.isVisible()
    QTimer.singleShot(100, answer("Stop"))
    desk.close()
    assert desk.isEnabled(), "the window is not frozen while the run comes to its end"
    desk.close()  # an impatient click: not asked again
    qtbot.waitUntil(lambda: not desk.isVisible())
    with Case.open(case_folder) as case:
        last = Runs(case).last()
        assert last is not None
        assert last["state"] in ("stopped", "finished")


def start_stuck(desk: MainWindow, source: Path, qtbot: QtBot) -> threading.Event:
    """A run that heeds nothing until the event is set."""
    go_on = threading.Event()

    class Stuck(FakeBackend):
        def analyze(
            self, analyzer: str, samples: Sequence[Sample], options: Options, control: Control
        ) -> list[SampleResult]:
            assert go_on.wait(60)
            return super().analyze(analyzer, samples, options, control)

    with_backend(desk.context, Stuck())
    start(desk, source)
    qtbot.waitUntil(lambda: desk.context.pipeline is not None and desk.context.pipeline.isRunning())
    return go_on


def test_a_run_that_does_not_stop_does_not_hold_the_window(
    desk: MainWindow, source: Path, case_folder: Path, qtbot: QtBot
) -> None:
    go_on = start_stuck(desk, source, qtbot)
    desk.leaving.hung.setInterval(200)
    QTimer.singleShot(100, answer("Stop"))
    desk.close()
    qtbot.waitUntil(lambda: not desk.isVisible())
    assert desk.leaving.run_left, "the end of the program has to know"
    go_on.set()
    assert desk.context.stop_run()
    desk.context.close_case()
    with Case.open(case_folder) as case:
        assert Runs(case).last() is not None


def test_closing_over_a_slow_run_says_what_it_waits_for(desk: MainWindow, source: Path, qtbot: QtBot) -> None:
    go_on = start_stuck(desk, source, qtbot)
    desk.leaving.hung.setInterval(60_000)
    desk.leaving.slow.setInterval(100)
    QTimer.singleShot(100, answer("Stop"))
    desk.close()
    qtbot.waitUntil(lambda: desk.leaving.ending is not None and desk.leaving.ending.isVisible())
    ending = desk.leaving.ending
    assert ending is not None
    assert "The run is stopping" in ending.works.text()
    qtbot.mouseClick(ending.leave_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not desk.isVisible())
    assert desk.leaving.run_left
    go_on.set()
    assert desk.context.stop_run()
    desk.context.close_case()


def test_a_case_is_closed_when_its_run_has_stopped(desk: MainWindow, source: Path, qtbot: QtBot) -> None:
    with_backend(desk.context, FakeBackend(seconds=0.3))
    start(desk, source)
    qtbot.waitUntil(lambda: desk.context.pipeline is not None and desk.context.pipeline.isRunning())
    QTimer.singleShot(100, answer("Stop"))
    with qtbot.waitSignal(desk.context.case_closed):
        desk.close_case()
    assert desk.isVisible()
    assert desk.context.view == "start"


def test_a_backend_that_cannot_start_is_said(desk: MainWindow, source: Path, qtbot: QtBot) -> None:
    def refuse(_settings: RunSettings) -> Backend:
        raise CaseNotFound("The model is gone.", "Import it.")

    desk.context.parts = replace(desk.context.parts, open_backend=refuse)
    with qtbot.waitSignal(desk.context.failed, timeout=10_000):
        start(desk, source)
    qtbot.waitUntil(lambda: desk.context.run_state == "")
