"""The preview through keys and mouse, on real files: what is shown belongs to the name beside it, or nothing is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.gui.exposure import Rung
from app.gui.preview import pixels_ready_for
from app.gui.preview.lines import matches
from app.gui.preview.panel import PreviewPanel
from app.gui.window import MainWindow
from core.case import filters
from tests.app.gui.looking import BLUE, FILM_FRAMES, GREEN, HIT_FRAME, RED, make_case, open_and_wait
from tests.app.gui.previewing import WAIT, bar, choose, forget_what_is_near, is_colour, pixels, press


@pytest.fixture
def window(make_desk: Callable[[], MainWindow], looking: Path, tmp_path: Path, qtbot: QtBot) -> MainWindow:
    make_case(tmp_path / "case", looking)
    window = open_and_wait(make_desk(), tmp_path / "case", qtbot)
    window.review.focus_list()
    return window


@pytest.fixture
def panel(window: MainWindow) -> PreviewPanel:
    return PreviewPanel.all_of(window.context)[0]


# ---------------------------------------------------------------------- it never lies


def test_the_pixels_are_those_of_the_name(window: MainWindow, panel: PreviewPanel, qtbot: QtBot) -> None:
    window.context.exposure.next_blur()
    window.context.exposure.next_blur()  # nothing is blurred
    canvas = panel.stage.canvas
    for name, colour in (("a.png", RED), ("b.png", GREEN), ("c.png", BLUE), ("a.png", RED)):
        choose(window, name, qtbot)
        assert is_colour(canvas.image, colour)
        assert canvas._title is not None
        assert canvas._title.name == name
        assert name in canvas.accessibleDescription()


def test_another_item_takes_the_pixels_away_at_once(window: MainWindow, panel: PreviewPanel, qtbot: QtBot) -> None:
    choose(window, "a.png", qtbot)
    assert panel.stage.canvas.image is not None
    forget_what_is_near(panel)
    other = choose(window, "b.png", qtbot, wait=False)
    assert panel.stage.canvas.image is None  # before anything is decoded or painted
    assert not pixels_ready_for(window.context, other)
    qtbot.waitUntil(lambda: pixels_ready_for(window.context, other), timeout=WAIT)


def test_running_through_the_list_shows_only_the_last(window: MainWindow, panel: PreviewPanel, qtbot: QtBot) -> None:
    shown: list[tuple[int | None, int | None]] = []
    stage = panel.stage
    stage.ready_changed.connect(lambda: shown.append((stage.canvas.content, window.context.current)))
    for name in ("a.png", "b.png", "c.png", "a.png", "b.png"):
        choose(window, name, qtbot, wait=False)
    last = choose(window, "c.png", qtbot)
    assert stage.canvas.content == last
    assert all(of == current for of, current in shown)


def test_what_was_decoded_ahead_is_there_at_once(window: MainWindow, panel: PreviewPanel, qtbot: QtBot) -> None:
    choose(window, "a.png", qtbot)
    qtbot.waitUntil(lambda: len(panel._near) >= 3 and len(panel._feed._kept) >= 3, timeout=WAIT)
    content = choose(window, "b.png", qtbot, wait=False)
    assert pixels_ready_for(window.context, content)
    assert is_colour(panel.stage.canvas.image, GREEN)


def test_grading_waits_for_the_pixels(window: MainWindow, panel: PreviewPanel, qtbot: QtBot) -> None:
    choose(window, "b.png", qtbot)
    forget_what_is_near(panel)
    content = choose(window, "a.png", qtbot, wait=False)
    with qtbot.waitSignal(window.context.message) as told:
        press(Qt.Key.Key_1)
    assert "not show" in told.args[0]
    qtbot.waitUntil(lambda: pixels_ready_for(window.context, content), timeout=WAIT)
    with qtbot.waitSignal(window.context.changed):
        press(Qt.Key.Key_1)


@pytest.mark.parametrize(
    ("name", "words"), [("f.bin", "Not a picture"), ("g.jpg", "cannot be shown"), ("e.wav", "Sound")]
)
def test_what_has_no_pixels_says_why(
    window: MainWindow, panel: PreviewPanel, qtbot: QtBot, name: str, words: str
) -> None:
    choose(window, name, qtbot)
    assert panel.stage.canvas.image is None
    assert words in panel.stage.canvas.accessibleDescription()


def test_a_file_that_is_gone_is_not_blank(window: MainWindow, panel: PreviewPanel, qtbot: QtBot, looking: Path) -> None:
    away = (looking / "b.png").rename(looking.parent / "away.png")
    try:
        choose(window, "b.png", qtbot)
        assert "no longer there" in panel.stage.canvas.accessibleDescription()
    finally:
        away.rename(looking / "b.png")


# ---------------------------------------------------------------------- least exposure


def test_indicators_and_the_unknown_are_blurred_until_space_is_held(
    window: MainWindow, panel: PreviewPanel, qtbot: QtBot
) -> None:
    canvas = panel.stage.canvas

    def held() -> bool:
        """A window of another test that closes late takes the focus, and with it the key: then it is pressed anew."""
        if not window.context.exposure._pressed:
            window.review.focus_list()
            QTest.keyPress(QApplication.focusWidget(), Qt.Key.Key_Space)
        return canvas.image is not None

    for name, colour in (("a.png", RED), ("c.png", BLUE)):
        choose(window, name, qtbot)
        window.review.focus_list()
        assert not is_colour(canvas.image, colour)
        assert pixels(canvas.image).astype(float).std(axis=(0, 1)).max() < 12
        qtbot.waitUntil(lambda colour=colour: held() and is_colour(canvas.image, colour), timeout=WAIT)
        QTest.keyRelease(QApplication.focusWidget(), Qt.Key.Key_Space)
        assert canvas.image is None or not is_colour(canvas.image, colour)  # gone with the key, not after decoding
        qtbot.waitUntil(lambda: canvas.image is not None, timeout=WAIT)
        assert not is_colour(canvas.image, colour)
    choose(window, "b.png", qtbot)
    assert is_colour(canvas.image, GREEN)  # analysed, and nothing found: as it is


def test_the_ladder_goes_down_to_words(window: MainWindow, panel: PreviewPanel, qtbot: QtBot) -> None:
    choose(window, "b.png", qtbot)
    window.review.focus_list()
    exposure = window.context.exposure
    canvas = panel.stage.canvas
    for rung in (Rung.GREY, Rung.BLURRED, Rung.MASKED, Rung.SMALL, Rung.CARD):
        press(Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
        assert exposure.comfort.ceiling is rung
        qtbot.waitUntil(lambda: panel.stage.ready, timeout=WAIT)
        if rung is Rung.GREY:
            values = pixels(canvas.image)
            assert np.array_equal(values[:, :, 0], values[:, :, 2])
        elif rung is Rung.MASKED:
            assert "covered" in canvas.accessibleDescription()  # nobody looked for bodies: it says so
        elif rung is Rung.SMALL:
            assert max(pixels(canvas.image).shape) == 64
    assert canvas.image is None
    assert "Müller AG" in canvas.accessibleDescription()


def test_f9_hides_everything_and_nothing_can_be_done_meanwhile(
    window: MainWindow, panel: PreviewPanel, qtbot: QtBot
) -> None:
    content = choose(window, "b.png", qtbot)
    window.review.focus_list()
    press(Qt.Key.Key_F9)
    assert window.context.exposure.hidden
    assert panel.stage.canvas.image is None
    picture = window.grab().toImage()
    colours = {picture.pixelColor(x, y).name() for x in range(5, picture.width(), 97) for y in range(5, 300, 41)}
    assert len(colours) == 1
    press(Qt.Key.Key_1)
    press(Qt.Key.Key_F9)
    assert not window.context.exposure.hidden
    qtbot.waitUntil(lambda: pixels_ready_for(window.context, content), timeout=WAIT)
    assert window.context.items.cached(content).grade is None


# ---------------------------------------------------------------------- zoom, boxes, hits


def test_zoom_pan_turn(window: MainWindow, panel: PreviewPanel, qtbot: QtBot) -> None:
    choose(window, "b.png", qtbot)
    canvas = panel.stage.canvas
    fitting = canvas.zoom
    press(Qt.Key.Key_Plus)
    assert canvas.zoom == pytest.approx(fitting * 1.25)
    press(Qt.Key.Key_Z)
    assert canvas.zoom == fitting
    corner = canvas.place().map(0.0, 0.0)
    press(Qt.Key.Key_R)
    assert canvas.rotation == 90
    assert canvas.place().map(0.0, 0.0) != corner
    for _ in range(8):
        press(Qt.Key.Key_Plus)
    before = canvas.place().dx()
    middle = canvas.rect().center()
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseMove(canvas, middle + QPoint(30, 0))
    QTest.mouseMove(canvas, middle + QPoint(60, 10))
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=middle + QPoint(60, 10))
    assert canvas.place().dx() > before


def test_a_click_on_a_box_tells_its_reasons(window: MainWindow, panel: PreviewPanel, qtbot: QtBot) -> None:
    choose(window, "a.png", qtbot)
    canvas = panel.stage.canvas
    x, y = canvas.place().map(0.5, 0.5)
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(round(x), round(y)))
    told = panel.why.card.table.text()
    assert "0.81 ≥ 0.25" in told
    assert "80 × 45 pixels at 40, 22" in told
    assert panel.why.card.isVisibleTo(panel.why)


def test_the_slider_filters_boxes_and_list_at_once(window: MainWindow, panel: PreviewPanel, qtbot: QtBot) -> None:
    choose(window, "a.png", qtbot)
    assert len(panel.stage.canvas._marks) == 2
    panel.why.slider.setFocus()
    panel.why.slider.setValue(45)
    press(Qt.Key.Key_PageUp)
    assert panel.why.threshold == pytest.approx(0.50)
    assert len(panel.stage.canvas._marks) == 1
    assert panel.why.list.model().rowCount() == 1


def test_the_button_that_filters_the_list_says_what_is_so(
    window: MainWindow, panel: PreviewPanel, qtbot: QtBot
) -> None:
    context, button = window.context, panel.why._to_list
    choose(window, "a.png", qtbot)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert len(context.filter.parts) == 1
    window.review.filter_bar.clear()
    assert not button.isChecked()
    panel.why.slider.setValue(40)
    assert not context.filter  # the slider does not bring back what was taken away
    qtbot.waitUntil(lambda: not context.items.busy, timeout=WAIT)


def test_hits_are_gone_through_with_h(window: MainWindow, panel: PreviewPanel, qtbot: QtBot) -> None:
    choose(window, "d.mp4", qtbot)
    window.review.focus_list()
    assert panel.stage.on_storyboard
    press(Qt.Key.Key_H)
    qtbot.waitUntil(lambda: panel.stage.place == HIT_FRAME, timeout=WAIT)
    assert len(panel.stage.canvas._marks) == 1
    press(Qt.Key.Key_Period)
    qtbot.waitUntil(lambda: panel.stage.place == HIT_FRAME + 1, timeout=WAIT)
    assert panel.stage.canvas._marks == []  # the box belongs to one frame


# ---------------------------------------------------------------------- films, pages, sound


def test_frames_are_stepped_exactly(window: MainWindow, panel: PreviewPanel, qtbot: QtBot) -> None:
    window.context.exposure.next_blur()
    window.context.exposure.next_blur()
    choose(window, "d.mp4", qtbot)
    window.review.focus_list()
    stage = panel.stage
    press(Qt.Key.Key_Period)
    for number in (0, 1, 2, 3):
        qtbot.waitUntil(lambda number=number: stage.ready and stage.place == number, timeout=WAIT)
        assert bar(stage.canvas.image) == number
        assert f"frame {number}" in stage.canvas._title.place
        press(Qt.Key.Key_Period)
    qtbot.waitUntil(lambda: stage.place == 4, timeout=WAIT)
    press(Qt.Key.Key_Comma)
    qtbot.waitUntil(lambda: stage.place == 3, timeout=WAIT)
    assert bar(stage.canvas.image) == 3


def test_a_click_on_the_axis_goes_there(window: MainWindow, panel: PreviewPanel, qtbot: QtBot) -> None:
    window.context.exposure.next_blur()
    window.context.exposure.next_blur()
    choose(window, "d.mp4", qtbot)
    axis = panel.stage.timeline
    QTest.mouseClick(axis, Qt.MouseButton.LeftButton, pos=QPoint(round(axis._x(1.0)), axis.height() // 2))
    qtbot.waitUntil(lambda: panel.stage.ready and not panel.stage.on_storyboard, timeout=WAIT)
    assert abs((panel.stage.place or 0) - 25) <= 1
    assert bar(panel.stage.canvas.image) == panel.stage.place


def test_a_film_plays_to_its_end_and_stops(window: MainWindow, panel: PreviewPanel, qtbot: QtBot) -> None:
    choose(window, "d.mp4", qtbot)
    window.review.focus_list()
    assert not panel.stage.playback.playing  # never by itself
    panel.stage.go_to_time(1.6)
    qtbot.waitUntil(lambda: panel.stage.ready, timeout=WAIT)
    press(Qt.Key.Key_K)
    assert panel.stage.playback.playing
    qtbot.waitUntil(lambda: not panel.stage.playback.playing, timeout=WAIT)
    assert panel.stage.playback.position == pytest.approx(FILM_FRAMES / 25, abs=0.01)


def test_a_tap_of_space_plays_and_the_next_item_stops(window: MainWindow, panel: PreviewPanel, qtbot: QtBot) -> None:
    choose(window, "e.wav", qtbot)
    window.review.focus_list()
    press(Qt.Key.Key_Space)
    assert panel.stage.playback.playing
    choose(window, "b.png", qtbot)
    assert not panel.stage.playback.playing


def test_pages_are_turned(window: MainWindow, panel: PreviewPanel, qtbot: QtBot) -> None:
    choose(window, "h.tif", qtbot)
    window.review.focus_list()
    stage = panel.stage
    for page in (1, 2):
        press(Qt.Key.Key_Period)
        qtbot.waitUntil(lambda page=page: stage.ready and stage.place == page, timeout=WAIT)
        assert stage.canvas._title.place == f"{page + 1} / 3"
    assert abs(int(pixels(stage.canvas.image)[5, 5, 0]) - 250) < 8


# ---------------------------------------------------------------------- the panels beside it


def test_text_lines_show_where_they_stand(window: MainWindow, panel: PreviewPanel, qtbot: QtBot) -> None:
    choose(window, "b.png", qtbot)
    panel.tabs.setCurrentWidget(panel.texts)
    view = panel.texts.list
    assert [view.model().index(row, 0).data() for row in range(2)] == ["Müller AG", "zweite Zeile"]
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(view.model().index(1, 0)).center())
    finding = view.model().index(1, 0).data(Qt.ItemDataRole.UserRole)
    assert panel.stage.canvas._active == finding.id


def test_f3_goes_through_the_places_of_the_searched_words(
    window: MainWindow, panel: PreviewPanel, qtbot: QtBot
) -> None:
    context = window.context
    told: list[str] = []
    context.message.connect(lambda text, _undo: told.append(text))
    choose(window, "b.png", qtbot)
    window.review.focus_list()
    press(Qt.Key.Key_F3)
    assert "Ctrl+F" in told[-1]
    context.set_filter(filters.Filter((filters.words("zweite"),)))
    qtbot.waitUntil(lambda: len(context.items) == 1 and not context.items.busy, timeout=WAIT)
    panel.tabs.setCurrentWidget(panel.why)
    press(Qt.Key.Key_F3)
    assert panel.tabs.currentWidget() is panel.texts
    assert panel.texts.list.currentIndex().data() == "zweite Zeile"
    assert panel.stage.canvas._active == panel.texts.list.currentIndex().data(Qt.ItemDataRole.UserRole).id
    assert told[-1].startswith("Place 1 of 1")
    context.set_filter(filters.Filter())
    qtbot.waitUntil(lambda: len(context.items) == 8 and not context.items.busy, timeout=WAIT)


@pytest.mark.parametrize(
    ("words", "marked"),
    [(["muller"], ["Müller"]), (["mueller"], ["Müller"]), (["MÜLL*"], ["Müller"]), (["ag"], ["AG"]), (["xyz"], [])],
)
def test_searched_words_are_found_in_every_spelling(words: list[str], marked: list[str]) -> None:
    text = "Die Müller AG"
    assert [text[start : start + length] for start, length in matches(text, words)] == marked


def test_facts_and_copies_are_there(window: MainWindow, panel: PreviewPanel, qtbot: QtBot, looking: Path) -> None:
    choose(window, "b.png", qtbot)
    panel.tabs.setCurrentWidget(panel.facts)
    facts = panel.facts.sheet.toPlainText()
    assert "image/png" in facts
    assert "SHA-256" in facts
    panel.facts.search.setText("sha-256")
    assert "image/png" not in panel.facts.sheet.toPlainText()
    panel.tabs.setCurrentWidget(panel.copies)
    assert str(looking) in panel.copies.sheet.toPlainText()


def test_not_analysed_failed_and_nothing_found_are_different_words(
    window: MainWindow, panel: PreviewPanel, qtbot: QtBot
) -> None:
    said = {}
    for name in ("c.png", "g.jpg", "f.bin"):
        choose(window, name, qtbot)
        said[name] = panel.why._coverage.text()
    assert "Not analysed yet" in said["c.png"]
    assert "failed" in said["g.jpg"]
    assert "It is damaged." in said["g.jpg"]
    assert "nothing found" in said["f.bin"]


def test_looking_leaves_the_evidence_as_it_was(
    window: MainWindow, panel: PreviewPanel, qtbot: QtBot, looking: Path
) -> None:
    before = {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in looking.iterdir()}
    for name in ("a.png", "d.mp4", "e.wav", "h.tif", "g.jpg"):
        choose(window, name, qtbot)
    panel.stage.toggle_play()
    assert {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in looking.iterdir()} == before
