"""The panel on the left: what the matching items have in common, with counts. A click filters, another takes it back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.gui import icons, theme
from app.gui.columns import amount
from app.gui.terms import facet_title, value_text

if TYPE_CHECKING:
    from app.gui.context import Changes, Context
    from core.case.browse import Facet, FacetValue
    from core.case.filters import Filter, Term

__all__ = ["FacetPanel"]

SHOWN = 7  # values of a facet before "more"
WAIT = 250  # milliseconds after the list is there: counting must not hold it up
OPEN_FIRST = ("kind", "state", "outcome", "group", "grade", "score")


class FacetPanel(QWidget):
    """All facets of the matching items, one below the other."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._facets: list[Facet] = []
        closed = context.preferences.value("facets.closed", None)
        self._closed: set[str] = set(closed) if isinstance(closed, list) else {"label", "folder", "date", "source"}
        self._long: set[str] = set()
        self._later = QTimer(self, singleShot=True, interval=WAIT)
        self._later.timeout.connect(self._ask)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        outer.addWidget(self._area)
        self.setAccessibleName(self.tr("Facets"))
        context.items.loaded.connect(self._later.start)
        context.changed.connect(self._changed)
        context.case_closed.connect(self._clear)
        self._build()

    def _changed(self, changes: Changes) -> None:
        if (changes.decisions is not None or changes.findings or changes.contents) and not self._later.isActive():
            self._later.start(WAIT if changes.decisions is not None else 2000)

    def _ask(self) -> None:
        if not self.isVisible():
            return
        wanted = self._context.filter

        def work(connection: Any) -> list[Facet]:
            from core.case import browse

            return browse.facets(connection, wanted)

        self._context.query(work, self._take, key="facets")

    def showEvent(self, event: Any) -> None:
        super().showEvent(event)
        self._later.start()

    def _take(self, facets: list[Facet]) -> None:
        if facets != self._facets:
            self._facets = facets
            self._build()

    def _clear(self) -> None:
        self._facets = []
        self._build()

    # ------------------------------------------------------------------ the widgets

    def _build(self) -> None:
        place = self._area.verticalScrollBar().value()
        inside = QFrame()
        inside.setProperty("side", True)
        column = QVBoxLayout(inside)
        column.setContentsMargins(10, 8, 6, 12)
        column.setSpacing(1)
        if not self._facets:
            hint = QLabel(self.tr("Counts appear here when the case holds files."))
            hint.setWordWrap(True)
            hint.setProperty("faint", True)
            column.addWidget(hint)
        for found in self._facets:
            self._add_facet(column, found)
        column.addStretch(1)
        self._area.setWidget(inside)
        self._area.verticalScrollBar().setValue(place)

    def _add_facet(self, column: QVBoxLayout, found: Facet) -> None:
        key = f"{found.key}:{found.scope}" if found.scope else found.key
        closed = key in self._closed or found.key in self._closed
        column.addWidget(self._heading(found, key, closed))
        if closed:
            return
        most = max((value.count for value in found.values), default=1)
        values = found.values if key in self._long else found.values[:SHOWN]
        for value in values:
            line = _Value(found.key, value, most, self._state(value.term))
            line.chosen.connect(self._choose)
            column.addWidget(line)
        rest = len(found.values) - len(values) + found.more
        if rest > 0 and key not in self._long:
            more = QToolButton()
            more.setText(self.tr("%n more", "", rest))
            more.setProperty("muted", True)
            more.clicked.connect(lambda: self._lengthen(key))
            column.addWidget(more)
        column.addSpacing(8)

    def _heading(self, found: Facet, key: str, closed: bool) -> QWidget:
        button = QToolButton()
        button.setText(facet_title(found.key, found.scope))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        button.setAccessibleDescription(self.tr("closed") if closed else self.tr("open"))
        icons.put(button, "next" if closed else "down", "muted")
        font = button.font()
        font.setBold(True)
        button.setFont(font)
        button.clicked.connect(lambda: self._fold(found.key, key, closed))
        holder = QWidget()
        line = QHBoxLayout(holder)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(button)
        line.addStretch(1)
        return holder

    def _fold(self, name: str, key: str, closed: bool) -> None:
        if closed:
            self._closed -= {key, name}
        else:
            self._closed.add(key)
        self._context.preferences.set_value("facets.closed", sorted(self._closed))
        self._build()

    def _lengthen(self, key: str) -> None:
        self._long.add(key)
        self._build()

    # ------------------------------------------------------------------ the filter

    def _state(self, term: Term) -> str:
        """"" not in the filter, "in" chosen, "out" excluded."""
        parts = self._context.filter.parts
        if term in parts:
            return "in"
        return "out" if ~term in parts else ""

    def _choose(self, term: Term, negated: bool) -> None:
        wanted: Filter = self._context.filter
        if term in wanted.parts or ~term in wanted.parts:
            self._context.set_filter(wanted.without(term).without(~term))
        else:
            self._context.set_filter(wanted.with_part(~term if negated else term))


class _Value(QWidget):
    """One value with its count and a bar. Click: only these. Right click or Ctrl: without these."""

    chosen = Signal(object, bool)

    def __init__(self, key: str, value: FacetValue, most: int, state: str) -> None:
        super().__init__()
        self._value, self._share, self._state = value, value.count / max(1, most), state
        self._text = value_text(key, value.text)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFixedHeight(self.fontMetrics().height() + 8)
        self.setAccessibleName(f"{self._text}: {value.count}")
        self.setToolTip(f"{self._text}\n" + self.tr("Click: only these. Right click: without these."))
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def paintEvent(self, _event: QPaintEvent) -> None:
        look, painter = theme.current(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        where = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(look.color("accent") if self.hasFocus() else Qt.PenStyle.NoPen)
        if self._state:
            painter.setBrush(look.color("selection"))
        elif self.underMouse():
            painter.setBrush(look.color("hover"))
        else:
            painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(where, 4, 4)
        painter.setPen(Qt.PenStyle.NoPen)
        bar = QRectF(where.x() + 6, where.bottom() - 3, max(2.0, (where.width() - 12) * self._share), 2)
        painter.setBrush(look.color("danger" if self._state == "out" else "accent", 150))
        painter.drawRect(bar)
        metrics, count = self.fontMetrics(), amount(self._value.count)
        inner = self.rect().adjusted(8, 0, -8, -3)
        painter.setPen(look.color("muted"))
        painter.drawText(inner, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, count)
        painter.setPen(look.color("text"))
        font = self.font()
        font.setStrikeOut(self._state == "out")
        painter.setFont(font)
        room = inner.width() - metrics.horizontalAdvance(count) - 8
        text = metrics.elidedText(self._text, Qt.TextElideMode.ElideMiddle, room)
        painter.drawText(inner, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        out = event.button() == Qt.MouseButton.RightButton or event.modifiers() & Qt.KeyboardModifier.ControlModifier
        self.chosen.emit(self._value.term, bool(out))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.chosen.emit(self._value.term, bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier))
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()
