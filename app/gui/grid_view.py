"""The grid: thumbnails painted by hand into one scroll area, no widget and no index for any item.

Fixed cells in four sizes, so that a position is arithmetic: the first paint of a million items costs what is on the
screen. Selection and current item are content ids in the context, the same as in the table.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QToolTip, QWidget

from app.gui import held_paints, theme
from app.gui.exposure import SMALL_SIDE, Rung
from app.gui.item_painting import CellState, describe, draw_cell, sensitive
from app.gui.nearness import Nearness
from app.gui.pages.wording import number
from app.gui.selection import Cursor
from app.gui.thumbnails import Thumbnail, Thumbnails

if TYPE_CHECKING:
    from app.gui.context import Context
    from core.case.browse import ItemRow

__all__ = ["SIZES", "GridView"]

SIZES = (112, 152, 200, 264)  # width of a cell at 100 %, in device-independent pixels
GAP = 2
STEPS = 16  # frames of a storyboard that a mouse goes through on its way across
SHAPE = 0.78  # height of the picture for its width


class GridView(QAbstractScrollArea):
    """All items that match, row by row."""

    opened = Signal(int)  # content id: show it alone
    menu_wanted = Signal(QPoint)  # global position; the selection is what it is about
    zoom_changed = Signal(int)

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context, self._items = context, context.items
        self._cursor = Cursor(context)
        self._thumbnails = Thumbnails(self)
        self._zoom = 1
        self._top = 0  # the item that the first line begins with: it stays there when sizes change
        self.setAccessibleName(self.tr("Grid of items"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setMouseTracking(True)
        self._nearness = Nearness.of(context)
        self._nearness.changed.connect(self.viewport().update)
        self._grip = QRect()  # the words at the line of weaker matches: there it can be taken
        self._dragging = False
        self._scrub: tuple[int, float] | None = None  # the film under the mouse, and at which part of it
        self._thumbnails.arrived.connect(self.viewport().update)
        self._items.arrived.connect(self._relist)
        for signal in (self._items.asked, self._items.arrived, self._items.dimmed_changed):
            signal.connect(self._hold_paints)
        self._items.rows_changed.connect(self._rows_changed)
        self._items.dimmed_changed.connect(self.viewport().update)
        context.selection_changed.connect(self.viewport().update)
        context.current_changed.connect(self._show_current)
        context.case_closed.connect(self._thumbnails.clear)
        context.exposure.changed.connect(self.viewport().update)
        theme.current().changed.connect(self._relayout)
        self._relayout()

    # ------------------------------------------------------------------ where everything is

    @property
    def zoom(self) -> int:
        """0–3: which of `SIZES`."""
        return self._zoom

    def set_zoom(self, zoom: int) -> None:
        zoom = min(max(zoom, 0), len(SIZES) - 1)
        if zoom != self._zoom:
            self._zoom = zoom
            self._relayout()
            self.zoom_changed.emit(zoom)

    def columns(self) -> int:
        return max(1, (self.viewport().width() - GAP) // self._least())

    def _least(self) -> int:
        return round(SIZES[self._zoom] * theme.current().scale)

    def cell_size(self) -> QSize:
        """Cells share the width that is there, so that no ragged edge is left."""
        width = max(self._least(), (self.viewport().width() - 2 * GAP) // self.columns())
        return QSize(width, round((width - 8) * SHAPE) + self.fontMetrics().height() + 17)

    def cell(self, row: int) -> QRect:
        """Where an item is in the viewport now."""
        size, columns = self.cell_size(), self.columns()
        line, column = divmod(row, columns)
        left = GAP + column * size.width()
        return QRect(QPoint(left, GAP + line * size.height() - self.verticalScrollBar().value()), size)

    def row_at(self, position: QPoint) -> int:
        """The item under a point of the viewport, or -1."""
        size, columns = self.cell_size(), self.columns()
        column = (position.x() - GAP) // size.width()
        line = (position.y() - GAP + self.verticalScrollBar().value()) // size.height()
        row = line * columns + column
        return row if 0 <= column < columns and 0 <= row < len(self._items) else -1

    def visible_rows(self) -> tuple[int, int]:
        """First and last row on the screen (last is exclusive)."""
        height, columns = self.cell_size().height(), self.columns()
        top = self.verticalScrollBar().value()
        first = max(0, (top - GAP) // height) * columns
        last = ((top + self.viewport().height() - GAP) // height + 1) * columns
        return first, min(last, len(self._items))

    def show_row(self, row: int, *, at_top: bool = False) -> None:
        """Scroll as little as needed, or so that it is in the first line."""
        if row < 0:
            return
        where, bar = self.cell(row), self.verticalScrollBar()
        if at_top or where.top() < 0:
            bar.setValue(bar.value() + where.top() - GAP)
        elif where.bottom() > self.viewport().height():
            bar.setValue(bar.value() + where.bottom() - self.viewport().height() + GAP)

    def _relayout(self) -> None:
        """After a change of size, zoom or list: what was in the first line stays there."""
        first = self._top
        height, columns = self.cell_size().height(), self.columns()
        lines = -(-len(self._items) // columns)
        bar = self.verticalScrollBar()
        bar.setPageStep(self.viewport().height())
        bar.setSingleStep(max(1, height // 3))
        bar.setRange(0, max(0, lines * height + 2 * GAP - self.viewport().height()))
        if first:
            bar.setValue(GAP + first // columns * height)
        self._top = first
        self.viewport().update()

    def _relist(self, how: str) -> None:
        """A new list begins at its beginning, or where the current item is if that is near; the rest moves nothing."""
        self._thumbnails.forget_waiting()
        self._top = 0 if how == "new" else min(self._top, max(0, len(self._items) - 1))
        self._relayout()
        if how == "new":
            self.verticalScrollBar().setValue(0)
        if how != "rest":
            self.show_row(self._items.row_of(self._context.current))

    def _rows_changed(self) -> None:
        self._thumbnails.look_again()
        self.viewport().update()

    def _show_current(self, content: int | None) -> None:
        if self.isVisible():
            self.show_row(self._items.row_of(content))
        self.viewport().update()

    # ------------------------------------------------------------------ painting

    def _hold_paints(self) -> None:
        held_paints.hold(self, self._items.expected)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), theme.current().color("surface"))
        painter.setFont(self.font())
        first, last = self.visible_rows()
        self._items.keep_only(first, last)
        for row in range(first, last):
            where = self.cell(row)
            if where.intersects(event.rect()):
                self._paint_cell(painter, where, row)
        self._paint_line(painter, first, last)
        if self._items.dimmed and last > first:
            painter.fillRect(event.rect(), theme.current().color("surface", 110))
        painter.end()

    def _paint_line(self, painter: QPainter, first: int, last: int) -> None:
        """Where weaker matches begin: above that item, and below those of its line that are near."""
        row = self._nearness.divider()
        self._grip = QRect()
        if not first <= row <= last or row < 0:
            return
        where, edge = self.cell(row), self.viewport().width()
        top, bottom = max(1, where.top()), where.bottom() + 1
        way = [QPoint(0, top), QPoint(edge, top)]
        if row % self.columns():
            way = [QPoint(0, bottom), QPoint(where.left(), bottom), QPoint(where.left(), top), QPoint(edge, top)]
        self._grip = self._nearness.paint(painter, self.viewport(), way, below=True)

    def _paint_cell(self, painter: QPainter, where: QRect, place: int) -> None:
        row, content = self._items.row(place), self._items.id_at(place)
        image, missing, hidden = None, False, self._context.exposure.hidden
        if row is not None and not hidden:
            image, missing = self._picture(row, where)
        current = content == self._context.current
        selected = content in self._context.selection
        pile = self._pile(row) if row is not None else ""
        draw_cell(painter, where, row, CellState(selected, current, self.hasFocus(), image, missing, hidden, pile))

    def _pile(self, row: ItemRow) -> str:
        if not self._context.stacked or row.stacked < 2:
            return ""
        return "open" if row.stack in self._context.opened else "closed"

    def _picture(self, row: ItemRow, where: QRect) -> tuple[QImage | None, bool]:
        if self._context.case is None:
            return None, False
        ratio = self.devicePixelRatioF()
        beside = row.id != self._context.current
        rung = self._context.exposure.rung(sensitive=sensitive(row), beside=beside)
        if rung is Rung.CARD:
            return None, False
        if not row.thumbnail and not row.storyboard:  # nobody has made one yet: nothing to look for on the disk
            return None, True
        foot = self.fontMetrics().height() + 17
        wanted = Thumbnail(
            self._context.case.thumbnail(row.sha256),
            round((where.width() - 8) * ratio) if rung is not Rung.SMALL else SMALL_SIDE,
            round((where.height() - foot) * ratio) if rung is not Rung.SMALL else SMALL_SIDE,
            blur=rung in (Rung.MASKED, Rung.BLURRED),  # there are no boxes at hand to mask by: blur all of it
            grey=rung is Rung.GREY or self._context.exposure.comfort.grey,
        )
        if self._scrub is not None and self._scrub[0] == row.id and row.width and row.height:
            story = self._context.case.thumbnail(row.sha256, "story")
            moment = replace(wanted, path=story, at=self._scrub[1], frame=(row.width, row.height))
            image = self._thumbnails.get(moment)
            if image is not None:
                return image, False
        return self._thumbnails.get(wanted), self._thumbnails.missing(wanted.path)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._relayout()

    def scrollContentsBy(self, _dx: int, _dy: int) -> None:
        self._top = self.visible_rows()[0]
        self._thumbnails.forget_waiting()
        self.viewport().update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    # ------------------------------------------------------------------ mouse and keys

    def mousePressEvent(self, event: QMouseEvent) -> None:
        spot = event.position().toPoint()
        row = self.row_at(spot)
        if event.button() == Qt.MouseButton.LeftButton and self._grip.contains(spot):
            self._dragging = True
        elif event.button() == Qt.MouseButton.LeftButton and row >= 0:
            self._cursor.click(row, event.modifiers())
        elif event.button() == Qt.MouseButton.LeftButton:
            self._context.selection.clear()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Over a film: its storyboard goes by as the mouse goes across, blurred like everything else. With the line of
        weaker matches in hand, it goes where the mouse is."""
        if self._dragging:
            self._drag(event.position().toPoint())
            return
        on_line = self._grip.contains(event.position().toPoint())
        self.viewport().setCursor(Qt.CursorShape.SizeVerCursor if on_line else Qt.CursorShape.ArrowCursor)
        here = self.row_at(event.position().toPoint())
        row = self._items.row(here) if here >= 0 else None
        scrub = None
        if row is not None and row.kind == "video" and row.storyboard:
            where = self.cell(here)
            part = (event.position().x() - where.x()) / max(1, where.width())
            scrub = (row.id, min(STEPS - 1, max(0, int(part * STEPS))) / STEPS)
        self._set_scrub(scrub)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._dragging = False
        super().mouseReleaseEvent(event)

    def _drag(self, spot: QPoint) -> None:
        """Weaker matches begin at the item under the mouse; at the last one at the latest, so that the line stays."""
        column = min(max(0, (spot.x() - GAP) // self.cell_size().width()), self.columns() - 1)
        line = (spot.y() - GAP + self.verticalScrollBar().value()) // self.cell_size().height()
        self._nearness.move(min(max(0, line * self.columns() + column), len(self._items) - 1))

    def _set_scrub(self, scrub: tuple[int, float] | None) -> None:
        if scrub != self._scrub:
            self._scrub = scrub
            self.viewport().update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        content = self._items.id_at(self.row_at(event.position().toPoint()))
        if content is not None and event.button() == Qt.MouseButton.LeftButton:
            self.opened.emit(content)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self._cursor.menu(self.row_at(event.pos()))
        self.menu_wanted.emit(event.globalPos())

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.set_zoom(self._zoom + (1 if event.angleDelta().y() > 0 else -1))
            event.accept()
            return
        super().wheelEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        target = self._target(Qt.Key(event.key()), max(0, self._items.row_of(self._context.current)))
        event.setAccepted(self._cursor.press(event, target, self.opened.emit))

    def _target(self, key: Qt.Key, row: int) -> int | None:
        columns = self.columns()
        page = max(1, self.viewport().height() // self.cell_size().height()) * columns
        steps = {
            Qt.Key.Key_Left: row - 1,
            Qt.Key.Key_Right: row + 1,
            Qt.Key.Key_Up: row - columns if row >= columns else row,
            Qt.Key.Key_Down: row + columns if row + columns < len(self._items) else row,
            Qt.Key.Key_PageUp: row - page,
            Qt.Key.Key_PageDown: row + page,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: len(self._items) - 1,
        }
        return steps.get(key)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self._set_scrub(None)
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            here = self.row_at(event.pos())
            row = self._items.row(here) if here >= 0 else None
            QToolTip.showText(event.globalPos(), self._told(row) if row else "", self)
            return True
        return super().viewportEvent(event)

    def _told(self, row: ItemRow) -> str:
        score = self._nearness.score(row.id)
        near = self.tr("nearness {0}").format(number(score, 2)) if score is not None else ""
        return " · ".join(filter(None, (describe(row), near)))

    def close_threads(self) -> None:
        """The window is closing."""
        self._thumbnails.close()
