"""The widgets of the stage and where they stand: picture or storyboard, a caution, the axis, the buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLabel, QStackedWidget, QVBoxLayout, QWidget

from app.gui.preview.canvas import Canvas
from app.gui.preview.controls import Controls
from app.gui.preview.storyboard import Storyboard
from app.gui.preview.timeline import Timeline

if TYPE_CHECKING:
    from app.gui.context import Context

__all__ = ["StageFrame"]


class StageFrame(QWidget):
    """Knows no item; `app.gui.preview.stage` decides what is shown."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.canvas, self.storyboard, self.timeline = Canvas(), Storyboard(), Timeline()
        self.controls = Controls(context)
        self._note = QLabel()
        self._note.setWordWrap(True)
        self._note.setProperty("warning", True)
        self._note.setContentsMargins(8, 2, 8, 2)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.canvas)
        self._stack.addWidget(self.storyboard)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self._stack, 1)
        layout.addWidget(self._note)
        layout.addWidget(self.timeline)
        layout.addWidget(self.controls)

    @property
    def on_storyboard(self) -> bool:
        return self._stack.currentWidget() is self.storyboard

    def show_canvas(self) -> None:
        self._stack.setCurrentWidget(self.canvas)

    def show_board(self) -> None:
        self._stack.setCurrentWidget(self.storyboard)

    def say(self, caution: str) -> None:
        """A sentence between picture and buttons; empty takes it away."""
        self._note.setText(caution)
        self._note.setVisible(bool(caution))
