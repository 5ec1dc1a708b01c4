"""The page on which the material is looked through: filter bar, list as table, grid or single item, counts below."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QPoint, QRect, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QSlider,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.gui import icons
from app.gui.columns import amount, share
from app.gui.faces.search import FaceSearch
from app.gui.filter_bar import FilterBar
from app.gui.grid_view import SIZES, GridView
from app.gui.item_menu import place_menu, show_item_menu, strictness_menu
from app.gui.nothing_found import nothing_found, searched_words
from app.gui.pages.wording import grouped
from app.gui.position_bar import PositionBar
from app.gui.preview.stage import Stage
from app.gui.similar import Similar
from app.gui.table_view import TableView
from app.gui.views import title
from core.case.filters import Filter, words
from core.case.overview import Reading, readings

if TYPE_CHECKING:
    from app.gui.context import Changes, Context

__all__ = ["ReviewPage"]

COUNTED = 100_000  # so many ids are compared within a few hundredths of a second
ICONS = {"table": "table", "grid": "grid", "single": "single"}


class ReviewPage(QWidget):
    """One list, three ways to see it. `context.view` says which."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._before_single = "grid"
        self.filter_bar = FilterBar(context)
        self.table = TableView(context)
        self.grid = GridView(context)
        self.single = QWidget()
        self.single.setLayout(QVBoxLayout())
        self.single.layout().setContentsMargins(0, 0, 0, 0)  # type: ignore[union-attr]  # set one line above
        self._views = {"table": self.table, "grid": self.grid, "single": self.single}
        self._stack = QStackedWidget()
        for view in self._views.values():
            self._stack.addWidget(view)
        self.position = PositionBar(context)
        self._note = QLabel(self._stack)
        self._pill = QPushButton(self._stack)
        self._lay_out()
        self._add_tools()
        self._connect()
        self.show_view("grid")

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.filter_bar)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self._stack, 1)
        middle.addWidget(self.position)
        column.addLayout(middle, 1)
        self.counts = _Counts(self._context)
        column.addWidget(self.counts)
        self._note.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._note.setWordWrap(True)
        self._note.setProperty("muted", True)
        self._note.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
        self._note.linkActivated.connect(self._follow)
        self._pill.setProperty("pill", True)
        self._pill.hide()
        self._pill.clicked.connect(self._context.items.refresh)
        self._stack.installEventFilter(self)

    def _add_tools(self) -> None:
        self._make_zoom()
        self._make_stacks()
        switch = self._make_switch()
        self._columns = self._tool("columns", self.tr("Choose columns"), self.tr("Choose columns"))
        self._columns.clicked.connect(self._choose_columns)
        where = self.tr("Where the preview is: beside the list, or on a second screen")
        self._place = self._tool("second-screen", self.tr("Where the preview is"), where)
        self._place.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        places = QMenu(self._place)
        places.aboutToShow.connect(lambda: place_menu(self._context, places))
        self._place.setMenu(places)
        self.filter_bar.add_tools([self._zoom, self._columns, self._stacks, self._place, switch])

    @staticmethod
    def _tool(icon: str, name: str, hint: str) -> QToolButton:
        made = QToolButton()
        icons.put(made, icon, "muted")
        made.setAccessibleName(name)
        made.setToolTip(hint)
        return made

    def _make_zoom(self) -> None:
        self._zoom = QSlider(Qt.Orientation.Horizontal)
        self._zoom.setRange(0, len(SIZES) - 1)
        self._zoom.setPageStep(1)
        self._zoom.setFixedWidth(76)
        self._zoom.setAccessibleName(self.tr("Size of the thumbnails"))
        self._zoom.setToolTip(self.tr("Size of the thumbnails (Ctrl and mouse wheel)"))
        stored = self._context.preferences.value("grid.zoom", 1)
        self.grid.set_zoom(stored if isinstance(stored, int) else 1)
        self._zoom.setValue(self.grid.zoom)
        self._zoom.valueChanged.connect(self.grid.set_zoom)
        self.grid.zoom_changed.connect(self._zoomed)

    def _make_switch(self) -> QFrame:
        """From view to view."""
        self._switch: dict[str, QToolButton] = {}
        switch = QFrame()
        line = QHBoxLayout(switch)
        line.setContentsMargins(4, 0, 0, 0)
        line.setSpacing(1)
        for name in self._views:
            button = QToolButton()
            button.setCheckable(True)
            button.setAccessibleName(title(name))
            button.setToolTip(title(name))
            icons.put(button, ICONS[name])
            button.clicked.connect(lambda _checked=False, name=name: self._context.show_view(name))
            line.addWidget(button)
            self._switch[name] = button
        return switch

    def _make_stacks(self) -> None:
        self._stacks = QToolButton()
        self._stacks.setCheckable(True)
        icons.put(self._stacks, "stack", "muted")
        self._stacks.clicked.connect(self._context.set_stacked)
        self.strictness = QMenu(self._stacks)
        self.strictness.aboutToShow.connect(lambda: strictness_menu(self._context, self.strictness))
        self._stacks.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._stacks.customContextMenuRequested.connect(
            lambda where: self.strictness.popup(self._stacks.mapToGlobal(where))
        )

    def _connect(self) -> None:
        context = self._context
        Similar.of(context)
        FaceSearch.of(context)
        self.table.opened.connect(self._open)
        self.grid.opened.connect(self._open)
        for listed in (self.table, self.grid):
            listed.menu_wanted.connect(lambda where, listed=listed: show_item_menu(context, listed, where))
        for view in (self.table, self.grid):
            view.verticalScrollBar().valueChanged.connect(self.position.update)
        context.items.loaded.connect(self._say_empty)
        context.items.busy_changed.connect(self._say_empty)
        context.items.news_changed.connect(self._tell_news)
        context.case_opened.connect(self._say_empty)
        context.case_opened.connect(self._show_stacking)
        context.stacks_changed.connect(self._show_stacking)
        self._show_stacking()

    def _show_stacking(self) -> None:
        self._stacks.setChecked(self._context.stacked)

    def explain(self) -> None:
        """Tooltips with keys, when the window has added its actions."""
        if "stack.similar" in self._context.actions:
            self._context.actions.explain(self._stacks, "stack.similar")
        for name, button in self._switch.items():
            if f"view.{name}" in self._context.actions:
                self._context.actions.explain(button, f"view.{name}")

    # ------------------------------------------------------------------ which of the three

    def show_view(self, name: str) -> None:
        """Put table, grid or single item in front; current item and selection stay."""
        if name != "single":
            self._before_single = name
            view = self.grid if name == "grid" else self.table
            self.position.attach(view)
        self._stack.setCurrentWidget(self._views[name])
        self._switch[name].setChecked(True)
        for other, button in self._switch.items():
            button.setChecked(other == name)
        self._zoom.setVisible(name == "grid")
        self._columns.setVisible(name == "table")
        self.position.setVisible(name != "single")
        row = self._context.items.row_of(self._context.current)
        if name in ("table", "grid"):
            getattr(self, name).show_row(row)
        self._views[name].setFocus()
        self._place_overlays()

    def host_single(self, widget: QWidget) -> None:
        """Show this widget (the preview) as the single view."""
        layout = self.single.layout()
        if layout is not None:
            layout.addWidget(widget)
            widget.show()
            self.single.setFocusProxy(widget)

    @property
    def list_view(self) -> str:
        """The view that Esc in the single view goes back to."""
        return self._before_single

    def focus_list(self) -> None:
        self._views[self._context.view if self._context.view in self._views else self._before_single].setFocus()

    def _open(self, content: int) -> None:
        self._context.set_current(content)
        self._context.show_view("single")

    def _zoomed(self, zoom: int) -> None:
        self._zoom.setValue(zoom)
        self._context.preferences.set_value("grid.zoom", zoom)

    def _choose_columns(self) -> None:
        self.table.column_menu().popup(self._columns.mapToGlobal(QPoint(0, self._columns.height())))

    # ------------------------------------------------------------------ what lies over the list

    def _say_empty(self, *_: Any) -> None:
        items = self._context.items
        text = ""
        if self._context.case is None:
            text = self.tr("No case is open.")
        elif not len(items) and not items.busy:
            if self._context.filter:
                text = nothing_found(self._context.filter)
                if searched_words(self._context.filter):
                    self._context.query(readings, self._say_how_far, key="readings")
            else:
                text = self.tr(
                    "<b>This case holds no files yet.</b><br>Drag folders into this window, or go to Run and add a"
                    " source.<br>Your files are only read, never changed.<br><br><a href='run'>Go to Run</a>"
                )
        self._note.setText(text)
        self._note.setVisible(bool(text))
        self._place_overlays()

    def _say_how_far(self, found: Mapping[str, Reading]) -> None:
        """What was read of what was searched; meanwhile the list may have become another one."""
        items = self._context.items
        if not len(items) and not items.busy and searched_words(self._context.filter):
            self._note.setText(nothing_found(self._context.filter, found))
            self._place_overlays()

    def _follow(self, where: str) -> None:
        if where == "clear":
            self.filter_bar.clear()
        elif where == "words":
            self._context.set_filter(Filter().with_part(words(searched_words(self._context.filter))))
        else:
            self._context.show_view(where)

    def _tell_news(self, news: int) -> None:
        if news > 0:
            self._pill.setText(self.tr("%n new · update", "", news))
        elif news < 0:
            self._pill.setText(self.tr("%n no longer match · update", "", -news))
        self._pill.setVisible(bool(news))
        self._place_overlays()

    def _place_overlays(self) -> None:
        area = self._stack.rect()
        self._pill.adjustSize()
        self._pill.move(
            (area.width() - self._pill.width()) // 2, 40 if self._stack.currentWidget() is self.table else 12
        )
        self._pill.raise_()
        shown = self._stack.currentWidget()
        stage = shown.findChild(Stage) if shown is not None else None
        if stage is not None and stage.isVisible():  # where the picture would be, not across what is beside it
            area = QRect(stage.mapTo(self._stack, QPoint(0, 0)), stage.size())
        width = min(520, area.width() - 40)
        note = QRect(0, 0, width, self._note.heightForWidth(width) + 20)
        note.moveCenter(area.center())
        note.moveTop(max(area.top(), note.top()))
        self._note.setGeometry(note)
        self._note.raise_()

    def eventFilter(self, watched: Any, event: QEvent) -> bool:
        if watched is self._stack and isinstance(event, QResizeEvent):
            self._place_overlays()
        return super().eventFilter(watched, event)

    def close_threads(self) -> None:
        self.grid.close_threads()


class _Counts(QFrame):
    """Below the list: how many are selected, shown, matching, there at all, graded."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._total = self._graded = 0
        self.setProperty("side", True)
        line = QHBoxLayout(self)
        line.setContentsMargins(12, 5, 12, 5)
        self._left, self._right = QLabel(), QLabel()
        for label in (self._left, self._right):
            label.setProperty("muted", True)
        line.addWidget(self._left, 1)
        line.addWidget(self._right)
        context.case_opened.connect(self._ask)
        context.items.loaded.connect(self._show)
        context.items.news_changed.connect(self._show)
        context.selection_changed.connect(self._show)
        context.changed.connect(self._changed)
        self._ask()  # the page is made when a case is already open

    def _changed(self, changes: Changes) -> None:
        if changes.contents or changes.decisions is not None:
            self._ask()

    def _ask(self) -> None:
        def work(connection: Any) -> tuple[int, int]:
            from core.case import browse, filters

            graded = browse.count(connection, browse.Filter((~filters.grade(""),)))
            return browse.total(connection), graded

        self._context.query(work, self._take, key="totals")
        self._show()

    def _take(self, found: tuple[int, int]) -> None:
        self._total, self._graded = found
        self._show()

    def _show(self, *_: Any) -> None:
        items = self._context.items
        shown, selected = len(items), len(self._context.selection)
        parts = [grouped(self.tr("%n selected", "", selected), selected)] if selected > 1 else []
        if outside := self._outside(selected):
            parts[0] += " " + self.tr("({0} of them not in this list)").format(amount(outside))
        if items.news or shown < items.matching:
            parts.append(self.tr("{0} shown").format(amount(shown)))
            parts.append(self.tr("{0} matching").format(amount(items.matching + items.news)))
        else:
            parts.append(self.tr("{0} matching").format(amount(shown)))
        parts.append(self.tr("{0} in the case").format(amount(max(self._total, shown))))
        self._left.setText("   ·   ".join(parts))
        part = share(self._graded, self._total)
        self._right.setText(self.tr("{0} graded ({1} %)").format(amount(self._graded), part))

    def _outside(self, selected: int) -> int:
        """How many of the selected ones the list does not show: an act is about them, too. Not counted where one would
        wait for it."""
        items = self._context.items
        if not 1 < selected <= COUNTED or len(items) > COUNTED or not (self._context.filter or self._context.stacked):
            return 0
        return len(set(self._context.selection.ids()) - set(items.ids))
