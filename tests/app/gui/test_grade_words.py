"""What a grade is called and looks like, wherever a digit is shown: facets, chips, tips, badges."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app.gui import grades, theme
from app.gui.acts import Acts
from app.gui.facet_panel import FacetPanel
from app.gui.facet_value import FacetValueLine
from app.gui.item_painting import describe
from app.gui.window import MainWindow
from core.case import decisions, filters, schemes
from core.case.case import Case


@pytest.fixture
def graded(case_folder: Path, make_desk: Callable[[], MainWindow], qtbot: QtBot) -> MainWindow:
    """A desk on a case in which one item has the first grade."""
    with Case.open(case_folder) as case:
        decisions.grade(case, [1], "1")
    desk = make_desk()
    with qtbot.waitSignal(desk.context.items.loaded):
        desk.context.open_case(case_folder)
    desk.show_view("grid")
    return desk


def test_the_facet_names_the_grade(graded: MainWindow, qtbot: QtBot) -> None:
    panel = graded.findChild(FacetPanel)
    assert panel is not None

    def names() -> list[str]:
        return [line.accessibleName() for line in panel.findChildren(FacetValueLine) if line.isVisibleTo(panel)]

    qtbot.waitUntil(lambda: "1 Key evidence: 1" in names())


def test_chip_and_tip_name_it(graded: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: Acts.of(graded.context).scheme is not None)
    graded.context.set_filter(filters.Filter((filters.grade("1"),)))
    qtbot.waitUntil(lambda: graded.context.items.rowCount() == 1)
    chips = [button.text() for button in graded.findChildren(QPushButton) if button.property("chip")]
    assert [text for text in chips if text.startswith("grade 1 Key evidence")]
    qtbot.waitUntil(lambda: graded.context.items.cached(1) is not None)
    row = graded.context.items.cached(1)
    assert row is not None
    assert "Grade 1 Key evidence" in describe(row)


def test_badges_have_the_form_and_colour_of_the_scheme() -> None:
    own = schemes.neutral().model_copy(
        update={"grades": (schemes.Grade(key="7", name={"en": "Odd"}, color="grade-2", shape="hexagon"),)}
    )
    try:
        grades.use(own)
        assert (grades.shape("7"), grades.color_role("7"), grades.text("7")) == ("hexagon", "grade-2", "7 Odd")
        assert grades.text("4") == "4"
    finally:
        grades.use(None)
    for grade in schemes.neutral().grades:
        assert grades.shape(grade.key) == grade.shape
        assert grades.color_role(grade.key) == grade.color
    assert theme.current().color(grades.color_role("3")).isValid()
