"""Where the keyboard is: the way of Tab through the window, and where it begins on a page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import shiboken6
from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QWidget

__all__ = ["Keeper", "enter", "follow", "host", "lay_over", "put_last", "reachable"]


def reachable(part: QWidget) -> Iterator[QWidget]:
    """What Tab can reach within a part of a window, visible now or not, in the order of the tree.

    Qt's own chain is not walked: PySide takes what `nextInFocusChain` returns for the parent of the widget that was
    asked, and tells later that widgets which are alive were deleted (a menu's actions, for one).
    """
    for one in part.findChildren(QWidget):
        if one.focusPolicy() & Qt.FocusPolicy.TabFocus:
            yield one


def put_last(part: QWidget) -> None:
    """Tab comes to this part of its window after everything else. Qt goes by when a widget was made, and pages are made
    when they are first shown."""
    end = QWidget(part.window())  # the newest is the last of the chain
    end.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    before = end
    for one in reachable(part):
        QWidget.setTabOrder(before, one)
        before = one
    shiboken6.delete(end)


def follow(first: QWidget, then: Iterable[QWidget]) -> None:
    """Tab goes from `first` to these, one after the other: widgets that are made when an answer comes would else be the
    last of their window."""
    for one in then:
        QWidget.setTabOrder(first, one)
        first = one


def enter(page: QWidget) -> None:
    """Begin on this page: at the first thing that can be done there, or where the keyboard was when it was left."""
    window = page.window()
    now = window.focusWidget()
    if now is not None and page.isAncestorOf(now) and now.isVisibleTo(page):
        return
    before = page.focusWidget()  # what had the keyboard last, inside this page
    if before is not None and before is not page and before.isVisibleTo(page) and before.isEnabledTo(page):
        before.setFocus(Qt.FocusReason.OtherFocusReason)
        return
    for one in reachable(page):
        if one.isVisibleTo(page) and one.isEnabledTo(page):
            one.setFocus(Qt.FocusReason.OtherFocusReason)
            return
    page.setFocus(Qt.FocusReason.OtherFocusReason)


def host(main: QWidget) -> QWidget:
    """The window that has the keyboard: the main one, or the one that belongs to it on another screen. What is asked
    for with a key has to come up where the examiner looks, and where the next key goes."""
    active = QApplication.activeWindow()
    own = active is not None and active.windowType() == Qt.WindowType.Window and active.parentWidget() is main
    return active if own and active is not None else main


def lay_over(overlay: QWidget, before: QWidget, main: QWidget) -> QWidget:
    """Move what lies over the window `before`, and follows its size as an event filter, to the one that has the
    keyboard. Returns that window."""
    window = host(main)
    if window is not before:
        before.removeEventFilter(overlay)
        overlay.setParent(window)
        window.installEventFilter(overlay)
    return window


class Keeper(QObject):
    """Keeps the keyboard on the page that is shown: where the button that has it goes away (a run begins: Pause instead
    of Resume), Qt would give it to whatever comes next in the window."""

    def __init__(self, window: QWidget, page: Callable[[], QWidget | None]) -> None:
        super().__init__(window)
        self._window, self._page = window, page
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._moved)

    def _moved(self, before: QWidget | None, now: QWidget | None) -> None:
        page = self._page()
        if before is None or page is None or not shiboken6.isValid(before) or not page.isAncestorOf(before):
            return
        if now is not None and (page.isAncestorOf(now) or now.window() is not self._window):
            return
        if not (before.isVisibleTo(page) and before.isEnabledTo(page)):
            QTimer.singleShot(0, self, self._return)

    def _return(self) -> None:
        page = self._page()
        if page is not None and page.isVisible():
            enter(page)
