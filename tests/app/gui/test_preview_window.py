"""The preview in its own window: it follows, keys work in it, it comes back where it was and leaves cleanly."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from app.gui.acts import Acts
from app.gui.item_menu import item_menu
from app.gui.preview import pixels_ready_for
from app.gui.preview.panel import PreviewPanel
from app.gui.preview_window import PREFERENCE, PreviewWindow, free_screen
from app.gui.window import MainWindow
from tests.app.gui.looking import make_case, open_and_wait

WAIT = 30_000


@pytest.fixture
def window(make_desk: Callable[[], MainWindow], looking: Path, tmp_path: Path, qtbot: QtBot) -> MainWindow:
    make_case(tmp_path / "case", looking)
    window = open_and_wait(make_desk(), tmp_path / "case", qtbot)
    window.review.focus_list()
    return window


def press(key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(QApplication.focusWidget(), key, modifiers)


def own_window(window: MainWindow) -> PreviewWindow:
    (found,) = window.findChildren(PreviewWindow)
    return found


def move_out(window: MainWindow, qtbot: QtBot) -> PreviewWindow:
    """F10 twice: below, then its own window."""
    press(Qt.Key.Key_F10)
    assert window.docks.preview_place == "below"
    press(Qt.Key.Key_F10)
    found = own_window(window)
    qtbot.waitUntil(found.isVisible)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.review.focus_list()
    return found


def test_it_moves_out_follows_and_comes_back(window: MainWindow, qtbot: QtBot) -> None:
    panel = PreviewPanel.all_of(window.context)[0]
    own = move_out(window, qtbot)
    assert panel.window() is own
    assert not window.docks.docks["preview"].isVisible()
    assert "Looking" not in own.windowTitle(), "no case data in a title"
    press(Qt.Key.Key_Right)
    current = window.context.current
    assert current == window.context.items.ids[1]
    qtbot.waitUntil(lambda: pixels_ready_for(window.context, current), timeout=WAIT)
    assert panel.shows(current)
    press(Qt.Key.Key_F10)
    assert window.docks.preview_place == "right"
    assert panel.window() is window
    assert panel.isVisible()
    assert not own.isVisible()


def test_keys_work_in_it(window: MainWindow, qtbot: QtBot) -> None:
    own = move_out(window, qtbot)
    window.context.set_current(window.context.items.ids[0])
    first = window.context.current
    assert first is not None
    qtbot.waitUntil(lambda: pixels_ready_for(window.context, first), timeout=WAIT)
    own.activateWindow()
    qtbot.waitUntil(own.isActiveWindow)
    PreviewPanel.all_of(window.context)[0].stage.canvas.setFocus()
    with qtbot.waitSignal(Acts.of(window.context).acted, timeout=WAIT) as told:
        press(Qt.Key.Key_3)
    assert list(told.args[0].ids) == [first]
    assert window.context.current != first, "and it moves on"
    press(Qt.Key.Key_F11)
    assert own.isFullScreen()
    press(Qt.Key.Key_F11)
    assert not own.isFullScreen()
    press(Qt.Key.Key_F9)
    assert len(window.context.exposure._covers) == 2, "both windows are covered"
    window.context.exposure.toggle_hidden()


def test_enter_goes_to_it_instead_of_the_single_view(window: MainWindow, qtbot: QtBot) -> None:
    own = move_out(window, qtbot)
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(own.isActiveWindow)
    assert window.context.view == "grid"
    assert PreviewPanel.all_of(window.context)[0].window() is own


def test_closing_it_brings_the_preview_back(window: MainWindow, qtbot: QtBot) -> None:
    own = move_out(window, qtbot)
    own.close()
    assert window.docks.preview_place == "right"
    assert PreviewPanel.all_of(window.context)[0].window() is window
    assert window.isVisible()
    qtbot.waitUntil(window.docks.docks["preview"].isVisible)


def test_its_place_is_remembered(
    window: MainWindow, make_desk: Callable[[], MainWindow], tmp_path: Path, qtbot: QtBot
) -> None:
    own = move_out(window, qtbot)
    own.setGeometry(40, 50, 640, 480)
    window.close()
    assert not own.isVisible(), "it goes with the main window"
    stored = window.context.preferences.value(PREFERENCE, {})
    assert isinstance(stored, dict)
    assert stored["screen"] == QGuiApplication.primaryScreen().name()
    again = make_desk()
    with qtbot.waitSignal(again.context.items.loaded):
        again.open_case(tmp_path / "case")
    back = own_window(again)
    assert back.isVisible()
    assert (back.width(), back.height()) == (640, 480)
    assert (back.pos() - QPoint(40, 50)).manhattanLength() < 10  # the frame that this platform invents
    again.close_case()
    assert not back.isVisible()
    assert again.docks.preview_place == "window", "closing the case is not a wish for another place"


def test_a_screen_that_is_gone_is_not_looked_for(window: MainWindow, qtbot: QtBot) -> None:
    window.context.preferences.set_value(PREFERENCE, {"screen": "gone", "geometry": "AAAA"})
    own = move_out(window, qtbot)
    assert QGuiApplication.primaryScreen().geometry().contains(own.geometry().center())
    assert free_screen(QGuiApplication.primaryScreen()) is None
    assert free_screen(None) is QGuiApplication.screens()[0]


def test_the_mouse_finds_the_places(window: MainWindow, qtbot: QtBot) -> None:
    menu = window.review._place.menu()
    menu.aboutToShow.emit()
    texts = [action.text() for action in menu.actions()]
    assert len(texts) == 4
    assert [action.isChecked() for action in menu.actions()] == [True, False, False, False]
    menu.actions()[3].trigger()
    assert window.docks.preview_place == "hidden"
    assert not window.docks.docks["preview"].isVisible()
    menu.actions()[0].trigger()
    assert window.docks.docks["preview"].isVisible()


def test_a_right_click_offers_what_keys_do(window: MainWindow, qtbot: QtBot) -> None:
    grid = window.review.grid
    where = grid.cell(1).center()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, where, grid.viewport().mapToGlobal(where))
    QApplication.sendEvent(grid.viewport(), event)
    shown = QApplication.activePopupWidget()
    assert isinstance(shown, QMenu)
    assert window.context.current == window.context.items.ids[1]
    shown.close()
    menu = item_menu(window.context, window)
    assert {window.context.actions[name] for name in ("compare", "flag", "undo")} <= set(menu.actions())
    copy = next(action for action in menu.actions() if "SHA" in action.text())
    copy.trigger()
    row = window.context.items.cached(window.context.items.ids[1])
    assert row is not None
    assert QGuiApplication.clipboard().text() == row.sha256
    menu.deleteLater()
