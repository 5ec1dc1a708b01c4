"""The main window: rail, pages, preview, status bar; who is where, and what closing means."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QCoreApplication, QPoint, QSize, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QGuiApplication, QResizeEvent, QScreen
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QMainWindow, QMenu, QMessageBox, QStackedWidget, QWidget

from app.gui import focus, recorded, theme
from app.gui.faces import PICTURES
from app.gui.faces.search import FaceSearch
from app.gui.leaving import Leaving
from app.gui.preview_window import PreviewWindow, refuge
from app.gui.rail import Rail
from app.gui.similar import Similar
from app.gui.status_bar import StatusBar
from app.gui.views import PAGES, PREVIEW, REVIEW, make_page, title
from core.errors import AsservatError

if TYPE_CHECKING:
    from app.gui.context import Context
    from app.gui.review_page import ReviewPage

__all__ = ["PLACES", "MainWindow"]

STATE_VERSION = 1
RAISED = 250  # milliseconds: a window that is made active comes to the top, and on one screen it hides the preview
ROOM = {"facets": 880, "preview": 640}
"""Pixels at 100 % that the window needs to be wide before this stands beside the list."""
PLACES = ("right", "below", "window", "hidden")
"""Where the preview can be."""
AGAIN = 1500  # milliseconds in which a second Esc means "show everything"


def _picture(paths: Sequence[Path]) -> Path | None:
    """A single file whose name says picture."""
    only = paths[0] if len(paths) == 1 else None
    return only if only is not None and f"*{only.suffix.lower()}" in PICTURES.split() and only.is_file() else None


def _dropped(event: QDropEvent) -> list[Path]:
    """What of a drop lies on this computer."""
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]


def place_text(place: str) -> str:
    """A place of the preview as menus say it."""
    return {
        "right": QCoreApplication.translate("MainWindow", "Preview right of the list"),
        "below": QCoreApplication.translate("MainWindow", "Preview below the list"),
        "window": QCoreApplication.translate("MainWindow", "Preview in its own window"),
        "hidden": QCoreApplication.translate("MainWindow", "No preview"),
    }[place]


class MainWindow(QMainWindow):
    """One case at a time. Pages are made when they are first shown."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.context = context
        context.setParent(self)
        context.actions.attach(self)
        self._pages: dict[str, QWidget] = {}
        self._preview: QWidget | None = None
        self._preview_window: PreviewWindow | None = None
        self._docks: dict[str, QDockWidget] = {}
        self._preview_width = 0  # of its dock, before it was shown alone
        self._fits: dict[str, bool] = {}
        self._facets_anyway = False  # they are wanted although there is no room for them
        self._closing = False
        self.leaving = Leaving(context, self)
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
        theme.current().changed.connect(self._fit)
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
        add("view.preview", self.tr("Preview: right, below, own window"), "F10", self.move_preview, section=views)
        for place in PLACES:
            text = place_text(place)
            add(f"preview.place.{place}", text, (), partial(self.set_preview_place, place), section=views)
        add("view.facets", self.tr("Show or hide the facets"), "Ctrl+L", self.toggle_facets, section=views)
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
                self._set_up_review()
        return self._pages[name]

    def show_view(self, name: str) -> None:
        """Show one of `context.VIEWS`. What needs a case shows the start page without one."""
        if name == "review":
            name = self.review.list_view if self.context.case is not None else "start"
        page = "review" if name in REVIEW else name
        known = {entry.name: entry for entry in PAGES}
        if page not in known or (known[page].needs_case and self.context.case is None):
            name = page = "start"
        if name == "single" and self.preview_place == "window" and self._preview_window is not None:
            self._preview_window.raise_()  # it is seen alone there already
            self._preview_window.activateWindow()
            name = self.review.list_view
        dock = self._docks.get("preview")
        seen = dock is not None and dock.isVisible()
        if dock is not None and seen and self.preview_place == "right":
            self._preview_width = dock.width()
        self._stack.setCurrentWidget(self._page(page))
        self.context.view = name
        if page == "review":
            self._host_preview(single=name == "single")
            self.review.show_view(name)
        focus.put_last(self.statusBar())  # pages come to the end of the way, and so does the preview when it moves
        if page != "review":
            focus.enter(self._page(page))
        self._show_docks()
        if dock is not None and not seen and dock.isVisible() and self._preview_width:
            self._give_width_back()
            QTimer.singleShot(0, self, self._give_width_back)  # by then the preview has lost its wide form
        self.context.view_changed.emit(name)

    def _give_width_back(self) -> None:
        """The preview's dock as wide as it was: Qt would ask the preview, which was wide a moment ago."""
        dock = self._docks.get("preview")
        if dock is not None and dock.isVisible() and self.preview_place == "right":
            self.resizeDocks([dock], [self._preview_width], Qt.Orientation.Horizontal)

    def _show_docks(self) -> None:
        """Those that are wanted here, and have room beside the list."""
        view = self.context.view
        for key, dock in self._docks.items():
            elsewhere = key == "preview" and (view == "single" or self.preview_place not in ("right", "below"))
            wanted = self._wanted(key) if self._has_room(key) else key == "facets" and self._facets_anyway
            dock.setVisible(view in REVIEW and wanted and not elsewhere)

    def _has_room(self, key: str) -> bool:
        """With large text in a small window, what stands beside the list would leave nothing of it."""
        return self.width() >= round(ROOM[key] * theme.current().scale)

    def _fit(self) -> None:
        fits = {key: self._has_room(key) for key in self._docks}
        if fits != self._fits:
            self._fits, self._facets_anyway = fits, False
            self._show_docks()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _set_up_review(self) -> None:
        """The review page brings its docks: facets left, preview right."""
        from app.gui.facet_panel import FacetPanel

        self.review.explain()
        self._add_dock("facets", self.tr("Facets"), FacetPanel(self.context), Qt.DockWidgetArea.LeftDockWidgetArea)
        self._preview = self._make_preview()
        self._add_dock("preview", self.tr("Preview"), self._preview, self._preview_area())
        scale = theme.current().scale
        widths = [round(215 * scale), round(min(430.0, self.width() * 0.29) * scale)]
        self.resizeDocks([self._docks["facets"], self._docks["preview"]], widths, Qt.Orientation.Horizontal)
        stored = self.context.preferences.value("window.docks", "")
        if stored:
            self.restoreState(QByteArray.fromBase64(str(stored).encode()), STATE_VERSION)
        self._docks["preview"].setFloating(False)

    def _make_preview(self) -> QWidget:
        return make_page(PREVIEW, self.context)

    def _add_dock(self, key: str, text: str, widget: QWidget, area: Qt.DockWidgetArea) -> None:
        dock = QDockWidget(text, self)
        dock.setObjectName(key)
        dock.setWidget(widget)
        dock.setTitleBarWidget(QWidget(dock))
        dock.setFeatures(
            QDockWidget.DockWidgetFeature.DockWidgetMovable | QDockWidget.DockWidgetFeature.DockWidgetFloatable
        )
        self._docks[key] = dock
        self.addDockWidget(area, dock)

    def _wanted(self, key: str) -> bool:
        return bool(self.context.preferences.value(f"dock.{key}", True))

    def toggle_facets(self) -> None:
        if not self._has_room("facets"):  # for now only: the wish for a larger window stays as it is
            self._facets_anyway = not self._facets_anyway
            self._show_docks()
            return
        self.context.preferences.set_value("dock.facets", not self._wanted("facets"))
        if self.context.view in REVIEW:
            self.show_view(self.context.view)

    # ------------------------------------------------------------------ the preview and its places

    @property
    def preview_place(self) -> str:
        """right, below, window (of its own) or hidden."""
        place = str(self.context.preferences.value("preview.place", "right"))
        return place if place in PLACES else "right"

    def _preview_area(self) -> Qt.DockWidgetArea:
        below = self.preview_place == "below"
        return Qt.DockWidgetArea.BottomDockWidgetArea if below else Qt.DockWidgetArea.RightDockWidgetArea

    def move_preview(self) -> None:
        """Right, below, in a window of its own (for a second screen), right again."""
        if self.context.view in REVIEW:
            after = {"right": "below", "below": "window"}
            self.set_preview_place(after.get(self.preview_place, "right"))

    def set_preview_place(self, place: str) -> None:
        """Put the preview there, and remember it."""
        self.context.preferences.set_value("preview.place", place)
        if "preview" in self._docks:
            if place in ("right", "below"):
                self.addDockWidget(self._preview_area(), self._docks["preview"])
            self.show_view(self.context.view)

    def _host_preview(self, *, single: bool) -> None:
        """The one preview is in its dock, in its own window, or is the single view."""
        dock, preview = self._docks.get("preview"), self._preview
        if dock is None or preview is None:
            return
        away = self.preview_place == "window"
        if away and self.context.case is not None:
            if self._preview_window is None:
                self._preview_window = PreviewWindow(self.context, self)
                self._preview_window.closed.connect(self._preview_window_closed)
            if preview.window() is not self._preview_window:
                self._preview_window.host(preview)
            if not self._preview_window.isVisible():
                self._preview_window.appear()
                self.activateWindow()  # keys stay with the list
                QTimer.singleShot(RAISED, self._preview_window, self._preview_window.raise_)
        elif single and not self.review.single.isAncestorOf(preview):
            self.review.host_single(preview)
        elif not single and dock.widget() is not preview:
            dock.setWidget(preview)
            preview.show()
        if not away and self._preview_window is not None and self._preview_window.isVisible():
            self._preview_window.leave()

    def _preview_window_closed(self) -> None:
        self.set_preview_place("right")

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
        if self._preview_window is not None:
            self._preview_window.leave()
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

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _dropped(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Folders go to the page that can take them: a case folder is opened, evidence goes to the wizard that is open,
        else to a new case or to another run. A picture is what the likes of are looked for. Other files: said why not.
        """
        paths = _dropped(event)
        event.acceptProposedAction()
        cases = [path for path in paths if (path / "case.db").is_file()]
        if cases:
            self.open_case(cases[0])
        elif any(path.is_dir() for path in paths):
            self._take_evidence(paths)
        elif self.context.case is not None and (picture := _picture(paths)):
            self._ask_what_of(picture, self.mapToGlobal(event.position().toPoint()))
        elif paths:
            self.context.message.emit(
                self.tr("Files are taken in with the folder they lie in: drop that folder into this window."), None
            )

    def _take_evidence(self, paths: Sequence[Path]) -> None:
        """To the wizard, also when it makes another case than the open one; files among them are named there."""
        name = "wizard" if self.context.case is None or self.context.view == "wizard" else "run"
        page = self._page(name)
        self.show_view(name)
        take = getattr(page, "add_sources", None)
        if callable(take):
            take(paths)

    def _ask_what_of(self, picture: Path, where: QPoint) -> None:
        """A picture was dropped: whose likes are wanted?"""
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        faces, alike = FaceSearch.of(self.context), Similar.of(self.context)
        menu.addAction(self.tr("Faces like in this picture")).triggered.connect(lambda: faces.like_picture(picture))
        menu.addAction(self.tr("Pictures like this one")).triggered.connect(lambda: alike.like_file(picture))
        menu.popup(where)

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
        if self._docks:
            preferences.set_value("window.docks", bytes(self.saveState(STATE_VERSION).toBase64().data()).decode())

    def _restore(self) -> None:
        stored = self.context.preferences.value("window.geometry", "")
        if not (stored and self.restoreGeometry(QByteArray.fromBase64(str(stored).encode()))):
            self.resize(1366, 768)
