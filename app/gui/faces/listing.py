"""Candidates as a list: the face, where it is, how alike. A line divides those that reach the threshold from weaker
ones, another those that were rejected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QCoreApplication,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont, QImage, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QListView, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.gui import icons, theme
from app.gui.columns import kind_title, percent
from app.gui.preview.clock import timecode
from app.gui.preview.finding_rows import paint_ground
from core.case.candidates import Candidate

__all__ = ["CandidateList", "Divider", "place_text"]

_CANDIDATE = Qt.ItemDataRole.UserRole
_FACE = 56
_SIGNS = {"yes": ("check", "good"), "no": ("close", "danger")}
Index = QModelIndex | QPersistentModelIndex
_NONE = QModelIndex()
_NOBODY: frozenset[int] = frozenset()


def _tr(text: str) -> str:
    return QCoreApplication.translate("CandidateList", text)


@dataclass(frozen=True, slots=True)
class Divider:
    """A line between two parts of the list."""

    text: str


def place_text(one: Candidate) -> str:
    """Where in its file: the moment and the track of a film, the page of a document."""
    if one.start is not None:
        moment = timecode(one.start, thousandths=False)
        if one.track is None or one.track_start is None or one.track_end is None or one.track_end <= one.track_start:
            return moment
        begin, end = (timecode(value, thousandths=False) for value in (one.track_start, one.track_end))
        return _tr("{0}, seen {1} – {2}").format(moment, begin, end)
    return _tr("page {0}").format(one.page + 1) if one.page else ""


class CandidateList(QListView):
    """Keys: Enter confirms, Backspace rejects, the same again takes it back. `decided` brings yes or no."""

    decided = Signal(str)
    whole_wanted = Signal()
    opened = Signal()
    entered_row = Signal(object)  # Candidate or None

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = _Rows(self)
        self.setModel(self.rows)
        self.setItemDelegate(_Row(self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        self.setAccessibleName(self.tr("Candidates"))
        self.selectionModel().currentChanged.connect(lambda *_: self.entered_row.emit(self.candidate))
        self.doubleClicked.connect(lambda _index: self.opened.emit())

    @property
    def candidate(self) -> Candidate | None:
        """The one that keys are about."""
        found = self.currentIndex().data(_CANDIDATE)
        return found if isinstance(found, Candidate) else None

    def show_rows(
        self, rows: Sequence[Candidate | Divider], strong: frozenset[int], badly: frozenset[int] = _NOBODY
    ) -> None:
        """Replace the list; the current one stays where it is still there, else its place does. `strong`: findings that
        reach the threshold; `badly`: faces that are seen badly."""
        self.rows.badly = badly
        before, place = self.candidate, self.currentIndex().row()
        self.rows.replace(rows, strong)
        numbers = [row for row, one in enumerate(rows) if isinstance(one, Candidate)]
        if not numbers:
            self.entered_row.emit(None)
            return
        same = [row for row in numbers if before is not None and rows[row].finding == before.finding]  # type: ignore[union-attr]  # candidates only
        self._go(same[0] if same else min(numbers, key=lambda row: abs(row - max(0, place))))

    def step(self) -> None:
        """To the next candidate below, if there is one."""
        for row in range(self.currentIndex().row() + 1, self.rows.rowCount()):
            if isinstance(self.rows.at(row), Candidate):
                self._go(row)
                return

    def _go(self, row: int) -> None:
        self.setCurrentIndex(self.rows.index(row, 0))
        self.scrollTo(self.currentIndex())

    def visible_candidates(self) -> list[Candidate]:
        """Those on the screen, and a screen further down."""
        first = max(0, self.indexAt(QPoint(12, 4)).row())
        many = 2 * (self.viewport().height() // (_FACE + 16) + 2)  # rows are never lower
        found = (self.rows.at(row) for row in range(first, min(self.rows.rowCount(), first + many)))
        return [one for one in found if isinstance(one, Candidate)]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = event.key()
        if keys in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self.opened.emit()
            else:
                self.decided.emit("yes")
        elif keys == Qt.Key.Key_Backspace:
            self.decided.emit("no")
        elif keys == Qt.Key.Key_Z and not event.modifiers():
            self.whole_wanted.emit()
        elif event.text().isalnum():
            event.ignore()
        else:
            super().keyPressEvent(event)


class _Rows(QAbstractListModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._rows: Sequence[Candidate | Divider] = ()
        self.strong: frozenset[int] = frozenset()
        self.badly: frozenset[int] = frozenset()  # of which more likeness is asked, or of which nothing can be said
        self.faces: dict[int, QImage] = {}

    def replace(self, rows: Sequence[Candidate | Divider], strong: frozenset[int]) -> None:
        self.beginResetModel()
        self._rows, self.strong = rows, strong
        self.endResetModel()

    def at(self, row: int) -> Candidate | Divider:
        return self._rows[row]

    def set_faces(self, faces: Mapping[int, QImage]) -> None:
        """Crops by finding; what is not in it is a plain field."""
        self.faces = dict(faces)
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, 0))

    def rowCount(self, parent: Index = _NONE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if index.isValid() and isinstance(self._rows[index.row()], Divider):
            return Qt.ItemFlag.NoItemFlags
        return super().flags(index)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        one = self._rows[index.row()]
        if role == _CANDIDATE:
            return one
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            if isinstance(one, Divider):
                return one.text
            said = {"yes": _tr("confirmed"), "no": _tr("rejected")}.get(one.said, "")
            return ", ".join(part for part in (percent(one.similarity), one.name, place_text(one), said) if part)
        if role == Qt.ItemDataRole.ToolTipRole and isinstance(one, Candidate):
            return f"{one.folder}/{one.name}" if one.folder else one.name
        return None


class _Row(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        line = option.fontMetrics.height()
        divided = isinstance(index.data(_CANDIDATE), Divider)
        return QSize(240, line + 14 if divided else max(_FACE, 2 * line + 18) + 16)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        one = index.data(_CANDIDATE)
        painter.save()
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        if isinstance(one, Divider):
            self._divide(painter, QRectF(option.rect), one.text)
        else:
            paint_ground(painter, option)
            self._candidate(painter, option, one)
        painter.restore()

    def _divide(self, painter: QPainter, room: QRectF, text: str) -> None:
        look = theme.current()
        inner = room.adjusted(10, 0, -10, 0)
        wide = painter.fontMetrics().horizontalAdvance(text)
        middle = (inner.width() - wide) / 2
        painter.setPen(look.color("muted"))
        painter.drawText(inner, Qt.AlignmentFlag.AlignCenter, text)
        painter.setPen(QPen(look.color("border"), 1))
        y = round(inner.center().y()) + 0.5
        painter.drawLine(inner.left(), y, inner.left() + max(0, middle - 10), y)  # type: ignore[call-overload]  # floats are taken
        painter.drawLine(inner.right() - max(0, middle - 10), y, inner.right(), y)  # type: ignore[call-overload]  # floats are taken

    def _candidate(self, painter: QPainter, option: QStyleOptionViewItem, one: Candidate) -> None:
        look = theme.current()
        view: CandidateList = self.parent()  # type: ignore[assignment]  # its list
        room = QRectF(option.rect).adjusted(10, 8, -12, -8)
        self._face(painter, QRectF(room.left(), room.top(), _FACE, _FACE), view.rows.faces.get(one.finding))
        strong = one.finding in view.rows.strong
        score = percent(one.similarity)
        bold = QFont(option.font)
        bold.setWeight(QFont.Weight.DemiBold)
        painter.setFont(bold)
        wide = painter.fontMetrics().horizontalAdvance("0.00") + 26
        text = room.adjusted(_FACE + 12, 4, -wide - 8, -10)
        right = QRectF(text.right() + 8, text.top(), wide, text.height())
        painter.setPen(look.color("text" if strong else "muted"))
        flags = Qt.AlignmentFlag.AlignTop
        painter.drawText(right, flags | Qt.AlignmentFlag.AlignRight, score)
        name = painter.fontMetrics().elidedText(one.name, Qt.TextElideMode.ElideMiddle, round(text.width()))
        painter.drawText(text, flags | Qt.AlignmentFlag.AlignLeft, name)
        if one.said in _SIGNS:
            sign, role = _SIGNS[one.said]
            icons.paint(painter, sign, QRectF(right.left(), right.top() + 1, 16, 16), look.color(role))
        painter.setFont(option.font)
        painter.setPen(look.color("muted"))
        seen = _tr("badly seen") if one.finding in view.rows.badly else ""
        where = place_text(one) or kind_title(one.kind)
        second = " · ".join(part for part in (where, seen, one.folder) if part)
        elided = painter.fontMetrics().elidedText(
            second, Qt.TextElideMode.ElideRight, round(room.right() - text.left())
        )
        painter.drawText(
            room.adjusted(_FACE + 12, 0, 0, -11), Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft, elided
        )
        bar = QRectF(text.left(), room.bottom() - 4, room.right() - text.left(), 3)
        painter.fillRect(bar, look.color("border"))
        bar.setWidth(bar.width() * min(1.0, max(0.0, one.similarity)))
        painter.fillRect(bar, look.color("accent" if strong else "faint"))

    def _face(self, painter: QPainter, where: QRectF, image: QImage | None) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        if image is None:
            painter.setBrush(theme.current().color("placeholder"))
            painter.drawRoundedRect(where, 4, 4)
            return
        side = min(image.width(), image.height())
        source = QRectF((image.width() - side) / 2, (image.height() - side) / 2, side, side)
        painter.drawImage(where, image, source)
