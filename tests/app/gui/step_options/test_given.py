"""What is chosen in the run panel is what the run is given, and what stays of it in case and program."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from app.gui.context import Context
from app.gui.pages.engine import speed_key
from app.gui.pages.option_rows import OptionRow
from app.gui.pages.wizard import WizardPage
from app.gui.step_options import StepOptions
from app.parts import Parts
from core.case.overview import runs
from core.errors import UsageError
from core.interfaces import Backend
from core.settings import RunSettings
from tests.app.gui.step_options.driving import (
    kept,
    last_options,
    opened_row,
    option,
    optioned,
    pick,
    run_of,
    shown,
    typed,
)
from tests.support.backend import FakeBackend, info


def test_what_is_chosen_is_what_the_run_is_given(wizard: WizardPage, qtbot: QtBot) -> None:
    step = opened_row(wizard, qtbot)
    pick(option(step, "engine"), "plain")
    typed(option(step, "languages"), "RU, de")
    gate = option(step, "gate").field
    gate.setFocus()
    QTest.keyClick(gate, Qt.Key.Key_Space)
    qtbot.mouseClick(step.more_button, Qt.MouseButton.LeftButton)
    typed(option(step, "threshold"), "0.75")
    assert step._button.text() == "Options, 4 changed"
    assert option(step, "engine").badge.text() == "for this run"
    assert option(step, "engine").note.text() == "It is small."
    expected = {"bright": {"engine": "plain", "languages": ["de", "ru"], "gate": False, "threshold": 0.75}}
    assert wizard.analysis.settings().options == expected
    run_of(wizard, qtbot)
    assert last_options(wizard.context) == expected
    qtbot.waitUntil(lambda: kept(wizard.context) == expected)
    assert wizard.analysis.settings().options == expected
    assert option(step, "engine").badge.text() == "from the case"


def test_a_missing_pack_says_that_the_step_would_be_skipped(wizard: WizardPage, qtbot: QtBot) -> None:
    step = opened_row(wizard, qtbot)
    row = option(step, "engine")
    box = row.field
    assert isinstance(box, QComboBox)
    assert box.itemText(box.findData("large")) == "the large one – not installed"
    pick(row, "large")
    assert "pack-large" in row.lack.text()
    assert row.lack.isVisible()
    assert "Would be skipped" in step.said.text()
    assert "pack-large" in step.said.text()
    assert wizard.start_button.isEnabled()
    run_of(wizard, qtbot)
    case = wizard.context.case
    assert case is not None
    with case.reading() as connection:
        rows = connection.exec_driver_sql(
            "SELECT state, code, reason FROM outcome JOIN config ON config.id = config_id WHERE analyzer = 'bright'"
        ).fetchall()
    assert len(rows) == 4
    assert {tuple(row) for row in rows} == {("skipped", "model-missing", "The pack pack-large is not installed.")}


def test_a_step_without_its_models_can_be_asked_for_and_is_skipped(
    context: Context, fresh: Path, qtbot: QtBot, parts: Parts
) -> None:
    def open_backend(_settings: RunSettings) -> Backend:
        return FakeBackend(optioned(), info("blind", missing="Its pack is not installed."))

    object.__setattr__(parts, "open_backend", open_backend)
    context.open_case(fresh)
    page = shown(context, qtbot)
    row = page.analysis.rows["blind"]
    assert not row.box.isChecked(), "no preset asks for what cannot run"
    assert "not installed" in row.text.text()
    row.box.setFocus()
    QTest.keyClick(row.box, Qt.Key.Key_Space)
    assert "Would be skipped for every item" in row.said.text()
    run_of(page, qtbot)
    assert context.case is not None
    with context.case.reading() as connection:
        reasons = connection.exec_driver_sql(
            "SELECT DISTINCT state, reason FROM outcome JOIN config ON config.id = config_id WHERE analyzer = 'blind'"
        ).fetchall()
    assert [tuple(one) for one in reasons] == [("skipped", "Its pack is not installed.")]


def test_it_says_how_many_items_are_looked_at_again(wizard: WizardPage, qtbot: QtBot) -> None:
    step = opened_row(wizard, qtbot)
    qtbot.waitUntil(lambda: "no item yet" in step.said.text())
    run_of(wizard, qtbot)
    wizard.begin("run")
    qtbot.waitUntil(lambda: "Nothing to do: all 4" in step.said.text())
    pick(option(step, "engine"), "plain")
    qtbot.waitUntil(lambda: "All 4" in step.said.text())
    assert "looked at again" in step.said.text()
    run_of(wizard, qtbot)
    wizard.begin("run")
    qtbot.waitUntil(lambda: "Nothing to do: all 4" in step.said.text())
    assert wizard.context.case is not None
    with wizard.context.case.reading() as connection:
        count = connection.exec_driver_sql(
            "SELECT count(*) FROM outcome JOIN config ON config.id = config_id WHERE analyzer = 'bright'"
        ).scalar_one()
    assert count == 8, "old results stay beside the new ones"


def test_times_are_those_of_the_options_and_of_what_is_left(wizard: WizardPage, qtbot: QtBot) -> None:
    step = opened_row(wizard, qtbot)
    speeds = {speed_key("bright", "strict"): 100.0, speed_key("plainest", "strict"): 100.0}
    wizard.context.preferences.set(speeds=speeds)
    assert "4 min to 11 min" in step.said.text()
    assert "other options" not in wizard.analysis.speed.text()
    pick(option(step, "engine"), "plain")
    assert "With other options than the chosen ones: bright." in wizard.analysis.speed.text()
    measured = {speed_key("bright", "strict", {"engine": "plain"}): 1.0}
    wizard.context.preferences.set(speeds=speeds | measured)
    assert "other options" not in wizard.analysis.speed.text()
    assert "about 2 s to 7 s" in step.said.text()
    qtbot.mouseClick(wizard.analysis.cards["triage"], Qt.MouseButton.LeftButton)


def test_the_speed_test_measures_the_chosen_options(wizard: WizardPage, qtbot: QtBot) -> None:
    step = opened_row(wizard, qtbot)
    pick(option(step, "engine"), "plain")
    qtbot.mouseClick(wizard.analysis.measure, Qt.MouseButton.LeftButton)
    key = speed_key("bright", "strict", {"engine": "plain"})
    qtbot.waitUntil(lambda: key in wizard.context.preferences.values.speeds, timeout=20_000)
    assert speed_key("bright", "strict") not in wizard.context.preferences.values.speeds


def test_back_to_the_preset_whatever_case_and_program_say(wizard: WizardPage, qtbot: QtBot) -> None:
    options = StepOptions.of(wizard.context)
    options.put("program", "bright", "threshold", 0.9)
    options.put("case", "bright", "engine", "plain")
    step = opened_row(wizard, qtbot)
    assert option(step, "threshold").isVisible(), "what is changed is not hidden"
    assert option(step, "threshold").badge.text() == "from this program"
    assert option(step, "engine").badge.text() == "from the case"
    assert wizard.analysis.settings().options == {"bright": {"threshold": 0.9, "engine": "plain"}}
    qtbot.mouseClick(option(step, "engine").reset, Qt.MouseButton.LeftButton)
    assert wizard.analysis.settings().options == {"bright": {"threshold": 0.9}}
    qtbot.mouseClick(step.reset_button, Qt.MouseButton.LeftButton)
    assert wizard.analysis.settings().options == {}
    assert not step.reset_button.isEnabled()
    run_of(wizard, qtbot)
    assert last_options(wizard.context) == {}
    assert wizard.analysis.settings().options == {}, "the next run of this case does it again"
    assert options.own("program") == {"bright": {"threshold": 0.9}}


def test_deep_changes_the_base_and_not_what_was_chosen(wizard: WizardPage, qtbot: QtBot) -> None:
    step = opened_row(wizard, qtbot)
    pick(option(step, "engine"), "plain")
    qtbot.mouseClick(wizard.analysis.cards["deep"], Qt.MouseButton.LeftButton)
    assert wizard.analysis.settings().options == {"bright": {"gate": False, "engine": "plain"}}
    assert step._button.text() == "Options, 1 changed"
    gate = option(step, "gate")
    gate.field.setFocus()
    QTest.keyClick(gate.field, Qt.Key.Key_Space)
    assert wizard.analysis.settings().options == {"bright": {"engine": "plain"}}


def test_cancelling_forgets_and_another_case_has_its_own(
    wizard: WizardPage, qtbot: QtBot, case_folder: Path, fresh: Path
) -> None:
    options = StepOptions.of(wizard.context)
    step = opened_row(wizard, qtbot)
    pick(option(step, "engine"), "plain")
    qtbot.mouseClick(wizard.cancel, Qt.MouseButton.LeftButton)
    assert options.changes() == {}
    options.put("case", "bright", "engine", "plain")
    wizard.context.open_case(case_folder)
    qtbot.waitUntil(lambda: not wizard.context.busy())
    assert options.own("case") == {}
    wizard.context.open_case(fresh)
    qtbot.waitUntil(lambda: options.own("case") == {"bright": {"engine": "plain"}})


def test_a_new_case_does_not_inherit_from_the_open_one(wizard: WizardPage, qtbot: QtBot, tmp_path: Path) -> None:
    StepOptions.of(wizard.context).put("case", "bright", "engine", "plain")
    wizard.begin("case")
    assert wizard.analysis.settings().options == {}
    QTest.keyClicks(wizard.case_step.fields["examiner"], "K. Weber")
    QTest.keyClicks(wizard.case_step.fields["number"], "7")
    wizard.add_sources([tmp_path / "evidence"])
    wizard.show_step("analysis")
    step = opened_row(wizard, qtbot)
    typed(option(step, "languages"), "de")
    wizard.show_step("comfort")
    assert wizard.hint.text() == ""
    run_of(wizard, qtbot)
    assert wizard.context.case is not None
    assert wizard.context.case.folder == tmp_path / "7"
    assert last_options(wizard.context) == {"bright": {"languages": ["de"]}}
    qtbot.waitUntil(lambda: kept(wizard.context) == {"bright": {"languages": ["de"]}})


def whole(page: WizardPage, name: str, value: str) -> OptionRow:
    row = page.analysis.whole.rows[name]
    pick(row, value)
    return row


def test_device_and_arithmetic_belong_to_the_run_too(wizard: WizardPage, qtbot: QtBot) -> None:
    row = whole(wizard, "precision", "fast")
    assert row.badge.text() == "for this run"
    assert row.field.accessibleName() == "Arithmetic"
    whole(wizard, "device", "cpu")
    settings = wizard.analysis.settings()
    assert (settings.precision, settings.device) == ("fast", "cpu")
    run_of(wizard, qtbot)
    assert wizard.context.case is not None
    with wizard.context.case.reading() as connection:
        stored = runs(connection)[0].settings
    assert (stored["precision"], stored["device"]) == ("fast", "cpu")
    assert row.badge.text() == "from the case"
    qtbot.mouseClick(row.reset, Qt.MouseButton.LeftButton)
    assert wizard.analysis.settings().precision == "strict"
    qtbot.mouseClick(wizard.analysis.cards["triage"], Qt.MouseButton.LeftButton)
    assert wizard.analysis.settings().precision == "strict", "what was chosen for this run stays"


def test_what_the_preset_says_anyway_is_not_pinned(wizard: WizardPage, qtbot: QtBot) -> None:
    whole(wizard, "precision", "fast")
    whole(wizard, "precision", "strict")
    assert StepOptions.of(wizard.context).changes() == {}
    qtbot.mouseClick(wizard.analysis.cards["triage"], Qt.MouseButton.LeftButton)
    assert wizard.analysis.settings().precision == "fast"


def test_a_device_that_is_not_there_is_said_and_stops_the_start(wizard: WizardPage, qtbot: QtBot) -> None:
    def open_backend(settings: RunSettings) -> Backend:
        if settings.device == "intel-gpu":
            raise UsageError("Models cannot run on intel-gpu here: there is none.")
        return FakeBackend(optioned(), info("plainest"))

    object.__setattr__(wizard.context.parts, "open_backend", open_backend)
    row = whole(wizard, "device", "intel-gpu")
    qtbot.waitUntil(lambda: "cannot run on intel-gpu" in wizard.hint.text())
    assert not wizard.start_button.isEnabled()
    qtbot.mouseClick(row.reset, Qt.MouseButton.LeftButton)
    assert wizard.start_button.isEnabled()
