"""What an empty case says stands where the material would be, in every view."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect
from pytestqt.qtbot import QtBot

from app.gui.preview.stage import Stage
from app.gui.window import MainWindow
from core.case.case import Case


@pytest.mark.parametrize("view", ["grid", "table", "single"])
def test_the_sentence_lies_over_the_list_or_the_picture(
    view: str, make_desk: Callable[[], MainWindow], tmp_path: Path, qtbot: QtBot
) -> None:
    Case.create(tmp_path / "case").close()
    desk = make_desk()
    with qtbot.waitSignal(desk.context.items.loaded):
        desk.open_case(tmp_path / "case")
    desk.show_view(view)
    note, stack = desk.review._note, desk.review._stack
    qtbot.waitUntil(note.isVisible)
    qtbot.waitUntil(lambda: not desk.context.busy())
    shown = stack.currentWidget()
    stage = shown.findChild(Stage) or shown
    assert (view == "single") is isinstance(stage, Stage)
    desk.review._place_overlays()
    place = QRect(stage.mapTo(stack, QPoint(0, 0)), stage.size())
    assert place.contains(note.geometry())
    assert (note.geometry().center() - place.center()).manhattanLength() <= 2
