"""The axis of a film or recording: loudness, hits and bookmarks on it, and the place that is looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.gui import theme
from app.gui.preview.clock import timecode
from core.decode.preview import Loudness

__all__ = ["Tick", "Timeline"]

_MARGIN = 8
_TICKS = 9
_BAR = 6
_WAVE = 46


@dataclass(frozen=True, slots=True)
class Tick:
    """A hit or a bookmark: seconds, the theme's role, what it is. `end` makes it a stretch."""

    time: float
    role: str
    text: str
    end: float | None = None
    bookmark: bool = False


class Timeline(QWidget):
    """Click or drag to go to a place. Arrow keys step; the wheel is left to whatever is around it."""

    sought = Signal(float)
    stepped = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._duration = 0.0
        self._position = 0.0
        self._ticks: Sequence[Tick] = ()
        self._analysed = True
        self._loudness: Loudness | None = None
        self._wave = False
        self._dragging = False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Timeline"))
        theme.current().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(240, _TICKS + (_WAVE if self._wave else _BAR) + 14)

    minimumSizeHint = sizeHint  # noqa: N815 - Qt's name

    def set_medium(self, duration: float, *, wave: bool = False, analysed: bool = True) -> None:
        """Another medium. `wave`: room for loudness. `analysed` False: the axis is hatched, nothing was looked for."""
        self._duration, self._position, self._loudness = duration, 0.0, None
        self._wave, self._analysed = wave, analysed
        self.updateGeometry()
        self._describe()
        self.update()

    def set_ticks(self, ticks: Sequence[Tick]) -> None:
        self._ticks = ticks
        self.update()

    def set_loudness(self, loudness: Loudness | None) -> None:
        self._loudness = loudness
        if loudness is not None and loudness.done and not self._duration:
            self._duration = loudness.step * len(loudness.low)
        self.update()

    def set_position(self, seconds: float) -> None:
        if seconds != self._position:
            self._position = seconds
            self._describe()
            self.update()

    def _describe(self) -> None:
        self.setAccessibleDescription(f"{timecode(self._position)} / {timecode(self._duration)}")

    # ------------------------------------------------------------------ geometry

    def _axis(self) -> QRectF:
        high = _WAVE if self._wave else _BAR
        return QRectF(_MARGIN, _TICKS + 4, max(1, self.width() - 2 * _MARGIN), high)

    def _x(self, seconds: float) -> float:
        axis = self._axis()
        share = seconds / self._duration if self._duration > 0 else 0.0
        return axis.left() + axis.width() * min(1.0, max(0.0, share))

    def _seconds(self, x: float) -> float:
        axis = self._axis()
        return self._duration * min(1.0, max(0.0, (x - axis.left()) / axis.width()))

    # ------------------------------------------------------------------ painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        look = theme.current()
        axis = self._axis()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.color("placeholder" if self._wave else "border"))
        painter.drawRoundedRect(axis, 3, 3)
        if not self._analysed:
            painter.setBrush(QBrush(look.color("hatch"), Qt.BrushStyle.BDiagPattern))
            painter.drawRoundedRect(axis, 3, 3)
        if self._wave and self._loudness is not None:
            self._paint_wave(painter, axis)
        elif not self._wave:
            painter.setBrush(look.color("accent"))
            painter.drawRoundedRect(QRectF(axis.left(), axis.top(), self._x(self._position) - axis.left(), _BAR), 3, 3)
        self._paint_ticks(painter, axis)
        self._paint_head(painter, axis)

    def _paint_wave(self, painter: QPainter, axis: QRectF) -> None:
        assert self._loudness is not None
        look = theme.current()
        wave = self._loudness
        columns = max(1, int(axis.width()))
        total = max(1, round(self._duration / wave.step)) if self._duration else len(wave.low)
        edges = np.linspace(0, total, columns + 1).astype(np.int64)
        middle, half = axis.center().y(), axis.height() / 2 - 2
        played = self._x(self._position)
        loudest = max(1, int(max(-int(wave.low.min(initial=0)), int(wave.high.max(initial=0)))))
        scale = half / max(loudest, 12)  # silence stays flat: a whisper is not drawn as a shout
        before: list[QLineF] = []
        after: list[QLineF] = []
        for column in range(columns):
            first, last = int(edges[column]), max(int(edges[column]) + 1, int(edges[column + 1]))
            low, high = wave.low[first:last], wave.high[first:last]
            if not len(low):
                break
            x = axis.left() + column + 0.5
            line = QLineF(x, middle - int(high.max()) * scale - 0.5, x, middle - int(low.min()) * scale + 0.5)
            (before if x <= played else after).append(line)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for lines, role in ((before, "accent"), (after, "muted")):
            painter.setPen(QPen(look.color(role), 1))
            painter.drawLines(lines)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)

    def _paint_ticks(self, painter: QPainter, axis: QRectF) -> None:
        look = theme.current()
        for tick in self._ticks:
            x = self._x(tick.time)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.color(tick.role))
            if tick.bookmark:
                top = axis.top() - _TICKS
                shape = [QPointF(x - 4, top), QPointF(x + 4, top), QPointF(x + 4, top + 8), QPointF(x, top + 5)]
                painter.drawPolygon(QPolygonF([*shape, QPointF(x - 4, top + 8)]))
                continue
            wide = max(2.0, self._x(tick.end) - x) if tick.end is not None else 2.0
            painter.drawRect(QRectF(x - 1, axis.top() - _TICKS + 1, wide, _TICKS - 2))

    def _paint_head(self, painter: QPainter, axis: QRectF) -> None:
        look = theme.current()
        x = self._x(self._position)
        painter.setPen(QPen(look.color("current" if self.hasFocus() else "text"), 2))
        painter.drawLine(QLineF(x, axis.top() - 3, x, axis.bottom() + 3))
        painter.setBrush(look.color("current" if self.hasFocus() else "text"))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawEllipse(QPointF(x, axis.bottom() + 4), 3.5, 3.5)

    # ------------------------------------------------------------------ mouse and keys

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._duration:
            self._dragging = True
            self._go(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragging:
            self._go(event.position().x())
        elif self._duration:
            self._tell(event)

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self._dragging = False

    def _go(self, x: float) -> None:
        near = min(self._ticks, key=lambda tick: abs(self._x(tick.time) - x), default=None)
        # Close to a hit means the hit: its frame is what somebody aims at.
        time = near.time if near is not None and abs(self._x(near.time) - x) <= 3 else self._seconds(x)
        self.set_position(time)
        self.sought.emit(time)

    def _tell(self, event: QMouseEvent) -> None:
        x = event.position().x()
        near = [tick.text for tick in self._ticks if abs(self._x(tick.time) - x) <= 3]
        text = "\n".join([timecode(self._seconds(x)), *dict.fromkeys(near)][:8])
        QToolTip.showText(event.globalPosition().toPoint(), text, self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if event.key() in steps and not event.modifiers():
            self.stepped.emit(steps[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        return super().event(event)
