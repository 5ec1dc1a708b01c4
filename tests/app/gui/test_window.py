from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from app.gui import theme
from app.gui.act_boxes import UndoBar
from app.gui.context import Context
from app.gui.pages.opening import wish_wizard
from app.gui.pages.wizard import WizardPage
from app.gui.pipeline_thread import PipelineThread
from app.gui.window import MainWindow
from app.parts import Parts
from core.case import filters
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

ROOT = Path(__file__).resolve().parents[3]
SETTINGS = RunSettings(analyzers=("bright",), workers=1)


def test_no_case_data_in_the_title_unless_allowed(desk: MainWindow) -> None:
    assert desk.windowTitle() == "Asservat"
    desk.context.preferences.set(case_in_title=True)
    assert "2026-014" in desk.windowTitle()
    desk.close_case()
    assert desk.windowTitle() == "Asservat"


def test_keys_go_from_view_to_view(desk: MainWindow) -> None:
    for key, view in ((Qt.Key.Key_F7, "table"), (Qt.Key.Key_F8, "single"), (Qt.Key.Key_F6, "grid")):
        QTest.keyClick(desk, key)
        assert desk.context.view == view


def test_the_rail_marks_only_the_page_that_is_shown(desk: MainWindow) -> None:
    def marked() -> list[str]:
        return [name for name, button in desk._rail._buttons.items() if button.isChecked()]

    assert marked() == ["review"]
    for view, shown in (("wizard", []), ("report", ["report"]), ("first-run", []), ("single", ["review"])):
        desk.show_view(view)
        assert marked() == shown


def test_without_a_case_views_of_a_case_show_the_start_page(make_desk: Callable[[], MainWindow]) -> None:
    window = make_desk()
    window.show_view("grid")
    assert window.context.view == "start"


def test_a_folder_without_a_case_is_said_and_changes_nothing(desk: MainWindow, tmp_path: Path) -> None:
    before = desk.context.case
    desk.open_case(tmp_path)
    box = QApplication.activeModalWidget()
    assert isinstance(box, QMessageBox)
    assert "There is no case" in box.text()
    box.accept()
    assert desk.context.case is before


def test_a_dropped_case_folder_is_opened(make_desk: Callable[[], MainWindow], case_folder: Path, qtbot: QtBot) -> None:
    window = make_desk()
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(case_folder))])
    event = QDropEvent(
        QPointF(50, 50), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    with qtbot.waitSignal(window.context.items.loaded):
        window.dropEvent(event)
    assert len(window.context.items) == ITEMS


def drop(window: MainWindow, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entering = QDragEnterEvent(QPoint(50, 50), Qt.DropAction.CopyAction, data, buttons, keys)
    entering.setAccepted(False)
    window.dragEnterEvent(entering)
    assert entering.isAccepted()
    window.dropEvent(QDropEvent(QPointF(50, 50), Qt.DropAction.CopyAction, data, buttons, keys))


def test_a_dropped_file_that_cannot_be_used_is_answered(desk: MainWindow, tmp_path: Path) -> None:
    told: list[str] = []
    desk.context.message.connect(lambda text, _undo: told.append(text))
    film = tmp_path / "film.mp4"
    film.write_bytes(b"film")
    drop(desk, film)
    assert desk.context.view == "grid"
    assert "drop that folder" in told[-1]


def test_evidence_dropped_on_the_wizard_belongs_to_the_case_it_makes(desk: MainWindow, tmp_path: Path) -> None:
    """Not to the case that is open behind it; and what was dropped before stays."""
    wish_wizard(desk.context, "case")
    wizard = desk.page("wizard")
    assert isinstance(wizard, WizardPage)
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        drop(desk, tmp_path / name)
    assert desk.context.view == "wizard"
    assert wizard.mode == "case"
    assert wizard.evidence.folders == [tmp_path / "first", tmp_path / "second"]


def test_what_was_arranged_is_there_again(make_desk: Callable[[], MainWindow], case_folder: Path) -> None:
    window = make_desk()
    window.open_case(case_folder)
    QTest.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert not window.docks.docks["facets"].isVisible()
    window.close()
    again = make_desk()
    again.open_case(case_folder)
    assert not again.docks.docks["facets"].isVisible()


def test_theme_and_size_follow_the_preferences(desk: MainWindow) -> None:
    look, points = theme.current(), QApplication.font().pointSizeF()
    assert look.dark
    desk.context.preferences.set(theme="light", font_scale=1.5)
    assert not look.dark
    assert QApplication.font().pointSizeF() == pytest.approx(points * 1.5, abs=0.2)
    desk.context.preferences.set(theme="dark", font_scale=1.0)


def test_a_message_can_be_taken_back(desk: MainWindow) -> None:
    undone: list[bool] = []
    desk.context.message.emit("Graded 214 items as 5.", lambda: undone.append(True))
    button = next(one for one in desk.statusBar().findChildren(QPushButton) if one.isVisible())
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert undone == [True]
    assert not button.isVisible()


def test_what_can_be_taken_back_goes_with_its_case(desk: MainWindow, qtbot: QtBot) -> None:
    """The button would undo the last act of the case that is opened next."""
    desk.context.message.emit("Graded one item as 5.", lambda: None)
    bar = UndoBar(desk.context, lambda: None)
    bar.say("Graded 214 items as 5.")
    assert bar.isVisible()
    desk.close_case()
    assert not bar.isVisible()
    assert not [one for one in desk.statusBar().findChildren(QPushButton) if one.isVisible()]


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


# ---------------------------------------------------------------------- from outside


def run_main(
    arguments: Sequence[str], platform: str = "offscreen", **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "main.py", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment, "QT_QPA_PLATFORM": platform},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_one_view_as_a_picture(case_folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "table.png"
    done = run_main(
        [
            "desk",
            str(case_folder),
            "--view",
            "table",
            "--screenshot",
            str(target),
            "--size",
            "1000x700",
            "--theme",
            "light",
        ],
        ASSERVAT_CONFIG_DIR=str(tmp_path / "config"),
    )
    assert done.returncode == 0, done.stderr
    image = QImage(str(target))
    assert (image.width(), image.height()) == (1000, 700)
    assert image.pixelColor(600, 400).lightnessF() > 0.6
    assert not (tmp_path / "config").exists()  # looking leaves nothing behind


def test_wrong_view_size_or_folder_is_refused(tmp_path: Path) -> None:
    shot = ["--screenshot", str(tmp_path / "x.png")]
    assert run_main(["desk", "--view", "attic", *shot]).returncode == 2
    assert run_main(["desk", "--size", "wide", *shot]).returncode == 2
    assert run_main(["desk", str(tmp_path), *shot]).returncode == 2


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a screen")
def test_no_screen_is_said_in_a_sentence() -> None:
    done = run_main([], DISPLAY="", WAYLAND_DISPLAY="", platform="")
    assert done.returncode == 2
    assert "no screen" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_command_line_does_not_import_qt(parts: Parts) -> None:
    code = "import sys, main; main.main(['doctor', '--json']); sys.exit('PySide6' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, timeout=60, check=False)
    assert done.returncode == 0


def test_the_preview_is_as_wide_after_the_single_view_as_before(desk: MainWindow, qtbot: QtBot) -> None:
    dock = desk.docks.docks["preview"]
    before = dock.width()
    desk.context.show_view("single")
    qtbot.waitUntil(lambda: desk.docks.preview is not None and desk.docks.preview.width() > before)
    desk.context.show_view("grid")
    desk.context.set_filter(filters.Filter((filters.kind("image"),)))
    qtbot.waitUntil(lambda: dock.width() == before)


def test_sharing_one_preview_between_dock_and_single_view(desk: MainWindow) -> None:
    desk.context.show_view("single")
    assert desk.docks.preview is not None
    assert desk.docks.preview.isVisible()
    assert not desk.docks.docks["preview"].isVisible()
    desk.context.show_view("grid")
    assert desk.docks.docks["preview"].widget() is desk.docks.preview
    assert desk.docks.preview.isVisible()
    QTest.keyClick(desk, Qt.Key.Key_F10)
    assert desk.dockWidgetArea(desk.docks.docks["preview"]) == Qt.DockWidgetArea.BottomDockWidgetArea
    QTest.keyClick(desk, Qt.Key.Key_F10)
    assert desk.docks.preview.window() is not desk
    desk.activateWindow()
    desk.docks.move_preview()
    assert desk.docks.docks["preview"].widget() is desk.docks.preview
    assert desk.dockWidgetArea(desk.docks.docks["preview"]) == Qt.DockWidgetArea.RightDockWidgetArea


def test_names_that_belie_their_content_are_one_command_away(desk: MainWindow, qtbot: QtBot) -> None:
    desk.context.show_view("run")
    with qtbot.waitSignal(desk.context.items.loaded):
        desk.context.actions["list.mismatch"].trigger()
    assert desk.context.view == "grid"
    assert len(desk.context.items) == 0
    assert "belies" in desk.review.filter_bar._flow.itemAt(0).widget().text()
