"""The keyboard alone: where it begins, how Tab goes through the window, Enter on buttons, Escape on every page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.gui import focus, theme
from app.gui.context import VIEWS
from app.gui.pages.page import button
from app.gui.pages.run import RunPage
from app.gui.pages.wizard import WizardPage
from app.gui.window import MainWindow


def press(key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(focused(), key, modifiers)


def focused() -> QWidget:
    found = QApplication.focusWidget()
    assert found is not None
    return found


def part_of(window: MainWindow) -> str:
    """In which part of the window the keyboard is."""
    parts: dict[str, QWidget] = {"rail": window._rail, "page": window._stack, "status": window.statusBar()}
    parts |= dict(window.docks.docks)
    return next((name for name, part in parts.items() if part.isAncestorOf(focused())), "elsewhere")


def way_of_tab(window: MainWindow, at_most: int = 200) -> list[str]:
    """The parts of the window that Tab comes through, from the first widget of the rail on, each time it enters one."""
    next(focus.reachable(window._rail)).setFocus()
    first, parts = focused(), [part_of(window)]
    for _ in range(at_most):
        press(Qt.Key.Key_Tab)
        if focused() is first:
            return parts
        if part_of(window) != parts[-1]:
            parts.append(part_of(window))
    return parts


def calm(window: MainWindow) -> Callable[[], bool]:
    """Nothing was asked at many looks on end: answers bring widgets that Tab comes through, and further questions."""
    quiet = 0

    def check() -> bool:
        nonlocal quiet
        quiet = 0 if window.context.busy() else quiet + 1
        return quiet > 30

    return check


PAGES = ("run", "problems", "sources", "report", "models", "health", "settings", "start")


def test_a_page_begins_with_the_keyboard_in_it_and_escape_comes_back_to_the_list(
    desk: MainWindow, qtbot: QtBot
) -> None:
    for view in PAGES:
        desk.show_view(view)
        qtbot.waitUntil(lambda: not desk.context.busy())
        qtbot.waitUntil(lambda: part_of(desk) == "page")
        assert focused().isVisible(), view
        press(Qt.Key.Key_Escape)
        qtbot.waitUntil(lambda: desk.context.view == "grid")
        assert focused() is desk.review.grid, view


def test_tab_goes_from_the_rail_over_the_page_to_the_status_bar(desk: MainWindow, qtbot: QtBot) -> None:
    for view in ("run", "report", "settings", "grid"):
        desk.show_view(view)
        qtbot.waitUntil(calm(desk))
        way = way_of_tab(desk)
        assert (way[0], way[-1]) == ("rail", "status"), view
        assert "page" in way, view
        assert len(way) == len(set(way)), f"{view}: through every part once, also through what came with an answer"


@pytest.mark.parametrize(("scale", "size", "named"), [(1.0, (1024, 700), True), (2.0, (1024, 700), False)])
def test_the_rail_never_cuts_its_names(
    desk: MainWindow, qtbot: QtBot, scale: float, size: tuple[int, int], named: bool
) -> None:
    theme.current().apply("dark", scale)
    try:
        desk.resize(*size)
        qtbot.waitUntil(lambda: desk.size().toTuple() == size)

        def fits() -> None:
            for one in desk._rail._buttons.values():
                assert (one.toolButtonStyle() is Qt.ToolButtonStyle.ToolButtonTextUnderIcon) == named
                assert one.height() >= one.sizeHint().height()

        qtbot.waitUntil(fits)
    finally:
        theme.current().apply("dark")


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_the_wizard_gives_its_room_to_the_step(desk: MainWindow, qtbot: QtBot, scale: float) -> None:
    theme.current().apply("dark", scale)
    try:
        desk.resize(1024, 700)
        desk.show_view("wizard")
        page = desk.page("wizard")
        assert isinstance(page, WizardPage)
        page.begin("run")

        def fits() -> None:
            assert page._way.isVisible() == (scale == 1.0)
            for one in (page.cancel, page.back, page.create_button, page.start_button):
                assert one.width() >= one.sizeHint().width()

        qtbot.waitUntil(fits)
    finally:
        theme.current().apply("dark")


def test_tab_comes_to_the_page_in_the_rail_that_is_shown(desk: MainWindow) -> None:
    desk.show_view("settings")
    reached = list(focus.reachable(desk._rail))
    assert reached == [desk._rail._buttons["settings"]]


def test_enter_presses_the_button_that_has_the_keyboard(qtbot: QtBot) -> None:
    pressed: list[str] = []
    made = button("Go", lambda: pressed.append("go"))
    qtbot.addWidget(made)
    QTest.keyClick(made, Qt.Key.Key_Return)
    QTest.keyClick(made, Qt.Key.Key_Enter)
    QTest.keyClick(made, Qt.Key.Key_Space)
    assert pressed == ["go"] * 3


def test_the_keyboard_stays_on_a_page_whose_button_goes_away(desk: MainWindow, qtbot: QtBot) -> None:
    desk.show_view("run")
    qtbot.waitUntil(lambda: not desk.context.busy())
    page = desk.page("run")
    assert isinstance(page, RunPage)
    page.start_button.setFocus()
    page.resume_button.show()
    page.start_button.hide()
    # what the page asks for meanwhile may hide the other button, too: then the keyboard goes on once more
    qtbot.waitUntil(lambda: part_of(desk) == "page" and focused().isVisible())


def test_escape_without_a_case_comes_back_to_the_start_page(make_desk: Callable[[], MainWindow]) -> None:
    window = make_desk()
    for view in ("models", "health", "settings"):
        window.show_view(view)
        press(Qt.Key.Key_Escape)
        assert window.context.view == "start", view


def test_escape_goes_back_through_the_wizard(desk: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    desk.show_view("wizard")
    page = desk.page("wizard")
    assert isinstance(page, WizardPage)
    page.begin("run")
    assert page.step == "analysis"
    assert focused() in (page.next, page.start_button) or page._stack.isAncestorOf(focused())
    press(Qt.Key.Key_Escape)
    assert page.step == "evidence"
    assert focused() is page.next
    press(Qt.Key.Key_Return)
    assert page.step == "analysis", "Enter goes on"
    press(Qt.Key.Key_Escape)
    press(Qt.Key.Key_Escape)
    assert desk.context.view == "run"


def test_enter_in_a_line_of_text_goes_on_in_the_wizard(make_desk: Callable[[], MainWindow], qtbot: QtBot) -> None:
    window = make_desk()
    window.show_view("wizard")
    page = window.page("wizard")
    assert isinstance(page, WizardPage)
    page.begin("case")
    assert isinstance(focused(), QLineEdit), "the number of the case"
    press(Qt.Key.Key_Return)
    assert page.step == "evidence"
    press(Qt.Key.Key_Escape)
    assert page.step == "case"
    press(Qt.Key.Key_Escape)
    assert window.context.view == "start"


def test_where_the_keyboard_is_can_be_seen_on_a_primary_button(qtbot: QtBot) -> None:
    """Its frame has the colour of its ground, so the colour of the frame alone shows nothing."""
    box = QWidget()
    qtbot.addWidget(box)
    made, other = button("Go", primary=True), QPushButton("Other")
    for one in (made, other):
        one.setParent(box)
    other.move(0, 80)
    box.resize(200, 160)
    box.show()
    box.activateWindow()
    qtbot.waitUntil(box.isActiveWindow)
    other.setFocus()
    before = made.grab().toImage()
    made.setFocus()
    after = made.grab().toImage()
    assert before.size() == after.size(), "nothing jumps"
    assert before != after


class _Shown(QObject):
    """Hears of every window that is shown."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - the name is Qt's
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            text = watched.text() if isinstance(watched, QLabel) else watched.objectName()
            self.found.append(f"{type(watched).__name__} {text}".strip())
        return False


def test_no_part_of_a_page_is_a_window_for_a_moment(desk: MainWindow, qtbot: QtBot) -> None:
    """What is shown before it stands in its page flashes up as a window of its own and takes the keyboard away."""
    shown, application = _Shown(), QApplication.instance()
    assert application is not None
    application.installEventFilter(shown)
    try:
        for view in VIEWS:
            desk.show_view(view)
            qtbot.waitUntil(lambda: not desk.context.busy())
    finally:
        application.removeEventFilter(shown)
    assert not shown.found, "\n".join(shown.found)
    assert desk.isActiveWindow()


def test_large_text_in_a_small_window_leaves_the_list_its_room(desk: MainWindow, qtbot: QtBot) -> None:
    facets, preview = desk.docks.docks["facets"], desk.docks.docks["preview"]
    desk.resize(1024, 700)
    qtbot.waitUntil(lambda: desk.width() == 1024)
    assert facets.isVisible()
    assert preview.isVisible()
    theme.current().apply("dark", 2.0)
    try:
        qtbot.waitUntil(lambda: not facets.isVisible())
        assert not preview.isVisible()
        qtbot.waitUntil(lambda: desk.review.grid.width() > 800)
        desk.docks.toggle_facets()
        assert facets.isVisible(), "asked for, they come all the same"
        desk.show_view("single")
        desk.show_view("grid")
        assert facets.isVisible()
    finally:
        theme.current().apply("dark")
    qtbot.waitUntil(lambda: facets.isVisible() and preview.isVisible())
