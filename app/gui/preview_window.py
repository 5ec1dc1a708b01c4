"""The preview in a window of its own, for a second screen: it follows the current item wherever it stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import shiboken6
from PySide6.QtCore import QByteArray, QRect, Qt, Signal
from PySide6.QtGui import QAction, QCloseEvent, QGuiApplication, QKeyEvent, QScreen
from PySide6.QtWidgets import QVBoxLayout, QWidget

if TYPE_CHECKING:
    from app.gui.context import Context

__all__ = ["PREFERENCE", "PreviewWindow", "free_screen", "refuge"]

PREFERENCE = "preview.window"
SIZE = (1000, 760)
HELD = (120, 60)  # pixels of a window, across and down, by which a mouse can get hold of it


def free_screen(taken: QScreen | None) -> QScreen | None:
    """A screen that the main window is not on; None where there is only one."""
    return next((screen for screen in QGuiApplication.screens() if screen is not taken), None)


def refuge(window: QWidget, removed: QScreen, wanted: QScreen | None = None) -> QRect | None:
    """Where a window has to go when this screen is gone: to the wanted one if that is left, else to another. None:
    enough of it stands on a screen that is left."""
    left = [screen for screen in QGuiApplication.screens() if screen is not removed]
    seen = [screen.geometry().intersected(window.frameGeometry()) for screen in left]
    if not left or any(part.width() >= HELD[0] and part.height() >= HELD[1] for part in seen):
        return None
    return (wanted if wanted in left else left[0]).availableGeometry()


class PreviewWindow(QWidget):
    """Holds the one preview of the main window. Every key of the main window works here too; no case data is in its
    title. `closed`: the examiner does not want it any more."""

    closed = Signal()

    def __init__(self, context: Context, main: QWidget) -> None:
        super().__init__(main, Qt.WindowType.Window)
        self._context, self._main = context, main
        self._leaving = False
        self.setObjectName("preview-window")
        self.setWindowTitle(self.tr("Preview – Asservat"))
        self.setMinimumSize(420, 320)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self._known: list[QAction] = []
        context.actions.changed.connect(self._share_keys)
        self._share_keys()
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.screenRemoved.connect(self._screen_removed)

    def _share_keys(self) -> None:
        """Shortcuts belong to windows: what the main window knows, this one knows as well."""
        for action in self._known:
            if shiboken6.isValid(action):
                self.removeAction(action)
        entries = self._context.actions.entries()
        self._known = [entry.action for entry in entries if entry.scope is None and not entry.held]
        self.addActions(self._known)

    def host(self, preview: QWidget) -> None:
        """Take the preview in."""
        layout = self.layout()
        if layout is not None:
            layout.addWidget(preview)
        preview.show()

    # ------------------------------------------------------------------ where it stands

    def appear(self) -> None:
        """On the screen it stood on; for the first time, or where that screen is not there any more, on one that the
        main window leaves free, and with only one screen beside the middle of it."""
        stored = self._context.preferences.value(PREFERENCE, {})
        found: Mapping[str, Any] = stored if isinstance(stored, Mapping) else {}
        there = {screen.name() for screen in QGuiApplication.screens()}
        known = found.get("screen") in there and isinstance(found.get("geometry"), str)
        if known and self.restoreGeometry(QByteArray.fromBase64(str(found["geometry"]).encode())):
            self.show()
        elif (screen := free_screen(self._main.screen())) is not None:
            self.setGeometry(screen.availableGeometry())
            self.showMaximized()
        else:
            self._into(self._main.screen().availableGeometry())
            self.show()

    def _into(self, room: QRect) -> None:
        self.resize(min(SIZE[0], room.width() - 80), min(SIZE[1], room.height() - 80))
        self.move(room.center() - self.rect().center())

    def _screen_removed(self, screen: QScreen) -> None:
        """The cable was pulled: come to where the examiner is, rather than stay where nobody looks."""
        room = refuge(self, screen, self._main.screen()) if self.isVisible() else None
        if room is not None:
            self.showNormal()
            self._into(room)

    def remember(self) -> None:
        """Where it stands, for the next time."""
        geometry = bytes(self.saveGeometry().toBase64().data()).decode()
        screen = self.screen()
        value = {"screen": screen.name() if screen is not None else "", "geometry": geometry}
        self._context.preferences.set_value(PREFERENCE, value)

    def leave(self) -> None:
        """Close without saying that it is not wanted: the main window closes, or the case does."""
        self._leaving = True
        self.close()
        self._leaving = False

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.isVisible():
            self.remember()
        super().closeEvent(event)
        if not self._leaving:
            self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F11:
            (self.showNormal if self.isFullScreen() else self.showFullScreen)()
        else:
            super().keyPressEvent(event)
