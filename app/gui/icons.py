"""Icons drawn for this project: SVG files with `currentColor`, painted in the colour of a role."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QByteArray, QObject, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton

from app.gui import theme

__all__ = ["FOLDER", "icon", "paint", "pixmap", "put"]

FOLDER = Path(__file__).resolve().parents[2] / "resources" / "icons"
SIZES = (20, 32)
SIDE = 17  # pixels of an icon on a button, at 100 %


class _HasIcon(Protocol):
    def setIcon(self, icon: QIcon, /) -> None: ...


@lru_cache(maxsize=512)
def _renderer(name: str, color: str) -> QSvgRenderer:
    path = FOLDER / f"{name}.svg"
    if not path.is_file():
        path = FOLDER / "file.svg"
    return QSvgRenderer(QByteArray(path.read_bytes().replace(b"currentColor", color.encode())))


def pixmap(name: str, color: QColor, size: int, ratio: float = 1.0) -> QPixmap:
    """An icon of `size` × `size` device-independent pixels."""
    return QPixmap(_drawn(name, color.name(), size, ratio))


def paint(painter: QPainter, name: str, where: QRectF, color: QColor) -> None:
    """Draw an icon into a rectangle; for delegates and hand-painted views."""
    side, device = round(where.width()), painter.device()
    if not where.width() == where.height() == side:
        _renderer(name, color.name()).render(painter, where)
        return
    painter.drawPixmap(where.topLeft(), _drawn(name, color.name(), side, device.devicePixelRatioF() if device else 1.0))


@lru_cache(maxsize=512)
def _drawn(name: str, color: str, side: int, ratio: float) -> QPixmap:
    """A square icon as pixels: a table draws the same few icons for every row, again with every step of scrolling."""
    picture = QPixmap(QSize(round(side * ratio), round(side * ratio)))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    _renderer(name, color).render(painter, QRectF(0, 0, side, side))
    painter.end()
    return picture


def icon(name: str, role: str = "text") -> QIcon:
    """The icon in the colours of the theme now in force. Use `put` for what must follow a change of the theme."""
    look = theme.current()
    made = QIcon()
    for size in SIZES:
        made.addPixmap(pixmap(name, look.color(role), size, 2.0))
        made.addPixmap(pixmap(name, look.color("faint"), size, 2.0), QIcon.Mode.Disabled)
    return made


class _Binding(QObject):
    """Keeps one widget's or action's icon in the theme's colours for as long as its owner lives."""

    def __init__(self, owner: QObject, target: _HasIcon, name: str, role: str) -> None:
        super().__init__(owner)
        self.setObjectName("icon-binding")
        self._target, self._name, self._role = target, name, role
        theme.current().changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        self._target.setIcon(icon(self._name, self._role))
        if isinstance(self._target, QAbstractButton) and self._target.property("own-icon-size") is None:
            side = round(SIDE * theme.current().scale)
            self._target.setIconSize(QSize(side, side))


def put(target: QObject, name: str, role: str = "text") -> None:
    """Give a button or an action an icon that follows the theme. A second call replaces the first."""
    for child in target.findChildren(QObject, "icon-binding", Qt.FindChildOption.FindDirectChildrenOnly):
        child.setParent(None)
        child.deleteLater()
    _Binding(target, target, name, role)  # type: ignore[arg-type]  # whatever has setIcon
