"""What was decided about an item, newest first, with what was taken back; and its notes and bookmarks."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHeaderView, QLabel, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from app.gui import grades, theme
from app.gui.act_words import likeness_text, verdict_text
from app.gui.columns import moment
from app.gui.preview.clock import timecode
from app.gui.preview.subject import Subject, label_text

if TYPE_CHECKING:
    from app.gui.context import Context
    from core.case.decisions import Entry

__all__ = ["HistoryPanel"]


class HistoryPanel(QWidget):
    """Decisions are never deleted: what was taken back is struck through."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.tree = QTreeWidget()
        self.tree.setAccessibleName(self.tr("History"))
        self.tree.setColumnCount(3)
        self.tree.setHeaderLabels([self.tr("What"), self.tr("Who"), self.tr("When (UTC)")])
        self.tree.setRootIsDecorated(False)
        self.tree.setWordWrap(True)
        self.tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.tree.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.tree.header().setSectionResizeMode(2, QHeaderView.ResizeMode.ResizeToContents)
        self.tree.header().setStretchLastSection(False)
        self.tree.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._empty = QLabel(self.tr("Nothing has been decided about this item yet."))
        self._empty.setWordWrap(True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setProperty("muted", True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 0)
        layout.addWidget(self.tree, 1)
        layout.addWidget(self._empty, 1)
        self._show(None, [])

    def set_subject(self, subject: Subject | None) -> None:
        if subject is None:
            self._show(None, [])
            return
        content = subject.content

        def work(connection: Any) -> list[Entry]:
            from core.case import decisions

            return decisions.history(connection, content)

        self._context.query(work, partial(self._show, content), key="history")

    def _show(self, content: int | None, entries: list[Entry]) -> None:
        if content is not None and content != self._context.current:
            return
        self.tree.clear()
        self.tree.setVisible(bool(entries))
        self._empty.setVisible(not entries and content is not None)
        for entry in entries:
            item = QTreeWidgetItem([self._text(entry), entry.actor, moment(entry.at)])
            item.setToolTip(0, item.text(0))
            if entry.withdrawn:
                font = self.tree.font()
                font.setStrikeOut(True)
                item.setFont(0, font)
                for column in range(3):
                    item.setForeground(column, theme.current().color("faint"))
                item.setToolTip(0, self.tr("Taken back: {0}").format(item.text(0)))
            self.tree.addTopLevelItem(item)

    def _text(self, entry: Entry) -> str:
        value = entry.value
        place = timecode(entry.time) if entry.time is not None else ""
        match entry.kind:
            case "grade":
                return self.tr("Grade {0}").format(grades.text(value)) if value else self.tr("Grade taken away")
            case "tag":
                return self.tr("Tag “{0}”").format(value)
            case "untag":
                return self.tr("Tag “{0}” taken off").format(value)
            case "note":
                return self.tr("Note: {0}").format(value)
            case "bookmark":
                return " ".join(part for part in (self.tr("Bookmark at {0}").format(place), value) if part)
            case "flag":
                return self.tr("Flagged for a second look") if value else self.tr("Flag taken off")
            case "verdict":
                said = verdict_text(value)
                return self.tr("Finding “{0}”: {1}").format(label_text(entry.finding), said)
            case "likeness":
                told = json.loads(value)
                said = likeness_text(str(told.get("said", "")))
                return self.tr("Likeness to a face of {0}: {1}").format(str(told.get("reference", ""))[:12], said)
            case "review":
                return self.tr("Reviewed") if value else self.tr("Not reviewed")
            case "exclude":
                return self.tr("Excluded: {0}").format(value) if value else self.tr("Taken back in")
        return f"{entry.kind} {value}".strip()
