"""How much is seen: what is blurred when, what is counted, and that nobody else learns of it."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QInputDialog
from pytestqt.qtbot import QtBot

from app.gui.context import Context
from app.gui.exposure import Exposure, ExposureChip, takes_text
from app.gui.item_painting import sensitive
from app.gui.preview.subject import load
from app.gui.rungs import Comfort, Rung, treatment
from app.gui.window import MainWindow
from core.case import browse
from core.case.runs import Runs
from core.case.store import Store
from core.decode.preview import Treatment
from core.records import Outcome, Region, State
from tests.support.backend import info


@pytest.fixture
def exposure(context: Context) -> Exposure:
    return Exposure.of(context)


def test_there_is_one_for_a_window(context: Context, exposure: Exposure) -> None:
    assert Exposure.of(context) is exposure is context.exposure


def test_by_default_what_is_flagged_or_unknown_is_blurred(exposure: Exposure) -> None:
    assert exposure.rung(sensitive=True) is Rung.BLURRED
    assert exposure.rung(sensitive=False) is Rung.FULL
    assert exposure.comfort.muted
    assert not exposure.comfort.autoplay


def test_blur_goes_round(exposure: Exposure) -> None:
    seen = []
    for _ in range(3):
        exposure.next_blur()
        seen.append((exposure.rung(sensitive=True), exposure.rung(sensitive=False)))
    assert seen == [(Rung.BLURRED, Rung.BLURRED), (Rung.FULL, Rung.FULL), (Rung.BLURRED, Rung.FULL)]


def test_grey_and_the_ceiling(exposure: Exposure) -> None:
    exposure.toggle_grey()
    assert exposure.rung(sensitive=False) is Rung.GREY
    exposure.set_ceiling(Rung.SMALL)
    assert exposure.rung(sensitive=False) is Rung.SMALL
    assert exposure.rung(sensitive=True) is Rung.SMALL
    exposure.step(-5)
    assert exposure.rung(sensitive=True) is Rung.CARD
    exposure.revealed = True
    assert exposure.rung(sensitive=True) is Rung.FULL
    assert exposure.rung(sensitive=True, beside=True) is Rung.CARD
    exposure.hidden = True
    assert exposure.rung(sensitive=True) is Rung.CARD


@pytest.mark.parametrize(
    ("rung", "expected"),
    [
        (Rung.CARD, None),
        (Rung.SMALL, Treatment(side=64)),
        (Rung.MASKED, Treatment(masks=(Region(0, 0, 1, 1),))),
        (Rung.BLURRED, Treatment(blur=True)),
        (Rung.GREY, Treatment(grey=True)),
        (Rung.FULL, Treatment()),
    ],
)
def test_every_rung_takes_something_away(rung: Rung, expected: Treatment | None) -> None:
    assert treatment(rung, masks=[Region(0, 0, 1, 1)]) == expected


def test_what_is_chosen_is_remembered(context: Context, exposure: Exposure) -> None:
    exposure.toggle_grey()
    exposure.toggle_muted()
    exposure.set_ceiling(Rung.BLURRED)
    assert Comfort.remembered(context.preferences.value("comfort")) == exposure.comfort


@pytest.mark.parametrize(
    "found", [{}, {"blur": "x", "ceiling": 99, "grey": 1, "muted": None}, {"ceiling": "FULL", "break_after": "soon"}]
)
def test_nonsense_in_the_preferences_is_the_default(found: dict[str, object]) -> None:
    assert Comfort.remembered(found) == Comfort()


def test_the_counter_is_private_and_holds_sums_only(context: Context, exposure: Exposure, tmp_path: Path) -> None:
    exposure.watch(4711)
    exposure.seconds_today += 20
    exposure._unsaved = 20
    exposure.watch(None)
    assert exposure.items_today == 1
    kept = context.preferences.value("exposure")
    assert set(kept) == {"day", "seconds", "items"}
    assert "4711" not in json.dumps(kept)
    exposure.watch(4711)
    exposure.watch(None)
    assert exposure.items_today == 1  # the same item is counted once


def test_a_break_is_suggested_once_in_a_while(qtbot: QtBot, desk: MainWindow) -> None:
    exposure = desk.context.exposure
    exposure.set_comfort(Comfort(break_after=1))
    exposure.watch(1)
    assert exposure._tick.isActive()  # every second; the preview, which comes when it comes, may watch another
    exposure.seconds_today = 59.9999
    time.sleep(0.002)
    with qtbot.waitSignal(exposure.break_due, timeout=5000):
        exposure.watch(None)


def test_space_reveals_what_is_looked_at_and_not_the_whole_grid(
    desk: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: dict[Path, bool] = {}
    grid, case = desk.review.grid, desk.context.case
    assert case is not None
    monkeypatch.setattr(grid._thumbnails, "get", lambda wish: asked.update({wish.path: wish.blur}))
    row = desk.context.items.row(0)
    assert row is not None
    desk.context.set_current(row.id)
    desk.context.exposure.set_comfort(Comfort(blur="all"))
    desk.context.exposure.revealed = True
    grid.viewport().repaint()
    current = case.thumbnail(row.sha256)
    assert asked.pop(current) is False
    assert asked
    assert all(asked.values())


def test_what_only_other_steps_have_seen_stays_covered(opened: Context) -> None:
    """Text was read, or the look for indicators failed: nobody knows what is in the picture."""
    case = opened.case
    assert case is not None
    run = Runs(case).start({}, {}, "test")
    with case.connected() as connection, connection.begin():
        store = Store(connection, run)
        fresh, failed = 56, 10  # of `conftest.fill`: not looked at, and failed
        assert browse.rows(connection, [failed])[0].state == "failed"
        ocr = store.config(replace(info("ocr"), groups={}), {"b": 1})
        store.outcomes([(number, ocr, Outcome("ocr", State.DONE), 0) for number in (fresh, failed, 1)])
        rows = browse.rows(connection, [fresh, failed, 1])
        subjects = [load(connection, number) for number in (fresh, failed, 1)]
    assert [row.looked for row in rows] == [False, False, True]
    assert rows[0].state == "done"
    assert [sensitive(row) for row in rows[:2]] == [True, True]
    assert [subject is not None and subject.looked for subject in subjects] == [False, False, True]
    assert [subject is not None and subject.sensitive for subject in subjects[:2]] == [True, True]


def test_the_chip_makes_no_promise(context: Context, qtbot: QtBot) -> None:
    chip = ExposureChip(context)
    qtbot.addWidget(chip)
    assert "not proven to protect" in chip.toolTip()
    assert "never in the case" in chip.toolTip()


def test_hiding_covers_every_window(desk: MainWindow, qtbot: QtBot) -> None:
    exposure = desk.context.exposure
    desk.context.actions["hide-everything"].trigger()
    assert len(exposure._covers) == len([one for one in QApplication.topLevelWidgets() if one.isVisible()])
    assert all(cover.size() == cover.parentWidget().size() for cover in exposure._covers)
    desk.context.actions["hide-everything"].trigger()
    assert exposure._covers == []


def test_the_key_that_hides_works_before_a_modal_dialog_too(desk: MainWindow, qtbot: QtBot) -> None:
    exposure = desk.context.exposure
    dialog = QInputDialog(desk)
    qtbot.addWidget(dialog)
    dialog.open()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is dialog and dialog.focusWidget() is not None)
    QTest.keyClick(dialog.windowHandle(), Qt.Key.Key_F9)
    assert exposure.hidden
    assert {cover.parentWidget() for cover in exposure._covers} == {desk, dialog}
    QTest.keyClick(dialog.windowHandle(), Qt.Key.Key_X)
    assert dialog.textValue() == ""  # nothing is typed blindly
    QTest.keyClick(dialog.windowHandle(), Qt.Key.Key_F9)
    assert not exposure.hidden
    dialog.reject()
    desk.activateWindow()
    qtbot.waitUntil(desk.isActiveWindow)
    QTest.keyClick(desk.windowHandle(), Qt.Key.Key_F9)  # heard once, not by the action and the focus
    assert exposure.hidden
    QTest.keyClick(desk.windowHandle(), Qt.Key.Key_F9)
    assert not exposure.hidden


def test_text_fields_are_told_apart(desk: MainWindow) -> None:
    assert takes_text(desk.review.filter_bar.search)
    assert not takes_text(desk.review.grid)
