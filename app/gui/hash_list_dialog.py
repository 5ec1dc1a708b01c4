"""The hash lists of a case: which there are, how many items each has marked, one more or one less."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.gui.columns import amount
from app.gui.context import Changes, Context
from app.gui.pages.page import button, label
from core.case import hash_lists
from core.case.case import Case
from core.case.hash_lists import PREFIX, KnownList, ListInUse

__all__ = ["HashListsDialog"]


class HashListsDialog(QDialog):
    """The lists of the open case. `read` asks for one more."""

    def __init__(self, context: Context, read: Callable[[], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._shown: list[ListInUse] = []
        self.setWindowTitle(self.tr("Hash lists"))
        self.resize(760, 420)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(8)
        text = self.tr(
            "What is in one of these lists is marked by a tag, also what later runs find. Nothing is graded by that."
            " MD5 and SHA-1 can be forged: a hit is a reason to look."
        )
        column.addWidget(label(text, "muted"))
        self.empty = label(self.tr("The case knows no list yet. Read one below: text, CSV or NSRL."), "muted")
        column.addWidget(self.empty)
        self.table = self._made_table()
        column.addWidget(self.table, 1)
        row = QHBoxLayout()
        row.addWidget(button(self.tr("Read a list…"), read, primary=True))
        self.forget_button = button(self.tr("Forget"), self.forget)
        self.forget_button.setToolTip(self.tr("Look nothing up in this list any more; its tags stay"))
        row.addWidget(self.forget_button)
        row.addStretch(1)
        row.addWidget(button(self.tr("Close"), self.close))
        column.addLayout(row)
        context.case_closed.connect(self.close)
        context.changed.connect(lambda _changes: self.refresh())
        self.refresh()

    def _made_table(self) -> QTableWidget:
        titles = [self.tr("List"), self.tr("Hashes"), self.tr("Items"), self.tr("File"), self.tr("Read")]
        table = QTableWidget(0, len(titles))
        table.setAccessibleName(self.tr("Hash lists"))
        table.setHorizontalHeaderLabels(titles)
        table.verticalHeader().hide()
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        table.setShowGrid(False)
        table.setStyleSheet("QTableWidget::item { padding: 2px 8px; }")
        table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        table.horizontalHeader().setSectionResizeMode(3, QHeaderView.ResizeMode.Stretch)
        table.itemSelectionChanged.connect(self._enable)
        return table

    def refresh(self) -> None:
        """Ask the case anew."""

        if self._context.case is not None:
            self._context.query(hash_lists.lists_in_use, self._show, key="hash-lists")
        self._enable()

    def _show(self, found: list[ListInUse]) -> None:
        self._shown = found
        self.table.setRowCount(len(found))
        for row, one in enumerate(found):
            known = one.known
            texts = (
                known.tag.removeprefix(PREFIX),
                amount(known.hashes),
                amount(one.items),
                known.file,
                self.tr("{0} by {1}").format(known.added[:10], known.actor),
            )
            for column, text in enumerate(texts):
                cell = QTableWidgetItem(text)
                cell.setToolTip(f"SHA-256 {known.sha256}" if column == 3 else text)
                if column in {1, 2}:
                    cell.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.table.setItem(row, column, cell)
        self.empty.setVisible(not found)
        self._enable()

    def _enable(self) -> None:
        self.forget_button.setEnabled(
            0 <= self.table.currentRow() < len(self._shown) and bool(self.table.selectedItems())
        )

    def forget(self) -> None:
        """Look nothing up in the chosen list any more."""
        row = self.table.currentRow()
        if not 0 <= row < len(self._shown):
            return
        number = self._shown[row].known.id

        def work(case: Case) -> KnownList:
            return hash_lists.forget(case, number)

        def done(gone: KnownList) -> None:
            self.table.clearSelection()
            self._context.changed.emit(Changes(facts=True))
            self._context.message.emit(self.tr("Forgotten: {0}. Its tags stay.").format(gone.tag), None)

        self._context.act(work, done)
