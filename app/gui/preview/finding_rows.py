"""A list of findings for Qt's list views, and the ground that their rows are painted on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyleOptionViewItem

from app.gui import theme

if TYPE_CHECKING:
    from core.case.details import FindingFacts

__all__ = ["FINDING", "FindingRows", "Index", "paint_ground"]

FINDING = Qt.ItemDataRole.UserRole
Index = QModelIndex | QPersistentModelIndex
_NONE = QModelIndex()


class FindingRows(QAbstractListModel):
    """One row a finding, which is under the role `FINDING`. What a row says, say the subclasses."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: Sequence[FindingFacts] = ()

    def text(self, one: FindingFacts) -> str:
        """What is read of this row, copied from it, and told to a screen reader."""
        raise NotImplementedError

    def hint(self, one: FindingFacts) -> str:  # noqa: ARG002 - others have something to say
        """What stands beside the mouse; nothing when it is empty."""
        return ""

    def replace(self, rows: Sequence[FindingFacts]) -> None:
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def row_of(self, finding: int | None) -> int:
        """-1: it is not here."""
        return next((row for row, one in enumerate(self.rows) if one.id == finding), -1)

    def rowCount(self, parent: Index = _NONE) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        one = self.rows[index.row()]
        if role == FINDING:
            return one
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.text(one)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self.hint(one) or None
        return None


def paint_ground(painter: QPainter, option: QStyleOptionViewItem) -> None:
    """The ground of a row that is selected or under the mouse; others have none."""
    look = theme.current()
    if option.state & QStyle.StateFlag.State_Selected:
        painter.fillRect(option.rect, look.color("selection"))
    elif option.state & QStyle.StateFlag.State_MouseOver:
        painter.fillRect(option.rect, look.color("hover"))
