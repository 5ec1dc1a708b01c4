"""One view as a picture, without a visible window: for the documentation, and for looking at one's own work."""

from __future__ import annotations

import os
import time

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from app.parts import DeskWish, Parts
from core.errors import UsageError

__all__ = ["make_screenshot"]

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
    assert wish.screenshot is not None
    application = make_application(wish)
    nowhere = wish.screenshot.absolute().with_suffix(".preferences-not-kept")
    window = make_window(parts, Preferences(nowhere))
    window.context.preferences.blockSignals(True)  # noqa: FBT003 - Qt's own
    window.resize(*wish.size)
    window.show()
    if wish.case is not None:
        window.context.open_case(wish.case)
    window.show_view(view)
    settle(application, window.context.busy)
    picture = window.grab()
    window.context.preferences._dirty = False
    if not picture.save(str(wish.screenshot)):
        raise UsageError(f"{wish.screenshot} cannot be written.", "Choose another file; its name ends with .png.")
    window.close()
    return 0


def settle(application: QApplication, busy: object) -> None:
    """Let the event loop run until nothing has been asked for a moment."""
    began = calm = time.monotonic()
    while time.monotonic() - began < AT_MOST and time.monotonic() - calm < SETTLE:
        loop = QEventLoop()
        QTimer.singleShot(30, loop.quit)
        loop.exec()
        application.processEvents()
        if callable(busy) and busy():
            calm = time.monotonic()
