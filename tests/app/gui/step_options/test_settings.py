"""The options of the steps in the settings, for the computer, a case and the next run."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from app.gui.pages.option_rows import OptionRow
from app.gui.pages.settings import SettingsPage
from app.gui.preferences import Preferences
from app.gui.step_options import StepOptions
from tests.app.gui.step_options.driving import kept, typed


def setting(page: SettingsPage, name: str) -> OptionRow:
    rows = (row for _, some in page.steps.cards for row in some)
    return next(row for row in rows if isinstance(row, OptionRow) and row.fact.name == name)


def choose_scope(page: SettingsPage, index: int) -> None:
    page.steps.scope.setFocus()
    QTest.keyClick(page.steps.scope, Qt.Key.Key_Home)
    for _ in range(index):
        QTest.keyClick(page.steps.scope, Qt.Key.Key_Down)


def test_three_scopes_and_the_narrower_wins(settings_page: SettingsPage, qtbot: QtBot) -> None:
    context, row = settings_page.context, setting(settings_page, "threshold")
    options = StepOptions.of(context)
    typed(row, "0.9")
    assert context.preferences.values.step_options == {"bright": {"threshold": 0.9}}
    choose_scope(settings_page, 1)
    assert row.badge.text() == "every case"
    assert not row.reset.isVisible(), "here is nothing to take back"
    typed(row, "0.8")
    assert row.badge.text() == "this case"
    qtbot.waitUntil(lambda: kept(context) == {"bright": {"threshold": 0.8}})
    choose_scope(settings_page, 2)
    typed(row, "0.7")
    assert row.badge.text() == "next run"
    assert options.changes()["bright"]["threshold"] == 0.7
    qtbot.mouseClick(row.reset, Qt.MouseButton.LeftButton)
    assert options.changes()["bright"]["threshold"] == 0.8
    choose_scope(settings_page, 0)
    assert isinstance(row.field, QLineEdit)
    assert row.field.text() == "0.9"
    qtbot.mouseClick(row.reset, Qt.MouseButton.LeftButton)
    assert context.preferences.values.step_options == {}


def test_in_the_settings_a_bad_value_is_said_and_not_kept(settings_page: SettingsPage) -> None:
    row = setting(settings_page, "threshold")
    typed(row, "0.9")
    typed(row, "90")
    assert "out of range" in row.flaw.text()
    assert row.flaw.isVisible()
    assert settings_page.context.preferences.values.step_options == {"bright": {"threshold": 0.9}}
    typed(row, "0.4")
    assert not row.flaw.isVisible()
    assert settings_page.context.preferences.values.step_options == {"bright": {"threshold": 0.4}}


def test_the_search_finds_options_by_step_label_and_value(settings_page: SettingsPage) -> None:
    for asked in ("languages", "bright engine", "plain one"):
        settings_page.search.clear()
        QTest.keyClicks(settings_page.search, asked)
        assert settings_page.steps.isVisible(), asked
        assert not settings_page.program.isVisible(), asked
    assert not setting(settings_page, "threshold").isVisible()
    settings_page.search.clear()
    assert setting(settings_page, "threshold").isVisible()


def test_without_a_case_options_hold_for_the_computer(settings_page: SettingsPage) -> None:
    choose_scope(settings_page, 1)
    settings_page.context.close_case()
    assert settings_page.steps.chosen == "program"
    assert not settings_page.steps.scope.isEnabled()


def test_options_survive_the_program(preferences: Preferences) -> None:
    preferences.set(step_options={"bright": {"languages": ["de"], "gate": False}})
    preferences.flush()
    again = Preferences(preferences.path).values.step_options
    assert again == {"bright": {"languages": ["de"], "gate": False}}
