"""Where one picture is painted: zoom, pan, turn, findings on top, and always the name and hash of what is shown.

The canvas shows pixels only together with the content they belong to. Whenever another content is set, the old pixels
are gone in the same call, before anything is painted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFont,
    QFontMetricsF,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.gui import icons, theme
from app.gui.preview import marks
from app.gui.preview.marks import Mark

__all__ = ["Canvas", "Title", "paint_title"]

_ZOOM_STEP = 1.25
_LARGEST_ZOOM = 32.0  # screen pixels for one pixel of the original
_STRIP = 26


@dataclass(frozen=True, slots=True)
class Title:
    """What is painted inside the picture: the file's name, the beginning of its SHA-256, and a place in it."""

    name: str
    sha256: str
    place: str = ""


class Canvas(QWidget):
    """Shows one picture, or says in words why there is none."""

    mark_clicked = Signal(int)
    mark_menu = Signal(int, QPoint)  # right click on the box of a finding: its id, the place on the screen
    more_pixels_wanted = Signal()  # zoomed in further than the pixels at hand
    clicked = Signal()
    looked = Signal()  # the examiner zoomed or moved the picture

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.content: int | None = None
        self.image: QImage | None = None
        self.rotation = 0
        self._title: Title | None = None
        self._size = (0, 0)
        self._words: tuple[str, str, str] = ("", "", "")  # icon, headline, explanation
        self._badge = ""
        self._marks: Sequence[Mark] = ()
        self._active: int | None = None
        self.overlays = True
        self._zoom: float | None = None  # screen pixels per original pixel; None: fit
        self._pan = QPointF()
        self._drag: QPointF | None = None
        self._moved = False
        self.setMinimumSize(160, 120)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Picture"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        theme.current().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(420, 320)

    # ------------------------------------------------------------------ what is shown

    def set_subject(self, content: int | None, title: Title | None) -> None:
        """Another content (or none): its name is painted at once, pixels of the one before are gone."""
        self.content = content
        self._title = title
        self.image = None
        self._marks, self._active = (), None
        self._badge = ""
        self.rotation = 0
        self._zoom, self._pan = None, QPointF()
        self._words = ("", "", "")
        self._describe()
        self.update()

    def set_title(self, title: Title) -> None:
        """The same content, another place in it."""
        self._title = title
        self._describe()
        self.update()

    def show_image(self, content: int, image: QImage, size: tuple[int, int], badge: str = "") -> None:
        """Pixels of this content; dropped when it is not the one that is looked at. `size`: of the upright original.
        `badge`: what is not as it is (blurred, grey …)."""
        if content != self.content:
            return
        self.image, self._size, self._badge = image, size, badge
        self._words = ("", "", "")
        self.update()

    def show_words(self, headline: str, explanation: str = "", icon: str = "") -> None:
        """No pixels: say why."""
        self.image = None
        self._words = (icon, headline, explanation)
        self._describe()
        self.update()

    def set_marks(self, found: Sequence[Mark], active: int | None) -> None:
        self._marks, self._active = found, active
        self.update()

    @property
    def shown_marks(self) -> frozenset[int]:
        """Findings whose boxes are on the picture."""
        return frozenset(mark.finding for mark in self._marks)

    def set_overlays(self, on: bool) -> None:
        self.overlays = on
        self.update()

    def _describe(self) -> None:
        name = f"{self._title.name}, {self._title.sha256[:12]}" if self._title else ""
        self.setAccessibleDescription(" ".join(part for part in (name, *self._words[1:]) if part))

    # ------------------------------------------------------------------ zoom and turn

    @property
    def zoom(self) -> float:
        """Screen pixels (physical) for one pixel of the original."""
        return self._fit() if self._zoom is None else self._zoom

    def fit(self) -> None:
        self._zoom, self._pan = None, QPointF()
        self.update()
        self.looked.emit()

    def view(self) -> tuple[float, float, float]:
        """How many times larger than fitting, and which point of the upright picture (0–1) is in the middle."""
        middle = self.place().inverted()[0].map(self._room().center())
        return self.zoom / self._fit(), middle.x(), middle.y()

    def set_view(self, times: float, x: float, y: float) -> None:
        """Show the same part as another canvas does (`view`), whatever the sizes of the two pictures."""
        self._zoom, self._pan = None, QPointF()
        if self.image is not None and times > 1.001:
            self._zoom = min(_LARGEST_ZOOM, self._fit() * times)
            self._pan = self._room().center() - self.place().map(QPointF(x, y))
            self._hold_inside()
            self._want_more()
        self.update()

    def one_to_one(self) -> None:
        self._set_zoom(1.0, QPointF(self.rect().center()))

    def toggle_fit(self) -> None:
        if self._zoom is None:
            self.one_to_one()
        else:
            self.fit()

    def zoom_by(self, steps: float, at: QPointF | None = None) -> None:
        self._set_zoom(self.zoom * _ZOOM_STEP**steps, at or QPointF(self.rect().center()))

    def rotate_view(self) -> None:
        """A quarter turn clockwise, of the view only."""
        self.rotation = (self.rotation + 90) % 360
        self._pan = QPointF()
        self.update()

    def look_at(self, mark: Mark) -> None:
        """Bring a finding into view when the picture is zoomed."""
        if self._zoom is None or not mark.points:
            return
        xs, ys = zip(*mark.points, strict=True)
        middle = self.place().map(QPointF(sum(xs) / len(xs), sum(ys) / len(ys)))
        if not self.rect().adjusted(40, 40, -40, -40).contains(middle.toPoint()):
            self._pan += QPointF(self.rect().center()) - middle
            self.update()

    def _set_zoom(self, zoom: float, at: QPointF) -> None:
        if self.image is None:
            return
        fit = self._fit()
        zoom = min(_LARGEST_ZOOM, max(fit, zoom))
        before = self.place().inverted()[0].map(at)
        if zoom <= fit * 1.001:
            self.fit()
            return
        self._zoom = zoom
        self._pan += at - self.place().map(before)
        self._hold_inside()
        self.update()
        self._want_more()
        self.looked.emit()

    def _want_more(self) -> None:
        if self.image and self.image.width() * self.image.height() < 0.9 * self._size[0] * self._size[1]:
            self.more_pixels_wanted.emit()

    def _fit(self) -> float:
        wide, high = self._size if self.rotation % 180 == 0 else self._size[::-1]
        if not wide or not high:
            return 1.0
        room = self._room()
        ratio = self.devicePixelRatioF()
        return min(room.width() * ratio / wide, room.height() * ratio / high, 4.0)

    def _room(self) -> QRectF:
        return QRectF(self.rect()).adjusted(4, 4, -4, -_STRIP - 2)

    def place(self) -> QTransform:
        """From relative coordinates (0–1) of the upright picture to this widget."""
        scale = self.zoom / self.devicePixelRatioF()
        centre = self._room().center() + self._pan
        transform = QTransform()
        transform.translate(centre.x(), centre.y())
        transform.rotate(self.rotation)
        transform.scale(max(1e-6, self._size[0] * scale), max(1e-6, self._size[1] * scale))
        transform.translate(-0.5, -0.5)
        return transform

    def _hold_inside(self) -> None:
        """The picture may not be pushed out of sight."""
        box = self.place().mapRect(QRectF(0, 0, 1, 1))
        room = self._room()
        for low, high, first, last, axis in (
            (box.left(), box.right(), room.left(), room.right(), 0),
            (box.top(), box.bottom(), room.top(), room.bottom(), 1),
        ):
            if high - low <= last - first:
                shift = (first + last - low - high) / 2
            else:
                shift = min(0.0, first - low) if low > first else max(0.0, last - high) if high < last else 0.0
            self._pan += QPointF(shift, 0) if axis == 0 else QPointF(0, shift)

    # ------------------------------------------------------------------ painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        look = theme.current()
        painter.fillRect(self.rect(), look.color("surface"))
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        if self.image is not None:
            self._paint_image(painter)
        elif self.content is not None:
            self._paint_words(painter)
        if self._title is not None:
            paint_title(painter, self.rect(), self._title)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(look.color("accent"), 1))
            painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))

    def _paint_image(self, painter: QPainter) -> None:
        assert self.image is not None
        place = self.place()
        painter.save()
        painter.setClipRect(QRectF(self.rect()).adjusted(0, 0, 0, -_STRIP))
        painter.setTransform(place, True)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self.zoom < 3.0)
        painter.drawImage(QRectF(0, 0, 1, 1), self.image, QRectF(self.image.rect()))
        painter.restore()
        if self.overlays and self._marks:
            painter.save()
            painter.setClipRect(QRectF(self.rect()).adjusted(0, 0, 0, -_STRIP))
            marks.draw(painter, self._marks, place, self._active, captions=len(self._marks) <= 24)
            painter.restore()
        if self._badge:
            self._paint_badge(painter)

    def _paint_badge(self, painter: QPainter) -> None:
        look = theme.current()
        metrics = QFontMetricsF(painter.font())
        plate = QRectF(8, 8, metrics.horizontalAdvance(self._badge) + 16, metrics.height() + 6)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.color("window", 215))
        painter.drawRoundedRect(plate, plate.height() / 2, plate.height() / 2)
        painter.setPen(look.color("muted"))
        painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, self._badge)

    def _paint_words(self, painter: QPainter) -> None:
        look = theme.current()
        room = self._room()
        card = QRectF(room).adjusted(12, 12, -12, -12)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.color("placeholder"))
        painter.drawRoundedRect(card, 6, 6)
        icon, headline, explanation = self._words
        metrics = QFontMetricsF(painter.font())
        inner = card.adjusted(20, 16, -20, -16)
        flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
        bold = QFont(painter.font())
        bold.setWeight(QFont.Weight.DemiBold)
        head = QFontMetricsF(bold).boundingRect(inner, int(flags), headline).height() if headline else 0.0
        rest = metrics.boundingRect(inner, int(flags), explanation).height() if explanation else 0.0
        size = 32.0 if icon and inner.height() > head + rest + 60 else 0.0
        top = inner.top() + max(0.0, (inner.height() - head - rest - size - 16) / 2)
        if size:
            icons.paint(painter, icon, QRectF(inner.center().x() - size / 2, top, size, size), look.color("faint"))
            top += size + 10
        painter.setFont(bold)
        painter.setPen(look.color("text"))
        painter.drawText(QRectF(inner.left(), top, inner.width(), head), int(flags), headline)
        bold.setWeight(QFont.Weight.Normal)
        painter.setFont(bold)
        painter.setPen(look.color("muted"))
        painter.drawText(QRectF(inner.left(), top + head + 6, inner.width(), rest), int(flags), explanation)

    # ------------------------------------------------------------------ mouse

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.image is not None and event.angleDelta().y():
            self.zoom_by(event.angleDelta().y() / 120, event.position())
            event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._drag, self._moved = event.position(), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drag is None:
            return
        delta = event.position() - self._drag
        if self._moved or delta.manhattanLength() > 4:
            self._moved = True
            self._drag = event.position()
            if self._zoom is not None:
                self.setCursor(Qt.CursorShape.ClosedHandCursor)
                self._pan += delta
                self._hold_inside()
                self.update()
                self.looked.emit()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._drag is None or event.button() != Qt.MouseButton.LeftButton:
            return
        self._drag = None
        self.unsetCursor()
        if self._moved:
            return
        mark = marks.hit(self._marks, self.place(), event.position()) if self.overlays and self.image else None
        if mark is not None:
            self.mark_clicked.emit(mark.finding)
        else:
            self.clicked.emit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        shown = self.overlays and self.image is not None
        mark = marks.hit(self._marks, self.place(), QPointF(event.pos())) if shown else None
        if mark is None:
            event.ignore()
            return
        self.mark_menu.emit(mark.finding, event.globalPos())
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._zoom is None:
            self._set_zoom(1.0, event.position())
        else:
            self.fit()

    def resizeEvent(self, _event: QResizeEvent) -> None:
        if self._zoom is not None:
            self._hold_inside()


def paint_title(painter: QPainter, where: QRect, title: Title) -> None:
    """Name and hash inside the picture, so that no screenshot and no glance can take it for another file."""
    look = theme.current()
    strip = QRectF(where.left(), where.bottom() + 1 - _STRIP, where.width(), _STRIP)
    painter.fillRect(strip, look.color("panel"))
    inner = strip.adjusted(8, 0, -8, 0)
    metrics = QFontMetricsF(painter.font())
    right = f"{title.place}   {title.sha256[:12]}" if title.place else title.sha256[:12]
    painter.setPen(look.color("muted"))
    width = metrics.horizontalAdvance(right) + 12
    painter.drawText(inner, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, right)
    painter.setPen(look.color("text"))
    name = metrics.elidedText(title.name, Qt.TextElideMode.ElideMiddle, max(20.0, inner.width() - width))
    painter.drawText(inner, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)
