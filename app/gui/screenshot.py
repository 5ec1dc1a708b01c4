"""One view as a picture, without a visible window: for the documentation, and for looking at one's own work."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEventLoop, QMessageLogContext, QTimer, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QApplication

from app.parts import DeskWish, Parts
from core.errors import UsageError
from core.scratch import folder as scratch_folder

if TYPE_CHECKING:
    from app.gui.window import MainWindow

__all__ = ["make_screenshot", "settle", "unfinished"]

SETTLE = 0.35  # seconds without news from the data before the picture is taken
AT_MOST = 20.0


def make_screenshot(parts: Parts, wish: DeskWish) -> int:
    """Render `wish.view` into `wish.screenshot`. Returns an exit code; raises `UsageError`, `CaseError`."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from app.gui.context import VIEWS
    from app.gui.preferences import Preferences
    from app.gui.start import make_application, make_window

    view = wish.view or ("grid" if wish.case else "start")
    if view not in VIEWS:
        raise UsageError(f"There is no view called {view!r}.", f"Known: {', '.join(VIEWS)}.")
    qInstallMessageHandler(_quiet)
    application = make_application(wish)
    QCursor.setPos(4 * wish.size[0], 4 * wish.size[1])  # nothing looks as if a mouse were over it
    with scratch_folder("look") as nowhere:  # what this window remembers is forgotten
        return _render(application, make_window(parts, Preferences(nowhere / "desk.json")), wish, view)


def _render(application: QApplication, window: MainWindow, wish: DeskWish, view: str) -> int:
    assert wish.screenshot is not None
    try:
        window.resize(*wish.size)
        window.show()
        if wish.case is not None:
            window.context.open_case(wish.case)
        window.show_view(view)
        settle(application, lambda: unfinished(window))
        picture = window.grab()
        if not picture.save(str(wish.screenshot)):
            raise UsageError(f"{wish.screenshot} cannot be written.", "Choose another file; its name ends with .png.")
    finally:
        window.close()
    return 0


def unfinished(window: MainWindow) -> bool:
    """Something that belongs into the picture is on its way: an answer of the case, pixels, a storyboard or the
    loudness of a recording, a thumbnail, work of a page (a report's pages, a look at the machine)."""
    from app.gui.pages.engine import Engine
    from app.gui.pages.job import Job
    from app.gui.preview.feed import Feed
    from app.gui.thumbnails import Thumbnails

    context = window.context
    engine = context.findChild(Engine, "engine")
    return (
        context.busy()
        or Feed.of(context).busy
        or bool(window.findChildren(Job))
        or any(one.waiting for one in window.findChildren(Thumbnails))
        or (engine is not None and bool(engine.busy))
        or _loading(window)
    )


def _loading(window: MainWindow) -> bool:
    """What is looked at has not said yet that it is complete."""
    from app.gui.compare.page import ComparePage
    from app.gui.preview import pixels_ready_for
    from app.gui.views import REVIEW

    context = window.context
    if context.view == "compare":
        pages = ComparePage.all_of(context)
        return any(not page.panes or page.loading for page in pages) and len(context.items) > 1
    current = context.current
    return context.view in REVIEW and current is not None and not pixels_ready_for(context, current)


def _quiet(kind: QtMsgType, _where: QMessageLogContext, text: str) -> None:
    """The offscreen platform complains about what it cannot do for real windows; everything else is passed on."""
    if kind is not QtMsgType.QtDebugMsg and "propagateSizeHints" not in text:
        sys.stderr.write(text + "\n")


def settle(application: QApplication, busy: Callable[[], bool]) -> None:
    """Let the event loop run until nothing has been asked for a moment."""
    began = calm = time.monotonic()
    while time.monotonic() - began < AT_MOST and time.monotonic() - calm < SETTLE:
        loop = QEventLoop()
        QTimer.singleShot(30, loop.quit)
        loop.exec()
        application.processEvents()
        if busy():
            calm = time.monotonic()
