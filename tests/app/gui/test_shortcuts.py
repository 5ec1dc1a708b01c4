from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QMainWindow, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.gui.context import Context
from app.gui.page_actions import STAND_INS
from app.gui.pages.keys import KeyEditor, KeyOverlay, sheet_html, write_sheet
from app.gui.pages.wizard import WizardPage
from app.gui.palette import Palette, rank
from app.gui.preferences import Preferences
from app.gui.shortcuts import Actions, Conflict, fragile
from app.gui.window import MainWindow


@pytest.fixture
def actions(preferences: Preferences, qtbot: QtBot) -> Actions:
    return Actions(preferences)


@pytest.fixture
def window(actions: Actions, qtbot: QtBot) -> QMainWindow:
    made = QMainWindow()
    qtbot.addWidget(made)
    actions.attach(made)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def test_keys_call_the_slot_anywhere_in_the_window(actions: Actions, window: QMainWindow) -> None:
    heard: list[str] = []
    actions.add("grade.3", "Grade 3", "3", lambda: heard.append("3"))
    actions.add("find", "Find", ["Ctrl+F", "F3"], lambda: heard.append("find"))
    QTest.keyClick(window, Qt.Key.Key_3)
    QTest.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(window, Qt.Key.Key_F3)
    assert heard == ["3", "find", "find"]


def test_digits_typed_into_a_field_are_text(actions: Actions, window: QMainWindow) -> None:
    heard: list[int] = []
    actions.add("grade.3", "Grade 3", "3", lambda: heard.append(3))
    field = QLineEdit()
    window.setCentralWidget(field)
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_3)
    assert (field.text(), heard) == ("3", [])


def test_a_scope_limits_where_keys_work(actions: Actions, window: QMainWindow, qtbot: QtBot) -> None:
    heard: list[str] = []
    holder = QWidget()
    column = QVBoxLayout(holder)
    left, right = QWidget(), QWidget()
    for widget in (left, right):
        widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        column.addWidget(widget)
    window.setCentralWidget(holder)
    actions.add("left", "Left", "X", lambda: heard.append("left"), left)
    actions.add("right", "Right", "X", lambda: heard.append("right"), right)
    qtbot.waitUntil(right.isVisible)
    right.setFocus()
    QTest.keyClick(right, Qt.Key.Key_X)
    assert heard == ["right"]


@pytest.mark.parametrize("keys", ["Ctrl+Alt+E", "Shift+7", "/", "[", "\\", "~"])
def test_keys_that_fail_on_german_keyboards_are_refused(actions: Actions, keys: str) -> None:
    assert fragile(keys)
    with pytest.raises(ValueError, match="only keys"):
        actions.add("bad", "Bad", keys, lambda: None)
    actions.add("both", "Both", [keys, "F12"], lambda: None)


@pytest.mark.parametrize("keys", ["1", "Alt+1", "Ctrl+K", "F9", ",", ".", "Space", "Shift+H"])
def test_keys_of_the_map_are_safe(keys: str) -> None:
    assert not fragile(keys)


def test_defaults_that_clash_are_a_mistake(actions: Actions) -> None:
    actions.add("one", "One", "F4", lambda: None)
    with pytest.raises(ValueError, match="belongs to one"):
        actions.add("two", "Two", "F4", lambda: None)


def test_a_conflict_is_refused_and_named_and_nothing_changes(actions: Actions) -> None:
    actions.add("one", "One", "F4", lambda: None)
    actions.add("two", "Two", "F5", lambda: None)
    with pytest.raises(Conflict, match=r"F4.*One"):
        actions.assign("two", ["F4"])
    assert actions.keys("two") == ("F5",)


def test_changed_keys_survive_and_can_be_reset(actions: Actions, preferences: Preferences) -> None:
    actions.add("one", "One", "F4", lambda: None)
    actions.assign("one", ["Ctrl+J"])
    preferences.flush()
    again = Actions(Preferences(preferences.path))
    again.add("one", "One", "F4", lambda: None)
    assert again.keys("one") == ("Ctrl+J",)
    assert again.tooltip("one") == "One (Ctrl+J)"
    again.reset("one")
    assert again.keys("one") == ("F4",)


def test_an_action_added_later_does_not_take_keys_the_examiner_gave_away(actions: Actions) -> None:
    actions.add("one", "One", "F4", lambda: None)
    actions.assign("one", ["F5"])
    actions.add("two", "Two", "F5", lambda: None)
    assert (actions.keys("one"), actions.keys("two")) == (("F5",), ())


def test_actions_go_with_their_widget(actions: Actions, qtbot: QtBot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    scope = QWidget(holder)
    actions.add("local", "Local", "F4", lambda: None, scope)
    scope.deleteLater()
    qtbot.waitUntil(lambda: "local" not in actions)
    actions.add("local", "Local", "F4", lambda: None)


def test_tooltips_follow_the_keys(actions: Actions, qtbot: QtBot) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    actions.add("one", "One", "F4", lambda: None)
    actions.explain(widget, "one")
    actions.assign("one", ["F5"])
    assert (widget.toolTip(), widget.accessibleName()) == ("One (F5)", "One")


# ---------------------------------------------------------------------- editor, overlay, sheet, palette


def test_the_editor_gives_other_keys_and_refuses_taken_ones(context: Context, qtbot: QtBot) -> None:
    context.actions.add("one", "First act", "F4", lambda: None, section="A")
    context.actions.add("two", "Second act", "F5", lambda: None, section="B")
    editor = KeyEditor(context)
    qtbot.addWidget(editor)
    editor.show()
    editor.choose("two")
    editor.field.setFocus()
    QTest.keyClick(editor.field, Qt.Key.Key_F4)
    qtbot.mouseClick(editor.set_button, Qt.MouseButton.LeftButton)
    assert "First act" in editor.said.text()
    assert context.actions.keys("two") == ("F5",)
    QTest.keyClick(editor.field, Qt.Key.Key_F8)
    qtbot.mouseClick(editor.set_button, Qt.MouseButton.LeftButton)
    assert context.actions.keys("two") == ("F8",)
    assert editor.chosen == "two"
    qtbot.mouseClick(editor.default_button, Qt.MouseButton.LeftButton)
    assert context.actions.keys("two") == ("F5",)
    qtbot.mouseClick(editor.none_button, Qt.MouseButton.LeftButton)
    assert context.actions.keys("two") == ()


def test_the_editor_finds_actions_by_words_and_keys(context: Context, qtbot: QtBot) -> None:
    context.actions.add("one", "Grade it", "F4", lambda: None, section="A")
    context.actions.add("two", "Print", "F5", lambda: None, section="B")
    editor = KeyEditor(context)
    qtbot.addWidget(editor)
    QTest.keyClicks(editor.search, "f5")
    assert [item.data(0, Qt.ItemDataRole.UserRole) for item in editor._items() if not item.isHidden()] == ["two"]


def test_f1_shows_all_keys_and_any_key_takes_them_away(make_desk: Callable[[], MainWindow], qtbot: QtBot) -> None:
    window = make_desk()
    QTest.keyClick(window, Qt.Key.Key_F1)
    overlay = window.findChild(KeyOverlay)
    assert overlay is not None
    assert overlay.isVisible()
    assert overlay.size() == window.size()
    QTest.keyClick(overlay, Qt.Key.Key_Escape)
    assert not overlay.isVisible()


def test_the_sheet_has_every_action_with_keys(actions: Actions, tmp_path: Path) -> None:
    actions.add("one", "Grade <it>", "F4", lambda: None, section="Work")
    actions.add("none", "Without keys", (), lambda: None, section="Work")
    text = sheet_html(actions)
    assert "F4" in text
    assert "Grade &lt;it&gt;" in text
    assert "Without keys" not in text
    write_sheet(actions, tmp_path / "keys.pdf")
    assert (tmp_path / "keys.pdf").read_bytes().startswith(b"%PDF")


def test_the_palette_runs_what_is_typed(make_desk: Callable[[], MainWindow], qtbot: QtBot) -> None:
    window = make_desk()
    QTest.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    palette = window.findChild(Palette)
    assert palette is not None
    assert palette.field.hasFocus()
    QTest.keyClicks(palette.field, "sett")
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    assert not palette.isVisible()
    assert window.context.view == "settings"


def test_the_palette_says_when_nothing_fits_and_goes_with_escape(make_desk: Callable[[], MainWindow]) -> None:
    window = make_desk()
    QTest.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    palette = window.findChild(Palette)
    assert palette is not None
    QTest.keyClicks(palette.field, "qqqqzzzz")
    assert palette.list.count() == 0
    QTest.keyClick(palette.field, Qt.Key.Key_Escape)
    assert not palette.isVisible()


def test_the_palette_takes_mouse_clicks(make_desk: Callable[[], MainWindow], qtbot: QtBot) -> None:
    window = make_desk()
    QTest.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    palette = window.findChild(Palette)
    assert palette is not None
    QTest.keyClicks(palette.field, "health")
    place: QPoint = palette.list.visualItemRect(palette.list.item(0)).center()
    qtbot.mouseClick(palette.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert window.context.view == "health"


def test_beginnings_of_words_come_first() -> None:
    assert rank("Report", ["rep"]) == 0
    words = ["run"]
    start, inner = rank("Run", words), rank("Try a run again", words)
    assert start is not None
    assert inner is not None
    assert start < inner
    assert rank("Grid", ["xyz"]) is None


def test_everything_is_in_the_palette_before_its_page_was_seen(desk: MainWindow, qtbot: QtBot) -> None:
    """And under the words and keys that the page itself gives it."""
    actions = desk.context.actions
    before = {one.id: _told(actions, one.id) for one in STAND_INS}
    QTest.keyClick(desk, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    wizard = desk.page("wizard")
    assert desk.context.view == "wizard"
    assert isinstance(wizard, WizardPage)
    assert wizard.mode == "run"
    actions["report.write"].trigger()
    assert desk.context.view == "report"  # nothing is written unseen
    for page in ("health", "models"):
        desk.page(page)
    assert {one.id: _told(actions, one.id) for one in STAND_INS} == before


def _told(actions: Actions, id: str) -> tuple[str, tuple[str, ...], str]:
    entry = next(entry for entry in actions.entries() if entry.id == id)
    return entry.text, entry.keys, entry.section
