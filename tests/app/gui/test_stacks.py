"""Near duplicates on the screen: one line or many, opened in place, graded together in one act."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.gui.acts import Acts
from app.gui.item_painting import describe
from app.gui.window import MainWindow
from core.case import browse
from core.case.case import Case
from core.case.store import Store
from tests.app.gui.conftest import sha
from tests.core.search.test_films import film, noise, turned

WAIT = 20_000
ALIKE = (0, 1, 7, 13)  # numbers of pictures that look the same


def alike(folder: Path) -> list[int]:
    """Give four pictures nearly the same hash, and one another; returns the four content ids."""
    with Case.open(folder) as case, case.connected() as connection, connection.begin():
        store = Store(connection, 1)
        ids = store.content_ids([sha(number) for number in (*ALIKE, 2)])
        four = [ids[sha(number)] for number in ALIKE]
        for place, content in enumerate(four):
            store.fingerprint(content, bytes([(1 << place) - 1] + [0x55] * 31), 100)
        store.fingerprint(ids[sha(2)], bytes([0xAA] * 32), 100)
    return four


@pytest.fixture
def four(case_folder: Path) -> list[int]:
    return alike(case_folder)


@pytest.fixture
def piled(four: list[int], make_desk: Callable[[], MainWindow], case_folder: Path, qtbot: QtBot) -> MainWindow:
    """The table without preview, its keys in the list."""
    window = make_desk()
    window.context.preferences.set_value("dock.preview", False)
    with qtbot.waitSignal(window.context.items.loaded):
        window.open_case(case_folder)
    window.context.show_view("table")
    qtbot.waitUntil(lambda: window.context.items.row(0) is not None and not window.context.busy())
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.review.focus_list()
    look_at(window, four[0])
    return window


def look_at(window: MainWindow, content: int) -> None:
    window.context.selection.set((content,))
    window.context.set_current(content)


def press(key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(QApplication.focusWidget(), key, modifiers)


def relisted(window: MainWindow, qtbot: QtBot, do: Callable[[], None]) -> list[int]:
    with qtbot.waitSignal(window.context.items.loaded, timeout=WAIT):
        do()
    return list(window.context.items.ids)


def grades(window: MainWindow) -> dict[int, str | None]:
    assert window.context.case is not None
    with window.context.case.reading() as connection:
        return {row.id: row.grade for row in browse.rows(connection, list(browse.ids(connection)))}


def test_a_key_makes_similar_ones_one_item_and_back(piled: MainWindow, four: list[int], qtbot: QtBot) -> None:
    whole = list(piled.context.items.ids)
    look_at(piled, four[2])
    shown = relisted(piled, qtbot, lambda: press(Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier))
    assert [content for content in whole if content not in shown] == four[1:]
    assert piled.context.current == four[0], "what was looked at is inside this one now"
    assert piled.review._stacks.isChecked()
    text = piled.review.counts._left.text()
    assert f"{len(shown)} shown" in text
    assert f"{len(whole)} matching" in text
    assert piled.context.items.news == 0
    button = piled.review._stacks
    assert relisted(piled, qtbot, lambda: QTest.mouseClick(button, Qt.MouseButton.LeftButton)) == whole


def test_a_stack_opens_in_place(piled: MainWindow, four: list[int], qtbot: QtBot) -> None:
    relisted(piled, qtbot, lambda: piled.context.set_stacked(True))
    assert piled.context.current == four[0]
    opened = relisted(piled, qtbot, lambda: press(Qt.Key.Key_E))
    place = opened.index(four[0])
    assert opened[place : place + 4] == four
    assert piled.context.current == four[0]
    look_at(piled, four[2])
    closed = relisted(piled, qtbot, lambda: press(Qt.Key.Key_E))
    assert set(closed) == set(opened) - set(four[1:])
    assert piled.context.current == four[0]


def test_without_stacking_the_key_shows_nothing_but_the_stack(piled: MainWindow, four: list[int], qtbot: QtBot) -> None:
    assert relisted(piled, qtbot, lambda: press(Qt.Key.Key_E)) == four


def test_the_whole_stack_is_graded_in_one_act_and_taken_back_in_one(
    piled: MainWindow, four: list[int], qtbot: QtBot
) -> None:
    relisted(piled, qtbot, lambda: piled.context.set_stacked(True))
    with qtbot.waitSignal(Acts.of(piled.context).acted, timeout=WAIT) as told:
        press(Qt.Key.Key_3, Qt.KeyboardModifier.AltModifier)
    assert list(told.args[0].ids) == four
    assert [content for content, grade in grades(piled).items() if grade == "3"] == four
    assert piled.context.current == piled.context.items.ids[1], "a single one moves on"
    bar = Acts.of(piled.context)._bar
    assert bar is not None
    assert bar.isVisible()
    with qtbot.waitSignal(Acts.of(piled.context).acted, timeout=WAIT):
        press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert set(grades(piled).values()) == {None}


def test_the_stacks_of_all_that_is_selected_are_graded(piled: MainWindow, four: list[int], qtbot: QtBot) -> None:
    alone = next(content for content in piled.context.items.ids if content not in four)
    piled.context.set_current(alone)
    piled.context.selection.set((alone, four[3]))
    with qtbot.waitSignal(Acts.of(piled.context).acted, timeout=WAIT) as told:
        press(Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    assert list(told.args[0].ids) == sorted([alone, *four])


def test_an_item_without_similar_ones_is_graded_alone_and_says_so_when_opened(
    piled: MainWindow, four: list[int], qtbot: QtBot
) -> None:
    alone = next(content for content in piled.context.items.ids if content not in four)
    look_at(piled, alone)
    with qtbot.waitSignal(piled.context.message, timeout=WAIT) as told:
        press(Qt.Key.Key_E)
    assert "similar" in told.args[0]
    with qtbot.waitSignal(Acts.of(piled.context).acted, timeout=WAIT) as acted:
        press(Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    assert list(acted.args[0].ids) == [alone]


def test_how_alike_they_must_be_is_chosen_from_a_menu(piled: MainWindow, four: list[int], qtbot: QtBot) -> None:
    menu = piled.review.strictness
    menu.aboutToShow.emit()
    qtbot.waitUntil(menu.actions()[2].isChecked, timeout=WAIT)
    with Case.open(piled.context.case.folder) as case, case.connected() as connection, connection.begin():  # type: ignore[union-attr]  # the desk has a case
        Store(connection, 1).fingerprint(four[3], bytes([0xFF, 0xFF] + [0x55] * 30), 100)  # 12 bits from the first
    relisted(piled, qtbot, menu.actions()[0].trigger)
    with Case.open(piled.context.case.folder, readonly=True) as case, case.reading() as connection:  # type: ignore[union-attr]  # the desk has a case
        (row,) = browse.rows(connection, [four[0]])
    assert row.stacked == 3


def test_it_is_remembered_and_told(
    piled: MainWindow, four: list[int], make_desk: Callable[[], MainWindow], case_folder: Path, qtbot: QtBot
) -> None:
    row = piled.context.items.cached(four[0])
    assert row is not None
    assert "4 similar" in describe(row)
    relisted(piled, qtbot, lambda: piled.context.set_stacked(True))
    piled.close()
    again = make_desk()
    shown = relisted(again, qtbot, lambda: again.open_case(case_folder))
    assert not set(four[1:]) & set(shown)


def test_films_that_show_the_same_are_graded_together(
    make_desk: Callable[[], MainWindow], case_folder: Path, qtbot: QtBot
) -> None:
    with Case.open(case_folder) as case, case.connected() as connection, connection.begin():
        store = Store(connection, 1)
        ids = store.content_ids([sha(number) for number in ALIKE])
        whole, again, part, other = (ids[sha(number)] for number in ALIKE)
        lines = noise(24, 1)
        store.film_hashes(whole, film(lines))
        store.film_hashes(again, film(turned(lines, 14)))
        store.film_hashes(part, film(turned(lines[5:15], 6)))
        store.film_hashes(other, film(noise(24, 2)))
    window = make_desk()
    window.context.preferences.set_value("dock.preview", False)
    with qtbot.waitSignal(window.context.items.loaded):
        window.open_case(case_folder)
    window.context.show_view("table")
    qtbot.waitUntil(lambda: window.context.items.row(0) is not None and not window.context.busy())
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.review.focus_list()
    look_at(window, part)
    with qtbot.waitSignal(Acts.of(window.context).acted, timeout=WAIT) as told:
        press(Qt.Key.Key_2, Qt.KeyboardModifier.AltModifier)
    assert list(told.args[0].ids) == sorted([whole, again, part])
    shown = relisted(window, qtbot, lambda: window.context.set_stacked(True))
    assert len({whole, again, part} & set(shown)) == 1
    assert other in shown
