"""The small boxes of deciding: a word for a tag, a line for a note, and the bar that takes a bulk change back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, cast

import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QCompleter,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.gui import focus
from app.gui.preview.clock import timecode

if TYPE_CHECKING:
    from app.gui.context import Context

__all__ = ["NoteBox", "TagBox", "UndoBar"]

UNDO_FOR = 10_000  # milliseconds
_ROWS = 8


def _window(context: Context) -> QWidget | None:
    parent = context.parent()
    return parent if isinstance(parent, QWidget) else None


class _Box(QFrame):
    """Lies in the middle of the window until Esc, Enter, or a click beside it. A child of the window and no popup:
    nothing that the window system does with windows can take it away."""

    def __init__(self, context: Context) -> None:
        window = _window(context)
        super().__init__(None if window is None else focus.host(window))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setProperty("card", True)
        self.setAutoFillBackground(True)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(14, 12, 14, 12)
        self._layout.setSpacing(8)
        self.edit = QLineEdit()
        self.edit.setMinimumWidth(320)
        self._before: QWidget | None = None

    def open_at_window(self) -> None:
        """Show it and put the caret into its field."""
        self.put_in_the_middle()
        self._before = QApplication.focusWidget()
        self.show()
        self.raise_()
        self.edit.setFocus()
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._focus_changed)

    def put_in_the_middle(self) -> None:
        """As large as it has to be, in the middle of its window."""
        window = self.parentWidget()
        self.adjustSize()
        if window is not None:
            self.move(window.rect().center() - self.rect().center())

    def _focus_changed(self, _old: QWidget | None, new: QWidget | None) -> None:
        if new is not None and new is not self and not self.isAncestorOf(new):
            self._before = None  # somebody has gone elsewhere: leave the focus there
            self.close()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and cast(QKeyEvent, event).key() == Qt.Key.Key_Escape:
            event.accept()  # Esc closes this, and does not go back in the views
            return True
        return super().event(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        before, self._before = self._before, None
        super().closeEvent(event)
        if before is not None and shiboken6.isValid(before):
            before.setFocus()


class TagBox(_Box):
    """`chosen` brings a word and whether it is put on or taken off."""

    chosen = Signal(str, bool)

    def __init__(self, context: Context, known: Sequence[str], present: Collection[str]) -> None:
        super().__init__(context)
        self._present = set(present)
        heading = QLabel(self.tr("Tag"))
        heading.setProperty("section", True)
        self.edit.setPlaceholderText(self.tr("A word; Enter puts it on"))
        self.edit.setAccessibleName(self.tr("Tag"))
        self.edit.returnPressed.connect(self._enter)
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Tags of this case"))
        self.list.itemChanged.connect(self._ticked)
        self._layout.addWidget(heading)
        self._layout.addWidget(self.edit)
        self._layout.addWidget(self.list)
        self.offer(known)

    def offer(self, known: Sequence[str]) -> None:
        """The tags that the case has; they may come when the box is open and somebody is typing already."""
        completer = QCompleter(list(known), self.edit)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setCompletionMode(QCompleter.CompletionMode.InlineCompletion)
        self.edit.setCompleter(completer)
        self.list.blockSignals(True)
        self.list.clear()
        for word in known:
            item = QListWidgetItem(word)
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if word in self._present else Qt.CheckState.Unchecked)
            self.list.addItem(item)
        self.list.blockSignals(False)
        self.list.setFixedHeight(min(_ROWS, max(1, len(known))) * (self.fontMetrics().height() + 8) + 4)
        self.list.setVisible(bool(known))  # not before it has a parent: it would be a window for a moment
        if self.isVisible():
            self.put_in_the_middle()

    def _enter(self) -> None:
        word = self.edit.text().strip()
        if word:
            self.chosen.emit(word, True)
        self.close()

    def _ticked(self, item: QListWidgetItem) -> None:
        self.chosen.emit(item.text(), item.checkState() == Qt.CheckState.Checked)


class NoteBox(_Box):
    """`written` brings the text; it may be empty where a place is remembered."""

    written = Signal(str)

    def __init__(self, context: Context, count: int, time: float | None) -> None:
        super().__init__(context)
        place = self.tr("Bookmark at {0}").format(timecode(time)) if time is not None else ""
        heading = QLabel(place or self.tr("Note to %n item(s)", "", count))
        heading.setProperty("section", True)
        hint = self.tr("Words, if you like; Enter keeps it") if place else self.tr("Enter keeps it, Esc does not")
        self.edit.setPlaceholderText(hint)
        self.edit.setAccessibleName(heading.text())
        self._may_be_empty = time is not None
        self.edit.returnPressed.connect(self._enter)
        self._layout.addWidget(heading)
        self._layout.addWidget(self.edit)

    def _enter(self) -> None:
        text = self.edit.text().strip()
        if text or self._may_be_empty:
            self.written.emit(text)
        self.close()


class UndoBar(QFrame):
    """Lies above the status bar for ten seconds after a change to many items."""

    def __init__(self, context: Context, undo: Callable[[], None]) -> None:
        super().__init__(_window(context))
        self.setProperty("card", True)
        self.setAccessibleName(self.tr("What was just done"))
        self._undo = undo
        self._text = QLabel()
        self._button = QPushButton(self.tr("Undo"))
        self._button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._button.clicked.connect(self._take_back)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 8, 8)
        row.setSpacing(14)
        row.addWidget(self._text)
        row.addWidget(self._button)
        self._timer = QTimer(self, singleShot=True, interval=UNDO_FOR)
        self._timer.timeout.connect(self.hide)
        context.case_closed.connect(self.hide)  # the next case has other acts to undo
        self.hide()
        window = self.parentWidget()
        if window is not None:
            window.installEventFilter(self)

    def say(self, text: str) -> None:
        self._text.setText(text)
        self.adjustSize()
        self._place()
        self.show()
        self.raise_()
        self._timer.start()

    def _place(self) -> None:
        window = self.parentWidget()
        if window is not None:
            self.move((window.width() - self.width()) // 2, window.height() - self.height() - 52)

    def _take_back(self) -> None:
        self.hide()
        self._undo()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self.parentWidget():
            self._place()
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
        else:
            super().keyPressEvent(event)
