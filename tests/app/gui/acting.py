"""Deciding about items by keys, and asking the case what of it is stored."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.gui.act_boxes import NoteBox, TagBox
from app.gui.acts import Acts
from app.gui.window import MainWindow
from core.case import browse
from core.case.case import Case

WAIT = 20_000
Box = TypeVar("Box", TagBox, NoteBox)


def go_to(window: MainWindow, *rows: int) -> list[int]:
    ids = [window.context.items.ids[row] for row in rows]
    window.context.selection.set(ids)
    window.context.set_current(ids[0])
    return ids


def press(key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(QApplication.focusWidget(), key, modifiers)


def stored(window: MainWindow, content: int) -> browse.Details:
    with Case.open(window.context.case.folder, readonly=True) as case, case.reading() as connection:
        found = browse.details(connection, content)
    assert found is not None
    return found


def act(window: MainWindow, qtbot: QtBot, key: Qt.Key, modifiers: Qt.KeyboardModifier | None = None) -> None:
    """Press a key and wait until what it does is stored."""
    with qtbot.waitSignal(Acts.of(window.context).acted, timeout=WAIT):
        press(key, modifiers or Qt.KeyboardModifier.NoModifier)


def opened(window: MainWindow, kind: type[Box], qtbot: QtBot) -> Box:
    """The box that a key has opened, with the caret in it."""
    qtbot.waitUntil(lambda: any(box.edit.hasFocus() for box in window.findChildren(kind)), timeout=WAIT)
    return next(box for box in window.findChildren(kind) if box.edit.hasFocus())
