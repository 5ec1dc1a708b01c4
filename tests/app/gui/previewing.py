"""Choosing an item in a window, and telling what its preview shows."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.gui.preview import pixels_ready_for
from app.gui.preview.panel import PreviewPanel
from app.gui.window import MainWindow

WAIT = 30_000


def choose(window: MainWindow, name: str, qtbot: QtBot, *, wait: bool = True) -> int:
    """Make the item with this file name current, and wait until it is shown."""
    context = window.context
    rows = [context.items.row(number) for number in range(len(context.items))]
    content = next(row.id for row in rows if row is not None and row.name == name)
    context.selection.set((content,))
    context.set_current(content)
    if wait:
        qtbot.waitUntil(lambda: pixels_ready_for(context, content), timeout=WAIT)
    return content


def forget_what_is_near(panel: PreviewPanel) -> None:
    """As if nothing had been decoded ahead."""
    panel._forget_near()
    panel._feed.prefetch("ahead", [])
    panel._feed._kept.clear()


def press(key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(QApplication.focusWidget(), key, modifiers)


def pixels(image: QImage | None) -> np.ndarray:
    assert image is not None
    rgb = image.convertToFormat(QImage.Format.Format_RGB888)
    values = np.frombuffer(rgb.constBits(), np.uint8).reshape(rgb.height(), rgb.bytesPerLine())
    return values[:, : rgb.width() * 3].reshape(rgb.height(), rgb.width(), 3).copy()


def is_colour(image: QImage | None, colour: tuple[int, int, int]) -> bool:
    return bool(np.abs(pixels(image)[45, 81].astype(int) - colour).max() < 40)


def bar(image: QImage | None) -> int:
    """The frame number that is drawn into the film."""
    return round((float(np.argmax(pixels(image)[:, :, 0].mean(axis=0))) - 1.5) / 4)
