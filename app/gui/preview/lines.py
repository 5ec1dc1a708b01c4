"""Lines of text with their places, read or heard. The words that were searched for are marked; a click shows where a
line stands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QModelIndex,
    QPointF,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QTextCharFormat,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLabel,
    QLineEdit,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app.gui import theme
from app.gui.columns import percent
from app.gui.preview.clock import timecode
from app.gui.preview.finding_rows import FINDING, FindingRows, Index, paint_ground

if TYPE_CHECKING:
    from app.gui.context import Context
    from core.case.details import FindingFacts
    from core.case.filters import Filter

__all__ = ["LinePainter", "Lines", "LinesPanel", "matches", "searched_words"]


def matches(text: str, words: list[str]) -> list[tuple[int, int]]:
    """(start, length) of every searched word in the text: without case and accents, `ü` as `ue` and the reverse."""
    from core.case.folding import german, plain

    found: list[tuple[int, int]] = []
    for piece in re.finditer(r"\w+", text):
        spellings = {plain(piece[0]).casefold(), german(piece[0]).casefold(), _bare(piece[0])}
        for word in words:
            prefix = word.endswith("*")
            stem = word.rstrip("*")
            wanted = {plain(stem).casefold(), german(stem).casefold(), _bare(stem)} - {""}
            if spellings & wanted or (prefix and any(one.startswith(tuple(wanted)) for one in spellings)):
                found.append((piece.start(), piece.end() - piece.start()))
                break
    return found


def searched_words(typed: str, wanted: Filter) -> list[str]:
    """What is to be marked: what was typed into a panel's box, as beginnings of words, and the words of the list's
    search."""
    texts = [typed, *(value for term in wanted.terms() if term.key == "words" for value in term.values)]
    return [f"{word}*" if word in typed else word for word in re.findall(r"\w+\*?", " ".join(texts))]


def _bare(text: str) -> str:
    import unicodedata

    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


class LinesPanel(QWidget):
    """Lines in a list with a box that finds words in them, or a sentence why there are none. What is in the lines, and
    why there are none, say its subclasses. `chosen` brings the finding of the line that was clicked."""

    chosen = Signal(int)

    def __init__(
        self, context: Context, model: Lines, painter: type[LinePainter], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._context = context
        self.search = QLineEdit()
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._mark)
        self._model = model
        self.list = LineList()
        self.list.setModel(model)
        self._painter = painter(self.list)
        self.list.setItemDelegate(self._painter)
        self.list.clicked.connect(self._clicked)
        self.list.activated.connect(self._clicked)
        self._empty = QLabel()
        self._empty.setWordWrap(True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setProperty("muted", True)
        self._empty.setContentsMargins(20, 20, 20, 20)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(8, 8, 8, 0)
        self._column.setSpacing(6)
        self._column.addWidget(self.search)
        self._column.addWidget(self.list, 1)
        self._column.addWidget(self._empty, 1)
        context.filter_changed.connect(self._mark)

    def name(self, title: str, find: str) -> None:
        """What the lines are, and what the box says that finds words in them."""
        self.list.setAccessibleName(title)
        self.search.setPlaceholderText(find)
        self.search.setAccessibleName(find)

    def show_lines(self, lines: tuple[FindingFacts, ...], why_none: str, *, searchable: bool) -> None:
        """These lines, or where there are none, why."""
        self._model.replace(lines)
        self.list.setVisible(bool(lines))
        self.search.setVisible(searchable)
        self._empty.setVisible(not lines)
        self._empty.setText(why_none)
        self._mark()

    def set_active(self, finding: int) -> None:
        """Make the line of this finding the current one, and bring it into sight."""
        row = self._model.row_of(finding)
        if row >= 0:
            index = self._model.index(row, 0)
            self.list.setCurrentIndex(index)
            self.list.scrollTo(index)

    def _mark(self) -> None:
        """The words of the list's search and of the box above."""
        self._painter.words = searched_words(self.search.text(), self._context.filter)
        self.list.viewport().update()

    def _clicked(self, index: QModelIndex) -> None:
        finding = index.data(FINDING)
        if finding is not None:
            self.chosen.emit(finding.id)


class Lines(FindingRows):
    """Lines of recognised text."""

    def text(self, one: FindingFacts) -> str:
        return one.text or ""

    def hint(self, one: FindingFacts) -> str:
        return f"{percent(one.score)} {timecode(one.start) if one.start is not None else ''}".strip()


class LineList(QListView):
    """Lines of different height; copying takes the selected lines as text."""

    def __init__(self) -> None:
        super().__init__()
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            rows = sorted(self.selectedIndexes(), key=lambda index: index.row())
            QGuiApplication.clipboard().setText("\n".join(str(index.data()) for index in rows))
        elif event.text().isalnum():
            event.ignore()  # letters and digits grade and navigate, here as everywhere
        else:
            super().keyPressEvent(event)


class LinePainter(QStyledItemDelegate):
    """A wrapped line with the searched words on a coloured ground, its place at the right."""

    def __init__(self, view: QListView) -> None:
        super().__init__(view)
        self.words: list[str] = []

    def text(self, line: FindingFacts) -> str:
        return line.text or ""

    def colour(self, line: FindingFacts) -> QColor:  # noqa: ARG002 - others paint some lines paler
        return theme.current().color("text")

    def _layout(self, option: QStyleOptionViewItem, line: FindingFacts, width: float) -> tuple[QTextLayout, float]:
        layout = QTextLayout(self.text(line), option.font)
        wrap = QTextOption()
        wrap.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(wrap)
        formats = []
        for start, length in matches(self.text(line), self.words) if self.words else ():
            marked = QTextCharFormat()
            marked.setBackground(theme.current().color("warning"))
            marked.setForeground(QColor("black"))
            span = QTextLayout.FormatRange()
            span.start, span.length, span.format = start, length, marked
            formats.append(span)
        layout.setFormats(formats)
        layout.beginLayout()
        top = 0.0
        while (row := layout.createLine()).isValid():
            row.setLineWidth(width)
            row.setPosition(QPointF(0, top))
            top += row.height()
        layout.endLayout()
        return layout, top

    def _place(self, line: FindingFacts) -> str:
        if line.start is not None:
            return timecode(line.start, thousandths=False)
        return f"p. {line.page + 1}" if line.page is not None and line.page > 0 else ""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        line = index.data(FINDING)
        view = self.parent()
        width = view.viewport().width() if isinstance(view, QListView) else 300
        room = width - 20 - option.fontMetrics.horizontalAdvance(self._place(line)) - 8
        return QSize(width - 2, round(self._layout(option, line, max(60, room))[1]) + 8)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        line = index.data(FINDING)
        look = theme.current()
        painter.save()
        paint_ground(painter, option)
        inner = QRectF(option.rect).adjusted(10, 4, -10, -4)
        place = self._place(line)
        wide = option.fontMetrics.horizontalAdvance(place) + 8 if place else 0
        layout, _ = self._layout(option, line, max(60.0, inner.width() - wide))
        painter.setPen(self.colour(line))
        layout.draw(painter, inner.topLeft())
        painter.setPen(look.color("faint"))
        painter.drawText(inner, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop, place)
        painter.restore()
