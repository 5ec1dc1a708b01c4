from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QInputDialog, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from app.gui.acts import Acts
from app.gui.facet_panel import DISPUTED, FacetPanel, chosen, toggled
from app.gui.facet_value import FacetValueLine
from app.gui.nothing_found import nothing_found
from app.gui.preview import pixels_ready_for
from app.gui.saved_filters import SavedFilters
from app.gui.terms import part_text
from app.gui.window import MainWindow
from core.case import filters
from core.case.case import Case
from core.case.filters import EVERYTHING, Filter, Sort
from core.case.overview import Reading
from core.case.saved import saved
from tests.app.gui.conftest import ITEMS

WAIT = 20_000
FILMS, SOUNDS = filters.kind("video"), filters.kind("audio")


def test_values_of_one_facet_are_joined_by_or() -> None:
    both = toggled(toggled(EVERYTHING, FILMS), SOUNDS)
    assert both == Filter((filters.kind("video", "audio"),))
    assert (chosen(both, FILMS), chosen(both, SOUNDS), chosen(both, filters.kind("image"))) == ("in", "in", "")
    assert toggled(both, FILMS) == Filter((SOUNDS,))
    assert toggled(toggled(both, FILMS), SOUNDS) == EVERYTHING


def test_a_value_can_be_left_out_and_comes_back_with_one_click() -> None:
    without = toggled(EVERYTHING, FILMS, negated=True)
    assert without == Filter((~FILMS,))
    assert chosen(without, FILMS) == "out"
    assert toggled(without, FILMS) == EVERYTHING


def test_bands_of_scores_grow_together() -> None:
    low, high = filters.group("explicit", least=0.2, most=0.3), filters.group("explicit", least=0.5, most=0.6)
    both = toggled(toggled(EVERYTHING, low), high)
    assert both == Filter((filters.group("explicit", least=0.2, most=0.6),))
    assert chosen(both, low) == chosen(both, filters.group("explicit", least=0.3, most=0.4)) == "in"
    assert toggled(both, low) == EVERYTHING


def test_different_facets_are_joined_by_and() -> None:
    assert toggled(Filter((FILMS,)), filters.flagged()) == Filter((FILMS, filters.flagged()))


def test_chips_say_what_they_do() -> None:
    said = [
        part_text(part)
        for part in (
            filters.kind("image", "video"),
            ~filters.reviewed(),
            filters.group("explicit", least=0.6),
            filters.label("ocr", least=0.25, most=0.5),
            filters.outcome("not analysed", analyzer="ocr"),
            filters.words("Rhein*"),
            filters.duration(least=60),
            Filter((filters.flagged(), filters.has_note()), "any"),
        )
    ]
    assert said == [
        "Picture, Film",
        "not: reviewed",
        "Explicit ≥ 0.60",
        "any finding: Text in pictures 0.25–0.50",
        "Text in pictures: not analysed",
        "“Rhein*”",
        "length ≥ 1:00",
        "second look or has a note",
    ]


@pytest.fixture
def panel(desk: MainWindow, qtbot: QtBot) -> FacetPanel:
    desk.context.show_view("grid")
    found = desk.findChild(FacetPanel)
    assert found is not None
    qtbot.waitUntil(lambda: line(found, "Film") is not None)
    return found


def line(panel: FacetPanel, text: str) -> FacetValueLine | None:
    lines = panel.findChildren(FacetValueLine)
    return next((one for one in lines if one.isVisible() and one.accessibleName().startswith(text)), None)


def click(panel: FacetPanel, text: str, button: Qt.MouseButton = Qt.MouseButton.LeftButton) -> None:
    found = line(panel, text)
    assert found is not None
    QTest.mouseClick(found, button)


def test_a_click_filters_and_counts_are_true(panel: FacetPanel, desk: MainWindow, qtbot: QtBot) -> None:
    found = line(panel, "Film")
    assert found is not None
    assert found.accessibleName() == f"Film: {ITEMS // 6}"
    with qtbot.waitSignal(desk.context.items.loaded):
        click(panel, "Film")
    assert len(desk.context.items) == ITEMS // 6
    with qtbot.waitSignal(desk.context.items.loaded):
        click(panel, "Sound")  # its count was not narrowed by the films
    assert len(desk.context.items) == ITEMS // 3
    with qtbot.waitSignal(desk.context.items.loaded):
        click(panel, "Other file", Qt.MouseButton.RightButton)
    assert desk.context.filter.parts[-1] == ~filters.kind("other")


def test_enter_chooses_and_arrows_move(panel: FacetPanel, desk: MainWindow, qtbot: QtBot) -> None:
    found = line(panel, "Film")
    assert found is not None
    found.setFocus()
    QTest.keyClick(found, Qt.Key.Key_Down)
    below = line(panel, "Sound")
    assert below is not None
    assert below.hasFocus()
    with qtbot.waitSignal(desk.context.items.loaded):
        QTest.keyClick(below, Qt.Key.Key_Return)
    assert desk.context.filter == Filter((SOUNDS,))


def test_chips_show_the_filter_and_take_it_back(panel: FacetPanel, desk: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(desk.context.items.loaded):
        click(panel, "Film")
    chips = [chip for chip in desk.review.filter_bar.findChildren(QPushButton) if chip.property("chip")]
    assert [chip.accessibleName() for chip in chips] == ["Remove filter: Film"]
    with qtbot.waitSignal(desk.context.items.loaded):
        chips[0].customContextMenuRequested.emit(QPoint())
    assert desk.context.filter == Filter((~FILMS,))
    chips = [chip for chip in desk.review.filter_bar.findChildren(QPushButton) if chip.property("chip")]
    with qtbot.waitSignal(desk.context.items.loaded):
        QTest.mouseClick(chips[-1], Qt.MouseButton.LeftButton)
    assert not desk.context.filter


def test_typing_searches_and_emptying_shows_everything(desk: MainWindow, qtbot: QtBot) -> None:
    QTest.keyClick(desk, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    box = desk.review.filter_bar.search
    assert box.hasFocus()
    with qtbot.waitSignal(desk.context.items.loaded):
        QTest.keyClicks(box, "video_0003")
    assert len(desk.context.items) == 1
    with qtbot.waitSignal(desk.context.items.loaded):
        box.clear()
    assert len(desk.context.items) == ITEMS


def test_escape_twice_shows_everything(panel: FacetPanel, desk: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(desk.context.items.loaded):
        click(panel, "Film")
    desk.review.grid.setFocus()
    QTest.keyClick(desk, Qt.Key.Key_Escape)
    assert desk.context.filter
    with qtbot.waitSignal(desk.context.items.loaded):
        QTest.keyClick(desk, Qt.Key.Key_Escape)
    assert not desk.context.filter


def test_an_empty_result_says_what_to_do(desk: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(desk.context.items.loaded):
        desk.context.set_filter(Filter((filters.name("nothing is called this"),)))
    note = desk.review._note
    assert note.isVisible()
    assert "Show everything" in note.text()


def test_an_empty_search_says_what_was_searched_and_how_far_it_was_read(desk: MainWindow, qtbot: QtBot) -> None:
    context, note = desk.context, desk.review._note
    with qtbot.waitSignal(context.items.loaded):
        context.set_filter(Filter().with_part(filters.kind("image")).with_part(filters.words("<Zebra>")))
    qtbot.waitUntil(lambda: "speech (" in note.text(), timeout=WAIT)
    assert "&lt;Zebra&gt;" in note.text()
    assert "names, notes, tags, text in pictures (not analysed), speech (not analysed)" in note.text()
    assert "Other filters are in force" in note.text()
    with qtbot.waitSignal(context.items.loaded):
        note.linkActivated.emit("words")
    assert context.filter == Filter().with_part(filters.words("<Zebra>"))
    qtbot.waitUntil(lambda: "speech (" in note.text(), timeout=WAIT)
    assert "Other filters" not in note.text()


def test_what_was_heard_but_not_written_down_was_not_searched() -> None:
    wanted = Filter().with_part(filters.words("Zebra"))
    found = nothing_found(wanted, {"ocr": Reading(29, 100), "speech": Reading(3, 6, writes=False)})
    assert "text in pictures (29 of 100 items read)" in found
    assert "speech (not written down" in found
    turned = nothing_found(Filter().with_part(filters.words("a\u202eb " + 500 * "x")))
    assert "\u202e" not in turned
    assert "x…" in turned
    assert 100 * "x" not in turned


def test_a_filter_is_kept_chosen_and_forgotten(
    panel: FacetPanel, desk: MainWindow, case_folder: Path, qtbot: QtBot
) -> None:
    kept = panel.findChild(SavedFilters)
    assert kept is not None
    with qtbot.waitSignal(desk.context.items.loaded):
        desk.context.set_list(Filter((FILMS,)), Sort("size", descending=True))
    QTest.keyClick(desk, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    dialog = kept.findChild(QInputDialog)
    assert dialog is not None
    dialog.setTextValue("Long films")
    dialog.accept()
    qtbot.waitUntil(lambda: len(kept._saved) == 1)
    with qtbot.waitSignal(desk.context.items.loaded):
        desk.context.set_list(EVERYTHING, Sort())
    button = next(one for one in kept.findChildren(QToolButton) if one.text() == "Long films")
    with qtbot.waitSignal(desk.context.items.loaded):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert (desk.context.filter, desk.context.sort) == (Filter((FILMS,)), Sort("size", descending=True))
    kept._forget(kept._saved[0])
    qtbot.waitUntil(lambda: not kept._saved)
    with Case.open(case_folder) as case, case.reading() as connection:
        assert not saved(connection)


def test_disputed_items_are_a_queue_with_a_count(desk: MainWindow, qtbot: QtBot) -> None:
    """Called wrong in the preview; then a line with a count that filters, shows a chip, and goes again."""
    context = desk.context
    assert context.case is not None
    panel = desk.findChildren(FacetPanel)[0]
    assert not [line for line in panel.findChildren(FacetValueLine) if line.term == DISPUTED]
    with context.case.reading() as connection:
        content = context.items.ids[1]
        finding = connection.exec_driver_sql("SELECT id FROM finding WHERE content_id = ?", (content,)).scalar_one()
    context.set_current(content)
    qtbot.waitUntil(lambda: pixels_ready_for(context, content))
    Acts.of(context).verdict(int(finding), "wrong")

    def line() -> FacetValueLine | None:
        lines = panel.findChildren(FacetValueLine)
        return next((one for one in lines if one.term == DISPUTED and one.isVisible()), None)

    qtbot.waitUntil(lambda: line() is not None)
    found = line()
    assert found is not None
    qtbot.mouseClick(found, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: list(context.items.ids) == [content])
    chips = [one.text() for one in desk.review.filter_bar.findChildren(QPushButton) if one.property("chip")]
    assert [text for text in chips if text.startswith("disputed")]
    context.actions["queue.unreviewed"].trigger()
    assert context.filter == Filter((~filters.reviewed(),))
    context.actions["queue.disputed"].trigger()
    qtbot.waitUntil(lambda: list(context.items.ids) == [content])
