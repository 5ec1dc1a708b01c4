"""Comparing through keys and mouse, on real files: side by side, at the same place, each graded for itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.gui.acts import Acts
from app.gui.compare import differences
from app.gui.compare.page import ComparePage
from app.gui.preview import pixels_ready_for
from app.gui.window import MainWindow
from core.case import browse
from core.case.case import Case
from core.case.store import Store
from core.search.films import Likeness
from tests.app.gui.looking import BLUE, GREEN, RED, make_case, open_and_wait
from tests.app.gui.previewing import is_colour, pixels
from tests.core.search.test_films import film, noise

WAIT = 30_000


@pytest.fixture
def window(make_desk: Callable[[], MainWindow], looking: Path, tmp_path: Path, qtbot: QtBot) -> MainWindow:
    """a.png and b.png are near duplicates of each other as far as the case knows; nothing is blurred."""
    make_case(tmp_path / "case", looking)
    with Case.open(tmp_path / "case") as case, case.connected() as connection, connection.begin():
        rows = {row.name: row.id for row in browse.rows(connection, list(browse.ids(connection)))}
        store = Store(connection, 1)
        store.fingerprint(rows["a.png"], bytes([0x55] * 32), 90)
        store.fingerprint(rows["b.png"], bytes([0x54] + [0x55] * 31), 90)
        store.fingerprint(rows["c.png"], bytes([0xAA] * 32), 90)
    window = open_and_wait(make_desk(), tmp_path / "case", qtbot)
    window.context.exposure.next_blur()
    window.context.exposure.next_blur()
    window.review.focus_list()
    return window


def ids(window: MainWindow, *names: str) -> list[int]:
    items = window.context.items
    rows = {row.name: row.id for row in map(items.row, range(len(items))) if row is not None}
    return [rows[name] for name in names]


def press(key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(QApplication.focusWidget(), key, modifiers)


def compare(window: MainWindow, qtbot: QtBot, *names: str) -> ComparePage:
    """Select these, press C, and wait until all of them can be seen."""
    chosen = ids(window, *names)
    window.context.selection.set(chosen)
    window.context.set_current(chosen[0])
    press(Qt.Key.Key_C)
    qtbot.waitUntil(lambda: window.context.view == "compare", timeout=WAIT)
    (page,) = ComparePage.all_of(window.context)
    qtbot.waitUntil(lambda: bool(page.panes) and all(pane.ready for pane in page.panes), timeout=WAIT)
    qtbot.waitUntil(lambda: all(pane.subject is not None for pane in page.panes), timeout=WAIT)
    return page


def shown(page: ComparePage) -> list[int | None]:
    return [pane.canvas.content for pane in page.panes]


def facts(page: ComparePage) -> dict[str, list[str]]:
    table = page.differences
    found = {}
    for row in range(table.rowCount()):
        cells = [table.item(row, column) for column in range(table.columnCount())]
        title, *texts = [cell.text().strip() if cell else "" for cell in cells]
        found[title] = texts
    return found


def test_what_is_selected_stands_side_by_side(window: MainWindow, qtbot: QtBot) -> None:
    page = compare(window, qtbot, "a.png", "b.png", "c.png")
    assert shown(page) == ids(window, "a.png", "b.png", "c.png")
    for pane, colour in zip(page.panes, (RED, GREEN, BLUE), strict=True):
        assert is_colour(pane.canvas.image, colour)
    assert "3" in page._heading.text()
    found = facts(page)
    assert found["Name"] == ["a.png", "b.png", "c.png"]
    assert "1 of 256" in found["Likeness to the first"][1]
    assert "256 of 256" in found["Likeness to the first"][2]
    press(Qt.Key.Key_Escape)
    assert window.context.view == "grid"
    assert list(window.context.selection) == ids(window, "a.png", "b.png", "c.png")


def test_of_one_item_its_stack_is_compared_or_else_the_next(window: MainWindow, qtbot: QtBot) -> None:
    page = compare(window, qtbot, "b.png")
    assert shown(page) == ids(window, "b.png", "a.png")
    press(Qt.Key.Key_C)
    qtbot.waitUntil(lambda: window.context.view == "grid", timeout=WAIT)
    page = compare(window, qtbot, "d.mp4")
    assert shown(page)[0] == ids(window, "d.mp4")[0]
    assert len(page.panes) == 2
    assert "frame 30" in page.panes[0].canvas._title.place  # type: ignore[union-attr] # a film is seen at its hit


def test_zoom_and_move_go_together(window: MainWindow, qtbot: QtBot) -> None:
    page = compare(window, qtbot, "a.png", "b.png")
    first, second = (pane.canvas for pane in page.panes)
    for _ in range(6):
        press(Qt.Key.Key_Plus)
    assert first.view()[0] > 2
    assert second.view() == pytest.approx(first.view(), abs=0.02)
    QTest.mousePress(first, Qt.MouseButton.LeftButton, pos=first.rect().center())
    for step in (20, 40, 60):
        QTest.mouseMove(first, first.rect().center() + QPoint(step, step // 2))
    QTest.mouseRelease(first, Qt.MouseButton.LeftButton, pos=first.rect().center() + QPoint(60, 30))
    assert first.view()[1] < 0.48
    assert second.view() == pytest.approx(first.view(), abs=0.02)
    press(Qt.Key.Key_V)
    assert not page.together.isChecked()
    middle = QPointF(first.rect().center())
    wheel = QWheelEvent(
        middle, first.mapToGlobal(middle), QPoint(), QPoint(0, 240), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    before = second.view()
    QApplication.sendEvent(first, wheel)
    assert first.view()[0] > before[0] * 1.3
    assert second.view() == pytest.approx(before)
    press(Qt.Key.Key_V)
    assert second.view() == pytest.approx(first.view(), abs=0.02), "together again: as the one with the frame"


def test_digits_grade_the_one_with_the_frame_and_nothing_moves_on(window: MainWindow, qtbot: QtBot) -> None:
    page = compare(window, qtbot, "a.png", "b.png")
    first, second = shown(page)
    press(Qt.Key.Key_Right)
    assert window.context.current == second
    with qtbot.waitSignal(Acts.of(window.context).acted, timeout=WAIT) as told:
        press(Qt.Key.Key_4)
    assert list(told.args[0].ids) == [second], "the selection of two is not what is meant here"
    assert window.context.view == "compare"
    assert window.context.current == second
    qtbot.waitUntil(page.panes[1].grades.buttons["4"].isChecked, timeout=WAIT)
    assert not page.panes[0].grades.buttons["4"].isChecked()
    assert facts(page)["Grade"] == ["", "4 Background"]
    with qtbot.waitSignal(Acts.of(window.context).acted, timeout=WAIT) as told:
        QTest.mouseClick(page.panes[0].grades.buttons["2"], Qt.MouseButton.LeftButton)
    assert list(told.args[0].ids) == [first]
    assert page.panes[0].focused


def test_swap_and_flip(window: MainWindow, qtbot: QtBot) -> None:
    page = compare(window, qtbot, "a.png", "b.png", "c.png")
    a, b, c = ids(window, "a.png", "b.png", "c.png")
    press(Qt.Key.Key_X)
    assert shown(page) == [b, a, c]
    assert window.context.current == a
    press(Qt.Key.Key_D)
    assert [pane.isVisible() for pane in page.panes] == [False, True, False]
    press(Qt.Key.Key_D)
    assert [pane.isVisible() for pane in page.panes] == [False, False, True]
    assert pixels_ready_for(window.context, c)
    assert not pixels_ready_for(window.context, b), "what is hidden cannot be graded"
    press(Qt.Key.Key_Escape)
    assert [pane.isVisible() for pane in page.panes] == [True] * 3
    assert window.context.view == "compare"


def test_the_least_is_seen_here_too(window: MainWindow, qtbot: QtBot) -> None:
    page = compare(window, qtbot, "a.png", "b.png")
    clear = pixels(page.panes[0].canvas.image)
    assert window.context.exposure._watched == ids(window, "a.png")[0], "an indicator is seen as it is"
    press(Qt.Key.Key_B)  # blur what is flagged
    qtbot.waitUntil(lambda: bool(page.panes[0].canvas._badge) and page.panes[0].ready, timeout=WAIT)
    assert pixels(page.panes[0].canvas.image).std() < clear.std() / 2
    assert window.context.exposure._watched is None
    assert is_colour(page.panes[1].canvas.image, GREEN), "without an indicator it stays as it is"
    press(Qt.Key.Key_F9)
    assert page.panes[0].canvas.image is None
    assert page.panes[1].canvas.image is None
    window.context.exposure.toggle_hidden()
    qtbot.waitUntil(lambda: all(pane.ready for pane in page.panes), timeout=WAIT)


def test_sound_and_broken_files_say_so_in_words(window: MainWindow, qtbot: QtBot) -> None:
    page = compare(window, qtbot, "e.wav", "g.jpg", "f.bin", "h.tif")
    assert len(page.panes) == 4
    said = [pane.canvas.accessibleDescription() for pane in page.panes]
    assert "Not a picture or film" in said[0]
    assert "Not a picture or film" in said[1]
    assert "Cannot be shown" in said[2]
    assert page.panes[3].canvas.image is not None


def test_a_single_item_in_the_list_has_nobody_to_be_compared_with(window: MainWindow, qtbot: QtBot) -> None:
    from core.case import filters

    (content,) = ids(window, "c.png")
    with qtbot.waitSignal(window.context.items.loaded, timeout=WAIT):
        window.context.set_filter(window.context.filter.with_part(filters.items(content)))
    window.context.selection.set((content,))
    window.context.set_current(content)
    with qtbot.waitSignal(window.context.message, timeout=WAIT) as told:
        press(Qt.Key.Key_C)
    assert "nothing to compare" in told.args[0]
    assert window.context.view == "grid"


def test_closing_the_case_forgets_what_was_compared(window: MainWindow, qtbot: QtBot) -> None:
    page = compare(window, qtbot, "a.png", "b.png")
    window.close_case()
    assert page.panes == []
    assert window.context.view == "start"


def test_the_page_chooses_by_itself_and_says_what_to_do_without_a_list(window: MainWindow, qtbot: QtBot) -> None:
    window.context.selection.clear()
    window.context.show_view("compare")
    (page,) = ComparePage.all_of(window.context)
    qtbot.waitUntil(lambda: len(page.panes) == 2 and not page.loading, timeout=WAIT)
    assert not page._empty.isVisible()
    page._begin(())
    assert page._empty.isVisible()
    assert "press C" in page._empty.text()


@pytest.mark.parametrize(
    ("first", "second", "lengths", "said"),
    [
        (1.0, 0.97, (60, 60), "the same film (97 %"),
        (0.2, 0.9, (60, 12), "a part of the first (90 %"),
        (0.2, 0.9, (60, 58), "the same film (90 %"),
        (0.8, 0.1, (12, 60), "the first is a part of it (80 %"),
    ],
)
def test_films_say_how_much_of_them_is_the_same(
    first: float, second: float, lengths: tuple[float, float], said: str
) -> None:
    told = [differences._likeness(place, Likeness(first, second, 9), lengths) for place in range(2)]
    assert told[0] == "—"
    assert said in told[1]
    assert "another film (3 %" in differences._likeness(1, Likeness(0.01, 0.03, None), lengths)


def test_compared_films_are_told_by_their_frames(window: MainWindow, qtbot: QtBot) -> None:
    film_id, picture_id = ids(window, "d.mp4", "a.png")
    with Case.open(window.context.case.folder) as case, case.connected() as connection, connection.begin():  # type: ignore[union-attr]  # the desk has a case
        store = Store(connection, 1)
        store.film_hashes(film_id, film(noise(12, 1)))
        store.film_hashes(picture_id, film(noise(12, 1)))
    page = compare(window, qtbot, "d.mp4", "a.png", "b.png")
    lines = facts(page)["Likeness to the first"]
    assert any("the same film (100 %" in line for line in lines)
