"""How the desk begins: one application, one window, a case if one was named."""

from __future__ import annotations

import gc
import logging
import os
import signal
import sys
import threading
from types import TracebackType

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication

from app.gui import acts, gallery, hash_list, icons, languages, log_file, page_actions, palette, theme, threads
from app.gui.compare import choosing
from app.gui.context import Context
from app.gui.preferences import Preferences
from app.gui.shortcuts import Actions
from app.gui.window import MainWindow
from app.parts import DeskWish, Parts
from core import memory
from core.background import behind_a_window
from core.errors import AsservatError, UsageError

__all__ = ["make_application", "make_window", "open_desk", "set_aside"]

SWITCH = 0.001  # seconds after which a busy thread lets another have the interpreter: the window must never wait long
SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
log = logging.getLogger(__name__)


def open_desk(parts: Parts, wish: DeskWish) -> int:
    """Show the desk and return its exit code when it is closed; with a screenshot wished for, make that and return."""
    if wish.screenshot is not None:
        from app.gui.screenshot import make_screenshot

        try:
            return threads.leave(make_screenshot(parts, wish))
        except AsservatError:
            threads.wait()  # the error must still be said, so nothing may end here
            raise
    _check_screen()
    memory.sweep()  # pixels that the previews of a killed desk have left
    sys.setswitchinterval(SWITCH)
    application = make_application(wish)
    window = make_window(parts)
    values = window.context.preferences.values
    languages.install(wish.language or values.language)
    window.show()
    set_aside(window)
    desk = _Desk(parts, window)
    if window.context.preferences.fresh and wish.case is None and not wish.view:
        QTimer.singleShot(0, window, desk.first_steps)  # after the window is there, and only for the real start
    if wish.case is not None:
        folder = wish.case
        QTimer.singleShot(0, window, lambda: window.open_case(folder))
    if wish.view:
        view = wish.view
        QTimer.singleShot(0, window, lambda: window.show_view(view))
    signal.signal(signal.SIGINT, lambda *_: desk.window.close())
    code = application.exec()
    return threads.leave(code, hung=desk.window.leaving.run_left)


class _Desk(QObject):
    """The window of the running program. The first steps choose its language, so it may have to be made anew."""

    def __init__(self, parts: Parts, window: MainWindow) -> None:
        super().__init__(QApplication.instance())
        self._parts = parts
        self.window = window
        self._closed: list[MainWindow] = []  # kept: what they have asked in the background must find its asker

    def first_steps(self) -> None:
        """Show them, unless the examiner has already gone somewhere."""
        from app.gui.pages.first_run import FirstRunPage

        if self.window.context.view != "start" or self.window.context.case is not None:
            return
        page = self.window.page("first-run")
        assert isinstance(page, FirstRunPage)
        page.language_chosen.connect(self._speak)
        self.window.show_view("first-run")

    def _speak(self) -> None:
        """Another window in the language that was chosen, in the place of the one that there is."""
        before = self.window
        if before.context.view != "first-run" or before.context.case is not None or before.context.run_state:
            return  # chosen in the settings, over work that goes on: the next start will speak it
        before.context.preferences.flush()
        if languages.choose(before.context.preferences.values.language) == languages.spoken():
            return
        languages.install(before.context.preferences.values.language)
        self.window = make_window(self._parts)
        self.window.setGeometry(before.geometry())
        self.window.show()
        self.first_steps()
        self._closed.append(before)
        QTimer.singleShot(0, before, before.close)  # not while its own list of languages is still speaking


def _check_screen() -> None:
    """Qt ends the process with a core dump where there is no screen; a sentence is better."""
    if sys.platform == "linux" and not any(os.environ.get(name) for name in SCREENS):
        raise UsageError(
            "There is no screen to open windows on.", "Start it in a desktop session, or use the commands: `--help`."
        )


def make_application(wish: DeskWish) -> QApplication:
    """The one application object, in the look that is wished for or remembered."""
    existing = QApplication.instance()
    application = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    application.setApplicationName("asservat")
    application.setApplicationDisplayName("Asservat")
    application.setDesktopFileName("asservat")
    if wish.screenshot is None:
        log_file.install()
    behind_a_window()
    sys.excepthook = _log_bug
    threading.excepthook = _log_thread
    preferences = Preferences()
    values = preferences.values
    languages.install(wish.language or values.language)
    theme.current().apply(wish.theme or values.theme, wish.scale or values.font_scale)
    application.setWindowIcon(icons.icon("app", "accent"))
    preferences.deleteLater()
    return application


def make_window(parts: Parts, preferences: Preferences | None = None) -> MainWindow:
    """A window with everything that belongs to it. An application must be there."""
    preferences = preferences or Preferences()
    context = Context(parts, preferences, Actions(preferences))
    window = MainWindow(context)
    acts.install(window)  # what hangs on the window without being one of its views
    choosing.install(window)
    hash_list.install(window)
    palette.install(window)
    gallery.install(window)
    page_actions.install(window)
    return window


def set_aside(window: MainWindow) -> None:
    """What is there now (modules, the window) stays until the end, and once more what is there with the first list:
    Python need not go through it again and again. It holds the interpreter meanwhile, for a tenth of a second, and no
    thread of the window gets a turn."""
    gc.freeze()
    window.context.items.loaded.connect(gc.freeze, Qt.ConnectionType.SingleShotConnection)


def _log_thread(arguments: threading.ExceptHookArgs) -> None:
    log.error("unhandled error in thread %s", arguments.thread, exc_info=arguments.exc_value)


def _log_bug(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """A bug in a slot must be seen: in the log with its trace, and in front of the examiner as a sentence."""
    log.error("unhandled error", exc_info=(kind, error, trace))
    application = QApplication.instance()
    windows = application.topLevelWidgets() if isinstance(application, QApplication) else []
    for window in windows:
        if isinstance(window, MainWindow):
            window.complain(
                AsservatError(
                    f"Something went wrong in the program itself ({kind.__name__}: {error}).",
                    "What is stored is safe. Please keep the log: the health page can put it into a support bundle.",
                )
            )
            return
