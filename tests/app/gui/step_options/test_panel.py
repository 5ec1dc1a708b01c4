"""The options of a step in the run panel: what is shown and said, through real keys and clicks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QLocale, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from app.gui import languages
from app.gui.context import Context
from app.gui.pages.option_rows import ValueList
from app.gui.pages.wizard import WizardPage
from app.gui.step_options import flaw_text, language_title, options_text, range_text, value_text
from core.options import Flaw
from tests.app.gui.step_options.driving import FACTS, opened_row, option, optioned, pick, shown, typed


def test_options_are_behind_a_button_and_only_where_there_are_any(wizard: WizardPage, qtbot: QtBot) -> None:
    steps = wizard.analysis.rows
    assert steps["bright"]._button.text() == "Options"
    assert not steps["bright"].panel.isVisible()
    assert not steps["plainest"]._button.isVisible()
    step = opened_row(wizard, qtbot)
    assert [row.fact.name for row in step.rows if row.isVisible()] == ["engine", "languages", "gate"]
    qtbot.mouseClick(step.more_button, Qt.MouseButton.LeftButton)
    assert all(row.isVisible() for row in step.rows)
    qtbot.mouseClick(step._button, Qt.MouseButton.LeftButton)
    assert not step.panel.isVisible()


def test_everything_can_be_reached_by_keys_and_has_a_name(wizard: WizardPage, qtbot: QtBot) -> None:
    step = wizard.analysis.rows["bright"]
    step.box.setFocus()
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is step._button
    assert "bright" in step._button.accessibleName()
    QTest.keyClick(step._button, Qt.Key.Key_Space)
    assert step.panel.isVisible()
    qtbot.mouseClick(step.more_button, Qt.MouseButton.LeftButton)
    step._button.setFocus()
    reached = []
    for _ in range(12):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        reached.append(QApplication.focusWidget())
        if reached[-1] is step.more_button:
            break
    chosen = option(step, "languages").option.choose
    fields = [row.field for row in step.rows]
    assert reached == [*fields[:2], chosen, *fields[2:], step.more_button]
    pick(option(step, "engine"), "plain")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is option(step, "engine").reset
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
    assert wizard.analysis.settings().options == {}
    for row in step.rows:
        assert row.field.accessibleName().startswith("bright: ")
        assert row.field.accessibleDescription()
        assert row.reset.accessibleName()
    languages_row = option(step, "languages")
    assert languages_row.option.choose.accessibleName() == "Choose: Languages"


def test_what_is_the_default_anyway_is_not_recorded(wizard: WizardPage, qtbot: QtBot) -> None:
    step = opened_row(wizard, qtbot)
    typed(option(step, "languages"), "auto")
    pick(option(step, "engine"), "auto")
    assert wizard.analysis.settings().options == {}
    assert step._button.text() == "Options"


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("languages", "de, xx", "Not known here: xx."),
        ("languages", "", "Name at least one, or write auto."),
        ("threshold", "3", "3 is out of range. From 0.01 to 1."),
        ("threshold", "half", "“half” is no number."),
        ("smallest", "8.5", "“8.5” is no whole number. At least 8."),
        ("smallest", "7", "7 is out of range. At least 8."),
    ],
)
def test_a_bad_value_is_said_beside_the_field_and_stops_the_start(
    wizard: WizardPage, qtbot: QtBot, name: str, text: str, said: str
) -> None:
    step = opened_row(wizard, qtbot)
    qtbot.mouseClick(step.more_button, Qt.MouseButton.LeftButton)
    row = option(step, name)
    assert wizard.start_button.isEnabled()
    typed(row, text)
    assert row.flaw.isVisible()
    assert said in row.flaw.text()
    assert said in row.field.accessibleDescription()
    assert said in wizard.hint.text()
    assert "cannot be used" in step.said.text()
    assert not wizard.start_button.isEnabled()
    qtbot.mouseClick(step.box, Qt.MouseButton.LeftButton, pos=QPoint(8, step.box.height() // 2))
    assert not step.box.isChecked()
    assert wizard.start_button.isEnabled()  # what is not run need not be right
    step.box.click()
    qtbot.mouseClick(row.reset, Qt.MouseButton.LeftButton)
    assert not row.flaw.isVisible()
    assert wizard.start_button.isEnabled()


def test_a_language_without_its_pack_is_possible_and_said(wizard: WizardPage, qtbot: QtBot) -> None:
    step = opened_row(wizard, qtbot)
    row = option(step, "languages")
    typed(row, "ar")
    assert "pack-arabic" in row.lack.text()
    assert wizard.start_button.isEnabled()


def test_scrolling_over_a_choice_does_not_change_it(wizard: WizardPage, qtbot: QtBot) -> None:
    step = opened_row(wizard, qtbot)
    row = option(step, "engine")
    box = row.field
    assert isinstance(box, QComboBox)
    wheel = QWheelEvent(
        QPointF(5, 5), box.mapToGlobal(QPointF(5, 5)), QPoint(0, -120), QPoint(0, -120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(box, wheel)
    assert box.currentData() == "auto"
    assert wizard.analysis.settings().options == {}


# ---------------------------------------------------------------------- several of many


def test_languages_are_chosen_from_a_list_by_keys(wizard: WizardPage, qtbot: QtBot) -> None:
    dialog = ValueList(wizard, FACTS[1], ["de"])
    qtbot.addWidget(dialog)
    dialog.show()
    shown_texts = [dialog.list.item(row).text() for row in range(dialog.list.count())]
    assert shown_texts == ["de (Deutsch)", "en (English)", "ru (русский)", "ar (العربية) – pack-arabic not installed"]
    QTest.keyClicks(dialog.search, "ru (")
    assert [row for row in range(4) if not dialog.list.isRowHidden(row)] == [2]
    dialog.list.setFocus()
    dialog.list.setCurrentRow(2)
    QTest.keyClick(dialog.list, Qt.Key.Key_Space)
    assert dialog.chosen == ["de", "ru"]
    dialog.list.setCurrentRow(0)
    QTest.keyClick(dialog.list, Qt.Key.Key_Space)
    dialog.list.setCurrentRow(2)
    QTest.keyClick(dialog.list, Qt.Key.Key_Space)
    assert dialog.chosen == "auto"


def test_the_list_gives_its_choice_to_the_field(
    wizard: WizardPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = opened_row(wizard, qtbot)
    row = option(step, "languages")
    asked: list[Any] = []

    def answer(_parent: object, _fact: object, chosen: Any) -> list[str]:
        asked.append(chosen)
        return ["en", "ru"]

    monkeypatch.setattr(ValueList, "ask", answer)
    typed(row, "de")
    qtbot.mouseClick(row.option.choose, Qt.MouseButton.LeftButton)
    assert asked == [["de"]]
    assert isinstance(row.field, QLineEdit)
    assert row.field.text() == "en, ru"
    assert wizard.analysis.settings().options == {"bright": {"languages": ["en", "ru"]}}


# ---------------------------------------------------------------------- in words


@pytest.fixture
def german(qtbot: QtBot) -> Iterator[None]:
    assert languages.install("de") == "de"
    yield
    languages.install("en")


def test_numbers_are_read_and_written_as_the_language_does(
    german: None, context: Context, fresh: Path, qtbot: QtBot
) -> None:
    context.open_case(fresh)
    page = shown(context, qtbot)
    step = opened_row(page, qtbot)
    qtbot.mouseClick(step.more_button, Qt.MouseButton.LeftButton)
    row = option(step, "threshold")
    assert isinstance(row.field, QLineEdit)
    assert row.field.text() == "0,5"
    typed(row, "0,25")
    assert page.analysis.settings().options == {"bright": {"threshold": 0.25}}
    typed(row, "0.75")
    assert page.analysis.settings().options == {"bright": {"threshold": 0.75}}
    box = option(step, "engine").field
    assert isinstance(box, QComboBox)
    assert box.itemText(1) == "das einfache"


def test_values_and_flaws_in_words() -> None:
    engine, named, gate, threshold, smallest = FACTS
    assert value_text(engine, "plain") == "the plain one"
    assert value_text(named, "ru,de") == "de, ru"
    assert value_text(gate, False) == "off"
    assert value_text(threshold, 0.05) == QLocale().toString(0.05, "f", 2)
    assert range_text(replace(threshold, open_least=True)) == "Between 0.01 and 1."
    assert range_text(replace(threshold, least=None)) == "At most 1."
    assert range_text(replace(threshold, least=None, open_most=True)) == "Less than 1."
    assert range_text(replace(smallest, open_least=True)) == "More than 8."
    assert "pack-large" in flaw_text(engine, Flaw("missing", "pack-large"))
    assert "Choose from the list" in flaw_text(engine, Flaw("value", "huge"))
    assert language_title("de") == "de (Deutsch)"
    assert language_title("inh").startswith("inh")
    said = options_text({"bright": {"engine": "plain", "odd": 3}, "gone": {"x": 1}}, (optioned(),))
    assert said == "bright: Engine the plain one, odd 3  ·  gone: x 1"
