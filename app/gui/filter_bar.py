"""Search box, chips of the filter in force, order, and the switch between table, grid and single item."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAction, QActionGroup, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.gui import icons
from app.gui.acts import Acts
from app.gui.flow import Flow
from app.gui.terms import part_text, sort_title
from core.case.filters import SORTS, Filter, Sort, Term
from core.case.filters import words as matching_words

if TYPE_CHECKING:
    from app.gui.context import Changes, Context

__all__ = ["FilterBar"]

TYPING = 350  # milliseconds of silence after which the words typed so far are searched for
ROOMY = 60  # letters: a bar that is narrower has no room for the name of the order
DESCENDING = frozenset(SORTS) - {"added", "name", "path", "kind", "sha256", "stack"}
"""Orders whose interesting end is the high one: a first choice sorts these downwards."""


class FilterBar(QFrame):
    """Above the list. Everything in it changes `context.filter` or `context.sort`; the list follows."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.setProperty("bar", True)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 8)
        column.setSpacing(7)
        self._line = QHBoxLayout()
        self._line.setSpacing(6)
        column.addLayout(self._line)
        self._add_search()
        self._add_order()
        self._chips = QWidget()
        self._flow = Flow(self._chips)
        column.addWidget(self._chips)
        self._labels: dict[str, str] = {}
        context.filter_changed.connect(self._show)
        context.case_opened.connect(self._opened)
        context.changed.connect(self._changed)
        Acts.of(context).scheme_changed.connect(self._show)  # a chip names a grade
        self._show()
        self._ask_labels()

    def add_tools(self, tools: Sequence[QWidget]) -> None:
        """Put further tools at the right end of the first line."""
        for tool in tools:
            self._line.addWidget(tool)

    # ------------------------------------------------------------------ search

    def _add_search(self) -> None:
        self.search = _SearchBox()
        self.search.setPlaceholderText(self.tr("Search names, text, speech, notes, tags"))
        self.search.setAccessibleName(self.tr("Search"))
        self.search.setClearButtonEnabled(True)
        glass = QAction(self.search)
        icons.put(glass, "search", "muted")
        self.search.addAction(glass, QLineEdit.ActionPosition.LeadingPosition)
        for inner in self.search.findChildren(QToolButton):  # the glass, and Qt's own cross, which has no name
            mine = inner.defaultAction() is glass or glass in inner.actions()
            inner.setAccessibleName(self.tr("Search") if mine else self.tr("Clear the search"))
        self._typed = QTimer(self, singleShot=True, interval=TYPING)
        self._typed.timeout.connect(self._search)
        self.search.textEdited.connect(self._typed.start)
        self.search.textChanged.connect(self._cleared)
        self.search.returnPressed.connect(self._search)
        self._line.addWidget(self.search, 1)

    def focus_search(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def _cleared(self, text: str) -> None:
        if not text:
            self._search()

    def _search(self) -> None:
        self._typed.stop()
        typed = self.search.text().strip()
        wanted = self._context.filter
        for term in self._words():
            wanted = wanted.without(term)
        if typed:
            wanted = wanted.with_part(matching_words(typed))
        self._context.set_filter(wanted)

    def _words(self) -> list[Term]:
        """The search words among the chips: the box and they are the same thing."""
        parts = self._context.filter.parts if self._context.filter.mode == "all" else ()
        return [part for part in parts if isinstance(part, Term) and part.key == "words" and not part.negated]

    # ------------------------------------------------------------------ order

    def _add_order(self) -> None:
        self.order = QToolButton()
        self.order.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        icons.put(self.order, "menu", "muted")
        self.order.setAccessibleName(self.tr("Order"))
        menu = QMenu(self.order)
        group = QActionGroup(menu)
        self._orders: dict[str, QAction] = {}
        for key in SORTS:
            action = menu.addAction(sort_title(key))
            action.setCheckable(True)
            action.setData(key)
            group.addAction(action)
            self._orders[key] = action
        group.triggered.connect(self._order_by)
        self.order.setMenu(menu)
        self._line.addWidget(self.order)
        self.direction = QToolButton()
        self.direction.setAccessibleName(self.tr("Direction of the order"))
        self.direction.setToolTip(self.tr("Turn the order round"))
        self.direction.clicked.connect(self._turn)
        self._line.addWidget(self.direction)

    def _show_order(self) -> None:
        """Large text in a narrow window leaves the room of the words to what is searched for."""
        letter, said = self.fontMetrics().averageCharWidth(), sort_title(self._context.sort.key)
        narrow = self.width() < ROOMY * letter
        style = Qt.ToolButtonStyle.ToolButtonIconOnly if narrow else Qt.ToolButtonStyle.ToolButtonTextOnly
        self.order.setToolButtonStyle(style)
        self.order.setText(said)
        self.order.setToolTip(self.tr("Order: {0}").format(said))
        self.order.setAccessibleDescription(said)
        self.search.setMinimumWidth(max(140, 17 * letter))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_order()

    def _order_by(self, action: QAction) -> None:
        key = str(action.data())
        self._context.set_sort(Sort(key, descending=key in DESCENDING))

    def _turn(self) -> None:
        sort = self._context.sort
        self._context.set_sort(Sort(sort.key, descending=not sort.descending))

    # ------------------------------------------------------------------ chips

    def _show(self) -> None:
        sort = self._context.sort
        self._show_order()
        for key, action in self._orders.items():
            action.setChecked(key == sort.key)
        icons.put(self.direction, "sort-down" if sort.descending else "sort-up", "muted")
        typed = self._words()
        if not self.search.hasFocus() or not typed:
            self.search.blockSignals(True)
            self.search.setText(
                typed[0].values[0] if typed else "" if not self.search.hasFocus() else self.search.text()
            )
            self.search.blockSignals(False)
        self._flow.clear()
        wanted = self._context.filter
        parts = wanted.parts if wanted.mode == "all" and not wanted.negated else (wanted,)
        shown = [part for part in parts if part not in typed]
        for part in shown:
            self._flow.addWidget(self._chip(part))
        if shown:
            self._flow.addWidget(self._clear_button())
        self._chips.setVisible(bool(shown))

    def _opened(self) -> None:
        self._labels = {}
        self._show()
        self._ask_labels()

    def _changed(self, changes: Changes) -> None:
        if changes.facts:
            self._ask_labels()

    def _ask_labels(self) -> None:
        """What the examiner calls the sources: a chip says that and not their number."""

        def work(connection: Any) -> dict[str, str]:
            from core.case import sources

            return {str(one.id): one.provenance.label for one in sources.known(connection) if one.provenance.label}

        def done(labels: dict[str, str]) -> None:
            if labels != self._labels:
                self._labels = labels
                self._show()

        self._context.query(work, done, key="source-labels")

    def _chip(self, part: Term | Filter) -> QPushButton:
        text = part_text(part, self._labels)
        chip = QPushButton(f"{text}  ✕")
        chip.setProperty("chip", True)
        chip.setAccessibleName(self.tr("Remove filter: {0}").format(text))
        chip.setToolTip(self.tr("Click: remove. Right click: turn into its opposite."))
        chip.setCursor(Qt.CursorShape.PointingHandCursor)
        chip.clicked.connect(lambda: self._remove(part))
        chip.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        chip.customContextMenuRequested.connect(lambda _where: self._invert(part))
        return chip

    def _clear_button(self) -> QPushButton:
        button = QPushButton(self.tr("Show everything"))
        button.setProperty("quiet", True)
        button.clicked.connect(self.clear)
        return button

    def _remove(self, part: Term | Filter) -> None:
        wanted = self._context.filter
        self._context.set_filter(Filter() if part == wanted else wanted.without(part))

    def _invert(self, part: Term | Filter) -> None:
        wanted = self._context.filter
        self._context.set_filter(~wanted if part == wanted else wanted.replaced(part, ~part))

    def clear(self) -> None:
        """No filter at all."""
        self._context.set_filter(Filter())
        self.search.clear()


class _SearchBox(QLineEdit):
    """Esc gives the keys back to the list; arrow down goes there."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Down):
            self.focusNextChild()
            event.ignore()
            return
        super().keyPressEvent(event)
