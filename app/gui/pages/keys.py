"""All keys: the overlay on F1, the editor in the settings, and a sheet to print."""

from __future__ import annotations

import html
from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QMarginsF, QObject, Qt
from PySide6.QtGui import (
    QKeyEvent,
    QMouseEvent,
    QPageLayout,
    QPageSize,
    QPainter,
    QPaintEvent,
    QPdfWriter,
    QTextDocument,
)
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QKeySequenceEdit,
    QLineEdit,
    QScrollArea,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.gui import focus, theme
from app.gui.context import Context
from app.gui.pages.page import button, clear, label
from app.gui.shortcuts import Actions, Conflict, Entry, native

__all__ = ["KeyEditor", "KeyOverlay", "sheet_html", "write_sheet"]

ID = Qt.ItemDataRole.UserRole


def sections(actions: Actions) -> dict[str, list[Entry]]:
    """Section → its actions, in the order in which they were registered."""
    found: dict[str, list[Entry]] = {}
    for entry in actions.entries():
        found.setdefault(entry.section or QCoreApplication.translate("Keys", "Other"), []).append(entry)
    return found


def spoken_keys(entry: Entry) -> str:
    return ", ".join(native(one) for one in entry.keys)


class KeyOverlay(QWidget):
    """Lies over the window while F1 is wanted; any key or click takes it away."""

    def __init__(self, actions: Actions, window: QWidget) -> None:
        super().__init__(window)
        self._actions, self._main, self._window = actions, window, window
        self.setAccessibleName(self.tr("All keys"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(48, 40, 48, 40)
        frame = QFrame()
        frame.setProperty("card", True)
        outer.addWidget(frame)
        column = QVBoxLayout(frame)
        column.setContentsMargins(28, 22, 28, 18)
        head = QHBoxLayout()
        head.addWidget(label(self.tr("Keys"), "title", wrap=False))
        head.addStretch(1)
        head.addWidget(button(self.tr("Save as PDF…"), self._save, icon="save", quiet=True))
        head.addWidget(button(self.tr("Close"), self.hide, icon="close", quiet=True))
        column.addLayout(head)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        holder = QWidget()
        self._columns = QHBoxLayout(holder)
        self._columns.setContentsMargins(0, 8, 0, 0)
        self._columns.setSpacing(36)
        area.setWidget(holder)
        area.viewport().setAutoFillBackground(False)
        holder.setAutoFillBackground(False)
        column.addWidget(area, 1)
        column.addWidget(
            label(
                self.tr("Letters and digits act only where no text is being typed. The settings change keys."), "muted"
            )
        )
        window.installEventFilter(self)
        self.hide()

    def toggle(self) -> None:
        if self.isVisible():
            self.hide()
            return
        self._window = focus.lay_over(self, self._window, self._main)
        self._fill()
        self.setGeometry(self._window.rect())
        self.show()
        self.raise_()
        self.setFocus()

    def _fill(self) -> None:
        clear(self._columns)
        groups = {name: [one for one in found if one.keys] for name, found in sections(self._actions).items()}
        groups = {name: found for name, found in groups.items() if found}
        letters = self._window.width() / max(1, self.fontMetrics().averageCharWidth())
        wide = 3 if letters >= 165 else 2 if letters >= 90 else 1
        for part in _spread(groups, wide):
            column = QVBoxLayout()
            column.setSpacing(14)
            for name, found in part:
                column.addLayout(self._section(name, found))
            column.addStretch(1)
            self._columns.addLayout(column, 1)

    def _section(self, name: str, found: list[Entry]) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(3)
        grid.setColumnStretch(1, 1)
        grid.addWidget(label(name, "section", wrap=False), 0, 0, 1, 2)
        for row, entry in enumerate(found, start=1):
            keys = label(spoken_keys(entry), wrap=False)
            font = keys.font()
            font.setBold(True)
            keys.setFont(font)
            keys.setMinimumWidth(96)
            grid.addWidget(keys, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(label(entry.text.replace("&", ""), "muted"), row, 1)
        return grid

    def _save(self) -> None:
        path, _ = QFileDialog.getSaveFileName(
            self, self.tr("Save the keys"), str(Path.home() / "asservat-keys.pdf"), "PDF (*.pdf)"
        )
        if path:
            write_sheet(self._actions, Path(path))

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            if event.key() not in (Qt.Key.Key_F1, Qt.Key.Key_F9):  # hiding everything works everywhere
                event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() not in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Tab):
            self.hide()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        self.hide()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.current().color("window", 225))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._window and event.type() == QEvent.Type.Resize and self.isVisible():
            self.setGeometry(self._window.rect())
        return super().eventFilter(watched, event)


def _spread(groups: dict[str, list[Entry]], columns: int) -> Iterator[list[tuple[str, list[Entry]]]]:
    """Sections in their order, in columns of about the same height."""
    total = sum(len(found) + 2 for found in groups.values())
    part: list[tuple[str, list[Entry]]] = []
    height = 0
    left = columns
    for name, found in groups.items():
        if part and left > 1 and height + (len(found) + 2) / 2 > total / columns:
            yield part
            part, height, left = [], 0, left - 1
        part.append((name, found))
        height += len(found) + 2
    if part:
        yield part


# ---------------------------------------------------------------------- the editor


class KeyEditor(QWidget):
    """A searchable list of actions and a field that takes keys. Conflicts are refused with a sentence."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._actions = context.actions
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Find an action"))
        self.search.setAccessibleName(self.tr("Find an action"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter)
        column.addWidget(self.search)
        self.tree = QTreeWidget()
        self.tree.setAccessibleName(self.tr("Actions and their keys"))
        self.tree.setHeaderLabels([self.tr("Action"), self.tr("Keys"), ""])
        self.tree.setUniformRowHeights(True)
        self.tree.setMinimumHeight(300)
        header = self.tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.ResizeToContents)
        self.tree.currentItemChanged.connect(lambda *_: self._choose())
        column.addWidget(self.tree)
        column.addLayout(self._make_controls())
        self.said = label("", "warning")
        self.said.hide()
        column.addWidget(self.said)
        self._actions.changed.connect(self._fill)
        self._fill()

    def _make_controls(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        self.field = QKeySequenceEdit()
        self.field.setMaximumSequenceLength(1)
        self.field.setAccessibleName(self.tr("New keys"))
        self.field.setClearButtonEnabled(True)
        self.set_button = button(self.tr("Use these keys"), self._set)
        self.none_button = button(self.tr("No keys"), self._clear)
        self.default_button = button(self.tr("Default"), self._reset, icon="undo")
        self.all_button = button(self.tr("All defaults"), self._actions.reset_all, quiet=True)
        self.print_button = button(self.tr("Sheet to print…"), self._print, icon="save", quiet=True)
        row.addWidget(self.field, 1)
        for widget in (self.set_button, self.none_button, self.default_button, self.all_button, self.print_button):
            row.addWidget(widget)
        return row

    @property
    def chosen(self) -> str:
        """The id of the chosen action, "" for none."""
        item = self.tree.currentItem()
        return str(item.data(0, ID) or "") if item is not None else ""

    def choose(self, id: str) -> None:
        for item in self._items():
            if item.data(0, ID) == id:
                self.tree.setCurrentItem(item)

    def _items(self) -> Iterator[QTreeWidgetItem]:
        for number in range(self.tree.topLevelItemCount()):
            group = self.tree.topLevelItem(number)
            rows = group.childCount() if group is not None else 0
            yield from (child for row in range(rows) if group is not None and (child := group.child(row)) is not None)

    def _fill(self) -> None:
        before = self.chosen
        self.tree.clear()
        for name, found in sections(self._actions).items():
            group = QTreeWidgetItem([name])
            self.tree.addTopLevelItem(group)
            for entry in found:
                row = QTreeWidgetItem(
                    [entry.text.replace("&", ""), spoken_keys(entry), self.tr("changed") if entry.changed else ""]
                )
                row.setData(0, ID, entry.id)
                row.setForeground(2, theme.current().color("accent"))
                group.addChild(row)
        self.tree.expandAll()
        self._filter(self.search.text())
        self.choose(before)
        self._choose()

    def _filter(self, text: str) -> None:
        words = text.casefold().split()
        for item in self._items():
            said = f"{item.text(0)} {item.text(1)}".casefold()
            item.setHidden(not all(word in said for word in words))
        for number in range(self.tree.topLevelItemCount()):
            group = self.tree.topLevelItem(number)
            if group is not None:
                group.setHidden(all(item.isHidden() for item in self._items() if item.parent() is group))

    def _choose(self) -> None:
        chosen = self.chosen
        keys = self._actions.keys(chosen)
        self.field.setKeySequence(keys[0] if keys else "")
        for widget in (self.field, self.set_button, self.none_button, self.default_button):
            widget.setEnabled(bool(chosen))
        self._say("")

    def _set(self) -> None:
        self._assign([self.field.keySequence().toString()])

    def _clear(self) -> None:
        self._assign([])

    def _assign(self, keys: list[str]) -> None:
        try:
            self._actions.assign(self.chosen, keys)
        except Conflict as error:
            self._say(str(error))

    def _reset(self) -> None:
        try:
            self._actions.reset(self.chosen)
        except Conflict as error:
            self._say(str(error))

    def _say(self, text: str) -> None:
        self.said.setText(text)
        self.said.setVisible(bool(text))

    def _print(self) -> None:
        path, _ = QFileDialog.getSaveFileName(
            self, self.tr("Save the keys"), str(Path.home() / "asservat-keys.pdf"), "PDF (*.pdf)"
        )
        if path:
            write_sheet(self._actions, Path(path))


# ---------------------------------------------------------------------- the sheet


def sheet_html(actions: Actions) -> str:
    """All actions that have keys, as a page."""
    heading = QCoreApplication.translate("Keys", "Asservat: keys")
    rows = []
    for name, found in sections(actions).items():
        lines = "".join(
            f"<tr><td width='34%'><b>{html.escape(spoken_keys(entry))}</b></td>"
            f"<td>{html.escape(entry.text.replace('&', ''))}</td></tr>"
            for entry in found
            if entry.keys
        )
        if lines:
            rows.append(f"<h3>{html.escape(name)}</h3><table width='100%' cellpadding='2'>{lines}</table>")
    return f"<h1>{html.escape(heading)}</h1>{''.join(rows)}"


def write_sheet(actions: Actions, path: Path) -> None:
    """The keys in force as a PDF on A4, to lie beside the keyboard."""
    writer = QPdfWriter(str(path))
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF(18, 16, 18, 16), QPageLayout.Unit.Millimeter)
    writer.setTitle(QCoreApplication.translate("Keys", "Asservat: keys"))
    document = QTextDocument()
    document.setDefaultStyleSheet("body { font-family: 'DejaVu Sans'; font-size: 9pt; } h3 { margin-top: 10px; }")
    document.setHtml(f"<body>{sheet_html(actions)}</body>")
    document.print_(writer)
