"""What stands beside the list: the facets, and the preview with its places (right, below, in a window of its own)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QCoreApplication, QObject, Qt, QTimer
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

from app.gui import theme
from app.gui.preview_window import PreviewWindow
from app.gui.views import PREVIEW, REVIEW, make_page

if TYPE_CHECKING:
    from app.gui.context import Context
    from app.gui.review_page import ReviewPage

__all__ = ["PLACES", "Docks", "place_text"]

STATE_VERSION = 1
RAISED = 250  # milliseconds: a window that is made active comes to the top, and on one screen it hides the preview
ROOM = {"facets": 880, "preview": 640}
"""Pixels at 100 % that the window needs to be wide before this stands beside the list."""
PLACES = ("right", "below", "window", "hidden")
"""Where the preview can be."""


def place_text(place: str) -> str:
    """A place of the preview as menus say it."""
    return {
        "right": QCoreApplication.translate("MainWindow", "Preview right of the list"),
        "below": QCoreApplication.translate("MainWindow", "Preview below the list"),
        "window": QCoreApplication.translate("MainWindow", "Preview in its own window"),
        "hidden": QCoreApplication.translate("MainWindow", "No preview"),
    }[place]


class Docks(QObject):
    """One per window. There are none before the list is shown for the first time (`set_up`)."""

    def __init__(self, context: Context, window: QMainWindow) -> None:
        super().__init__(window)
        self._context, self._window = context, window
        self._review: ReviewPage | None = None
        self.docks: dict[str, QDockWidget] = {}
        self.preview: QWidget | None = None
        self.preview_window: PreviewWindow | None = None
        self._preview_width = 0  # of its dock, before it was shown alone
        self._preview_seen = False  # before another view is shown
        self._fits: dict[str, bool] = {}
        self._facets_anyway = False  # they are wanted although there is no room for them

    def set_up(self, review: ReviewPage) -> None:
        """The review page brings its docks: facets left, preview right."""
        from app.gui.facet_panel import FacetPanel

        self._review = review
        review.explain()
        facets = QCoreApplication.translate("MainWindow", "Facets")
        preview = QCoreApplication.translate("MainWindow", "Preview")
        self._add("facets", facets, FacetPanel(self._context), Qt.DockWidgetArea.LeftDockWidgetArea)
        self.preview = make_page(PREVIEW, self._context)
        self._add("preview", preview, self.preview, self._preview_area())
        scale = theme.current().scale
        widths = [round(215 * scale), round(min(430.0, self._window.width() * 0.29) * scale)]
        self._window.resizeDocks([self.docks["facets"], self.docks["preview"]], widths, Qt.Orientation.Horizontal)
        stored = self._context.preferences.value("window.docks", "")
        if stored:
            self._window.restoreState(QByteArray.fromBase64(str(stored).encode()), STATE_VERSION)
        self.docks["preview"].setFloating(False)

    def _add(self, key: str, text: str, widget: QWidget, area: Qt.DockWidgetArea) -> None:
        dock = QDockWidget(text, self._window)
        dock.setObjectName(key)
        dock.setWidget(widget)
        dock.setTitleBarWidget(QWidget(dock))
        dock.setFeatures(
            QDockWidget.DockWidgetFeature.DockWidgetMovable | QDockWidget.DockWidgetFeature.DockWidgetFloatable
        )
        self.docks[key] = dock
        self._window.addDockWidget(area, dock)

    def remember(self) -> None:
        """Where they stand and how wide they are."""
        if self.docks:
            state = bytes(self._window.saveState(STATE_VERSION).toBase64().data()).decode()
            self._context.preferences.set_value("window.docks", state)

    # ------------------------------------------------------------------ which of them are shown

    def show(self) -> None:
        """Those that are wanted in this view, and have room beside the list."""
        view = self._context.view
        for key, dock in self.docks.items():
            elsewhere = key == "preview" and (view == "single" or self.preview_place not in ("right", "below"))
            wanted = self._wanted(key) if self._has_room(key) else key == "facets" and self._facets_anyway
            dock.setVisible(view in REVIEW and wanted and not elsewhere)
        preview = self.docks.get("preview")
        if preview is not None and not self._preview_seen and preview.isVisible() and self._preview_width:
            self._give_width_back()
            QTimer.singleShot(0, self, self._give_width_back)  # by then the preview has lost its wide form
        self._preview_seen = preview is not None and preview.isVisible()

    def remember_width(self) -> None:
        """Another view comes: the preview may be shown alone in it."""
        preview = self.docks.get("preview")
        self._preview_seen = preview is not None and preview.isVisible()
        if preview is not None and self._preview_seen and self.preview_place == "right":
            self._preview_width = preview.width()

    def _give_width_back(self) -> None:
        """The preview's dock as wide as it was: Qt would ask the preview, which was wide a moment ago."""
        dock = self.docks.get("preview")
        if dock is not None and dock.isVisible() and self.preview_place == "right":
            self._window.resizeDocks([dock], [self._preview_width], Qt.Orientation.Horizontal)

    def _has_room(self, key: str) -> bool:
        """With large text in a small window, what stands beside the list would leave nothing of it."""
        return self._window.width() >= round(ROOM[key] * theme.current().scale)

    def fit(self) -> None:
        """The window or the text has another size."""
        fits = {key: self._has_room(key) for key in self.docks}
        if fits != self._fits:
            self._fits, self._facets_anyway = fits, False
            self.show()

    def _wanted(self, key: str) -> bool:
        return bool(self._context.preferences.value(f"dock.{key}", True))

    def toggle_facets(self) -> None:
        if not self._has_room("facets"):  # for now only: the wish for a larger window stays as it is
            self._facets_anyway = not self._facets_anyway
            self.show()
            return
        self._context.preferences.set_value("dock.facets", not self._wanted("facets"))
        if self._context.view in REVIEW:
            self._context.show_view(self._context.view)

    # ------------------------------------------------------------------ the preview and its places

    @property
    def preview_place(self) -> str:
        """right, below, window (of its own) or hidden."""
        place = str(self._context.preferences.value("preview.place", "right"))
        return place if place in PLACES else "right"

    def _preview_area(self) -> Qt.DockWidgetArea:
        below = self.preview_place == "below"
        return Qt.DockWidgetArea.BottomDockWidgetArea if below else Qt.DockWidgetArea.RightDockWidgetArea

    def move_preview(self) -> None:
        """Right, below, in a window of its own (for a second screen), right again."""
        if self._context.view in REVIEW:
            after = {"right": "below", "below": "window"}
            self.set_preview_place(after.get(self.preview_place, "right"))

    def set_preview_place(self, place: str) -> None:
        """Put the preview there, and remember it."""
        self._context.preferences.set_value("preview.place", place)
        if "preview" in self.docks:
            if place in ("right", "below"):
                self._window.addDockWidget(self._preview_area(), self.docks["preview"])
            self._context.show_view(self._context.view)

    def alone_already(self) -> bool:
        """The preview has a window of its own, where one item is seen alone; it comes to the top."""
        if self.preview_place != "window" or self.preview_window is None:
            return False
        self.preview_window.raise_()
        self.preview_window.activateWindow()
        return True

    def host_preview(self, *, single: bool) -> None:
        """The one preview is in its dock, in its own window, or is the single view."""
        dock, preview, review = self.docks.get("preview"), self.preview, self._review
        if dock is None or preview is None or review is None:
            return
        away = self.preview_place == "window"
        if away and self._context.case is not None:
            self._host_away(preview)
        elif single and not review.single.isAncestorOf(preview):
            review.host_single(preview)
        elif not single and dock.widget() is not preview:
            dock.setWidget(preview)
            preview.show()
        if not away and self.preview_window is not None and self.preview_window.isVisible():
            self.preview_window.leave()

    def _host_away(self, preview: QWidget) -> None:
        """In its own window, which is made when it is first wanted."""
        if self.preview_window is None:
            self.preview_window = PreviewWindow(self._context, self._window)
            self.preview_window.closed.connect(lambda: self.set_preview_place("right"))
        if preview.window() is not self.preview_window:
            self.preview_window.host(preview)
        if not self.preview_window.isVisible():
            self.preview_window.appear()
            self._window.activateWindow()  # keys stay with the list
            QTimer.singleShot(RAISED, self.preview_window, self.preview_window.raise_)

    def leave(self) -> None:
        """The case is closed: there is nothing to preview."""
        if self.preview_window is not None:
            self.preview_window.leave()
