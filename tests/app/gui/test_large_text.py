"""At 200 % nothing is cut: marks grow with the text, rows break, tabs keep their words, shares are not rounded away."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QLabel,
    QPushButton,
    QRadioButton,
    QStyle,
    QStyleOptionButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.gui import theme
from app.gui.columns import share
from app.gui.context import Context
from app.gui.elided import ElidedLabel
from app.gui.flow import Flow
from app.gui.pages.problems import ProblemsPage
from app.gui.preview.tabs import Tabs


@pytest.fixture
def large() -> Iterator[None]:
    theme.current().apply("dark", 2.0)
    yield
    theme.current().apply("dark", 1.0)


def mark(kind: type[QCheckBox] | type[QRadioButton], qtbot: QtBot) -> int:
    """Pixels of the mark of a check box or radio button as the style draws it."""
    box = kind("x")
    qtbot.addWidget(box)
    box.ensurePolished()
    option = QStyleOptionButton()
    option.initFrom(box)
    round_one = kind is QRadioButton
    metric = QStyle.PixelMetric
    wanted = metric.PM_ExclusiveIndicatorWidth if round_one else metric.PM_IndicatorWidth
    return box.style().pixelMetric(wanted, option, box)


@pytest.mark.parametrize("kind", [QCheckBox, QRadioButton])
def test_marks_grow_with_the_text(kind: type[QCheckBox] | type[QRadioButton], qtbot: QtBot) -> None:
    theme.current().apply("dark", 1.0)
    small = mark(kind, qtbot)
    theme.current().apply("dark", 2.0)
    try:
        assert mark(kind, qtbot) >= 1.8 * small
    finally:
        theme.current().apply("dark", 1.0)


def test_a_row_of_buttons_breaks_where_it_is_too_narrow(large: None, qtbot: QtBot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    row = Flow(holder, gap=8)
    buttons = [QPushButton(text) for text in ("Show in the grid", "Retry this kind (25)", "Exclude with reason…")]
    for button in buttons:
        row.addWidget(button)
    widest = max(button.sizeHint().width() for button in buttons)
    holder.resize(widest + 20, row.heightForWidth(widest + 20))
    holder.show()
    QApplication.processEvents()
    places = [button.geometry() for button in buttons]
    assert all(place.width() >= button.sizeHint().width() for place, button in zip(places, buttons, strict=True))
    assert all(holder.rect().contains(place) for place in places)
    assert not any(one.intersects(other) for one in places for other in places if one is not other)
    buttons[1].hide()
    assert row.heightForWidth(widest + 20) < holder.height()


def test_what_is_low_stands_in_the_middle_of_its_line(qtbot: QtBot) -> None:
    holder = QWidget()
    qtbot.addWidget(holder)
    row = Flow(holder, gap=8)
    said, button = QLabel("Backup of"), QPushButton("Go back to it")
    row.addWidget(said)
    row.addWidget(button)
    row.setGeometry(QRect(0, 0, 600, row.heightForWidth(600)))
    assert abs(said.geometry().center().y() - button.geometry().center().y()) <= 1


def test_tabs_leave_out_counts_before_words_are_cut(qtbot: QtBot) -> None:
    tabs = Tabs()
    qtbot.addWidget(tabs)
    pages = [QWidget() for _ in range(3)]
    for page, word, counted in zip(pages, ("Why", "Text", "Copies"), ("", "Text (12)", "Copies (20)"), strict=True):
        tabs.addTab(page, word)
        tabs.name(page, word, counted)
    tabs.resize(600, 200)
    tabs.show()
    tabs.fit()
    assert [tabs.tabText(place) for place in range(3)] == ["Why", "Text (12)", "Copies (20)"]
    room = tabs._needed(0) + 4
    assert room < tabs._needed(1)
    tabs.resize(room, 200)
    assert [tabs.tabText(place) for place in range(3)] == ["Why", "Text", "Copies"]
    assert not tabs.usesScrollButtons()
    tabs.resize(room // 2, 200)
    assert tabs.usesScrollButtons()
    assert tabs.elideMode() == Qt.TextElideMode.ElideNone


def test_problems_keep_a_list_that_can_be_read(large: None, context: Context, qtbot: QtBot) -> None:
    page = ProblemsPage(context)
    qtbot.addWidget(page)
    page._empty.hide()
    page._parts.show()
    page.resize(1250, 640)
    page.show()
    QApplication.processEvents()
    letters = page.list.width() / page.fontMetrics().averageCharWidth()
    assert letters >= 18
    for button in (page.show_button, page.again_button, page.exclude_button):
        assert button.width() >= button.sizeHint().width()


def test_a_line_without_room_ends_in_an_ellipsis_and_keeps_its_text(qtbot: QtBot) -> None:
    line = ElidedLabel("Relevant · a tag with many words in it")
    qtbot.addWidget(line)
    line.resize(80, 20)
    line.show()
    assert line.minimumSizeHint().width() == 0
    assert line.text() == "Relevant · a tag with many words in it"
    whole = ElidedLabel(line.fontMetrics().elidedText(line.text(), Qt.TextElideMode.ElideRight, 80))
    qtbot.addWidget(whole)
    whole.resize(80, 20)
    whole.show()
    assert line.grab().toImage() == whole.grab().toImage()


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [(0, 0, "0"), (0, 9, "0"), (1, 274, "< 1"), (137, 274, "50"), (999, 1000, "> 99"), (1000, 1000, "100")],
)
def test_some_is_never_nothing_and_not_all_is_never_all(part: int, whole: int, said: str) -> None:
    assert share(part, whole) == said
