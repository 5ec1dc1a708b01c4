"""The panel on the left: what the matching items have in common, with counts. A click filters, another takes it back.

All open facets share one look at the items; a closed one costs nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.gui import focus, icons, theme
from app.gui.acts import Acts
from app.gui.facet_value import FacetValueLine
from app.gui.preview.subject import SENSITIVE_GROUPS
from app.gui.saved_filters import SavedFilters
from app.gui.terms import facet_title, scope_title
from core.case import filters

if TYPE_CHECKING:
    from app.gui.context import Changes, Context
    from core.case.browse import Facet
    from core.case.filters import Filter, Term

__all__ = ["FacetPanel", "chosen", "toggled"]

KEYS = ("state", "kind", "grade", "tag", "outcome", "score", "label", "date", "source", "folder")
CLOSED = ("label", "date", "source", "folder")
DISPUTED = filters.disputed()
SHOWN = 7  # values of a facet before "more"
WAIT = 200  # milliseconds after the list is there: counting must not hold it up
WAIT_RUNNING = 2000


class FacetPanel(QWidget):
    """Saved filters, then all facets of the matching items, one below the other."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        stored = context.preferences.value("facets.closed", None)
        self._closed: set[str] = set(stored) if isinstance(stored, list) else set(CLOSED)
        self._later = QTimer(self, singleShot=True, interval=WAIT)
        self._later.timeout.connect(self._ask)
        self._sections = {key: _Section(context, key) for key in KEYS}
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QFrame()
        inside.setProperty("side", True)
        column = QVBoxLayout(inside)
        column.setContentsMargins(8, 8, 4, 12)
        column.setSpacing(2)
        column.addWidget(SavedFilters(context))
        for key, section in self._sections.items():
            section.set_open(key not in self._closed)
            section.heading.clicked.connect(lambda _checked=False, key=key: self._fold(key))
            column.addWidget(section)
        column.addStretch(1)
        area.setWidget(inside)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)
        self.setMinimumWidth(round(205 * theme.current().scale))
        self.setAccessibleName(self.tr("Facets"))
        context.items.asked.connect(self._stop)
        context.items.loaded.connect(self._later.start)
        context.changed.connect(self._changed)
        context.filter_changed.connect(self._mark)
        context.case_closed.connect(self._clear)
        Acts.of(context).scheme_changed.connect(self._sections["grade"].rebuild)
        self._add_queues()

    def _add_queues(self) -> None:
        """What is looked through from beginning to end, by name in the palette; keys can be given to them."""
        section = self.tr("Queues")
        for name, text, part in (
            ("unreviewed", self.tr("Queue: not reviewed"), ~filters.reviewed()),
            ("flagged", self.tr("Queue: indicators of 0.50 and more"), filters.group(*SENSITIVE_GROUPS, least=0.5)),
            ("disputed", self.tr("Queue: disputed"), DISPUTED),
            ("second-look", self.tr("Queue: second look"), filters.flagged()),
        ):
            self._context.actions.add(f"queue.{name}", text, (), partial(self._show_queue, part), section=section)

    def _show_queue(self, part: Term) -> None:
        """Nothing but this queue, in the list."""
        self._context.set_filter(filters.Filter((part,)))
        if self._context.view not in ("table", "grid"):
            self._context.show_view("grid")

    def _changed(self, changes: Changes) -> None:
        if changes.decisions is not None:
            self._later.start(WAIT)
        elif (changes.findings or changes.contents) and not self._later.isActive():
            self._later.start(WAIT_RUNNING)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._later.start(WAIT)

    def _ask(self) -> None:
        if self.isVisible():
            self._count([key for key in KEYS if key not in self._closed])

    def _stop(self) -> None:
        self._later.stop()
        for key in ("facets", *(f"facet-{key}" for key in KEYS)):
            self._context.drop_query(key)

    def _fold(self, key: str) -> None:
        self._closed ^= {key}
        self._context.preferences.set_value("facets.closed", sorted(self._closed))
        section = self._sections[key]
        section.set_open(key not in self._closed)
        if key not in self._closed:
            self._count([key])

    def _count(self, keys: Sequence[str]) -> None:
        """Count these, off the GUI thread; a newer question replaces an older one about the same."""
        wanted = self._context.filter

        def work(connection: Any) -> list[Facet]:
            return _facets(connection, keys, wanted)

        def take(found: list[Facet]) -> None:
            for key in keys:
                self._sections[key].take([facet for facet in found if facet.key == key])

        self._context.query(work, take, key="facets" if len(keys) > 1 else f"facet-{keys[0]}")

    def _mark(self) -> None:
        for section in self._sections.values():
            section.mark()

    def _clear(self) -> None:
        for section in self._sections.values():
            section.take([])


class _Section(QWidget):
    """One heading with its facets: outcomes have one for each analyzer, scores one for each group."""

    def __init__(self, context: Context, key: str) -> None:
        super().__init__()
        self._context, self._key = context, key
        self._facets: Sequence[Facet] | None = None
        self._long = False
        self._open = True
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 4)
        column.setSpacing(0)
        self.heading = QToolButton()
        self.heading.setText(facet_title(key))
        self.heading.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        font = self.heading.font()
        font.setBold(True)
        self.heading.setFont(font)
        line = QHBoxLayout()
        line.addWidget(self.heading)
        line.addStretch(1)
        column.addLayout(line)
        self._body = QWidget()
        self._lines = QVBoxLayout(self._body)
        self._lines.setContentsMargins(2, 0, 0, 4)
        self._lines.setSpacing(0)
        column.addWidget(self._body)
        self.setVisible(key in CLOSED or key == "state")

    def set_open(self, is_open: bool) -> None:
        self._open = is_open
        icons.put(self.heading, "down" if is_open else "next", "muted")
        self.heading.setAccessibleDescription(self.tr("open") if is_open else self.tr("closed"))
        self._body.setVisible(is_open)

    def take(self, facets: Sequence[Facet]) -> None:
        if facets != self._facets:
            self._facets = facets
            self._build()

    def rebuild(self) -> None:
        """The same counts in new words."""
        if self._facets is not None:
            self._build()

    def _build(self) -> None:
        while (item := self._lines.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        facets = self._facets or []
        for found in facets:
            self._add(found)
        lines = [item.widget() for item in map(self._lines.itemAt, range(self._lines.count())) if item is not None]
        focus.follow(self.heading, [line for line in lines if line is not None and line.focusPolicy()])
        self.setVisible(bool(facets) or not self._open)

    def _add(self, found: Facet) -> None:
        many = len(self._facets or ()) > 1
        if self._key == "score" or (self._key in ("outcome", "label") and many):  # a score alone says not of what
            name = QLabel(scope_title(found.key, found.scope))
            name.setProperty("faint", True)
            name.setWordWrap(True)  # a long name must not push the counts out of sight
            name.setContentsMargins(8, 8, 0, 1)
            self._lines.addWidget(name)
        most = max((value.count for value in found.values), default=1)
        values = found.values if self._long else found.values[:SHOWN]
        for value in values:
            line = FacetValueLine(found.key, value, most, self._state(value.term))
            line.chosen.connect(self._choose)
            self._lines.addWidget(line)
        rest = len(found.values) - len(values) + found.more
        if rest > 0 and not self._long:
            more = QToolButton()
            more.setText(self.tr("%n more", "", rest))
            more.clicked.connect(self._lengthen)
            self._lines.addWidget(more)

    def _lengthen(self) -> None:
        self._long = True
        self._build()

    # ------------------------------------------------------------------ the filter

    def _state(self, term: Term) -> str:
        return chosen(self._context.filter, term)

    def mark(self) -> None:
        """The filter has changed: show which values are in it before the new counts are there."""
        for place in range(self._lines.count()):
            item = self._lines.itemAt(place)
            line = item.widget() if item is not None else None
            if isinstance(line, FacetValueLine):
                line.set_state(self._state(line.term))

    def _choose(self, term: Term, negated: bool) -> None:
        self._context.set_filter(toggled(self._context.filter, term, negated=negated))


def _facets(connection: Any, keys: Sequence[str], wanted: Filter) -> list[Facet]:
    """The facets of these keys; where the review stands also tells what was disputed."""
    from core.case import browse

    found = browse.facets(connection, wanted, keys)
    for place, facet in enumerate(found):
        if facet.key == "state":
            disputed = browse.count(connection, wanted.without(DISPUTED).with_part(DISPUTED))
            if disputed or DISPUTED in wanted.parts:
                value = browse.FacetValue("disputed", disputed, DISPUTED)
                found[place] = replace(facet, values=(*facet.values, value))
    return found


def _same(part: object, term: Term) -> bool:
    """Whether a part of the filter is about the same thing, so that values can be joined by OR."""
    return (
        isinstance(part, filters.Term)
        and (part.key, part.scope, part.negated) == (term.key, term.scope, term.negated)
        and part.key in ("kind", "grade", "tag", "outcome", "label", "group")
        and (part.least is None) == (term.least is None)
    )


def chosen(wanted: Filter, term: Term) -> str:
    """ "in" where the filter asks for this value, "out" where it leaves it out, "" where it says nothing."""
    for part in wanted.parts:
        if part == term:
            return "in"
        if part == ~term:
            return "out"
        if not isinstance(part, filters.Term) or part.key != term.key or part.scope != term.scope:
            continue
        if set(term.values) <= set(part.values) and term.values and _covers(part, term):
            return "out" if part.negated else "in"
    return ""


def _covers(part: Term, term: Term) -> bool:
    if part.least is None and part.most is None:
        return True
    return (part.least or 0.0) <= (term.least or 0.0) and (part.most or 1.0) >= (term.most or 1.0)


def toggled(wanted: Filter, term: Term, *, negated: bool = False) -> Filter:
    """The filter after a click on a facet's value: it goes in, is joined with others of its kind, or comes out."""
    term = ~term if negated else term
    if chosen(wanted, ~term if negated else term):
        return _taken_out(wanted, ~term if negated else term)
    for part in wanted.parts:
        if _same(part, term) and isinstance(part, filters.Term):
            return wanted.replaced(part, _joined(part, term))
    return wanted.with_part(term)


def _joined(part: Term, term: Term) -> Term:
    values = tuple(dict.fromkeys((*part.values, *term.values)))
    if term.least is None and term.most is None:
        return replace(part, values=values)
    least = min(part.least or 0.0, term.least or 0.0)
    most = None if part.most is None or term.most is None else max(part.most, term.most)
    return replace(part, values=values, least=least, most=most)


def _taken_out(wanted: Filter, term: Term) -> Filter:
    for part in wanted.parts:
        if not isinstance(part, filters.Term) or part.key != term.key or part.scope != term.scope:
            continue
        if part in (term, ~term):
            return wanted.without(part)
        if set(term.values) <= set(part.values) and term.values:
            rest = tuple(value for value in part.values if value not in term.values)
            keeps = rest and term.least is None
            return wanted.replaced(part, replace(part, values=rest)) if keeps else wanted.without(part)
    return wanted
