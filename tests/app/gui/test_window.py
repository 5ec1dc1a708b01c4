from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from app.gui import theme
from app.gui.act_boxes import UndoBar
from app.gui.pages.opening import wish_wizard
from app.gui.pages.wizard import WizardPage
from app.gui.window import MainWindow
from core.case import filters
from tests.app.gui.conftest import ITEMS


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
