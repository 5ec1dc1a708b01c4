"""The main window: rail, pages, preview, status bar; who is where, and what closing means."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QCoreApplication, QSize, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QGuiApplication, QResizeEvent, QScreen
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QMessageBox, QStackedWidget, QWidget

from app.gui import dropping, focus, recorded, theme
from app.gui.docks import PLACES, Docks, place_text
from app.gui.leaving import Leaving
from app.gui.preview_window import refuge
from app.gui.rail import Rail
from app.gui.status_bar import StatusBar
from app.gui.views import PAGES, REVIEW, make_page, title
from core.errors import AsservatError

if TYPE_CHECKING:
    from app.gui.context import Context
    from app.gui.review_page import ReviewPage

__all__ = ["MainWindow"]

AGAIN = 1500  # milliseconds in which a second Esc means "show everything"


class MainWindow(QMainWindow):
    """One case at a time. Pages are made when they are first shown."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.context = context
        context.setParent(self)
        context.actions.attach(self)
        self._pages: dict[str, QWidget] = {}
        self._closing = False
        self.leaving = Leaving(context, self)
        self.docks = Docks(context, self)
        self._escaped = QTimer(self, singleShot=True, interval=AGAIN)
        self.setAcceptDrops(True)
        self.setDockNestingEnabled(True)
        self.setMinimumSize(960, 600)
        self._stack = QStackedWidget()
        self._rail = Rail(context)
        centre = QWidget()
        line = QHBoxLayout(centre)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(0)
        line.addWidget(self._stack)
        self.setCentralWidget(centre)
        self._add_rail()
        self.setStatusBar(StatusBar(context))
        self._add_actions()
        focus.Keeper(self, self._stack.currentWidget)
        self._connect()
        self._restore()
        self.show_view("start")

    def _add_rail(self) -> None:
        """The rail is a tool bar to Qt, so that it stands left of the docks."""
        from PySide6.QtWidgets import QToolBar

        bar = QToolBar()
        bar.setObjectName("rail")
        bar.setMovable(False)
        bar.setFloatable(False)
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        bar.addWidget(self._rail)
        bar.toggleViewAction().setEnabled(False)
        self.addToolBar(Qt.ToolBarArea.LeftToolBarArea, bar)

    def _connect(self) -> None:
        context = self.context
        context.view_wanted.connect(self.show_view)
        context.case_opened.connect(self._case_opened)
        context.case_closed.connect(self._case_closed)
        context.failed.connect(self.complain)
        context.preferences.changed.connect(self._preference_changed)
        theme.current().changed.connect(self.docks.fit)
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.screenRemoved.connect(self._screen_removed)
        self._set_title()

    # ------------------------------------------------------------------ actions

    def _add_actions(self) -> None:
        add, go = self.context.actions.add, self.context.show_view
        views = self.tr("Views")
        keys = {"review": "Ctrl+1", "run": "Ctrl+2", "problems": "Ctrl+3", "report": "Ctrl+4", "models": "Ctrl+5"}
        keys |= {"health": "Ctrl+6", "settings": "Ctrl+7", "start": "Ctrl+0"}
        for page in PAGES:
            target = page.name
            if page.name in ("wizard", "compare", "first-run"):
                continue
            add(f"view.{target}", page.title(), keys.get(target, ()), partial(go, target), section=views)
        for name, key in (("grid", "F6"), ("table", "F7"), ("single", "F8")):
            add(f"view.{name}", title(name), key, partial(go, name), section=views)
        add("view.preview", self.tr("Preview: right, below, own window"), "F10", self.docks.move_preview, section=views)
        for place in PLACES:
            text = place_text(place)
            add(f"preview.place.{place}", text, (), partial(self.docks.set_preview_place, place), section=views)
        add("view.facets", self.tr("Show or hide the facets"), "Ctrl+L", self.docks.toggle_facets, section=views)
        add("view.zoom-in", self.tr("Larger thumbnails"), "Ctrl++", lambda: self._zoom(1), section=views)
        add("view.zoom-out", self.tr("Smaller thumbnails"), "Ctrl+-", lambda: self._zoom(-1), section=views)
        search = self.tr("Search")
        add("search.focus", self.tr("Search"), "Ctrl+F", self.focus_search, section=search)
        add("list.refresh", self.tr("Update the list"), "F5", self.context.items.refresh, section=search)
        belied = self.tr("Show files whose names belie their content")
        add("list.mismatch", belied, (), self.show_mismatched, section=search)
        add("list.back", self.tr("Back to the list; twice: show everything"), "Esc", self.escape, section=search)
        add("case.close", self.tr("Close the case"), "Ctrl+W", self.close_case, section=self.tr("Case"))
        first, help_ = title("first-run"), QCoreApplication.translate("Palette", "Help")
        add("help.first-run", first, (), partial(go, "first-run"), section=help_)
        add("program.quit", self.tr("Quit"), "Ctrl+Q", self.close, section=self.tr("Case"))
        self._rail.explain()

    def _zoom(self, by: int) -> None:
        if "review" in self._pages and self.context.view == "grid":
            grid = self.review.grid
            grid.set_zoom(grid.zoom + by)

    def show_mismatched(self) -> None:
        """Only items of which a copy's name says another type than its bytes."""
        if self.context.case is not None:
            from core.case import filters

            self.show_view("review")
            self.context.set_filter(self.context.filter.with_part(filters.mismatched()))

    def focus_search(self) -> None:
        if self.context.case is not None:
            if self.context.view not in REVIEW:
                self.show_view(self.review.list_view)
            self.review.filter_bar.focus_search()

    def escape(self) -> None:
        """Back from the single item; from the search box to the list; twice in the list: no filter. From a page to
        the list, without a case to the start page; in the wizard one step back."""
        if self.context.view == "single":
            self.show_view(self.review.list_view)
        elif self.context.view in REVIEW:
            if self.review.filter_bar.search.hasFocus():
                self.review.focus_list()
            elif self._escaped.isActive():
                self.review.filter_bar.clear()
            elif self.context.filter:
                self.context.message.emit(self.tr("Esc once more shows everything."), None)
                self._escaped.start()
        elif self.context.view == "wizard":
            getattr(self._page("wizard"), "escape", lambda: None)()
        else:
            self.show_view("review")  # without a case that is the start page

    # ------------------------------------------------------------------ views

    @property
    def review(self) -> ReviewPage:
        """The page with table, grid and single item; made on first use."""
        return self._page("review")  # type: ignore[return-value]  # views.py names this class for "review"

    def page(self, name: str) -> QWidget:
        """The widget of a view; made on first use."""
        return self._page("review" if name in REVIEW else name)

    def _page(self, name: str) -> QWidget:
        if name not in self._pages:
            page = next(page for page in PAGES if page.name == name)
            widget = make_page(page, self.context)
            self._pages[name] = widget
            self._stack.addWidget(widget)
            if name == "review":
                self.docks.set_up(self.review)
        return self._pages[name]

    def show_view(self, name: str) -> None:
        """Show one of `context.VIEWS`. What needs a case shows the start page without one."""
        if name == "review":
            name = self.review.list_view if self.context.case is not None else "start"
        page = "review" if name in REVIEW else name
        known = {entry.name: entry for entry in PAGES}
        if page not in known or (known[page].needs_case and self.context.case is None):
            name = page = "start"
        if name == "single" and self.docks.alone_already():
            name = self.review.list_view
        self.docks.remember_width()
        self._stack.setCurrentWidget(self._page(page))
        self.context.view = name
        if page == "review":
            self.docks.host_preview(single=name == "single")
            self.review.show_view(name)
        focus.put_last(self.statusBar())  # pages come to the end of the way, and so does the preview when it moves
        if page != "review":
            focus.enter(self._page(page))
        self.docks.show()
        self.context.view_changed.emit(name)

    # ------------------------------------------------------------------ the case

    def open_case(self, folder: Path) -> None:
        """Open a case and go to its material; errors are said in a dialog."""
        self.leaving.after_the_run(partial(self._open_case, folder))

    def _open_case(self, folder: Path) -> None:
        try:
            self.context.open_case(folder)
        except AsservatError as error:
            self.complain(error)

    def close_case(self) -> None:
        if self.context.case is not None:
            self.leaving.after_the_run(self.context.close_case)

    def _case_opened(self) -> None:
        case = self.context.case
        if case is not None:
            self.context.preferences.remember_case(case.folder, case.facts().get("name", ""))
        self._set_title()
        self.show_view("review")

    def _case_closed(self) -> None:
        self._set_title()
        self.docks.leave()
        if not self._closing:
            self.show_view("start")

    def _set_title(self) -> None:
        """No case data in a window title unless the examiner allows it: titles end up in task bars and screenshots."""
        name = "Asservat"
        if self.context.case is not None and self.context.preferences.values.case_in_title:
            facts = self.context.case.facts()
            name = f"{facts.get('number') or facts.get('name', '')} – Asservat"
        self.setWindowTitle(name)

    def _preference_changed(self, name: str) -> None:
        values = self.context.preferences.values
        if name == "case_in_title":
            self._set_title()
        elif name in ("theme", "font_scale"):
            theme.current().apply(values.theme, values.font_scale)

    # ------------------------------------------------------------------ trouble, dropping, closing

    def complain(self, error: AsservatError) -> None:
        """One dialog: what happened, what to do."""
        told, advice = recorded.read(error.message), recorded.read(error.advice)
        box = QMessageBox(QMessageBox.Icon.Warning, self.tr("Asservat"), told.text, parent=focus.host(self))
        box.setInformativeText(advice.text)
        box.setDetailedText("\n".join(filter(None, (told.detail, advice.detail))))
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab: what has been made meanwhile on a page comes before the status bar."""
        focus.put_last(self.statusBar())
        return super().focusNextPrevChild(forward)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.docks.fit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropping.dropped(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        dropping.take(self, event)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.context.run_state and not self.leaving.run_left:
            event.ignore()
            self.leaving.close()
            return
        if not self.leaving.may_close():
            event.ignore()
            return
        self._closing = True
        self._remember()
        if not self.leaving.run_left:
            self.context.close_case()
        if "review" in self._pages:
            self.review.close_threads()
        self.context.preferences.flush()
        super().closeEvent(event)

    def _screen_removed(self, screen: QScreen) -> None:
        """The cable was pulled, and not every window system brings back what stood there."""
        room = refuge(self, screen) if self.isVisible() else None
        if room is not None:
            large = self.isMaximized() or self.isFullScreen()
            self.showNormal()
            self.resize(self.size().boundedTo(room.size() - QSize(40, 60)))
            self.move(room.center() - self.rect().center())
            if large:
                self.showMaximized()

    def _remember(self) -> None:
        preferences = self.context.preferences
        preferences.set_value("window.geometry", bytes(self.saveGeometry().toBase64().data()).decode())
        self.docks.remember()

    def _restore(self) -> None:
        stored = self.context.preferences.value("window.geometry", "")
        if not (stored and self.restoreGeometry(QByteArray.fromBase64(str(stored).encode()))):
            self.resize(1366, 768)
