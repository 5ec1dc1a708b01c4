"""The command palette (Ctrl+K): type a few letters of anything that can be done, press Enter."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QEvent, QModelIndex, QObject, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QLineEdit,
    QListView,
    QListWidget,
    QListWidgetItem,
    QMainWindow,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app.gui import focus, theme
from app.gui.context import Context
from app.gui.shortcuts import Actions, Entry, native

__all__ = ["Palette", "install", "rank"]

WIDTH, HEIGHT = 620, 420
STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}
ENTRY = Qt.ItemDataRole.UserRole


def rank(text: str, words: Sequence[str]) -> int | None:
    """How well an action fits what was typed: lower is better, None not at all. Each word must begin a word of the text
    or stand inside it; its letters in order somewhere are the last resort."""
    score = 0
    folded = text.casefold()
    parts = folded.replace("(", " ").split()
    for word in words:
        if folded.startswith(word):
            continue
        if any(part.startswith(word) for part in parts):
            score += 1
        elif word in folded:
            score += 3
        elif _in_order(word, folded):
            score += 9
        else:
            return None
    return score


def _in_order(letters: str, text: str) -> bool:
    rest = iter(text)
    return all(letter in rest for letter in letters)


class Palette(QFrame):
    """Lies in the upper middle of the window until something is chosen, Esc is pressed, or the focus goes elsewhere."""

    def __init__(self, actions: Actions, window: QWidget) -> None:
        super().__init__(window)
        self._actions, self._main, self._window = actions, window, window
        self._used: list[str] = []
        self.setProperty("card", True)
        self.setAutoFillBackground(True)
        self.setAccessibleName(self.tr("Command palette"))
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 10, 10, 10)
        column.setSpacing(8)
        self.field = QLineEdit()
        self.field.setPlaceholderText(self.tr("What do you want to do?"))
        self.field.setAccessibleName(self.tr("What do you want to do?"))
        self.field.textChanged.connect(self._fill)
        self.field.installEventFilter(self)
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Commands"))
        self.list.setResizeMode(QListView.ResizeMode.Adjust)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setItemDelegate(_Line(self.list))
        self.list.itemClicked.connect(self._run)
        self._nothing = QLabel(self.tr("Nothing has these words."))
        self._nothing.setProperty("muted", True)
        self._nothing.hide()
        column.addWidget(self.field)
        column.addWidget(self._nothing)
        column.addWidget(self.list, 1)
        window.installEventFilter(self)
        self.hide()

    def toggle(self) -> None:
        if self.isVisible():
            self.close_palette()
            return
        self._window = focus.lay_over(self, self._window, self._main)
        self._before = self._window.focusWidget()
        self.field.clear()
        self._fill("")
        self._place()
        self.show()
        self.raise_()
        self.field.setFocus()

    def close_palette(self) -> None:
        """Away again, with the focus where it was."""
        self.hide()
        if self._before is not None:
            self._before.setFocus()
            self._before = None

    _before: QWidget | None = None

    def _place(self) -> None:
        width = min(WIDTH, self._window.width() - 40)
        height = min(HEIGHT, self._window.height() - 120)
        self.setGeometry((self._window.width() - width) // 2, 60, width, height)

    def _fill(self, text: str) -> None:
        words = text.casefold().split()
        found: list[tuple[tuple[int, int, int], Entry]] = []
        for place, entry in enumerate(self._actions.entries()):
            score = rank(f"{entry.text.replace('&', '')} {entry.section}", words)
            if score is not None and not entry.held and entry.action.isEnabled():
                recent = self._used.index(entry.id) if entry.id in self._used else len(self._used)
                found.append(((score, recent, place), entry))
        self.list.clear()
        for _, entry in sorted(found, key=lambda one: one[0]):
            item = QListWidgetItem(entry.text.replace("&", ""))
            item.setData(ENTRY, entry)
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self._nothing.setVisible(not found)

    def _run(self, item: QListWidgetItem | None) -> None:
        entry = item.data(ENTRY) if item is not None else None
        if not isinstance(entry, Entry):
            return
        self.close_palette()
        self._used = [entry.id, *(one for one in self._used if one != entry.id)][:20]
        entry.action.trigger()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._key(event)
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            if event.key() in (*STEPS, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape):
                event.accept()  # else the window's own keys would hear it first
                return True
        elif watched is self.field and event.type() == QEvent.Type.FocusOut:
            self.hide()
        if watched is self._window and event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def _key(self, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        if key in STEPS:
            row = self.list.currentRow() + STEPS[key]
            self.list.setCurrentRow(min(self.list.count() - 1, max(0, row)))
            return True
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._run(self.list.currentItem())
            return True
        if key == Qt.Key.Key_Escape:
            self.close_palette()
            return True
        return False


class _Line(QStyledItemDelegate):
    """The action to the left, its section behind, its keys to the right."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: ARG002 - Qt's name
        return QSize(100, option.fontMetrics.height() + 14)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        look, entry = theme.current(), index.data(ENTRY)
        if not isinstance(entry, Entry):
            return
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setBrush(look.color("selection"))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.drawRoundedRect(option.rect.adjusted(1, 1, -1, -1), 4, 4)
        inner = option.rect.adjusted(10, 0, -12, 0)
        keys = native(entry.keys[0]) if entry.keys else ""
        painter.setPen(look.color("muted"))
        painter.drawText(inner, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, keys)
        room = inner.width() - option.fontMetrics.horizontalAdvance(keys) - 20
        text = option.fontMetrics.elidedText(entry.text.replace("&", ""), Qt.TextElideMode.ElideRight, room)
        painter.setPen(look.color("text"))
        painter.drawText(inner, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
        used = option.fontMetrics.horizontalAdvance(text) + 14
        behind = inner.adjusted(used, 0, 0, 0)
        if used + option.fontMetrics.horizontalAdvance(entry.section) < room:
            painter.setPen(look.color("faint"))
            painter.drawText(behind, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, entry.section)
        painter.restore()


def install(window: QMainWindow) -> None:
    """Give a window its palette and the overlay of all keys."""
    context: Context = window.context  # type: ignore[attr-defined] # the desk's window
    palette = Palette(context.actions, window)
    section = QCoreApplication.translate("Palette", "Help")
    overlay: list[QWidget] = []

    def show_keys() -> None:
        from app.gui.pages.keys import KeyOverlay  # made when it is first asked for: the start must be quick

        if not overlay:
            overlay.append(KeyOverlay(context.actions, window))
        found = overlay[0]
        assert isinstance(found, KeyOverlay)
        found.toggle()

    context.actions.add(
        "help.palette",
        QCoreApplication.translate("Palette", "Command palette"),
        "Ctrl+K",
        palette.toggle,
        section=section,
    )
    context.actions.add(
        "help.keys", QCoreApplication.translate("Palette", "All keys"), "F1", show_keys, section=section
    )
