"""Tests that need two screens side by side, "left" and "right", the right one with two pixels for one. They run in the
process that `test_two_screens.py` starts, because an application has the screens it began with."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QScreen
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from app.gui import focus
from app.gui.act_boxes import TagBox
from app.gui.exposure import Exposure
from app.gui.pages.keys import KeyOverlay
from app.gui.palette import Palette
from app.gui.preview_window import PreviewWindow, free_screen, refuge
from app.gui.window import MainWindow
from core.errors import CaseNotFound


@pytest.fixture
def left() -> QScreen:
    return screen("left")


@pytest.fixture
def right() -> QScreen:
    return screen("right")


def screen(name: str) -> QScreen:
    return next(one for one in QGuiApplication.screens() if one.name() == name)


def trigger(desk: MainWindow, action: str) -> None:
    next(entry.action for entry in desk.context.actions.entries() if entry.id == action).trigger()


@pytest.fixture
def own(desk: MainWindow, left: QScreen, qtbot: QtBot) -> PreviewWindow:
    """The preview in a window of its own; it goes to the screen that the main window leaves free."""
    desk.move(left.geometry().topLeft())
    desk.docks.set_preview_place("window")
    (found,) = desk.findChildren(PreviewWindow)
    qtbot.waitUntil(found.isVisible)
    return found


def activate(window: QWidget, qtbot: QtBot) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)


def test_the_preview_goes_to_the_free_screen(
    desk: MainWindow, own: PreviewWindow, left: QScreen, right: QScreen
) -> None:
    assert free_screen(left) is right
    assert right.geometry().contains(own.geometry().center())
    assert own.devicePixelRatioF() == 2
    assert desk.screen() is left


def test_what_a_key_brings_up_lies_over_the_window_with_the_keyboard(
    desk: MainWindow, own: PreviewWindow, qtbot: QtBot
) -> None:
    for window in (own, desk, own):
        activate(window, qtbot)
        assert focus.host(desk) is window
        trigger(desk, "help.palette")
        (palette,) = desk.findChildren(Palette)
        assert palette.window() is window
        assert palette.isVisible()
        assert window.rect().contains(palette.geometry())
        qtbot.waitUntil(palette.field.hasFocus)
        QTest.keyClick(palette.field, Qt.Key.Key_Escape)
        assert not palette.isVisible()
        trigger(desk, "help.keys")
        (keys,) = desk.findChildren(KeyOverlay)
        assert keys.window() is window
        assert keys.geometry() == window.rect()
        QTest.keyClick(keys, Qt.Key.Key_Escape)
        assert not keys.isVisible()


def test_a_tag_is_asked_for_where_the_keyboard_is(desk: MainWindow, own: PreviewWindow, qtbot: QtBot) -> None:
    activate(own, qtbot)
    box = TagBox(desk.context, ["red"], [])
    box.open_at_window()
    assert box.window() is own
    box.close()
    activate(desk, qtbot)
    box = TagBox(desk.context, ["red"], [])
    box.open_at_window()
    assert box.window() is desk
    box.close()


def test_an_error_is_said_on_the_screen_that_is_looked_at(
    desk: MainWindow, own: PreviewWindow, right: QScreen, qtbot: QtBot
) -> None:
    activate(own, qtbot)
    desk.complain(CaseNotFound("It is gone.", "Look for it."))
    box = QApplication.activeModalWidget()
    assert isinstance(box, QMessageBox)
    assert box.parentWidget() is own
    assert box.screen() is right
    box.close()


def test_one_key_hides_both_windows(desk: MainWindow, own: PreviewWindow, qtbot: QtBot) -> None:
    exposure = Exposure.of(desk.context)
    for window in (desk, own):
        activate(window, qtbot)
        QTest.keyClick(window, Qt.Key.Key_F9)
        assert {cover.window() for cover in exposure._covers} == {desk, own}
        assert all(cover.geometry() == cover.window().rect() for cover in exposure._covers)
        QTest.keyClick(window, Qt.Key.Key_F9)
        assert exposure._covers == []


def test_windows_come_back_from_a_screen_that_is_gone(
    desk: MainWindow, own: PreviewWindow, left: QScreen, right: QScreen
) -> None:
    assert refuge(desk, right) is None, "it does not stand there"
    own._screen_removed(right)
    assert left.geometry().contains(own.geometry())
    desk.move(right.geometry().topLeft())
    desk._screen_removed(right)
    assert left.geometry().contains(desk.geometry())


def test_a_sliver_on_the_screen_that_is_left_is_not_enough(desk: MainWindow, left: QScreen, right: QScreen) -> None:
    desk.move(left.geometry().right() - 20, 0)
    assert refuge(desk, right) == left.availableGeometry()
    desk.move(left.geometry().right() - 300, 0)
    assert refuge(desk, right) is None


def test_a_remembered_place_on_a_screen_that_is_gone_is_not_used(
    desk: MainWindow, own: PreviewWindow, right: QScreen, make_desk: Callable[[], MainWindow]
) -> None:
    own.remember()
    stored = desk.context.preferences.value("preview.window", {})
    assert stored["screen"] == right.name()
    desk.context.preferences.set_value("preview.window", {**stored, "screen": "a screen of yesterday"})
    own.hide()
    own.appear()
    assert right.geometry().contains(own.geometry().center()), "the free one"
