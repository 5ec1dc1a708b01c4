"""A film at a glance: some of its keyframes in order, each with its time. Films open on it, so that nothing plays."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.gui import theme
from app.gui.preview.canvas import Title, paint_title
from app.gui.preview.clock import timecode

__all__ = ["CELLS", "Storyboard"]

CELLS = 12
_GAP = 6


class Storyboard(QWidget):
    """`chosen` brings the seconds of the cell that was clicked."""

    chosen = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title: Title | None = None
        self._times: Sequence[float] = ()
        self._cells: dict[int, QImage | None] = {}
        self._found: dict[int, float] = {}
        self._hits: frozenset[int] = frozenset()
        self._at = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Storyboard"))
        theme.current().changed.connect(self.update)

    def set_film(self, title: Title | None, times: Sequence[float], hits: frozenset[int] = frozenset()) -> None:
        """Another film: empty cells at these seconds; cells in `hits` hold indicators."""
        self._title, self._times, self._cells, self._found, self._hits = title, times, {}, {}, hits
        self._at = 0
        self.update()

    def set_cell(self, number: int, image: QImage | None, time: float | None) -> None:
        """The picture of a cell and the time of its frame; None: it cannot be decoded."""
        self._cells[number] = image
        if time is not None:
            self._found[number] = time
        self.update()

    @property
    def complete(self) -> bool:
        """Every cell has its picture, or its reason not to."""
        return bool(self._times) and len(self._cells) >= len(self._times)

    @property
    def empty(self) -> bool:
        """Not one cell has a picture."""
        return not any(image is not None for image in self._cells.values())

    def _places(self) -> list[QRectF]:
        count = len(self._times)
        room = QRectF(self.rect()).adjusted(_GAP, _GAP, -_GAP, -_GAP - 26)
        if not count or room.width() < 10 or room.height() < 10:
            return []
        best, columns = 0.0, 1
        for tried in range(1, count + 1):
            rows = -(-count // tried)
            size = min(room.width() / tried, room.height() / rows * self._aspect())
            if size > best:
                best, columns = size, tried
        rows = -(-count // columns)
        wide = min(room.width() / columns, room.height() / rows * self._aspect())
        high = wide / self._aspect()
        left = room.left() + (room.width() - wide * columns) / 2
        top = room.top() + (room.height() - high * rows) / 2
        return [
            QRectF(left + n % columns * wide, top + n // columns * high, wide, high).adjusted(2, 2, -2, -2)
            for n in range(count)
        ]

    def _aspect(self) -> float:
        image = next((one for one in self._cells.values() if one is not None), None)
        return max(0.4, min(2.5, image.width() / image.height())) if image is not None else 1.6

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        look = theme.current()
        painter.fillRect(self.rect(), look.color("surface"))
        for number, place in enumerate(self._places()):
            self._paint_cell(painter, number, place)
        if self._title is not None:
            paint_title(painter, self.rect(), self._title)

    def _paint_cell(self, painter: QPainter, number: int, place: QRectF) -> None:
        look = theme.current()
        painter.fillRect(place, look.color("placeholder"))
        image = self._cells.get(number)
        if image is not None:
            size = image.size().scaled(place.size().toSize(), Qt.AspectRatioMode.KeepAspectRatio)
            target = QRectF(0, 0, size.width(), size.height())
            target.moveCenter(place.center())
            painter.drawImage(target, image)
        elif number in self._cells:
            painter.setPen(look.color("faint"))
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, self.tr("damaged"))
        time = self._found.get(number, self._times[number])
        text = timecode(time, thousandths=False)
        metrics = painter.fontMetrics()
        plate = QRectF(0, 0, metrics.horizontalAdvance(text) + 10, metrics.height() + 2)
        plate.moveBottomLeft(place.bottomLeft() + QPointF(3, -3))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.color("window", 210))
        painter.drawRoundedRect(plate, 3, 3)
        painter.setPen(look.color("text"))
        painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, text)
        if number in self._hits:
            painter.fillRect(QRectF(place.left(), place.bottom() - 3, place.width(), 3), look.color("danger"))
        if number == self._at and self.hasFocus():
            painter.setPen(QPen(look.color("current"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(place)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        for number, place in enumerate(self._places()):
            if place.contains(event.position()):
                self._at = number
                self._choose()
                return

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if event.key() in keys and self._times:
            self._at = min(len(self._times) - 1, max(0, self._at + keys[Qt.Key(event.key())]))
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._times:
            self._choose()
        else:
            super().keyPressEvent(event)

    def _choose(self) -> None:
        self.chosen.emit(self._found.get(self._at, self._times[self._at]))
