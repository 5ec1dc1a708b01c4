"""Two windows of one person on one case: undo means what was done here, and never takes back silently what was not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.gui.acts import Acts
from app.gui.window import MainWindow
from core.case import decisions
from core.case.case import Case

WAIT = 10_000
CONTROL = Qt.KeyboardModifier.ControlModifier


def grade_of(folder: Path, content: int) -> str:
    with Case.open(folder, readonly=True) as case, case.reading() as connection:
        return connection.exec_driver_sql("SELECT grade FROM item WHERE content_id = ?", (content,)).scalar() or ""


def elsewhere(folder: Path, content: int, value: str) -> None:
    """The other window of the same person: another connection to the same case."""
    with Case.open(folder) as case:
        decisions.grade(case, [content], value)


def press(desk: MainWindow, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    focus = QApplication.focusWidget() or desk
    QTest.keyClick(focus, key, modifier)


@pytest.fixture
def here(desk: MainWindow, qtbot: QtBot) -> MainWindow:
    """A window whose list has the keys."""
    desk.context.preferences.set_value("acts.advance", False)
    desk.review.focus_list()
    desk.context.set_current(desk.context.items.ids[0])
    qtbot.waitUntil(lambda: Acts.of(desk.context).scheme is not None)
    qtbot.waitUntil(lambda: not desk.context.busy())
    return desk


def test_undo_takes_back_what_was_done_here_though_another_window_was_later(
    here: MainWindow, case_folder: Path, qtbot: QtBot
) -> None:
    first, other = here.context.items.ids[0], here.context.items.ids[3]
    acts = Acts.of(here.context)
    with qtbot.waitSignal(acts.acted, timeout=WAIT):
        acts._do(lambda case: decisions.grade(case, [first], "2"))
    elsewhere(case_folder, other, "5")
    with qtbot.waitSignal(acts.acted, timeout=WAIT):
        press(here, Qt.Key.Key_Z, CONTROL)
    assert (grade_of(case_folder, first), grade_of(case_folder, other)) == ("", "5")


def test_an_act_of_another_window_is_named_and_shown_before_it_is_taken_back(
    here: MainWindow, case_folder: Path, qtbot: QtBot
) -> None:
    other = here.context.items.ids[3]
    elsewhere(case_folder, other, "5")
    told: list[str] = []
    here.context.message.connect(lambda text, _undo: told.append(text))
    press(here, Qt.Key.Key_Z, CONTROL)
    qtbot.waitUntil(lambda: bool(told), timeout=WAIT)
    row = here.context.items.cached(other)
    assert row is not None
    assert "another window" in told[-1]
    assert "5 (Not relevant)" in told[-1]
    assert row.name in told[-1]
    assert "Ctrl+Z" in told[-1]
    assert here.context.current == other
    assert grade_of(case_folder, other) == "5"
    with qtbot.waitSignal(Acts.of(here.context).acted, timeout=WAIT):
        press(here, Qt.Key.Key_Z, CONTROL)
    assert grade_of(case_folder, other) == ""
    with qtbot.waitSignal(Acts.of(here.context).acted, timeout=WAIT):
        press(here, Qt.Key.Key_Y, CONTROL)  # taken back here: no question
    assert grade_of(case_folder, other) == "5"


def test_the_button_beside_a_sentence_means_that_sentence(here: MainWindow, case_folder: Path, qtbot: QtBot) -> None:
    first, second = here.context.items.ids[:2]
    undo: list[Callable[[], None]] = []
    here.context.message.connect(lambda _text, back: undo.append(back) if callable(back) else None)
    acts = Acts.of(here.context)
    for content, value in ((first, "1"), (second, "4")):
        with qtbot.waitSignal(acts.acted, timeout=WAIT):
            acts._do(lambda case, content=content, value=value: decisions.grade(case, [content], value))
    assert len(undo) == 2
    with qtbot.waitSignal(acts.acted, timeout=WAIT):
        undo[0]()
    assert (grade_of(case_folder, first), grade_of(case_folder, second)) == ("", "4")


def test_the_action_says_what_it_will_take_back(here: MainWindow, qtbot: QtBot) -> None:
    acts = Acts.of(here.context)
    assert here.context.actions["undo"].text() == "Undo"
    with qtbot.waitSignal(acts.acted, timeout=WAIT):
        acts._do(lambda case: decisions.grade(case, [here.context.items.ids[0]], "2"))
    qtbot.waitUntil(lambda: here.context.actions["undo"].text().startswith("Undo: Graded 1 item"), timeout=WAIT)
    assert here.context.actions["undo"].text().endswith("as 2 (Relevant)")
    with qtbot.waitSignal(acts.acted, timeout=WAIT):
        press(here, Qt.Key.Key_Z, CONTROL)
    qtbot.waitUntil(lambda: here.context.actions["redo"].text().startswith("Redo: Graded 1 item"), timeout=WAIT)
    assert here.context.actions["undo"].text() == "Undo"
