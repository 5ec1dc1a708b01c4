"""Findings as a list: label, place, score as number and bar, and what the examiner said of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QListView, QSizePolicy, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.gui import theme
from app.gui.columns import percent
from app.gui.preview.clock import timecode
from app.gui.preview.finding_rows import FINDING, FindingRows, Index, paint_ground
from app.gui.preview.marks import colour_role
from app.gui.preview.subject import label_text

if TYPE_CHECKING:
    from core.case.details import FindingFacts

__all__ = ["FindingsList"]

_ROWS = 6
_SIGNS = {"right": "✓", "wrong": "✗", "unclear": "?"}


class FindingsList(QListView):
    """As high as its rows, up to six."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._findings = _Findings(self)
        self.setModel(self._findings)
        self.setItemDelegate(_Row(self))
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Findings"))

    def set_findings(self, findings: Sequence[FindingFacts]) -> None:
        self._findings.replace(findings)
        rows = min(_ROWS, len(findings))
        self.setFixedHeight(rows * _row_height(self) + 2)
        self.setVisible(bool(rows))

    def choose(self, finding: int | None) -> None:
        """Make this finding's row the current one."""
        row = self._findings.row_of(finding)
        self.setCurrentIndex(self._findings.index(row, 0) if row >= 0 else QModelIndex())

    def finding_at(self, index: QModelIndex) -> FindingFacts | None:
        found: FindingFacts | None = index.data(FINDING)
        return found

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.text().isalnum():
            event.ignore()  # letters and digits grade and navigate, here as everywhere
            return
        super().keyPressEvent(event)
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down) and self.currentIndex().isValid():
            self.clicked.emit(self.currentIndex())


class _Findings(FindingRows):
    def text(self, one: FindingFacts) -> str:
        parts = (_SIGNS.get(one.verdict, ""), label_text(one.label), _place(one), percent(one.score))
        return " ".join(part for part in parts if part)


class _Row(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(160, option.fontMetrics.height() + 13)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        finding: FindingFacts = index.data(FINDING)
        look = theme.current()
        painter.save()
        paint_ground(painter, option)
        inner = QRectF(option.rect).adjusted(8, 2, -8, -3)
        bar = QRectF(inner.left(), inner.bottom() - 3, inner.width(), 3)
        painter.fillRect(bar, look.color("border"))
        role = colour_role(finding.group, finding.analyzer)
        painter.fillRect(QRectF(bar.left(), bar.top(), bar.width() * (finding.score or 0.0), 3), look.color(role))
        line = inner.adjusted(0, 0, 0, -4)
        right = "   ".join(part for part in (_place(finding), percent(finding.score)) if part)
        painter.setPen(look.color("muted"))
        painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, right)
        name = f"{_SIGNS.get(finding.verdict, '')} {label_text(finding.label)}".strip()
        room = max(20, round(inner.width()) - option.fontMetrics.horizontalAdvance(right) - 12)
        painter.setPen(look.color("text"))
        text = option.fontMetrics.elidedText(name, Qt.TextElideMode.ElideRight, room)
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
        painter.restore()


def _place(finding: FindingFacts) -> str:
    if finding.start is not None:
        return timecode(finding.start)
    if finding.page is not None:
        return QCoreApplication.translate("FindingsList", "page {0}").format(finding.page + 1)
    return ""


def _row_height(widget: QWidget) -> int:
    return widget.fontMetrics().height() + 13
