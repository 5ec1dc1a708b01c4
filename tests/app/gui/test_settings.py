from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from app.gui.context import Context
from app.gui.pages.presets import PRESETS, run_settings
from app.gui.pages.setting_rows import SettingRow
from app.gui.pages.settings import SettingsPage
from app.gui.preferences import DEFAULTS, Preferences
from core.case import schemes
from tests.support.backend import info


def test_what_is_chosen_survives(preferences: Preferences) -> None:
    preferences.set(theme="light", font_scale=1.3)
    preferences.set_value("table.columns", ["name", "size"])
    preferences.flush()
    again = Preferences(preferences.path)
    assert (again.values.theme, again.values.font_scale) == ("light", 1.3)
    assert again.value("table.columns") == ["name", "size"]


def test_changes_are_said_once_and_only_real_ones(preferences: Preferences, qtbot: QtBot) -> None:
    heard: list[str] = []
    preferences.changed.connect(heard.append)
    preferences.set(theme="light")
    preferences.set(theme="light")
    preferences.set_value("x", 1)
    preferences.set_value("x", 1)
    assert heard == ["theme", "x"]


def test_impossible_values_change_nothing(preferences: Preferences) -> None:
    with pytest.raises(ValueError, match="font_scale"):
        preferences.set(font_scale=9.0)
    with pytest.raises(ValueError, match="no such preference"):
        preferences.set(colour="red")
    assert preferences.values == DEFAULTS


def test_a_broken_file_is_kept_aside_and_said(tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "desk.json"
    path.write_text("{ not json", encoding="utf-8")
    preferences = Preferences(path)
    assert preferences.values == DEFAULTS
    assert preferences.complaint
    assert (tmp_path / "desk.unreadable").read_text(encoding="utf-8") == "{ not json"


def test_one_unknown_value_does_not_cost_the_others(tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "desk.json"
    stored = {"values": {"theme": "purple", "language": "de", "from_the_future": 1}, "views": {}}
    path.write_text(json.dumps(stored), encoding="utf-8")
    values = Preferences(path).values
    assert (values.theme, values.language) == ("dark", "de")


def test_recent_cases_hold_what_is_allowed(preferences: Preferences, tmp_path: Path) -> None:
    preferences.remember_case(tmp_path / "a", "Keller")
    assert [one.name for one in preferences.values.recent] == [""]
    preferences.allow_recent("name")
    preferences.remember_case(tmp_path / "a", "Keller")
    assert [one.name for one in preferences.values.recent] == ["Keller"]
    preferences.allow_recent("folder")
    assert [one.name for one in preferences.values.recent] == [""]
    assert "Keller" not in preferences.path.read_text(encoding="utf-8")
    preferences.allow_recent("none")
    assert preferences.values.recent == ()
    preferences.remember_case(tmp_path / "b")
    assert preferences.values.recent == ()


def test_a_disk_that_refuses_is_said_not_raised(tmp_path: Path, qtbot: QtBot) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    preferences = Preferences(blocked / "desk.json")
    preferences.set(theme="light")
    preferences.flush()
    assert preferences.complaint


# ---------------------------------------------------------------------- the page


@pytest.fixture
def page(opened: Context, qtbot: QtBot) -> SettingsPage:
    made = SettingsPage(opened)
    qtbot.addWidget(made)
    made.resize(1280, 700)
    made.show()
    return made


def row_of(page: SettingsPage, preference: str) -> SettingRow:
    rows = (row for section in page.sections for _, rows in section.cards for row in rows)
    return next(row for row in rows if row.property("preference") == preference)


def test_a_choice_is_in_force_at_once_and_can_be_reset(page: SettingsPage, qtbot: QtBot) -> None:
    row = row_of(page, "theme")
    box = row.control
    assert isinstance(box, QComboBox)
    assert not row.reset.isVisible()
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Down)
    assert page.context.preferences.values.theme == "light"
    assert row.badge.text() == "changed"
    qtbot.mouseClick(row.reset, Qt.MouseButton.LeftButton)
    assert page.context.preferences.values.theme == "dark"
    assert box.currentData() == "dark"


def test_the_search_looks_through_all_scopes(page: SettingsPage) -> None:
    QTest.keyClicks(page.search, "memory")
    assert page.next_run.isVisible()
    assert not page.program.isVisible()
    page.search.clear()
    QTest.keyClicks(page.search, "examiner")
    assert page.program.isVisible()
    assert page.case.isVisible()
    page.search.clear()
    QTest.keyClicks(page.search, "qqqq")
    assert page._nothing.isVisible()


def test_limits_reach_the_next_run(page: SettingsPage) -> None:
    page.context.preferences.set(run_options={"limits.wall_seconds": 120.0, "sampling.max_pixels": 5e8})
    settings = run_settings(PRESETS["standard"], [info("ocr")], changed=page.context.preferences.values.run_options)
    assert settings.limits.wall_seconds == 120
    assert settings.sampling.max_pixels == 500_000_000


def test_facts_of_the_case_are_stored_and_audited(page: SettingsPage, qtbot: QtBot) -> None:
    field = page.case.facts["examiner"]
    field.setFocus()
    QTest.keyClicks(field, "K. Weber")
    with qtbot.waitSignal(page.context.changed):
        QTest.keyClick(field, Qt.Key.Key_Return)
    case = page.context.case
    assert case is not None
    assert case.facts()["examiner"] == "K. Weber"
    assert "case facts changed" in case.audit.path.read_text(encoding="utf-8")


def test_the_scheme_of_the_case_can_be_changed(page: SettingsPage, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: page.case.scheme.currentData() == "neutral")
    others = [scheme.key for scheme in schemes.available() if scheme.key != "neutral"]
    page.case.scheme.setFocus()
    with qtbot.waitSignal(page.context.changed):
        QTest.keyClick(page.case.scheme, Qt.Key.Key_Down)
    case = page.context.case
    assert case is not None
    with case.reading() as connection:
        assert schemes.of_case(connection).key == others[0]


def test_without_a_case_its_settings_are_not_shown(page: SettingsPage) -> None:
    page.context.close_case()
    assert not page.case.isVisible()
