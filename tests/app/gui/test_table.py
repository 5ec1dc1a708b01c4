from __future__ import annotations

import pytest
from PySide6.QtCore import QLocale, QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.gui.columns import COLUMNS, amount, clock, moment, percent
from app.gui.table_view import TableView
from app.gui.window import MainWindow
from core.case import filters
from core.case.filters import Sort


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
