"""Deciding with keys: at once on the screen, stored a moment later, taken back whenever one likes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QToolButton
from pytestqt.qtbot import QtBot

from app.gui import item_painting
from app.gui.act_boxes import NoteBox, TagBox
from app.gui.acts import Acts
from app.gui.hash_list import read_list
from app.gui.window import MainWindow
from core.case import browse, decisions, filters
from core.case.case import Case
from core.case.filters import Filter
from tests.app.gui.acting import WAIT, act, go_to, opened, press, stored


@pytest.fixture
def listed(desk: MainWindow, qtbot: QtBot) -> MainWindow:
    """The table without the preview: what is judged by is the list. Keys go to it."""
    desk.context.preferences.set_value("dock.preview", False)
    desk.context.show_view("table")
    qtbot.waitUntil(lambda: desk.context.items.row(0) is not None)
    desk.activateWindow()
    qtbot.waitUntil(desk.isActiveWindow)
    desk.review.focus_list()
    go_to(desk, 0)
    return desk


def test_a_digit_grades_at_once_and_moves_on(listed: MainWindow, qtbot: QtBot) -> None:
    (content,) = go_to(listed, 0)
    press(Qt.Key.Key_2)
    row = listed.context.items.cached(content)
    assert row is not None
    assert (row.grade, row.reviewed) == ("2", True)  # before anything is stored
    assert listed.context.current == listed.context.items.ids[1]
    assert list(listed.context.selection) == [listed.context.items.ids[1]]
    qtbot.waitUntil(lambda: stored(listed, content).grade == "2", timeout=WAIT)


def test_graded_items_are_passed_over(listed: MainWindow, qtbot: QtBot) -> None:
    ids = listed.context.items.ids
    go_to(listed, 1, 2)
    act(listed, qtbot, Qt.Key.Key_1)
    go_to(listed, 0)
    press(Qt.Key.Key_3)
    assert listed.context.current == ids[3]
    press(Qt.Key.Key_P)
    assert listed.context.current == ids[3]  # everything before it is graded
    press(Qt.Key.Key_N)
    assert listed.context.current == ids[4]


def test_the_next_open_item_is_found_far_away(listed: MainWindow, qtbot: QtBot) -> None:
    """Beyond the rows at hand the case is asked."""
    ids = list(listed.context.items.ids)
    listed.context.selection.set(ids[:-1])
    listed.context.set_current(ids[0])
    act(listed, qtbot, Qt.Key.Key_1)
    go_to(listed, 0)
    listed.context.items._pages.clear()
    press(Qt.Key.Key_N)
    qtbot.waitUntil(lambda: listed.context.current == ids[-1], timeout=WAIT)


def test_many_are_graded_without_a_question_and_taken_back_by_the_bar(listed: MainWindow, qtbot: QtBot) -> None:
    ids = go_to(listed, 0, 1, 2, 3)
    act(listed, qtbot, Qt.Key.Key_1)
    bar = Acts.of(listed.context)._bar
    assert bar is not None
    assert bar.isVisible()
    assert "4" in bar._text.text()
    assert listed.context.current == ids[0]  # a bulk change does not run away
    with qtbot.waitSignal(Acts.of(listed.context).acted, timeout=WAIT):
        QTest.mouseClick(bar._button, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    assert not bar.isVisible()
    assert [stored(listed, content).grade for content in ids] == [""] * 4


def test_undo_and_redo_survive_a_restart(
    listed: MainWindow, make_desk: Callable[[], MainWindow], qtbot: QtBot, case_folder: Path
) -> None:
    (content,) = go_to(listed, 5)
    act(listed, qtbot, Qt.Key.Key_4)
    listed.context.close_case()
    again = make_desk()
    with qtbot.waitSignal(again.context.items.loaded, timeout=WAIT):
        again.open_case(case_folder)
    again.activateWindow()
    qtbot.waitUntil(again.isActiveWindow)
    again.review.focus_list()
    control = Qt.KeyboardModifier.ControlModifier
    act(again, qtbot, Qt.Key.Key_Z, control)
    assert stored(again, content).grade == ""
    act(again, qtbot, Qt.Key.Key_Y, control)
    assert stored(again, content).grade == "4"


def test_a_digit_after_undo_falls_on_the_item_that_was_taken_back(listed: MainWindow, qtbot: QtBot) -> None:
    first, second = go_to(listed, 0, 1)
    go_to(listed, 0)
    told: list[str] = []
    listed.context.message.connect(lambda text, _undo: told.append(text))
    act(listed, qtbot, Qt.Key.Key_2)
    assert listed.context.current == second  # the list has moved on
    act(listed, qtbot, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert listed.context.current == first
    assert list(listed.context.selection) == [first]
    row = listed.context.items.cached(first)
    assert row is not None
    assert row.name in told[-1]
    act(listed, qtbot, Qt.Key.Key_3)
    assert (stored(listed, first).grade, stored(listed, second).grade) == ("3", "")


def test_undo_of_what_is_not_in_the_list_says_so_and_stays(listed: MainWindow, qtbot: QtBot) -> None:
    (first,) = go_to(listed, 0)
    act(listed, qtbot, Qt.Key.Key_2)
    told: list[str] = []
    listed.context.message.connect(lambda text, _undo: told.append(text))
    with qtbot.waitSignal(listed.context.items.loaded, timeout=WAIT):
        listed.context.set_filter(Filter().with_part(filters.kind("audio")))
    assert listed.context.items.row_of(first) < 0
    here = listed.context.current
    act(listed, qtbot, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert listed.context.current == here
    assert "not in this list" in told[-1]


def test_nothing_to_undo_is_said(listed: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(listed.context.message, timeout=WAIT) as told:
        press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert "nothing" in told.args[0]


def test_a_digit_without_a_meaning_grades_nothing(listed: MainWindow, qtbot: QtBot) -> None:
    (content,) = go_to(listed, 0)
    qtbot.waitUntil(lambda: Acts.of(listed.context).scheme is not None, timeout=WAIT)
    with qtbot.waitSignal(listed.context.message) as told:
        press(Qt.Key.Key_9)
    assert "9" in told.args[0]
    assert listed.context.items.cached(content).grade is None


def test_a_grade_is_taken_away(listed: MainWindow, qtbot: QtBot) -> None:
    (content,) = go_to(listed, 0)
    act(listed, qtbot, Qt.Key.Key_2)
    go_to(listed, 0)
    act(listed, qtbot, Qt.Key.Key_Backspace)
    assert stored(listed, content).grade == ""


def test_a_folder_is_graded(listed: MainWindow, qtbot: QtBot) -> None:
    (content,) = go_to(listed, 0)
    folder = listed.context.items.cached(content).folder
    with qtbot.waitSignal(Acts.of(listed.context).acted, timeout=WAIT):
        listed.context.actions["grade-folder.3"].trigger()
    with Case.open(listed.context.case.folder, readonly=True) as case, case.reading() as connection:
        rows = browse.rows(connection, browse.ids(connection))
    assert {row.folder for row in rows if row.grade == "3"} == {folder}
    assert all(row.grade == "3" for row in rows if row.folder == folder)
    assert any(row.grade is None for row in rows)


def test_flags_go_on_and_off(listed: MainWindow, qtbot: QtBot) -> None:
    ids = go_to(listed, 0, 1)
    act(listed, qtbot, Qt.Key.Key_F)
    assert all(stored(listed, content).flagged for content in ids)
    act(listed, qtbot, Qt.Key.Key_F)
    assert not any(stored(listed, content).flagged for content in ids)


def test_tags_are_typed_and_ticked(listed: MainWindow, qtbot: QtBot) -> None:
    ids = go_to(listed, 0, 1)
    press(Qt.Key.Key_T)
    box = opened(listed, TagBox, qtbot)
    QTest.keyClicks(box.edit, "kitchen 2")  # digits and letters are text here, not grades
    with qtbot.waitSignal(Acts.of(listed.context).acted, timeout=WAIT):
        QTest.keyClick(box.edit, Qt.Key.Key_Return)
    assert [stored(listed, content).tags for content in ids] == [("kitchen 2",)] * 2
    assert stored(listed, ids[0]).grade == ""
    go_to(listed, 0)
    qtbot.waitUntil(lambda: bool(getattr(listed.context.items.row(0), "tags", ())), timeout=WAIT)
    press(Qt.Key.Key_T)
    box = opened(listed, TagBox, qtbot)
    qtbot.waitUntil(lambda: box.list.count() == 1, timeout=WAIT)  # the box is there before the case has answered
    with qtbot.waitSignal(Acts.of(listed.context).acted, timeout=WAIT):
        box.list.item(0).setCheckState(Qt.CheckState.Unchecked)
    QTest.keyClick(box.edit, Qt.Key.Key_Escape)
    assert listed.findChild(TagBox) is None or not listed.findChild(TagBox).isVisible()
    assert QApplication.focusWidget() is listed.review.table
    assert stored(listed, ids[0]).tags == ()
    assert stored(listed, ids[1]).tags == ("kitchen 2",)


def test_notes_are_written_and_found(listed: MainWindow, qtbot: QtBot) -> None:
    ids = go_to(listed, 0, 1)
    press(Qt.Key.Key_M)
    box = opened(listed, NoteBox, qtbot)
    QTest.keyClicks(box.edit, "blue van")
    with qtbot.waitSignal(Acts.of(listed.context).acted, timeout=WAIT):
        QTest.keyClick(box.edit, Qt.Key.Key_Return)
    assert [note.value for note in stored(listed, ids[1]).notes] == ["blue van"]


def test_a_place_in_a_film_is_bookmarked(listed: MainWindow, qtbot: QtBot) -> None:
    (content,) = go_to(listed, 3)
    acts = Acts.of(listed.context)
    acts.tell_time(lambda: 7.25)
    press(Qt.Key.Key_M)
    box = opened(listed, NoteBox, qtbot)
    with qtbot.waitSignal(acts.acted, timeout=WAIT):
        QTest.keyClick(box.edit, Qt.Key.Key_Return)
    assert [mark.time for mark in stored(listed, content).bookmarks] == [7.25]


def test_a_verdict_is_stored_and_taken_back(listed: MainWindow, qtbot: QtBot) -> None:
    (content,) = go_to(listed, 1)
    finding = stored(listed, content).findings[0].id
    acts = Acts.of(listed.context)
    for value in ("wrong", ""):
        with qtbot.waitSignal(acts.acted, timeout=WAIT):
            acts.verdict(finding, value)
        assert stored(listed, content).findings[0].verdict == value
    with Case.open(listed.context.case.folder, readonly=True) as case, case.reading() as connection:
        assert [entry.kind for entry in decisions.history(connection, content)] == ["verdict", "verdict"]


def test_typing_into_a_text_field_grades_nothing(listed: MainWindow, qtbot: QtBot) -> None:
    (content,) = go_to(listed, 0)
    listed.focus_search()
    assert isinstance(QApplication.focusWidget(), QLineEdit)
    QTest.keyClicks(QApplication.focusWidget(), "1n2 f")
    assert QApplication.focusWidget().text() == "1n2 f"
    assert listed.context.items.cached(content).grade is None
    assert listed.context.current == content


def test_what_is_seen_is_what_is_graded(listed: MainWindow, qtbot: QtBot) -> None:
    """One selected item that is not the current one: the current one counts. In the single view it always does."""
    ids = listed.context.items.ids
    acts = Acts.of(listed.context)
    listed.context.selection.set((ids[4],))
    listed.context.set_current(ids[0])
    assert acts.ids() == [ids[0]]
    listed.context.selection.set(ids[2:6])
    assert acts.ids() == sorted(ids[2:6])
    listed.context.view = "single"
    assert acts.ids() == [ids[0]]


def test_a_hash_list_marks_what_it_knows(listed: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    content = listed.context.items.ids[0]
    path = tmp_path / "notable.txt"
    path.write_text(stored(listed, content).sha256, "utf-8")
    with qtbot.waitSignal(listed.context.changed, timeout=WAIT):
        read_list(listed, path)
    qtbot.waitUntil(lambda: bool((row := listed.context.items.cached(content)) and row.tags), timeout=WAIT)
    row = listed.context.items.cached(content)
    assert row is not None
    assert row.tags == ("list: notable",)
    assert item_painting.listed(row)
    assert "list: notable" in item_painting.describe(row)
    assert row.grade is None


@pytest.mark.parametrize("view", ["problems", "health", "start"])
def test_where_no_item_is_seen_none_is_decided_about(listed: MainWindow, view: str) -> None:
    """Digits act anywhere in the window; on other pages the current item is out of sight."""
    told: list[str] = []
    listed.context.message.connect(lambda text, _undo: told.append(text))
    (content,) = go_to(listed, 0)
    listed.context.show_view(view)
    for key in (Qt.Key.Key_3, Qt.Key.Key_F):
        QTest.keyClick(listed, key)
        assert told[-1].startswith("Not done")
    row = listed.context.items.cached(content)
    assert row is not None
    assert (row.grade, row.flagged) == (None, False)


def test_a_case_that_cannot_be_written_says_so_before_anything_is_decided(
    make_desk: Callable[[], MainWindow], case_folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("case", "database"):
        monkeypatch.setattr(f"core.case.{module}.writable", lambda _folder: False)
    window = make_desk()
    with qtbot.waitSignal(window.context.items.loaded, timeout=WAIT):
        window.open_case(case_folder)
    failed: list[object] = []
    told: list[str] = []
    window.context.failed.connect(failed.append)
    window.context.message.connect(lambda text, _undo: told.append(text))
    said = [button for button in window.statusBar().findChildren(QToolButton) if "cannot be written" in button.text()]
    assert said
    assert said[0].isVisible()
    qtbot.waitUntil(lambda: window.context.items.row(0) is not None, timeout=WAIT)
    (content,) = go_to(window, 0)
    for act_of in (lambda: Acts.of(window.context).grade("2"), Acts.of(window.context).undo):
        act_of()
        assert "cannot be written" in told[-1]
    row = window.context.items.cached(content)
    assert row is not None
    assert row.grade is None
    assert window.context.current == content
    assert not failed
    window.close_case()
    assert not said[0].isVisible()


def test_digits_are_named_by_the_scheme_of_the_case(listed: MainWindow, qtbot: QtBot) -> None:
    actions, scheme = listed.context.actions, Acts.of(listed.context).scheme
    assert scheme is not None
    named = scheme.grade("2")
    assert named is not None
    title = named.title("en")
    assert actions["grade.2"].text() == f"Grade 2 {title}"
    assert title in actions["grade-stack.2"].text()
    assert actions.keys("grade.2") == ("2",)
    assert actions["grade.9"].text() == "Grade 9"
    told: list[str] = []
    listed.context.message.connect(lambda text, _undo: told.append(text))
    go_to(listed, 0)
    act(listed, qtbot, Qt.Key.Key_2)
    assert told[-1].replace("(s)", "") == f"Graded 1 item as 2 ({title})"  # with or without the English plurals


def test_what_is_typed_after_t_or_m_never_reaches_the_window(
    listed: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Letters and digits are keys of the window; the pixels and the case's tags may take their time."""
    (first,) = go_to(listed, 0)
    ready: list[int] = []
    monkeypatch.setattr("app.gui.act_subject.pixels_ready_for", lambda _context, content: content in ready)
    for key, kind, words in ((Qt.Key.Key_T, TagBox, "u2 keller"), (Qt.Key.Key_M, NoteBox, "c1 notiz")):
        press(key)
        box = next(one for one in listed.findChildren(kind) if one.isVisible())  # at once: nothing is waited for
        assert QApplication.focusWidget() is box.edit
        QTest.keyClicks(box.edit, words)
        QTest.keyClick(box.edit, Qt.Key.Key_Return)
        QTest.qWait(150)
        assert (stored(listed, first).tags, stored(listed, first).grade) == ((), "")
        ready.append(first)
        with qtbot.waitSignal(Acts.of(listed.context).acted, timeout=WAIT):
            pass
        assert listed.context.view == "table"
        assert stored(listed, first).grade == ""
        if kind is TagBox:
            assert stored(listed, first).tags == ("u2 keller",)
            act(listed, qtbot, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        ready.clear()
    assert [note.value for note in stored(listed, first).notes] == ["c1 notiz"]


def test_words_for_an_item_are_not_put_on_another_one(
    listed: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = go_to(listed, 0, 1)
    go_to(listed, 0)
    monkeypatch.setattr("app.gui.act_subject.pixels_ready_for", lambda _context, _content: False)
    told: list[str] = []
    listed.context.message.connect(lambda text, _undo: told.append(text))
    press(Qt.Key.Key_T)
    box = next(one for one in listed.findChildren(TagBox) if one.isVisible())
    QTest.keyClicks(box.edit, "keller")
    QTest.keyClick(box.edit, Qt.Key.Key_Return)
    go_to(listed, 1)
    monkeypatch.undo()
    qtbot.waitUntil(lambda: any("meanwhile" in text for text in told), timeout=WAIT)
    assert stored(listed, first).tags == stored(listed, second).tags == ()
