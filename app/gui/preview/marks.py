"""What the machine found, drawn where it found it: boxes and quadrilaterals with label and score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF, QTransform

from app.gui import theme
from core.records import Region

__all__ = ["Mark", "colour_role", "draw", "hit"]

_ROLES = {"explicit": "danger", "nude": "warning", "suggestive": "violet", "restraint": "danger"}
_TOUCH = 6.0  # pixels around a thin mark that still count as on it


@dataclass(frozen=True, slots=True)
class Mark:
    """One finding on the picture. `points`: corners, relative (0–1) to the upright picture."""

    finding: int
    points: tuple[tuple[float, float], ...]
    caption: str
    role: str = "accent"
    quiet: bool = False  # named only when it is spoken of: a recognised line can be read in the picture itself
    dots: tuple[tuple[float, float], ...] = ()  # landmarks of a face, relative as the corners

    @classmethod
    def box(
        cls, finding: int, region: Region, caption: str, role: str, dots: tuple[tuple[float, float], ...] = ()
    ) -> Mark:
        left, top, right, bottom = region.x, region.y, region.x + region.w, region.y + region.h
        return cls(finding, ((left, top), (right, top), (right, bottom), (left, bottom)), caption, role, dots=dots)


def colour_role(grouping: str, analyzer: str) -> str:
    """The theme's role for a finding: severity groups first, then text in the colour of accents."""
    return _ROLES.get(grouping, "accent" if analyzer == "ocr" else "good")


def _polygon(mark: Mark, place: QTransform) -> QPolygonF:
    return place.map(QPolygonF([QPointF(x, y) for x, y in mark.points]))


def hit(marks: Sequence[Mark], place: QTransform, where: QPointF) -> Mark | None:
    """The smallest mark under this point of the widget."""
    best: tuple[float, Mark] | None = None
    for mark in marks:
        polygon = _polygon(mark, place)
        bounds = polygon.boundingRect().adjusted(-_TOUCH, -_TOUCH, _TOUCH, _TOUCH)
        if polygon.containsPoint(where, Qt.FillRule.OddEvenFill) or (
            min(polygon.boundingRect().width(), polygon.boundingRect().height()) < 2 * _TOUCH and bounds.contains(where)
        ):
            area = bounds.width() * bounds.height()
            if best is None or area < best[0]:
                best = (area, mark)
    return best[1] if best else None


def draw(painter: QPainter, marks: Sequence[Mark], place: QTransform, active: int | None, captions: bool) -> None:
    """Draw in widget coordinates. `place`: relative to widget. The active finding is filled and always has its name."""
    look = theme.current()
    taken: list[QRectF] = []
    for mark in sorted(marks, key=lambda one: one.finding == active):
        chosen = mark.finding == active
        polygon = _polygon(mark, place)
        colour = look.color(mark.role)
        painter.setBrush(look.color(mark.role, 50) if chosen else Qt.BrushStyle.NoBrush)
        # A dark line below the coloured one: seen on any picture.
        if chosen or captions:
            painter.setPen(QPen(QColor(0, 0, 0, 150), 4.0 if chosen else 3.2))
            painter.drawPolygon(polygon)
        painter.setPen(QPen(colour, 2.6 if chosen else 1.6 if captions else 1.0))
        painter.drawPolygon(polygon)
        if mark.dots and (chosen or captions):
            _dots(painter, [place.map(QPointF(x, y)) for x, y in mark.dots], colour)
        if chosen or (captions and not mark.quiet):
            _caption(painter, mark.caption, polygon.boundingRect(), colour, taken)


def _dots(painter: QPainter, points: Sequence[QPointF], colour: QColor) -> None:
    """Small enough to leave the eyes to be seen, with a dark rim that shows on any skin."""
    painter.setPen(QPen(QColor(0, 0, 0, 150), 1.0))
    painter.setBrush(colour)
    for point in points:
        painter.drawEllipse(point, 2.2, 2.2)


def _caption(painter: QPainter, text: str, box: QRectF, colour: QColor, taken: list[QRectF]) -> None:
    metrics = QFontMetricsF(painter.font())
    size = metrics.size(Qt.TextFlag.TextSingleLine, text)
    plate = QRectF(box.left() - 1, box.top() - size.height() - 5, size.width() + 10, size.height() + 4)
    window = QRectF(painter.viewport())
    plate.moveTop(max(plate.top(), window.top() + 2))
    plate.moveLeft(
        min(max(plate.left(), window.left() + 2), max(window.left() + 2, window.right() - plate.width() - 2))
    )
    for _ in range(6):  # captions that lie on one another cannot be read
        if not any(plate.intersects(other) for other in taken):
            break
        plate.translate(0, plate.height() + 1)
    else:
        return
    taken.append(QRectF(plate))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawRoundedRect(plate, 3, 3)
    painter.setPen(QColor("black") if colour.lightnessF() > 0.55 else QColor("white"))
    painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, text)
