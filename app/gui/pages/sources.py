"""The sources of the open case: what people know of each, stated here field by field, and how it came to be known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QListWidget,
    QListWidgetItem,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.gui import theme
from app.gui.acts import Acts
from app.gui.context import Changes, Context
from app.gui.pages.opening import wish_wizard
from app.gui.pages.page import Card, EmptyState, Page, button, label
from app.gui.pages.source_form import SourceForm
from app.gui.pages.source_words import field_title, summary, value_text
from app.gui.pages.wording import bytes_text, grouped, moment
from core.case.sources import FactEntry, KnownSource

__all__ = ["SourcesPage"]

NUMBER = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class _Answer:
    sources: list[KnownSource]
    entries: dict[int, list[FactEntry]]


class SourcesPage(Page):
    """A list to the left, the facts of the chosen source to the right. Each change is an act that undo takes back."""

    def __init__(self, context: Context) -> None:
        super().__init__(context, "", widest=1240)
        self.title.setText(self.tr("Sources"))
        self.setAccessibleName(self.tr("Sources"))
        self.say(self.tr("What people know of each source. It stands in the report; every change is recorded."))
        self._answer = _Answer([], {})
        self._shown: int | None = None
        self.add = button(self.tr("Add evidence…"), lambda: wish_wizard(context, "run"), icon="add")
        self.head.addWidget(self.add)
        row = QHBoxLayout()
        row.setSpacing(18)
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Sources"))
        self.list.setFixedWidth(round(250 * min(1.4, theme.current().scale)))
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.list.setWordWrap(True)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.currentRowChanged.connect(self._chosen)
        row.addWidget(self.list)
        row.addLayout(self._make_right(), 1)
        self._row = QWidget()
        self._row.setLayout(row)
        row.setContentsMargins(0, 0, 0, 0)
        self.body.addWidget(self._row, 1)
        self.empty = EmptyState(
            "source",
            self.tr("No source yet"),
            self.tr("Drag folders into this window. Your files are only read, never changed."),
        )
        self.body.addWidget(self.empty, 1)
        context.changed.connect(self._changed)
        context.failed.connect(self._failed)
        context.case_opened.connect(self._opened)
        context.case_closed.connect(self._opened)
        self._show()

    def _make_right(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(12)
        card = Card()
        self.heading = label("", "heading")
        self.where = label("", "muted", selectable=True)
        self.about = label("", "muted")
        self.form = SourceForm()
        self.form.edited.connect(self._edited)
        for widget in (self.heading, self.where, self.about):
            card.body.addWidget(widget)
        card.body.addSpacing(6)
        card.body.addWidget(self.form)
        column.addWidget(card)
        history = Card(self.tr("How it came to be known"))
        self.history = QTreeWidget()
        self.history.setAccessibleName(history.title.text())
        self.history.setRootIsDecorated(False)
        self.history.setHeaderLabels(
            [self.tr("Time"), self.tr("By"), self.tr("Fact"), self.tr("Before"), self.tr("After")]
        )
        self.history.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.history.setMinimumHeight(130)
        self.nothing = label(self.tr("Nobody has stated anything of this source yet."), "muted")
        history.body.addWidget(self.nothing, 1, Qt.AlignmentFlag.AlignTop)
        history.body.addWidget(self.history, 1)
        column.addWidget(history, 1)
        return column

    # ------------------------------------------------------------------ asking

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._ask()

    def _opened(self) -> None:
        self._answer, self._shown = _Answer([], {}), None
        self._show()
        if self.isVisible():
            self._ask()

    def _changed(self, changes: Changes) -> None:
        if self.isVisible() and (changes.facts or (changes.run and not self.context.run_state)):
            self._ask()

    def _failed(self, _error: object) -> None:
        """What could not be stored is not shown as if it were."""
        if self.isVisible():
            self._ask()

    def _ask(self) -> None:
        def work(connection: Any) -> _Answer:
            from core.case import sources

            known = sources.known(connection)
            return _Answer(known, {one.id: sources.history(connection, one.id) for one in known})

        self.context.query(work, self._answered, key="sources")

    def _answered(self, answer: _Answer) -> None:
        self._answer = answer
        self._show()

    # ------------------------------------------------------------------ showing

    @property
    def source(self) -> KnownSource | None:
        """The one whose facts are shown."""
        return next((one for one in self._answer.sources if one.id == self._shown), None)

    def _show(self) -> None:
        sources = self._answer.sources
        self._row.setVisible(bool(sources))
        self.empty.setVisible(not sources)
        if self.source is None:
            self._shown = sources[0].id if sources else None
        self.list.blockSignals(True)
        self.list.clear()
        for one in sources:
            exhibit = f"{one.provenance.exhibit}\n" if one.provenance.exhibit else ""
            item = QListWidgetItem(f"{exhibit}{one.provenance.label or one.path}")
            item.setData(NUMBER, one.id)
            item.setToolTip(one.path)
            self.list.addItem(item)
            if one.id == self._shown:
                self.list.setCurrentItem(item)
        self.list.blockSignals(False)
        self._show_source()

    def _show_source(self) -> None:
        one = self.source
        if one is None:
            return
        self.heading.setText(self.tr("Source {0}: {1}").format(one.id, one.title))
        files = grouped(self.tr("%n file(s)", "", one.copies), one.copies)
        listed = self.tr("listed {0}").format(moment(one.listed)) if one.listed else self.tr("not listed yet")
        self.where.setText("  ·  ".join((one.path, files, bytes_text(one.bytes), listed)))
        self.about.setText(summary(one.provenance))
        if not self.form.problem:  # what is wrong there is not stored: it stays until it is mended
            self.form.show_facts(one.provenance)
        entries = self._answer.entries.get(one.id, [])
        self.history.clear()
        self.history.setVisible(bool(entries))
        self.nothing.setVisible(not entries)
        for entry in entries:
            marks = {"undo": self.tr("undone: {0}"), "redo": self.tr("done again: {0}")}
            fact = marks.get(entry.kind, "{0}").format(field_title(entry.field))
            old, new = (value_text(entry.field, value) for value in (entry.old, entry.new))
            line = QTreeWidgetItem([moment(entry.at), entry.actor, fact, old, new])
            line.setToolTip(3, old)
            line.setToolTip(4, new)
            self.history.addTopLevelItem(line)

    def _chosen(self, row: int) -> None:
        item = self.list.item(row)
        if item is not None and item.data(NUMBER) != self._shown:
            self._shown = int(item.data(NUMBER))
            one = self.source
            if one is not None:
                self.form.show_facts(one.provenance)
            self._show_source()

    # ------------------------------------------------------------------ changing

    def _edited(self, field: str, value: str) -> None:
        if self._shown is not None:
            Acts.of(self.context).describe_source(self._shown, {field: value})
