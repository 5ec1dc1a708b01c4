"""The tabs below the picture: all in sight as long as their words can be read, else in a row that moves."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QTabWidget, QWidget

__all__ = ["Tabs"]

_PADDING = 12  # pixels of a tab beside its word, as the style sheet has it
_SHORTENED = 1.1
"""So many times the room there is may the words need before shortening leaves too little of them."""


class Tabs(QTabWidget):
    """Where there is not enough room, counts are left out first; then words are shortened a little; large text in a
    narrow window brings arrows instead."""

    def __init__(self) -> None:
        super().__init__()
        self._words: dict[QWidget, tuple[str, str]] = {}
        self.setDocumentMode(True)
        self.tabBar().setExpanding(False)

    def name(self, widget: QWidget, word: str, counted: str = "") -> None:
        """Name a tab; `counted`: the same with a number, for where there is room. Ends with `fit`."""
        self._words[widget] = (word, counted or word)

    def fit(self) -> None:
        """Choose the words, and whether the row moves; to be called when words or what is visible have changed."""
        room = max(1, self.width())
        with_counts = self._needed(1) <= room
        for widget, words in self._words.items():
            place, text = self.indexOf(widget), words[1 if with_counts else 0]
            if self.tabText(place) != text:
                self.setTabText(place, text)
            self.setTabToolTip(place, words[1] if not with_counts else "")
        moving = not with_counts and self._needed(0) > _SHORTENED * room
        self.setUsesScrollButtons(moving)
        self.setElideMode(Qt.TextElideMode.ElideNone if moving else Qt.TextElideMode.ElideRight)

    def _needed(self, which: int) -> int:
        metrics = self.tabBar().fontMetrics()
        seen = [words[which] for widget, words in self._words.items() if self.isTabVisible(self.indexOf(widget))]
        return sum(metrics.horizontalAdvance(word) + _PADDING for word in seen)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.fit()
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.fit()
