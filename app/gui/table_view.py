"""The table: the item model in a QTableView with columns that are chosen, moved and remembered.

Selection is the context's set of content ids, painted by the delegate; Qt's own selection of indexes is not used,
because it does not survive a new list and costs an object for every row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QByteArray,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QMenu,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from app.gui import held_paints, icons, theme
from app.gui.columns import COLUMNS
from app.gui.item_model import ROW_ROLE
from app.gui.item_painting import GROUPS, draw_grade
from app.gui.nearness import Nearness
from app.gui.selection import Cursor
from core.case.filters import Sort

if TYPE_CHECKING:
    from app.gui.context import Context
    from core.case.browse import ItemRow

__all__ = ["TableView"]

Index = QModelIndex | QPersistentModelIndex
PREFERENCE = "table.columns"
KIND_ICONS = {"image": "image", "video": "video", "audio": "audio"}
ROLES = dict(GROUPS)


class TableView(QTableView):
    """All items that match, one line each."""

    opened = Signal(int)  # content id: show it alone
    menu_wanted = Signal(QPoint)  # global position; the selection is what it is about

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context, self._items = context, context.items
        self._cursor = Cursor(context)
        self.setAccessibleName(self.tr("Table of items"))
        self.setModel(self._items)
        self.setItemDelegate(_Cells(context, self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self._set_up_header()
        self._save_later = QTimer(self, singleShot=True, interval=600)
        self._save_later.timeout.connect(self._remember)
        self._items.arrived.connect(self._relist)
        for signal in (self._items.asked, self._items.arrived, self._items.dimmed_changed):
            signal.connect(self._hold_paints)
        self._items.dimmed_changed.connect(self.viewport().update)
        self._nearness = Nearness.of(context)
        self._nearness.changed.connect(self.viewport().update)
        context.selection_changed.connect(self.viewport().update)
        context.current_changed.connect(self._show_current)
        context.filter_changed.connect(self._show_sort)
        theme.current().changed.connect(self._resize)
        self._resize()

    # ------------------------------------------------------------------ columns

    def _set_up_header(self) -> None:
        header = self.horizontalHeader()
        header.setSectionsMovable(True)
        header.setSectionsClickable(True)
        header.setHighlightSections(False)
        header.setSortIndicatorShown(True)
        header.setStretchLastSection(False)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.setAccessibleName(self.tr("Columns"))
        header.sectionClicked.connect(self._sort_by)
        header.customContextMenuRequested.connect(self._choose_columns)
        self._default_columns()
        stored = self._context.preferences.value(PREFERENCE, "")
        if isinstance(stored, str) and stored:
            header.restoreState(QByteArray.fromBase64(stored.encode()))
        header.sectionMoved.connect(self._changed_columns)
        header.sectionResized.connect(self._changed_columns)
        self._show_sort()

    def _default_columns(self) -> None:
        header, em = self.horizontalHeader(), self.fontMetrics().averageCharWidth()
        for number, column in enumerate(COLUMNS):
            header.moveSection(header.visualIndex(number), number)
            header.resizeSection(number, round(column.width * em) + 18)
            header.setSectionHidden(number, not column.shown)

    def _changed_columns(self, *_: int) -> None:
        self._save_later.start()

    def _remember(self) -> None:
        state = self.horizontalHeader().saveState().toBase64().data()
        self._context.preferences.set_value(PREFERENCE, bytes(state).decode())

    def column_menu(self) -> QMenu:
        """Every column with a tick, and the way back to how it was."""
        menu = QMenu(self)
        header = self.horizontalHeader()
        for number, column in enumerate(COLUMNS):
            entry = menu.addAction(column.title())
            entry.setCheckable(True)
            entry.setChecked(not header.isSectionHidden(number))
            entry.setEnabled(column.key != "name")
            entry.setData(number)
            entry.toggled.connect(self._toggle_column)
        menu.addSeparator()
        menu.addAction(self.tr("Columns as they were")).triggered.connect(self._reset_columns)
        return menu

    def _toggle_column(self, shown: bool) -> None:
        action = self.sender()
        number = action.data() if action is not None else None  # type: ignore[attr-defined]  # a QAction
        if isinstance(number, int):
            self.horizontalHeader().setSectionHidden(number, not shown)
            self._changed_columns()

    def _reset_columns(self) -> None:
        self._default_columns()
        self._changed_columns()

    def _choose_columns(self, where: QPoint) -> None:
        self.column_menu().popup(self.horizontalHeader().mapToGlobal(where))

    def _sort_by(self, number: int) -> None:
        key = COLUMNS[number].sort
        if key:
            before = self._context.sort
            again = before.key == key
            first_down = COLUMNS[number].descending
            self._context.set_sort(Sort(key, descending=not before.descending if again else first_down))

    def _show_sort(self) -> None:
        header = self.horizontalHeader()
        for number, column in enumerate(COLUMNS):
            if column.sort and column.sort == self._context.sort.key:
                down = Qt.SortOrder.DescendingOrder
                header.setSortIndicator(number, down if self._context.sort.descending else Qt.SortOrder.AscendingOrder)
                return
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)

    def _resize(self) -> None:
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 11)

    # ------------------------------------------------------------------ where one is

    def visible_rows(self) -> tuple[int, int]:
        """First and last row on the screen (last is exclusive)."""
        first = max(0, self.rowAt(0))
        last = self.rowAt(self.viewport().height() - 1)
        return first, (last + 1 if last >= 0 else len(self._items))

    def show_row(self, row: int, *, at_top: bool = False) -> None:
        if row >= 0:
            hint = QAbstractItemView.ScrollHint
            self.scrollTo(
                self._items.index(row, self._first_column()), hint.PositionAtTop if at_top else hint.EnsureVisible
            )

    def _first_column(self) -> int:
        """The column that is leftmost on the screen: scrolling to it moves nothing sideways."""
        return max(0, self.columnAt(0))

    def _relist(self, how: str) -> None:
        """A new list begins at its beginning, or where the current item is if that is near; the rest moves nothing."""
        if how == "new":
            self.scrollToTop()
        if how != "rest":
            self._show_current(self._context.current)

    def _show_current(self, content: int | None) -> None:
        row = self._items.row_of(content)
        if row >= 0 and self.isVisible():
            index = self._items.index(row, self._first_column())
            self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
            self.scrollTo(index, QAbstractItemView.ScrollHint.EnsureVisible)
        self.viewport().update()

    # ------------------------------------------------------------------ painting, mouse, keys

    def _hold_paints(self) -> None:
        held_paints.hold(self, self._items.expected)

    def paintEvent(self, event: QPaintEvent) -> None:
        self._items.keep_only(*self.visible_rows())
        super().paintEvent(event)
        self._paint_line()
        if self._items.dimmed:
            painter = QPainter(self.viewport())
            painter.fillRect(event.rect(), theme.current().color("surface", 110))
            painter.end()

    def _paint_line(self) -> None:
        """Where weaker matches begin, in a list that is ordered by nearness."""
        row, first_last = self._nearness.divider(), self.visible_rows()
        if row >= 0 and first_last[0] <= row < first_last[1]:
            painter = QPainter(self.viewport())
            painter.setFont(self.font())
            top = max(1, self.rowViewportPosition(row))
            way = [QPoint(0, top), QPoint(self.viewport().width(), top)]
            self._nearness.paint(painter, self.viewport(), way, below=False)
            painter.end()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        row = self.rowAt(event.position().toPoint().y())
        if event.button() == Qt.MouseButton.LeftButton:
            if row >= 0:
                self._cursor.click(row, event.modifiers())
            else:
                self._context.selection.clear()
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        event.accept()  # no rubber band, no change of the current index behind the context's back

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        content = self._items.id_at(self.rowAt(event.position().toPoint().y()))
        if content is not None and event.button() == Qt.MouseButton.LeftButton:
            self.opened.emit(content)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self._cursor.menu(self.rowAt(event.pos().y()))
        self.menu_wanted.emit(event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        target = self._target(Qt.Key(event.key()), max(0, self._items.row_of(self._context.current)))
        known = self._cursor.press(event, target, self.opened.emit)
        if not known and event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            known, bar = True, self.horizontalScrollBar()
            bar.setValue(bar.value() + (60 if event.key() == Qt.Key.Key_Right else -60))
        event.setAccepted(known)

    def _target(self, key: Qt.Key, row: int) -> int | None:
        page = max(1, self.viewport().height() // max(1, self.verticalHeader().defaultSectionSize()) - 1)
        steps = {
            Qt.Key.Key_Up: row - 1,
            Qt.Key.Key_Down: row + 1,
            Qt.Key.Key_PageUp: row - page,
            Qt.Key.Key_PageDown: row + page,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: len(self._items) - 1,
        }
        return steps.get(key)


class _Cells(QStyledItemDelegate):
    """Paints one cell in the theme's colours; most of them are a text on a ground."""

    def __init__(self, context: Context, view: TableView) -> None:
        super().__init__(view)
        self._context, self._items, self._view = context, context.items, view

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        look, number = theme.current(), index.row()
        where: QRect = option.rect
        content = self._items.id_at(number)
        current = content is not None and content == self._context.current
        if content in self._context.selection:
            painter.fillRect(where, look.color("selection"))
        painter.setPen(look.color("line"))
        painter.drawLine(where.bottomLeft(), where.bottomRight())
        row: ItemRow | None = self._items.data(index, ROW_ROLE)
        column = COLUMNS[index.column()]
        inner = where.adjusted(9, 0, -9, -1)
        if row is None:
            painter.fillRect(QRect(inner.x(), inner.center().y() - 2, inner.width() // 2, 5), look.color("placeholder"))
        elif column.key == "grade":
            self._paint_grade(painter, inner, row)
        elif column.key == "name":
            self._paint_name(painter, inner, row)
        elif column.key in ROLES:
            self._paint_score(painter, inner, getattr(row, column.key), ROLES[column.key], column.text(row))
        else:
            role = "warning" if column.key == "state" and row.state in ("failed", "timed out") else None
            painter.setPen(look.color(role or ("text" if column.key in ("size", "date") else "muted")))
            middle = column.key in ("folder", "sha256")
            self._text(painter, inner, column.text(row), column.alignment, middle=middle)
        if current:
            painter.setPen(QPen(look.color("current" if self._view.hasFocus() else "faint"), 1))
            painter.drawLine(where.topLeft(), where.topRight())
            painter.drawLine(where.bottomLeft(), where.bottomRight())

    def _text(
        self, painter: QPainter, where: QRect, text: str, alignment: Qt.AlignmentFlag, *, middle: bool = True
    ) -> None:
        """Names and paths keep their ends when there is no room; words keep their beginning."""
        if text:
            mode = Qt.TextElideMode.ElideMiddle if middle else Qt.TextElideMode.ElideRight
            elided = painter.fontMetrics().elidedText(text, mode, where.width())
            painter.drawText(where, alignment, elided)

    def _paint_grade(self, painter: QPainter, where: QRect, row: ItemRow) -> None:
        if row.grade:
            side = painter.fontMetrics().height()
            draw_grade(
                painter, QRectF(where.center().x() - side / 2, where.center().y() - side / 2, side, side), row.grade
            )

    def _paint_name(self, painter: QPainter, where: QRect, row: ItemRow) -> None:
        look, side = theme.current(), painter.fontMetrics().height()
        spot = QRectF(where.x(), where.center().y() - side / 2, side, side)
        icons.paint(painter, KIND_ICONS.get(row.kind, "file"), spot, look.color("muted"))
        left = side + 7
        right = 0
        for shown, name, role in ((row.flagged, "flag", "warning"), (row.notes, "note", "muted")):
            if shown:
                right += side + 3
                icons.paint(painter, name, QRectF(where.right() - right + 3, spot.y(), side, side), look.color(role))
        painter.setPen(look.color("text"))
        self._text(painter, where.adjusted(left, 0, -right, 0), row.name, Qt.AlignmentFlag.AlignVCenter)

    def _paint_score(self, painter: QPainter, where: QRect, score: float | None, role: str, text: str) -> None:
        """The number, and a bar that can be compared down the column."""
        if score is None:
            return
        look = theme.current()
        wide = painter.fontMetrics().horizontalAdvance("0.00") + 8
        bar = QRectF(where.x(), where.center().y() - 2, max(0, where.width() - wide), 4)
        painter.fillRect(bar, look.color("raised"))
        painter.fillRect(QRectF(bar.x(), bar.y(), bar.width() * score, 4), look.color(role))
        painter.setPen(look.color("text"))
        painter.drawText(where, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
