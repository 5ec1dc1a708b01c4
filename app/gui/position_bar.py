"""A map of the whole list beside the scroll bar: where the hits, flags and grades are, and where one is now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QWidget

from app.gui import theme

if TYPE_CHECKING:
    from app.gui.context import Changes, Context
    from core.case.browse import Marks

__all__ = ["PositionBar"]

MARKS = (("hits", "danger"), ("flagged", "warning"), ("graded", "good"))
STRETCHES = 400
WAIT = 400  # milliseconds after the last change: marks are an overview, the list comes first


class _Scrolls(Protocol):
    def visible_rows(self) -> tuple[int, int]: ...

    def show_row(self, row: int, *, at_top: bool = False) -> None: ...


class PositionBar(QWidget):
    """Three lanes of marks over the length of the list. A click or drag goes there."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._view: _Scrolls | None = None
        self._marks: Marks | None = None
        self._drawn: QPixmap | None = None  # the lanes, until the marks, the size or the look change
        self._later = QTimer(self, singleShot=True, interval=WAIT)
        self._later.timeout.connect(self._ask)
        self.setAccessibleName(self.tr("Position in the list"))
        self.setToolTip(
            self.tr("Where in the list: indicators red, second look yellow, graded green. Click to go there.")
        )
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        context.items.asked.connect(self._stop)
        context.items.loaded.connect(self._later.start)
        context.changed.connect(self._changed)
        context.current_changed.connect(self.update)
        context.case_closed.connect(self._forget)
        theme.current().changed.connect(self._redraw)

    def attach(self, view: _Scrolls) -> None:
        """The view that this bar shows the position of."""
        self._view = view
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(16, 100)

    def _changed(self, changes: Changes) -> None:
        if changes.decisions is not None or changes.findings:
            self._later.start()

    def _forget(self) -> None:
        self._marks = None
        self._redraw()

    def _stop(self) -> None:
        self._later.stop()
        self._context.drop_query("marks")

    def _ask(self) -> None:
        ids = self._context.items.ids

        def work(connection: Any) -> Marks:
            from core.case import browse

            return browse.marks(connection, ids, STRETCHES)

        self._context.query(work, self._take, key="marks")

    def _take(self, marks: Marks) -> None:
        self._marks = marks
        self._redraw()

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter = theme.current(), QPainter(self)
        painter.fillRect(event.rect(), look.color("panel"))
        count, height = len(self._context.items), self.height()
        if not count:
            return
        if self._marks is not None:
            painter.drawPixmap(0, 0, self._lanes(self._marks))
        if self._view is not None:
            first, last = self._view.visible_rows()
            top, bottom = first * height / count, last * height / count
            painter.setPen(look.color("muted"))
            painter.setBrush(look.color("text", 34))
            painter.drawRoundedRect(QRectF(0.5, top, self.width() - 1, max(5.0, bottom - top)), 2, 2)
        painter.end()

    def _lanes(self, marks: Marks) -> QPixmap:
        """The marks as one picture: a thousand little rectangles are not drawn anew for every key press."""
        if self._drawn is None or self._drawn.deviceIndependentSize().toSize() != self.size():
            ratio = self.devicePixelRatioF()
            drawn = QPixmap(self.size() * ratio)
            drawn.setDevicePixelRatio(ratio)
            drawn.fill(Qt.GlobalColor.transparent)
            painter = QPainter(drawn)
            for number, (name, role) in enumerate(MARKS):
                self._paint_lane(painter, number, getattr(marks, name), theme.current().color(role))
            painter.end()
            self._drawn = drawn
        return self._drawn

    def _redraw(self) -> None:
        self._drawn = None
        self.update()

    def _paint_lane(self, painter: QPainter, number: int, counts: Sequence[int], color: QColor) -> None:
        """One column of marks, the stronger the more of a stretch has it."""
        assert self._marks is not None
        wide, high = (self.width() - 4) / len(MARKS), self.height() / max(1, len(counts))
        for place, (count, items) in enumerate(zip(counts, self._marks.items, strict=True)):
            if count:
                color.setAlpha(90 + round(165 * count / max(1, items)))
                painter.fillRect(QRectF(2 + number * wide, place * high, wide - 1, max(2.0, high)), color)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._go(event.position().y())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go(event.position().y())

    def _go(self, y: float) -> None:
        count = len(self._context.items)
        if self._view is not None and count:
            first, last = self._view.visible_rows()
            row = round(y / max(1, self.height()) * count - (last - first) / 2)
            self._view.show_row(min(max(row, 0), count - 1), at_top=True)
            self.update()
