"""What happens to files and folders that are dropped on the window."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QPoint
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QMenu

from app.gui.faces import PICTURES
from app.gui.faces.search import FaceSearch
from app.gui.similar import Similar

if TYPE_CHECKING:
    from app.gui.window import MainWindow

__all__ = ["dropped", "take"]


def _tr(text: str) -> str:
    return QCoreApplication.translate("MainWindow", text)


def dropped(event: QDropEvent) -> list[Path]:
    """What of a drop lies on this computer."""
    return [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]


def take(window: MainWindow, event: QDropEvent) -> None:
    """Folders go to the page that can take them: a case folder is opened, evidence goes to the wizard that is open,
    else to a new case or to another run. A picture is what the likes of are looked for. Other files: said why not.
    """
    paths = dropped(event)
    event.acceptProposedAction()
    cases = [path for path in paths if (path / "case.db").is_file()]
    if cases:
        window.open_case(cases[0])
    elif any(path.is_dir() for path in paths):
        _take_evidence(window, paths)
    elif window.context.case is not None and (picture := _picture(paths)):
        _ask_what_of(window, picture, window.mapToGlobal(event.position().toPoint()))
    elif paths:
        window.context.message.emit(
            _tr("Files are taken in with the folder they lie in: drop that folder into this window."), None
        )


def _picture(paths: Sequence[Path]) -> Path | None:
    """A single file whose name says picture."""
    only = paths[0] if len(paths) == 1 else None
    return only if only is not None and f"*{only.suffix.lower()}" in PICTURES.split() and only.is_file() else None


def _take_evidence(window: MainWindow, paths: Sequence[Path]) -> None:
    """To the wizard, also when it makes another case than the open one; files among them are named there."""
    name = "wizard" if window.context.case is None or window.context.view == "wizard" else "run"
    page = window.page(name)
    window.show_view(name)
    add = getattr(page, "add_sources", None)
    if callable(add):
        add(paths)


def _ask_what_of(window: MainWindow, picture: Path, where: QPoint) -> None:
    """A picture was dropped: whose likes are wanted?"""
    menu = QMenu(window)
    menu.aboutToHide.connect(menu.deleteLater)
    faces, alike = FaceSearch.of(window.context), Similar.of(window.context)
    menu.addAction(_tr("Faces like in this picture")).triggered.connect(lambda: faces.like_picture(picture))
    menu.addAction(_tr("Pictures like this one")).triggered.connect(lambda: alike.like_file(picture))
    menu.popup(where)
