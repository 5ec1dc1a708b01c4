"""A row that breaks into lines where it is too narrow: buttons keep their words at any size of the text."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget

__all__ = ["Flow"]


class Flow(QLayout):
    """Widgets side by side, in as many lines as they need."""

    def __init__(self, parent: QWidget | None = None, gap: int = 6) -> None:
        super().__init__(parent)
        self._held: list[QLayoutItem] = []
        self._gap = gap
        self.setContentsMargins(0, 0, 0, 0)

    def clear(self) -> None:
        while self._held:
            widget = self._held.pop().widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.invalidate()

    def addItem(self, item: QLayoutItem) -> None:
        self._held.append(item)

    def count(self) -> int:
        return len(self._held)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._held[index] if 0 <= index < len(self._held) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._held.pop(index) if 0 <= index < len(self._held) else None

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._place(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, where: QRect) -> None:
        super().setGeometry(where)
        self._place(where, move=True)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        size = QSize()
        for item in self._held:
            if item.isEmpty():
                continue
            size = size.expandedTo(item.minimumSize())
        return size

    def _place(self, where: QRect, *, move: bool) -> int:
        top = where.y()
        for line in self._lines(where.width()):
            high = max(item.sizeHint().height() for item in line)
            left = where.x()
            for item in line:
                size = item.sizeHint()
                if move:  # what is lower stands in the middle of its line
                    item.setGeometry(QRect(QPoint(left, top + (high - size.height()) // 2), size))
                left += size.width() + self._gap
            top += high + self._gap
        return max(0, top - where.y() - self._gap)

    def _lines(self, width: int) -> list[list[QLayoutItem]]:
        """What is visible, in as many lines as it needs."""
        lines: list[list[QLayoutItem]] = []
        left = 0
        for item in self._held:
            if item.isEmpty():  # hidden
                continue
            wide = item.sizeHint().width()
            if not lines or left + wide > width:
                lines.append([])
                left = 0
            lines[-1].append(item)
            left += wide + self._gap
        return lines
