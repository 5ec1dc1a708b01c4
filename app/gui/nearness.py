"""The line between near and weaker matches, in a list that is ordered by nearness to what was asked.

It stands where the data of the model put it (`core.search.nearness`) until the examiner moves it: drag it in the grid,
or move it with the commands. It leaves nothing out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QPointF, QRect, Qt, Signal
from PySide6.QtGui import QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from app.gui import theme
from app.gui.pages.wording import number
from core.case.filters import GIVEN

if TYPE_CHECKING:
    from app.gui.context import Context
    from core.case.filters import Term
    from core.search.nearness import Line

__all__ = ["Nearness"]


class Nearness(QObject):
    """One per context: the scores of the list that was asked for by nearness, as long as it is that list."""

    changed = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._context = context
        self._term: Term | None = None
        self._scores: Mapping[int, float] = {}
        self._least: float | None = None
        self._moved = self._calibrated = False
        context.filter_changed.connect(self._check)
        context.case_closed.connect(self._check)
        context.stacks_changed.connect(self.changed)
        section = self.tr("Search by meaning")
        add = context.actions.add
        add("similar.fewer", self.tr("Weaker matches begin earlier"), (), lambda: self.step(-1), section=section)
        add("similar.more", self.tr("Weaker matches begin later"), (), lambda: self.step(1), section=section)

    @staticmethod
    def of(context: Context) -> Nearness:
        """The one of this context; made on first use."""
        found = context.findChild(Nearness)
        return found if found is not None else Nearness(context)

    def show(self, term: Term, scores: Mapping[int, float], line: Line | None) -> None:
        """The list is these items now, in this order; `scores`: content id → cosine."""
        self._term, self._scores, self._moved = term, dict(scores), False
        self._least, self._calibrated = (line.least, line.calibrated) if line is not None else (None, False)
        self.changed.emit()

    def _check(self) -> None:
        """Another list, or another order: there is no line in it."""
        context = self._context
        if self._term is None:
            return
        wanted, order = context.filter, context.sort
        same = order.key == GIVEN and wanted.mode == "all" and self._term in wanted.parts
        if context.case is None or not same:
            self._term, self._scores, self._least = None, {}, None
            self.changed.emit()

    def score(self, content: int | None) -> float | None:
        """How near this item is to what was asked; None: nothing was."""
        return self._scores.get(content) if content is not None else None

    def divider(self) -> int:
        """The row at which weaker matches begin; -1: there is no line (nothing is weaker, or nothing is known)."""
        ids = self._context.items.ids if self._least is not None else ()
        for row, content in enumerate(ids):
            score = self._scores.get(content)
            if score is not None and self._least is not None and score < self._least:
                return row
        return -1

    @property
    def known(self) -> bool:
        """Whether there is a line that could be moved."""
        return self._least is not None

    def move(self, row: int) -> None:
        """Weaker matches begin at this row from now on."""
        ids = self._context.items.ids
        before = self.score(ids[row - 1]) if 0 < row <= len(ids) else None
        after = self.score(ids[row]) if 0 <= row < len(ids) else None
        if not self.known or (before is None and after is None):
            return
        high, low = (before if before is not None else 1.01), (after if after is not None else -1.01)
        self._least, self._moved = (high + low) / 2, True
        self.changed.emit()

    def step(self, by: int) -> None:
        """The line one item further up or down."""
        here = self.divider()
        if self.known:
            self.move(max(0, (here if here >= 0 else len(self._context.items)) + by))

    def text(self) -> str:
        """What stands at the line."""
        least = number(self._least or 0.0, 2)
        if self._moved:
            return self.tr("weaker below {0}, moved by you").format(least)
        said = self.tr("weaker below {0}") if self._calibrated else self.tr("weaker below {0}, not calibrated")
        return said.format(least)

    # ------------------------------------------------------------------ painting

    def paint(self, painter: QPainter, view: QWidget, way: list[QPoint], *, below: bool) -> QRect:
        """Draw the line along `way` over `view`, with its words at the right end, on it or `below` it. Returns where
        the words are."""
        look = theme.current()
        pen = QPen(look.color("warning"), 2)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        painter.drawPolyline(QPolygonF([QPointF(point) for point in way]))
        metrics = painter.fontMetrics()
        said = self.text()
        wide = min(view.width() - 8, metrics.horizontalAdvance(said) + 18)
        spot = QRect(view.width() - wide - 6, 0, wide, metrics.height() + 4)
        spot.moveTop(way[-1].y() + 3 if below else max(0, way[-1].y() - spot.height() // 2))
        painter.setBrush(look.color("raised"))
        painter.setPen(QPen(look.color("warning"), 1))
        painter.drawRoundedRect(spot, 4, 4)
        painter.setPen(look.color("text"))
        painter.drawText(spot, Qt.AlignmentFlag.AlignCenter, said)
        return spot
