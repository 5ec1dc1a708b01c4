"""The tabs below the picture: all in sight as long as their words can be read, else in a row that moves."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QTabWidget

__all__ = ["Tabs"]

_PADDING = 20  # pixels of a tab beside its word, as the style sheet has it
_SHORTENED = 1.15
"""So many times the room there is may the words need before shortening leaves too little of them."""


class Tabs(QTabWidget):
    """Words are shortened where there is nearly enough room; large text in a narrow window brings arrows instead."""

    def __init__(self) -> None:
        super().__init__()
        self.setDocumentMode(True)
        self.tabBar().setExpanding(False)
        self.fit()

    def fit(self) -> None:
        """Choose between the two; to be called when words have changed."""
        bar = self.tabBar()
        words = [bar.tabText(place) for place in range(bar.count()) if bar.isTabVisible(place)]
        needed = sum(bar.fontMetrics().horizontalAdvance(word) + _PADDING for word in words)
        moving = needed > _SHORTENED * max(1, self.width())
        self.setUsesScrollButtons(moving)
        self.setElideMode(Qt.TextElideMode.ElideNone if moving else Qt.TextElideMode.ElideRight)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.fit()
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.fit()
