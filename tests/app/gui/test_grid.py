from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.gui import theme
from app.gui.grid_view import GridView
from app.gui.thumbnails import BLUR_SIDE, Thumbnail, Thumbnails, blurred
from app.gui.window import MainWindow
from core.case import filters
from core.case.filters import Filter, Sort
from core.decode.thumbnail import storyboard


@pytest.fixture
def grid(desk: MainWindow, qtbot: QtBot) -> GridView:
    desk.context.show_view("grid")
    qtbot.waitUntil(lambda: desk.context.items.row(0) is not None)
    return desk.review.grid


def click(grid: GridView, row: int, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, modifiers, grid.cell(row).center())


def press(grid: GridView, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(grid, key, modifiers)


def test_cells_are_where_the_mouse_finds_them(grid: GridView) -> None:
    for row in range(*grid.visible_rows()):
        assert grid.row_at(grid.cell(row).center()) == row
    assert grid.row_at(QPoint(grid.viewport().width() - 1, grid.viewport().height() + 10**6)) == -1


def test_mouse_selects_one_many_and_a_range(grid: GridView, desk: MainWindow) -> None:
    context, ids = desk.context, desk.context.items.ids
    click(grid, 2)
    assert list(context.selection) == [ids[2]] == [context.current]
    click(grid, 5, Qt.KeyboardModifier.ShiftModifier)
    assert sorted(context.selection) == sorted(ids[2:6])
    click(grid, 3, Qt.KeyboardModifier.ControlModifier)
    assert ids[3] not in context.selection
    assert context.current == ids[3]


def test_arrow_keys_move_by_cells_and_lines(grid: GridView, desk: MainWindow) -> None:
    context, columns = desk.context, grid.columns()
    click(grid, 0)
    press(grid, Qt.Key.Key_Right)
    press(grid, Qt.Key.Key_Down)
    assert context.items.row_of(context.current) == columns + 1
    press(grid, Qt.Key.Key_Up)
    press(grid, Qt.Key.Key_Up)  # there is no line above: it stays
    assert context.items.row_of(context.current) == 1
    press(grid, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert len(context.selection) == 2
    press(grid, Qt.Key.Key_End)
    assert context.items.row_of(context.current) == len(context.items) - 1
    assert grid.visible_rows()[1] == len(context.items)


def test_ctrl_moves_without_selecting_and_ctrl_space_selects(grid: GridView, desk: MainWindow) -> None:
    context = desk.context
    click(grid, 0)
    press(grid, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    press(grid, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    assert list(context.selection) == [context.items.ids[0]]
    press(grid, Qt.Key.Key_Space, Qt.KeyboardModifier.ControlModifier)
    assert sorted(context.selection) == sorted((context.items.ids[0], context.items.ids[2]))


def test_select_all_is_the_query(grid: GridView, desk: MainWindow) -> None:
    press(grid, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert desk.context.selection.ids() == desk.context.items.ids


def test_enter_opens_alone_and_escape_comes_back_to_the_place(grid: GridView, desk: MainWindow, qtbot: QtBot) -> None:
    click(grid, 7)
    press(grid, Qt.Key.Key_Return)
    assert desk.context.view == "single"
    QTest.keyClick(desk, Qt.Key.Key_Escape)
    assert desk.context.view == "grid"
    assert desk.context.items.row_of(desk.context.current) == 7


def test_double_click_opens_alone(grid: GridView, desk: MainWindow) -> None:
    QTest.mouseDClick(grid.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, grid.cell(4).center())
    assert (desk.context.view, desk.context.current) == ("single", desk.context.items.ids[4])


def test_zoom_keeps_the_first_line(grid: GridView, desk: MainWindow, qtbot: QtBot) -> None:
    grid.show_row(40, at_top=True)
    first = grid.visible_rows()[0]
    grid.set_zoom(3)
    low, high = grid.visible_rows()
    assert low <= first < high
    grid.set_zoom(99)
    assert grid.zoom == 3


def test_a_new_order_keeps_current_item_and_selection_in_sight(grid: GridView, desk: MainWindow, qtbot: QtBot) -> None:
    click(grid, 1)
    content = desk.context.current
    with qtbot.waitSignal(desk.context.items.loaded):
        desk.context.set_sort(Sort("size", descending=True))
    low, high = grid.visible_rows()
    assert low <= desk.context.items.row_of(content) < high
    assert list(desk.context.selection) == [content]


def centre_color(grid: GridView, row: int) -> QColor:
    cell = grid.cell(row)
    return grid.grab().toImage().pixelColor(cell.center() - QPoint(0, 12))


def test_thumbnails_are_painted(grid: GridView, desk: MainWindow, qtbot: QtBot) -> None:
    desk.context.exposure.set_comfort(type(desk.context.exposure.comfort)(blur="none"))
    with qtbot.waitSignal(desk.context.items.loaded):
        desk.context.set_filter(Filter((filters.kind("image"),)))
    level = 40 + 3 * 1  # the second picture is item 1
    qtbot.waitUntil(lambda: abs(centre_color(grid, 1).red() - level) < 6)


def test_hidden_means_no_pixel(grid: GridView, desk: MainWindow, qtbot: QtBot) -> None:
    desk.context.exposure.set_comfort(type(desk.context.exposure.comfort)(blur="none"))
    level = 40 + 3 * 1
    qtbot.waitUntil(lambda: abs(centre_color(grid, 1).red() - level) < 6)
    desk.context.exposure.hidden = True
    desk.context.exposure.changed.emit()
    assert centre_color(grid, 1) == theme.current().color("placeholder")


def test_blur_leaves_nothing_sharp() -> None:
    image = QImage(200, 150, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    for x in range(0, 200, 8):
        for y in range(150):
            image.setPixelColor(x, y, QColor("black"))
    soft = blurred(image)
    assert soft.size() == image.size()
    levels = [soft.pixelColor(x, 75).red() for x in range(200)]
    assert max(abs(a - b) for a, b in pairwise(levels)) < 2 * 255 / (200 / BLUR_SIDE)


def test_thumbnails_that_are_not_there_are_said_to_be_missing(qtbot: QtBot, tmp_path) -> None:
    thumbnails = Thumbnails()
    wanted = Thumbnail(tmp_path / "none.jpg", 100, 100)
    with qtbot.waitSignal(thumbnails.arrived):
        assert thumbnails.get(wanted) is None
    assert thumbnails.missing(wanted.path)
    thumbnails.look_again()
    assert not thumbnails.missing(wanted.path)
    thumbnails.close()


COLOURS = [(250, 0, 0), (0, 250, 0), (0, 0, 250), (250, 250, 0), (0, 250, 250), (250, 0, 250), (250, 250, 250)]


def board() -> bytes:
    """A storyboard of seven frames of 120 × 90, each of one colour: a full line of four, and three."""
    cells = [(np.full((90, 120, 3), colour, np.uint8), f"0:{n:02}") for n, colour in enumerate(COLOURS)]
    made = storyboard(cells)
    assert made is not None
    return made


def colour(image: QImage | None) -> tuple[int, int, int]:
    assert image is not None
    found = image.pixelColor(image.width() // 2, image.height() // 3)
    return (found.red(), found.green(), found.blue())


def test_frames_come_out_of_a_storyboard(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "story.jpg"
    path.write_bytes(board())
    thumbnails = Thumbnails()
    for number, wanted in enumerate(COLOURS):
        frame = Thumbnail(path, 100, 100, at=(number + 0.5) / len(COLOURS), frame=(120, 90))
        qtbot.waitUntil(lambda frame=frame: thumbnails.get(frame) is not None)
        assert colour(thumbnails.get(frame)) == pytest.approx(wanted, abs=12), "the empty place at the end is no frame"
    blur = Thumbnail(path, 100, 100, blur=True, at=0.0, frame=(120, 90))
    qtbot.waitUntil(lambda: thumbnails.get(blur) is not None)
    thumbnails.close()


def test_a_film_goes_by_under_the_mouse(grid: GridView, desk: MainWindow, qtbot: QtBot) -> None:
    case, items = desk.context.case, desk.context.items
    assert case is not None
    row = next(number for number in range(12) if (one := items.row(number)) is not None and one.kind == "video")
    film = items.row(row)
    assert film is not None
    case.thumbnail(film.sha256, "story").write_bytes(board())
    items.patch([film.id], storyboard=True)
    desk.context.exposure.next_blur()
    desk.context.exposure.next_blur()
    where = grid.cell(row)
    QTest.mouseMove(grid.viewport(), where.center())
    assert grid._scrub is not None
    assert grid._scrub[0] == film.id
    QTest.mouseMove(grid.viewport(), QPoint(where.left() + 3, where.center().y()))
    assert grid._scrub[1] == 0.0
    patched = items.row(row)
    assert patched is not None
    qtbot.waitUntil(lambda: colour(grid._picture(patched, where)[0]) == pytest.approx(COLOURS[0], abs=12))
    QTest.mouseMove(grid.viewport(), grid.cell(row + 1).center())
    assert grid._scrub is None
