"""One line of a facet: a value, how many items have it, and a bar to compare by."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.gui import theme
from app.gui.columns import amount
from app.gui.terms import value_text

if TYPE_CHECKING:
    from core.case.browse import FacetValue
    from core.case.filters import Term

__all__ = ["FacetValueLine"]


class FacetValueLine(QWidget):
    """Click or Enter: only these. Right click, or with Ctrl: without these. Up and down go from line to line."""

    chosen = Signal(object, bool)  # Term, negated

    def __init__(self, key: str, value: FacetValue, most: int, state: str) -> None:
        super().__init__()
        self._value, self._share, self._state = value, value.count / max(1, most), state
        self._text = value_text(key, value.text)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(f"{self._text}: {value.count}")
        self.setToolTip(f"{self._text}\n" + self.tr("Click: only these. Right click: without these."))
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    @property
    def term(self) -> Term:
        return self._value.term

    def set_state(self, state: str) -> None:
        """ "in": the filter asks for it, "out": the filter leaves it out."""
        if state != self._state:
            self._state = state
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(120, self.fontMetrics().height() + 8)

    def paintEvent(self, _event: QPaintEvent) -> None:
        look, painter = theme.current(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        where = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(look.color("accent") if self.hasFocus() else Qt.PenStyle.NoPen)
        ground = "selection" if self._state else "hover" if self.underMouse() else ""
        painter.setBrush(look.color(ground) if ground else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(where, 4, 4)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.color("danger" if self._state == "out" else "accent", 150))
        painter.drawRect(QRectF(where.x() + 8, where.bottom() - 3, max(2.0, (where.width() - 16) * self._share), 2))
        self._paint_text(painter)
        painter.end()

    def _paint_text(self, painter: QPainter) -> None:
        look, metrics, count = theme.current(), self.fontMetrics(), amount(self._value.count)
        inner = self.rect().adjusted(8, 0, -8, -3)
        painter.setPen(look.color("muted"))
        painter.drawText(inner, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, count)
        painter.setPen(look.color("text"))
        font = self.font()
        font.setStrikeOut(self._state == "out")
        painter.setFont(font)
        room = inner.width() - metrics.horizontalAdvance(count) - 8
        text = metrics.elidedText(self._text, Qt.TextElideMode.ElideMiddle, room)
        painter.drawText(inner, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        out = event.button() == Qt.MouseButton.RightButton or event.modifiers() & Qt.KeyboardModifier.ControlModifier
        self.chosen.emit(self._value.term, bool(out))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.chosen.emit(self._value.term, bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()
