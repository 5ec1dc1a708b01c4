"""What went wrong, grouped: code, file, stage, reason, effect, action; retry, or exclude with a reason."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QInputDialog,
    QListWidget,
    QListWidgetItem,
    QSplitter,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.gui import icons, recorded, theme
from app.gui.acts import Acts
from app.gui.context import Changes, Context
from app.gui.flow import Flow
from app.gui.pages.explained import explain, stage_title, state_title
from app.gui.pages.opening import read_again, try_again
from app.gui.pages.page import Card, EmptyState, Page, button, label, scrolled
from app.gui.pages.wording import grouped, number
from core.case.filters import Filter, Term, outcome
from core.case.overview import Trouble, TroubleFile, Unseen, files, troubles, unseen

__all__ = ["ProblemsPage"]

SHOWN = 1000
LISTING = "intake"  # what cannot be read is tried by every run


class ProblemsPage(Page):
    """Groups on the left, the chosen group and its files on the right."""

    def __init__(self, context: Context) -> None:
        super().__init__(context, "", widest=1600, scrolling=False)
        self.title.setText(self.tr("Problems"))
        self.setAccessibleName(self.tr("Problems"))
        self._stale = True
        self._groups: list[Trouble] = []
        self._files: list[TroubleFile] = []
        self._empty = EmptyState("check", self.tr("No problems"), " ")
        self._empty.setVisible(context.case is None)
        self.body.addWidget(self._make_unseen())
        self.body.addWidget(self._empty, 1)
        self._parts = QSplitter(Qt.Orientation.Horizontal)
        self._parts.setChildrenCollapsible(False)
        self._parts.setHandleWidth(14)
        self._parts.addWidget(self._make_list())
        self._parts.addWidget(scrolled(self._make_detail()))
        self._parts.setStretchFactor(0, 2)
        self._parts.setStretchFactor(1, 3)
        self._parts.setSizes([340, 860])
        self.body.addWidget(self._parts, 1)
        self._parts.hide()
        self.retry_button = button(self.tr("Retry all failed"), lambda: try_again(context), icon="refresh")
        self.head.addWidget(self.retry_button)
        context.changed.connect(self._changed)
        context.case_opened.connect(self._case_changed)
        context.case_closed.connect(self._case_changed)
        context.run_state_changed.connect(lambda _state: self._show_buttons())

    # ------------------------------------------------------------------ building

    def _make_list(self) -> QWidget:
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Kinds of problems"))
        self.list.setWordWrap(True)
        self.list.setMinimumWidth(20 * self.fontMetrics().averageCharWidth())
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        side = round(18 * theme.current().scale)
        self.list.setIconSize(QSize(side, side))
        self.list.setSpacing(2)
        self.list.currentRowChanged.connect(self._choose)
        return self.list

    def _make_unseen(self) -> QWidget:
        """What went wrong nowhere and was seen by nobody: no problem, and no negative result."""
        self._unseen = Unseen(0, 0, 0, 0)
        self.unseen = QWidget()
        row = QHBoxLayout(self.unseen)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        self.unseen_text = label("")
        row.addWidget(self.unseen_text, 1)
        self.unseen_button = button(self.tr("Show them in the grid"), self._show_unseen, icon="grid")
        row.addWidget(self.unseen_button)
        self.unseen.hide()
        return self.unseen

    def _make_detail(self) -> QWidget:
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        card = Card()
        self.heading = label("", "heading")
        self.where = label("", "muted", selectable=True)
        self.effect = label("")
        self.action = label("")
        for widget in (self.heading, self.where, self.effect, self.action):
            card.body.addWidget(widget)
        column.addWidget(card)
        column.addWidget(self._make_files(), 1)
        self.more = label("", "muted")
        column.addWidget(self.more)
        column.addWidget(self._make_single())
        row = Flow(gap=8)
        self.show_button = button(self.tr("Show in the grid"), self._show_items, icon="grid")
        self.exclude_button = button(self.tr("Exclude with reason…"), self._exclude, icon="remove")
        self.include_button = button(self.tr("Take back in"), self._include, icon="undo")
        self.copy_button = button(self.tr("Copy"), self._copy, icon="copy", quiet=True)
        self.again_button = button("", self._try_again, icon="refresh")
        for entry in (self.show_button, self.again_button, self.exclude_button, self.include_button, self.copy_button):
            row.addWidget(entry)
        column.addLayout(row)
        return holder

    def _make_single(self) -> QWidget:
        """The chosen file alone: its sentence in full, and what a library said of it."""
        self.single = Card()
        self.told = label("", selectable=True)
        self.detail = label("", "muted", selectable=True)
        self.detail.setProperty("mono", True)
        for widget in (self.told, self.detail):
            self.single.body.addWidget(widget)
        return self.single

    def _make_files(self) -> QWidget:
        self.tree = QTreeWidget()
        self.tree.setAccessibleName(self.tr("Files with this problem"))
        self.tree.setRootIsDecorated(False)
        self.tree.setUniformRowHeights(True)
        self.tree.setAlternatingRowColors(True)
        self.tree.setTextElideMode(Qt.TextElideMode.ElideMiddle)  # names tell files apart by their ends, too
        self.tree.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.tree.setHeaderLabels([self.tr("File"), self.tr("What happened"), self.tr("Excluded because")])
        self.tree.setMinimumHeight(8 * self.fontMetrics().height())
        header = self.tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.ResizeToContents)
        header.resizeSection(0, round(260 * theme.current().scale))
        self.tree.itemSelectionChanged.connect(self._show_buttons)
        self.tree.currentItemChanged.connect(lambda *_: self._show_single())
        self.tree.itemActivated.connect(lambda *_: self._show_items())
        return self.tree

    # ------------------------------------------------------------------ asking

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._ask()

    def _changed(self, changes: Changes) -> None:
        if changes.problems or changes.run or changes.decisions is not None:
            self._stale = True
            if self.isVisible():
                self._ask()

    def _case_changed(self) -> None:
        self._stale = True
        self._answered(([], Unseen(0, 0, 0, 0)))
        self._empty.setVisible(self.context.case is None)  # of another case nothing is known before it has answered
        if self.isVisible():
            self._ask()

    def _ask(self) -> None:
        if self.context.case is not None:
            self._stale = False
            self.context.query(_look, self._answered, key="problems-page")

    def _answered(self, found: tuple[list[Trouble], Unseen]) -> None:
        self._unseen = found[1]
        self._show_groups(found[0])
        self._tell_unseen()

    def _tell_unseen(self) -> None:
        left = self._unseen
        self.unseen.setVisible(left.count > 0)
        counted = (
            (self.tr("not supported: {0}"), left.unsupported),
            (self.tr("models missing: {0}"), left.skipped),
            (self.tr("not analysed yet: {0}"), left.waiting),
        )
        parts = ", ".join(text.format(number(count)) for text, count in counted if count)
        self.unseen_text.setText(
            self.tr("Nothing was looked for in some items ({0}). That is no negative result.").format(parts)
        )
        if not left.items:
            told = self.tr("Nothing has been read yet.")
        elif left.count == left.items:
            told = self.tr("Nothing went wrong, but no item of this case was looked into.")
        elif left.count:
            told = self.tr("Whatever was looked into could be read and analysed.")
        else:
            told = self.tr("Every file could be read and was analysed by the steps that were run.")
        self._empty.text.setText(told)

    def _show_unseen(self) -> None:
        self.context.set_filter(Filter((outcome(*self._unseen.states),)))
        self.context.show_view("grid")

    def _show_groups(self, found: list[Trouble]) -> None:
        before = self._current()
        self._groups = found
        self.list.blockSignals(True)
        self.list.clear()
        for group in found:
            self.list.addItem(self._entry(group))
        self.list.blockSignals(False)
        self._empty.setVisible(not found)
        self._parts.setVisible(bool(found))
        count = sum(group.count for group in found)
        settled = sum(group.settled for group in found)
        said = grouped(self.tr("%n problem(s)", "", count), count)
        if settled:
            said += ", " + self.tr("{0} of them excluded with a reason").format(number(settled))
        self.say(said if found else "")
        keys = [(group.stage, group.code, group.state) for group in found]
        key = (before.stage, before.code, before.state) if before else None
        self.list.setCurrentRow(keys.index(key) if key in keys else 0)
        self._choose(self.list.currentRow())

    def _entry(self, group: Trouble) -> QListWidgetItem:
        role = "muted" if not group.open else "warning" if group.state in ("", "partial") else "danger"
        steps = group.stage.split(",")
        where = (
            grouped(self.tr("%n step(s)", "", len(steps)), len(steps)) if len(steps) > 1 else stage_title(group.stage)
        )
        title = f"{explain(group.code, group.state).title}  ({number(group.count)})"
        text = f"{title}\n{state_title(group.state)}  ·  {where}"
        entry = QListWidgetItem(icons.icon("check" if not group.open else "problems", role), text)
        if not group.open:
            entry.setForeground(theme.current().color("muted"))
        return entry

    def _current(self) -> Trouble | None:
        row = self.list.currentRow()
        return self._groups[row] if 0 <= row < len(self._groups) else None

    # ------------------------------------------------------------------ the chosen group

    def _choose(self, _row: int) -> None:
        group = self._current()
        if group is None:
            self._show_files([])
            return
        said = explain(group.code, group.state)
        self.heading.setText(said.title)
        self.where.setText(
            self.tr("Code {0}  ·  {1}  ·  {2}").format(
                group.code or "–", stage_title(group.stage), state_title(group.state)
            )
        )
        self.effect.setText(self.tr("What it means: {0}").format(said.effect))
        self.action.setText(self.tr("What to do: {0}").format(said.action))

        def work(connection: Any) -> list[TroubleFile]:
            return files(connection, group, SHOWN)

        self.context.query(work, self._show_files, key="problem-files")

    def _show_files(self, found: list[TroubleFile]) -> None:
        self._files = found
        self.tree.clear()
        for file in found:
            row = QTreeWidgetItem([file.path, recorded.shown(file.message), file.reason])
            row.setToolTip(0, file.path)
            row.setToolTip(1, recorded.in_full(file.message, file.detail))
            self.tree.addTopLevelItem(row)
        self.tree.setColumnHidden(2, not any(file.reason for file in found))
        group = self._current()
        left = (group.count if group else 0) - len(found)
        self.more.setText(grouped(self.tr("… and %n more file(s)", "", left), left))
        self.more.setVisible(left > 0)
        self._show_single()
        self._show_buttons()

    def _show_single(self) -> None:
        """The current file, else the first one: a group is one kind of trouble, but each file has its own numbers."""
        row = max(self.tree.currentIndex().row(), 0)
        self.single.setVisible(row < len(self._files))
        if row >= len(self._files):
            return
        file = self._files[row]
        text, _, detail = recorded.in_full(file.message, file.detail).partition("\n")
        self.told.setText(f"{file.path}:  {text}")
        self.detail.setText(detail)
        self.detail.setVisible(bool(detail))

    def _chosen(self) -> list[TroubleFile]:
        """The selected files, or all of the group."""
        rows = {index.row() for index in self.tree.selectedIndexes()}
        return [self._files[row] for row in sorted(rows)] if rows else self._files

    def _show_buttons(self) -> None:
        chosen = self._chosen()
        self.show_button.setEnabled(any(file.content is not None for file in chosen))
        self.exclude_button.setEnabled(any(not file.reason for file in chosen))
        self.include_button.setVisible(any(file.reason for file in chosen))
        self._show_again()
        self.retry_button.setEnabled(
            not self.context.run_state and any(group.state in ("failed", "timed out") for group in self._groups)
        )

    def _show_again(self) -> None:
        """Says of how many files it speaks: of the selected ones, or of all that have this code."""
        group, selected = self._current(), bool(self.tree.selectedIndexes())
        count = len(self._chosen()) if selected else group.count if group else 0
        listing = group is not None and group.stage == LISTING
        if listing:
            self.again_button.setText(self.tr("Read the sources again"))
        elif selected:
            self.again_button.setText(grouped(self.tr("Retry selected (%n)", "", count), count))
        else:
            self.again_button.setText(grouped(self.tr("Retry this kind (%n)", "", count), count))
        retried = group is not None and (bool(group.state) or listing)
        self.again_button.setEnabled(retried and not self.context.run_state)
        self.again_button.setToolTip(
            "" if retried else self.tr("A note beside a result: there is nothing to look at again.")
        )

    # ------------------------------------------------------------------ what can be done

    def _try_again(self) -> None:
        """A run that looks again at the selected files, or at all of this kind, and at no other that failed."""
        group = self._current()
        if group is None or self.context.run_state:
            return
        if group.stage == LISTING:
            read_again(self.context)
        elif self.tree.selectedIndexes():
            try_again(self.context, (group.code,), [file.sha256 for file in self._chosen()])
        else:
            try_again(self.context, (group.code,))

    def _show_items(self) -> None:
        ids = [str(file.content) for file in self._chosen() if file.content is not None]
        if ids:
            self.context.set_filter(Filter((Term("items", tuple(dict.fromkeys(ids))),)))
            self.context.show_view("grid")

    def _exclude(self) -> None:
        chosen = [file for file in self._chosen() if not file.reason]
        reason, agreed = QInputDialog.getText(
            self,
            self.tr("Exclude with reason"),
            grouped(self.tr("Why do %n file(s) stay out? The report says so.", "", len(chosen)), len(chosen)),
        )
        if agreed and reason.strip():
            self._settle(chosen, reason.strip())

    def _include(self) -> None:
        self._settle([file for file in self._chosen() if file.reason], "")

    def _settle(self, chosen: list[TroubleFile], reason: str) -> None:
        noted = [file.problem for file in chosen if file.problem is not None]
        contents = [file.content for file in chosen if file.problem is None and file.content is not None]

        acts = Acts.of(self.context)
        if noted:
            acts.settle(noted, reason)
        if contents:
            acts.exclude(contents, reason)

    def _copy(self) -> None:
        group = self._current()
        if group is not None:
            lines = [self._copied(group, file) for file in self._chosen()]
            QGuiApplication.clipboard().setText("\n".join(lines))

    def _copied(self, group: Trouble, file: TroubleFile) -> str:
        """As it is shown, and then as it was recorded where that is something else: the record is what can be found."""
        told = recorded.shown(file.message)
        own = file.message if told != file.message else ""
        return "\t".join((group.code, file.path, told, file.reason, own)).rstrip("\t")


def _look(connection: Any) -> tuple[list[Trouble], Unseen]:
    return troubles(connection), unseen(connection)
