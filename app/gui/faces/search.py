"""How the search for faces is begun: by key, from a face's box or its line in the list of findings, by a picture."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QWidget

if TYPE_CHECKING:
    from app.gui.context import Context
    from app.gui.faces.dialog import FacesDialog
    from core.case.details import FindingFacts

__all__ = ["FaceSearch", "is_face"]


def is_face(finding: FindingFacts | None) -> bool:
    """Whether faces like it can be looked for."""
    return finding is not None and finding.analyzer == "faces"


class FaceSearch(QObject):
    """One per context (`of`). Keeps one window for it."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._context = context
        self._dialog: FacesDialog | None = None
        add, section = context.actions.add, self.tr("Faces")
        add("faces.like", self.tr("Faces like this one"), "Alt+F", self.like_current, section=section)
        add("faces.picture", self.tr("Faces like one in a picture file…"), "Alt+Shift+F", self.ask, section=section)

    @staticmethod
    def of(context: Context) -> FaceSearch:
        """The one of this context; made on first use."""
        found = context.findChild(FaceSearch)
        return found if found is not None else FaceSearch(context)

    @property
    def dialog(self) -> FacesDialog | None:
        """The window, when it is open."""
        alive = self._dialog is not None and shiboken6.isValid(self._dialog)
        return self._dialog if alive and self._dialog is not None and self._dialog.isVisible() else None

    def like(self, finding: int) -> None:
        """Faces like that of this finding."""
        if self._context.case is not None:
            self._open().look_for(finding)

    def like_current(self) -> None:
        """Faces like the one that is spoken of in the preview, or the surest of the item."""
        from app.gui.preview.panel import PreviewPanel

        for panel in PreviewPanel.all_of(self._context):
            face = panel.face()
            if face is not None:
                self.like(face)
                return
        self._context.message.emit(self.tr("No face was found in this item, or none is chosen."), None)

    def like_picture(self, path: Path) -> None:
        """Faces like one in a picture from outside the case."""
        if self._context.case is not None:
            self._open().look_for_picture(path)

    def ask(self) -> None:
        if self._context.case is not None:
            self._open().choose_picture()

    def _open(self) -> FacesDialog:
        from app.gui.faces.dialog import FacesDialog

        if self._dialog is None or not shiboken6.isValid(self._dialog):
            self._dialog = FacesDialog(self._context, _window(self._context))
        self._dialog.show()
        self._dialog.raise_()
        self._dialog.activateWindow()
        return self._dialog


def _window(context: Context) -> QWidget | None:
    """The main window of the context, whichever window the keys were pressed in."""
    parent = context.parent()
    return parent if isinstance(parent, QWidget) else QApplication.activeWindow()
