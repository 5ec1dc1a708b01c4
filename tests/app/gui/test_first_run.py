"""The first steps: shown by the real start alone, gone through by keys, left at any moment."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel, QLineEdit, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from app.gui import languages, theme
from app.gui import start as starting
from app.gui.pages.engine import Engine
from app.gui.pages.first_run import STEPS, FirstRunPage
from app.gui.preferences import Preferences
from app.gui.window import MainWindow
from app.parts import DeskWish, Parts
from tests.app.gui.test_translations import cut

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def walk(make_desk: Callable[[], MainWindow], qtbot: QtBot) -> FirstRunPage:
    window = make_desk()
    window.show_view("first-run")
    page = window.page("first-run")
    assert isinstance(page, FirstRunPage)
    qtbot.waitUntil(lambda: Engine.of(window.context).known)
    return page


def press(key: Qt.Key) -> None:
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, key)


def named(page: QWidget, name: str) -> QComboBox:
    return next(box for box in page.findChildren(QComboBox) if box.accessibleName() == name)


def texts(page: FirstRunPage) -> str:
    return " ".join(found.text() for found in page.findChildren(QLabel) if found.isVisible())


def test_a_window_that_is_made_otherwise_does_not_show_it(make_desk: Callable[[], MainWindow]) -> None:
    window = make_desk()
    assert window.context.preferences.fresh
    assert window.context.view == "start"


def test_enter_goes_through_it_and_ends_on_the_start_page(walk: FirstRunPage, qtbot: QtBot) -> None:
    seen = []
    for _ in STEPS:
        seen.append(walk.step)
        qtbot.waitUntil(walk.next.hasFocus)
        press(Qt.Key.Key_Return)
    assert tuple(seen) == STEPS
    assert walk.context.view == "start"


def test_esc_and_skip_leave_it_at_any_moment(walk: FirstRunPage, qtbot: QtBot) -> None:
    press(Qt.Key.Key_Return)
    press(Qt.Key.Key_Escape)
    assert walk.context.view == "start"
    walk.context.show_view("first-run")
    window = walk.window()
    assert isinstance(window, MainWindow)
    shown = [button for button in window._rail.findChildren(QToolButton) if button.isChecked()]
    assert shown == [], "no page of the rail is shown now"
    qtbot.mouseClick(walk.skip, Qt.MouseButton.LeftButton)
    assert walk.context.view == "start"
    assert walk.step == "look"


def test_the_palette_finds_it_again(walk: FirstRunPage, qtbot: QtBot) -> None:
    walk.leave()
    window = walk.window()
    QTest.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    field = QApplication.focusWidget()
    assert isinstance(field, QLineEdit)
    QTest.keyClicks(field, "first steps")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert walk.context.view == "first-run"


def test_look_and_size_take_effect_at_once(walk: FirstRunPage, qtbot: QtBot) -> None:
    box = named(walk, "Look")
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Down)
    assert walk.context.preferences.values.theme == "light"
    assert theme.current().color("window").lightnessF() > 0.5
    QTest.keyClick(box, Qt.Key.Key_Up)
    assert theme.current().color("window").lightnessF() < 0.5


def test_it_shows_the_defaults_of_least_exposure_and_promises_nothing(walk: FirstRunPage) -> None:
    walk.show_step("comfort")
    said = texts(walk)
    assert "nobody can promise" in said
    assert "F9" in said
    comfort = walk.context.exposure.comfort
    assert (comfort.muted, comfort.autoplay) == (True, False)


def test_it_says_which_steps_can_run_here(walk: FirstRunPage, qtbot: QtBot) -> None:
    walk.show_step("models")
    assert "ready" in texts(walk)
    button = next(one for one in walk.findChildren(QAbstractButton) if "models" in one.text() and one.isVisible())
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert walk.context.view == "models"


def test_work_begins_from_its_last_page(walk: FirstRunPage, qtbot: QtBot) -> None:
    walk.show_step("begin")
    assert "F1" in texts(walk)
    assert "Ctrl+K" in texts(walk)
    button = next(one for one in walk.findChildren(QAbstractButton) if one.text() == "New case")
    button.setFocus()
    press(Qt.Key.Key_Return)
    assert walk.context.view == "wizard"


def test_everything_that_can_be_reached_has_a_name(walk: FirstRunPage) -> None:
    for step in STEPS:
        walk.show_step(step)
        for kind in (QAbstractButton, QComboBox):
            for widget in walk.findChildren(kind):
                if widget.isVisible():
                    named = widget.accessibleName() or (widget.text() if isinstance(widget, QAbstractButton) else "")
                    assert named, widget


def test_german_fits_every_step(make_desk: Callable[[], MainWindow], qtbot: QtBot) -> None:
    languages.install("de")
    try:
        window = make_desk()
        window.show_view("first-run")
        page = window.page("first-run")
        assert isinstance(page, FirstRunPage)
        qtbot.waitUntil(lambda: Engine.of(window.context).known)
        for step in STEPS:
            page.show_step(step)
            QApplication.processEvents()
            shown = [*page.findChildren(QAbstractButton), *page.findChildren(QLabel)]
            assert [one.text() for one in shown if one.isVisible() and cut(one)] == []
        assert "Überspringen" in {one.text() for one in page.findChildren(QAbstractButton)}
    finally:
        languages.install("en")


# ---------------------------------------------------------------------- the real start


@pytest.fixture
def started(
    qtbot: QtBot, parts: Parts, preferences: Preferences, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[DeskWish], list[MainWindow]]]:
    """`open_desk` as it is, but for Qt's own loop, which the test runs."""
    windows: list[MainWindow] = []
    make = starting.make_window

    def remember(*arguments: object) -> MainWindow:
        made = make(*arguments)  # type: ignore[arg-type]  # handed on as they came
        windows.append(made)
        return made

    monkeypatch.setattr(starting, "make_window", remember)
    monkeypatch.setattr(starting.log_file, "install", lambda: None)
    monkeypatch.setattr(starting.signal, "signal", lambda *_: None)
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(starting.threading, "excepthook", starting.threading.excepthook)
    monkeypatch.setattr(QApplication, "exec", lambda *_: 0)
    interval = sys.getswitchinterval()

    def start(wish: DeskWish) -> list[MainWindow]:
        assert starting.open_desk(parts, wish) == 0
        return windows

    yield start
    sys.setswitchinterval(interval)
    languages.install("en")
    for window in windows:
        window.context.stop_run()
        Engine.of(window.context).stop()
        window.close()


Started = Callable[[DeskWish], list[MainWindow]]


def test_the_first_start_shows_it_and_the_second_does_not(started: Started, qtbot: QtBot) -> None:
    (window,) = started(DeskWish(language="en"))
    qtbot.waitUntil(lambda: window.context.view == "first-run")
    window.close()
    later = started(DeskWish(language="en"))[1]
    passed: list[bool] = []
    QTimer.singleShot(50, lambda: passed.append(True))
    qtbot.waitUntil(lambda: bool(passed))
    assert later.context.view == "start"


def test_a_case_or_a_view_that_was_asked_for_comes_first(started: Started, case_folder: Path, qtbot: QtBot) -> None:
    (window,) = started(DeskWish(case_folder, language="en"))
    qtbot.waitUntil(lambda: window.context.case is not None)
    assert window.context.view in ("grid", "table")
    other = started(DeskWish(view="settings", language="en"))[1]
    qtbot.waitUntil(lambda: other.context.view == "settings")


def test_a_language_is_spoken_at_once(started: Started, qtbot: QtBot) -> None:
    windows = started(DeskWish(language="en"))
    first = windows[0]
    qtbot.waitUntil(lambda: first.context.view == "first-run")
    page = first.page("first-run")
    box = named(page, "Language of the screen")
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Down)  # German is the next one
    qtbot.waitUntil(lambda: len(windows) == 2 and windows[1].context.view == "first-run")
    qtbot.waitUntil(lambda: not first.isVisible())
    second = windows[1]
    assert languages.spoken() == "de"
    assert second.isVisible()
    assert second.context.preferences.values.language == "de"
    german = second.page("first-run")
    assert isinstance(german, FirstRunPage)
    assert german.next.text() != "Next"


@pytest.mark.parametrize("arguments", [["--view", "start"], []])
def test_a_picture_of_a_view_is_not_replaced_by_it(tmp_path: Path, arguments: list[str]) -> None:
    environment = {**os.environ, "ASSERVAT_CONFIG_DIR": str(tmp_path / "config"), "QT_QPA_PLATFORM": "offscreen"}
    code = (
        "import main, app.gui.pages.first_run as walk\n"
        "walk.FirstRunPage.__init__ = None\n"  # making it would be an error
        f"raise SystemExit(main.main(['desk', '--screenshot', {str(tmp_path / 'x.png')!r}, *{arguments!r}]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "x.png").is_file()
