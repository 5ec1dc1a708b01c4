from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QLocale, QObject, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractScrollArea
from pytestqt.qtbot import QtBot

from app.gui.columns import COLUMNS, amount, clock, moment, percent
from app.gui.table_view import TableView
from app.gui.window import MainWindow
from core.case import filters
from core.case.filters import Sort
from core.errors import StorageError


@pytest.fixture
def table(desk: MainWindow, qtbot: QtBot) -> TableView:
    desk.context.show_view("table")
    qtbot.waitUntil(lambda: desk.context.items.row(0) is not None)
    return desk.review.table


def number(key: str) -> int:
    return next(place for place, column in enumerate(COLUMNS) if column.key == key)


def middle(table: TableView, row: int) -> QPoint:
    return QPoint(60, table.rowViewportPosition(row) + table.rowHeight(row) // 2)


def click_header(table: TableView, key: str) -> None:
    header = table.horizontalHeader()
    where = QPoint(header.sectionViewportPosition(number(key)) + 20, header.height() // 2)
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, where)


def test_a_header_sorts_and_the_second_click_turns_it(table: TableView, desk: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(desk.context.items.loaded):
        click_header(table, "name")
    assert desk.context.sort == Sort("name")
    with qtbot.waitSignal(desk.context.items.loaded):
        click_header(table, "name")
    assert desk.context.sort == Sort("name", descending=True)
    assert table.horizontalHeader().sortIndicatorSection() == number("name")


def test_numbers_are_sorted_downwards_first(table: TableView, desk: MainWindow, qtbot: QtBot) -> None:
    table.horizontalHeader().setSectionHidden(number("name"), True)
    with qtbot.waitSignal(desk.context.items.loaded):
        click_header(table, "explicit")
    assert desk.context.sort == Sort("explicit", descending=True)
    qtbot.waitUntil(lambda: desk.context.items.row(0) is not None)
    top, second = desk.context.items.row(0), desk.context.items.row(1)
    assert top is not None
    assert second is not None
    assert top.explicit > second.explicit


def test_mouse_and_keys_select_rows(table: TableView, desk: MainWindow) -> None:
    context, ids = desk.context, desk.context.items.ids
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, middle(table, 3))
    assert list(context.selection) == [ids[3]]
    QTest.keyClick(table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert sorted(context.selection) == sorted(ids[3:5])
    QTest.keyClick(table, Qt.Key.Key_PageDown)
    assert context.items.row_of(context.current) > 10
    QTest.keyClick(table, Qt.Key.Key_Home)
    assert context.current == ids[0]


def test_selection_is_the_same_in_table_and_grid(table: TableView, desk: MainWindow) -> None:
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, middle(table, 6))
    chosen, current = list(desk.context.selection), desk.context.current
    QTest.keyClick(desk, Qt.Key.Key_F6)
    assert desk.context.view == "grid"
    assert (list(desk.context.selection), desk.context.current) == (chosen, current)
    QTest.keyClick(desk, Qt.Key.Key_F7)
    assert table.currentIndex().row() == 6


def test_what_is_selected_outside_of_the_list_is_counted(table: TableView, desk: MainWindow, qtbot: QtBot) -> None:
    """The selection survives a filter, and an act is about all of it: that must not come as a surprise."""
    context = desk.context
    context.selection.set(context.items.ids[:12])
    said = desk.review.counts._left.text
    assert "not in this list" not in said()
    with qtbot.waitSignal(context.items.loaded):
        context.set_filter(filters.Filter((filters.kind("video"),)))
    outside = len(set(context.selection) - set(context.items.ids))
    assert outside == 10
    assert "12 selected (10 of them not in this list)" in said()


def test_columns_are_chosen_moved_and_remembered(table: TableView, desk: MainWindow, make_desk, qtbot: QtBot) -> None:
    menu = table.column_menu()
    entry = next(action for action in menu.actions() if action.data() == number("nude"))
    assert not entry.isChecked()
    entry.toggle()
    assert not table.isColumnHidden(number("nude"))
    table.horizontalHeader().moveSection(0, 3)
    stored = desk.context.preferences
    qtbot.waitUntil(lambda: stored.value("table.columns") is not None)
    again = make_desk()
    header = again.page("table").table.horizontalHeader()
    assert not header.isSectionHidden(number("nude"))
    assert header.visualIndex(0) == 3


def test_columns_can_be_put_back(table: TableView) -> None:
    table.horizontalHeader().moveSection(0, 3)
    table.setColumnHidden(number("size"), True)
    menu = table.column_menu()
    menu.actions()[-1].trigger()
    assert table.horizontalHeader().visualIndex(0) == 0
    assert not table.isColumnHidden(number("size"))


def test_values_are_written_for_people() -> None:
    assert [clock(value) for value in (None, 0.4, 65.2, 3723)] == ["", "0:00", "1:05", "1:02:03"]
    assert moment("2024-03-01T14:02:33") == "2024-03-01 14:02"
    QLocale.setDefault(QLocale(QLocale.Language.German))
    assert amount(41220) == "41.220"
    assert percent(0.815) in ("0,81", "0,82")
    QLocale.setDefault(QLocale(QLocale.Language.English))
    assert amount(41220) == "41,220"


class Paints(QObject):
    """How many items the list had at each paint of a view."""

    def __init__(self, desk: MainWindow, view: QAbstractScrollArea) -> None:
        super().__init__(view)
        self.seen: list[int] = []
        self._items = desk.context.items
        view.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() == QEvent.Type.Paint:
            self.seen.append(len(self._items))
        return super().eventFilter(watched, event)


@pytest.mark.parametrize("view", ["table", "grid"])
def test_the_old_list_is_not_painted_again_while_a_new_one_comes(desk: MainWindow, qtbot: QtBot, view: str) -> None:
    """It would take the interpreter from the threads that bring the new one, whose rows are painted as they arrive."""
    context = desk.context
    context.items._dim.setInterval(60_000)  # after 150 ms the old list is dimmed, which is a paint
    context.show_view(view)
    shown: QAbstractScrollArea = getattr(desk.review, view)
    qtbot.waitUntil(lambda: shown.isVisible() and not context.items.busy)
    paints, before, arrived = Paints(desk, shown), len(context.items), []
    context.items.arrived.connect(lambda _how: arrived.append(list(paints.seen)))
    context.set_list(filters.Filter((filters.kind("video"),)), Sort("size"))
    shown.viewport().update()
    shown.viewport().repaint()
    qtbot.waitUntil(lambda: not context.items.busy)
    assert len(context.items) != before
    assert arrived[0] == [len(context.items)], "its rows first, and nothing of the old list"


def test_a_list_that_could_not_be_asked_is_painted_again(
    desk: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = desk.context
    context.items._dim.setInterval(60_000)
    context.show_view("table")
    qtbot.waitUntil(lambda: not context.items.busy)
    told: list[object] = []
    context.failed.connect(told.append)

    def broken(*_: object) -> None:
        raise StorageError("no", "nothing")

    monkeypatch.setattr("app.gui.item_model.first_page", broken)
    monkeypatch.setattr("app.gui.item_model.whole_list", broken)
    context.set_list(filters.Filter(), Sort("size"))
    assert not desk.review.table.viewport().updatesEnabled()
    qtbot.waitUntil(lambda: bool(told))
    assert desk.review.table.viewport().updatesEnabled()
